//! The server's data and its plugin API, in memory.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::gob::{Gob, Value};
use crate::model::{AppError, Bot, Channel, Command, Config, Post, PostId, Team, User, UserId};
use crate::netrpc::{Call, Empty, Refusal, Service, Work};
use crate::wire::*;

use super::Database;
use super::streams::Streams;

/// A server's data, shared by all clones: prepare it before the plugin starts, look at it afterwards.
///
/// ```
/// use mmplugin::{model::User, testing::Server};
///
/// let server = Server::new();
/// server.add_user(User { id: "u1".into(), username: "anna".into(), ..User::default() });
/// server.set_config(serde_json::json!({ "Word": "hoge" }));
/// server.fail("KVSet", "no space left");
/// ```
///
/// It answers the calls a plugin of the first slice needs; a method it does not know is missing, as on a server that
/// is too old.
#[derive(Clone, Default)]
pub struct Server {
    data: Arc<Mutex<Data>>,
    database: Database,
    pub(super) streams: Streams,
}

#[derive(Default)]
struct Data {
    plugin_config: serde_json::Value,
    config: Config,
    kv: BTreeMap<String, Vec<u8>>,
    users: Vec<User>,
    channels: Vec<Channel>,
    teams: Vec<Team>,
    posts: Vec<Post>,
    ephemeral: Vec<(UserId, Post)>,
    commands: Vec<Command>,
    published: Vec<Published>,
    logs: Vec<LogLine>,
    calls: Vec<String>,
    fail: HashMap<String, AppError>,
    missing: HashSet<String>,
    last_id: u64,
}

/// One line that the plugin logged.
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

/// One WebSocket event that the plugin published.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Published {
    /// The event's name, without the `custom_<id>_` that the server puts before it.
    pub event: String,
    /// Its data.
    pub payload: BTreeMap<String, Value>,
}

impl Server {
    /// A server without any data, of a version that has everything.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets what the System Console would store for the plugin: an object of settings.
    pub fn set_config(&self, settings: serde_json::Value) {
        self.lock().plugin_config = settings;
    }

    /// Adds a user.
    pub fn add_user(&self, user: User) {
        self.lock().users.push(user);
    }

    /// Adds a channel.
    pub fn add_channel(&self, channel: Channel) {
        self.lock().channels.push(channel);
    }

    /// Adds a team.
    pub fn add_team(&self, team: Team) {
        self.lock().teams.push(team);
    }

    /// Lets every further call of an API method fail (Go's name, as `KVSet`) with status 500 and this text.
    pub fn fail(&self, method: &str, text: &str) {
        self.fail_with(method, AppError::new(method, "testing.fail", text, 500));
    }

    /// Lets every further call of an API method fail with this error.
    pub fn fail_with(&self, method: &str, error: AppError) {
        self.lock().fail.insert(method.to_owned(), error);
    }

    /// Takes an API method away, as a server has it that is too old.
    pub fn remove_method(&self, method: &str) {
        self.lock().missing.insert(method.to_owned());
    }

    /// The database: script its answers before the plugin asks, look at its statements afterwards.
    pub fn database(&self) -> Database {
        self.database.clone()
    }

    /// A value of the plugin's key-value store.
    pub fn kv(&self, key: &str) -> Option<Vec<u8>> {
        self.lock().kv.get(key).cloned()
    }

    /// Puts a value into the plugin's key-value store.
    pub fn set_kv(&self, key: &str, value: impl Into<Vec<u8>>) {
        self.lock().kv.insert(key.to_owned(), value.into());
    }

    /// The posts that the plugin created, oldest first.
    pub fn posts(&self) -> Vec<Post> {
        self.lock().posts.clone()
    }

    /// The ephemeral posts that the plugin sent, with who saw them.
    pub fn ephemeral_posts(&self) -> Vec<(UserId, Post)> {
        self.lock().ephemeral.clone()
    }

    /// The slash commands that the plugin registered.
    pub fn commands(&self) -> Vec<Command> {
        self.lock().commands.clone()
    }

    /// The WebSocket events that the plugin published.
    pub fn published(&self) -> Vec<Published> {
        self.lock().published.clone()
    }

    /// What the plugin logged.
    pub fn logs(&self) -> Vec<LogLine> {
        self.lock().logs.clone()
    }

    /// The API methods called so far, by Go's names.
    pub fn calls(&self) -> Vec<String> {
        self.lock().calls.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Data> {
        self.data.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Server {
    /// Whether a call that is answered elsewhere is to fail. It may be tried again until its arguments are all there.
    pub(super) fn fate(&self, method: &str) -> Result<Option<AppError>, Refusal> {
        let data = self.lock();
        match data.missing.contains(method) {
            true => Err(Refusal::MissingMethod),
            false => Ok(data.fail.get(method).cloned()),
        }
    }

    /// Notes a call that is answered elsewhere.
    pub(super) fn note(&self, method: &str) {
        self.lock().calls.push(method.to_owned());
    }
}

impl Service for Server {
    fn call(&self, call: &mut Call<'_>) -> Result<Work, Refusal> {
        let method = call.method().strip_prefix("Plugin.").unwrap_or_default().to_owned();
        let mut data = self.lock();
        if data.missing.contains(&method) {
            return Err(Refusal::MissingMethod);
        }
        let fail = data.fail.get(&method).cloned();
        data.answer(&method, fail, call)?;
        data.calls.push(method);
        Ok(Work::DONE)
    }
}

/// Reads the arguments, gives the reply.
fn reply<A: Gob, R: Gob>(call: &mut Call<'_>, make: impl FnOnce(A) -> R) -> Result<(), Refusal> {
    let reply = make(call.args()?);
    call.reply(&reply);
    Ok(())
}

fn missing(method: &str, what: &str) -> AppError {
    AppError::new(method, "testing.not_found", format!("{what}: not found"), 404)
}

impl Data {
    fn answer(&mut self, method: &str, fail: Option<AppError>, call: &mut Call<'_>) -> Result<(), Refusal> {
        match method {
            "LoadPluginConfiguration" => reply(call, |_: LoadPluginConfigurationArgs| {
                LoadPluginConfigurationReturns { a: lower_case_keys(&self.plugin_config) }
            }),
            "LogDebug" | "LogInfo" | "LogWarn" | "LogError" => self.log(method, call),
            "KVGet" | "KVSet" | "KVDelete" | "KVSetWithOptions" | "KVList" => {
                self.kv_call(method, fail, call)
            }
            "GetUser" | "GetUserByUsername" | "GetUsers" | "GetChannel" | "GetTeam" => {
                self.lookup(method, fail, call)
            }
            "CreatePost" | "UpdatePost" | "SendEphemeralPost" => self.post_call(method, fail, call),
            "RegisterCommand" => reply(call, |args: RegisterCommandArgs| {
                self.commands.extend(args.a);
                RegisterCommandReturns { a: fail.map(HostError::from) }
            }),
            "UnregisterCommand" => reply(call, |args: UnregisterCommandArgs| {
                self.commands.retain(|command| command.trigger != args.b);
                UnregisterCommandReturns { a: fail.map(HostError::from) }
            }),
            "PublishWebSocketEvent" => reply(call, |args: PublishWebSocketEventArgs| {
                self.published.push(Published { event: args.a, payload: args.b });
                Empty {}
            }),
            "GetConfig" => {
                reply(call, |_: GetConfigArgs| GetConfigReturns { a: Some(Box::new(self.config.clone())) })
            }
            "GetServerVersion" => {
                reply(call, |_: GetServerVersionArgs| GetServerVersionReturns { a: "11.6.0".to_owned() })
            }
            "GetBundlePath" => reply(call, |_: GetBundlePathArgs| GetBundlePathReturns {
                a: ".".to_owned(),
                b: fail.map(HostError::from),
            }),
            "EnsureBotUser" => reply(call, |args: EnsureBotUserArgs| {
                let id = self.ensure_bot(args.a.unwrap_or_default());
                EnsureBotUserReturns { a: id, b: fail.map(HostError::from) }
            }),
            _ => Err(Refusal::MissingMethod),
        }
    }
}

impl Data {
    fn log(&mut self, method: &str, call: &mut Call<'_>) -> Result<(), Refusal> {
        // All four have the same wire form.
        reply(call, |args: LogInfoArgs| {
            let level = match method {
                "LogDebug" => "debug",
                "LogWarn" => "warn",
                "LogError" => "error",
                _ => "info",
            };
            let text = |value: &Value| value.as_str().map_or_else(|| format!("{value:?}"), str::to_owned);
            let fields = args.b.chunks(2).map(|pair| match pair {
                [key, value] => (text(key), text(value)),
                rest => (rest.first().map(text).unwrap_or_default(), String::new()),
            });
            self.logs.push(LogLine { level, message: args.a, fields: fields.collect() });
            Empty {}
        })
    }

    fn kv_call(&mut self, method: &str, fail: Option<AppError>, call: &mut Call<'_>) -> Result<(), Refusal> {
        match method {
            "KVGet" => reply(call, |args: KvGetArgs| KvGetReturns {
                a: if fail.is_some() {
                    Vec::new()
                } else {
                    self.kv.get(&args.a).cloned().unwrap_or_default()
                },
                b: fail,
            }),
            "KVSet" => reply(call, |args: KvSetArgs| {
                if fail.is_none() {
                    self.store(args.a, args.b);
                }
                KvSetReturns { a: fail }
            }),
            "KVDelete" => reply(call, |args: KvDeleteArgs| {
                if fail.is_none() {
                    self.kv.remove(&args.a);
                }
                KvDeleteReturns { a: fail }
            }),
            "KVSetWithOptions" => reply(call, |args: KvSetWithOptionsArgs| {
                let fits =
                    !args.c.atomic || self.kv.get(&args.a).map_or(&[][..], Vec::as_slice) == args.c.old_value;
                if fits && fail.is_none() {
                    self.store(args.a, args.b);
                }
                KvSetWithOptionsReturns { a: fits && fail.is_none(), b: fail }
            }),
            _ => reply(call, |args: KvListArgs| {
                let (page, size) = (index(args.a), index(args.b));
                let keys = self.kv.keys().skip(page.saturating_mul(size)).take(size);
                KvListReturns { a: keys.cloned().collect(), b: fail }
            }),
        }
    }

    /// Go's nil, which is what an empty value looks like on the wire, deletes.
    fn store(&mut self, key: String, value: Vec<u8>) {
        if value.is_empty() {
            self.kv.remove(&key);
        } else {
            self.kv.insert(key, value);
        }
    }

    fn lookup(&mut self, method: &str, fail: Option<AppError>, call: &mut Call<'_>) -> Result<(), Refusal> {
        let find = |found: bool, what: &str| fail.clone().or_else(|| (!found).then(|| missing(method, what)));
        match method {
            "GetUser" => reply(call, |args: GetUserArgs| {
                let a = self.users.iter().find(|user| user.id == args.a).cloned();
                GetUserReturns { b: find(a.is_some(), "user"), a }
            }),
            "GetUserByUsername" => reply(call, |args: GetUserByUsernameArgs| {
                let a = self.users.iter().find(|user| user.username == args.a).cloned();
                GetUserByUsernameReturns { b: find(a.is_some(), "user"), a }
            }),
            "GetUsers" => reply(call, |args: GetUsersArgs| {
                let options = args.a.unwrap_or_default();
                let (page, size) = (index(options.page), index(options.per_page));
                let users = self.users.iter().skip(page.saturating_mul(size)).take(size);
                GetUsersReturns { a: users.cloned().collect(), b: find(true, "users") }
            }),
            "GetChannel" => reply(call, |args: GetChannelArgs| {
                let a = self.channels.iter().find(|channel| channel.id == args.a).cloned();
                GetChannelReturns { b: find(a.is_some(), "channel"), a }
            }),
            _ => reply(call, |args: GetTeamArgs| {
                let a = self.teams.iter().find(|team| team.id == args.a).cloned();
                GetTeamReturns { b: find(a.is_some(), "team"), a }
            }),
        }
    }

    fn post_call(
        &mut self,
        method: &str,
        fail: Option<AppError>,
        call: &mut Call<'_>,
    ) -> Result<(), Refusal> {
        match method {
            "CreatePost" => reply(call, |args: CreatePostArgs| {
                let mut post = args.a.unwrap_or_default();
                if fail.is_some() {
                    return CreatePostReturns { a: None, b: fail };
                }
                post.id = PostId::from(self.next_id("post"));
                self.posts.push(post.clone());
                CreatePostReturns { a: Some(post), b: None }
            }),
            "UpdatePost" => reply(call, |args: UpdatePostArgs| {
                let post = args.a.unwrap_or_default();
                let stored = self.posts.iter_mut().find(|stored| stored.id == post.id);
                match (fail, stored) {
                    (Some(error), _) => UpdatePostReturns { a: None, b: Some(error) },
                    (None, None) => UpdatePostReturns { a: None, b: Some(missing(method, "post")) },
                    (None, Some(stored)) => {
                        *stored = post.clone();
                        UpdatePostReturns { a: Some(post), b: None }
                    }
                }
            }),
            _ => reply(call, |args: SendEphemeralPostArgs| {
                let mut post = args.b.unwrap_or_default();
                post.id = PostId::from(self.next_id("ephemeral"));
                self.ephemeral.push((args.a, post.clone()));
                SendEphemeralPostReturns { a: Some(post) }
            }),
        }
    }

    fn ensure_bot(&mut self, bot: Bot) -> UserId {
        if let Some(user) = self.users.iter().find(|user| user.username == bot.username) {
            return user.id.clone();
        }
        let id = UserId::from(self.next_id("bot"));
        let user = User { id: id.clone(), username: bot.username, is_bot: true, ..User::default() };
        self.users.push(user);
        id
    }

    /// 26 characters, as the server's ids have.
    fn next_id(&mut self, kind: &str) -> String {
        self.last_id += 1;
        format!("{kind}{:0>width$}", self.last_id, width = 26 - kind.len())
    }
}

fn index(number: i64) -> usize {
    usize::try_from(number).unwrap_or_default()
}

/// The stored settings as the server gives them: JSON with its top keys in lower case.
fn lower_case_keys(settings: &serde_json::Value) -> Vec<u8> {
    let object = settings.as_object().into_iter().flatten();
    let lower: serde_json::Map<_, _> =
        object.map(|(key, value)| (key.to_lowercase(), value.clone())).collect();
    serde_json::Value::Object(lower).to_string().into_bytes()
}
