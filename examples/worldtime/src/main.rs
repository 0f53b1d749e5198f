//! The time, on request: a message that contains `hoge` gets the time of a time service appended.
//!
//! Shown here: a setting, a hook that changes a post, an HTTPS request that must not hold up anybody for long, and a log
//! line with fields for the administrator.

use std::process::ExitCode;

use mmplugin::prelude::*;
use time_service::TimeService;

/// Messages that contain it get the time.
const TRIGGER: &str = "hoge";

/// What an administrator sets in the System Console.
#[derive(Debug, Clone, Settings)]
struct Config {
    /// Address of the time service. It answers JSON with a field `datetime`.
    #[setting(default = "https://worldtimeapi.org/api/timezone/Asia/Tokyo")]
    time_api_url: String,
}

struct Worldtime {
    service: TimeService,
    settings: Current<Config>,
}

#[mmplugin::plugin(
    id = "com.example.my-rust-plugin",
    name = "Worldtime",
    icon = "assets/icon.svg",
    support_url = "https://example.com/worldtime/support",
    release_notes_url = "https://example.com/worldtime/releases",
    min_server_version = "9.3.0",
    settings = Config,
)]
impl Hooks for Worldtime {
    async fn activate(ctx: Activation<Config>) -> Result<Self, Error> {
        Ok(Self { service: TimeService::new(), settings: ctx.settings })
    }

    async fn message_will_be_posted(&self, _ctx: Context, mut post: Post) -> PostDecision {
        if !post.message.contains(TRIGGER) {
            return PostDecision::Allow;
        }
        let url = &self.settings.get().time_api_url;
        match self.service.datetime(url).await {
            Ok(datetime) => {
                post.message.push('\n');
                post.message.push_str(&datetime);
                PostDecision::replace(post)
            }
            Err(error) => {
                tracing::warn!(url, %error, "the time service did not answer; the message passes unchanged");
                PostDecision::Allow
            }
        }
    }

    async fn serve_http(&self, _ctx: Context, _request: Request<Body>) -> Response<Body> {
        Response::new("Hello, WorldtimeAPI!".into())
    }
}

fn main() -> ExitCode {
    mmplugin::run::<Worldtime>()
}

#[cfg(test)]
mod tests {
    use mmplugin::testing::{Host, Server};
    use time_service::stand_in::StandIn;

    use super::*;

    async fn host(url: &str) -> Host<Worldtime> {
        let server = Server::new();
        // As the server stores it: all keys in lower case.
        server.set_config(serde_json::json!({ "timeapiurl": url }));
        Host::start_on(server).await.unwrap()
    }

    fn post(message: &str) -> Post {
        Post { message: message.into(), ..Post::default() }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_message_with_hoge_gets_the_time() {
        let host = host(StandIn::answering(200, r#"{"datetime":"2026-01-01T09:00:00+09:00"}"#).url()).await;
        let decision = host.message_will_be_posted(post("hoge?")).await.unwrap();
        assert_eq!(decision, PostDecision::replace(post("hoge?\n2026-01-01T09:00:00+09:00")));
        assert_eq!(host.message_will_be_posted(post("fuga")).await.unwrap(), PostDecision::Allow);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn without_the_service_messages_pass_unchanged() {
        let host = host(StandIn::answering(503, "").url()).await;
        assert_eq!(host.message_will_be_posted(post("hoge")).await.unwrap(), PostDecision::Allow);
        let line = host.server().assert_logged("warn", "the time service did not answer").await;
        assert!(line.fields.iter().any(|(key, error)| key == "error" && error.contains("503")), "{line}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_address_can_be_changed_while_the_plugin_runs() {
        let host = host("http://127.0.0.1:9/").await;
        let service = StandIn::answering(200, r#"{"datetime":"now"}"#);
        host.configure(serde_json::json!({ "timeapiurl": service.url() })).await.unwrap();
        let decision = host.message_will_be_posted(post("hoge")).await.unwrap();
        assert_eq!(decision, PostDecision::replace(post("hoge\nnow")));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_page_greets() {
        let host = host("").await;
        assert_eq!(host.get("/").await.unwrap().body(), "Hello, WorldtimeAPI!");
    }
}
