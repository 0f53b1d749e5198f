//! The plugin with every hook, over both transports.

fn main() -> std::process::ExitCode {
    mmplugin::run::<mmplugin_allhooks::Every>()
}
