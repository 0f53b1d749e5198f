//! Reading `key = value` lists of attributes, with faults that say what was expected.

use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit, LitStr, Meta, Path, Token};

use crate::diag::Faults;

/// A comma-separated list of `key`, `key = value` and `key(…)`.
pub(crate) type Entries = Punctuated<Meta, Token![,]>;

/// The key as written, `a::b` for an (always unknown) longer path.
pub(crate) fn key_of(path: &Path) -> String {
    let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    segments.join("::")
}

/// Notes every key that stands twice.
pub(crate) fn refuse_duplicates<'a>(entries: impl IntoIterator<Item = &'a Meta>, faults: &mut Faults) {
    let mut seen = std::collections::BTreeSet::new();
    for entry in entries {
        let key = key_of(entry.path());
        if !seen.insert(key.clone()) {
            faults.on(entry.path(), format!("`{key}` is given twice: remove one"));
        }
    }
}

/// The value of `key = value`.
pub(crate) fn value(meta: &Meta) -> syn::Result<&Expr> {
    match meta {
        Meta::NameValue(pair) => Ok(plain(&pair.value)),
        _ => {
            let key = key_of(meta.path());
            Err(syn::Error::new_spanned(meta, format!("`{key}` needs a value: `{key} = …`")))
        }
    }
}

/// The value of `key = "text"`.
pub(crate) fn text(meta: &Meta) -> syn::Result<LitStr> {
    match value(meta)? {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Ok(text.clone()),
        other => {
            let key = key_of(meta.path());
            let message = format!("`{key}` must be a string literal: `{key} = \"…\"`");
            Err(syn::Error::new(other.span(), message))
        }
    }
}

/// The value of `key = path::to::item`.
pub(crate) fn path(meta: &Meta) -> syn::Result<Path> {
    match value(meta)? {
        Expr::Path(path) if path.qself.is_none() && path.attrs.is_empty() => Ok(path.path.clone()),
        other => {
            let key = key_of(meta.path());
            let message = format!("`{key}` must name a function: `{key} = my_function`");
            Err(syn::Error::new(other.span(), message))
        }
    }
}

/// The value of a flag: `key` or `key = true`.
pub(crate) fn flag(meta: &Meta) -> syn::Result<bool> {
    match meta {
        Meta::Path(_) => Ok(true),
        Meta::NameValue(pair) => match plain(&pair.value) {
            Expr::Lit(ExprLit { lit: Lit::Bool(flag), .. }) => Ok(flag.value),
            other => Err(syn::Error::new(other.span(), "expected `true` or `false`")),
        },
        Meta::List(list) => {
            Err(syn::Error::new_spanned(list, "this key takes no list: remove the parentheses"))
        }
    }
}

/// The entries of `key(…)`.
pub(crate) fn list(meta: &Meta) -> syn::Result<&syn::MetaList> {
    match meta {
        Meta::List(list) => Ok(list),
        _ => {
            let key = key_of(meta.path());
            Err(syn::Error::new_spanned(meta, format!("`{key}` needs a list: `{key}(…)`")))
        }
    }
}

/// Looks through the invisible group around a fragment that came from a `macro_rules!` macro.
pub(crate) fn plain(expr: &Expr) -> &Expr {
    match expr {
        Expr::Group(group) => plain(&group.expr),
        other => other,
    }
}
