//! `cargo xtask codegen`: schema/plugin.json to Rust and Go.

pub(crate) fn run(_check: bool) -> anyhow::Result<()> {
    Ok(())
}
