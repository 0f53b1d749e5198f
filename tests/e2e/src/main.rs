//! A plugin that does what a test asks of it: by its settings, by the text of a post, by a command, by a path.

#![forbid(unsafe_code)]

mod api;
mod db;
mod noise;
mod pages;
mod streams;
mod upgrades;
mod uploads;

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use mmplugin::db::Db;
use mmplugin::gob::Value;
use mmplugin::model::FileInfo;
use mmplugin::prelude::*;
use serde_json::json;

/// What the tests set.
#[derive(mmplugin::Settings, Debug)]
struct Config {
    /// Any word; it comes back in `/state`.
    #[setting(default = "nothing")]
    word: String,
    /// Any number: a text that is none makes the settings bad.
    #[setting(default = 7)]
    count: i64,
    /// How activation goes: `error`, `panic`, `slow`, `noise` or well.
    activate: String,
}

struct Probe {
    api: Api,
    db: Db,
    settings: Current<Config>,
    seen: Arc<Mutex<Seen>>,
    ticks: Arc<AtomicU64>,
    /// Pieces that an endless answer has handed over.
    pieces: Arc<AtomicU64>,
}

/// What has been called so far.
#[derive(Default)]
struct Seen {
    changes: Vec<String>,
    posted: Vec<String>,
    ended: Vec<String>,
}

#[mmplugin::plugin(id = "com.example.probe", settings = Config, min_server_version = "9.3.0")]
impl Hooks for Probe {
    async fn activate(ctx: Activation<Config>) -> Result<Self, Error> {
        match ctx.config.activate.as_str() {
            "error" => return Err(Error::msg("no words for this")),
            "panic" => panic!("out of words"),
            "slow" => tokio::time::sleep(Duration::from_secs(2)).await,
            "noise" => noise::all(),
            _ => {}
        }
        let ticks = Arc::new(AtomicU64::new(0));
        let counter = ticks.clone();
        ctx.spawn(async move {
            let _end = SaysWhenDropped;
            loop {
                tokio::time::sleep(Duration::from_millis(20)).await;
                counter.fetch_add(1, Ordering::Relaxed);
            }
        });
        tracing::info!(word = ctx.config.word, count = ctx.config.count, "the probe is active");
        let (seen, pieces) = (Arc::default(), Arc::default());
        Ok(Self { api: ctx.api, db: ctx.db, settings: ctx.settings, seen, ticks, pieces })
    }

    async fn on_deactivate(&self) -> Result<(), Error> {
        match self.settings.get().word.as_str() {
            "deactivate-error" => Err(Error::msg("it does not want to go")),
            "deactivate-panic" => panic!("it fell over while going"),
            _ => Ok(()),
        }
    }

    async fn on_configuration_change(&self, settings: Arc<Config>) -> Result<(), Error> {
        self.seen().changes.push(settings.word.clone());
        match settings.word.as_str() {
            "change-error" => Err(Error::msg("it does not like the word")),
            "change-panic" => panic!("it stumbled over the word"),
            _ => Ok(()),
        }
    }

    async fn message_will_be_posted(&self, ctx: Context, mut post: Post) -> PostDecision {
        let (what, argument) = split(&post.message);
        let number = argument.parse().unwrap_or(0);
        match what {
            "replace" => post.message = format!("{} by {}", post.message, ctx.request_id),
            "empty" => {
                post.message.clear();
                post.file_ids.clear();
                post.filenames.clear();
                post.is_pinned = false;
            }
            "reject" => return PostDecision::reject(argument),
            "dismiss" => return PostDecision::Dismiss,
            "remove" => {
                post.props.remove("first");
                post.props.insert("second".to_owned(), Value::Nil);
                post.props.insert("third".to_owned(), "added".into());
            }
            "length" => post.message = post.message.len().to_string(),
            "double" => post.message = post.message.repeat(2),
            "panic" => panic!("{argument}"),
            "wait" => tokio::time::sleep(Duration::from_millis(number)).await,
            "block" => std::thread::sleep(Duration::from_millis(number)),
            "for-ever" => std::future::pending().await,
            _ => return PostDecision::Allow,
        }
        PostDecision::replace(post)
    }

    async fn message_has_been_posted(&self, _ctx: Context, post: Post) {
        if post.message.starts_with("panic") {
            panic!("{}", post.message);
        }
        self.seen().posted.push(post.message);
    }

    async fn execute_command(&self, ctx: Context, args: CommandArgs) -> Result<CommandResponse, AppError> {
        let (_, rest) = split(&args.command);
        match split(rest) {
            ("panic", text) => panic!("{text}"),
            ("error", text) => Err(AppError::new("probe", "probe.command.error", text, 418)),
            _ => Ok(CommandResponse {
                response_type: "ephemeral".into(),
                text: format!("{} said {rest} in {} ({})", args.user_id, args.channel_id, ctx.session_id),
                props: [("n".to_owned(), 7.into())].into(),
                extra_responses: vec![CommandResponse { text: "and more".into(), ..Default::default() }],
                ..CommandResponse::default()
            }),
        }
    }

    async fn file_will_be_uploaded(&self, ctx: Context, info: FileInfo, content: Body) -> UploadDecision {
        uploads::decide(ctx, info, content).await
    }

    async fn serve_http(&self, _ctx: Context, request: Request<Body>) -> Response<Body> {
        pages::answer(self, request).await
    }
}

impl Probe {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> serde_json::Value {
        let (settings, seen) = (self.settings.get(), self.seen());
        json!({
            "word": settings.word, "count": settings.count, "changes": seen.changes, "posted": seen.posted,
            "ended": seen.ended, "ticks": self.ticks.load(Ordering::Relaxed),
            "pieces": self.pieces.load(Ordering::Relaxed),
        })
    }
}

/// Shows on stderr that its task is over: the API may be gone by then.
struct SaysWhenDropped;

impl Drop for SaysWhenDropped {
    fn drop(&mut self) {
        eprintln!("the probe's task was dropped");
    }
}

/// The first word and what follows it.
fn split(text: &str) -> (&str, &str) {
    text.split_once(' ').unwrap_or((text, ""))
}

fn main() -> ExitCode {
    if std::env::var_os("PROBE_EARLY_NOISE").is_some() {
        // No line yet, so Rust keeps it until after the handshake.
        print!("half a line before the start");
    }
    mmplugin::run::<Probe>()
}
