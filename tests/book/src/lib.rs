//! The Rust blocks of the book as doc tests: `cargo test -p book`. `cargo xtask tidy` says when a page is missing here.

#![cfg(doctest)]

#[doc = include_str!("../../../docs/cookbook/background.md")]
mod background {}

#[doc = include_str!("../../../docs/cookbook/bot.md")]
mod bot {}

#[doc = include_str!("../../../docs/cookbook/http.md")]
mod http {}

#[doc = include_str!("../../../docs/cookbook/kv.md")]
mod kv {}

#[doc = include_str!("../../../docs/servers.md")]
mod servers {}

#[doc = include_str!("../../../docs/cookbook/settings.md")]
mod settings {}

#[doc = include_str!("../../../docs/cookbook/tests.md")]
mod tests {}
