//! Emits `sdk/src/wire/tests/generated`: how tests make values of every type that travels, and lists of those types.

use std::collections::BTreeSet;

use anyhow::Result;

use super::domain::{Body, Domain, Method, Model};
use super::emit::{File, Files};
use super::schema::Schema;
use super::{emit_db, grpc};

const FOLDER: &str = "sdk/src/wire/tests/generated";

pub(crate) fn emit(schema: &Schema, domain: &Domain, files: &mut Files) -> Result<()> {
    let mut index = File::new("Values of every type that travels, and lists of them.");
    let mut parts = Vec::new();
    let mut add = |name: &str, file: File| {
        parts.push(name.to_owned());
        files.insert(format!("{FOLDER}/{name}.rs"), file.finish());
    };
    for (area, models) in &domain.models {
        add(&format!("model_{area}"), model_file(area, models));
    }
    add("hooks", calls_file("Hooks.", domain.hooks.iter()));
    for (category, methods) in &domain.api {
        let docs = format!("API methods of the category `{category}`.");
        add(&format!("api_{category}"), calls_file(&docs, methods.iter()));
    }
    let mut driver = made_file("Calls of the database driver.");
    driver.import("crate::db::generated::*");
    emit_db::emit_made(schema, &mut driver)?;
    add("driver", driver);
    parts.sort();
    parts.iter().for_each(|part| index.line(format!("mod {part};")));
    index.line("#[cfg(feature = \"grpc\")]\npub(crate) mod messages;");
    index.line("");
    emit_registered(&mut index, domain);
    emit_models(&mut index, domain);
    emit_methods(&mut index, domain);
    emit_hooks(&mut index, domain);
    emit_db::emit_list(schema, &mut index)?;
    emit_old_json(&mut index, schema);
    files.insert(format!("{FOLDER}/mod.rs"), index.finish());
    Ok(())
}

fn made_file(docs: &str) -> File {
    let mut file = File::new(docs);
    file.import("crate::wire::tests::make::*");
    file
}

fn model_file(area: &str, models: &[Model]) -> File {
    let mut file = made_file(&format!("Types of the model's area `{area}`."));
    file.import("crate::model::*");
    for model in models {
        match &model.body {
            Body::Struct { fields, .. } => {
                let fields = fields.iter().map(|field| (field.rust.as_str(), field.go.as_str()));
                structure(&mut file, &model.rust, fields);
            }
            Body::Enum(values) => {
                file.line(format!("make_enum! {{ {} {{", model.rust));
                values.iter().for_each(|(name, value)| file.line(format!("{name} {value:?}")));
                file.line("} }\n");
            }
            Body::IntEnum(values) => {
                file.line(format!("make_int_enum! {{ {} {{", model.rust));
                values.iter().for_each(|(name, value)| file.line(format!("{name} {value}")));
                file.line("} }\n");
            }
        }
    }
    file
}

fn calls_file<'a>(docs: &str, methods: impl Iterator<Item = &'a Method>) -> File {
    let mut file = made_file(docs);
    file.import("crate::wire::*");
    for method in methods {
        let fields = method.args.iter().map(|param| (param.field.as_str(), param.go.as_str()));
        structure(&mut file, &method.args_type, fields);
        if method.reply.is_none() {
            let fields = method.returns.iter().map(|param| (param.field.as_str(), param.go.as_str()));
            structure(&mut file, &method.returns_type, fields);
        }
    }
    file
}

/// The fields of a struct, in Rust and in Go.
pub(crate) fn structure<'a>(file: &mut File, name: &str, fields: impl Iterator<Item = (&'a str, &'a str)>) {
    file.line(format!("make_struct! {{ {name} {{"));
    for (rust, go) in fields {
        file.line(format!("    {rust} {go:?}"));
    }
    file.line("} }\n");
}

/// One value of the types that lie in interfaces by their name.
fn emit_registered(index: &mut File, domain: &Domain) {
    index.import("crate::gob::Value");
    index.import("crate::model");
    index.import("crate::wire::tests::make::Maker");
    index.import("crate::wire::tests::make::Seen");
    let all: Vec<&Model> = models(domain).filter(|model| model.is_registered()).collect();
    index.line("/// A value of any type that lies in interfaces by its name.");
    index.line("pub(crate) fn registered(maker: &mut Maker) -> (Value, Seen) {");
    index.line(format!("match maker.below({}) {{", all.len()));
    for (at, model) in all.iter().enumerate() {
        let at = if at + 1 == all.len() { "_".to_owned() } else { at.to_string() };
        index.line(format!("{at} => maker.registered::<model::{}>(),", model.rust));
    }
    index.line("}\n}\n");
}

fn models(domain: &Domain) -> impl Iterator<Item = &Model> {
    domain.models.values().flatten()
}

/// A macro that calls another one with all structs of the model and their Go names.
fn emit_models(index: &mut File, domain: &Domain) {
    index.line("macro_rules! for_each_model {\n($call:ident) => {{");
    for model in models(domain).filter(|model| matches!(model.body, Body::Struct { .. })) {
        index.line(format!("$call!({} {:?});", model.rust, model.go));
    }
    index.line("}};\n}\npub(crate) use for_each_model;\n");
}

/// A macro that calls another one with the arguments of all API methods.
fn emit_methods(index: &mut File, domain: &Domain) {
    index.line("macro_rules! for_each_method {\n($call:ident) => {{");
    for method in domain.api.values().flatten() {
        index.line(format!("$call!({});", method.args_type));
    }
    index.line("}};\n}\npub(crate) use for_each_method;\n");
}

/// A macro that calls one with the arguments and one with the results of all hooks whose whole call is one message.
fn emit_hooks(index: &mut File, domain: &Domain) {
    index.line("#[cfg(feature = \"grpc\")]\nmacro_rules! for_each_hook {\n($hear:ident $answer:ident) => {{");
    for hook in domain.hooks.iter().filter(|hook| !grpc::is_by_hand(&hook.go)) {
        index.line(format!("$hear!({} {:?});", hook.args_type, hook.go));
        if hook.reply.is_none() {
            index.line(format!("$answer!({} {:?});", hook.returns_type, hook.go));
        }
    }
    index.line("}};\n}\n#[cfg(feature = \"grpc\")]\npub(crate) use for_each_hook;\n");
}

/// Names in JSON of the fields that only the oldest servers have.
fn emit_old_json(index: &mut File, schema: &Schema) {
    let oldest = schema.trees.first();
    let fields = schema.types.iter().flat_map(|t| &t.fields).filter(|field| field.only.as_ref() == oldest);
    let names: BTreeSet<&str> = fields
        .map(|field| field.json.as_deref().unwrap_or(&field.name))
        .filter(|name| *name != "-")
        .collect();
    index.line("\n/// Names in JSON of the fields that only the oldest servers have.");
    index.line(format!("pub(crate) const OLD_JSON: &[&str] = &{:?};", Vec::from_iter(names)));
}
