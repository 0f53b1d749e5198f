//! Hello Template: greets over HTTP and answers messages that call it.

use mmplugin::prelude::*;

#[cfg(test)]
mod tests;

/// Lives from activation to deactivation; all hook calls share it.
struct HelloTemplatePlugin {
    api: Api,
}

#[mmplugin::plugin(
    id = "com.example.hello-template",
    name = "Hello Template",
    min_server_version = "9.3.0",
    icon = "assets/icon.svg"
)]
impl Hooks for HelloTemplatePlugin {
    /// Runs when the plugin is enabled. An error here is what the System Console shows.
    async fn activate(ctx: Activation) -> Result<Self, Error> {
        Ok(Self { api: ctx.api })
    }

    /// Runs before a message is stored: it can change or refuse it. Posting waits for it, so be quick.
    async fn message_will_be_posted(&self, _ctx: Context, mut post: Post) -> PostDecision {
        if !post.message.contains("hello plugin") {
            return PostDecision::Allow;
        }
        let name = match self.api.get_user(&post.user_id).await {
            Ok(user) => user.username,
            Err(_) => "stranger".to_owned(),
        };
        post.message.push_str(&format!("\nHello {name}!"));
        PostDecision::replace(post)
    }

    /// Answers requests to /plugins/com.example.hello-template/. The path begins after the id.
    async fn serve_http(&self, _ctx: Context, request: Request<Body>) -> Response<Body> {
        match request.uri().path() {
            "/" => mmplugin::http::text(StatusCode::OK, "Hello from com.example.hello-template!\n"),
            _ => mmplugin::http::text(StatusCode::NOT_FOUND, "There is nothing here.\n"),
        }
    }
}

fn main() -> std::process::ExitCode {
    mmplugin::run::<HelloTemplatePlugin>()
}
