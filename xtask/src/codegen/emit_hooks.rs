//! Emits the hooks as authors see them: the trait `Hooks` and the table of their names.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};

use super::domain::{Domain, Method};
use super::emit::{File, Files, HEADER};
use super::hooks::{self, ByHand, Row};
use super::rust::Rust;
use super::special;

const FOLDER: &str = "sdk/src/hooks/generated";

/// One hook, ready to be written.
pub(crate) struct Hook<'a> {
    pub(crate) method: &'a Method,
    pub(crate) row: &'static Row,
    pub(crate) rust: String,
    pub(crate) since: &'a str,
    pub(crate) args: Vec<Arg>,
    pub(crate) answer: Answer,
}

/// One argument as authors see it.
pub(crate) struct Arg {
    pub(crate) name: String,
    pub(crate) ty: String,
    /// The field on the wire, and whether it is a pointer whose nil means zero; nothing for those made by hand.
    pub(crate) field: Option<(String, bool)>,
}

/// What a hook answers, told from its results.
pub(crate) enum Answer {
    /// No results.
    Nothing,
    /// `error`: `Result<(), Error>`.
    Outcome,
    /// Something and `error`: `Result<T, Error>`.
    Value(String),
    /// Something and `*AppError`.
    Command,
    /// A pointer and a reason: `Decision<T>`.
    Decision(String),
    /// A pointer and `error`: `Decision<T>`, too.
    Replacement(String),
    /// A reason: `Verdict`.
    Verdict,
    /// One value as it is.
    Plain(String),
    /// By a row.
    Other(&'static str),
}

impl Answer {
    fn of(method: &Method, row: &Row) -> Result<Self> {
        let shapes: Vec<String> = method.returns.iter().map(|result| result.ty.to_string()).collect();
        let shapes: Vec<&str> = shapes.iter().map(String::as_str).collect();
        Ok(match (&shapes[..], row.answer) {
            ([_, "Option<AppError>"], _) => Self::Command,
            (_, Some((answer, _))) if row.call != ByHand::No => Self::Other(answer),
            ([], _) => Self::Nothing,
            (["Option<HostError>"], _) => Self::Outcome,
            (["String"], _) => Self::Verdict,
            ([one], _) => Self::Plain((*one).to_owned()),
            ([value, reason], _) => match (pointed(value), *reason) {
                (Some(value), "String") => Self::Decision(value),
                (Some(value), "Option<HostError>") => Self::Replacement(value),
                (None, "Option<HostError>") => Self::Value((*value).to_owned()),
                _ => anyhow::bail!("{}: no rule for the results {shapes:?}", method.go),
            },
            _ => anyhow::bail!("{}: no rule for the results {shapes:?}", method.go),
        })
    }

    /// Its type for authors.
    pub(crate) fn ty(&self) -> String {
        match self {
            Self::Nothing => "()".into(),
            Self::Outcome => "Result<(), Error>".into(),
            Self::Value(value) => format!("Result<{value}, Error>"),
            Self::Command => "Result<CommandResponse, AppError>".into(),
            Self::Decision(value) | Self::Replacement(value) => format!("Decision<{value}>"),
            Self::Verdict => "Verdict".into(),
            Self::Plain(ty) => ty.clone(),
            Self::Other(ty) => (*ty).to_owned(),
        }
    }

    /// What a plugin without the hook would answer.
    fn absent(&self, row: &Row) -> String {
        match (self, row.answer) {
            (_, Some((_, absent))) => absent.into(),
            (Self::Outcome, _) => "Ok(())".into(),
            (Self::Value(_), _) => "Ok(Default::default())".into(),
            (Self::Nothing, _) => String::new(),
            (Self::Decision(_) | Self::Replacement(_), _) => "Decision::Allow".into(),
            (Self::Verdict, _) => "Verdict::Allow".into(),
            _ => "Default::default()".into(),
        }
    }

    /// Whether the server has an error to be told.
    pub(crate) fn is_result(&self) -> bool {
        self.ty().starts_with("Result<")
    }
}

/// `Post` of `Option<Post>` and of `Option<Box<Post>>`.
fn pointed(ty: &str) -> Option<String> {
    let inner = ty.strip_prefix("Option<")?.strip_suffix('>')?;
    let boxed = inner.strip_prefix("Box<").and_then(|inner| inner.strip_suffix('>'));
    Some(boxed.unwrap_or(inner).to_owned())
}

/// All hooks in the schema's order, without `Implemented`.
pub(crate) fn all(domain: &Domain) -> Result<Vec<Hook<'_>>> {
    let hooks = domain.hooks.iter().filter(|method| method.reply.is_none());
    hooks.map(|method| Hook::new(method).with_context(|| method.go.clone())).collect()
}

impl<'a> Hook<'a> {
    fn new(method: &'a Method) -> Result<Self> {
        let row = hooks::row(&method.go);
        let args = match row.args {
            Some(args) => args.iter().map(Arg::by_hand).collect(),
            None => method.args.iter().map(Arg::new).collect(),
        };
        let since = hooks::SINCE.iter().find(|row| row.0 == method.go).map_or(&*method.since, |row| row.1);
        let rust = if method.go == "OnActivate" { "activate".to_owned() } else { method.rust.clone() };
        Ok(Self { method, row, rust, since, args, answer: Answer::of(method, row)? })
    }

    pub(crate) fn go(&self) -> &'a str {
        &self.method.go
    }

    /// `(a, b)`, or `a`.
    fn names(&self) -> String {
        let names: Vec<&str> = self.args.iter().map(|arg| &*arg.name).collect();
        if let [one] = names[..] { one.to_owned() } else { format!("({})", names.join(", ")) }
    }
}

impl Arg {
    fn by_hand((name, ty): &(&str, &str)) -> Self {
        Self { name: (*name).to_owned(), ty: (*ty).to_owned(), field: None }
    }

    fn new(param: &super::domain::Param) -> Self {
        let renamed = hooks::ARGS.iter().find(|row| row.0 == param.name).map(|row| row.1);
        let name = renamed.unwrap_or(&param.name).to_owned();
        let (ty, pointer) = match &param.ty {
            Rust::Option(inner) if special::row(hooks::OPTIONAL, &name).is_none() => (&**inner, true),
            ty => (ty, false),
        };
        Self { name, ty: ty.to_string(), field: Some((param.field.clone(), pointer)) }
    }
}

pub(crate) fn emit(domain: &Domain, files: &mut Files) -> Result<()> {
    let hooks = all(domain)?;
    let mut file = File::new("The author's trait.");
    for path in ["std::future::Future", "std::sync::Arc", "http::Request", "http::Response"] {
        file.import(path);
    }
    for path in ["Error", "http::Body", "hooks::Activation", "hooks::Decision", "hooks::Plugin"] {
        file.import(&format!("crate::{path}"));
    }
    for path in ["hooks::PostDecision", "hooks::UploadDecision", "hooks::Verdict"] {
        file.import(&format!("crate::{path}"));
    }
    file.import("crate::model::Context");
    file.import("crate::model::FileInfo");
    import_models(&mut file, &hooks);
    file.line("/// What the server asks of a plugin.\n///");
    file.line("#[doc = include_str!(\"../../../docs/hooks.md\")]");
    file.line("pub trait Hooks: Plugin {");
    for hook in &hooks {
        emit_method(&mut file, hook)?;
    }
    file.line("}");
    files.insert(format!("{FOLDER}/author.rs"), file.finish());
    let mut index = File::new("The hooks as authors see them.");
    index.line("mod author;\nmod names;\n\npub use author::Hooks;\npub use names::{ALL, constants};");
    files.insert(format!("{FOLDER}/mod.rs"), index.finish());
    let methods: Vec<&Method> = domain.api.values().flatten().collect();
    emit_names(&hooks, &methods, files);
    Ok(())
}

/// Imports what the signatures name.
pub(crate) fn import_models(file: &mut File, hooks: &[Hook<'_>]) {
    for hook in hooks {
        for arg in hook.args.iter().filter(|arg| arg.field.is_some() && arg.name != "ctx") {
            import_words(file, &arg.ty);
        }
        if !matches!(hook.answer, Answer::Other(_)) {
            import_words(file, &hook.answer.ty());
        }
    }
}

/// Imports every type of the model that a type is written with.
fn import_words(file: &mut File, ty: &str) {
    const OTHERS: &[&str] = &["Option", "Box", "Vec", "String", "Result", "Error", "Decision", "Verdict"];
    let words = ty.split(|letter: char| !letter.is_alphanumeric());
    for word in words.filter(|word| word.starts_with(char::is_uppercase) && !OTHERS.contains(word)) {
        file.import(&format!("crate::model::{word}"));
    }
}

fn emit_method(file: &mut File, hook: &Hook<'_>) -> Result<()> {
    let Hook { method, row, rust, answer, .. } = hook;
    file.doc(&method.docs);
    for text in paragraphs(hook)? {
        file.doc(&["".to_owned(), text]);
    }
    file.line(format!("///\n/// Since server {}. Go: `Hooks.{}`.", hook.since, method.go));
    if answer.is_result() || row.go == "OnActivate" {
        file.line("///\n/// # Errors");
        file.doc(&method.errors);
    }
    let output = answer.ty();
    let args: Vec<String> = hook.args.iter().map(|arg| format!("{}: {}", arg.name, arg.ty)).collect();
    if row.go == "OnActivate" {
        file.line(format!("fn {rust}({}) -> impl Future<Output = {output}> + Send;\n", args.join(", ")));
        return Ok(());
    }
    let args: String = args.iter().map(|arg| format!(", {arg}")).collect();
    file.line(format!("fn {rust}(&self{args}) -> impl Future<Output = {output}> + Send {{"));
    if !hook.args.is_empty() {
        file.line(format!("let _ = {};", hook.names()));
    }
    file.line(format!("async {{ {} }}\n}}\n", answer.absent(row)));
    Ok(())
}

/// What the tables add to the docs.
fn paragraphs(hook: &Hook<'_>) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    let go = hook.go();
    if let Some(more) = special::row(hooks::MERGED, go) {
        let all =
            "The server lays a replacement over what it sent, so every field of it travels, empty ones, too";
        texts.push(if more.is_empty() { format!("{all}.") } else { format!("{all};\n{more}.") });
    }
    texts.extend(special::row(hooks::LIMITS, go).map(str::to_owned));
    let fault = special::row(hooks::FAULTS, go).or(match hook.answer {
        Answer::Nothing => Some(hooks::NO_ANSWER),
        _ => None,
    });
    texts.push(fault.with_context(|| format!("no row in FAULTS for {go}"))?.to_owned());
    Ok(texts)
}

/// The table of names, here and for the attribute, which lives in another crate.
fn emit_names(hooks: &[Hook<'_>], methods: &[&Method], files: &mut Files) {
    let mut sorted: Vec<&Hook<'_>> = hooks.iter().collect();
    sorted.sort_by_key(|hook| hook.go());
    let mut file = File::new("The hooks by name.");
    file.import("crate::hooks::Hook");
    file.line("/// Every hook known to this version of the SDK, sorted by its Go name.\n///");
    file.line("/// `Implemented`, by which the server asks for this list, is not in it.\npub const ALL: &[Hook] = &[");
    sorted.iter().for_each(|hook| file.line(format!("constants::{},", hook.rust)));
    file.line("];\n\n/// One constant a hook, named like the method of `Hooks`.");
    file.line("#[allow(non_upper_case_globals, missing_docs)]\npub mod constants {\nuse super::Hook;\n");
    for hook in &sorted {
        let Hook { rust, since, .. } = hook;
        let go = hook.go();
        file.line(format!(
            "pub const {rust}: Hook = Hook {{ go: {go:?}, rust: {rust:?}, since: {since:?} }};"
        ));
    }
    file.line("}");
    files.insert(format!("{FOLDER}/names.rs"), file.finish());
    emit_names_for_macros(&sorted, methods, files);
}

fn emit_names_for_macros(sorted: &[&Hook<'_>], methods: &[&Method], files: &mut Files) {
    let mut text = format!(
        "{HEADER}\n\n//! The hooks and API methods by name.\n\n\
         /// So that the attribute can tell a hook from a slip of the pen; in the order of Go's names.\n\
         pub(super) const NAMES: &[&str] = &[\n"
    );
    sorted.iter().for_each(|hook| text.push_str(&format!("{:?},\n", hook.rust)));
    text.push_str(
        "];\n\n/// What a plugin may call optional: hooks and API methods, Go's name and Rust's, in the order of Go's.\n\
         pub(super) const USES: &[(&str, &str)] = &[\n",
    );
    let hooks = sorted.iter().map(|hook| (hook.go(), &*hook.rust));
    let methods = methods.iter().map(|method| (method.go.as_str(), &*method.rust));
    let uses: BTreeSet<(&str, &str)> = hooks.chain(methods).collect();
    uses.iter().for_each(|names| text.push_str(&format!("{names:?},\n")));
    text.push_str("];\n");
    files.insert("macros/src/plugin/generated.rs".to_owned(), text);
}
