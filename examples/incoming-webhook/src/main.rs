//! Posts a text through an incoming webhook; what comes on standard input is attached.

use std::env;
use std::io::{self, IsTerminal, Read};

use anyhow::{Context, Result, bail};
use mmplugin::integrations::{IncomingWebhookRequest, MessageAttachment, MessageAttachmentField};

/// Most bytes of standard input that are attached: nobody reads more in a channel.
const MAX_INPUT: u64 = 12_000;

fn main() -> Result<()> {
    let url =
        env::var("INCOMING_WEBHOOK_URL").context("set INCOMING_WEBHOOK_URL to the webhook's address")?;
    let text = env::args().skip(1).collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        bail!("usage: incoming-webhook TEXT");
    }
    let mut post = IncomingWebhookRequest {
        channel: env::var("CHANNEL").unwrap_or_default(),
        attachments: attachment()?.into_iter().collect(),
        ..IncomingWebhookRequest::text(text)
    };
    if let Ok(markdown) = env::var("CARD") {
        post = post.card(markdown);
    }
    Ok(incoming_webhook::send(&url, &post)?)
}

/// Standard input as a framed block, unless it is a terminal or empty.
fn attachment() -> Result<Option<MessageAttachment>> {
    let mut input = Vec::new();
    if !io::stdin().is_terminal() {
        io::stdin().lock().take(MAX_INPUT).read_to_end(&mut input).context("reading standard input")?;
    }
    let text = String::from_utf8_lossy(&input);
    let lines = text.lines().count();
    if lines == 0 {
        return Ok(None);
    }
    let field =
        MessageAttachmentField { title: "Lines".into(), value: lines.to_string().into(), short: true };
    Ok(Some(MessageAttachment {
        fallback: format!("{lines} lines"),
        color: "#36a64f".into(),
        title: "Output".into(),
        text: format!("```\n{}\n```", text.trim_end()),
        fields: vec![field],
        ..MessageAttachment::default()
    }))
}
