//! The `Settings` derive: schema, defaults and reader of a struct.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, Fields, Meta};

use crate::diag::{Faults, unknown_key};
use crate::meta::{self, Entries};
use field::Field;

mod field;
mod kind;
mod schema;

/// Keys of `#[settings(…)]` on the struct.
const KEYS: &[&str] = &["header", "footer"];

pub(crate) fn derive(input: TokenStream) -> syn::Result<TokenStream> {
    let input: DeriveInput = syn::parse2(input)?;
    let mut faults = Faults::default();
    let page = Page::read(&input, &mut faults);
    let fields: Vec<Field> =
        named_fields(&input)?.iter().map(|field| Field::read(field, &mut faults)).collect();
    refuse_equal_keys(&fields, &mut faults);
    faults.into_result()?;
    Ok(implementation(&input, &page, &fields))
}

/// The texts above and below the settings.
#[derive(Default)]
struct Page {
    header: Option<String>,
    footer: Option<String>,
}

impl Page {
    fn read(input: &DeriveInput, faults: &mut Faults) -> Self {
        let mut page = Self::default();
        for entry in entries(&input.attrs, "settings", faults) {
            let text = |faults: &mut Faults| faults.ok(meta::text(&entry)).map(|text| text.value());
            match meta::key_of(entry.path()).as_str() {
                "header" => page.header = text(faults),
                "footer" => page.footer = text(faults),
                key => faults.on(entry.path(), unknown_key("settings", key, KEYS)),
            }
        }
        page
    }
}

/// The entries of all attributes of one name.
fn entries(attributes: &[syn::Attribute], name: &str, faults: &mut Faults) -> Vec<Meta> {
    let mut all = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        let entries = attribute.parse_args_with(Entries::parse_terminated);
        all.extend(faults.ok(entries).into_iter().flatten());
    }
    meta::refuse_duplicates(&all, faults);
    all
}

fn named_fields(
    input: &DeriveInput,
) -> syn::Result<&syn::punctuated::Punctuated<syn::Field, syn::Token![,]>> {
    let why = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) if input.generics.params.is_empty() => return Ok(&fields.named),
            Fields::Named(_) => "settings are one concrete type: remove the parameters",
            _ => "settings need names: give the struct named fields",
        },
        Data::Enum(_) => {
            "`Settings` is for a struct with one field a setting; \
             a choice between values is a field with `#[setting(kind = \"dropdown\", options(…))]`"
        }
        Data::Union(_) => "`Settings` is for a struct with one field a setting",
    };
    Err(syn::Error::new_spanned(&input.ident, why))
}

/// The server stores keys in lower case.
fn refuse_equal_keys(fields: &[Field], faults: &mut Faults) {
    let mut seen = std::collections::BTreeMap::new();
    for field in fields.iter().filter(|field| !field.skip) {
        if let Some(other) = seen.insert(field.key.to_lowercase(), &field.key) {
            let message = format!(
                "the server takes the keys `{other}` and `{}` for the same one: \
                 give this field another with `#[setting(key = \"…\")]`",
                field.key
            );
            faults.at(field.key_span, message);
        }
    }
}

fn implementation(input: &DeriveInput, page: &Page, fields: &[Field]) -> TokenStream {
    let this = &input.ident;
    let schema = schema::parts(page, fields);
    let defaults = fields.iter().map(|field| {
        let (name, value) = (&field.name, field.default_value());
        quote!(#name: #value)
    });
    let taken = fields.iter().map(taken);
    quote! {
        #[automatically_derived]
        impl ::core::default::Default for #this {
            fn default() -> Self {
                Self { #(#defaults),* }
            }
        }

        #[automatically_derived]
        impl ::mmplugin::__private::settings::Settings for #this {
            const SCHEMA: &'static ::core::primitive::str = {
                const PARTS: &[&::core::primitive::str] = &[#(#schema),*];
                const LENGTH: ::core::primitive::usize = ::mmplugin::__private::text::length(PARTS);
                const BYTES: [::core::primitive::u8; LENGTH] = ::mmplugin::__private::text::join(PARTS);
                ::mmplugin::__private::text::text(&BYTES)
            };

            fn from_json(
                object: &::mmplugin::__private::serde_json::Map<
                    ::std::string::String,
                    ::mmplugin::__private::serde_json::Value,
                >,
            ) -> ::core::result::Result<Self, ::mmplugin::__private::settings::SettingsError> {
                let default = <Self as ::core::default::Default>::default();
                let mut reader = ::mmplugin::__private::settings::Reader::new(object);
                let settings = Self { #(#taken),* };
                reader.finish(settings)
            }
        }
    }
}

fn taken(field: &Field) -> TokenStream {
    let Field { name, key, secret, .. } = field;
    if field.skip {
        return quote!(#name: default.#name);
    }
    let read = of_setting(&field.ty, "from_json");
    quote!(#name: reader.take(#key, #secret, default.#name, #read))
}

/// `<T as SettingValue>::…`, always alike and with the field's span: an unfit type gives one message, and there.
fn of_setting(ty: &syn::Type, item: &str) -> TokenStream {
    let span = syn::spanned::Spanned::span(ty);
    let item = syn::Ident::new(item, span);
    let ty = ty.to_token_stream();
    quote::quote_spanned!(span=> <#ty as ::mmplugin::__private::settings::SettingValue>::#item)
}
