//! Chores of this repository: `cargo xtask COMMAND`; see `USAGE`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};

mod bench;
mod book;
mod codegen;
mod e2e;
mod licenses;
mod shell;
mod templates;
mod terminal;
mod test;
mod tidy;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  demo                 make a plugin from the template, bundle it, run it under the Go host
  test [PART]…         all tests, or some parts of them: rust, templates, go, grpc, end-to-end, web
  bench [OPTION]…      figures against Go, side by side; options of benches/hookbench (-quick, -rounds N, …)
  bench grpc [OPTION]… the same over gRPC, options of benches/grpcbench; bench grpc-cost: what the feature costs
  book [--pictures]    build docs/ with mdBook, look at every link; take over the pictures of `test web`
  tidy [--stats]       check the habits of the repository; figures per crate
  licenses             check the licences of all dependencies against deny.toml
  codegen [--check]    write (or check) the files generated from schema/
  codegen proto [--check]  those generated from proto/, with a program of its own that is built first
  templates [--check]  pack (or check) templates/ for the cargo tool";

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
        Some("demo") => e2e::demo(),
        Some("test") => test::run(&args[1..]),
        Some("bench") => bench::run(&args[1..]),
        Some("book") if args.iter().any(|arg| arg == "--pictures") => book::pictures(),
        Some("book") => book::run(),
        Some("tidy") => tidy::run(args.iter().any(|arg| arg == "--stats")),
        Some("licenses") => licenses::run(),
        Some("codegen") if args.iter().any(|arg| arg == "proto") => codegen::proto(check),
        Some("codegen") => codegen::run(check),
        Some("templates") => templates::run(check),
        _ => bail!("{USAGE}"),
    }
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root
}
