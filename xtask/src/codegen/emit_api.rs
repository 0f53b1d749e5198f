//! Emits `sdk/src/api/generated`: one thin method a call.

use std::collections::BTreeSet;

use anyhow::Result;

use super::domain::{Domain, Method, Param};
use super::emit::{File, Files, about};
use super::rust::Rust;
use super::special;

const FOLDER: &str = "sdk/src/api/generated";

pub(crate) fn emit(domain: &Domain, files: &mut Files) -> Result<()> {
    let mut index = File::new("The methods of `Api`, by category.");
    for (category, methods) in &domain.api {
        let docs = about(special::CATEGORY_DOCS, category)?;
        let mut file = File::new(docs);
        if methods.iter().any(|method| !method.by_hand) {
            file.import("crate::api::Api");
            file.import("crate::api::ApiError");
            file.line(format!("/// # {}", docs.trim_end_matches('.')));
            file.line("impl Api {");
            for method in methods.iter().filter(|method| !method.by_hand) {
                emit_method(&mut file, method, &domain.enums);
            }
            file.line("}\n");
        }
        methods.iter().for_each(|method| emit_call(&mut file, method));
        files.insert(format!("{FOLDER}/{category}.rs"), file.finish());
        index.line(format!("mod {category};"));
    }
    index.line("\n#[cfg(test)]\npub(crate) mod every;");
    files.insert(format!("{FOLDER}/every.rs"), emit_list(domain).finish());
    files.insert(format!("{FOLDER}/mod.rs"), index.finish());
    Ok(())
}

/// For tests: every generated method with its Go name, its version, and a function that calls it. A function each, since
/// the compiler's time grows faster than what stands in one.
fn emit_list(domain: &Domain) -> File {
    let mut file = File::new("A call of every generated method with empty arguments, for tests.");
    for path in ["std::pin::Pin", "crate::api::Api", "crate::api::ApiError"] {
        file.import(path);
    }
    file.line("/// A call under way, without what it gives.");
    file.line("type Called = Pin<Box<dyn Future<Output = Result<(), ApiError>>>>;\n");
    file.line("/// Go's name, the first server that has it, and the call.");
    file.line("type Method = (&'static str, &'static str, fn(Api) -> Called);\n");
    file.line("/// All of them.\npub(crate) const METHODS: &[Method] = &[");
    let methods = || domain.api.values().flatten().filter(|method| !method.by_hand);
    methods()
        .for_each(|method| file.line(format!("({:?}, {:?}, {}),", method.go, method.since, method.rust)));
    file.line("];");
    for method in methods() {
        let args: Vec<&str> =
            method.args.iter().map(|param| example(in_args(param), &domain.enums)).collect();
        file.line(format!("\nfn {}(api: Api) -> Called {{", method.rust));
        let call = format!("api.{}({})", method.rust, args.join(", "));
        file.line(format!("Box::pin(async move {{ {call}.await.map(drop) }})\n}}"));
    }
    file
}

/// The empty value of an argument, as an author gives it.
fn example(ty: &Rust, enums: &BTreeSet<String>) -> &'static str {
    match ty {
        Rust::Named(name) if enums.contains(name) => "Default::default()",
        Rust::Vec(inner) if **inner == Rust::String => "[\"\"]",
        ty if taken(ty).starts_with('&') && !matches!(ty, Rust::String | Rust::Bytes | Rust::Vec(_)) => {
            "&Default::default()"
        }
        _ => "Default::default()",
    }
}

fn emit_call(file: &mut File, method: &Method) {
    file.import("crate::api::ApiCall");
    file.import(&format!("crate::wire::{}", method.args_type));
    file.import(&format!("crate::wire::{}", method.returns_type));
    file.line(format!("impl ApiCall for {} {{", method.args_type));
    file.line(format!("const METHOD: &'static str = {:?};", method.go));
    file.line(format!("const SINCE: &'static str = {:?};", method.since));
    file.line(format!("type Reply = {};\n}}\n", method.returns_type));
}

/// How a method reports failure, by its last result.
pub(super) enum Failure {
    None,
    App,
    Error,
}

fn emit_method(file: &mut File, method: &Method, enums: &BTreeSet<String>) {
    let (values, failure) = split(&method.returns);
    emit_docs(file, method, &failure, values);
    let mut params = String::new();
    for param in &method.args {
        let ty = match in_args(param) {
            Rust::Named(name) if enums.contains(name) => name.clone(),
            ty => taken(ty),
        };
        param.ty.names(&mut |name| file.import_type(name, |_| false));
        params.push_str(&format!(", {}: {ty}", param.name));
    }
    let results: Vec<String> = values.iter().map(|value| result_type(file, method, value)).collect();
    let result = match &results[..] {
        [one] => one.clone(),
        several => format!("({})", several.join(", ")),
    };
    file.line(format!("pub async fn {}(&self{params}) -> Result<{result}, ApiError> {{", method.rust));
    emit_body(file, method, values, &failure, enums);
    file.line("}\n");
}

pub(super) fn split(returns: &[Param]) -> (&[Param], Failure) {
    match returns.split_last() {
        Some((last, values)) if last.ty.to_string() == "Option<AppError>" => (values, Failure::App),
        Some((last, values)) if last.ty.to_string() == "Option<HostError>" => (values, Failure::Error),
        _ => (returns, Failure::None),
    }
}

fn emit_docs(file: &mut File, method: &Method, failure: &Failure, values: &[Param]) {
    file.doc(&method.docs);
    file.line("///\n/// # Errors");
    if method.errors.is_empty() {
        let nothing = values.iter().any(|value| matches!(value.ty, Rust::Option(_))) && !method.maybe_nothing;
        file.line(match failure {
            Failure::App => "/// [`ApiError::App`] when the server refuses or fails; otherwise the call itself failed.",
            Failure::Error => "/// [`ApiError::Host`] or [`ApiError::App`] when the server refuses or fails; otherwise the call itself failed.",
            Failure::None if nothing => "/// [`ApiError::Rpc`] when the server answers nothing, its only sign of failure; otherwise the call itself failed.",
            Failure::None => "/// Only when the call itself fails: the server reports no failure of its own.",
        });
    } else {
        file.doc(&method.errors);
    }
    file.line(format!("///\n/// Since server {}. Go: `API.{}`.", method.since, method.go));
}

fn emit_body(
    file: &mut File,
    method: &Method,
    values: &[Param],
    failure: &Failure,
    enums: &BTreeSet<String>,
) {
    let args_type = &method.args_type;
    let fields: Vec<String> =
        method.args.iter().map(|param| format!("{}: {}", param.field, given(param, enums))).collect();
    let call = format!("self.call({args_type} {{ {} }}).await?", fields.join(", "));
    let check = match failure {
        Failure::None => None,
        Failure::App => Some("app_result"),
        Failure::Error => Some("error_result"),
    };
    if let Some(check) = check {
        file.import(&format!("crate::api::reply::{check}"));
    }
    let error = method.returns.last().map(|last| last.field.as_str()).unwrap_or_default();
    match (check, values) {
        (None, []) => file.line(format!("{call};\nOk(())")),
        (Some(check), []) => file.line(format!("let reply = {call};\n{check}(reply.{error})")),
        (check, values) => {
            file.line(format!("let reply = {call};"));
            if let Some(check) = check {
                file.line(format!("{check}(reply.{error})?;"));
            }
            emit_result(file, method, values);
        }
    }
}

fn emit_result(file: &mut File, method: &Method, values: &[Param]) {
    let mut exprs = Vec::new();
    for value in values {
        let field = format!("reply.{}", value.field);
        exprs.push(match &value.ty {
            Rust::Bytes if method.maybe_nothing => format!("(!{field}.is_empty()).then_some({field})"),
            Rust::Option(_) if !method.maybe_nothing => {
                file.import("crate::api::reply::present");
                format!("present({:?}, {field})", method.go)
            }
            _ => field,
        });
    }
    match &exprs[..] {
        [one] if one.starts_with("present(") => file.line(one),
        [one] => file.line(format!("Ok({one})")),
        several => {
            let several: Vec<String> = several
                .iter()
                .map(|e| if e.starts_with("present(") { format!("{e}?") } else { e.clone() })
                .collect();
            file.line(format!("Ok(({}))", several.join(", ")));
        }
    }
}

pub(super) fn result_type(file: &mut File, method: &Method, value: &Param) -> String {
    value.ty.names(&mut |name| file.import_type(name, |_| false));
    match &value.ty {
        Rust::Bytes if method.maybe_nothing => "Option<Vec<u8>>".into(),
        Rust::Option(inner) if !method.maybe_nothing => inner.to_string(),
        ty => ty.to_string(),
    }
}

/// The type of an argument as an author gives it.
fn taken(ty: &Rust) -> String {
    match ty {
        Rust::String => "&str".into(),
        Rust::Bytes => "&[u8]".into(),
        Rust::Bool | Rust::Number(_) => ty.to_string(),
        Rust::Named(name) if is_value(name) => ty.to_string(),
        Rust::Id(name) | Rust::Named(name) => format!("&{name}"),
        Rust::Box(inner) => format!("&{inner}"),
        Rust::Vec(inner) if **inner == Rust::String => "impl IntoIterator<Item = impl Into<String>>".into(),
        Rust::Vec(inner) => format!("&[{inner}]"),
        Rust::Map(..) => ty.to_string(),
        Rust::Option(inner) => match &**inner {
            Rust::Bool | Rust::Number(_) => ty.to_string(),
            inner => format!("Option<{}>", taken(inner)),
        },
    }
}

/// Types that are given away, since one is mostly made for the call.
fn is_value(name: &str) -> bool {
    matches!(name, "StringInterface" | "StringMap" | "Value")
}

/// The type of an argument without the pointer that is never nil.
pub(super) fn in_args(param: &Param) -> &Rust {
    match &param.ty {
        Rust::Option(inner) if !param.optional => inner,
        ty => ty,
    }
}

/// What goes into the wire struct.
fn given(param: &Param, enums: &BTreeSet<String>) -> String {
    let value = match in_args(param) {
        Rust::Named(name) if enums.contains(name) => param.name.clone(),
        ty => copied(&param.name, ty),
    };
    if in_args(param) == &param.ty { value } else { format!("Some({value})") }
}

fn copied(name: &str, ty: &Rust) -> String {
    match ty {
        Rust::String => format!("{name}.to_owned()"),
        Rust::Vec(inner) if **inner == Rust::String => {
            format!("{name}.into_iter().map(Into::into).collect()")
        }
        Rust::Bytes | Rust::Vec(_) => format!("{name}.to_vec()"),
        Rust::Bool | Rust::Number(_) | Rust::Map(..) => name.to_owned(),
        Rust::Named(ty) if is_value(ty) => name.to_owned(),
        Rust::Id(_) | Rust::Named(_) => format!("{name}.clone()"),
        Rust::Box(_) => format!("Box::new({name}.clone())"),
        Rust::Option(inner) => match &**inner {
            Rust::Bool | Rust::Number(_) => name.to_owned(),
            Rust::String => format!("{name}.map(str::to_owned)"),
            _ => format!("{name}.cloned()"),
        },
    }
}
