//! Emits the test server's side of hooks: typed arguments out, the decision back as a server understands it.

use anyhow::{Context as _, Result};

use super::domain::Domain;
use super::emit::{File, Files};
use super::emit_hooks::{Answer, Arg, Hook, all, import_models};
use super::hooks::{self, ByHand};
use super::special;

const FOLDER: &str = "sdk/src/testing/generated";

pub(crate) fn emit(domain: &Domain, files: &mut Files) -> Result<()> {
    let by_hand = |hook: &Hook<'_>| {
        matches!(hook.row.call, ByHand::Streams | ByHand::Runtime)
            || special::row(hooks::TESTING_BY_HAND, hook.go()).is_some()
    };
    let hooks: Vec<_> = all(domain)?.into_iter().filter(|hook| !by_hand(hook)).collect();
    let mut file = File::new("The hooks as a test sends them.");
    for path in ["hooks::Decision", "hooks::Hooks", "hooks::PostDecision", "hooks::Verdict", "wire"] {
        file.import(&format!("crate::{path}"));
    }
    for path in ["Host", "HostError"] {
        file.import(&format!("crate::testing::{path}"));
    }
    file.line("/// # Hooks\nimpl<P: Hooks> Host<P> {");
    for hook in &hooks {
        emit_method(&mut file, hook).with_context(|| hook.go().to_owned())?;
    }
    file.line("}");
    import_models(&mut file, &hooks);
    files.insert(format!("{FOLDER}/hooks.rs"), file.finish());
    let mut index = File::new("What a test sends and what it is asked: hooks and API methods.");
    index.line("pub(super) mod calls;\nmod hooks;");
    files.insert(format!("{FOLDER}/mod.rs"), index.finish());
    Ok(())
}

fn emit_method(file: &mut File, hook: &Hook<'_>) -> Result<()> {
    let (go, rust, method) = (hook.go(), &hook.rust, hook.method);
    let params: Vec<&Arg> = hook.args.iter().filter(|arg| arg.name != "ctx").collect();
    emit_docs(file, hook);
    let output = match &hook.answer {
        Answer::Outcome => "()".to_owned(),
        Answer::Value(value) => value.clone(),
        answer => answer.ty(),
    };
    let signature: String = params.iter().map(|arg| format!(", {}: {}", arg.name, arg.ty)).collect();
    file.line(format!("pub async fn {rust}(&self{signature}) -> Result<{output}, HostError> {{"));
    let fields: Vec<String> = hook.args.iter().filter_map(field).collect();
    file.line(format!("let args = wire::{} {{ {} }};", method.args_type, fields.join(", ")));
    let returns = format!("wire::{}", method.returns_type);
    match special::row(hooks::MERGED, go) {
        Some(_) => {
            file.line("let original = args.b.clone();");
            file.line(format!("let before = {returns} {{ a: args.b.clone(), b: String::new() }};"));
            file.line(format!("let returns = self.call_onto({go:?}, &args, before).await?;"));
        }
        None if method.returns.is_empty() => {
            file.line(format!("self.call::<_, {returns}>({go:?}, &args).await?;"));
        }
        None => file.line(format!("let returns: {returns} = self.call({go:?}, &args).await?;")),
    }
    file.line(result(hook)?);
    file.line("}\n");
    Ok(())
}

fn emit_docs(file: &mut File, hook: &Hook<'_>) {
    let merged = special::row(hooks::MERGED, hook.go()).is_some();
    let more = match &hook.answer {
        Answer::Command => ": the inner result is the plugin's own",
        _ if merged => ": a replacement comes back laid over what was sent",
        _ => "",
    };
    file.line(format!("/// `{}`{more}.\n///\n/// # Errors", hook.go()));
    file.line("/// [`HostError::Call`] when the plugin panicked or has no such hook.");
    if matches!(hook.answer, Answer::Outcome | Answer::Value(_)) {
        file.line("/// [`HostError::Hook`] with the plugin's own error, and with that of its panic.");
    }
}

/// The field of the arguments.
fn field(arg: &Arg) -> Option<String> {
    let (field, pointer) = arg.field.as_ref()?;
    Some(match (arg.name.as_str(), pointer) {
        ("ctx", _) => format!("{field}: Some(self.context())"),
        (name, true) => format!("{field}: Some({name})"),
        (name, false) => format!("{field}: {name}"),
    })
}

fn result(hook: &Hook<'_>) -> Result<String> {
    let merged = special::row(hooks::MERGED, hook.go()).is_some();
    Ok(match &hook.answer {
        Answer::Nothing => "Ok(())".into(),
        Answer::Outcome => "HostError::check(returns.a)".into(),
        Answer::Value(_) => "HostError::check(returns.b)?;\nOk(returns.a)".into(),
        Answer::Command => {
            "Ok(match returns.b { Some(error) => Err(error), None => Ok(returns.a.unwrap_or_default()) })"
                .into()
        }
        Answer::Plain(_) => "Ok(returns.a)".into(),
        Answer::Verdict => "Ok(Verdict::from_reason(returns.a))".into(),
        Answer::Decision(_) if merged => {
            "Ok(Decision::from_merged(original.as_ref(), returns.a, returns.b))".into()
        }
        Answer::Decision(_) => "Ok(Decision::from_wire(returns.a, returns.b))".into(),
        Answer::Other(name) if merged => {
            format!("Ok({name}::from_merged(original.as_ref(), returns.a, returns.b))")
        }
        Answer::Replacement(_) => "Ok(match (returns.a, returns.b) {\n\
             (_, Some(error)) => Decision::Reject(error.to_string()),\n\
             (Some(value), None) => Decision::Replace(value),\n\
             (None, None) => Decision::Allow,\n})"
            .into(),
        Answer::Other(_) => anyhow::bail!("no rule for what a test is told"),
    })
}
