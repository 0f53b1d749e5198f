//! The arguments of `#[mmplugin::plugin(…)]`.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use serde_json::{Map, Value};
use syn::parse::Parser;
use syn::{Expr, ExprLit, ExprUnary, Lit, LitStr, Meta, Type, UnOp};

use super::generated::USES;
use crate::diag::{Faults, nearest, unknown_key};
use crate::meta::{self, Entries};

/// Every key, in the order in which the documentation lists them.
pub(super) const KEYS: &[&str] = &[
    "id",
    "name",
    "version",
    "description",
    "homepage_url",
    "support_url",
    "release_notes_url",
    "icon_path",
    "icon",
    "min_server_version",
    "optional",
    "settings",
    "props",
];

/// What the author wrote; nothing is checked beyond the kinds of the values.
pub(super) struct Attribute {
    /// Where faults about something missing are shown.
    pub(super) span: Span,
    pub(super) settings: Option<Type>,
    pub(super) props: Option<Map<String, Value>>,
    /// Go names of the hooks and API methods that the plugin gets on without.
    pub(super) optional: Vec<&'static str>,
    keys: Vec<String>,
    texts: Vec<(String, LitStr)>,
    /// Which of its two names the icon was given by.
    seen_icon: Option<String>,
}

impl Attribute {
    pub(super) fn read(tokens: TokenStream, faults: &mut Faults) -> Self {
        let mut attribute = Self {
            span: Span::call_site(),
            settings: None,
            props: None,
            optional: Vec::new(),
            keys: Vec::new(),
            texts: Vec::new(),
            seen_icon: None,
        };
        let Some(entries) = faults.ok(Entries::parse_terminated.parse2(tokens)) else { return attribute };
        meta::refuse_duplicates(&entries, faults);
        attribute.keys = entries.iter().map(|entry| meta::key_of(entry.path())).collect();
        for entry in &entries {
            attribute.take(entry, faults);
        }
        attribute
    }

    /// The literal given for a text key.
    pub(super) fn text(&self, key: &str) -> Option<&LitStr> {
        self.texts.iter().find(|(name, _)| name == key).map(|(_, text)| text)
    }

    /// Whether the key is there, even with an unfit value.
    pub(super) fn has(&self, key: &str) -> bool {
        self.keys.iter().any(|name| name == key)
    }

    fn take(&mut self, entry: &Meta, faults: &mut Faults) {
        match meta::key_of(entry.path()).as_str() {
            "settings" => self.settings = faults.ok(settings(entry)),
            "props" => self.props = faults.ok(props(entry)),
            "optional" => self.optional = optional(entry, faults),
            key if KEYS.contains(&key) => self.take_text(key, entry, faults),
            key => faults.on(entry.path(), unknown_key("plugin", key, KEYS)),
        }
    }

    fn take_text(&mut self, key: &str, entry: &Meta, faults: &mut Faults) {
        let name = if key == "icon" { "icon_path" } else { key };
        let other = if key == "icon" { "icon_path" } else { "icon" };
        if name == "icon_path" && self.seen_icon.replace(key.to_owned()).is_some_and(|seen| seen == other) {
            faults.on(entry, format!("`{key}` is another name of `{other}`: give one of them"));
        }
        let text = faults.ok(meta::text(entry));
        self.texts.extend(text.map(|text| (name.to_owned(), text)));
    }
}

fn settings(entry: &Meta) -> syn::Result<Type> {
    let expr = meta::value(entry)?;
    syn::parse2(expr.to_token_stream())
        .map_err(|_| syn::Error::new_spanned(expr, "`settings` must name a type: `settings = Config`"))
}

/// `optional = ["PluginHTTP", "on_saml_login"]`: Go's name or Rust's, of hooks and API methods.
fn optional(entry: &Meta, faults: &mut Faults) -> Vec<&'static str> {
    let Some(value) = faults.ok(meta::value(entry)) else { return Vec::new() };
    let Expr::Array(list) = value else {
        faults.on(value, "`optional` must be a list: `optional = [\"GetUser\", …]`");
        return Vec::new();
    };
    list.elems.iter().filter_map(|element| faults.ok(optional_name(element))).collect()
}

fn optional_name(element: &Expr) -> syn::Result<&'static str> {
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = meta::plain(element) else {
        return Err(syn::Error::new_spanned(element, "expected the name of a hook or API method as a text"));
    };
    let name = text.value();
    if let Some((go, _)) = USES.iter().find(|(go, rust)| *go == name || *rust == name) {
        return Ok(go);
    }
    let known: Vec<&str> = USES.iter().flat_map(|(go, rust)| [*go, *rust]).collect();
    let hint = nearest(&name, &known).map(|near| format!(": did you mean `{near}`?")).unwrap_or_default();
    Err(syn::Error::new(text.span(), format!("`{name}` is no hook and no API method{hint}")))
}

/// `props(key = "value", nested(other = 1))`, or `props = "{…}"` with JSON.
fn props(entry: &Meta) -> syn::Result<Map<String, Value>> {
    if let Meta::List(list) = entry {
        return object(list);
    }
    let text = meta::text(entry)?;
    serde_json::from_str(&text.value())
        .map_err(|error| syn::Error::new(text.span(), format!("`props` must be a JSON object: {error}")))
}

fn object(list: &syn::MetaList) -> syn::Result<Map<String, Value>> {
    let entries = list.parse_args_with(Entries::parse_terminated)?;
    let mut faults = Faults::default();
    meta::refuse_duplicates(&entries, &mut faults);
    faults.into_result()?;
    entries.iter().map(|entry| Ok((meta::key_of(entry.path()), property(entry)?))).collect()
}

fn property(entry: &Meta) -> syn::Result<Value> {
    match entry {
        Meta::Path(_) => Ok(Value::Bool(true)),
        Meta::List(list) => object(list).map(Value::Object),
        Meta::NameValue(pair) => json_literal(&pair.value),
    }
}

/// A literal as JSON.
pub(crate) fn json_literal(expr: &Expr) -> syn::Result<Value> {
    let bad = || syn::Error::new_spanned(expr, "expected a literal: text, a number, `true` or `false`");
    match meta::plain(expr) {
        Expr::Lit(ExprLit { lit, .. }) => literal(lit, false).ok_or_else(bad),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr: inner, .. }) => match meta::plain(inner) {
            Expr::Lit(ExprLit { lit: lit @ (Lit::Int(_) | Lit::Float(_)), .. }) => {
                literal(lit, true).ok_or_else(bad)
            }
            _ => Err(bad()),
        },
        _ => Err(bad()),
    }
}

fn literal(lit: &Lit, negative: bool) -> Option<Value> {
    let sign = if negative { "-" } else { "" };
    match lit {
        Lit::Str(text) => Some(Value::String(text.value())),
        Lit::Bool(flag) => Some(Value::Bool(flag.value)),
        Lit::Int(number) => serde_json::from_str(&format!("{sign}{}", number.base10_digits())).ok(),
        Lit::Float(number) => {
            let number: f64 = format!("{sign}{}", number.base10_digits()).parse().ok()?;
            serde_json::Number::from_f64(number).map(Value::Number)
        }
        _ => None,
    }
}
