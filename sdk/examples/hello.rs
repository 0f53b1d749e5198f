//! The plugin of the README.

use mmplugin::prelude::*;

#[derive(Debug, Clone, Settings)]
struct Config {
    /// Messages with this word are refused.
    #[setting(default = "hoge")]
    word: String,
}

struct Hello {
    config: Config,
}

#[mmplugin::plugin(id = "com.example.hello", name = "Hello", settings = Config)]
impl Hooks for Hello {
    async fn activate(ctx: Activation<Config>) -> Result<Self, Error> {
        Ok(Hello { config: ctx.config })
    }

    async fn message_will_be_posted(&self, _ctx: Context, post: Post) -> PostDecision {
        if post.message.contains(&self.config.word) {
            return PostDecision::reject("not in this house");
        }
        PostDecision::Allow
    }

    async fn serve_http(&self, _ctx: Context, _request: Request<Body>) -> Response<Body> {
        Response::new("Hello, world!".into())
    }
}

fn main() -> std::process::ExitCode {
    mmplugin::run::<Hello>()
}
