//! `cargo xtask tidy`: the habits of this repository as a check.

pub(crate) fn run() -> anyhow::Result<()> {
    Ok(())
}
