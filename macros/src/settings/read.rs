//! The reader of a settings type: one expression a field, and what the compiler has to check.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use super::field::{Field, Role, fraction};
use super::kind::Class;

/// The value of a field, taken from `reader`.
pub(super) fn taken(field: &Field) -> TokenStream {
    let Field { name, ty, key, .. } = field;
    match field.role {
        Role::Skip => return quote!(#name: default.#name),
        Role::Section | Role::Flatten => {
            let span = ty.span();
            return quote_spanned!(span=>
                #name: <#ty as ::mmplugin::__private::settings::Settings>::read(reader)
            );
        }
        Role::Setting => {}
    }
    let read = super::of_setting(ty, "from_json");
    let secret = match field.class {
        Class::Other if !field.secret => super::of_setting(ty, "SECRET"),
        _ => {
            let secret = field.secret;
            quote!(#secret)
        }
    };
    let options = field.options.iter().flatten().map(|(value, _)| value);
    let check = check(field);
    quote! {
        #name: reader.take(
            &::mmplugin::__private::settings::Setting { key: #key, secret: #secret, options: &[#(#options),*] },
            default.#name,
            #read,
            #check,
        )
    }
}

/// A function for values of the right type.
fn check(field: &Field) -> TokenStream {
    let mut checks = Vec::new();
    if let Some((range, expected)) = range(field) {
        let fits = match field.optional {
            true => quote!(value.as_ref().is_none_or(|value| (#range).contains(value))),
            false => quote!((#range).contains(value)),
        };
        checks.push(quote!(::mmplugin::__private::settings::demand(#fits, #expected)?;));
    }
    if let Some(function) = &field.validate {
        checks.push(call(function));
    }
    if checks.is_empty() {
        return quote!(::mmplugin::__private::settings::any);
    }
    let ty = &field.ty;
    quote!(|value: &#ty| { #(#checks)* ::core::result::Result::Ok(()) })
}

/// An author's own check of `value`.
pub(super) fn call(function: &syn::Path) -> TokenStream {
    let span = function.span();
    let path = super::runtime(span);
    quote_spanned!(span=> #function(value).map_err(#path::refused)?;)
}

fn range(field: &Field) -> Option<(TokenStream, String)> {
    let number = |expr: &Expr, value: f64| match field.class {
        Class::Fraction => fraction(value),
        _ => quote!(#expr),
    };
    let what = if field.class == Class::Fraction { "a number" } else { "a whole number" };
    match (&field.min, &field.max) {
        (Some((least, l)), Some((most, m))) => {
            let (least, most) = (number(least, *l), number(most, *m));
            Some((quote!(#least..=#most), format!("{what} from {l} to {m}")))
        }
        (Some((least, l)), None) => {
            let least = number(least, *l);
            Some((quote!(#least..), format!("{what}, at least {l}")))
        }
        (None, Some((most, m))) => {
            let most = number(most, *m);
            Some((quote!(..=#most), format!("{what}, at most {m}")))
        }
        (None, None) => None,
    }
}

/// Stops the compiler where types do not go together.
pub(super) fn assertions(this: &syn::Ident, fields: &[Field]) -> TokenStream {
    let each = fields.iter().filter_map(assertion);
    let nested = fields.iter().rfind(|field| matches!(field.role, Role::Section | Role::Flatten));
    let distinct = nested.map(|field| {
        let span = field.ty.span();
        let path = super::runtime(span);
        quote_spanned!(span=> const _: () = #path::distinct(<#this as #path::Settings>::PART.keys);)
    });
    quote!(#(#each)* #distinct)
}

fn assertion(field: &Field) -> Option<TokenStream> {
    let (ty, span) = (&field.ty, field.ty.span());
    let path = super::runtime(span);
    match field.role {
        Role::Section | Role::Flatten => {
            let flatten = field.role == Role::Flatten;
            Some(
                quote_spanned!(span=> const _: () = #path::nests(&<#ty as #path::Settings>::PART, #flatten);),
            )
        }
        Role::Setting if field.class == Class::Other => {
            let kind = match &field.kind {
                Some(kind) => quote!(#kind),
                None => super::of_setting(ty, "KIND"),
            };
            let own = field.options.is_some();
            let options = super::of_setting(ty, "OPTIONS");
            let placeholder = field.placeholder.is_some();
            Some(quote_spanned!(span=>
                const _: () = #path::fits(#kind, #own || !#options.is_empty(), #placeholder);
            ))
        }
        _ => None,
    }
}
