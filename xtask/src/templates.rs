//! `cargo xtask templates`: packs templates/ into the one file that the cargo tool embeds.

pub(crate) fn run(_check: bool) -> anyhow::Result<()> {
    Ok(())
}
