//! Emits the Go structs of tests/gohost: the types of the wire as Go has them, of the newest tree and, where they
//! differ, of the oldest one.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use anyhow::{Context, Result};

use super::emit::Files;
use super::gosource::GoFile;
use super::gotype::GoType;
use super::schema::{Call, Field, Schema, Type};
use super::special;

const ROOT: &str = "tests/gohost";

/// Packages of the schema that the tests have, and their folders.
const OURS: &[(&str, &str)] = &[
    ("logr", "logr"),
    ("model", "model"),
    ("mysql", "mysql"),
    ("plugin", "plugin"),
    ("pq", "pq"),
    ("saml2", "saml2"),
    ("types", "samltypes"),
];

pub(crate) fn emit(schema: &Schema, files: &mut Files) -> Result<()> {
    let old = Old::new(schema)?;
    emit_types(schema, files)?;
    emit_old_types(schema, &old, files);
    emit_calls(schema, files);
    emit_old_calls(schema, &old, files);
    emit_tables(schema, &old, files);
    emit_registered(schema, files);
    emit_fake(schema, files);
    Ok(())
}

fn same(name: &str) -> String {
    name.to_owned()
}

/// What differs in the oldest tree.
struct Old {
    tree: String,
    /// Types that have another form there, by their own fields or by those of types in them.
    types: BTreeSet<String>,
}

impl Old {
    fn new(schema: &Schema) -> Result<Self> {
        let tree = schema.trees.first().context("no trees")?.clone();
        let mut types = BTreeSet::new();
        let changed = |field: &Field| field.only.is_some() || field.was.is_some();
        let mut queue: VecDeque<&str> = VecDeque::new();
        for t in schema.types.iter().filter(|t| in_tree(t.only.as_deref(), &tree)) {
            if t.only.is_some() || t.fields.iter().any(changed) {
                types.insert(t.name.clone());
                queue.push_back(&t.name);
            }
        }
        while let Some(name) = queue.pop_front() {
            for t in schema.types.iter().filter(|t| in_tree(t.only.as_deref(), &tree)) {
                let uses = t.fields.iter().map(|f| f.go_type.as_str()).chain(t.is.as_deref());
                if uses.into_iter().any(|text| mentions(text, name)) && types.insert(t.name.clone()) {
                    queue.push_back(&t.name);
                }
            }
        }
        Ok(Self { tree, types })
    }

    fn has(&self, only: Option<&str>) -> bool {
        in_tree(only, &self.tree)
    }

    /// A type's name in the packages of the old tree.
    fn rename(&self, name: &str) -> String {
        match name.split_once('.') {
            Some(("model", short)) if self.types.contains(name) => format!("model93.{short}"),
            Some(("plugin", short)) if self.types.contains(name) => format!("plugin93.{short}"),
            _ => name.to_owned(),
        }
    }

    /// Fields as the old tree has them.
    fn fields(&self, fields: &[Field]) -> Vec<Field> {
        let there = fields.iter().filter(|field| self.has(field.only.as_deref()));
        there
            .map(|field| Field {
                go_type: field.was.clone().unwrap_or(field.go_type.clone()),
                ..field.clone()
            })
            .collect()
    }

    fn differs(&self, call: &Call) -> bool {
        let fields = || call.args.iter().chain(&call.returns);
        fields().any(|field| {
            field.was.is_some()
                || field.only.is_some()
                || self.types.iter().any(|name| mentions(&field.go_type, name))
        })
    }
}

fn in_tree(only: Option<&str>, tree: &str) -> bool {
    only.is_none_or(|only| only == tree)
}

fn mentions(text: &str, name: &str) -> bool {
    let mut found = false;
    if let Ok(parsed) = GoType::parse(text) {
        parsed.names(false, &mut |other, _| found |= other == name);
    }
    found
}

/// True for what the newest servers have: everything that is not of the oldest tree alone.
fn newer(schema: &Schema, only: Option<&str>) -> bool {
    only.is_none() || only != schema.trees.first().map(String::as_str)
}

fn newer_fields<'a>(schema: &Schema, fields: &'a [Field]) -> Vec<&'a Field> {
    fields.iter().filter(|field| newer(schema, field.only.as_deref())).collect()
}

fn emit_types(schema: &Schema, files: &mut Files) -> Result<()> {
    let mut parts: BTreeMap<String, GoFile<'_>> = BTreeMap::new();
    let enums = schema.enums.iter().filter(|e| e.is_open() && !e.untyped_in_go);
    let named =
        enums.map(|e| (e.name.as_str(), None)).chain(schema.types.iter().map(|t| (t.name.as_str(), Some(t))));
    for (name, found) in named {
        let Some((package, folder, short)) = ours(name) else { continue };
        // The tests register the type of an old server's database error, too.
        if found.is_some_and(|t| !newer(schema, t.only.as_deref()) && package != "mysql") {
            continue;
        }
        let part = match package {
            "model" if found.is_some_and(|t| t.is.is_some()) => "named",
            "model" => special::area(name).with_context(|| format!("{name}: no row in AREAS"))?,
            _ => "types",
        };
        let file = parts
            .entry(format!("{ROOT}/{folder}/generated_{part}.go"))
            .or_insert_with(|| GoFile::new(package, &same));
        declare(schema, file, short, found);
    }
    files.extend(parts.into_iter().map(|(path, file)| (path, file.finish())));
    Ok(())
}

fn declare(schema: &Schema, file: &mut GoFile<'_>, short: &str, found: Option<&Type>) {
    match found {
        None => file.line(format!("type {short} string\n")),
        Some(Type { is: Some(is), .. }) => {
            let is = file.type_text(is);
            file.line(format!("type {short} {is}\n"));
        }
        Some(t) => {
            let all: Vec<&Field> = t.fields.iter().collect();
            let newest = newer_fields(schema, &t.fields);
            let kept = if newer(schema, t.only.as_deref()) { newest } else { all };
            file.structure(short, &kept);
        }
    }
}

/// Package, folder and short name of a type that the tests declare themselves.
fn ours(name: &str) -> Option<(&str, &'static str, &str)> {
    let (package, short) = name.split_once('.')?;
    special::row(OURS, package).map(|folder| (package, folder, short))
}

fn emit_old_types(schema: &Schema, old: &Old, files: &mut Files) {
    let rename = |name: &str| old.rename(name);
    for (package, folder) in [("model93", "model93"), ("plugin93", "plugin93")] {
        let mut file = GoFile::new(package, &rename);
        let of = package.trim_end_matches("93");
        let mut any = false;
        for t in schema.types.iter().filter(|t| old.types.contains(&t.name)) {
            let Some(short) = t.name.strip_prefix(of).and_then(|rest| rest.strip_prefix('.')) else {
                continue;
            };
            any = true;
            match &t.is {
                Some(is) => {
                    let is = file.type_text(is);
                    file.line(format!("type {short} {is}\n"));
                }
                None => file.structure(short, &old.fields(&t.fields).iter().collect::<Vec<_>>()),
            }
        }
        if any {
            files.insert(format!("{ROOT}/{folder}/generated_types.go"), file.finish());
        }
    }
}

impl Call {
    fn args_struct(&self) -> String {
        self.args_struct.clone().unwrap_or_else(|| format!("Z_{}Args", self.name))
    }

    fn returns_struct(&self) -> String {
        self.returns_struct.clone().unwrap_or_else(|| format!("Z_{}Returns", self.name))
    }

    /// The Go type of the argument, without its pointer.
    fn args_type(&self) -> String {
        match (&self.arg, self.reply.is_some() && self.args.is_empty()) {
            (Some(arg), _) => arg.clone(),
            (None, true) => "struct{}".into(),
            (None, false) => self.args_struct(),
        }
    }

    fn returns_type(&self) -> String {
        self.reply.clone().unwrap_or_else(|| self.returns_struct())
    }
}

fn emit_calls(schema: &Schema, files: &mut Files) {
    for (part, calls) in [("hooks", &schema.hooks), ("api", &schema.api), ("driver", &schema.driver)] {
        let mut file = GoFile::new("plugin", &same);
        let mut seen = BTreeSet::new();
        for call in calls {
            if call.args_type().starts_with("Z_") && seen.insert(call.args_struct()) {
                file.structure(&call.args_struct(), &newer_fields(schema, &call.args));
            }
            if call.reply.is_none() && seen.insert(call.returns_struct()) {
                file.structure(&call.returns_struct(), &newer_fields(schema, &call.returns));
            }
        }
        files.insert(format!("{ROOT}/plugin/generated_{part}.go"), file.finish());
    }
}

fn emit_old_calls(schema: &Schema, old: &Old, files: &mut Files) {
    let rename = |name: &str| old.rename(name);
    let mut file = GoFile::new("plugin93", &rename);
    let mut table =
        String::from("// calls are the structs that have another form here.\nvar calls = []any{\n");
    for call in schema.hooks.iter().chain(&schema.api) {
        if !old.has(call.only.as_deref()) || !old.differs(call) {
            continue;
        }
        for (name, fields) in [(call.args_struct(), &call.args), (call.returns_struct(), &call.returns)] {
            file.structure(&name, &old.fields(fields).iter().collect::<Vec<_>>());
            table.push_str(&format!("\t{name}{{}},\n"));
        }
    }
    file.line(table + "}");
    files.insert(format!("{ROOT}/plugin93/generated_calls.go"), file.finish());
}

fn emit_tables(schema: &Schema, old: &Old, files: &mut Files) {
    let mut file = GoFile::new("plugin", &same);
    for (name, docs, calls) in [
        ("Hooks", "Hooks are all hooks, in the order of their ids.", &schema.hooks),
        ("Methods", "Methods are all API methods.", &schema.api),
        ("DriverCalls", "DriverCalls are all calls of the database driver.", &schema.driver),
    ] {
        file.line(format!("// {docs}\nvar {name} = []Call{{"));
        for call in calls {
            let (args, returns) = (file.type_text(&call.args_type()), file.type_text(&call.returns_type()));
            file.line(format!(
                "\t{{{:?}, {:?}, {}, func() any {{ return new({args}) }}, func() any {{ return new({returns}) }}}},",
                call.name,
                call.since,
                old.has(call.only.as_deref()),
            ));
        }
        file.line("}\n");
    }
    files.insert(format!("{ROOT}/plugin/generated_tables.go"), file.finish());
}

fn emit_registered(schema: &Schema, files: &mut Files) {
    let mut file = GoFile::new("plugin", &same);
    file.line("// registered are the gob names of every type that may lie in an interface, besides Go's basic ones.");
    file.line("var registered = []struct {\n\tname  string\n\tvalue any\n}{");
    for row in &schema.registered {
        let value = match row.go_type.strip_prefix('*') {
            Some(pointed) => format!("&{}", file.type_text(pointed)),
            None => file.type_text(&row.go_type),
        };
        file.line(format!("\t{{{:?}, {value}{{}}}},", row.name));
    }
    file.line("}");
    files.insert(format!("{ROOT}/plugin/generated_registered.go"), file.finish());
}

fn emit_fake(schema: &Schema, files: &mut Files) {
    let mut file = GoFile::new("host", &same);
    file.import("plugin");
    for call in &schema.api {
        let (args, returns) = (call.args_struct(), call.returns_struct());
        file.line(format!(
            "func (g generic) {}(args *plugin.{args}, returns *plugin.{returns}) error {{",
            call.name
        ));
        file.line(format!("\treturn g.answer({:?}, args, returns)\n}}\n", call.name));
    }
    files.insert(format!("{ROOT}/host/generated_api.go"), file.finish());
}
