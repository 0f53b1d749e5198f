//! The derive on an enum: its variants are the options of a `dropdown` or `radio` setting.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Value, json};
use syn::{DataEnum, DeriveInput, Fields, Ident, Variant};

use super::words;
use crate::diag::{Faults, unknown_key};
use crate::meta;

/// Keys of `#[setting(…)]` on a variant.
const KEYS: &[&str] = &["value", "display_name", "default"];

struct Choice {
    name: Ident,
    value: String,
    shown: String,
    is_default: bool,
}

pub(super) fn derive(input: &DeriveInput, data: &DataEnum) -> syn::Result<TokenStream> {
    let mut faults = Faults::default();
    if !input.generics.params.is_empty() {
        faults.on(&input.generics.params, "a choice is one concrete type: remove the parameters");
    }
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("settings")) {
        faults.on(
            attribute,
            "`#[settings(…)]` is for structs; on variants: `#[setting(value = \"…\", display_name = \"…\")]`",
        );
    }
    if data.variants.is_empty() {
        faults.on(&input.ident, "a choice needs at least one variant");
    }
    let choices: Vec<Choice> =
        data.variants.iter().map(|variant| Choice::read(variant, &mut faults)).collect();
    refuse_equal(&choices, &mut faults);
    faults.into_result()?;
    Ok(implementation(input, &choices))
}

impl Choice {
    fn read(variant: &Variant, faults: &mut Faults) -> Self {
        if !matches!(variant.fields, Fields::Unit) {
            faults.on(&variant.fields, "an option is a text: the variant cannot hold anything");
        }
        let words = words::of_variant(&variant.ident);
        let mut choice = Self {
            name: variant.ident.clone(),
            value: words.join("_").to_lowercase(),
            shown: words.join(" "),
            is_default: false,
        };
        for entry in super::entries(&variant.attrs, "setting", faults) {
            let taken = choice.take(&entry);
            faults.ok(taken);
        }
        choice
    }

    fn take(&mut self, entry: &syn::Meta) -> syn::Result<()> {
        match meta::key_of(entry.path()).as_str() {
            "value" => self.value = not_empty(entry)?,
            "display_name" => self.shown = not_empty(entry)?,
            "default" => self.is_default = meta::flag(entry)?,
            key => return Err(syn::Error::new_spanned(entry.path(), unknown_key("setting", key, KEYS))),
        }
        Ok(())
    }
}

fn not_empty(entry: &syn::Meta) -> syn::Result<String> {
    let text = meta::text(entry)?;
    if text.value().trim().is_empty() {
        return Err(syn::Error::new(text.span(), "an option's value and shown text must not be empty"));
    }
    Ok(text.value())
}

fn refuse_equal(choices: &[Choice], faults: &mut Faults) {
    for (i, choice) in choices.iter().enumerate() {
        let before = choices.get(..i).unwrap_or_default();
        if let Some(other) = before.iter().find(|other| other.value == choice.value) {
            let message = format!("`{}` has the value \"{}\", too", other.name, choice.value);
            faults.on(&choice.name, message);
        }
        if choice.is_default && before.iter().any(|other| other.is_default) {
            faults.on(&choice.name, "another variant is the default already");
        }
    }
}

fn implementation(input: &DeriveInput, choices: &[Choice]) -> TokenStream {
    let (this, visibility) = (&input.ident, &input.vis);
    let names: Vec<&Ident> = choices.iter().map(|choice| &choice.name).collect();
    let values: Vec<&str> = choices.iter().map(|choice| choice.value.as_str()).collect();
    let quoted: Vec<String> = values.iter().map(|value| Value::from(*value).to_string()).collect();
    let options: Value =
        choices.iter().map(|choice| json!({"display_name": choice.shown, "value": choice.value})).collect();
    let options = options.to_string();
    let default = choices.iter().find(|choice| choice.is_default).or(choices.first());
    let default = default.map(|choice| &choice.name);
    quote! {
        impl #this {
            /// The text that the server stores for this option.
            #[allow(dead_code)]
            #visibility const fn setting_value(&self) -> &'static ::core::primitive::str {
                match self {
                    #(Self::#names => #values,)*
                }
            }

            #[doc(hidden)]
            #[allow(dead_code)]
            #visibility const fn __setting_json(&self) -> &'static ::core::primitive::str {
                match self {
                    #(Self::#names => #quoted,)*
                }
            }
        }

        #[automatically_derived]
        impl ::core::default::Default for #this {
            fn default() -> Self {
                Self::#default
            }
        }

        #[automatically_derived]
        impl ::mmplugin::__private::settings::SettingValue for #this {
            const KIND: &'static ::core::primitive::str = "dropdown";
            const OPTIONS: &'static ::core::primitive::str = #options;
            const DEFAULT: &'static ::core::primitive::str = Self::__setting_json(&Self::#default);

            fn from_json(
                value: &::mmplugin::__private::serde_json::Value,
            ) -> ::core::result::Result<
                ::core::option::Option<Self>,
                ::mmplugin::__private::settings::Expected,
            > {
                const VARIANTS: &[fn() -> #this] = &[#(|| #this::#names),*];
                const VALUES: &[&::core::primitive::str] = &[#(#values),*];
                ::mmplugin::__private::settings::choice(value, VALUES, VARIANTS)
            }
        }
    }
}
