//! Chores of this repository: `cargo xtask codegen | templates | tidy`.

use std::process::ExitCode;

use anyhow::{Result, bail};

mod codegen;
mod templates;
mod tidy;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Result<()> {
    let check = args.iter().any(|arg| arg == "--check");
    match args.first().map(String::as_str) {
        Some("codegen") => codegen::run(check),
        Some("templates") => templates::run(check),
        Some("tidy") => tidy::run(),
        _ => bail!("usage: cargo xtask codegen [--check] | templates [--check] | tidy"),
    }
}
