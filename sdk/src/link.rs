//! The few lines that need `unsafe`: link sections, the NSS pin.
