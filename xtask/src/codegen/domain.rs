//! What we mean: the part of the schema that is emitted, in Rust's names and types.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use anyhow::{Context, Result};

use super::docs::Docs;
use super::enums::{self, Own, Values};
use super::gotype::GoType;
use super::names::{camel, pascal, snake};
use super::rust::{Rust, Types};
use super::schema::{Call, EnumValue, Field, Schema, Type};
use super::special;

/// Everything the emitters need.
pub(crate) struct Domain {
    /// By area.
    pub(crate) models: BTreeMap<&'static str, Vec<Model>>,
    pub(crate) hooks: Vec<Method>,
    /// By category, only methods.
    pub(crate) api: BTreeMap<String, Vec<Method>>,
    /// Rust names of all enums.
    pub(crate) enums: BTreeSet<String>,
}

/// One type of the model.
pub(crate) struct Model {
    pub(crate) rust: String,
    /// As Go names it; for enums without a type in Go, the Rust name.
    pub(crate) go: String,
    pub(crate) docs: Vec<String>,
    pub(crate) body: Body,
}

impl Model {
    /// Lies in interfaces by its name.
    pub(crate) fn is_registered(&self) -> bool {
        matches!(self.body, Body::Struct { registered: Some(_), .. })
    }
}

pub(crate) enum Body {
    Struct {
        fields: Vec<Member>,
        /// JSON names are Go's names.
        pascal_json: bool,
        registered: Option<String>,
        /// Few plugins have it: compiled only where it is used.
        inline: bool,
        /// A pointer that does not come is one to zero.
        filled: bool,
    },
    /// Variant and value.
    Enum(Vec<(String, String)>),
    /// Variant and value; the first one is the zero.
    IntEnum(Vec<(String, i64)>),
}

/// One field of a struct of the model.
pub(crate) struct Member {
    pub(crate) rust: String,
    pub(crate) go: String,
    pub(crate) ty: Rust,
    pub(crate) docs: Vec<String>,
    /// `None`: not in JSON.
    pub(crate) json: Option<String>,
    pub(crate) omit_empty: bool,
    pub(crate) flatten: bool,
}

/// A hook or an API method.
pub(crate) struct Method {
    pub(crate) go: String,
    pub(crate) rust: String,
    /// Names of the wire structs.
    pub(crate) args_type: String,
    pub(crate) returns_type: String,
    pub(crate) since: String,
    pub(crate) docs: Vec<String>,
    pub(crate) errors: Vec<String>,
    pub(crate) args: Vec<Param>,
    pub(crate) returns: Vec<Param>,
    pub(crate) by_hand: bool,
    pub(crate) maybe_nothing: bool,
    /// The reply is not a struct: a Rust type.
    pub(crate) reply: Option<String>,
}

/// An argument or a result.
pub(crate) struct Param {
    /// Field of the wire struct, in Go and Rust.
    pub(crate) go: String,
    pub(crate) field: String,
    /// Name for people.
    pub(crate) name: String,
    pub(crate) ty: Rust,
    /// An argument that need not be given.
    pub(crate) optional: bool,
}

impl Domain {
    pub(crate) fn new(schema: &Schema, docs: &Docs) -> Result<Self> {
        let types = Types::new(schema);
        let common = schema.hooks.iter().filter(|hook| special::is_common(&hook.name));
        let common = reachable(schema, &types, &BTreeSet::new(), common)?;
        let mut domain =
            Self { models: BTreeMap::new(), hooks: Vec::new(), api: BTreeMap::new(), enums: BTreeSet::new() };
        let hidden = special::BEHIND_INTERFACES.iter().map(|row| row.0.to_owned()).collect();
        for name in reachable(schema, &types, &hidden, schema.hooks.iter().chain(&schema.api))? {
            let own = enums::OWN.iter().any(|own| name.strip_prefix("model.") == Some(own.rust));
            if special::row(special::BY_HAND, &name).is_none() && !own {
                let area = special::area(&name).with_context(|| format!("{name}: no row in AREAS"))?;
                let model = model(schema, &types, docs, &name, !common.contains(&name))
                    .with_context(|| name.clone())?;
                domain.add(area, model);
            }
        }
        for own in enums::OWN {
            domain.add(own.area, own_enum(docs, own)?);
        }
        domain.models.values_mut().for_each(|models| models.sort_by(|a, b| a.rust.cmp(&b.rust)));
        for call in &schema.hooks {
            let method = method(&types, docs.hook(&call.name)?, call).with_context(|| call.name.clone())?;
            domain.hooks.push(method);
        }
        for call in &schema.api {
            let method = method(&types, docs.api(&call.name)?, call).with_context(|| call.name.clone())?;
            domain.api.entry(call.category.clone()).or_default().push(method);
        }
        Ok(domain)
    }

    fn add(&mut self, area: &'static str, model: Model) {
        if !matches!(model.body, Body::Struct { .. }) {
            self.enums.insert(model.rust.clone());
        }
        self.models.entry(area).or_default().push(model);
    }
}

fn own_enum(docs: &Docs, own: &Own) -> Result<Model> {
    let mut text = docs.model(own.rust)?;
    let body = match own.values {
        Values::Text(values) => {
            text.push("\nGo: a plain string.".to_owned());
            Body::Enum(values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
        }
        Values::Int(values) => {
            text.push("\nGo: a plain `int`.".to_owned());
            Body::IntEnum(values.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect())
        }
    };
    Ok(Model { rust: own.rust.to_owned(), go: own.rust.to_owned(), docs: text, body })
}

/// Names of all structs and enums that the calls reach.
fn reachable<'a>(
    schema: &Schema,
    types: &Types<'_>,
    extra: &BTreeSet<String>,
    calls: impl IntoIterator<Item = &'a Call>,
) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut queue: VecDeque<String> = VecDeque::new();
    for call in calls {
        for field in call.args.iter().chain(&call.returns) {
            queue.push_back(field.go_type.clone());
        }
    }
    queue.extend(extra.iter().cloned());
    while let Some(text) = queue.pop_front() {
        let mut names = Vec::new();
        types.resolve(&GoType::parse(&text)?).names(false, &mut |name, _| names.push(name.to_owned()));
        for name in names {
            if types.is_declared(&name) && found.insert(name.clone()) {
                let fields = schema.types.iter().find(|t| t.name == name).map_or(&[][..], |t| &t.fields);
                queue.extend(fields.iter().map(|field| field.go_type.clone()));
            }
        }
    }
    Ok(found)
}

fn model(schema: &Schema, types: &Types<'_>, docs: &Docs, name: &str, inline: bool) -> Result<Model> {
    let mut text = docs.model(name)?;
    let rust = types.name(name)?;
    if let Some(found) = schema.enums.iter().find(|e| e.name == name && e.is_open()) {
        text.push(format!("\nGo: `{name}`."));
        let values = found.values.iter().filter(|v| is_value(name, v));
        let values = values.map(|v| (v.name.clone(), v.value.clone())).collect();
        return Ok(Model { rust, go: name.to_owned(), docs: text, body: Body::Enum(values) });
    }
    let found = schema.types.iter().find(|t| t.name == name).context("not in plugin.json")?;
    text.push(format!("\nGo: `{name}`.{}", trees(schema, found.only.as_deref())));
    let pascal_json = !found.fields.is_empty() && found.fields.iter().all(|f| f.json.is_none());
    let fields = found.fields.iter().map(|field| member(schema, types, docs, found, field, pascal_json));
    let fields = fields.collect::<Result<_>>()?;
    let filled = special::area(name).is_some_and(|area| special::row(special::FILLED_AREAS, area).is_some());
    let registered = schema.registered(name);
    let go = name.to_owned();
    Ok(Model { rust, go, docs: text, body: Body::Struct { fields, pascal_json, registered, inline, filled } })
}

/// The empty value is the type's zero, and some constants are no values at all.
fn is_value(of: &str, constant: &EnumValue) -> bool {
    let key = format!("{of}.{}", constant.name);
    !constant.value.is_empty() && special::row(special::NO_VALUES, &key).is_none()
}

fn member(
    schema: &Schema,
    types: &Types<'_>,
    docs: &Docs,
    of: &Type,
    field: &Field,
    pascal_json: bool,
) -> Result<Member> {
    let rust = special::RENAMED
        .iter()
        .find(|row| row.0 == field.name)
        .map_or_else(|| snake(&field.name), |row| row.1.to_owned());
    let key = format!("{}.{}", of.name, field.name);
    let go = GoType::parse(&field.go_type)?;
    // An embedded pointer is never nil in a value that means something.
    let go = match go {
        GoType::Pointer(inner) if field.embedded => *inner,
        go => go,
    };
    let ty = types.field(&go, &key, &rust, &of.name)?;
    let json = match field.json.as_deref() {
        Some("-") => None,
        Some(name) => Some(name.to_owned()),
        None => Some(field.name.clone()),
    };
    let told = match &json {
        Some(_) if field.embedded => {
            format!("Its fields stand beside the others in JSON; Go embeds `{}`.", field.name)
        }
        Some(name) if *name == field.name => format!("`{name}`, in Go and in JSON."),
        Some(name) => format!("Go `{}`, JSON `{name}`.", field.name),
        None => format!("Go `{}`; not in JSON.", field.name),
    };
    let same = if pascal_json { pascal(&rust) } else { rust.trim_end_matches('_').to_owned() };
    Ok(Member {
        docs: docs.field(&of.name, &field.name, &format!("{told}{}", trees(schema, field.only.as_deref()))),
        omit_empty: field.options.iter().any(|option| option == "omitempty"),
        flatten: field.embedded,
        // Equal to what serde makes of the Rust name: nothing to say.
        json: json.map(
            |json| if json == same && rust == rust.trim_end_matches('_') { String::new() } else { json },
        ),
        go: field.name.clone(),
        rust,
        ty,
    })
}

/// Which servers have it, when not all.
fn trees(schema: &Schema, only: Option<&str>) -> String {
    match only {
        None => String::new(),
        Some(tree) if schema.trees.last().is_some_and(|newest| newest == tree) => " Not in 9.3.".to_owned(),
        Some(tree) => format!(" Only in {tree}."),
    }
}

fn method(types: &Types<'_>, docs: super::docs::Entry, call: &Call) -> Result<Method> {
    let args = call.args.iter().map(|field| param(types, call, field, '.'));
    let returns = call.returns.iter().map(|field| param(types, call, field, '='));
    Ok(Method {
        rust: snake(&call.name),
        args_type: camel(&call.name) + "Args",
        returns_type: camel(&call.name) + "Returns",
        since: call.since.clone(),
        docs: docs.text,
        errors: docs.errors,
        args: args.collect::<Result<_>>()?,
        returns: returns.collect::<Result<_>>()?,
        by_hand: special::row(special::API_BY_HAND, &call.name).is_some(),
        maybe_nothing: special::row(special::NOTHING_IS_AN_ANSWER, &call.name).is_some(),
        reply: call.reply.as_deref().map(|reply| types.plain(reply)).transpose()?,
        go: call.name.clone(),
    })
}

fn param(types: &Types<'_>, call: &Call, field: &Field, side: char) -> Result<Param> {
    let key = format!("{}{side}{}", call.name, field.name);
    let go_name = field.param.as_deref().unwrap_or(&field.name);
    let name = special::RENAMED
        .iter()
        .find(|row| row.0 == go_name)
        .map_or_else(|| snake(go_name), |row| row.1.to_owned());
    let go = GoType::parse(&field.go_type)?;
    let ty = match special::PROPERTY_GROUPS {
        (category, id) if call.category == category && name == "group_id" => Rust::Id(id.to_owned()),
        _ => types.field(&go, &key, &name, "")?,
    };
    Ok(Param {
        ty,
        optional: special::row(special::OPTIONAL_ARGS, &key).is_some(),
        go: field.name.clone(),
        field: snake(&field.name),
        name,
    })
}
