//! Emits `sdk/src/model/generated`.

use std::collections::BTreeSet;

use anyhow::Result;

use super::domain::{Body, Domain, Member, Model};
use super::emit::{File, Files, about, list};
use super::names::pascal;
use super::rust::Rust;
use super::special;

const FOLDER: &str = "sdk/src/model/generated";

pub(crate) fn emit(domain: &Domain, files: &mut Files) -> Result<()> {
    let mut index = File::new("Types of the server's model, by area.");
    for area in domain.models.keys() {
        index.line(format!("mod {area};"));
    }
    index.line("");
    for (area, models) in &domain.models {
        let mut file = File::new(about(special::AREA_DOCS, area)?);
        let local: BTreeSet<&str> = models.iter().map(|model| model.rust.as_str()).collect();
        for model in models {
            emit_type(&mut file, model, &local);
        }
        files.insert(format!("{FOLDER}/{area}.rs"), file.finish());
        let names: Vec<String> = models.iter().map(|model| model.rust.clone()).collect();
        index.line(format!("pub use {area}::{};", list(&names)));
    }
    files.insert(format!("{FOLDER}/mod.rs"), index.finish());
    Ok(())
}

fn emit_type(file: &mut File, model: &Model, local: &BTreeSet<&str>) {
    match &model.body {
        Body::Enum(values) => emit_enum(file, model, values),
        Body::IntEnum(values) => emit_int_enum(file, model, values),
        Body::Struct { fields, pascal_json, registered, inline, filled } => {
            file.import("crate::Gob");
            file.doc(&model.docs);
            let by_hand = special::row(special::JSON_BY_HAND, &model.go).is_some();
            // serde's derive knows what to do with fields that stand beside those of another struct, and with none at all.
            let rows = fields.iter().filter(|field| field.json.is_some()).count();
            let derived = !by_hand && (rows == 0 || fields.iter().any(|field| field.flatten));
            if derived {
                file.import("serde::Deserialize");
                file.import("serde::Serialize");
                file.line("#[derive(Debug, Clone, PartialEq, Default, Gob, Serialize, Deserialize)]");
            } else {
                file.line("#[derive(Debug, Clone, PartialEq, Default, Gob)]");
            }
            match (inline, filled) {
                (true, true) => file.line("#[gob(inline, filled)]"),
                (true, false) => file.line("#[gob(inline)]"),
                (false, true) => file.line("#[gob(filled)]"),
                (false, false) => {}
            }
            if derived {
                let names = if *pascal_json { "default, rename_all = \"PascalCase\"" } else { "default" };
                file.line(format!("#[serde({names})]"));
            }
            file.line(format!("pub struct {} {{", model.rust));
            for field in fields {
                field.ty.names(&mut |name| file.import_type(name, |name| local.contains(name)));
                emit_field(file, field, derived);
            }
            file.line("}\n");
            if !by_hand && !derived {
                emit_json(file, &model.rust, fields, *pascal_json);
            }
            if let Some(name) = registered {
                file.import("crate::gob::Registered");
                file.line(format!("impl Registered for {} {{", model.rust));
                file.line(format!("const NAME: &'static str = {name:?};\n}}\n"));
            }
        }
    }
}

/// The rows of `model::record`.
fn emit_json(file: &mut File, rust: &str, fields: &[Member], pascal_json: bool) {
    file.import("crate::model::record::record");
    file.line(format!("record! {{ {rust}"));
    let written = fields.iter().filter_map(|field| Some((field, field.json.as_deref()?)));
    for (number, (field, json)) in written.enumerate() {
        let name = match (json, pascal_json) {
            ("", true) => pascal(&field.rust),
            ("", false) => field.rust.clone(),
            (json, _) => json.to_owned(),
        };
        let way = match &field.ty {
            Rust::Bytes => "base64",
            Rust::Option(inner) if **inner == Rust::Bytes => "base64_option",
            Rust::Map(_, value) if value.may_be_null() => "nullable",
            _ => "value",
        };
        let when = if field.omit_empty { "unless_empty" } else { "always" };
        file.line(format!("    {number} {} {name:?} {way} {when};", field.rust));
    }
    file.line("}\n");
}

fn emit_field(file: &mut File, field: &Member, json: bool) {
    file.doc(&field.docs);
    if pascal(&field.rust) != field.go {
        file.line(format!("#[gob(name = {:?})]", field.go));
    }
    let serde = if json { serde_options(field) } else { Vec::new() };
    if serde.iter().any(|option| option.contains("json::")) {
        file.import("crate::model::json");
    }
    if !serde.is_empty() {
        file.line(format!("#[serde({})]", serde.join(", ")));
    }
    file.line(format!("pub {}: {},", field.rust, field.ty));
}

fn serde_options(field: &Member) -> Vec<String> {
    let Some(json) = &field.json else { return vec!["skip".into()] };
    if field.flatten {
        return vec!["flatten".into()];
    }
    let mut options = Vec::new();
    if !json.is_empty() {
        options.push(format!("rename = {json:?}"));
    }
    match &field.ty {
        Rust::Map(_, value) if value.may_be_null() => {
            options.push("deserialize_with = \"json::all_or_null\"".into());
        }
        // Go writes an empty list or map that was never made as null.
        ty if ty.may_be_null() => options.push("deserialize_with = \"json::or_null\"".into()),
        _ => {}
    }
    if field.omit_empty {
        options.push("skip_serializing_if = \"json::is_empty\"".into());
    }
    options
}

fn emit_int_enum(file: &mut File, model: &Model, values: &[(String, i64)]) {
    file.import("crate::model::open::open_int_enum");
    file.line("open_int_enum! {");
    file.doc(&model.docs);
    file.line(format!("pub enum {} {{", model.rust));
    for (name, value) in values {
        file.line(format!("/// {value}"));
        file.line(format!("{name} = {value},"));
    }
    file.line("}\n}\n");
}

fn emit_enum(file: &mut File, model: &Model, values: &[(String, String)]) {
    file.import("crate::model::open::open_enum");
    file.line("open_enum! {");
    file.doc(&model.docs);
    file.line(format!("pub enum {} {{", model.rust));
    for (name, value) in values {
        file.line(format!("/// `{value}`"));
        file.line(format!("{name} = {value:?},"));
    }
    file.line("}\n}\n");
}
