//! The tool as people run it. One binary for all commands: it links once.

mod bundle;
mod check;
mod dev;
mod fake;
mod help;
mod new;
mod platforms;
mod server;
mod support;
mod webapp;
mod whole;
