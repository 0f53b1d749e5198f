//! The `Settings` derive: schema, defaults and reader of a struct.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, Fields, Meta, Path};

use crate::diag::{Faults, unknown_key};
use crate::meta::{self, Entries};
use field::{Field, Role};

mod choice;
mod field;
mod kind;
mod read;
mod schema;
mod text;
mod words;

/// Keys of `#[settings(…)]` on the struct.
const KEYS: &[&str] = &["header", "footer", "validate"];

pub(crate) fn derive(input: TokenStream) -> syn::Result<TokenStream> {
    let input: DeriveInput = syn::parse2(input)?;
    if let Data::Enum(data) = &input.data {
        return choice::derive(&input, data);
    }
    let mut faults = Faults::default();
    let page = Page::read(&input, &mut faults);
    let fields: Vec<Field> =
        named_fields(&input)?.iter().map(|field| Field::read(field, &mut faults)).collect();
    refuse_equal_keys(&fields, &mut faults);
    check_sections(&input, &page, &fields, &mut faults);
    faults.into_result()?;
    Ok(implementation(&input, &page, &fields))
}

/// The texts above and below the settings.
#[derive(Default)]
struct Page {
    header: Option<String>,
    footer: Option<String>,
    /// The author's own check of the whole.
    validate: Option<Path>,
}

impl Page {
    fn read(input: &DeriveInput, faults: &mut Faults) -> Self {
        let mut page = Self::default();
        for entry in entries(&input.attrs, "settings", faults) {
            let text = |faults: &mut Faults| faults.ok(meta::text(&entry)).map(|text| text.value());
            match meta::key_of(entry.path()).as_str() {
                "header" => page.header = text(faults),
                "footer" => page.footer = text(faults),
                "validate" => page.validate = faults.ok(meta::path(&entry)),
                key => faults.on(entry.path(), unknown_key("settings", key, KEYS)),
            }
        }
        page
    }

    /// As JSON fields, each with a comma after it.
    fn head(&self) -> String {
        let texts = [("header", &self.header), ("footer", &self.footer)];
        let texts = texts.iter().filter_map(|(key, text)| Some((key, text.as_ref()?)));
        texts.map(|(key, text)| format!("\"{key}\":{},", schema::quoted(text))).collect()
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
        _ => "`Settings` is for a struct with one field a setting, or an enum with one variant an option",
    };
    Err(syn::Error::new_spanned(&input.ident, why))
}

/// The server stores keys in lower case.
fn refuse_equal_keys(fields: &[Field], faults: &mut Faults) {
    let mut seen = std::collections::BTreeMap::new();
    let with_keys = fields.iter().filter(|field| matches!(field.role, Role::Setting | Role::Section));
    for field in with_keys {
        let is_section = field.role == Role::Section;
        if let Some(other) = seen.insert((is_section, field.key.to_lowercase()), &field.key) {
            let message = format!(
                "the server takes the keys `{other}` and `{}` for the same one: \
                 give this field another with `#[setting(key = \"…\")]`",
                field.key
            );
            faults.at(field.key_span, message);
        }
    }
}

/// What System Consoles need to show sections at all.
fn check_sections(input: &DeriveInput, page: &Page, fields: &[Field], faults: &mut Faults) {
    let mut sections = fields.iter().filter(|field| field.role == Role::Section).peekable();
    if sections.peek().is_some() && page.footer.as_ref().is_none_or(|footer| footer.trim().is_empty()) {
        let message = "a page with sections needs a footer: `#[settings(footer = \"…\")]`\n\
            without one some servers show no way to the page, or nobody can change anything on it";
        faults.on(&input.ident, message);
    }
    let others = fields.iter().any(Field::is_listed);
    for section in sections.filter(|section| others && section.key.eq_ignore_ascii_case(schema::GENERAL)) {
        let message = "the settings outside of all sections make the section `General`: \
            give this one another key, or move them into it";
        faults.at(section.key_span, message);
    }
}

fn implementation(input: &DeriveInput, page: &Page, fields: &[Field]) -> TokenStream {
    let this = &input.ident;
    let defaults = fields.iter().map(|field| {
        let (name, value) = (&field.name, field.default_value());
        quote!(#name: #value)
    });
    let taken = fields.iter().map(read::taken);
    let assertions = read::assertions(this, fields);
    let check = page.validate.as_ref().map(|function| {
        let call = read::call(function);
        quote!(reader.check(before, &settings, |value: &Self| { #call ::core::result::Result::Ok(()) });)
    });
    let own = quote!(<#this as ::mmplugin::__private::settings::Settings>::PART.list);
    let schema = schema::whole(page, fields, own);
    let (list, keys, head) = (schema::list(fields), schema::keys(fields), page.head());
    let sections = fields.iter().any(|field| field.role == Role::Section);
    quote! {
        #[automatically_derived]
        impl ::core::default::Default for #this {
            fn default() -> Self {
                Self { #(#defaults),* }
            }
        }

        #[automatically_derived]
        impl ::mmplugin::__private::settings::Settings for #this {
            const SCHEMA: &'static ::core::primitive::str = #schema;

            const PART: ::mmplugin::__private::settings::Part = ::mmplugin::__private::settings::Part {
                list: #list,
                head: #head,
                keys: #keys,
                sections: #sections,
            };

            #[allow(unused_variables)]
            fn read(reader: &mut ::mmplugin::__private::settings::Reader<'_>) -> Self {
                let default = <Self as ::core::default::Default>::default();
                let before = reader.faults();
                let settings = Self { #(#taken),* };
                #check
                settings
            }
        }

        #assertions
    }
}

/// `<T as SettingValue>::…`, always alike and with the field's span: an unfit type gives one message, and there.
fn of_setting(ty: &syn::Type, item: &str) -> TokenStream {
    let span = syn::spanned::Spanned::span(ty);
    let item = syn::Ident::new(item, span);
    let ty = ty.to_token_stream();
    quote::quote_spanned!(span=> <#ty as ::mmplugin::__private::settings::SettingValue>::#item)
}

/// The path of what the derived code calls.
fn runtime(span: Span) -> TokenStream {
    quote::quote_spanned!(span=> ::mmplugin::__private::settings)
}
