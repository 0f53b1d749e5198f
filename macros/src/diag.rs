//! Turns every fault of a macro into compile errors at the right place.

use proc_macro2::TokenStream;

/// Runs one macro: its error becomes `compile_error!` tokens at the error's spans.
pub(crate) fn run(
    expand: impl FnOnce(TokenStream) -> syn::Result<TokenStream>,
    input: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    expand(input.into()).unwrap_or_else(|error| error.to_compile_error()).into()
}
