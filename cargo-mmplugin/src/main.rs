//! `cargo mmplugin`: make, bundle and check Mattermost server plugins written in Rust.

use std::process::ExitCode;

use cargo_mmplugin::command::Cargo;
use cargo_mmplugin::interrupt::Interrupt;

fn main() -> ExitCode {
    let cargo = Cargo::from_args();
    let ui = cargo.ui();
    match cargo.run(&ui, &Interrupt::from_signals()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            ui.error(&error);
            ExitCode::from(error.exit_code())
        }
    }
}
