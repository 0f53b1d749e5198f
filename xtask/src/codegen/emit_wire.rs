//! Emits `sdk/src/wire/generated`: arguments and results as they travel.

use std::collections::BTreeMap;

use anyhow::Result;

use super::domain::{Domain, Method, Param};
use super::emit::{File, Files, list};
use super::names::pascal;
use super::special;

const FOLDER: &str = "sdk/src/wire/generated";

pub(crate) fn emit(domain: &Domain, files: &mut Files) -> Result<()> {
    let mut index = File::new("Arguments and results of hooks and API methods.");
    let mut parts: BTreeMap<&str, (File, Vec<String>)> = BTreeMap::new();
    for hook in &domain.hooks {
        let (file, names) =
            parts.entry("hooks").or_insert_with(|| (File::new("What hooks are given and answer."), vec![]));
        emit_args(file, hook, Of::Hook, names);
        if hook.reply.is_none() {
            emit_returns(file, hook, Of::Hook, names);
        }
    }
    for (category, methods) in &domain.api {
        let docs = format!("API methods of the category `{category}`.");
        let (file, names) = parts.entry(category).or_insert_with(|| (File::new(&docs), vec![]));
        for method in methods {
            emit_args(file, method, Of::Method, names);
            emit_returns(file, method, Of::Method, names);
        }
    }
    for part in parts.keys() {
        index.line(format!("mod {part};"));
    }
    index.line("");
    for (part, (file, names)) in parts {
        index.line(format!("pub use {part}::{};", list(&names)));
        files.insert(format!("{FOLDER}/{part}.rs"), file.finish());
    }
    emit_list(&mut index, domain);
    files.insert(format!("{FOLDER}/mod.rs"), index.finish());
    Ok(())
}

/// Whose arguments and results.
#[derive(Clone, Copy)]
enum Of {
    Hook,
    Method,
}

impl Of {
    fn words(self) -> &'static str {
        match self {
            Self::Hook => "the hook",
            Self::Method => "the API method",
        }
    }
}

fn emit_args(file: &mut File, method: &Method, of: Of, names: &mut Vec<String>) {
    file.line(format!("/// Arguments of {} `{}`.", of.words(), method.go));
    names.push(method.args_type.clone());
    emit_struct(file, &method.args_type, &method.args, is_common(method, of));
}

fn emit_returns(file: &mut File, method: &Method, of: Of, names: &mut Vec<String>) {
    file.line(format!("/// Results of {} `{}`.", of.words(), method.go));
    names.push(method.returns_type.clone());
    emit_struct(file, &method.returns_type, &method.returns, is_common(method, of));
}

fn is_common(method: &Method, of: Of) -> bool {
    matches!(of, Of::Hook) && special::is_common(&method.go)
}

fn emit_struct(file: &mut File, name: &str, params: &[Param], common: bool) {
    file.import("crate::Gob");
    // Only tests compare, print and make them: left out elsewhere, a plugin's build gets shorter by a good part.
    file.line("#[derive(Gob)]");
    file.line("#[cfg_attr(any(test, feature = \"testing\"), derive(Debug, Clone, PartialEq, Default))]");
    if !common {
        // A plugin uses few of the methods and hooks; the others should cost it nothing.
        file.line("#[gob(inline)]");
    }
    if params.is_empty() {
        return file.line(format!("pub struct {name} {{}}\n"));
    }
    file.line(format!("pub struct {name} {{"));
    for param in params {
        param.ty.names(&mut |name| file.import_type(name, |_| false));
        match param.name == param.field {
            true => file.line(format!("/// Go `{}`.", param.go)),
            false => file.line(format!("/// `{}`; Go `{}`.", param.name, param.go)),
        }
        if pascal(&param.field) != param.go {
            file.line(format!("#[gob(name = {:?})]", param.go));
        }
        file.line(format!("pub {}: {},", param.field, param.ty));
    }
    file.line("}\n");
}

/// A macro for tests: calls another one with all structs and the names that recorded values have for them.
fn emit_list(index: &mut File, domain: &Domain) {
    index.line("\n#[cfg(test)]\nmacro_rules! for_each_struct {\n($call:ident) => {{");
    for method in domain.hooks.iter().chain(domain.api.values().flatten()) {
        index.line(format!("$call!({} {:?});", method.args_type, method.go.clone() + ".args"));
        if method.reply.is_none() {
            index.line(format!("$call!({} {:?});", method.returns_type, method.go.clone() + ".returns"));
        }
    }
    index.line("}};\n}\n#[cfg(test)]\npub(crate) use for_each_struct;");
}
