//! A Mattermost server as far as the client asks it: addresses, status codes and JSON as servers have them.
//!
//! The example `rest-api` uses it in its test, too.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

#[path = "serving.rs"]
mod serving;

pub(crate) use serving::app_error;
use serving::error;

pub(crate) const TOKEN: &str = "t0ken-of-ann";
pub(crate) const SESSION: &str = "s3ssion-of-ann";
pub(crate) const PASSWORD: &str = "pa55word";

/// A running server; it ends with the test's process.
pub(crate) struct Fake {
    pub(crate) url: String,
    shared: Shared,
}

type Shared = Arc<Mutex<Inner>>;

/// What the server holds and what has happened.
#[derive(Default)]
pub(crate) struct Inner {
    pub(crate) requests: Vec<Seen>,
    /// Fixed answers by `METHOD /path`, instead of the server's own, as many times as the number says.
    answers: HashMap<String, (u32, Fixed)>,
    /// Before every answer.
    pub(crate) delay: Duration,
    /// So many of the next connections are dropped.
    pub(crate) hang_ups: u32,
    pub(crate) users: Vec<Value>,
    pub(crate) teams: Vec<Value>,
    pub(crate) channels: Vec<Value>,
    /// From old to new.
    pub(crate) posts: Vec<Value>,
    pub(crate) kept: HashMap<&'static str, Vec<Value>>,
    local: bool,
}

/// A request that came.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// `METHOD /path`, below `/api/v4`.
    pub(crate) what: String,
    pub(crate) query: String,
    pub(crate) auth: String,
    pub(crate) body: Vec<u8>,
}

#[derive(Debug, Clone)]
struct Fixed {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Fake {
    /// On a port of this machine, with the users ann and bob, the team `team`, and its channel `town-square`.
    pub(crate) fn start() -> Self {
        let shared = Arc::new(Mutex::new(Inner::furnished()));
        Self { url: serving::on_port(app(&shared), hang_ups(&shared)), shared }
    }

    /// On a local-mode socket.
    #[cfg(unix)]
    #[allow(dead_code, reason = "not in the example's test")]
    pub(crate) fn start_local(path: &std::path::Path) -> Self {
        let shared = Arc::new(Mutex::new(Inner { local: true, ..Inner::furnished() }));
        Self { url: serving::on_socket(path, app(&shared), hang_ups(&shared)), shared }
    }

    pub(crate) fn inner(&self) -> MutexGuard<'_, Inner> {
        self.shared.lock().expect("no panic")
    }

    /// The next answers to a request.
    pub(crate) fn answer(
        &self,
        what: &str,
        times: u32,
        status: u16,
        headers: &[(&'static str, &str)],
        body: &str,
    ) {
        let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let fixed = Fixed { status, headers, body: body.to_owned() };
        self.inner().answers.insert(what.to_owned(), (times, fixed));
    }

    pub(crate) fn asked(&self, what: &str) -> usize {
        self.inner().requests.iter().filter(|seen| seen.what == what).count()
    }

    /// The last request of that sort.
    #[allow(dead_code, reason = "not in the example's test")]
    pub(crate) fn last(&self, what: &str) -> Seen {
        let inner = self.inner();
        let found = inner.requests.iter().rev().find(|seen| seen.what == what);
        found.unwrap_or_else(|| panic!("nobody asked {what}")).clone()
    }
}

fn app(shared: &Shared) -> axum::Router {
    axum::Router::new().fallback(handle).with_state(Arc::clone(shared))
}

/// Drops as many connections as it was told to.
fn hang_ups(shared: &Shared) -> impl FnMut() -> bool + Send + 'static {
    let shared = Arc::clone(shared);
    move || {
        let mut inner = shared.lock().expect("no panic");
        let drops = inner.hang_ups > 0;
        inner.hang_ups -= u32::from(drops);
        drops
    }
}

async fn handle(State(shared): State<Shared>, request: Request) -> Response {
    let path = request.uri().path().trim_start_matches("/api/v4").to_owned();
    let auth = request.headers().get("authorization").and_then(|value| value.to_str().ok());
    let seen = Seen {
        what: format!("{} {path}", request.method()),
        query: request.uri().query().unwrap_or_default().to_owned(),
        auth: auth.unwrap_or_default().to_owned(),
        body: Vec::new(),
    };
    let body = to_bytes(request.into_body(), 1 << 28).await.map(Vec::from).unwrap_or_default();
    let seen = Seen { body, ..seen };
    let (fixed, delay) = {
        let mut inner = shared.lock().expect("no panic");
        inner.requests.push(seen.clone());
        let fixed = inner.answers.get_mut(&seen.what).filter(|answer| answer.0 > 0).map(|answer| {
            answer.0 -= 1;
            answer.1.clone()
        });
        (fixed, inner.delay)
    };
    tokio::time::sleep(delay).await;
    let mut response = match fixed {
        Some(Fixed { status, headers, body }) => {
            let response = Response::builder().status(status);
            let response =
                headers.iter().fold(response, |response, (name, value)| response.header(*name, value));
            response.body(Body::from(body)).expect("an answer")
        }
        None => shared.lock().expect("no panic").answer(&seen),
    };
    // Each request its own connection, so that a lost one is seen.
    response.headers_mut().insert("connection", "close".parse().expect("a header"));
    response
}

fn missing(what: &str) -> Response {
    error(&format!("app.{what}.missing.app_error"), &format!("Unable to find the {what}."), 404)
}

fn ok() -> Response {
    axum::Json(json!({"status": "OK"})).into_response()
}

fn created(value: &Value) -> Response {
    (StatusCode::CREATED, axum::Json(value)).into_response()
}

/// The user whose token all requests have.
pub(crate) const ANN: &str = "ann0";

impl Inner {
    fn furnished() -> Self {
        Self {
            users: vec![user(ANN, "ann", "system_admin system_user"), user("bob0", "bob", "system_user")],
            teams: vec![
                json!({"id": "team0", "name": "team", "display_name": "Team", "type": "O", "scheme_id": null}),
            ],
            channels: vec![
                json!({"id": "square0", "team_id": "team0", "name": "town-square", "display_name": "Town Square",
                "type": "O", "props": null, "scheme_id": null, "policy_id": null}),
            ],
            ..Self::default()
        }
    }

    fn answer(&mut self, seen: &Seen) -> Response {
        let (method, path) = seen.what.split_once(' ').expect("method and path");
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        let body: Value = serde_json::from_slice(&seen.body).unwrap_or_default();
        match (method, parts.as_slice()) {
            ("GET", ["system", "ping"]) => return ok(),
            ("GET", ["config", "client"]) => {
                return axum::Json(json!({"Version": "11.6.0", "SiteName": "x"})).into_response();
            }
            ("POST", ["users", "login"]) if !self.local => return self.login(&body),
            _ => {}
        }
        let allowed = [TOKEN, SESSION].map(|token| format!("Bearer {token}"));
        if !self.local && !allowed.contains(&seen.auth) {
            let id = "api.context.session_expired.app_error";
            return error(id, "Invalid or expired session, please login again.", 401);
        }
        match parts.as_slice() {
            ["users", ..] => self.about_users(method, &parts, &body, seen),
            ["teams", ..] | ["channels", ..] => self.about_channels(method, &parts, &body, seen),
            ["posts", ..] | ["reactions"] => self.about_posts(method, &parts, body),
            _ => self.about_the_rest(method, &parts, body, seen),
        }
    }

    fn login(&self, body: &Value) -> Response {
        if body["login_id"] == "ann" && body["password"] == PASSWORD {
            return ([("token", SESSION)], axum::Json(&self.users[0])).into_response();
        }
        let id = "api.user.login.invalid_credentials_email_username";
        error(id, "Enter a valid email or username and/or password.", 401)
    }

    fn about_users(&mut self, method: &str, parts: &[&str], body: &Value, seen: &Seen) -> Response {
        let by = |key: &str, wanted: &str| {
            self.users.iter().find(|user| user[key] == wanted).map_or_else(|| missing("user"), json_of)
        };
        let those_in = |key: &str| {
            let chosen = |user: &&Value| body.as_array().is_some_and(|list| list.contains(&user[key]));
            json_of(&self.users.iter().filter(chosen).collect::<Vec<_>>())
        };
        match (method, parts) {
            ("GET", ["users"]) => page(&self.users, seen),
            ("GET", ["users", "me"]) => by("id", ANN),
            ("GET", ["users", "username", name]) => by("username", name),
            ("GET", ["users", id]) => by("id", id),
            ("GET", ["users", _, "teams"]) => json_of(&self.teams),
            ("POST", ["users", "ids"]) => those_in("id"),
            ("POST", ["users", "usernames"]) => those_in("username"),
            ("POST", ["users", "search"]) => {
                let term = body["term"].as_str().unwrap_or_default();
                let begins =
                    |user: &&Value| user["username"].as_str().is_some_and(|name| name.starts_with(term));
                json_of(&self.users.iter().filter(begins).collect::<Vec<_>>())
            }
            ("POST", ["users", id, "tokens"]) => {
                json_of(&json!({"id": "tok0", "token": "n3w", "user_id": id, "is_active": true}))
            }
            ("POST", ["users", "logout"]) | ("POST", ["users", "tokens", "revoke"]) => ok(),
            ("DELETE", ["users", _, "posts", post, "reactions", emoji]) => {
                let kept = self.kept.entry("reactions").or_default();
                kept.retain(|kept| kept["post_id"] != **post || kept["emoji_name"] != **emoji);
                ok()
            }
            _ => unknown(),
        }
    }

    fn about_channels(&mut self, method: &str, parts: &[&str], body: &Value, seen: &Seen) -> Response {
        let team = |key: &str, wanted: &str| self.teams.iter().find(|team| team[key] == wanted);
        let named = |name: &str| self.channels.iter().find(|channel| channel["name"] == name);
        let member = |user: &str| json!({"channel_id": "square0", "team_id": "team0", "user_id": user, "notify_props": {}});
        match (method, parts) {
            ("GET", ["teams"]) => page(&self.teams, seen),
            ("GET", ["teams", "name", name]) => team("name", name).map_or_else(|| missing("team"), json_of),
            ("GET", ["teams", "name", name, "channels", "name", channel]) => {
                let found = team("name", name).and_then(|_| named(channel));
                found.map_or_else(|| missing("channel"), json_of)
            }
            ("GET", ["teams", id]) => team("id", id).map_or_else(|| missing("team"), json_of),
            ("GET", ["teams", _, "channels", "name", name]) => {
                named(name).map_or_else(|| missing("channel"), json_of)
            }
            ("GET", ["teams", _, "channels"]) => page(&self.channels, seen),
            ("GET", ["channels", id]) => {
                let found = self.channels.iter().find(|channel| channel["id"] == *id);
                found.map_or_else(|| missing("channel"), json_of)
            }
            ("GET", ["teams", _, "members"] | ["channels", _, "members"]) => {
                let members = self.users.iter().filter_map(|user| user["id"].as_str()).map(member);
                page(&members.collect::<Vec<_>>(), seen)
            }
            ("GET", ["channels", id, "posts"]) => self.channel_posts(id, seen),
            ("POST", ["channels", "direct"]) => {
                created(&json!({"id": "direct0", "name": format!("{}__{}", body[0], body[1]), "type": "D"}))
            }
            ("POST", ["channels"]) => {
                let mut channel = body.clone();
                channel["id"] = "new0".into();
                created(&channel)
            }
            ("POST", ["channels", _, "members"]) => {
                created(&member(body["user_id"].as_str().unwrap_or_default()))
            }
            _ => unknown(),
        }
    }

    /// From new to old, older than `before`; hidden ones leave holes, and `prev_post_id` says whether there is more.
    fn channel_posts(&self, channel: &str, seen: &Seen) -> Response {
        let mine: Vec<&Value> =
            self.posts.iter().rev().filter(|post| post["channel_id"] == channel).collect();
        let before = argument(seen, "before");
        let start = match before.as_str() {
            "" => 0,
            id => mine.iter().position(|post| post["id"] == id).map_or(mine.len(), |at| at + 1),
        };
        let per_page: usize = argument(seen, "per_page").parse().unwrap_or(60);
        let end = mine.len().min(start + per_page);
        let shown: Vec<&Value> =
            mine[start..end].iter().copied().filter(|post| post["hidden"] != true).collect();
        let order: Vec<&Value> = shown.iter().map(|post| &post["id"]).collect();
        let posts: HashMap<&str, &Value> =
            shown.iter().filter_map(|post| Some((post["id"].as_str()?, *post))).collect();
        let prev = mine.get(end).map_or("", |post| post["id"].as_str().unwrap_or_default());
        json_of(&json!({"order": order, "posts": posts, "next_post_id": "", "prev_post_id": prev}))
    }

    fn about_posts(&mut self, method: &str, parts: &[&str], body: Value) -> Response {
        let at = |id: &str| self.posts.iter().position(|post| post["id"] == id);
        match (method, parts) {
            ("POST", ["posts"]) => self.create_post(body),
            ("GET", ["posts", id]) => at(id).map_or_else(|| missing("post"), |at| json_of(&self.posts[at])),
            ("GET", ["posts", id, "thread"]) => {
                let in_thread = |post: &&Value| post["id"] == *id || post["root_id"] == *id;
                let found: Vec<&Value> = self.posts.iter().filter(in_thread).collect();
                let order: Vec<&Value> = found.iter().map(|post| &post["id"]).collect();
                let posts: HashMap<&str, &Value> =
                    found.iter().filter_map(|post| Some((post["id"].as_str()?, *post))).collect();
                json_of(&json!({"order": order, "posts": posts}))
            }
            ("PUT", ["posts", id] | ["posts", id, "patch"]) => {
                let Some(at) = at(id) else { return missing("post") };
                for (key, value) in body.as_object().into_iter().flatten() {
                    self.posts[at][key] = value.clone();
                }
                json_of(&self.posts[at])
            }
            ("DELETE", ["posts", id]) => {
                let Some(at) = at(id) else { return missing("post") };
                self.posts.remove(at);
                ok()
            }
            ("POST", ["reactions"]) => {
                self.kept.entry("reactions").or_default().push(body.clone());
                created(&body)
            }
            ("GET", ["posts", _, "reactions"]) => {
                // As Go: no list is `null`.
                json_of(&self.kept.get("reactions").filter(|kept| !kept.is_empty()))
            }
            _ => unknown(),
        }
    }

    fn create_post(&mut self, mut post: Value) -> Response {
        if !self.channels.iter().any(|channel| channel["id"] == post["channel_id"]) {
            let id = "api.context.permissions.app_error";
            return error(id, "You do not have the appropriate permissions.", 403);
        }
        let root = post["root_id"].as_str().unwrap_or_default();
        if !root.is_empty() && !self.posts.iter().any(|post| post["id"] == root && post["root_id"] == "") {
            return error("api.post.create_post.root_id.app_error", "Invalid RootId parameter.", 400);
        }
        post["id"] = format!("post{}", self.posts.len()).into();
        post["user_id"] = ANN.into();
        self.posts.push(post.clone());
        created(&post)
    }

    fn about_the_rest(&mut self, method: &str, parts: &[&str], mut body: Value, seen: &Seen) -> Response {
        match (method, parts) {
            ("POST", ["hooks", kind @ ("incoming" | "outgoing")]) => {
                body["id"] = "hook0".into();
                body["token"] = "t0ken-of-the-hook".into();
                let kind = if *kind == "incoming" { "incoming" } else { "outgoing" };
                self.kept.entry(kind).or_default().push(body.clone());
                created(&body)
            }
            ("GET", ["hooks", kind]) => page(self.kept.get(*kind).map_or(&[], Vec::as_slice), seen),
            ("DELETE", ["hooks", kind, id]) => {
                let Some(kept) = self.kept.get_mut(*kind) else { return missing("webhook") };
                kept.retain(|hook| hook["id"] != *id);
                ok()
            }
            ("POST", ["commands"]) => {
                body["id"] = "cmd0".into();
                body["token"] = "t0ken-of-the-command".into();
                self.kept.entry("commands").or_default().push(body.clone());
                created(&body)
            }
            ("GET", ["commands"]) => json_of(&self.kept.get("commands")),
            ("DELETE", ["commands", _]) => {
                self.kept.remove("commands");
                ok()
            }
            ("POST", ["commands", "execute"]) => {
                json_of(&json!({"response_type": "ephemeral", "text": body["command"]}))
            }
            ("POST", ["files"]) => {
                let name = argument(seen, "filename");
                created(
                    &json!({"file_infos": [{"id": "file0", "name": name, "size": seen.body.len()}], "client_ids": []}),
                )
            }
            ("GET", ["files", "file0"]) => b"\x00\xffbytes".to_vec().into_response(),
            ("GET", ["files", "file0", "info"]) => json_of(&json!({"id": "file0", "name": "a", "size": 7})),
            ("GET", ["config"]) => {
                json_of(&json!({"ServiceSettings": {"SiteURL": "https://x", "EnableLocalMode": true}}))
            }
            ("GET", ["logs"]) => json_of(&["one", "two"]),
            ("GET", ["plugins"]) => json_of(
                &json!({"active": [{"id": "a.b", "name": "A", "version": "1.0.0", "server": null}], "inactive": null}),
            ),
            ("GET", ["plugins", "statuses"]) if !self.local => json_of(
                &json!([{"plugin_id": "a.b", "cluster_id": "n", "state": 3, "error": "exec format error", "version": "1.0.0"}]),
            ),
            ("POST", ["plugins"]) => created(&json!({"id": "a.b", "version": "1.0.0"})),
            ("POST", ["plugins", _, "enable" | "disable"]) | ("DELETE", ["plugins", _]) => ok(),
            _ => unknown(),
        }
    }
}

pub(crate) fn user(id: &str, name: &str, roles: &str) -> Value {
    json!({"id": id, "username": name, "roles": roles, "email": "", "props": null, "notify_props": {"desktop": "mention"},
        "timezone": {"useAutomaticTimezone": "true"}, "auth_data": null, "locale": "en"})
}

fn json_of<T: serde::Serialize + ?Sized>(value: &T) -> Response {
    axum::Json(json!(value)).into_response()
}

/// What Go's router says.
fn unknown() -> Response {
    (StatusCode::NOT_FOUND, "404 page not found\n").into_response()
}

fn argument(seen: &Seen, name: &str) -> String {
    let pairs = seen.query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned()).unwrap_or_default()
}

fn page(list: &[Value], seen: &Seen) -> Response {
    let number = |name: &str, otherwise: usize| argument(seen, name).parse().unwrap_or(otherwise);
    let per_page = number("per_page", 60).min(200);
    let start = number("page", 0) * per_page;
    let items: Vec<&Value> = list.iter().skip(start).take(per_page).collect();
    // As Go: no list is `null`.
    if items.is_empty() { json_of(&Value::Null) } else { json_of(&items) }
}
