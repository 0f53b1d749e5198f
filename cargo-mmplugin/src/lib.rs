//! The library behind `cargo mmplugin`: commands are thin, what they do is here and can be tested.

#![allow(rustdoc::bare_urls, reason = "the docs of commands are what their --help prints, as it stands")]

pub mod archive;
pub mod bundle;
pub mod command;
pub mod compile;
pub mod doctor;
pub mod error;
pub mod executable;
pub mod interrupt;
pub mod manifest;
pub mod names;
pub mod probe;
pub mod project;
pub mod rebuild;
pub mod scratch;
pub mod sdk;
pub mod server;
pub mod template;
pub mod ui;
pub mod upgrade;
pub mod watch;
pub mod webapp;
