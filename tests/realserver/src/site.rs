//! The server, a channel of our own on it, and what stands around it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use mmplugin_rest::model::{Channel, ChannelType, Post, Team};
use mmplugin_rest::{Client, Secret};
use serde_json::Value;
use time_service::stand_in::StandIn;

/// How long the server may take for what it does beside its answers.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Site {
    pub(crate) client: Client,
    pub(crate) url: String,
    pub(crate) token: String,
    pub(crate) team: Team,
    /// A fresh one, which ends with us.
    pub(crate) channel: Channel,
    /// The name by which the server reaches this machine.
    pub(crate) this_machine: Option<String>,
    /// The zones of a time service that answers "noon", as the server reaches it; it needs the name.
    pub(crate) time_service: String,
}

impl Site {
    /// `None`: no server is named.
    pub(crate) fn of_environment() -> Result<Option<Self>> {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let Some((url, token)) = set("MM_SERVICESETTINGS_SITEURL").zip(set("MM_ADMIN_TOKEN")) else {
            return Ok(None);
        };
        let url = url.trim_end_matches('/').to_owned();
        let mut client = Client::new(&url)?;
        client.set_token(Secret::new(&token));
        let team = client.get_teams_for_user(&client.get_me()?.id)?.into_iter().next();
        let team = team.context("whose token it is must be in a team")?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let channel = client.create_channel(&Channel {
            team_id: team.id.clone(),
            name: format!("examples-{now}"),
            display_name: "Examples".into(),
            type_: ChannelType::Open,
            ..Channel::default()
        })?;
        let this_machine = set("MM_E2E_HOST");
        let host = this_machine.as_deref().unwrap_or("127.0.0.1");
        let noon = StandIn::reached_as(host, "0.0.0.0", |_| (200, r#"{"datetime":"noon"}"#.into()));
        let time_service = noon.url().to_owned();
        Ok(Some(Self { client, url, token, team, channel, this_machine, time_service }))
    }

    /// A request to a path of the server outside of its API; gives the body of a success.
    pub(crate) fn ask(&self, path: &str, body: Option<&Value>) -> Result<String> {
        let (url, bearer) = (format!("{}{path}", self.url), format!("Bearer {}", self.token));
        let answer = match body {
            Some(body) => ureq::post(&url).header("Authorization", bearer).send_json(body),
            None => ureq::get(&url).header("Authorization", bearer).call(),
        };
        Ok(answer.with_context(|| path.to_owned())?.body_mut().read_to_string()?)
    }

    /// Posts as the administrator.
    pub(crate) fn post(&self, message: &str) -> Result<Post> {
        let (channel_id, message) = (self.channel.id.clone(), message.to_owned());
        Ok(self.client.create_post(&Post { channel_id, message, ..Post::default() })?)
    }

    /// Waits for a post of our channel that contains a text; gives its message.
    pub(crate) fn posted(&self, text: &str) -> Result<Post> {
        eventually(&format!("a post with {text:?}"), || {
            for post in self.client.get_posts_for_channel(&self.channel.id) {
                let post = post?;
                if post.message.contains(text) {
                    return Ok(Some(post));
                }
            }
            Ok(None)
        })
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Err(error) = self.client.delete_channel(&self.channel.id) {
            eprintln!("the channel {} stays: {error}", self.channel.name);
        }
    }
}

/// Looks again until there is something.
pub(crate) fn eventually<T>(what: &str, look: impl Fn() -> Result<Option<T>>) -> Result<T> {
    let begun = Instant::now();
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        ensure!(begun.elapsed() < PATIENCE, "there was no {what} within {} s", PATIENCE.as_secs());
        thread::sleep(Duration::from_millis(200));
    }
}

/// Runs a command, with its output where ours goes.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("starting {command:?}"))?;
    if !status.success() {
        bail!("{command:?}: {status}");
    }
    Ok(())
}

/// Whether a program is on the PATH.
pub(crate) fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn examples() -> PathBuf {
    root().join("examples")
}
