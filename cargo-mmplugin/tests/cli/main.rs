//! The tool as people run it. One binary for all commands: it links once.

mod book;
mod bundle;
mod check;
mod crash;
mod dev;
mod doctor;
mod fake;
mod figures;
mod help;
mod new;
mod platforms;
#[cfg(unix)]
mod proxy;
mod release;
mod server;
mod support;
mod tls;
mod upgrade;
mod voice;
mod webapp;
mod whole;
