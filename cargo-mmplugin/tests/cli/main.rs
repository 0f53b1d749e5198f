//! The tool as people run it. One binary for all commands: it links once.

mod bundle;
mod check;
mod help;
mod new;
mod support;
mod whole;
