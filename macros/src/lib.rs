//! Macros of the `mmplugin` crate; use them through that crate's re-exports.

use proc_macro::TokenStream;

mod diag;
mod gob;
mod meta;
mod plugin;
mod settings;

/// Derives `mmplugin::gob::Gob`.
#[proc_macro_derive(Gob, attributes(gob))]
pub fn derive_gob(input: TokenStream) -> TokenStream {
    diag::run(gob::derive, input)
}

#[allow(missing_docs)] // The documentation stands at the re-export, where its examples compile.
#[proc_macro_derive(Settings, attributes(setting, settings))]
pub fn derive_settings(input: TokenStream) -> TokenStream {
    diag::run(settings::derive, input)
}

#[allow(missing_docs)]
#[proc_macro_attribute]
pub fn plugin(attr: TokenStream, item: TokenStream) -> TokenStream {
    diag::run(|item| plugin::expand(attr.into(), item), item)
}
