//! The manifest's `settings_schema`, as texts of which the compiler fills in what only it knows.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use serde_json::{Value, json};
use syn::spanned::Spanned;

use super::Page;
use super::field::{Field, Given, Role};
use super::kind::Class;
use super::text::Text;

/// The section of what stands outside of all sections, since older System Consoles show either sections or the rest.
pub(super) const GENERAL: &str = "General";

/// The settings that stand in no section, with commas between them.
pub(super) fn list(fields: &[Field]) -> TokenStream {
    let mut text = Text::default();
    for (i, field) in fields.iter().filter(|field| field.is_listed()).enumerate() {
        if i > 0 {
            text.push(",");
        }
        match field.role {
            Role::Flatten => text.push_expr(field.part("list")),
            _ => setting(&mut text, field),
        }
    }
    text.tokens()
}

/// Keys in lower case, a line end after each.
pub(super) fn keys(fields: &[Field]) -> TokenStream {
    let mut text = Text::default();
    for field in fields {
        match field.role {
            Role::Setting => text.push(&format!("{}\n", field.key.to_lowercase())),
            Role::Section | Role::Flatten => text.push_expr(field.part("keys")),
            Role::Skip => {}
        }
    }
    text.tokens()
}

/// The whole object; `own` is the expression for [`list`].
pub(super) fn whole(page: &Page, fields: &[Field], own: TokenStream) -> TokenStream {
    let mut text = Text::default();
    text.push("{");
    text.push(&page.head());
    let sections: Vec<&Field> = fields.iter().filter(|field| field.role == Role::Section).collect();
    if sections.is_empty() {
        text.push("\"settings\":[");
        text.push_expr(own);
        text.push("]}");
        return text.tokens();
    }
    text.push("\"sections\":[");
    let has_general = fields.iter().any(Field::is_listed);
    if has_general {
        text.push(&format!("{{\"key\":\"{GENERAL}\",\"title\":\"{GENERAL}\",\"settings\":["));
        text.push_expr(own);
        text.push("]}");
    }
    for (i, field) in sections.iter().enumerate() {
        if i > 0 || has_general {
            text.push(",");
        }
        section(&mut text, field);
    }
    text.push("]}");
    text.tokens()
}

fn section(text: &mut Text, field: &Field) {
    text.push(&format!("{{\"key\":{},\"title\":{},", quoted(&field.key), quoted(&field.display_name)));
    if let Some(subtitle) = &field.help_text {
        text.push(&format!("\"subtitle\":{},", quoted(subtitle)));
    }
    text.push_expr(field.part("head"));
    for (key, set) in [("custom", field.custom), ("fallback", field.fallback)] {
        if set {
            text.push(&format!("\"{key}\":true,"));
        }
    }
    text.push("\"settings\":[");
    text.push_expr(field.part("list"));
    text.push("]}");
}

fn setting(text: &mut Text, field: &Field) {
    let key = quoted(&field.key);
    text.push(&format!("{{\"key\":{key},\"display_name\":{},\"type\":\"", quoted(&field.display_name)));
    match &field.kind {
        Some(kind) => text.push(kind),
        None => text.push_expr(super::of_setting(&field.ty, "KIND")),
    }
    text.push("\"");
    for (key, value) in [
        ("help_text", &field.help_text),
        ("regenerate_help_text", &field.regenerate_help_text),
        ("placeholder", &field.placeholder),
    ] {
        if let Some(value) = value {
            text.push(&format!(",\"{key}\":{}", quoted(value)));
        }
    }
    match &field.default {
        Some(Given::Literal(_, value)) => text.push(&format!(",\"default\":{value}")),
        Some(Given::Variant(expr)) => {
            text.push(",\"default\":");
            text.push_expr(quote_spanned!(expr.span()=> (#expr).__setting_json()));
        }
        None => of_type(text, field, "default", "DEFAULT"),
    }
    match &field.options {
        Some(options) => text.push(&format!(",\"options\":{}", choices(options))),
        None => of_type(text, field, "options", "OPTIONS"),
    }
    if let Some(hosting) = &field.hosting {
        text.push(&format!(",\"hosting\":{}", quoted(hosting)));
    }
    if field.secret {
        text.push(",\"secret\":true");
    } else if field.class == Class::Other {
        let secret = super::of_setting(&field.ty, "SECRET");
        let span = field.ty.span();
        let path = super::runtime(span);
        text.push_expr(quote_spanned!(span=> #path::when(#secret, ",\"secret\":true")));
    }
    text.push("}");
}

/// What a type that only the compiler knows says about itself.
fn of_type(text: &mut Text, field: &Field, key: &str, item: &str) {
    if field.class != Class::Other {
        return;
    }
    let value = super::of_setting(&field.ty, item);
    let (span, comma) = (field.ty.span(), format!(",\"{key}\":"));
    let path = super::runtime(span);
    text.push_expr(quote_spanned!(span=> #path::when(!#value.is_empty(), #comma)));
    text.push_expr(value);
}

pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn choices(options: &[(String, String)]) -> Value {
    options.iter().map(|(value, shown)| json!({"display_name": shown, "value": value})).collect()
}

impl Field {
    /// Its settings are among those of no section.
    pub(super) fn is_listed(&self) -> bool {
        matches!(self.role, Role::Setting | Role::Flatten)
    }

    /// Of the settings type that the field holds.
    pub(super) fn part(&self, item: &str) -> TokenStream {
        let (span, ty) = (self.ty.span(), &self.ty);
        let item = syn::Ident::new(item, span);
        quote_spanned!(span=> <#ty as ::mmplugin::__private::settings::Settings>::PART.#item)
    }
}
