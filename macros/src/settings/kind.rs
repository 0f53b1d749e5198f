//! The kinds of settings that the System Console knows, and the Rust types that fit them.

use syn::{GenericArgument, PathArguments, Type};

/// Every kind, as the manifest names it.
pub(super) const KINDS: &[&str] =
    &["text", "longtext", "number", "bool", "username", "dropdown", "radio", "generated", "custom"];

/// Kinds whose field can be empty and then shows a placeholder.
const WITH_PLACEHOLDER: &[&str] = &["generated", "text", "longtext", "number", "username", "custom"];

/// What the macro can tell from a type's name; `Other` is left to the compiler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Text,
    Bool,
    Whole,
    Fraction,
    Other,
}

impl Class {
    /// The class of a type without the `Option` and `Secret` around it, and whether they are there.
    pub(super) fn of(ty: &Type) -> (Self, bool, bool) {
        let (ty, optional) = match inside(ty, "Option") {
            Some(inner) => (inner, true),
            None => (ty, false),
        };
        match inside(ty, "Secret") {
            Some(inner) => (Self::plain(inner), optional, true),
            None if is_named(ty, "Secret") => (Self::Text, optional, true),
            None => (Self::plain(ty), optional, false),
        }
    }

    fn plain(ty: &Type) -> Self {
        let Some(segment) = last_segment(ty) else { return Self::Other };
        match segment.ident.to_string().as_str() {
            "String" => Self::Text,
            "bool" => Self::Bool,
            "i8" | "i16" | "i32" | "i64" | "isize" | "u8" | "u16" | "u32" | "u64" | "usize" => Self::Whole,
            "f32" | "f64" => Self::Fraction,
            _ => Self::Other,
        }
    }

    /// The kind of a setting that does not name one.
    pub(super) fn kind(self) -> Option<&'static str> {
        match self {
            Self::Text => Some("text"),
            Self::Bool => Some("bool"),
            Self::Whole | Self::Fraction => Some("number"),
            Self::Other => None,
        }
    }

    /// What a default must be, when `value` is something else.
    pub(super) fn refuses(self, value: &serde_json::Value) -> Option<&'static str> {
        let (fits, wanted) = match self {
            Self::Text => (value.is_string(), "a text: `default = \"…\"`"),
            Self::Bool => (value.is_boolean(), "`true` or `false`"),
            Self::Whole => (value.is_i64() || value.is_u64(), "a whole number"),
            Self::Fraction => (value.is_number(), "a number"),
            Self::Other => (true, ""),
        };
        (!fits).then_some(wanted)
    }

    /// The type to use when this one cannot hold a setting of `kind`.
    pub(super) fn misfit(self, kind: &str) -> Option<&'static str> {
        let number = matches!(self, Self::Whole | Self::Fraction);
        match (kind, self) {
            (_, Self::Other) | ("custom", _) => None,
            ("bool", Self::Bool) => None,
            ("bool", _) => Some("`bool`"),
            ("number", _) if number => None,
            ("number", _) => Some("a number type"),
            // Their values are texts; a number type reads them, too.
            ("dropdown" | "radio", _) if number => None,
            (_, Self::Text) => None,
            _ => Some("`String`"),
        }
    }
}

/// Whether a setting of this kind has a choice of values.
pub(super) fn has_options(kind: &str) -> bool {
    matches!(kind, "dropdown" | "radio")
}

pub(super) fn has_placeholder(kind: &str) -> bool {
    WITH_PLACEHOLDER.contains(&kind)
}

fn last_segment(ty: &Type) -> Option<&syn::PathSegment> {
    match ty {
        Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
        Type::Group(group) => last_segment(&group.elem),
        _ => None,
    }
}

fn is_named(ty: &Type, name: &str) -> bool {
    last_segment(ty).is_some_and(|segment| segment.ident == name)
}

/// `T` of `name<T>`.
fn inside<'t>(ty: &'t Type, name: &str) -> Option<&'t Type> {
    let segment = last_segment(ty).filter(|segment| segment.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}
