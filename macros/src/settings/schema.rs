//! The manifest's `settings_schema`, as the texts whose join is its JSON.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use serde_json::{Value, json};

use super::Page;
use super::field::Field;

/// String expressions; a setting whose type the macro does not know has its kind filled in by the compiler.
pub(super) fn parts(page: &Page, fields: &[Field]) -> Vec<TokenStream> {
    let mut parts = Vec::new();
    let mut text = String::from("{");
    for (key, value) in [("header", &page.header), ("footer", &page.footer)] {
        if let Some(value) = value {
            text.push_str(&format!("\"{key}\":{},", Value::from(value.as_str())));
        }
    }
    text.push_str("\"settings\":[");
    for (i, field) in fields.iter().filter(|field| !field.skip).enumerate() {
        if i > 0 {
            text.push(',');
        }
        text.push_str(&before_kind(field));
        match &field.kind {
            Some(kind) => text.push_str(kind),
            None => {
                parts.push(std::mem::take(&mut text).into_token_stream());
                parts.push(super::of_setting(&field.ty, "KIND"));
            }
        }
        text.push_str(&after_kind(field));
    }
    text.push_str("]}");
    parts.push(quote!(#text));
    parts
}

fn before_kind(field: &Field) -> String {
    let key = Value::from(field.key.as_str());
    let name = Value::from(field.display_name.as_str());
    format!("{{\"key\":{key},\"display_name\":{name},\"type\":\"")
}

fn after_kind(field: &Field) -> String {
    let mut text = String::from("\"");
    let mut add = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            text.push_str(&format!(",\"{key}\":{value}"));
        }
    };
    let string = |text: &Option<String>| text.clone().map(Value::from);
    add("help_text", string(&field.help_text));
    add("regenerate_help_text", string(&field.regenerate_help_text));
    add("placeholder", string(&field.placeholder));
    add("default", field.default.as_ref().map(|(_, value)| value.clone()));
    add("options", field.options.as_ref().map(|options| choices(options)));
    add("hosting", string(&field.hosting));
    add("secret", field.secret.then_some(Value::Bool(true)));
    text.push('}');
    text
}

fn choices(options: &[(String, String)]) -> Value {
    options.iter().map(|(value, shown)| json!({"display_name": shown, "value": value})).collect()
}
