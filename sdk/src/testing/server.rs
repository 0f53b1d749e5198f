//! The server that a plugin under test sees.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::gob::{Dynamic, Value};
use crate::model::{
    Channel, ChannelId, ChannelMember, Command, Config, FileInfo, Permission, Post, PostId, Session, Team,
    TeamId, TeamMember, User, UserId, UserStatus, WebsocketBroadcast,
};
use crate::netrpc::{Call, Refusal, Responder, Service, Work};

use super::method::Reply;
use super::record::{MethodRow, RecordedCall};
use super::script::Scripts;
use super::state::{self, State};
use super::streams::Streams;
use super::{Clock, Database, Method};

/// A server's data, shared by all clones: prepare it before the plugin starts, look at it afterwards.
///
/// ```
/// use mmplugin::{model::User, testing::{Server, calls}};
///
/// let server = Server::new();
/// let anna = server.add_user(User { username: "anna".into(), ..User::default() });
/// server.set_config(serde_json::json!({ "Word": "hoge" }));
/// server.fail::<calls::KvSet>("no space left");
/// ```
///
/// What it answers by itself is in the [guide](super#what-the-server-knows); everything else is
/// [scripted](super#scripts). A call that nothing answers fails with a text that says so, and is among the
/// [`unexpected`](Self::unexpected).
#[derive(Clone)]
pub struct Server {
    shared: Arc<Shared>,
    pub(super) streams: Streams,
}

struct Shared {
    state: Mutex<State>,
    scripts: Scripts,
    calls: Mutex<Calls>,
    clock: Clock,
    database: Database,
    /// Changes with every call that has been answered.
    news: watch::Sender<()>,
}

/// What was called, and what there is to call.
#[derive(Default)]
struct Calls {
    recorded: Vec<RecordedCall>,
    unexpected: Vec<RecordedCall>,
    missing: HashSet<&'static str>,
}

/// One line that the plugin logged. As text: `warn it is late (hour: 23)`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LogLine {
    /// `debug`, `info`, `warn` or `error`.
    pub level: &'static str,
    /// The message.
    pub message: String,
    /// Keys and values.
    pub fields: Vec<(String, String)>,
}

impl fmt::Display for LogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: Vec<String> = self.fields.iter().map(|(key, value)| format!("{key}: {value}")).collect();
        write!(f, "{} {} ({})", self.level, self.message, fields.join(", "))
    }
}

/// One WebSocket event that the plugin published.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Published {
    /// The event's name, without the `custom_<id>_` that the server puts before it.
    pub event: String,
    /// Its data.
    pub payload: BTreeMap<String, Value>,
    /// Who gets it.
    pub broadcast: WebsocketBroadcast,
}

impl Default for Server {
    fn default() -> Self {
        Self::new()
    }
}

impl Server {
    /// A server without any data, of a version that has everything.
    pub fn new() -> Self {
        let state = State::default();
        let clock = state.clock.clone();
        let database = Database::with_clock(clock.clone());
        let shared = Shared {
            state: Mutex::new(state),
            scripts: Scripts::default(),
            calls: Mutex::default(),
            clock,
            database,
            news: watch::Sender::new(()),
        };
        Self { shared: Arc::new(shared), streams: Streams::default() }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn calls_lock(&self) -> MutexGuard<'_, Calls> {
        self.shared.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn scripts(&self) -> &Scripts {
        &self.shared.scripts
    }

    pub(super) fn news(&self) -> watch::Receiver<()> {
        self.shared.news.subscribe()
    }

    /// The clock that everything here goes by.
    pub fn clock(&self) -> Clock {
        self.shared.clock.clone()
    }

    /// The database: script its answers before the plugin asks, look at its statements afterwards.
    pub fn database(&self) -> Database {
        self.shared.database.clone()
    }
}

/// # What the server has
///
/// Something without an id gets one; with the id of something that is there, it takes its place. What comes back is what
/// the server has then.
impl Server {
    /// Sets what the System Console would store for the plugin: an object of settings.
    pub fn set_config(&self, settings: serde_json::Value) {
        self.state().settings = settings;
    }

    /// What is stored for the plugin, also by [`Api::save_plugin_config`](crate::Api::save_plugin_config).
    pub fn config(&self) -> serde_json::Value {
        self.state().settings.clone()
    }

    /// Sets the server's own configuration.
    pub fn set_server_config(&self, config: Config) {
        self.state().config = config;
    }

    /// Makes it a server of this version: newer methods are missing, as on a real one.
    ///
    /// ```
    /// mmplugin::testing::Server::new().set_version("9.3.0");
    /// ```
    pub fn set_version(&self, version: &str) {
        version.clone_into(&mut self.state().version);
    }

    /// Takes an API method away, by Go's name.
    ///
    /// # Panics
    /// When there is no such method.
    #[track_caller]
    pub fn remove_method(&self, method: &str) {
        let Some(row) = MethodRow::find(method) else { panic!("no API method is called {method}") };
        self.calls_lock().missing.insert(row.name);
    }

    /// Sets what the bundle's folder is; the working folder of the test at first, which is the crate's.
    pub fn set_bundle_path(&self, path: &str) {
        path.clone_into(&mut self.state().bundle_path);
    }

    /// Adds a user.
    pub fn add_user(&self, user: User) -> User {
        self.state().add_user(user)
    }

    /// Says whether a user is online; nobody is at first.
    pub fn set_status(&self, user_id: &UserId, status: UserStatus) {
        self.state().set_status(user_id, status);
    }

    /// Gives a user a right, everywhere; who has the role `system_admin` has all.
    pub fn grant(&self, user_id: &UserId, permission: &Permission) {
        self.state().granted.insert((user_id.clone(), permission.id.clone()));
    }

    /// Adds a session.
    pub fn add_session(&self, session: Session) -> Session {
        self.state().add_session(session)
    }

    /// Adds a team.
    pub fn add_team(&self, team: Team) -> Team {
        self.state().add_team(team)
    }

    /// Adds a user to a team.
    pub fn add_team_member(&self, team_id: &TeamId, user_id: &UserId) -> TeamMember {
        self.state().join_team(team_id, user_id)
    }

    /// Adds a channel; a public one when it says no type.
    pub fn add_channel(&self, channel: Channel) -> Channel {
        self.state().add_channel(channel)
    }

    /// Adds a user to a channel.
    pub fn add_channel_member(&self, channel_id: &ChannelId, user_id: &UserId) -> ChannelMember {
        self.state().join_channel(channel_id, user_id)
    }

    /// Adds a post that is not of the plugin.
    pub fn add_post(&self, post: Post) -> Post {
        self.state().add_post(post)
    }

    /// Adds a file.
    pub fn add_file(&self, info: FileInfo, data: impl Into<Vec<u8>>) -> FileInfo {
        self.state().add_file(info, data.into())
    }

    /// Puts a value into the plugin's key-value store, for ever.
    pub fn set_kv(&self, key: &str, value: impl Into<Vec<u8>>) {
        self.state().kv.put(key.to_owned(), value.into(), 0);
    }
}

/// # What the plugin has done
impl Server {
    /// A value of the plugin's key-value store.
    pub fn kv(&self, key: &str) -> Option<Vec<u8>> {
        let state = self.state();
        state.kv.get(key, state.now()).map(<[u8]>::to_vec)
    }

    /// The keys of the plugin's key-value store, sorted.
    ///
    /// The real server keeps the id of the plugin's bot there, too, as `mmi_botid`; so does this one.
    pub fn kv_keys(&self) -> Vec<String> {
        let state = self.state();
        state.kv.keys(state.now())
    }

    /// How long a key still lives; `None` when it does not exist or never expires.
    pub fn kv_expiry(&self, key: &str) -> Option<Duration> {
        let state = self.state();
        state.kv.expiry(key, state.now())
    }

    /// The posts that the plugin created, oldest first, as they are by now.
    pub fn posts(&self) -> Vec<Post> {
        let state = self.state();
        let created = |post: &&Post| state.created.contains(&post.id);
        state.posts.iter().filter(created).cloned().collect()
    }

    /// Any post.
    pub fn post(&self, id: &PostId) -> Option<Post> {
        self.state().posts.iter().find(|post| post.id == *id).cloned()
    }

    /// The ephemeral posts that the plugin sent, with who sees them, as they are by now.
    pub fn ephemeral_posts(&self) -> Vec<(UserId, Post)> {
        self.state().ephemeral.clone()
    }

    /// The slash commands that the plugin registered.
    pub fn commands(&self) -> Vec<Command> {
        self.state().commands.clone()
    }

    /// The WebSocket events that the plugin published.
    pub fn published(&self) -> Vec<Published> {
        self.state().published.clone()
    }

    /// What the plugin logged: with `tracing`, or by the API.
    ///
    /// What it says with `tracing` under a [`Host`](super::Host), in a hook or in a task of
    /// [`Tasks`](crate::hooks::Tasks), is there at once, of this plugin only, in the form that a server gets: with the
    /// fields of the spans around it, and with `module` as the last field. A `tokio::spawn` of the plugin's own is outside,
    /// unless what it runs has `.with_current_subscriber()` of `tracing`; a part of a plugin is inside by
    /// [`log_of`](Self::log_of). A subscriber that the test has installed before the plugin starts, for its thread or for
    /// the process, hears all of it, too.
    pub fn logs(&self) -> Vec<LogLine> {
        self.state().logs.clone()
    }

    /// The calls of the API so far, without those that log: these come when they come.
    ///
    /// ```
    /// let server = mmplugin::testing::Server::new();
    /// assert_eq!(server.calls(), [""; 0]);
    /// // … the plugin runs; then, say:
    /// // assert_eq!(server.calls(), ["LoadPluginConfiguration", "GetUser", "CreatePost"]);
    /// ```
    pub fn calls(&self) -> Vec<RecordedCall> {
        let logs =
            |call: &&RecordedCall| matches!(call.method(), "LogDebug" | "LogInfo" | "LogWarn" | "LogError");
        self.calls_lock().recorded.iter().filter(|call| !logs(call)).cloned().collect()
    }

    /// The calls of one method so far, with their arguments.
    ///
    /// ```
    /// use mmplugin::testing::{Server, calls::SendMail};
    ///
    /// let server = Server::new();
    /// // … the plugin runs; then:
    /// for mail in server.calls_of::<SendMail>() {
    ///     assert!(mail.to.ends_with("@example.com"));
    /// }
    /// ```
    pub fn calls_of<M: Method>(&self) -> Vec<M> {
        self.calls_lock().recorded.iter().filter_map(RecordedCall::get).collect()
    }

    /// The calls that nothing answered: neither a script nor the server by itself.
    pub fn unexpected(&self) -> Vec<RecordedCall> {
        self.calls_lock().unexpected.clone()
    }

    /// Forgets all calls so far; the data stay.
    pub fn forget_calls(&self) {
        let mut calls = self.calls_lock();
        calls.recorded.clear();
        calls.unexpected.clear();
    }
}

/// How calls are answered.
impl Server {
    /// The method of a call, if this server has it.
    pub(super) fn method(&self, name: &str) -> Result<&'static MethodRow, Refusal> {
        let row = MethodRow::find(name).ok_or(Refusal::MissingMethod)?;
        let missing = self.calls_lock().missing.contains(row.name);
        if missing || is_older(&self.state().version, row.since) {
            return Err(Refusal::MissingMethod);
        }
        Ok(row)
    }

    /// Keeps a call.
    pub(super) fn record(&self, row: &'static MethodRow, args: &Dynamic) {
        self.calls_lock().recorded.push(RecordedCall::new(row, args.clone()));
        self.shared.news.send_replace(());
    }

    /// What a script answers, once that is due; the text is with what the call fails.
    pub(super) async fn scripted(
        &self,
        row: &'static MethodRow,
        args: &Dynamic,
    ) -> Option<Result<Reply, String>> {
        let (reply, delay) = self.scripts().answer(row.key(), args)?;
        if !delay.is_zero() {
            self.shared.clock.sleep(delay).await;
        }
        Some(reply)
    }

    pub(super) fn by_itself(&self, row: &'static MethodRow, args: Dynamic) -> Result<Reply, String> {
        if let Some(answer) = state::default(row.key()) {
            let reply = answer(&mut self.state(), &args);
            self.shared.news.send_replace(());
            return reply;
        }
        let call = RecordedCall::new(row, args);
        let text = format!("testing: nothing answers {call}: script it with Server::on or Server::answer");
        self.calls_lock().unexpected.push(call);
        Err(text)
    }
}

impl Service for Server {
    fn call(&self, call: &mut Call<'_>) -> Result<Work, Refusal> {
        let row = self.method(call.method().strip_prefix("Plugin.").unwrap_or_default())?;
        let args = call.dynamic()?;
        let responder = call.responder();
        self.record(row, &args);
        if !self.scripts().has(row.key()) {
            finish(self.by_itself(row, args), responder);
            return Ok(Work::DONE);
        }
        let server = self.clone();
        Ok(Work::new(async move {
            let reply = match server.scripted(row, &args).await {
                Some(reply) => reply,
                None => server.by_itself(row, args),
            };
            finish(reply, responder);
        }))
    }
}

pub(super) fn finish(reply: Result<Reply, String>, responder: Responder) {
    match reply {
        Ok(reply) => reply.send(responder),
        Err(text) => responder.error(text),
    }
}

/// Whether a server of this version lacks what came with another.
fn is_older(version: &str, since: &str) -> bool {
    let numbers = |text: &str| {
        let mut parts = text.split('.').map(|part| part.parse::<u32>().unwrap_or_default());
        (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
    };
    numbers(version) < numbers(since)
}
