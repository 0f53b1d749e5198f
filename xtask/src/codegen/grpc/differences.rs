//! Emits `docs/grpc-differences.md`, and the same as a list for the tests: what the messages of gRPC have no place for.

use std::fmt::Write;

use anyhow::Result;

use super::Emitter;
use super::table::{self, Is};
use crate::codegen::domain::{Domain, Method};
use crate::codegen::emit::{File, Files};
use crate::codegen::emit_coverage::HEADER;

/// Of a message, fields by their Go names of the type that goes in it.
pub(crate) struct Lost {
    pub(crate) message: String,
    pub(crate) fields: Vec<String>,
}

pub(crate) fn emit(emitter: &Emitter<'_>, domain: &Domain, files: &mut Files) -> Result<()> {
    let absent = |methods: &mut dyn Iterator<Item = &Method>| -> Vec<(String, String)> {
        methods
            .filter(|method| !emitter.proto.calls.contains(&method.go))
            .map(|method| (method.go.clone(), method.since.clone()))
            .collect()
    };
    let hooks = absent(&mut domain.hooks.iter());
    let methods = absent(&mut domain.api.values().flatten());
    files.insert("sdk/src/wire/tests/generated/messages.rs".into(), list(emitter, &hooks, &methods).finish());
    files.insert("docs/grpc-differences.md".into(), page(emitter, &hooks, &methods)?);
    Ok(())
}

fn list(emitter: &Emitter<'_>, hooks: &[(String, String)], methods: &[(String, String)]) -> File {
    let mut file = File::new("What gRPC lacks, for the tests of its messages.");
    for (name, docs, absent) in [("ABSENT_HOOKS", "Hooks", hooks), ("ABSENT_METHODS", "API methods", methods)]
    {
        let absent: Vec<&str> = absent.iter().map(|(go, _)| go.as_str()).collect();
        file.line(format!("/// {docs} without a call.\npub(crate) const {name}: &[&str] = &{absent:?};\n"));
    }
    file.line("/// Messages, and fields of Go's type that they have no place for.");
    file.line("pub(crate) const LOST: &[(&str, &[&str])] = &[");
    for lost in &emitter.lost {
        file.line(format!("({:?}, &{:?}),", lost.message, lost.fields));
    }
    file.line("];\n");
    file
}

fn page(emitter: &Emitter<'_>, hooks: &[(String, String)], methods: &[(String, String)]) -> Result<String> {
    let mut page = format!(
        "{HEADER}\n\n# What gRPC lacks\n\nThe messages of upstream's branch against the types of a server over net/rpc. \
         [docs/grpc.md](grpc.md) has the rest.\n"
    );
    for (title, absent, then) in [
        ("Hooks that are never called", hooks, "Nobody asks for them over gRPC."),
        ("API methods that are not there", methods, "They are `ApiError::Unsupported`."),
    ] {
        writeln!(page, "\n## {title}\n\n{then}\n\n| Go | since |\n|---|---|")?;
        for (go, since) in absent {
            writeln!(page, "| `{go}` | {since} |")?;
        }
    }
    writeln!(
        page,
        "\n## Fields that are lost\n\nThe message has no place for them: what a plugin sets does not arrive, what a \
         server has is empty here.\n\n| message | fields of Go's type |\n|---|---|"
    )?;
    for lost in &emitter.lost {
        let fields: Vec<String> = lost.fields.iter().map(|field| format!("`{field}`")).collect();
        writeln!(page, "| `{}` | {} |", lost.message, fields.join(", "))?;
    }
    others(&mut page)?;
    Ok(page)
}

/// What is there in another form, and what nobody reads.
fn others(page: &mut String) -> Result<()> {
    writeln!(page, "\n## In another form\n\n| message or call | why |\n|---|---|")?;
    for row in table::ROWS {
        if let Is::By { why, .. } = row.is {
            writeln!(page, "| `{}.{}` | {why} |", row.message, row.field)?;
        }
    }
    for (name, why) in [table::BY_HAND, table::CALLS_BY_HAND, table::HOOKS_BY_HAND].into_iter().flatten() {
        if *why != table::OWN {
            writeln!(page, "| `{name}` | {why} |")?;
        }
    }
    for (message, field) in table::JSON {
        writeln!(page, "| `{message}.{field}` | JSON of Go's type as a whole |")?;
    }
    writeln!(
        page,
        "| `google.protobuf.Struct`, `Value` | numbers are `float64`, bytes text in base64, types of the server JSON |"
    )?;
    writeln!(page, "| times | whole seconds |\n| `int` in an `int32` | the nearest number that has room |")?;
    writeln!(page, "\n## Fields of messages that stay empty\n\n| message and field | why |\n|---|---|")?;
    for row in table::ROWS {
        if let Is::Nothing(why) = row.is {
            writeln!(page, "| `{}.{}` | {why} |", row.message, row.field)?;
        }
    }
    Ok(())
}
