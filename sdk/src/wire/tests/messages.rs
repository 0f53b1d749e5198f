//! Every API method called over gRPC and every hook's message, with values made up on both sides: Go reads what we
//! wrote by the descriptors alone, we read what it wrote, and every field must mean the same. What a message has no
//! place for must stand in the list that the docs have.

use std::collections::BTreeSet;
use std::path::Path;
use std::pin::Pin;
use std::process::Stdio;

use serde_json::{Value as Json, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::generated::messages::{ABSENT_HOOKS, ABSENT_METHODS, LOST};
use super::generated::{for_each_hook, for_each_method};
use super::made::{has_go, unhex};
use super::make::{Make, Maker};
use super::*;
use crate::api::{Api, ApiCall, ApiError};
use crate::grpc::{Arguments, Client, Results};

/// Methods of which gRPC has another form than net/rpc's arguments and results: tests/grpchost asks for them.
const BY_THEMSELVES: &[&str] =
    &["InstallPlugin", "UploadData", "PluginHTTP", "LogDebug", "LogInfo", "LogWarn", "LogError"];

/// Seeds, and how many of a hundred fields are set.
pub(super) const ROUNDS: &[(u64, u64)] = &[(1, 100), (2, 70), (3, 30), (4, 100), (5, 100)];

/// The other side.
pub(super) struct Go {
    address: String,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    _process: Child,
}

impl Go {
    pub(super) async fn start() -> Self {
        let mut process = Command::new("go")
            .args(["run", "./cmd/messages"])
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/grpchost"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap()).lines();
        let input = process.stdin.take().unwrap();
        let mut go = Self { address: String::new(), input, output, _process: process };
        go.address = go.line().await["address"].as_str().unwrap().to_owned();
        go.ask(&json!({"op": "lost", "lost": LOST.iter().copied().collect::<BTreeMap<_, _>>()})).await;
        go
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    async fn api(&self) -> Api {
        Api::over_grpc(Client::connect(&self.address).await.unwrap())
    }

    async fn line(&mut self) -> Json {
        let line = self.output.next_line().await.unwrap().expect("Go's side has ended");
        serde_json::from_str(&line).unwrap()
    }

    pub(super) async fn ask(&mut self, order: &Json) -> Json {
        self.input.write_all(format!("{order}\n").as_bytes()).await.unwrap();
        self.line().await
    }
}

/// Has Go compare something; what differs.
pub(super) async fn differs(go: &mut Go, of: &str, order: &Json) -> Vec<String> {
    let answer = go.ask(order).await;
    let failed = answer["failed"].as_array().cloned().unwrap_or_default();
    failed.iter().map(|why| format!("{of}: {}", why.as_str().unwrap_or_default())).collect()
}

/// A value as Go's side reads it.
pub(super) fn tree(value: &impl Gob) -> Json {
    described(&Dynamic::new(value).unwrap().tree().unwrap())
}

fn described(tree: &Tree) -> Json {
    match tree {
        Tree::Bool(value) => json!({ "bool": value }),
        Tree::Int(value) => json!({"int": value.to_string()}),
        Tree::Uint(value) => json!({"int": value.to_string()}),
        Tree::Float(value) => json!({ "float": value }),
        Tree::Complex(..) => panic!("JSON has no complex numbers"),
        Tree::String(text) => json!({"text": hex(text)}),
        Tree::Bytes(bytes) => json!({"bytes": hex(bytes)}),
        Tree::Blob(bytes) => json!({"blob": hex(bytes)}),
        Tree::List(items) => json!({"list": items.iter().map(described).collect::<Vec<_>>()}),
        Tree::Map(entries) => {
            json!({"map": entries.iter().map(|(key, value)| [described(key), described(value)]).collect::<Vec<_>>()})
        }
        Tree::Struct(_, fields) => {
            let field = |(name, value): &(String, Tree)| json!({"name": name, "value": described(value)});
            json!({"struct": fields.iter().map(field).collect::<Vec<_>>()})
        }
        Tree::Nil => Json::Null,
        Tree::Interface(name, value) => json!({"interface": {"name": name, "value": described(value)}}),
    }
}

/// What JSON can say: a message's values of any kind can say no more.
pub(super) fn maker(name: &str, seed: u64, share: u64) -> Maker {
    let mut maker = Maker::new(name, seed, share);
    maker.json = true;
    maker
}

/// What was given, and what came of it.
type Asked = (Json, Result<Json, ApiError>);
/// A method by its name, and a call of it with values made up.
type Method = (&'static str, fn(Api, u64, u64) -> Pin<Box<dyn Future<Output = Asked>>>);

/// Boxed here, so that no single future has all of the calls in it: compiling that takes minutes.
fn ask<A: ApiCall + Make>(api: Api, seed: u64, share: u64) -> Pin<Box<dyn Future<Output = Asked>>> {
    Box::pin(async move {
        let (args, _) = A::make(&mut maker(A::METHOD, seed, share));
        let given = tree(&args);
        (given, api.call(args).await.map(|reply| tree(&reply)))
    })
}

fn methods() -> Vec<Method> {
    let mut all: Vec<Method> = Vec::new();
    macro_rules! add {
        ($args:ident) => {
            all.push(($args::METHOD, ask::<$args>));
        };
    }
    for_each_method!(add);
    all.retain(|(name, _)| !BY_THEMSELVES.contains(name));
    all
}

type Hear = fn(&str) -> Result<Json, String>;
type Answer = fn(&str, u64, u64) -> (String, Json);

/// A hook by its name; its arguments of a message, and its results made up: as a message and as what they are.
#[derive(Default)]
struct Hooks {
    hear: Vec<(&'static str, Hear)>,
    answer: Vec<(&'static str, Answer)>,
}

fn hear<A: Arguments + Gob>(digits: &str) -> Result<Json, String> {
    A::of_message(unhex(digits).into()).map(|args| tree(&args))
}

fn answer<R: Results + Make>(go: &str, seed: u64, share: u64) -> (String, Json) {
    let (returns, _) = R::make(&mut maker(go, seed, share));
    // Behind the place of its head.
    (hex(returns.framed().get(5..).unwrap_or_default()), tree(&returns))
}

fn hooks() -> Hooks {
    let mut all = Hooks::default();
    macro_rules! hear {
        ($args:ident $go:literal) => {
            all.hear.push(($go, hear::<$args>));
        };
    }
    macro_rules! answer {
        ($returns:ident $go:literal) => {
            all.answer.push(($go, answer::<$returns>));
        };
    }
    for_each_hook!(hear answer);
    all
}

/// Texts for the fields of answers that hold JSON.
fn json_texts(seed: u64, share: u64) -> Json {
    fn text<T: Make + serde::Serialize>(seed: u64, share: u64) -> Json {
        serde_json::to_string(&T::make(&mut maker("json", seed, share)).0).unwrap().into()
    }
    use crate::model::{Config, License, ProductLimits, SamlAssertionInfo, SyncMsg};
    json!({
        "GetConfigResponse.config_json": text::<Config>(seed, share),
        "GetUnsanitizedConfigResponse.config_json": text::<Config>(seed, share),
        "LoadPluginConfigurationResponse.config_json": r#"{"Word": "a", "Number": 3}"#,
        "GetLicenseResponse.license_json": text::<License>(seed, share),
        "GetCloudLimitsResponse.limits_json": text::<ProductLimits>(seed, share),
        "SyncMsgJson.sync_msg_json": text::<SyncMsg>(seed, share),
        "ConfigJson.config_json": text::<Config>(seed, share),
        "EmailNotificationJson.notification_json": text::<crate::model::EmailNotification>(seed, share),
        "SamlAssertionInfoJson.assertion_json": text::<SamlAssertionInfo>(seed, share),
    })
}

pub(super) fn order(op: &str, (seed, share): &(u64, u64)) -> Json {
    let texts = json_texts(*seed, *share);
    json!({"op": op, "seed": seed, "share": *share as f64 / 100.0, "json": texts})
}

#[tokio::test(flavor = "multi_thread")]
async fn every_method_gives_and_takes_every_value_over_grpc() {
    if !has_go() {
        return;
    }
    let mut go = Go::start().await;
    let api = go.api().await;
    let (mut called, mut absent, mut failed) = (0, BTreeSet::new(), Vec::new());
    for round in ROUNDS {
        go.ask(&order("answer", round)).await;
        for (method, ask) in methods() {
            match ask(api.clone(), round.0, round.1).await {
                (_, Err(ApiError::Unsupported { .. })) => drop(absent.insert(method)),
                (_, Err(error)) => failed.push(format!("{method}: {error}")),
                (given, Ok(told)) => {
                    called += 1;
                    let order = json!({"op": "called", "given": given, "told": told});
                    failed.extend(differs(&mut go, method, &order).await);
                }
            }
        }
    }
    assert!(failed.is_empty(), "{} differences:\n{}", failed.len(), failed.join("\n"));
    assert!(called > 200 * ROUNDS.len(), "only {called} calls");
    let kept = differs(&mut go, "listed as lost", &json!({"op": "missing"})).await;
    assert!(kept.is_empty(), "{}", kept.join("\n"));
    assert_eq!(absent, BTreeSet::from_iter(ABSENT_METHODS.iter().copied()));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_method_can_fail_over_grpc() {
    if !has_go() {
        return;
    }
    let mut go = Go::start().await;
    let api = go.api().await;
    go.ask(&json!({"op": "answer", "seed": 9, "share": 0.5, "error": true})).await;
    let (mut called, mut failed) = (0, Vec::new());
    for (method, ask) in methods() {
        let told = match ask(api.clone(), 9, 50).await.1 {
            // The error stands among the results, where the call that authors make looks at it.
            Ok(results) => {
                results["struct"].as_array().and_then(|fields| fields.last()?.get("value").cloned())
            }
            Err(ApiError::App(error)) => Some(tree(&*error)),
            Err(_) => None,
        };
        if let Some(told) = told {
            called += 1;
            failed.extend(differs(&mut go, method, &json!({"op": "failed", "told": told})).await);
        }
    }
    assert!(failed.is_empty(), "{} differences:\n{}", failed.len(), failed.join("\n"));
    assert!(called > 200, "only {called} calls");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_hook_hears_and_answers_every_value_as_a_message() {
    if !has_go() {
        return;
    }
    let (mut go, all) = (Go::start().await, hooks());
    let (mut absent, mut failed) = (BTreeSet::new(), Vec::new());
    for round in ROUNDS {
        let mut make = order("make", round);
        for (hook, hear) in &all.hear {
            make["message"] = format!("{hook}Request").into();
            let made = go.ask(&make).await;
            if made["absent"] == true {
                absent.insert(*hook);
                continue;
            }
            match hear(made["bytes"].as_str().unwrap_or_default()) {
                Ok(args) => {
                    failed.extend(differs(&mut go, hook, &json!({"op": "heard", "given": args})).await)
                }
                Err(error) => failed.push(format!("{hook}: {error}")),
            }
        }
        for (hook, answer) in all.answer.iter().filter(|(hook, _)| !absent.contains(hook)) {
            let (bytes, told) = answer(hook, round.0, round.1);
            let message = format!("{hook}Response");
            let order = json!({"op": "read", "message": message, "bytes": bytes, "told": told});
            failed.extend(differs(&mut go, hook, &order).await);
        }
    }
    assert!(failed.is_empty(), "{} differences:\n{}", failed.len(), failed.join("\n"));
    assert!(all.hear.len() - absent.len() > 35 && all.answer.len() > 10, "{absent:?}");
    assert_eq!(absent, BTreeSet::from_iter(ABSENT_HOOKS.iter().copied()));
}
