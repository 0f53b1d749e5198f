//! gob against bytes that Go wrote, against Go itself, and against bytes that nobody should write.

mod goback;
mod golden;
mod hostile;
mod roundtrip;
mod types;
