//! Emits the calls of API methods as a test sees them: arguments by name, the answer as `Api` gives it.

use anyhow::Result;

use super::domain::{Domain, Method, Param};
use super::emit::{File, Files, about, list};
use super::emit_api::{Failure, in_args, result_type, split};
use super::rust::Rust;
use super::special;

const FOLDER: &str = "sdk/src/testing/generated/calls";

pub(crate) fn emit(domain: &Domain, files: &mut Files) -> Result<()> {
    let mut index = File::new("The calls of API methods, by category.");
    let mut exports = Vec::new();
    for (category, methods) in &domain.api {
        let docs = about(special::CATEGORY_DOCS, category)?;
        let mut file = File::new(docs);
        let methods: Vec<&Method> = methods.iter().filter(|method| !with_streams(method)).collect();
        if methods.is_empty() {
            continue;
        }
        methods.iter().for_each(|method| emit_call(&mut file, method));
        files.insert(format!("{FOLDER}/{category}.rs"), file.finish());
        index.line(format!("mod {category};"));
        let names: Vec<String> = methods.iter().map(|method| name(method).to_owned()).collect();
        exports.push(format!("pub use {category}::{};", list(&names)));
    }
    index.line("");
    exports.iter().for_each(|line| index.line(line));
    emit_table(&mut index, domain);
    emit_list(&mut index, domain);
    files.insert(format!("{FOLDER}/mod.rs"), index.finish());
    Ok(())
}

/// A macro for tests: calls another one with every type.
fn emit_list(index: &mut File, domain: &Domain) {
    index.line("\n#[cfg(test)]\nmacro_rules! for_each_call {\n($call:ident) => {{");
    for method in domain.api.values().flatten().filter(|method| !with_streams(method)) {
        index.line(format!("$call!({});", name(method)));
    }
    index.line("}};\n}\n#[cfg(test)]\npub(in crate::testing) use for_each_call;");
}

/// Written by hand: what travels beside the call belongs to it.
fn with_streams(method: &Method) -> bool {
    special::row(special::CALLS_BY_HAND, &method.go).is_some()
}

fn name(method: &Method) -> &str {
    method.args_type.trim_end_matches("Args")
}

/// All methods with what a server knows of them, sorted by name.
fn emit_table(index: &mut File, domain: &Domain) {
    index.import("crate::testing::record::MethodRow");
    let mut methods: Vec<&Method> = domain.api.values().flatten().collect();
    methods.sort_by(|a, b| a.go.cmp(&b.go));
    index.line("\n/// All methods, sorted by name.");
    index.line("pub(in crate::testing) static METHODS: &[MethodRow] = &[");
    for method in methods {
        let params: Vec<String> = method.args.iter().map(|param| format!("{:?}", param.name)).collect();
        let params = params.join(", ");
        index.line(format!(
            "MethodRow {{ name: {:?}, since: {:?}, params: &[{params}] }},",
            method.go, method.since
        ));
    }
    index.line("];");
}

fn emit_call(file: &mut File, method: &Method) {
    let (name, args_type, returns_type) = (name(method), &method.args_type, &method.returns_type);
    for import in ["serde::Serialize", "crate::testing::Method", "crate::wire::HostError"] {
        file.import(import);
    }
    file.import(&format!("crate::wire::{args_type}"));
    file.import(&format!("crate::wire::{returns_type}"));
    emit_struct(file, method);
    let (values, failure) = split(&method.returns);
    let results: Vec<String> = values.iter().map(|value| result_type(file, method, value)).collect();
    let output = match &results[..] {
        [one] => one.clone(),
        several => format!("({})", several.join(", ")),
    };
    file.line(format!("impl Method for {name} {{\nconst NAME: &'static str = {:?};", method.go));
    file.line(format!("type Output = {output};\ntype Args = {args_type};\ntype Reply = {returns_type};"));
    let fields: Vec<String> = method.args.iter().map(taken).collect();
    let (args, made) = match &fields[..] {
        [] => ("_", "Self".to_owned()),
        fields => ("args", format!("Self {{ {} }}", fields.join(", "))),
    };
    file.line(format!("#[inline]\nfn of({args}: {args_type}) -> Self {{ {made} }}"));
    if matches!(failure, Failure::App) {
        file.import("crate::testing::method::only_app");
    }
    emit_answers(file, method, values, &failure);
    file.line("}\n");
}

fn emit_struct(file: &mut File, method: &Method) {
    file.line(format!("/// A call of [`Api::{}`](crate::Api::{}).", method.rust, method.rust));
    file.line("#[derive(Debug, Clone, PartialEq, Serialize)]");
    if method.args.is_empty() {
        return file.line(format!("pub struct {};\n", name(method)));
    }
    file.line(format!("pub struct {} {{", name(method)));
    for param in &method.args {
        let ty = in_args(param);
        ty.names(&mut |name| file.import_type(name, |_| false));
        file.line(format!("/// The argument `{}`.", param.name));
        if *ty == Rust::Bytes {
            file.line("#[serde(serialize_with = \"crate::testing::record::as_text\")]");
        }
        file.line(format!("pub {}: {ty},", param.name));
    }
    file.line("}\n");
}

fn emit_answers(file: &mut File, method: &Method, values: &[Param], failure: &Failure) {
    let returns_type = &method.returns_type;
    let outputs: Vec<String> = match values.len() {
        1 => vec!["output".to_owned()],
        count => (0..count).map(|index| format!("output.{index}")).collect(),
    };
    let mut fields: Vec<String> = values
        .iter()
        .zip(outputs)
        .map(|(value, output)| format!("{}: {}", value.field, sent(method, value, output)))
        .collect();
    let last = method.returns.last().map(|last| last.field.as_str()).unwrap_or_default();
    let failed = match failure {
        Failure::None => None,
        Failure::App => Some("only_app(error)"),
        Failure::Error => Some("error"),
    };
    if failed.is_some() {
        fields.push(format!("{last}: None"));
    }
    let output = if values.is_empty() { "_" } else { "output" };
    file.line(format!(
        "#[inline]\nfn success({output}: Self::Output) -> Self::Reply {{ {returns_type} {{ {} }} }}",
        fields.join(", ")
    ));
    match failed {
        None => file.line("#[inline]\nfn failure(_: HostError) -> Option<Self::Reply> { None }"),
        Some(error) => {
            let rest = if values.is_empty() { "" } else { ", ..Default::default()" };
            file.line(format!(
                "#[inline]\nfn failure(error: HostError) -> Option<Self::Reply> {{ Some({returns_type} {{ {last}: Some({error}){rest} }}) }}"
            ));
        }
    }
}

/// An argument out of what travelled.
fn taken(param: &Param) -> String {
    let field = format!("args.{}", param.field);
    match in_args(param) == &param.ty {
        true => format!("{}: {field}", param.name),
        false => format!("{}: {field}.unwrap_or_default()", param.name),
    }
}

/// What travels of a result.
fn sent(method: &Method, value: &Param, output: String) -> String {
    match &value.ty {
        Rust::Bytes if method.maybe_nothing => format!("{output}.unwrap_or_default()"),
        Rust::Option(_) if !method.maybe_nothing => format!("Some({output})"),
        _ => output,
    }
}
