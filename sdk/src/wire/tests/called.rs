//! Every API method called with a value made up, over net/rpc with a Go server of all of them: it must see each field,
//! and we each field of what it answers.

use std::path::Path;
use std::pin::Pin;
use std::process::Stdio;

use serde_json::Value as Json;
use tokio::process::{Child, Command};

use super::generated::for_each_method;
use super::made::has_go;
use super::make::{self, Forms, Make, Maker};
use super::*;
use crate::api::{Api, ApiCall, ApiError};
use crate::goplugin::Broker;
use crate::netrpc::{Client, Empty};
use crate::yamux;

/// Methods that read or are read a stream beside the call: tests/e2e has them.
const STREAMING: &[&str] = &["InstallPlugin", "UploadData", "PluginHTTP", "PluginHTTPStream"];

/// The server, and the way to it.
struct Bench {
    api: Api,
    client: Client,
    old: bool,
    _server: Child,
}

impl Bench {
    fn start(mode: &str) -> Self {
        let mut server = Command::new("go")
            .args(["run", "./cmd/gobcheck", "-api", mode])
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/gohost"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let pipes = tokio::io::join(server.stdout.take().unwrap(), server.stdin.take().unwrap());
        let client = Client::new(pipes);
        let (session, ..) = yamux::connect(tokio::io::duplex(64).0, yamux::Mode::Client, Default::default());
        let api = Api::over_netrpc(client.clone(), Broker::new(session));
        Self { api, client, old: mode == "9.3", _server: server }
    }

    /// What the last call was given and answered.
    async fn last(&self) -> Json {
        let text: String = self.client.call("Check.Last", &Empty {}).await.unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// Boxed here, so that no single future has all of the calls in it: compiling that takes minutes.
    fn check<A: ApiCall + Make>(bench: &Self) -> Pin<Box<dyn Future<Output = Result<(), String>> + '_>> {
        Box::pin(bench.compare::<A>())
    }

    async fn compare<A: ApiCall + Make>(&self) -> Result<(), String> {
        let (args, seen) = A::make(&mut Maker::new(A::METHOD, 31, 80));
        let reply = match self.api.call(args).await {
            Ok(reply) => reply,
            Err(ApiError::Unsupported { since, .. }) if self.old && is_newer(since) => return Ok(()),
            Err(error) => return Err(format!(": {error}")),
        };
        let last = self.last().await;
        if last["method"] != A::METHOD || (self.old && is_newer(A::SINCE)) {
            return Err(format!(": {} answered, since {}", last["method"], A::SINCE));
        }
        make::same(&seen, &last["args"], &mut Forms::default())?;
        let tree = Dynamic::new(&reply).unwrap().tree().unwrap();
        same(Some(&tree), &last["returns"]).map_err(|why| format!(" answers{why}"))
    }
}

/// Newer than the oldest server.
fn is_newer(since: &str) -> bool {
    let mut numbers = since.split('.').map(|number| number.parse::<u32>().unwrap());
    (numbers.next(), numbers.next()) > (Some(9), Some(3))
}

/// A method by its name, and a checked call of it.
type Method = (&'static str, fn(&Bench) -> Pin<Box<dyn Future<Output = Result<(), String>> + '_>>);

fn methods() -> Vec<Method> {
    let mut all: Vec<Method> = Vec::new();
    macro_rules! add {
        ($args:ident) => {
            all.push(($args::METHOD, Bench::check::<$args>));
        };
    }
    for_each_method!(add);
    all.retain(|(name, _)| !STREAMING.contains(name));
    all
}

async fn call_all(mode: &str) {
    let (bench, mut called, mut failed) = (Bench::start(mode), 0, Vec::new());
    for (method, check) in methods() {
        called += 1;
        if let Err(why) = check(&bench).await {
            failed.push(format!("{method}{why}"));
        }
    }
    assert!(called > 220, "only {called} methods");
    assert!(failed.is_empty(), "server {mode}, {} failed:\n{}", failed.len(), failed.join("\n"));
}

#[tokio::test]
async fn every_method_gives_and_takes_every_field() {
    if has_go() {
        call_all("11").await;
    }
}

#[tokio::test]
async fn an_old_server_answers_what_it_has_and_the_rest_is_unsupported() {
    if has_go() {
        call_all("9.3").await;
    }
}
