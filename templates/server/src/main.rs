//! Hello Template: greets over HTTP and answers messages that call it.

use mmplugin::prelude::*;

/// Lives from activation to deactivation; shared by all hook calls.
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
    async fn activate(ctx: Activation) -> Result<Self, Error> {
        Ok(Self { api: ctx.api })
    }

    /// Runs before a message is stored, so it can change or refuse it.
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

    /// Answers below /plugins/com.example.hello-template/.
    async fn serve_http(&self, _ctx: Context, request: Request<Body>) -> Response<Body> {
        match request.uri().path() {
            "/" => Response::new(Body::from("Hello from com.example.hello-template!\n")),
            _ => {
                let mut response = Response::new(Body::from("Nothing here.\n"));
                *response.status_mut() = StatusCode::NOT_FOUND;
                response
            }
        }
    }
}

fn main() -> std::process::ExitCode {
    mmplugin::run::<HelloTemplatePlugin>()
}
