//! One field of a settings struct, read and checked.

use proc_macro2::{Literal, Span, TokenStream};
use quote::quote;
use serde_json::Value;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, Ident, LitStr, Meta, Token, Type};

use super::kind::{self, Class};
use crate::diag::{Faults, nearest, unknown_key};
use crate::meta;
use crate::plugin::attribute::json_literal;

/// Keys of `#[setting(…)]`.
const KEYS: &[&str] = &[
    "key",
    "display_name",
    "help_text",
    "placeholder",
    "default",
    "kind",
    "options",
    "secret",
    "hosting",
    "regenerate_help_text",
    "skip",
];

const HOSTINGS: &[&str] = &["on-prem", "cloud"];

pub(super) struct Field {
    pub(super) name: Ident,
    pub(super) ty: Type,
    pub(super) key: String,
    pub(super) key_span: Span,
    /// As declared; else the type says it.
    pub(super) kind: Option<String>,
    pub(super) display_name: String,
    pub(super) help_text: Option<String>,
    pub(super) placeholder: Option<String>,
    pub(super) regenerate_help_text: Option<String>,
    pub(super) hosting: Option<String>,
    pub(super) default: Option<(Expr, Value)>,
    /// Value and what is shown for it.
    pub(super) options: Option<Vec<(String, String)>>,
    pub(super) secret: bool,
    pub(super) skip: bool,
    class: Class,
    optional: bool,
}

impl Field {
    pub(super) fn read(field: &syn::Field, faults: &mut Faults) -> Self {
        let mut this = Self::plain(field);
        for entry in super::entries(&field.attrs, "setting", faults) {
            let taken = this.take(&entry);
            faults.ok(taken);
        }
        this.check(faults);
        this
    }

    /// The field without any attribute.
    fn plain(field: &syn::Field) -> Self {
        let name = field.ident.clone().unwrap_or_else(|| Ident::new("field", field.span()));
        let words = words(&name);
        let (class, optional) = Class::of(&field.ty);
        Self {
            key: words.concat(),
            key_span: name.span(),
            display_name: words.join(" "),
            help_text: documentation(&field.attrs),
            name,
            ty: field.ty.clone(),
            kind: None,
            placeholder: None,
            regenerate_help_text: None,
            hosting: None,
            default: None,
            options: None,
            secret: false,
            skip: false,
            class,
            optional,
        }
    }

    fn take(&mut self, entry: &Meta) -> syn::Result<()> {
        let text = || meta::text(entry).map(|text| text.value());
        match meta::key_of(entry.path()).as_str() {
            "key" => (self.key, self.key_span) = key(entry)?,
            "display_name" => self.display_name = text()?,
            "help_text" => self.help_text = Some(text()?),
            "placeholder" => self.placeholder = Some(text()?),
            "regenerate_help_text" => self.regenerate_help_text = Some(text()?),
            "hosting" => self.hosting = Some(one_of(entry, HOSTINGS)?),
            "kind" => self.kind = Some(one_of(entry, kind::KINDS)?),
            "default" => {
                let value = meta::value(entry)?;
                self.default = Some((value.clone(), json_literal(value)?));
            }
            "options" => self.options = Some(options(entry)?),
            "secret" => self.secret = meta::flag(entry)?,
            "skip" => self.skip = meta::flag(entry)?,
            unknown => {
                return Err(syn::Error::new_spanned(entry.path(), unknown_key("setting", unknown, KEYS)));
            }
        }
        Ok(())
    }

    /// The rules of Mattermost's own manifest check, and that type and default fit.
    fn check(&self, faults: &mut Faults) {
        if self.skip {
            return;
        }
        if let Some((expr, value)) = &self.default {
            self.check_default(expr, value, faults);
        }
        let Some(kind) = self.kind.as_deref().or_else(|| self.class.kind()) else { return };
        let here = self.name.span();
        if let Some(wanted) = self.class.misfit(kind) {
            faults.at(self.ty.span(), format!("a `{kind}` setting cannot have this type: use {wanted}"));
        }
        if self.placeholder.is_some() && !kind::has_placeholder(kind) {
            faults.at(here, format!("a `{kind}` setting shows no placeholder: remove it"));
        }
        if self.regenerate_help_text.is_some() && kind != "generated" {
            faults.at(here, "`regenerate_help_text` is for settings with `kind = \"generated\"` only");
        }
        match (&self.options, kind::has_options(kind)) {
            (Some(_), false) => {
                faults.at(here, "`options` are for settings with `kind = \"dropdown\"` or `\"radio\"` only");
            }
            (None, true) => {
                faults.at(
                    here,
                    format!("a `{kind}` setting needs options: `options(\"value\" = \"Shown\", …)`"),
                );
            }
            _ => {}
        }
    }

    fn check_default(&self, expr: &Expr, value: &Value, faults: &mut Faults) {
        if let Some(wanted) = self.class.refuses(value) {
            faults.on(expr, format!("the default of `{}` must be {wanted}", self.name));
        } else if let (Some(options), Some(text)) = (&self.options, value.as_str())
            && !options.iter().any(|(value, _)| value == text)
        {
            faults.on(expr, format!("`{text}` is none of the setting's options"));
        }
    }

    /// The expression for `Default`.
    pub(super) fn default_value(&self) -> TokenStream {
        let Some((expr, value)) = &self.default else {
            let span = self.ty.span();
            return quote::quote_spanned!(span=> ::core::default::Default::default());
        };
        let value = match (self.class, value) {
            (_, Value::String(_)) => quote!(::core::convert::From::from(#expr)),
            (Class::Fraction, Value::Number(number)) => fraction(number.as_f64().unwrap_or_default()),
            _ => quote!(#expr),
        };
        if self.optional { quote!(::core::option::Option::Some(#value)) } else { value }
    }
}

/// A float literal, also for a default written as a whole number.
fn fraction(number: f64) -> TokenStream {
    let literal = Literal::f64_unsuffixed(number.abs());
    if number.is_sign_negative() { quote!(-#literal) } else { quote!(#literal) }
}

fn key(entry: &Meta) -> syn::Result<(String, Span)> {
    let text = meta::text(entry)?;
    let key = text.value();
    if key.is_empty() || !key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')) {
        let message = "a key has only letters, digits, `_` and `-`, like \"TimeApiUrl\"";
        return Err(syn::Error::new(text.span(), message));
    }
    Ok((key, text.span()))
}

fn one_of(entry: &Meta, known: &[&str]) -> syn::Result<String> {
    let text = meta::text(entry)?;
    let value = text.value();
    if known.contains(&value.as_str()) {
        return Ok(value);
    }
    let hint = nearest(&value, known).map(|near| format!(": did you mean \"{near}\"?")).unwrap_or_default();
    let message = format!("`{value}` is not known{hint}\nknown: \"{}\"", known.join("\", \""));
    Err(syn::Error::new(text.span(), message))
}

/// `options("value" = "Shown", …)`.
fn options(entry: &Meta) -> syn::Result<Vec<(String, String)>> {
    let list = meta::list(entry)?;
    let pairs = list.parse_args_with(Punctuated::<Choice, Token![,]>::parse_terminated)?;
    if pairs.is_empty() {
        return Err(syn::Error::new_spanned(
            list,
            "give at least one option: `options(\"value\" = \"Shown\")`",
        ));
    }
    pairs.into_iter().map(Choice::checked).collect()
}

struct Choice {
    value: LitStr,
    shown: LitStr,
}

impl syn::parse::Parse for Choice {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        let value = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(Self { value, shown: input.parse()? })
    }
}

impl Choice {
    fn checked(self) -> syn::Result<(String, String)> {
        for part in [&self.value, &self.shown] {
            if part.value().is_empty() {
                return Err(syn::Error::new(
                    part.span(),
                    "an option's value and shown text must not be empty",
                ));
            }
        }
        Ok((self.value.value(), self.shown.value()))
    }
}

/// `time_api_url` → `Time`, `Api`, `Url`.
fn words(name: &Ident) -> Vec<String> {
    let name = name.to_string();
    let bare = name.strip_prefix("r#").unwrap_or(&name);
    bare.split('_').filter(|word| !word.is_empty()).map(capital).collect()
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The doc comment: lines joined to paragraphs.
fn documentation(attributes: &[syn::Attribute]) -> Option<String> {
    let lines = attributes.iter().filter(|attribute| attribute.path().is_ident("doc"));
    let lines: Vec<String> =
        lines.filter_map(|line| meta::text(&line.meta).ok()).map(|line| line.value()).collect();
    let lines: Vec<&str> = lines.iter().flat_map(|block| block.split('\n')).map(str::trim).collect();
    let paragraphs: Vec<String> = lines
        .split(|line| line.is_empty())
        .filter(|lines| !lines.is_empty())
        .map(|lines| lines.join(" "))
        .collect();
    (!paragraphs.is_empty()).then(|| paragraphs.join("\n\n"))
}
