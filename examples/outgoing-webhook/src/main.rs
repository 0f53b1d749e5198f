//! Answers posts that begin with `hoge` with the time, and reports them to another channel.
//!
//! Mattermost sends such posts here (an outgoing webhook); the answer becomes a comment in their thread. The report goes
//! the other way, through an incoming webhook.

#[cfg(test)]
mod tests;

use std::env;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use mmplugin::integrations::{
    IncomingWebhookRequest, OutgoingWebhookPayload, OutgoingWebhookResponse, Tokens,
};
use time_service::TimeService;
use tokio::net::TcpListener;

/// The first word of posts that are for us.
const TRIGGER: &str = "hoge";

struct App {
    tokens: Tokens,
    time_url: String,
    report: Option<Report>,
    service: TimeService,
}

/// Where reports go.
struct Report {
    webhook_url: String,
    channel: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    let tokens =
        env::var("OUTGOING_WEBHOOK_TOKEN").context("set OUTGOING_WEBHOOK_TOKEN to the webhook's token")?;
    // More than one webhook may come here: their tokens with commas in between.
    let tokens = Tokens::new(tokens.split(','));
    ensure!(!tokens.is_empty(), "OUTGOING_WEBHOOK_TOKEN is empty");
    let report = env::var("INCOMING_WEBHOOK_URL")
        .ok()
        .map(|webhook_url| Report { webhook_url, channel: env::var("REPORT_CHANNEL").unwrap_or_default() });
    let time_url = env::var("TIME_SERVICE_URL").unwrap_or_else(|_| time_service::DEFAULT_URL.into());
    let listen = env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:4001".into());
    let listener = TcpListener::bind(&listen).await.with_context(|| format!("listening on {listen}"))?;
    println!("callback URL for Mattermost: http://{listen}/hoge");
    axum::serve(listener, router(App { tokens, time_url, report, service: TimeService::new() })).await?;
    Ok(())
}

fn router(app: App) -> Router {
    Router::new().route("/hoge", post(hoge)).with_state(Arc::new(app))
}

type Refusal = (StatusCode, String);

async fn hoge(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<OutgoingWebhookResponse>, Refusal> {
    let said = OutgoingWebhookPayload::from_request(&headers, &body)
        .map_err(|error| (StatusCode::BAD_REQUEST, error.to_string()))?;
    app.tokens
        .verify(&headers, &said.token)
        .map_err(|error| (StatusCode::UNAUTHORIZED, error.to_string()))?;
    let mut words = said.text.split_whitespace();
    if words.next() != Some(TRIGGER) {
        // An answer without text: nothing is posted.
        return Ok(Json(OutgoingWebhookResponse::default()));
    }
    let zone = words.collect::<Vec<_>>().join(" ");
    let mut answer = match app.service.tell(&app.time_url, &zone).await {
        Ok(time) => time,
        Err(error) => error.to_string(),
    };
    if let Some(Err(error)) = app.report(&said).await {
        answer.push_str(&format!("\nThe report failed: {error}"));
    }
    Ok(Json(OutgoingWebhookResponse::comment(answer)))
}

impl App {
    /// Tells the other channel who asked where; `None` when there is none.
    async fn report(&self, said: &OutgoingWebhookPayload) -> Option<Result<()>> {
        let report = self.report.as_ref()?;
        let post = IncomingWebhookRequest {
            channel: report.channel.clone(),
            ..IncomingWebhookRequest::text(format!("@{} asked in ~{}.", said.user_name, said.channel_name))
        };
        let url = report.webhook_url.clone();
        let sent = tokio::task::spawn_blocking(move || incoming_webhook::send(&url, &post)).await;
        Some(sent.map_err(anyhow::Error::from).and_then(|sent| Ok(sent?)))
    }
}
