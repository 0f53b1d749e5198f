//! What time it is, somewhere: the job that all the examples do.

mod client;
#[cfg(any(test, feature = "stand-in"))]
pub mod stand_in;
mod zone;

pub use client::{DEFAULT_URL, TimeError, TimeService};
pub use zone::{UnknownZone, Zone};
