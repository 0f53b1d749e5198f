//! The plugin with every hook as an executable, for a Go host.

use std::process::ExitCode;

fn main() -> ExitCode {
    mmplugin::run::<mmplugin_allhooks::Every>()
}
