//! One field of a settings struct, read and checked.

use proc_macro2::{Literal, Span, TokenStream};
use quote::quote;
use serde_json::Value;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, Ident, LitStr, Meta, Path, Token, Type};

use super::kind::{self, Class};
use super::words;
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
    "min",
    "max",
    "validate",
    "section",
    "custom",
    "fallback",
    "flatten",
    "skip",
];

/// Those of them that a section has; its title is the display name, its subtitle the help text.
const SECTION_KEYS: &[&str] = &["section", "key", "display_name", "help_text", "custom", "fallback"];

/// What a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Setting,
    /// A settings type whose settings stand under a heading.
    Section,
    /// A settings type whose settings stand among the others.
    Flatten,
    Skip,
}

/// A default as written.
pub(super) enum Given {
    Literal(Expr, Value),
    /// A variant of an enum.
    Variant(Expr),
}

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
    pub(super) default: Option<Given>,
    pub(super) min: Option<(Expr, f64)>,
    pub(super) max: Option<(Expr, f64)>,
    pub(super) validate: Option<Path>,
    /// Value and what is shown for it.
    pub(super) options: Option<Vec<(String, String)>>,
    pub(super) secret: bool,
    pub(super) role: Role,
    pub(super) custom: bool,
    pub(super) fallback: bool,
    pub(super) class: Class,
    pub(super) optional: bool,
    in_secret: bool,
}

impl Field {
    pub(super) fn read(field: &syn::Field, faults: &mut Faults) -> Self {
        let mut this = Self::plain(field);
        let entries = super::entries(&field.attrs, "setting", faults);
        for entry in &entries {
            let taken = this.take(entry);
            faults.ok(taken);
        }
        match this.role {
            Role::Setting => this.check(faults),
            Role::Section => refuse_others(&entries, "section", SECTION_KEYS, faults),
            Role::Flatten => refuse_others(&entries, "flatten", &["flatten"], faults),
            Role::Skip => refuse_others(&entries, "skip", &["skip"], faults),
        }
        this
    }

    /// The field without any attribute.
    fn plain(field: &syn::Field) -> Self {
        let name = field.ident.clone().unwrap_or_else(|| Ident::new("field", field.span()));
        let words = words::of_field(&name);
        let (class, optional, in_secret) = Class::of(&field.ty);
        Self {
            key: words.concat(),
            key_span: name.span(),
            display_name: words.join(" "),
            help_text: words::documentation(&field.attrs),
            name,
            ty: field.ty.clone(),
            kind: None,
            placeholder: None,
            regenerate_help_text: None,
            hosting: None,
            default: None,
            min: None,
            max: None,
            validate: None,
            options: None,
            secret: in_secret,
            role: Role::Setting,
            custom: false,
            fallback: false,
            class,
            optional,
            in_secret,
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
            "default" => self.default = Some(given(entry)?),
            "min" => self.min = Some(number(entry)?),
            "max" => self.max = Some(number(entry)?),
            "validate" => self.validate = Some(meta::path(entry)?),
            "options" => self.options = Some(options(entry)?),
            "secret" => self.secret = meta::flag(entry)? || self.in_secret,
            "custom" => self.custom = meta::flag(entry)?,
            "fallback" => self.fallback = meta::flag(entry)?,
            "section" => self.set_role(entry, Role::Section)?,
            "flatten" => self.set_role(entry, Role::Flatten)?,
            "skip" => self.set_role(entry, Role::Skip)?,
            unknown => {
                return Err(syn::Error::new_spanned(entry.path(), unknown_key("setting", unknown, KEYS)));
            }
        }
        Ok(())
    }

    fn set_role(&mut self, entry: &Meta, role: Role) -> syn::Result<()> {
        if !meta::flag(entry)? {
            return Ok(());
        }
        if self.role != Role::Setting {
            let message = "a field is one of `section`, `flatten` and `skip`: remove the others";
            return Err(syn::Error::new_spanned(entry, message));
        }
        self.role = role;
        Ok(())
    }

    /// The rules of Mattermost's own manifest check, and that type and default fit.
    fn check(&self, faults: &mut Faults) {
        match &self.default {
            Some(Given::Literal(expr, value)) => self.check_default(expr, value, faults),
            Some(Given::Variant(expr)) if self.class != Class::Other => {
                faults.on(expr, format!("the default of `{}` must be a literal", self.name));
            }
            _ => {}
        }
        self.check_range(faults);
        if self.custom || self.fallback {
            faults.at(
                self.name.span(),
                "`custom` and `fallback` are for sections; of a setting: `kind = \"custom\"`",
            );
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
            (None, true) if self.class != Class::Other => {
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

    fn check_range(&self, faults: &mut Faults) {
        let Some((expr, _)) = self.min.as_ref().or(self.max.as_ref()) else { return };
        let is_number = matches!(self.class, Class::Whole | Class::Fraction);
        if !is_number || self.in_secret {
            faults.on(expr, "`min` and `max` are for numbers; of another type: `validate = my_function`");
            return;
        }
        let least = self.min.as_ref().map_or(f64::NEG_INFINITY, |(_, least)| *least);
        let most = self.max.as_ref().map_or(f64::INFINITY, |(_, most)| *most);
        if least > most {
            faults.on(expr, "`min` is more than `max`: no value fits");
        } else if let Some(Given::Literal(expr, value)) = &self.default
            && value.as_f64().is_some_and(|value| value < least || value > most)
        {
            faults.on(expr, "the default is outside of `min` and `max`");
        }
    }

    /// The expression for `Default`.
    pub(super) fn default_value(&self) -> TokenStream {
        let value = match &self.default {
            None => {
                let span = self.ty.span();
                return quote::quote_spanned!(span=> ::core::default::Default::default());
            }
            Some(Given::Variant(expr)) => quote!(#expr),
            Some(Given::Literal(expr, value)) => match (self.class, value) {
                (_, Value::String(_)) => quote!(::core::convert::From::from(#expr)),
                (Class::Fraction, Value::Number(number)) => fraction(number.as_f64().unwrap_or_default()),
                _ => quote!(#expr),
            },
        };
        let value = match &self.default {
            Some(Given::Literal(_, Value::String(_))) => value,
            _ if self.in_secret => quote!(::core::convert::From::from(#value)),
            _ => value,
        };
        if self.optional { quote!(::core::option::Option::Some(#value)) } else { value }
    }
}

/// A float literal, also for a number written as a whole one.
pub(super) fn fraction(number: f64) -> TokenStream {
    let literal = Literal::f64_unsuffixed(number.abs());
    if number.is_sign_negative() { quote!(-#literal) } else { quote!(#literal) }
}

fn given(entry: &Meta) -> syn::Result<Given> {
    let value = meta::value(entry)?;
    match value {
        Expr::Path(_) => Ok(Given::Variant(value.clone())),
        _ => Ok(Given::Literal(value.clone(), json_literal(value)?)),
    }
}

fn number(entry: &Meta) -> syn::Result<(Expr, f64)> {
    let value = meta::value(entry)?;
    match json_literal(value)?.as_f64() {
        Some(number) => Ok((value.clone(), number)),
        None => Err(syn::Error::new_spanned(value, "expected a number")),
    }
}

/// A field that is no setting has few keys.
fn refuse_others(entries: &[Meta], role: &str, known: &[&str], faults: &mut Faults) {
    for entry in entries {
        let key = meta::key_of(entry.path());
        if KEYS.contains(&key.as_str()) && !known.contains(&key.as_str()) {
            faults.on(entry.path(), format!("`{key}` has no meaning beside `{role}`: remove it"));
        }
    }
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
