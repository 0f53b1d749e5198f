//! Emits `sdk/src/db/generated.rs`: the calls of the server's database driver.

use anyhow::{Context, Result, bail};

use super::emit::{File, Files};
use super::emit_made;
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
    if let Some((_, name, docs)) = shared_reply(call)?
        && !emitted.contains(name)
    {
        emitted.push(name);
        file.line(format!("/// {docs}"));
        emit_struct(file, types, name, &call.returns)?;
    }
    reply_name(types, call)
}

/// The row of a call's results; none where they are no struct.
fn shared_reply(call: &Call) -> Result<Option<&'static (&'static str, &'static str, &'static str)>> {
    if call.reply.is_some() {
        return Ok(None);
    }
    let shape = call.returns.iter().map(|field| field.go_type.as_str()).collect::<Vec<_>>().join(", ");
    let row = REPLIES.iter().find(|row| row.0 == shape);
    row.map(Some).with_context(|| format!("answers ({shape}): no row in REPLIES"))
}

fn reply_name(types: &Types<'_>, call: &Call) -> Result<String> {
    match (&call.reply, shared_reply(call)?) {
        (Some(go), _) => types.plain(go),
        (None, Some((_, name, _))) => Ok((*name).to_owned()),
        (None, None) => bail!("{}: no results", call.name),
    }
}

/// How tests make the structs of the calls.
pub(crate) fn emit_made(schema: &Schema, file: &mut File) -> Result<()> {
    let types = Types::new(schema);
    let mut made = Vec::new();
    let mut add = |file: &mut File, name: &str, fields: &[Field]| {
        if !made.contains(&name.to_owned()) {
            made.push(name.to_owned());
            let fields: Vec<_> = fields.iter().map(|field| (snake(&field.name), &field.name)).collect();
            emit_made::structure(file, name, fields.iter().map(|(rust, go)| (rust.as_str(), go.as_str())));
        }
    };
    for (go, _) in STRUCTS {
        let found = schema.types.iter().find(|t| t.name == *go).with_context(|| format!("no type {go}"))?;
        add(file, &types.name(go)?, &found.fields);
    }
    for call in &schema.driver {
        match call.arg {
            Some(_) => file.line(format!("make_newtype! {{ {}Args }}\n", call.name)),
            None => add(file, &format!("{}Args", call.name), &call.args),
        }
        if call.reply.is_none() {
            add(file, &reply_name(&types, call)?, &call.returns);
        }
    }
    Ok(())
}

/// A macro that calls another one with what all calls are given and answer, and the names that our Go side has for it.
pub(crate) fn emit_list(schema: &Schema, file: &mut File) -> Result<()> {
    let types = Types::new(schema);
    file.line("macro_rules! for_each_driver_struct {\n($call:ident) => {{");
    file.line("use crate::db::generated::*;");
    for call in &schema.driver {
        file.line(format!("$call!({}Args \"driver.{}.args\");", call.name, call.name));
        file.line(format!("$call!({} \"driver.{}.returns\");", reply_name(&types, call)?, call.name));
    }
    file.line("}};\n}\npub(crate) use for_each_driver_struct;");
    Ok(())
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
