//! `/time [zone]`: a slash command that Mattermost sends to a URL.
//!
//! Everybody in the channel sees the time; what went wrong only who typed it sees. `examples/command-plugin` is the same
//! command as a plugin.

#[cfg(test)]
mod tests;

use std::env;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use mmplugin::integrations::{CommandResponse, CommandResponseType, SlashCommandRequest, Tokens};
use time_service::TimeService;
use tokio::net::TcpListener;

struct App {
    tokens: Tokens,
    time_url: String,
    service: TimeService,
}

#[tokio::main]
async fn main() -> Result<()> {
    let tokens = env::var("SLASH_COMMAND_TOKEN").context("set SLASH_COMMAND_TOKEN to the command's token")?;
    // Each team has a command of its own: their tokens with commas in between.
    let tokens = Tokens::new(tokens.split(','));
    ensure!(!tokens.is_empty(), "SLASH_COMMAND_TOKEN is empty");
    let time_url = env::var("TIME_SERVICE_URL").unwrap_or_else(|_| time_service::DEFAULT_URL.into());
    let listen = env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:4002".into());
    let listener = TcpListener::bind(&listen).await.with_context(|| format!("listening on {listen}"))?;
    println!("request URL for Mattermost: http://{listen}/time");
    axum::serve(listener, router(App { tokens, time_url, service: TimeService::new() })).await?;
    Ok(())
}

fn router(app: App) -> Router {
    Router::new().route("/time", get(from_query).post(from_body)).with_state(Arc::new(app))
}

type Answer = Result<Json<CommandResponse>, (StatusCode, String)>;

/// Commands with the method GET.
async fn from_query(State(app): State<Arc<App>>, headers: HeaderMap, RawQuery(query): RawQuery) -> Answer {
    time(&app, &headers, query.unwrap_or_default().as_bytes()).await
}

/// Commands with the method POST.
async fn from_body(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Answer {
    time(&app, &headers, &body).await
}

async fn time(app: &App, headers: &HeaderMap, form: &[u8]) -> Answer {
    let command =
        SlashCommandRequest::from_form(form).map_err(|error| (StatusCode::BAD_REQUEST, error.to_string()))?;
    app.tokens
        .verify(headers, &command.token)
        .map_err(|error| (StatusCode::UNAUTHORIZED, error.to_string()))?;
    let (response_type, text) = match app.service.tell(&app.time_url, &command.text).await {
        Ok(time) => (CommandResponseType::InChannel, time),
        Err(error) => (CommandResponseType::Ephemeral, error.to_string()),
    };
    Ok(Json(CommandResponse { response_type, text, ..CommandResponse::default() }))
}
