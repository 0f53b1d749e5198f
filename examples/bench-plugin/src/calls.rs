//! The paths below `/bench/`: API calls counted and timed in the plugin, and ways to misbehave.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::{Duration, Instant};

use mmplugin::api::ApiError;
use mmplugin::gob::Value;
use mmplugin::model::{UserGetOptions, WebsocketBroadcast};
use mmplugin::prelude::*;
use serde::Serialize;

use crate::routes::{Query, content, json};
use crate::{KEY, VALUE};

const USER: &str = "user00000000000000000000aa";
const CHANNEL: &str = "chan00000000000000000000aa";

/// Users on the page that `/bench/getusers` asks for.
const PAGE: i64 = 100;

pub(crate) async fn answer(api: &Api, call: &str, query: Option<&str>) -> Response<Body> {
    let query = Query::of(query);
    if let Some(call) = Call::of(call) {
        return json(&measure(api, call, query.number("n", 1), query.number("c", 1)).await);
    }
    match call {
        "sleep" => {
            tokio::time::sleep(Duration::from_millis(query.number("ms", 0) as u64)).await;
            content("text/plain", "slept")
        }
        "exit" => std::process::exit(i32::try_from(query.number("code", 0)).unwrap_or(1)),
        "panic" => panic!("/bench/panic was asked for"),
        "print" => print(&query.text("to"), &query.text("text")),
        _ => mmplugin::http::text(mmplugin::http::StatusCode::NOT_FOUND, "no such call"),
    }
}

/// An API call that can be measured.
#[derive(Debug, Clone, Copy)]
enum Call {
    KvGet,
    KvSet,
    GetUser,
    GetUsers,
    GetConfig,
    CreatePost,
    PublishWebSocketEvent,
    LogInfo,
}

impl Call {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "api" => Self::KvGet,
            "kvset" => Self::KvSet,
            "getuser" => Self::GetUser,
            "getusers" => Self::GetUsers,
            "config" => Self::GetConfig,
            "createpost" => Self::CreatePost,
            "ws" => Self::PublishWebSocketEvent,
            "log" => Self::LogInfo,
            _ => return None,
        })
    }

    /// Makes the call; `Ok(false)` is a wrong answer.
    async fn make(self, api: &Api) -> Result<bool, ApiError> {
        match self {
            Self::KvGet => Ok(api.kv_get(KEY).await?.as_deref() == Some(VALUE)),
            Self::KvSet => api.kv_set("bench_set", b"0123456789abcdef").await.map(|()| true),
            Self::GetUser => Ok(api.get_user(&USER.into()).await?.username == "bench-user"),
            Self::GetUsers => {
                let options = UserGetOptions { page: 0, per_page: PAGE, ..UserGetOptions::default() };
                Ok(api.get_users(&options).await?.len() as i64 == PAGE)
            }
            Self::GetConfig => {
                let site = api.get_config().await?.service_settings.site_url;
                Ok(site.is_some_and(|url| !url.is_empty()))
            }
            Self::CreatePost => {
                let props = [("from_plugin", Value::Bool(true)), ("n", Value::Int(7))];
                let post = Post {
                    user_id: USER.into(),
                    channel_id: CHANNEL.into(),
                    message: "posted by bench".into(),
                    props: props.map(|(key, value)| (key.to_owned(), value)).into(),
                    ..Post::default()
                };
                Ok(!api.create_post(&post).await?.id.is_empty())
            }
            Self::PublishWebSocketEvent => {
                let payload = BTreeMap::from([
                    ("text".to_owned(), Value::from("hello")),
                    ("num".to_owned(), Value::Int(42)),
                    ("flag".to_owned(), Value::Bool(true)),
                ]);
                let broadcast =
                    WebsocketBroadcast { channel_id: CHANNEL.into(), ..WebsocketBroadcast::default() };
                api.publish_web_socket_event("ev", payload, &broadcast).await.map(|()| true)
            }
            Self::LogInfo => {
                api.log_info("bench log line", &[("key", &"value"), ("num", &42)]).await.map(|()| true)
            }
        }
    }
}

/// What a counting path answers; times are around each single call.
#[derive(Debug, Serialize)]
struct Figures {
    n: usize,
    c: usize,
    errors: usize,
    total_ns: u64,
    p50_ns: u64,
    p99_ns: u64,
}

/// `n` calls by `c` callers at once; the first callers make one more when it does not divide.
async fn measure(api: &Api, call: Call, n: usize, c: usize) -> Figures {
    let c = c.max(1);
    let start = Instant::now();
    let callers = (0..c).map(|caller| {
        let api = api.clone();
        tokio::spawn(repeat(api, call, n / c + usize::from(caller < n % c)))
    });
    let callers: Vec<_> = callers.collect();
    let mut times = Vec::with_capacity(n);
    let mut errors = 0;
    for caller in callers {
        match caller.await {
            Ok((mut some, failed)) => {
                times.append(&mut some);
                errors += failed;
            }
            Err(_) => errors += 1,
        }
    }
    let total_ns = nanoseconds(start.elapsed());
    times.sort_unstable();
    let quantile = |percent: usize| times.get(times.len() * percent / 100).copied().unwrap_or_default();
    Figures { n, c, errors, total_ns, p50_ns: quantile(50), p99_ns: quantile(99) }
}

/// The time of each call, and how many failed.
async fn repeat(api: Api, call: Call, n: usize) -> (Vec<u64>, usize) {
    let mut times = Vec::with_capacity(n);
    let mut errors = 0;
    for _ in 0..n {
        let start = Instant::now();
        let result = call.make(&api).await;
        times.push(nanoseconds(start.elapsed()));
        errors += usize::from(!matches!(result, Ok(true)));
    }
    (times, errors)
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// A line where plugins should not write: the language's streams, or their descriptors.
fn print(to: &str, text: &str) -> Response<Body> {
    let line = format!("{text}\n");
    let written = match to {
        "stdout" => std::io::stdout().write_all(line.as_bytes()),
        "stderr" => std::io::stderr().write_all(line.as_bytes()),
        "fd1" => raw(rustix::stdio::stdout(), &line),
        "fd2" => raw(rustix::stdio::stderr(), &line),
        _ => Err(std::io::ErrorKind::InvalidInput.into()),
    };
    match written {
        Ok(()) => content("text/plain", "printed"),
        Err(error) => {
            mmplugin::http::text(mmplugin::http::StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
        }
    }
}

/// Writes to a descriptor without a library in between that could know what it is.
fn raw(descriptor: impl std::os::fd::AsFd, line: &str) -> std::io::Result<()> {
    rustix::io::write(descriptor, line.as_bytes())?;
    Ok(())
}
