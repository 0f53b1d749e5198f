//! A server's data in memory, and what it answers by itself.
//!
//! Errors have the ids and the status of the real ones. Rights are not looked at, and what a call does not need is not
//! asked for: a post may be made in a channel that nobody added.

mod bots;
mod channels;
mod files;
pub(super) mod kv;
mod members;
mod posts;
mod rest;
mod table;
mod users;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::api::ApiError;
use crate::model::{
    AppError, Bot, Channel, ChannelMember, Command, Config, FileInfo, Post, PostId, Preference, Reaction,
    Session, Status, Team, TeamMember, User, UserId,
};

use super::clock::Clock;
use super::server::{LogLine, Published};

pub(super) use table::default;

/// What a server answers to a call.
pub(super) type Found<T> = Result<T, ApiError>;

/// The version of a server that has everything.
const NEWEST: &str = "11.7.0";

/// Everything that the server knows.
pub(super) struct State {
    pub(super) clock: Clock,
    pub(super) plugin_id: String,
    pub(super) version: String,
    pub(super) bundle_path: String,
    pub(super) settings: Json,
    pub(super) config: Config,
    pub(super) kv: kv::Store,
    pub(super) users: Vec<User>,
    pub(super) statuses: BTreeMap<UserId, Status>,
    pub(super) pictures: BTreeMap<UserId, Vec<u8>>,
    pub(super) preferences: Vec<Preference>,
    pub(super) sessions: Vec<Session>,
    /// Permissions by user, everywhere.
    pub(super) granted: BTreeSet<(UserId, String)>,
    pub(super) bots: Vec<Bot>,
    pub(super) teams: Vec<Team>,
    pub(super) team_members: Vec<TeamMember>,
    pub(super) channels: Vec<Channel>,
    pub(super) channel_members: Vec<ChannelMember>,
    pub(super) posts: Vec<Post>,
    /// Those that the plugin made.
    pub(super) created: Vec<PostId>,
    pub(super) ephemeral: Vec<(UserId, Post)>,
    pub(super) reactions: Vec<Reaction>,
    pub(super) files: Vec<(FileInfo, Vec<u8>)>,
    pub(super) commands: Vec<Command>,
    pub(super) published: Vec<Published>,
    pub(super) logs: Vec<LogLine>,
    last_id: u64,
}

impl Default for State {
    fn default() -> Self {
        Self {
            clock: Clock::default(),
            plugin_id: String::new(),
            version: NEWEST.to_owned(),
            bundle_path: ".".to_owned(),
            settings: Json::default(),
            config: Config::default(),
            kv: kv::Store::default(),
            users: Vec::new(),
            statuses: BTreeMap::new(),
            pictures: BTreeMap::new(),
            preferences: Vec::new(),
            sessions: Vec::new(),
            granted: BTreeSet::new(),
            bots: Vec::new(),
            teams: Vec::new(),
            team_members: Vec::new(),
            channels: Vec::new(),
            channel_members: Vec::new(),
            posts: Vec::new(),
            created: Vec::new(),
            ephemeral: Vec::new(),
            reactions: Vec::new(),
            files: Vec::new(),
            commands: Vec::new(),
            published: Vec::new(),
            logs: Vec::new(),
            last_id: 0,
        }
    }
}

impl State {
    pub(super) fn now(&self) -> i64 {
        self.clock.millis()
    }

    /// 26 characters, as the server's ids have, that say of what they are.
    pub(super) fn next_id(&mut self, kind: &str) -> String {
        self.last_id += 1;
        format!("{kind}{:0>width$}", self.last_id, width = 26 - kind.len())
    }

    /// The id of something that is added, and when that was.
    fn stamp(&mut self, id: &str, create_at: i64, kind: &str) -> (String, i64) {
        let id = if id.is_empty() { self.next_id(kind) } else { id.to_owned() };
        (id, if create_at == 0 { self.now() } else { create_at })
    }
}

/// A page of a list.
fn page<T>(items: impl IntoIterator<Item = T>, page: i64, size: i64) -> Vec<T> {
    let (page, size) = (usize::try_from(page).unwrap_or_default(), usize::try_from(size).unwrap_or_default());
    items.into_iter().skip(page.saturating_mul(size)).take(size).collect()
}

/// The server's error for what does not exist.
fn missing(id: &str, text: &str) -> ApiError {
    refused(404, id, text)
}

fn refused(status: i64, id: &str, text: &str) -> ApiError {
    AppError::new("testing", id, text, status).into()
}

/// The status of a refusal, for tests.
#[cfg(test)]
fn status<T>(found: Found<T>) -> i64 {
    match found {
        Err(ApiError::App(error)) => error.status_code,
        _ => 200,
    }
}
