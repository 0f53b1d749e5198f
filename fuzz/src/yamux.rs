//! Frames of a hostile peer, on the session that has neither sockets nor a clock.

/// Must neither panic nor loop.
pub fn yamux(bytes: &[u8]) {
    mmplugin::yamux::exercise(bytes);
}
