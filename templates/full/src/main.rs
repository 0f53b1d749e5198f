//! Hello Template: the server part, which answers the button of the web part in `webapp/`.

use mmplugin::prelude::*;

mod api;
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

    /// Answers requests to /plugins/com.example.hello-template/. The path begins after the id.
    async fn serve_http(&self, _ctx: Context, request: Request<Body>) -> Response<Body> {
        match (request.method().as_str(), request.uri().path()) {
            ("POST", "/api/v1/hello") => api::hello(&self.api, request).await,
            _ => api::failure(StatusCode::NOT_FOUND, "There is nothing here."),
        }
    }
}

fn main() -> std::process::ExitCode {
    mmplugin::run::<HelloTemplatePlugin>()
}
