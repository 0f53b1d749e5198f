//! Emits what stands between the model and the messages of gRPC: `sdk/src/grpc/generated`.
//!
//! Messages and model types meet where a hook or an API method has both; from there all that they hold is paired by
//! name. What differs is in `table`; what a message has no place for is listed in `docs/grpc-differences.md`.

mod differences;
mod proto;
mod table;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;

use anyhow::{Context, Result, bail};

use self::differences::Lost;
use self::proto::{Field, Label, Proto, field_name, message_name};
use self::table::Is;
use super::domain::{Body, Domain, Member, Method, Param};
use super::emit::{File, Files};
use super::rust::Rust;

const FOLDER: &str = "sdk/src/grpc/generated";

/// What is known of the messages, and what has to be converted.
pub(crate) struct Emitter<'a> {
    proto: Proto,
    structs: BTreeMap<&'a str, &'a [Member]>,
    ints: BTreeSet<&'a str>,
    pairs: BTreeSet<(String, String)>,
    queue: VecDeque<(String, String)>,
    /// Ids and enums that travel as text.
    texts: BTreeSet<String>,
    numbers: BTreeSet<String>,
    lost: Vec<Lost>,
}

pub(crate) fn emit(root: &Path, domain: &Domain, files: &mut Files) -> Result<()> {
    let mut emitter = Emitter::new(root, domain)?;
    let (mut hooks, mut api) = (File::new("Arguments and results of hooks."), File::new("API methods."));
    for hook in &domain.hooks {
        emitter.hook(&mut hooks, hook).with_context(|| hook.go.clone())?;
    }
    for method in domain.api.values().flatten() {
        emitter.method(&mut api, method).with_context(|| method.go.clone())?;
    }
    let model = emitter.models()?;
    files.insert(format!("{FOLDER}/hooks.rs"), hooks.finish());
    files.insert(format!("{FOLDER}/api.rs"), api.finish());
    files.insert(format!("{FOLDER}/model.rs"), model.finish());
    let mut index = File::new("Between messages and our types.");
    index.line("mod api;\nmod hooks;\nmod model;");
    files.insert(format!("{FOLDER}/mod.rs"), index.finish());
    differences::emit(&emitter, domain, files)
}

impl<'a> Emitter<'a> {
    pub(crate) fn new(root: &Path, domain: &'a Domain) -> Result<Self> {
        let mut structs = BTreeMap::new();
        let mut ints = BTreeSet::new();
        for model in domain.models.values().flatten() {
            match &model.body {
                Body::Struct { fields, .. } => drop(structs.insert(model.rust.as_str(), fields.as_slice())),
                Body::IntEnum(_) => drop(ints.insert(model.rust.as_str())),
                Body::Enum(_) => {}
            }
        }
        Ok(Self {
            proto: Proto::read(root)?,
            structs,
            ints,
            pairs: BTreeSet::new(),
            queue: VecDeque::new(),
            texts: BTreeSet::new(),
            numbers: BTreeSet::new(),
            lost: Vec::new(),
        })
    }

    fn fields(&self, message: &str) -> Result<Vec<Field>> {
        self.proto.messages.get(message).cloned().with_context(|| format!("no message {message}"))
    }

    fn hook(&mut self, file: &mut File, hook: &Method) -> Result<()> {
        if ["OnActivate", "OnDeactivate", "OnConfigurationChange"].contains(&hook.go.as_str()) {
            return self.emit_results(file, hook);
        }
        if table::has(table::HOOKS_BY_HAND, &hook.go) {
            return Ok(());
        }
        let args_type = &hook.args_type;
        if !self.proto.calls.contains(&hook.go) {
            file.line(format!("impl Arguments for wire::{args_type} {{\nfn of_message(_: Bytes) -> Result<Self, String> {{\nErr(absent())\n}}\n}}\n"));
            if hook.reply.is_none() {
                file.line(format!(
                    "impl Results for wire::{} {{\nfn framed(&self) -> Vec<u8> {{\ncrate::grpc::framed(&())\n}}\n}}\n",
                    hook.returns_type
                ));
            }
            return Ok(());
        }
        for path in [
            "bytes::Bytes",
            "prost::Message",
            "crate::wire",
            "super::super::convert::Take",
            "super::super::convert::Put",
            "super::super::convert::absent",
            "super::super::convert::json_of",
            "super::super::convert::unreadable",
            "super::super::proto::pluginapi as pb",
            "super::super::seam::Arguments",
            "super::super::seam::Results",
        ] {
            file.import(path);
        }
        let request = format!("{}Request", hook.go);
        let fields: Vec<Field> = self.fields(&request)?.into_iter().filter(|f| f.name != "context").collect();
        if fields.len() != hook.args.len() {
            bail!("{} fields for {} arguments", fields.len(), hook.args.len());
        }
        let mut body = String::new();
        for (field, arg) in fields.iter().zip(&hook.args) {
            let from = format!("m.{}", field_name(&field.name));
            let value = match table::JSON.iter().find(|row| row.0 == field.ty) {
                Some((_, inner)) => format!("json_of({from}.map(|json| json.{inner}))?"),
                None => self.take(field, &arg.ty, &from),
            };
            body.push_str(&format!("{}: {value},\n", arg.field));
        }
        let m = if fields.is_empty() { "_" } else { "m" };
        file.line(format!(
            "impl Arguments for wire::{args_type} {{\nfn of_message(bytes: Bytes) -> Result<Self, String> {{\n\
             let {m} = pb::{}::decode(&*bytes).map_err(unreadable)?;\nOk(Self {{ {body} }})\n}}\n}}\n",
            message_name(&request)
        ));
        if hook.reply.is_none() {
            self.emit_results(file, hook)?;
        }
        Ok(())
    }

    fn emit_results(&mut self, file: &mut File, hook: &Method) -> Result<()> {
        let message = self.answer(hook, false)?;
        file.line(format!(
            "impl Results for wire::{} {{\nfn framed(&self) -> Vec<u8> {{\n{message}\n}}\n}}\n",
            hook.returns_type
        ));
        Ok(())
    }

    /// The code that makes a hook's response of `self`; `explicit`: the first result is in a wrapper.
    pub(crate) fn answer(&mut self, hook: &Method, explicit: bool) -> Result<String> {
        if !self.proto.calls.contains(&hook.go) {
            return Ok("crate::grpc::framed(&())".to_owned());
        }
        let response = format!("{}Response", hook.go);
        let mut body = String::new();
        for (field, param) in self.results(&response, &hook.returns)? {
            let from = format!("self.{}", param.field);
            let name = field_name(&field.name);
            let value = match table::JSON.iter().find(|row| row.0 == field.ty) {
                Some((wrapper, inner)) => {
                    let inner_value = if explicit {
                        format!("{from}.as_ref().map(|value| &value.0)")
                    } else {
                        format!("{from}.as_ref()")
                    };
                    format!(
                        "{inner_value}.map(|value| pb::{wrapper} {{ {inner}: crate::grpc::convert::json(value) }})"
                    )
                }
                None => self.put(&field, &param.ty, &from),
            };
            body.push_str(&format!("{name}: {value},\n"));
        }
        Ok(format!("crate::grpc::framed(&pb::{} {{ {body} }})", message_name(&response)))
    }

    /// Fields of a response with the results they carry: the error by its name, the others in their order.
    fn results<'p>(&self, response: &str, returns: &'p [Param]) -> Result<Vec<(Field, &'p Param)>> {
        let mut values = returns.iter().filter(|param| !is_error(&param.ty));
        let mut pairs = Vec::new();
        for field in self.fields(response)? {
            let param = match field.name == "error" {
                true => returns.iter().find(|param| is_error(&param.ty)),
                false => {
                    Some(values.next().with_context(|| format!("{response}.{}: no result", field.name))?)
                }
            };
            pairs.extend(param.map(|param| (field, param)));
        }
        Ok(pairs)
    }

    fn method(&mut self, file: &mut File, method: &Method) -> Result<()> {
        for path in [
            "crate::wire",
            "super::super::convert::Take",
            "super::super::convert::Put",
            "super::super::convert::json",
            "super::super::convert::json_or",
            "super::super::proto::pluginapi as pb",
            "super::super::seam::Carry",
            "super::super::seam::Fault",
        ] {
            file.import(path);
        }
        if table::has(table::CALLS_BY_HAND, &method.go) {
            return Ok(());
        }
        let (args, returns) = (&method.args_type, &method.returns_type);
        if !self.proto.calls.contains(&method.go) {
            file.line(format!("impl Carry for wire::{args} {{\ntype Request = ();\ntype Response = ();\ntype Answer = wire::{returns};\nconst PATH: Option<&'static str> = None;\nfn request(&self) {{}}\nfn answer((): ()) -> Result<Self::Answer, Fault> {{\nErr(Fault::Absent)\n}}\n}}\n"));
            return Ok(());
        }
        let (request, response) = (format!("{}Request", method.go), format!("{}Response", method.go));
        let mut asked = String::new();
        if table::FLAT.contains(&method.go.as_str()) {
            let ty = method.args.first().context("no argument")?.ty.to_string();
            self.pair(&request, ty.trim_start_matches("Option<").trim_end_matches('>'));
        } else {
            let fields = self.fields(&request)?;
            if fields.len() != method.args.len() {
                bail!("{} fields for {} arguments", fields.len(), method.args.len());
            }
            for (field, arg) in fields.iter().zip(&method.args) {
                let from = format!("self.{}", arg.field);
                let value = match field.name.ends_with("_json") {
                    true => format!("{from}.as_ref().map(json).unwrap_or_default()"),
                    false => self.put(field, &arg.ty, &from),
                };
                asked.push_str(&format!("{}: {value},\n", field_name(&field.name)));
            }
        }
        let asked = match table::FLAT.contains(&method.go.as_str()) {
            true => "self.a.as_ref().map(Put::put).unwrap_or_default()".to_owned(),
            false => format!("pb::{} {{ {asked} }}", message_name(&request)),
        };
        let has_error = method.returns.iter().any(|param| is_error(&param.ty));
        let mut told = String::new();
        for (field, param) in self.results(&response, &method.returns)? {
            let from = format!("m.{}", field_name(&field.name));
            let raw = field.name.ends_with("_json") && !matches!(param.ty, Rust::Bytes);
            let value = match raw {
                true => format!("json_or(&{from})?"),
                false => self.take(&field, &param.ty, &from),
            };
            told.push_str(&format!("{}: {value},\n", param.field));
        }
        let refused = if has_error {
            ""
        } else {
            "if let Some(error) = m.error {\nreturn Err(Fault::App(Take::take(error)));\n}\n"
        };
        file.line(format!(
            "impl Carry for wire::{args} {{\ntype Request = pb::{req};\ntype Response = pb::{res};\ntype Answer = wire::{returns};\n\
             const PATH: Option<&'static str> = Some(\"/mattermost.pluginapi.v1.PluginAPI/{go}\");\n\
             fn request(&self) -> Self::Request {{\n{asked}\n}}\n\
             fn answer(m: Self::Response) -> Result<Self::Answer, Fault> {{\n{refused}Ok(wire::{returns} {{ {told} }})\n}}\n}}\n",
            req = message_name(&request),
            res = message_name(&response),
            go = method.go,
        ));
        Ok(())
    }

    /// From ours to a message's field.
    fn put(&mut self, field: &Field, ty: &Rust, from: &str) -> String {
        self.meet(field, ty);
        match (self.is_optional(field), matches!(ty, Rust::Option(_))) {
            (true, false) => format!("Some({from}.put())"),
            (false, true) => format!("{from}.as_ref().map(Put::put).unwrap_or_default()"),
            _ => format!("{from}.put()"),
        }
    }

    /// From a message's field to ours.
    fn take(&mut self, field: &Field, ty: &Rust, from: &str) -> String {
        self.meet(field, ty);
        match (self.is_optional(field), matches!(ty, Rust::Option(_))) {
            (true, false) => format!("{from}.map(Take::take).unwrap_or_default()"),
            (false, true) => format!("super::super::convert::if_set({from})"),
            _ => format!("Take::take({from})"),
        }
    }

    fn is_optional(&self, field: &Field) -> bool {
        match field.label {
            Label::Optional => true,
            Label::Single => self.proto.is_message(&field.ty),
            Label::Repeated | Label::Map => false,
        }
    }

    /// Notes what has to be converted into what.
    fn meet(&mut self, field: &Field, ty: &Rust) {
        let ty = match ty {
            Rust::Map(key, _) => {
                self.leaf("string", key);
                leaf(ty)
            }
            ty => leaf(ty),
        };
        self.leaf(&field.ty, ty);
    }

    fn leaf(&mut self, proto: &str, ty: &Rust) {
        match ty {
            Rust::Id(name) => drop(self.texts.insert(name.clone())),
            Rust::Named(name) if self.ints.contains(name.as_str()) => drop(self.numbers.insert(name.clone())),
            Rust::Named(name) if proto == "string" => drop(self.texts.insert(name.clone())),
            Rust::Named(name) if self.proto.messages.contains_key(proto) => self.pair(proto, &name.clone()),
            _ => {}
        }
    }

    fn pair(&mut self, message: &str, model: &str) {
        let pair = (message.to_owned(), model.to_owned());
        if !table::has(table::BY_HAND, message)
            && self.structs.contains_key(model)
            && self.pairs.insert(pair.clone())
        {
            self.queue.push_back(pair);
        }
    }

    /// All pairs that have been met, and those that they hold.
    fn models(&mut self) -> Result<File> {
        let mut file = File::new("Messages to model types and back.");
        for path in [
            "crate::model",
            "super::super::convert",
            "super::super::convert::Put",
            "super::super::convert::Take",
            "super::super::proto::pluginapi as pb",
        ] {
            file.import(path);
        }
        while let Some((message, model)) = self.queue.pop_front() {
            self.model(&mut file, &message, &model).with_context(|| format!("{message} and {model}"))?;
        }
        for (message, fields) in table::LOST_BY_HAND {
            let fields = fields.iter().map(|field| (*field).to_owned()).collect();
            self.lost.push(Lost { message: (*message).to_owned(), fields });
        }
        self.lost.sort_by(|a, b| a.message.cmp(&b.message));
        for text in ["StringMap", "RawJson"] {
            self.texts.remove(text);
        }
        for (list, name) in [(&self.texts, "texts"), (&self.numbers, "numbers")] {
            let list: Vec<String> = list.iter().map(|name| format!("model::{name}")).collect();
            file.line(format!("convert::{name}! {{ {} }}\n", list.join(", ")));
        }
        Ok(file)
    }

    fn model(&mut self, file: &mut File, message: &str, model: &str) -> Result<()> {
        let members = *self.structs.get(model).context("no struct")?;
        let (mut put, mut take) = (String::new(), String::new());
        let mut kept = BTreeSet::new();
        for field in self.fields(message)? {
            let theirs = field_name(&field.name);
            let name = match table::row(message, &field.name) {
                Some(Is::Nothing(_)) => continue,
                Some(Is::By { field, put: putting, take: taking, .. }) => {
                    kept.insert(*field);
                    put.push_str(&format!("{theirs}: convert::{putting}(&self.{field}),\n"));
                    take.push_str(&format!("{field}: convert::{taking}(m.{theirs}),\n"));
                    continue;
                }
                Some(Is::Named(name)) => plain(name),
                None => plain(&field.name),
            };
            let member = members.iter().find(|member| plain(&member.rust) == name);
            let member =
                member.with_context(|| format!("{}: no such field; add a row to table::ROWS", field.name))?;
            kept.insert(&member.rust);
            put.push_str(&format!(
                "{theirs}: {},\n",
                self.put(&field, &member.ty, &format!("self.{}", member.rust))
            ));
            take.push_str(&format!(
                "{}: {},\n",
                member.rust,
                self.take(&field, &member.ty, &format!("m.{theirs}"))
            ));
        }
        let fields: Vec<String> = members
            .iter()
            .filter(|member| !kept.contains(&*member.rust))
            .map(|member| member.go.clone())
            .collect();
        if !fields.is_empty() {
            self.lost.push(Lost { message: message.to_owned(), fields });
        }
        let pb = message_name(message);
        file.line(format!(
            "impl Put<pb::{pb}> for model::{model} {{\nfn put(&self) -> pb::{pb} {{\npb::{pb} {{ {put} ..Default::default() }}\n}}\n}}\n\n\
             impl Take<pb::{pb}> for model::{model} {{\nfn take(m: pb::{pb}) -> Self {{\nSelf {{ {take} ..Default::default() }}\n}}\n}}\n"
        ));
        Ok(())
    }
}

/// Whether a hook's messages are made by hand.
pub(crate) fn is_by_hand(hook: &str) -> bool {
    table::has(table::HOOKS_BY_HAND, hook)
}

fn is_error(ty: &Rust) -> bool {
    matches!(ty.to_string().as_str(), "Option<HostError>" | "Option<AppError>")
}

/// What is in the containers.
fn leaf(ty: &Rust) -> &Rust {
    match ty {
        Rust::Option(inner) | Rust::Box(inner) | Rust::Vec(inner) | Rust::Map(_, inner) => leaf(inner),
        ty => ty,
    }
}

/// A name without what the languages make of it.
fn plain(name: &str) -> String {
    name.chars().filter(|letter| *letter != '_').collect::<String>().to_lowercase()
}
