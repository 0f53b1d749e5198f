//! Tells the time of a time zone: a panel in the web app asks, the server part knows who asks and asks a time service.
//!
//! Shown here: a web part and a server part in one bundle, a route of one's own, the identity that the server vouches for,
//! and errors that people can read. The web part is in `webapp/`.

mod api;

use std::process::ExitCode;

use mmplugin::prelude::*;
use time_service::TimeService;

/// What an administrator sets in the System Console.
#[derive(Debug, Clone, Settings)]
struct Config {
    /// Address of the time service's zones; the name of a zone is appended. It answers JSON with a field `datetime`.
    #[setting(default = "https://worldtimeapi.org/api/timezone")]
    time_service_url: String,
}

struct ZoneClock {
    api: Api,
    service: TimeService,
    settings: Current<Config>,
}

#[mmplugin::plugin(
    id = "com.example.zone-clock",
    name = "Zone Clock",
    icon = "assets/icon.svg",
    min_server_version = "9.3.0",
    settings = Config,
)]
impl Hooks for ZoneClock {
    async fn activate(ctx: Activation<Config>) -> Result<Self, Error> {
        Ok(Self { api: ctx.api, service: TimeService::new(), settings: ctx.settings })
    }

    /// Requests to /plugins/com.example.zone-clock/; the path begins after the id.
    async fn serve_http(&self, _ctx: Context, request: Request<Body>) -> Response<Body> {
        match (request.method().as_str(), request.uri().path()) {
            ("POST", "/api/v1/time") => api::time(self, request).await,
            _ => api::answer(StatusCode::NOT_FOUND, "There is nothing here."),
        }
    }
}

fn main() -> ExitCode {
    mmplugin::run::<ZoneClock>()
}
