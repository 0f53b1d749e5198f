//! Go types to Rust types.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};

use super::enums::{self, Own, Values};
use super::gotype::GoType;
use super::schema::Schema;
use super::special;

/// A Rust type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Rust {
    Bool,
    /// `i64`, `u32`, `f64` …
    Number(&'static str),
    String,
    /// An id: a string with a name.
    Id(String),
    Bytes,
    /// A struct, an enum or one of the hand-written types.
    Named(String),
    Option(Box<Rust>),
    Box(Box<Rust>),
    Vec(Box<Rust>),
    Map(Box<Rust>, Box<Rust>),
}

/// What Go's `map[string]string` is: gob/string_map.rs.
pub(crate) const STRING_MAP: &str = "StringMap";

impl std::fmt::Display for Rust {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Number(name) => f.write_str(name),
            Self::String => f.write_str("String"),
            Self::Id(name) | Self::Named(name) => f.write_str(name),
            Self::Bytes => f.write_str("Vec<u8>"),
            Self::Option(inner) => write!(f, "Option<{inner}>"),
            Self::Box(inner) => write!(f, "Box<{inner}>"),
            Self::Vec(inner) => write!(f, "Vec<{inner}>"),
            Self::Map(key, value) => write!(f, "BTreeMap<{key}, {value}>"),
        }
    }
}

impl Rust {
    /// Go may write it in JSON as null, where it is empty.
    pub(crate) fn may_be_null(&self) -> bool {
        match self {
            Self::Vec(_) | Self::Map(..) => true,
            Self::Named(name) => name == "StringInterface" || name == STRING_MAP,
            _ => false,
        }
    }

    /// Calls `visit` with every name that is not of the language.
    pub(crate) fn names<'a>(&'a self, visit: &mut impl FnMut(&'a str)) {
        match self {
            Self::Id(name) | Self::Named(name) => visit(name),
            Self::Option(inner) | Self::Box(inner) | Self::Vec(inner) => inner.names(visit),
            Self::Map(key, value) => {
                visit("BTreeMap");
                key.names(visit);
                value.names(visit);
            }
            _ => {}
        }
    }
}

/// The named types of the schema and how they are called.
pub(crate) struct Types<'a> {
    aliases: BTreeMap<&'a str, GoType>,
    declared: BTreeSet<&'a str>,
    recursive: BTreeSet<&'a str>,
}

impl<'a> Types<'a> {
    pub(crate) fn new(schema: &'a Schema) -> Self {
        let mut aliases = BTreeMap::new();
        let mut declared: BTreeSet<&str> =
            schema.enums.iter().filter(|e| e.is_open()).map(|e| e.name.as_str()).collect();
        for t in &schema.types {
            match t.is.as_deref().map(GoType::parse) {
                Some(Ok(is)) => drop(aliases.insert(t.name.as_str(), is)),
                _ => drop(declared.insert(t.name.as_str())),
            }
        }
        let recursive = recursive(schema);
        Self { aliases, declared, recursive }
    }

    /// True for structs and enums that are emitted under their own name.
    pub(crate) fn is_declared(&self, go: &str) -> bool {
        self.declared.contains(go)
    }

    /// `go` with the named kinds (`model.StringMap` …) replaced by what they are.
    pub(crate) fn resolve(&self, go: &GoType) -> GoType {
        match go {
            GoType::Named(name) if is_mapped(name) => go.clone(),
            GoType::Named(name) => match self.aliases.get(name.as_str()) {
                Some(is) => self.resolve(is),
                None => go.clone(),
            },
            GoType::Bytes => GoType::Bytes,
            GoType::Array(inner) => GoType::Array(self.resolve(inner).into()),
            GoType::Pointer(inner) => GoType::Pointer(self.resolve(inner).into()),
            GoType::Slice(inner) => GoType::Slice(self.resolve(inner).into()),
            GoType::Map(key, value) => GoType::Map(self.resolve(key).into(), self.resolve(value).into()),
        }
    }

    /// Rust name of a declared type.
    pub(crate) fn name(&self, go: &str) -> Result<String> {
        if let Some(row) = special::MAPPED.iter().find(|row| row.go == go) {
            return Ok(row.rust.to_owned());
        }
        if let Some((package, prefix, _)) = special::PREFIXED.iter().find(|row| go.starts_with(row.0)) {
            return Ok(format!("{prefix}{}", &go[package.len()..]));
        }
        let (package, name) = go.split_once('.').with_context(|| format!("{go}: no Rust type"))?;
        let known = matches!(package, "model" | "plugin" | "saml2") && self.is_declared(go);
        known.then(|| name.to_owned()).with_context(|| format!("{go}: no Rust type; add a row to MAPPED"))
    }

    /// The type of a field, argument or result; `at` is its key in the tables, `hint` its Rust name, `inside` the
    /// struct that holds it.
    pub(crate) fn field(&self, go: &GoType, at: &str, hint: &str, inside: &str) -> Result<Rust> {
        let own = enums::at(at);
        if let Some(Own { rust, values: Values::Int(_), .. }) = own {
            return Ok(Rust::Named((*rust).to_owned()));
        }
        let retyped = special::RETYPED.iter().find(|row| row.at == at).map(|row| row.rust);
        let retyped = own.map(|own| own.rust).or(retyped);
        let string = match retyped.or_else(|| special::row(special::IDS, hint)) {
            None | Some("String") => Rust::String,
            Some(id) if id.ends_with("Id") => Rust::Id(id.to_owned()),
            Some(name) => Rust::Named(name.to_owned()),
        };
        let rust = self.convert(&self.resolve(go), &string)?;
        let mut cycle = false;
        go.names(true, &mut |name, in_place| {
            cycle |= in_place && self.recursive.contains(name) && name == inside
        });
        Ok(match rust {
            Rust::Option(inner) if cycle => Rust::Option(Rust::Box(inner).into()),
            Rust::Map(key, value) => {
                let id = special::row(special::KEYED, at).map(|id| Rust::Id(id.to_owned()).into());
                Rust::Map(id.unwrap_or(key), value)
            }
            Rust::Named(name) if name == STRING_MAP => match special::row(special::KEYED, at) {
                Some(id) => Rust::Map(Rust::Id(id.to_owned()).into(), Rust::String.into()),
                None => Rust::Named(name),
            },
            other => other,
        })
    }

    /// A type without any table, as text.
    pub(crate) fn plain(&self, go: &str) -> Result<String> {
        Ok(self.convert(&self.resolve(&GoType::parse(go)?), &Rust::String)?.to_string())
    }

    fn convert(&self, go: &GoType, string: &Rust) -> Result<Rust> {
        Ok(match go {
            GoType::Bytes => Rust::Bytes,
            GoType::Named(name) => self.named(name, string)?,
            GoType::Pointer(inner) => Rust::Option(self.convert(inner, string)?.into()),
            GoType::Slice(inner) => Rust::Vec(self.element(inner, string)?.into()),
            GoType::Array(_) => bail!("no Rust type for arrays"),
            GoType::Map(key, value) => {
                match (self.convert(key, &Rust::String)?, self.element(value, string)?) {
                    (Rust::String, Rust::String) => Rust::Named(STRING_MAP.into()),
                    (key, value) => Rust::Map(key.into(), value.into()),
                }
            }
        })
    }

    /// Elements of slices and maps are never nil: gob cannot send those.
    fn element(&self, go: &GoType, string: &Rust) -> Result<Rust> {
        match go {
            GoType::Pointer(inner) => self.convert(inner, string),
            go => self.convert(go, string),
        }
    }

    fn named(&self, name: &str, string: &Rust) -> Result<Rust> {
        Ok(match name {
            "string" => string.clone(),
            "bool" => Rust::Bool,
            "int" | "int64" => Rust::Number("i64"),
            "int32" => Rust::Number("i32"),
            "uint" | "uint64" => Rust::Number("u64"),
            "uint32" => Rust::Number("u32"),
            "uint16" => Rust::Number("u16"),
            "uint8" => Rust::Number("u8"),
            "float64" => Rust::Number("f64"),
            _ => {
                let rust = self.name(name)?;
                match (rust.as_str(), special::row(special::BOXED, name)) {
                    ("bool", _) => Rust::Bool,
                    // An interface: may be nil.
                    ("HostError", _) => Rust::Option(Rust::Named(rust).into()),
                    (_, Some(_)) => Rust::Box(Rust::Named(rust).into()),
                    _ => Rust::Named(rust),
                }
            }
        })
    }
}

fn is_mapped(go: &str) -> bool {
    special::MAPPED.iter().any(|row| row.go == go)
}

/// Structs that hold themselves in place (through pointers only).
fn recursive(schema: &Schema) -> BTreeSet<&str> {
    let holds = |t: &str| {
        let fields = schema.types.iter().find(|found| found.name == t).map_or(&[][..], |found| &found.fields);
        let mut held = BTreeSet::new();
        for field in fields {
            if let Ok(go) = GoType::parse(&field.go_type) {
                go.names(true, &mut |name, in_place| held.extend(in_place.then(|| name.to_owned())));
            }
        }
        held
    };
    let reaches_itself = |start: &str| {
        let mut seen = BTreeSet::new();
        let mut queue = Vec::from_iter(holds(start));
        while let Some(name) = queue.pop() {
            if name == start {
                return true;
            }
            if seen.insert(name.clone()) {
                queue.extend(holds(&name));
            }
        }
        false
    };
    schema.types.iter().map(|t| t.name.as_str()).filter(|name| reaches_itself(name)).collect()
}
