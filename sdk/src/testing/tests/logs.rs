//! What a plugin says with `tracing` is in the log of its own server, and nowhere else.

use std::sync::{Arc, Mutex};

use tracing::instrument::WithSubscriber as _;
use tracing::{Instrument as _, Subscriber};
use tracing_subscriber::layer::{Context as Within, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

use crate::hooks::Tasks;
use crate::prelude::*;
use crate::testing::{Host, Server, block_on, calls};

#[derive(mmplugin_macros::Settings, Debug)]
struct Names {
    #[setting(default = "nobody")]
    name: String,
}

/// Says much.
struct Talker {
    name: String,
    tasks: Tasks,
}

#[mmplugin::plugin(id = "com.example.talker", settings = Names)]
impl Hooks for Talker {
    async fn activate(ctx: Activation<Names>) -> Result<Self, Error> {
        tracing::info!(name = ctx.config.name, "here");
        let name = ctx.config.name.clone();
        ctx.spawn(async move {
            tokio::task::yield_now().await;
            // Of what is called as the SDK itself only infos are logged.
            tracing::debug!(target: "talker", name, "in a task");
        });
        Ok(Self { name: ctx.config.name, tasks: ctx.tasks })
    }

    async fn on_configuration_change(&self, settings: Arc<Names>) -> Result<(), Error> {
        tracing::info!("renamed to {}", settings.name);
        Ok(())
    }

    async fn on_deactivate(&self) -> Result<(), Error> {
        tracing::info!("gone");
        Ok(())
    }

    async fn message_has_been_posted(&self, _ctx: Context, post: Post) {
        let span = tracing::info_span!("post", name = self.name, late = tracing::field::Empty);
        span.record("late", true);
        let work = async {
            tracing::warn!(words = post.message.len(), "before {}", post.message);
            tokio::task::yield_now().await;
            tracing::trace!("not even on a server");
            tracing::error!(parent: &tracing::Span::none(), "after");
        };
        work.instrument(span.clone()).await;
        drop(span);
        let (by_tasks, by_tokio) = (tracing::info_span!("a", n = 1), tracing::info_span!("b"));
        self.tasks.spawn(async { tracing::info!("by tasks") }.instrument(by_tasks));
        let followed = async { tracing::info!("followed") }.with_current_subscriber();
        tokio::spawn(followed.instrument(by_tokio)).await.unwrap();
    }

    async fn message_has_been_deleted(&self, _ctx: Context, _post: Post) {
        panic!("not that one");
    }

    async fn serve_http(&self, _ctx: Context, _request: Request<Body>) -> Response<Body> {
        let body = futures_util::stream::once(async {
            tracing::info!("by its body");
            Ok::<_, std::io::Error>(http_body::Frame::data(bytes::Bytes::from("x")))
        });
        Response::new(Body::new(http_body_util::StreamBody::new(body)))
    }
}

/// Level, message and fields, but for the module.
fn lines(server: &Server) -> Vec<String> {
    let line = |line: crate::testing::LogLine| {
        let fields: String =
            line.fields.iter().filter(|(key, _)| key != "module").map(|(k, v)| format!(" {k}={v}")).collect();
        format!("{} {}{fields}", line.level, line.message)
    };
    server.logs().into_iter().map(line).collect()
}

async fn start(name: &str) -> Host<Talker> {
    let server = Server::new();
    server.set_config(serde_json::json!({ "Name": name }));
    Host::start_on(server).await.unwrap()
}

fn post(message: &str) -> Post {
    Post { message: message.into(), ..Post::default() }
}

/// All that a plugin says in its life.
async fn life(name: &str) -> Vec<String> {
    let host = start(name).await;
    let server = host.server().clone();
    server.assert_logged("debug", "in a task").await;
    host.message_has_been_posted(post("hello")).await.unwrap();
    server.assert_logged("info", "by tasks").await;
    host.message_has_been_deleted(post("")).await.unwrap_err();
    host.configure(serde_json::json!({ "Name": "Bert" })).await.unwrap();
    host.get("/").await.unwrap();
    host.deactivate().await.unwrap();
    lines(&server)
}

fn expected(name: &str) -> Vec<String> {
    let (here, task) = (format!("info here name={name}"), format!("debug in a task name={name}"));
    let before = format!("warn before hello name={name} late=true words=5");
    let rest = [
        "error after",
        "info followed",
        "info by tasks n=1",
        "info renamed to Bert",
        "info by its body",
        "info gone",
    ];
    [here, task, before].into_iter().chain(rest.map(str::to_owned)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_plugin_speaks_to_its_own_server() {
    let names: Vec<String> = (0..8).map(|n| format!("plugin-{n}")).collect();
    let lives = names.iter().map(|name| {
        let name = name.clone();
        tokio::spawn(async move { life(&name).await })
    });
    for (name, life) in names.iter().zip(lives.collect::<Vec<_>>()) {
        let mut said = life.await.unwrap();
        let at = said
            .iter()
            .position(|line| line.starts_with("error MessageHasBeenDeleted panicked: not that one"));
        said.remove(at.expect("the panic is told"));
        let mut expected = expected(name);
        said.sort();
        expected.sort();
        assert_eq!(said, expected);
    }
}

#[tokio::test]
async fn a_line_is_there_when_its_hook_has_answered() {
    let host = start("Anna").await;
    assert_eq!(lines(host.server())[0], "info here name=Anna");
    host.message_has_been_posted(post("hi")).await.unwrap();
    let line = host.server().logs().into_iter().find(|line| line.level == "warn").unwrap();
    assert_eq!(line.fields.last(), Some(&("module".into(), module_path!().into())));
    let calls = host.server().calls_of::<calls::LogWarn>();
    assert_eq!((calls.len(), &*calls[0].msg), (1, "before hi"), "as if it had been called");
}

#[test]
fn a_script_answers_for_the_log() {
    let server = Server::new();
    let script = server.answer::<calls::LogWarn>(Ok(()));
    block_on(server.log_of(async { tracing::warn!("to the script") }));
    assert_eq!((script.answered(), server.logs().len()), (1, 0));
    tracing::warn!("to nobody");
    assert_eq!(server.calls_of::<calls::LogWarn>().len(), 1);
}

/// A subscriber of an author: events with the names of their spans, and spans that have ended.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber + for<'span> LookupSpan<'span>> tracing_subscriber::Layer<S> for Heard {
    fn on_event(&self, event: &tracing::Event<'_>, context: Within<'_, S>) {
        if event.metadata().target() != module_path!() {
            return;
        }
        let spans = context.event_scope(event).into_iter().flat_map(|scope| scope.from_root());
        let names: Vec<&str> = spans.map(|span| span.name()).collect();
        self.0.lock().unwrap().push(format!("{} in {}", event.metadata().level(), names.join("/")));
    }

    fn on_close(&self, id: tracing::Id, context: Within<'_, S>) {
        let name = context.span(&id).unwrap().name();
        self.0.lock().unwrap().push(format!("{name} ends"));
    }
}

#[tokio::test]
async fn the_subscriber_of_a_test_hears_all_the_same() {
    let heard = Heard::default();
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(heard.clone()));
    let host = start("Anna").await;
    heard.0.lock().unwrap().clear();
    let around = tracing::info_span!("test").entered();
    tracing::info!("of the test");
    drop(around);
    host.message_has_been_posted(post("hi")).await.unwrap();
    host.server().assert_logged("info", "by tasks").await;
    let mut heard = heard.0.lock().unwrap().clone();
    heard.sort();
    assert_eq!(
        heard,
        [
            "ERROR in ",
            "INFO in a",
            "INFO in b",
            "INFO in test",
            "TRACE in post",
            "WARN in post",
            "a ends",
            "b ends",
            "post ends",
            "test ends"
        ]
    );
    assert!(!lines(host.server()).iter().any(|line| line.contains("of the test")));
}

#[tokio::test]
async fn spans_in_spans_and_those_of_others_are_told_apart() {
    let server = Server::new();
    let part = async {
        let outer = tracing::info_span!("outer", a = 1, b = 1);
        let named = tracing::info_span!(parent: &outer, "named", b = 2);
        tracing::warn!(parent: &named, "by name");
        let inner = outer.in_scope(|| tracing::info_span!("inner", b = 3));
        let hidden = inner.in_scope(|| tracing::trace_span!("hidden", c = 4));
        inner.in_scope(|| hidden.in_scope(|| tracing::warn!(d = 5, "in it")));
        drop((outer, inner));
        hidden.follows_from(&named);
        let current = named.in_scope(tracing::Span::current);
        drop(named);
        current.in_scope(|| tracing::warn!("current"));
        tracing::warn!("none");
    };
    server.log_of(part).await;
    assert_eq!(
        lines(&server),
        ["warn by name a=1 b=2", "warn in it a=1 b=3 d=5", "warn current a=1 b=2", "warn none"]
    );
}
