//! Emits the calls of hooks: from the host's arguments to the author's future and back.
//!
//! What is generic over the plugin is one line a hook, which only the hooks of a plugin get; all else is compiled once,
//! with the SDK.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::domain::Domain;
use super::emit::{File, Files};
use super::emit_hooks::{Answer, Arg, Hook, all, import_models};
use super::grpc::Emitter;
use super::hooks::ByHand;
use super::special;

const FOLDER: &str = "sdk/src/runtime/generated";

pub(crate) fn emit(root: &Path, domain: &Domain, files: &mut Files) -> Result<()> {
    let mut messages = Emitter::new(root, domain)?;
    let hooks: Vec<_> = all(domain)?.into_iter().filter(|hook| hook.row.call != ByHand::Runtime).collect();
    let mut file = File::new("The calls of hooks: what the host sends to what the author gets, and back.");
    for path in ["Gob", "gob::Explicit", "gob::Filled", "hooks::Hooks", "hooks::constants", "wire"] {
        file.import(&format!("crate::{path}"));
    }
    for path in ["netrpc::Refusal", "netrpc::Work", "runtime::carry::Call"] {
        file.import(&format!("crate::{path}"));
    }
    for path in ["Error", "hooks::Decision", "hooks::PostDecision", "hooks::Verdict"] {
        file.import(&format!("crate::{path}"));
    }
    for path in ["around", "reply", "streams", "erased::Boxed", "erased::Instance", "service::HookHost"] {
        file.import(&format!("crate::runtime::{path}"));
    }
    let plain: Vec<_> = hooks.iter().filter(|hook| hook.row.call != ByHand::Streams).collect();
    for hook in &hooks {
        emit_shim(&mut file, hook);
    }
    for hook in plain {
        emit_call(&mut file, &mut messages, hook).with_context(|| hook.go().to_owned())?;
    }
    file.import("crate::model::Context");
    import_models(&mut file, &hooks);
    files.insert(format!("{FOLDER}/calls.rs"), file.finish());
    let mut index = File::new("The calls of hooks.");
    index.line(
        "#[allow(clippy::type_complexity, reason = \"the types of the authors' futures\")]\npub mod calls;",
    );
    files.insert(format!("{FOLDER}/mod.rs"), index.finish());
    Ok(())
}

/// The only code that a plugin pays for.
fn emit_shim(file: &mut File, hook: &Hook<'_>) {
    let Hook { rust, row, .. } = hook;
    let names: Vec<&str> = hook.args.iter().map(|arg| &*arg.name).collect();
    let names = names.join(", ");
    let call = match row.call {
        ByHand::Streams => format!("streams::{rust}"),
        _ => format!("call_{rust}"),
    };
    let comma = if names.is_empty() { "" } else { ", " };
    file.line(format!("/// `{}` of one plugin.", hook.go()));
    file.line(format!(
        "pub fn {rust}<P: Hooks>(host: &HookHost, call: &mut Call<'_, '_>) -> Result<Work, Refusal> {{\n\
         {call}(host, call, |instance{comma}{names}| {{\n\
         let active = instance.of::<P>();\n\
         Box::pin(async move {{ active.plugin.{rust}({names}).await }})\n\
         }})\n}}\n"
    ));
}

fn emit_call(file: &mut File, messages: &mut Emitter<'_>, hook: &Hook<'_>) -> Result<()> {
    let Hook { rust, method, row, .. } = hook;
    let answer = emit_answer(file, messages, hook)?;
    let types: String = hook.args.iter().map(|arg| format!(", {}", arg.ty)).collect();
    let given: String = hook.args.iter().map(given).collect();
    let start = match row.call {
        ByHand::Around => format!("around::{rust}(start, instance{given})"),
        _ => format!("start(instance{given})"),
    };
    let args = if hook.args.is_empty() { "_" } else { "args" };
    // Most plugins have few of the hooks; the calls of the others, and the types in them, should cost nothing.
    let inline = if special::is_common(hook.go()) { "" } else { "#[inline]\n" };
    file.line(format!(
        "{inline}fn call_{rust}(\nhost: &HookHost,\ncall: &mut Call<'_, '_>,\n\
         start: fn(Instance{types}) -> Boxed<{output}>,\n) -> Result<Work, Refusal> {{\n\
         host.serve(call, &constants::{rust}, |instance, {args}: wire::{args_type}| {start}, {answer})\n}}\n",
        output = hook.answer.ty(),
        args_type = method.args_type,
    ));
    Ok(())
}

fn given(arg: &Arg) -> String {
    match &arg.field {
        Some((field, true)) => format!(", args.{field}.unwrap_or_default()"),
        Some((field, false)) => format!(", args.{field}"),
        None => String::new(),
    }
}

/// From the author's answer to the reply.
fn emit_answer(file: &mut File, messages: &mut Emitter<'_>, hook: &Hook<'_>) -> Result<String> {
    let returns = format!("wire::{}", hook.method.returns_type);
    let ours = format!("{}Answer", hook.method.returns_type.trim_end_matches("Returns"));
    Ok(match &hook.answer {
        Answer::Nothing => "reply::nothing".into(),
        Answer::Outcome => format!("|reply, result| reply.send(&{returns} {{ a: reply::failure(result) }})"),
        Answer::Value(_) => {
            let parts = "let (a, b) = reply::value(result);";
            format!("|reply, result| {{ {parts} reply.send(&{returns} {{ a, b }}) }}")
        }
        Answer::Command => {
            let parts = "let (a, b) = reply::command(reply.hook, result);";
            format!("|reply, result| {{ {parts} reply.send(&{returns} {{ a, b }}) }}")
        }
        Answer::Plain(_) => format!("|reply, result| reply.either(result.map(|a| {returns} {{ a }}))"),
        Answer::Verdict => {
            format!(
                "|reply, result| reply.either(result.map(|verdict| {returns} {{ a: verdict.into_reason() }}))"
            )
        }
        Answer::Replacement(value) => {
            emit_struct(
                file,
                messages,
                hook,
                &ours,
                &format!("Option<Filled<Box<{value}>>>"),
                "Option<wire::HostError>",
            )?;
            let parts = "let (a, b) = reply::replacement(result);";
            format!("|reply, result| {{ {parts} reply.send(&{ours} {{ a, b }}) }}")
        }
        Answer::Decision(_) | Answer::Other(_) => {
            let value = hook.method.returns.first().context("no result to replace")?.ty.to_string();
            let value = value.trim_start_matches("Option<").trim_end_matches('>');
            emit_struct(file, messages, hook, &ours, &format!("Option<Explicit<Box<{value}>>>"), "String")?;
            let parts = "let (a, b) = decision.into_wire();";
            format!("|reply, result| reply.either(result.map(|decision| {{ {parts} {ours} {{ a, b }} }}))")
        }
    })
}

fn emit_struct(
    file: &mut File,
    messages: &mut Emitter<'_>,
    hook: &Hook<'_>,
    name: &str,
    a: &str,
    b: &str,
) -> Result<()> {
    file.line(format!("/// Results of `{}` with every zero in them.", hook.go()));
    let inline = if special::is_common(hook.go()) { "" } else { ", inline" };
    file.line(format!("#[derive(Gob)]\n#[gob(name = \"Z_{}Returns\"{inline})]", hook.go()));
    file.line(format!("struct {name} {{\na: {a},\nb: {b},\n}}\n"));
    let message = messages.answer(hook.method, true)?;
    let used = if message.contains("pb::") { "use crate::grpc::{Put as _, pb};\n" } else { "" };
    file.line(format!(
        "#[cfg(feature = \"grpc\")]\nimpl crate::grpc::Results for {name} {{\nfn framed(&self) -> Vec<u8> {{\n\
         {used}{message}\n}}\n}}\n"
    ));
    Ok(())
}
