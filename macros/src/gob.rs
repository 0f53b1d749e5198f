//! The `gob` derive.
//!
//! What it emits is small on purpose, since hundreds of types derive it: a table of names, and a few lines a field that
//! call what exists once for each field type. The loops are in the library.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Attribute, Data, DataEnum, DeriveInput, Error, Fields, FieldsNamed, Ident, LitInt, LitStr, Type};

pub(crate) fn derive(input: TokenStream) -> syn::Result<TokenStream> {
    let input: DeriveInput = syn::parse2(input)?;
    if let Some(param) = input.generics.params.first() {
        return Err(Error::new(
            param.span(),
            "`Gob` cannot be derived for generic types\nhelp: write one struct for each Go type; \
             `Option`, `Vec`, maps and `Value` inside it can hold anything",
        ));
    }
    let options = Options::of(&input.attrs)?;
    let name = &input.ident;
    let body = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => record(name, &options, fields)?,
            Fields::Unit => record_of(name, &options, &[]),
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                newtype(name, &fields.unnamed.first().map(|field| field.ty.clone()))
            }
            Fields::Unnamed(fields) => {
                return Err(Error::new(
                    fields.span(),
                    "gob has no tuples\nhelp: name the fields, or wrap a single value: `struct UserId(String);`",
                ));
            }
        },
        Data::Enum(data) => open_enum(name, &options, data)?,
        Data::Union(data) => {
            return Err(Error::new(
                data.union_token.span,
                "`Gob` cannot be derived for unions\nhelp: use a struct",
            ));
        }
    };
    Ok(quote! {
        #[automatically_derived]
        const _: () = {
            use ::mmplugin::__private::gob as __rt;
            #body
        };
    })
}

const OPTIONS_HELP: &str = "unknown option\nhelp: one of `name = \"GoName\"`, `skip`, `explicit`, `inline`, `filled`, `embedded`; \
    on an enum `string` or an integer type, on its variants a value or `other`";

/// What stands in `#[gob(…)]`, on types, fields and variants together.
#[derive(Default)]
struct Options {
    name: Option<LitStr>,
    value: Option<(Value, Span)>,
    skip: Option<Span>,
    explicit: Option<Span>,
    embedded: Option<Span>,
    other: Option<Span>,
    inline: Option<Span>,
    filled: Option<Span>,
    repr: Option<Ident>,
}

enum Value {
    Text(LitStr),
    Int(i64),
}

enum Item {
    Name(LitStr),
    Value(Value, Span),
    Word(Ident),
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            let text: LitStr = input.parse()?;
            let span = text.span();
            return Ok(Self::Value(Value::Text(text), span));
        }
        if input.peek(LitInt) || input.peek(syn::Token![-]) {
            let minus: Option<syn::Token![-]> = input.parse()?;
            let number: LitInt = input.parse()?;
            let sign = if minus.is_some() { "-" } else { "" };
            let value = format!("{sign}{}", number.base10_digits()).parse();
            let value = value.map_err(|_| Error::new(number.span(), "this does not fit i64"))?;
            return Ok(Self::Value(Value::Int(value), number.span()));
        }
        let word: Ident = input.parse()?;
        if word == "name" {
            input.parse::<syn::Token![=]>()?;
            return input.parse().map(Self::Name);
        }
        if input.peek(syn::Token![=]) {
            return Err(Error::new(word.span(), OPTIONS_HELP));
        }
        Ok(Self::Word(word))
    }
}

impl Options {
    fn of(attrs: &[Attribute]) -> syn::Result<Self> {
        let mut options = Self::default();
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("gob")) {
            let items =
                attr.parse_args_with(syn::punctuated::Punctuated::<Item, syn::Token![,]>::parse_terminated)?;
            items.into_iter().try_for_each(|item| options.add(item))?;
        }
        Ok(options)
    }

    fn add(&mut self, item: Item) -> syn::Result<()> {
        match item {
            Item::Name(name) => self.name = Some(name),
            Item::Value(value, span) => self.value = Some((value, span)),
            Item::Word(word) => match word.to_string().as_str() {
                "skip" => self.skip = Some(word.span()),
                "explicit" => self.explicit = Some(word.span()),
                "inline" => self.inline = Some(word.span()),
                "filled" => self.filled = Some(word.span()),
                "embedded" => self.embedded = Some(word.span()),
                "other" => self.other = Some(word.span()),
                "string" | "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" => self.repr = Some(word),
                _ => {
                    return Err(Error::new(word.span(), OPTIONS_HELP));
                }
            },
        }
        Ok(())
    }

    /// Refuses what has no meaning at this place.
    fn only(&self, place: &str, allowed: &[&str]) -> syn::Result<()> {
        let given = [
            ("name", self.name.as_ref().map(Spanned::span)),
            ("a value", self.value.as_ref().map(|(_, span)| *span)),
            ("skip", self.skip),
            ("explicit", self.explicit),
            ("embedded", self.embedded),
            ("inline", self.inline),
            ("filled", self.filled),
            ("other", self.other),
            ("repr", self.repr.as_ref().map(Ident::span)),
        ];
        for (what, span) in given {
            if let Some(span) = span
                && !allowed.contains(&what)
            {
                let list = allowed.join("`, `");
                return Err(Error::new(
                    span,
                    format!("this has no meaning on {place}\nhelp: allowed are `{list}`"),
                ));
            }
        }
        Ok(())
    }
}

/// One field of a struct.
struct Member {
    ident: Ident,
    ty: Type,
    go: String,
    explicit: bool,
    skip: bool,
}

fn record(name: &Ident, options: &Options, fields: &FieldsNamed) -> syn::Result<TokenStream> {
    options.only("a struct", &["name", "explicit", "inline", "filled"])?;
    let mut members = Vec::new();
    for field in &fields.named {
        let options = Options::of(&field.attrs)?;
        options.only("a field", &["name", "skip", "explicit", "embedded"])?;
        let ident = field.ident.clone().ok_or_else(|| Error::new(field.span(), "a field without a name"))?;
        let go = go_name(&ident, &field.ty, &options)?;
        members.push(Member {
            ident,
            ty: field.ty.clone(),
            go,
            explicit: options.explicit.is_some(),
            skip: options.skip.is_some(),
        });
    }
    for (i, member) in members.iter().enumerate() {
        let same = |other: &&Member| !other.skip && other.go == member.go;
        if !member.skip && members.iter().take(i).any(|other| same(&other)) {
            let message = format!("two fields have the Go name `{}`", member.go);
            return Err(Error::new(member.ident.span(), message));
        }
    }
    Ok(record_of(name, options, &members))
}

/// The Go name: given, or that of an embedded type, or the Rust name in Go's spelling.
fn go_name(ident: &Ident, ty: &Type, options: &Options) -> syn::Result<String> {
    if let Some(name) = &options.name {
        if !name.value().starts_with(char::is_uppercase) {
            return Err(Error::new(
                name.span(),
                "Go sends only fields whose names start with a capital letter",
            ));
        }
        return Ok(name.value());
    }
    if let Some(span) = options.embedded {
        return innermost(ty).map(|ident| ident.to_string()).ok_or_else(|| {
            Error::new(span, "an embedded field must have a named type\nhelp: give `name = \"…\"`")
        });
    }
    let text = ident.to_string();
    let words = text.trim_start_matches("r#").split('_');
    Ok(words.map(|word| word.get(..1).unwrap_or("").to_uppercase() + word.get(1..).unwrap_or("")).collect())
}

/// Whether a type is written as `Option<…>`.
fn is_option(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Option"))
}

/// The last name of a type, looking through `Option` and `Box`.
fn innermost(ty: &Type) -> Option<&Ident> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    if let syn::PathArguments::AngleBracketed(args) = &last.arguments {
        return args.args.iter().find_map(|arg| match arg {
            syn::GenericArgument::Type(ty) => innermost(ty),
            _ => None,
        });
    }
    Some(&last.ident)
}

fn record_of(name: &Ident, options: &Options, members: &[Member]) -> TokenStream {
    let go = options.name.as_ref().map_or_else(|| name.to_string(), LitStr::value);
    let sent = || members.iter().filter(|member| !member.skip);
    let zeros = members.iter().map(|member| {
        let ident = &member.ident;
        if member.skip {
            quote!(#ident: ::core::default::Default::default())
        } else if options.filled.is_some() && is_option(&member.ty) {
            quote!(#ident: ::core::option::Option::Some(__rt::Gob::zero()))
        } else {
            quote!(#ident: __rt::Gob::zero())
        }
    });
    let table = sent().map(|member| {
        let (ty, go) = (&member.ty, &member.go);
        quote!(__rt::Field { name: #go, of: <#ty as __rt::Gob>::describe })
    });
    let puts = sent().enumerate().map(|(i, member)| {
        let (ident, i) = (&member.ident, i as u32);
        if member.explicit {
            quote!(__rt::put_explicit(&self.#ident, w, #i);)
        } else {
            quote!(__rt::Gob::gob_put_field(&self.#ident, w, #i);)
        }
    });
    let gets = sent().enumerate().map(|(i, member)| {
        let (ident, i) = (&member.ident, i as u32);
        quote!(#i => __rt::Gob::gob_get(&mut self.#ident, r, plan),)
    });
    let puts = quote! {
        let ::core::option::Option::Some(outer) = w.open() else { return };
        #(#puts)*
        w.close(outer, &INFO);
    };
    let puts = if options.explicit.is_some() { quote!(w.explicitly(|w| { #puts });) } else { puts };
    // For types of a library that most of its users never need: compiled in those crates that do.
    let inline = options.inline.map(|_| quote!(#[inline]));
    quote! {
        static INFO: __rt::Info = __rt::Info { name: #go, fields: &[#(#table),*] };
        impl __rt::Gob for #name {
            #inline
            fn zero() -> Self {
                Self { #(#zeros),* }
            }
            #inline
            fn describe() -> __rt::Type {
                __rt::Type::record::<Self>(&INFO)
            }
            #inline
            fn gob_put(&self, w: &mut __rt::Writer<'_>) {
                #puts
            }
            #inline
            fn gob_get(&mut self, r: &mut __rt::Reader<'_>, plan: __rt::Plan) -> __rt::Res {
                r.record(self, plan)
            }
        }
        impl __rt::Record for #name {
            #inline
            fn get_field(&mut self, index: u32, r: &mut __rt::Reader<'_>, plan: __rt::Plan) -> __rt::Res {
                match index {
                    #(#gets)*
                    _ => ::core::result::Result::Ok(()),
                }
            }
        }
    }
}

fn newtype(name: &Ident, ty: &Option<Type>) -> TokenStream {
    quote! {
        impl __rt::Gob for #name {
            fn zero() -> Self {
                Self(<#ty as __rt::Gob>::zero())
            }
            fn describe() -> __rt::Type {
                <#ty as __rt::Gob>::describe()
            }
            fn gob_is_zero(&self) -> bool {
                __rt::Gob::gob_is_zero(&self.0)
            }
            fn gob_put(&self, w: &mut __rt::Writer<'_>) {
                __rt::Gob::gob_put(&self.0, w)
            }
            fn gob_put_field(&self, w: &mut __rt::Writer<'_>, index: u32) {
                __rt::Gob::gob_put_field(&self.0, w, index)
            }
            fn gob_put_present(&self, w: &mut __rt::Writer<'_>, index: u32) {
                __rt::Gob::gob_put_present(&self.0, w, index)
            }
            fn gob_get(&mut self, r: &mut __rt::Reader<'_>, plan: __rt::Plan) -> __rt::Res {
                __rt::Gob::gob_get(&mut self.0, r, plan)
            }
        }
    }
}

const ENUM_HELP: &str = "\nhelp: gob has no enums, but names for strings and integers: put `#[gob(string)]` or \
    `#[gob(i64)]` on the enum, `#[gob(\"value\")]` on each variant, and end with \
    `#[gob(other)] Other(String)`, so that values of newer servers are kept";

fn open_enum(name: &Ident, options: &Options, data: &DataEnum) -> syn::Result<TokenStream> {
    options.only("an enum", &["name", "repr"])?;
    let Some(repr) = &options.repr else {
        return Err(Error::new(name.span(), format!("this enum does not say what it is in Go{ENUM_HELP}")));
    };
    let text = repr == "string";
    let (mut to, mut from, mut other) = (Vec::new(), Vec::new(), None);
    for variant in &data.variants {
        let options = Options::of(&variant.attrs)?;
        options.only("a variant", &["a value", "other"])?;
        let ident = &variant.ident;
        if options.other.is_some() {
            if !matches!(&variant.fields, Fields::Unnamed(fields) if fields.unnamed.len() == 1) {
                return Err(Error::new(
                    variant.span(),
                    format!("the other variant must hold the value{ENUM_HELP}"),
                ));
            }
            other = Some(ident);
            continue;
        }
        if !matches!(variant.fields, Fields::Unit) {
            return Err(Error::new(
                variant.fields.span(),
                format!("a value of gob cannot hold fields{ENUM_HELP}"),
            ));
        }
        let value = match (options.value, text) {
            (Some((Value::Text(value), _)), true) => quote!(#value),
            (Some((Value::Int(value), _)), false) => quote!(#value),
            (Some((_, span)), _) => return Err(Error::new(span, format!("the enum is one over {repr}"))),
            (None, _) => {
                return Err(Error::new(variant.span(), format!("this variant has no value{ENUM_HELP}")));
            }
        };
        to.push(quote!(Self::#ident => #value));
        from.push(quote!(#value => Self::#ident));
    }
    let Some(other) = other else {
        return Err(Error::new(name.span(), format!("this enum has no place for unknown values{ENUM_HELP}")));
    };
    Ok(if text { text_enum(name, other, &to, &from) } else { int_enum(name, repr, other, &to, &from) })
}

fn text_enum(name: &Ident, other: &Ident, to: &[TokenStream], from: &[TokenStream]) -> TokenStream {
    quote! {
        impl __rt::StringEnum for #name {
            fn as_str(&self) -> &str {
                match self {
                    #(#to,)*
                    Self::#other(text) => text,
                }
            }
            fn from_text(text: &str) -> Self {
                match text {
                    #(#from,)*
                    text => Self::#other(text.into()),
                }
            }
        }
        impl __rt::Gob for #name {
            fn zero() -> Self {
                __rt::StringEnum::from_text("")
            }
            fn describe() -> __rt::Type {
                <::std::string::String as __rt::Gob>::describe()
            }
            fn gob_is_zero(&self) -> bool {
                __rt::StringEnum::as_str(self).is_empty()
            }
            fn gob_put(&self, w: &mut __rt::Writer<'_>) {
                __rt::open::put_text(__rt::StringEnum::as_str(self), w)
            }
            fn gob_put_field(&self, w: &mut __rt::Writer<'_>, index: u32) {
                __rt::open::put_text_field(__rt::StringEnum::as_str(self), w, index)
            }
            fn gob_get(&mut self, r: &mut __rt::Reader<'_>, _: __rt::Plan) -> __rt::Res {
                __rt::open::get_text(r).map(|value| *self = value)
            }
        }
    }
}

fn int_enum(
    name: &Ident,
    repr: &Ident,
    other: &Ident,
    to: &[TokenStream],
    from: &[TokenStream],
) -> TokenStream {
    quote! {
        impl __rt::IntEnum<#repr> for #name {
            fn as_int(&self) -> #repr {
                match self {
                    #(#to as #repr,)*
                    Self::#other(value) => *value,
                }
            }
            fn from_int(value: #repr) -> Self {
                #[expect(clippy::unnecessary_cast, reason = "the width is the enum's choice")]
                match value as i64 {
                    #(#from,)*
                    _ => Self::#other(value),
                }
            }
        }
        impl __rt::Gob for #name {
            fn zero() -> Self {
                __rt::IntEnum::from_int(0)
            }
            fn describe() -> __rt::Type {
                <#repr as __rt::Gob>::describe()
            }
            fn gob_is_zero(&self) -> bool {
                __rt::IntEnum::as_int(self) == 0
            }
            fn gob_put(&self, w: &mut __rt::Writer<'_>) {
                __rt::Gob::gob_put(&__rt::IntEnum::as_int(self), w)
            }
            fn gob_put_field(&self, w: &mut __rt::Writer<'_>, index: u32) {
                __rt::Gob::gob_put_field(&__rt::IntEnum::as_int(self), w, index)
            }
            fn gob_get(&mut self, r: &mut __rt::Reader<'_>, plan: __rt::Plan) -> __rt::Res {
                __rt::open::get_int(r, plan).map(|value| *self = value)
            }
        }
    }
}
