//! A plugin to measure with: it does the same work, hook by hook and path by path, as the Go plugin it is compared with.

mod calls;
mod routes;

use std::process::ExitCode;

use mmplugin::model::{Command, CommandResponseType};
use mmplugin::prelude::*;

/// The entry that `/bench/api` reads, and its value.
const KEY: &str = "bench_key";
const VALUE: &[u8] = b"bench_value_0123456789";

/// Posts that contain the trigger get this appended.
const TRIGGER: &str = "hoge";
const STAMP: &str = " 2026-01-01T00:00:00Z";

/// The one setting, read at activation and at every change.
#[derive(Debug, Clone, Settings)]
struct Config {
    /// Any word; logged at activation.
    word: String,
}

struct Bench {
    api: Api,
    settings: Current<Config>,
}

#[mmplugin::plugin(id = "com.example.bench", name = "Bench", min_server_version = "9.3.0", settings = Config)]
impl Hooks for Bench {
    async fn activate(ctx: Activation<Config>) -> Result<Self, Error> {
        let command = Command {
            trigger: "bench".into(),
            auto_complete: true,
            auto_complete_desc: "Echo of the bench plugin".into(),
            auto_complete_hint: "[text]".into(),
            display_name: "Bench".into(),
            ..Command::default()
        };
        ctx.api.register_command(&command).await?;
        ctx.api.kv_set(KEY, VALUE).await?;
        ctx.api.log_info("bench plugin activated", &[("word", &ctx.config.word)]).await?;
        Ok(Self { api: ctx.api, settings: ctx.settings })
    }

    async fn on_deactivate(&self) -> Result<(), Error> {
        Ok(())
    }

    async fn on_configuration_change(&self, _settings: Arc<Config>) -> Result<(), Error> {
        tracing::debug!(word = self.settings.get().word, "configuration changed");
        Ok(())
    }

    async fn message_will_be_posted(&self, _ctx: Context, mut post: Post) -> PostDecision {
        if !post.message.contains(TRIGGER) {
            return PostDecision::Allow;
        }
        post.message.push_str(STAMP);
        PostDecision::replace(post)
    }

    async fn message_has_been_posted(&self, _ctx: Context, _post: Post) {}

    async fn execute_command(&self, _ctx: Context, args: CommandArgs) -> Result<CommandResponse, AppError> {
        Ok(CommandResponse {
            response_type: CommandResponseType::Ephemeral,
            text: format!("bench: {}", args.command),
            ..CommandResponse::default()
        })
    }

    async fn serve_http(&self, _ctx: Context, request: Request<Body>) -> Response<Body> {
        let path = request.uri().path().to_owned();
        match path.strip_prefix("/bench/") {
            Some(call) => calls::answer(&self.api, call, request.uri().query()).await,
            None => routes::answer(&path, request).await,
        }
    }
}

fn main() -> ExitCode {
    mmplugin::run::<Bench>()
}

#[cfg(test)]
mod tests {
    use mmplugin::testing::{Host, Server, calls};

    use super::*;

    async fn host() -> Host<Bench> {
        let server = Server::new();
        server.set_config(serde_json::json!({ "word": "wort" }));
        Host::start_on(server).await.unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_post_keeps_all_but_its_message() {
        let host = host().await;
        let post = Post { message: "hoge".into(), hashtags: "#a".into(), ..Post::default() };
        let stamped = Post { message: "hoge 2026-01-01T00:00:00Z".into(), ..post.clone() };
        assert_eq!(host.message_will_be_posted(post).await.unwrap(), PostDecision::replace(stamped));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn counting_paths_count() {
        let host = host().await;
        for (call, n, c) in [("api", 10, 3), ("kvset", 5, 1), ("log", 2, 4)] {
            let answer = host.get(&format!("/bench/{call}?n={n}&c={c}")).await.unwrap();
            let figures: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
            assert_eq!((&figures["n"], &figures["c"], &figures["errors"]), (&n.into(), &c.into(), &0.into()));
            assert!(figures["p99_ns"].as_u64() >= figures["p50_ns"].as_u64(), "{figures}");
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_called_arrives() {
        let host = host().await;
        let server = host.server();
        server.assert_called(&calls::KvSet { key: KEY.into(), value: VALUE.into() });
        // Whoever is asked for, it is that user.
        server.answer::<calls::GetUser>(Ok(User { username: "bench-user".into(), ..User::default() }));
        for call in ["getuser", "createpost", "ws"] {
            let answer = host.get(&format!("/bench/{call}")).await.unwrap();
            let figures: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
            assert_eq!(figures["errors"], 0, "{call}");
        }
        server.assert_posted(&Post { message: "posted by bench".into(), ..Post::default() });
        server.assert_published("ev", &serde_json::json!({ "num": 42, "flag": true }));
        assert_eq!(server.commands()[0].trigger, "bench");
        server.verify();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_panic_is_an_answer() {
        let host = host().await;
        assert_eq!(host.get("/bench/panic").await.unwrap().status(), 500);
        assert_eq!(host.get("/hello").await.unwrap().body(), "Hello, world!");
    }
}
