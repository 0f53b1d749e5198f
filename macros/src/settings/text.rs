//! Texts that are partly known here and partly to the compiler only.

use proc_macro2::TokenStream;
use quote::quote;

/// A text in parts; its tokens are a `const` expression.
#[derive(Default)]
pub(super) struct Text {
    parts: Vec<TokenStream>,
    open: String,
}

impl Text {
    pub(super) fn push(&mut self, text: &str) {
        self.open.push_str(text);
    }

    /// Adds what a `const` expression of type `&'static str` gives.
    pub(super) fn push_expr(&mut self, expr: TokenStream) {
        self.close();
        self.parts.push(expr);
    }

    pub(super) fn tokens(mut self) -> TokenStream {
        self.close();
        let parts = self.parts;
        quote! {
            {
                const PARTS: &[&::core::primitive::str] = &[#(#parts),*];
                const LENGTH: ::core::primitive::usize = ::mmplugin::__private::text::length(PARTS);
                const BYTES: [::core::primitive::u8; LENGTH] = ::mmplugin::__private::text::join(PARTS);
                ::mmplugin::__private::text::text(&BYTES)
            }
        }
    }

    fn close(&mut self) {
        if !self.open.is_empty() {
            let text = std::mem::take(&mut self.open);
            self.parts.push(quote!(#text));
        }
    }
}
