//! Emits `sdk/src/db/generated.rs`: the calls of the server's database driver.

use anyhow::{Context, Result, bail};

use super::emit::{File, Files};
use super::gotype::GoType;
use super::names::{pascal, snake};
use super::rust::{Rust, Types};
use super::schema::{Call, Field, Schema};

const FILE: &str = "sdk/src/db/generated.rs";

/// The structs that calls hold: Go name and what it is.
const STRUCTS: &[(&str, &str)] = &[
    ("driver.NamedValue", "One parameter of a statement."),
    ("driver.TxOptions", "How a transaction begins."),
    ("plugin.ResultContainer", "What a statement without rows did."),
];

/// Results that several calls share: their Go types, the Rust name, and what they are.
const REPLIES: &[(&str, &str, &str)] = &[
    ("string, error", "IdReply", "The id of something new, or an error."),
    ("error", "DoneReply", "Nothing, or an error."),
    ("plugin.ResultContainer, error", "ExecReply", "What a statement did, or an error."),
    ("int", "CountReply", "A number."),
    ("bool", "FlagReply", "Yes or no."),
    ("[]string", "NamesReply", "Names."),
    ("error, []driver.Value", "RowReply", "An error, or a row."),
    ("int64, int64, bool", "PrecisionReply", "Precision, scale, and whether there are any."),
];

pub(crate) fn emit(schema: &Schema, files: &mut Files) -> Result<()> {
    let types = Types::new(schema);
    let mut file = File::new("The calls of the server's database driver, as they travel.");
    file.import("crate::Gob");
    file.import("crate::db::call::DriverCall");
    for (go, docs) in STRUCTS {
        let found = schema.types.iter().find(|t| t.name == *go).with_context(|| format!("no type {go}"))?;
        file.line(format!("/// {docs}\n///\n/// Go: `{go}`."));
        emit_struct(&mut file, &types, &types.name(go)?, &found.fields)?;
    }
    let mut emitted = Vec::new();
    for call in &schema.driver {
        emit_call(&mut file, &types, call, &mut emitted).with_context(|| call.name.clone())?;
    }
    files.insert(FILE.to_owned(), file.finish());
    Ok(())
}

fn emit_call(file: &mut File, types: &Types<'_>, call: &Call, emitted: &mut Vec<&'static str>) -> Result<()> {
    let reply = reply(file, types, call, emitted)?;
    let args = format!("{}Args", call.name);
    file.line(format!("/// Arguments of the driver's `{}`.", call.name));
    match &call.arg {
        Some(go) => {
            file.line("#[derive(Debug, Clone, PartialEq, Default, Gob)]");
            file.line(format!("pub(crate) struct {args}(pub(crate) {});\n", types.plain(go)?));
        }
        None => emit_struct(file, types, &args, &call.args)?,
    }
    file.line(format!("impl DriverCall for {args} {{"));
    file.line(format!("const METHOD: &'static str = {:?};", call.name));
    file.line(format!("type Reply = {reply};\n}}\n"));
    Ok(())
}

/// The Rust type of a call's results, emitted where it is met first.
fn reply(file: &mut File, types: &Types<'_>, call: &Call, emitted: &mut Vec<&'static str>) -> Result<String> {
    if let Some(go) = &call.reply {
        return types.plain(go);
    }
    let shape = call.returns.iter().map(|field| field.go_type.as_str()).collect::<Vec<_>>().join(", ");
    let Some((_, name, docs)) = REPLIES.iter().find(|row| row.0 == shape) else {
        bail!("answers ({shape}): no row in REPLIES");
    };
    if !emitted.contains(name) {
        emitted.push(name);
        file.line(format!("/// {docs}"));
        emit_struct(file, types, name, &call.returns)?;
    }
    Ok((*name).to_owned())
}

fn emit_struct(file: &mut File, types: &Types<'_>, name: &str, fields: &[Field]) -> Result<()> {
    file.line("#[derive(Debug, Clone, PartialEq, Default, Gob)]");
    file.line(format!("pub(crate) struct {name} {{"));
    for field in fields {
        let rust = snake(&field.name);
        let ty: Rust = types.field(&GoType::parse(&field.go_type)?, "", "", "")?;
        ty.names(&mut |name| file.import_type(name, |name| !matches!(name, "Value" | "HostError")));
        if pascal(&rust) != field.name {
            file.line(format!("#[gob(name = {:?})]", field.name));
        }
        file.line(format!("pub(crate) {rust}: {ty},"));
    }
    file.line("}\n");
    Ok(())
}
