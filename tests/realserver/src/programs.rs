//! Programs beside the server: set up by its API, started, looked at, and stopped.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};
use mmplugin_rest::model::{Command as SlashCommand, CommandMethod};
use mmplugin_rest::{IncomingWebhook, OutgoingWebhook};

use crate::site::{Site, eventually, root, run};

pub(crate) fn rest_api(site: &Site) -> Result<String> {
    let arguments = [site.team.name.as_str(), site.channel.name.as_str(), "a"];
    run(example("rest-api-example")?.args(arguments).env("MM_URL", &site.url).env("MM_TOKEN", &site.token))?;
    Ok(site.posted("And this is in the thread of it.")?.message)
}

pub(crate) fn incoming_webhook(site: &Site) -> Result<String> {
    let webhook = IncomingWebhook { channel_id: site.channel.id.clone(), ..IncomingWebhook::default() };
    let webhook = site.client.create_incoming_webhook(&webhook)?;
    let url = site.client.incoming_webhook_url(&webhook.id).context("the server has no address")?;
    let ran = run(example("incoming-webhook")?
        .args(["It works."])
        .env("INCOMING_WEBHOOK_URL", url)
        .stdin(Stdio::null()));
    let seen = ran.and_then(|()| site.posted("It works."));
    site.client.delete_incoming_webhook(&webhook.id)?;
    Ok(seen?.message)
}

pub(crate) fn outgoing_webhook(site: &Site) -> Result<String> {
    let (listen, callback) = addresses(site, "hoge")?;
    let webhook = site.client.create_outgoing_webhook(&OutgoingWebhook {
        team_id: site.team.id.clone(),
        channel_id: site.channel.id.clone(),
        display_name: "hoge".into(),
        trigger_words: vec!["hoge".into()],
        callback_urls: vec![callback],
        ..OutgoingWebhook::default()
    })?;
    let mut program = example("outgoing-webhook")?;
    program.env("OUTGOING_WEBHOOK_TOKEN", &webhook.token);
    let seen = Server::start(&mut program, &listen, site).and_then(|_server| {
        site.post("hoge America/New_York")?;
        site.posted("It is noon in America/New_York.")
    });
    site.client.delete_outgoing_webhook(&webhook.id)?;
    let seen = seen?;
    ensure!(!seen.root_id.is_empty(), "the answer is not in the thread");
    Ok(seen.message)
}

pub(crate) fn slash_command(site: &Site) -> Result<String> {
    let (listen, url) = addresses(site, "time")?;
    let command = site.client.create_command(&SlashCommand {
        team_id: site.team.id.clone(),
        trigger: "example-time".into(),
        method: CommandMethod::Post,
        url,
        ..SlashCommand::default()
    })?;
    let mut program = example("slash-command")?;
    program.env("SLASH_COMMAND_TOKEN", &command.token);
    let seen = Server::start(&mut program, &listen, site).and_then(|_server| {
        site.client.execute_command(&site.channel.id, "/example-time Asia/Seoul")?;
        site.posted("It is noon in Asia/Seoul.")
    });
    site.client.delete_command(&command.id)?;
    Ok(seen?.message)
}

/// An example's program, built.
fn example(package: &str) -> Result<Command> {
    run(Command::new(env!("CARGO")).current_dir(root()).args([
        "build",
        "--quiet",
        "--locked",
        "--package",
        package,
    ]))?;
    Ok(Command::new(root().join("target/debug").join(package)))
}

/// A free port: where a program listens, and how the server calls it.
fn addresses(site: &Site, path: &str) -> Result<(String, String)> {
    let host = site.this_machine.as_deref().context("MM_E2E_HOST is not set")?;
    let port = TcpListener::bind("0.0.0.0:0")?.local_addr()?.port();
    Ok((format!("0.0.0.0:{port}"), format!("http://{host}:{port}/{path}")))
}

/// A program that listens; it ends with this.
struct Server(Child);

impl Server {
    fn start(program: &mut Command, listen: &str, site: &Site) -> Result<Self> {
        program.env("LISTEN", listen).env("TIME_SERVICE_URL", &site.time_service);
        let server = Self(program.spawn().context("starting the example")?);
        let local = listen.replace("0.0.0.0", "127.0.0.1");
        eventually("example that listens", || Ok(TcpStream::connect(&local).ok()))?;
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
