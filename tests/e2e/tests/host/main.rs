//! The probe under Go's own go-plugin, driven by `gohost`, and under a host played here, over the bare socket.
//!
//! Most tests run twice: as a server 9.3 does it, on go-plugin 1.4.8, and as 11.x does it, on 1.7.0. Without Go they
//! say so and pass.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

mod api;
mod db;
mod driver;
mod hooks;
mod http;
mod lifecycle;
mod marks;
mod noise;
mod postgres;
mod process;
mod raw;
mod streams;
mod upgrades;
mod uploads;
