//! Whole calls of hooks, as a hostile host may send them, to an active plugin over its whole connection.

use std::cell::LazyCell;

use mmplugin::gob::Decoder;
use mmplugin::testing::hostile;
use mmplugin_allhooks::Every;
use tokio::runtime::{Builder, Runtime};

thread_local! {
    static RUNTIME: LazyCell<Runtime> =
        LazyCell::new(|| Builder::new_current_thread().enable_all().build().expect("a runtime"));
}

/// The plugin lives on, and what it answers stays in step.
pub fn hooks(bytes: &[u8]) {
    let sent = RUNTIME.with(|runtime| runtime.block_on(hostile::hooks::<Every>(bytes)));
    let mut decoder = Decoder::new();
    decoder.feed(&sent.expect("the plugin lives on"));
    while decoder.skip().expect("our own stream is sound").is_some() {}
}
