//! An app: a button in the channel header and a command that ask for a time zone and tell the time there.
//!
//! The Apps framework is part of Mattermost up to 9.x; for later servers see `examples/timezone`, a plugin.

mod form;
#[cfg(test)]
mod tests;

use std::env;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use mmplugin::integrations::apps::{
    AppSecret, Binding, CHANNEL_HEADER, COMMAND, Call, CallRequest, CallResponse, HttpDeploy, Manifest,
};
use time_service::TimeService;
use tokio::net::TcpListener;

struct App {
    secret: AppSecret,
    root_url: String,
    time_url: String,
    service: TimeService,
}

#[tokio::main]
async fn main() -> Result<()> {
    let secret = env::var("APP_SECRET").context("set APP_SECRET to the secret for installing the app")?;
    ensure!(!secret.is_empty(), "APP_SECRET is empty");
    let listen = env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:4003".into());
    let root_url = env::var("ROOT_URL").unwrap_or_else(|_| format!("http://{listen}"));
    let time_url = env::var("TIME_SERVICE_URL").unwrap_or_else(|_| time_service::DEFAULT_URL.into());
    let listener = TcpListener::bind(&listen).await.with_context(|| format!("listening on {listen}"))?;
    println!("in Mattermost: /apps install http {root_url}/manifest.json");
    let app = App { secret: AppSecret::new(secret), root_url, time_url, service: TimeService::new() };
    axum::serve(listener, router(app)).await?;
    Ok(())
}

fn router(app: App) -> Router {
    Router::new()
        .route("/manifest.json", get(manifest))
        .route("/static/icon.png", get(icon))
        .route("/bindings", post(bindings))
        .route("/form", post(ask))
        .route("/zones", post(zones))
        .route("/send", post(send))
        .with_state(Arc::new(app))
}

async fn manifest(State(app): State<Arc<App>>) -> Json<Manifest> {
    Json(Manifest {
        app_id: "com.example.timezone".into(),
        version: "v0.1.0".into(),
        display_name: "Time zones".into(),
        description: "Tells the time anywhere".into(),
        homepage_url: "https://example.com/timezone".into(),
        icon: "icon.png".into(),
        requested_locations: vec![CHANNEL_HEADER.into(), COMMAND.into()],
        http: Some(HttpDeploy { root_url: app.root_url.clone(), use_jwt: true }),
        ..Manifest::default()
    })
}

async fn icon() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "image/png")], include_bytes!("../static/icon.png"))
}

type Answer = Result<Json<CallResponse>, (StatusCode, String)>;

impl App {
    /// The call in a request, if Mattermost has signed it.
    fn call(&self, headers: &HeaderMap, body: &[u8]) -> Result<CallRequest, (StatusCode, String)> {
        self.secret.call(headers, body).map_err(|error| (error.status(), error.to_string()))
    }
}

/// Where the app is seen.
async fn bindings(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Answer {
    app.call(&headers, &body)?;
    let place = Binding {
        location: "timezone".into(),
        label: "timezone".into(),
        icon: "icon.png".into(),
        hint: "[zone]".into(),
        description: "Tells the time anywhere".into(),
        ..Binding::default()
    };
    let button = Binding { submit: Some(Call::new("/form")), ..place.clone() };
    let command = Binding { form: Some(form::form()), ..place };
    let places = [Binding::top(CHANNEL_HEADER, [button]), Binding::top(COMMAND, [command])];
    Ok(Json(CallResponse::bindings(&places)))
}

/// The button opens the form as a dialog.
async fn ask(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Answer {
    app.call(&headers, &body)?;
    Ok(Json(CallResponse::form(form::form())))
}

/// The form asks which zones fit what was typed.
async fn zones(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Answer {
    let call = app.call(&headers, &body)?;
    Ok(Json(CallResponse::lookup(&form::matching(&call.query))))
}

/// The form was filled in, as a dialog or as a command.
async fn send(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Answer {
    let call = app.call(&headers, &body)?;
    let zone = call.value(form::ZONE).unwrap_or_default();
    Ok(Json(match app.service.tell(&app.time_url, zone).await {
        Ok(time) => {
            let name = call.context.acting_user.map(|user| user.username).unwrap_or_default();
            CallResponse::text(format!("@{name}: {time}"))
        }
        Err(error) => CallResponse::error(error.to_string()),
    }))
}
