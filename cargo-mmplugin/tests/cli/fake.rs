//! A Mattermost server as far as the tool asks it: addresses, status codes and bodies as servers 9.3 and 11.x have them.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use cargo_mmplugin::archive;
use serde_json::{Value, json};

#[path = "../../../rest/tests/client/serving.rs"]
mod serving;

pub(crate) use serving::app_error;
use serving::error;

pub(crate) const TOKEN: &str = "t0ken-of-the-admin";
pub(crate) const SESSION: &str = "s3ssion-of-the-login";
pub(crate) const PASSWORD: &str = "pa55word";

/// A running server; it ends with the test's process.
pub(crate) struct Fake {
    pub(crate) url: String,
    shared: Shared,
}

type Shared = Arc<Mutex<Inner>>;

/// What the server is like and what has happened; tests write and read it.
#[derive(Default)]
pub(crate) struct Inner {
    /// `METHOD path` and the value of `Authorization`.
    pub(crate) requests: Vec<(String, String)>,
    pub(crate) plugins: BTreeMap<String, Plugin>,
    pub(crate) log: Vec<String>,
    /// Fixed answers by `METHOD path`: status, content type, body; as many times as the number says.
    pub(crate) answers: HashMap<String, (u32, u16, &'static str, String)>,
    /// Why plugins do not start here.
    pub(crate) start_fails: Option<String>,
    /// How often the states say "starting" first.
    pub(crate) starting: u32,
    /// Connections are dropped until then.
    pub(crate) down_until: Option<Instant>,
    /// So long after the next "enable".
    pub(crate) down_after_enable: Option<Duration>,
    /// Before every answer.
    pub(crate) delay: Duration,
    /// Before the answer to this request.
    pub(crate) slow: Option<(String, Duration)>,
    /// `GET /config`.
    pub(crate) config: Value,
    local: bool,
}

/// A plugin on the server.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plugin {
    pub(crate) version: String,
    pub(crate) name: String,
    pub(crate) enabled: bool,
    pub(crate) state: u8,
    pub(crate) error: String,
}

impl Fake {
    /// On a port of this machine.
    pub(crate) fn start() -> Self {
        let shared = Shared::default();
        Self { url: serving::on_port(app(&shared), down(&shared)), shared }
    }

    /// On a local-mode socket.
    #[cfg(unix)]
    pub(crate) fn start_local(path: PathBuf) -> Self {
        let shared = Shared::default();
        shared.lock().expect("no panic").local = true;
        Self { url: serving::on_socket(&path, app(&shared), down(&shared)), shared }
    }

    pub(crate) fn inner(&self) -> MutexGuard<'_, Inner> {
        self.shared.lock().expect("no panic")
    }

    /// The next answers to a request, instead of the server's own.
    pub(crate) fn answer(&self, request: &str, times: u32, status: u16, kind: &'static str, body: &str) {
        self.inner().answers.insert(request.to_owned(), (times, status, kind, body.to_owned()));
    }

    pub(crate) fn asked(&self, request: &str) -> usize {
        self.inner().requests.iter().filter(|(asked, _)| asked == request).count()
    }
}

fn app(shared: &Shared) -> axum::Router {
    axum::Router::new().fallback(handle).with_state(Arc::clone(shared))
}

/// Drops connections while the server is down.
fn down(shared: &Shared) -> impl FnMut() -> bool + Send + 'static {
    let shared = Arc::clone(shared);
    move || shared.lock().expect("no panic").down_until.is_some_and(|until| Instant::now() < until)
}

async fn handle(State(shared): State<Shared>, request: Request) -> Response {
    let path = request.uri().path().trim_start_matches("/api/v4").to_owned();
    let name = format!("{} {path}", request.method());
    let auth =
        request.headers().get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let auth = auth.to_owned();
    let (fixed, delay, local) = {
        let mut inner = shared.lock().expect("no panic");
        inner.requests.push((name.clone(), auth.clone()));
        let fixed = inner.answers.get_mut(&name).filter(|answer| answer.0 > 0).map(|answer| {
            answer.0 -= 1;
            answer.clone()
        });
        let slow = inner.slow.as_ref().filter(|(slow, _)| *slow == name).map(|(_, delay)| *delay);
        (fixed, slow.unwrap_or(inner.delay), inner.local)
    };
    tokio::time::sleep(delay).await;
    let mut response = match fixed {
        Some((_, status, kind, body)) => fixed_answer(status, kind, body),
        None => answer(&shared, request, &path, &auth, local).await,
    };
    response.headers_mut().insert("connection", "close".parse().expect("a header"));
    response
}

fn fixed_answer(status: u16, kind: &str, body: String) -> Response {
    let response = Response::builder().status(status);
    if (300..400).contains(&status) {
        return response.header("location", body).body(Body::empty()).expect("an answer");
    }
    response.header("content-type", kind).body(Body::from(body)).expect("an answer")
}

async fn answer(shared: &Shared, request: Request, path: &str, auth: &str, local: bool) -> Response {
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let method = request.method().clone();
    match (&method, parts.as_slice()) {
        (&Method::GET, ["system", "ping"]) => return axum::Json(json!({"status": "OK"})).into_response(),
        (&Method::GET, ["config", "client"]) => {
            return axum::Json(json!({"Version": "11.6.0", "BuildEnterpriseReady": "false"})).into_response();
        }
        (&Method::POST, ["users", "login"]) if !local => return login(request).await,
        _ => {}
    }
    if !local && ![TOKEN, SESSION].map(|token| format!("Bearer {token}")).contains(&auth.to_owned()) {
        return error(
            "api.context.session_expired.app_error",
            "Invalid or expired session, please login again.",
            401,
        );
    }
    match (&method, parts.as_slice()) {
        (&Method::POST, ["plugins"]) => upload(shared, request).await,
        (&Method::GET, ["plugins", "statuses"]) if !local => statuses(shared),
        (&Method::GET, ["plugins"]) => plugins(shared),
        (&Method::POST, ["plugins", id, what @ ("enable" | "disable")]) => {
            switch(shared, id, *what == "enable")
        }
        (&Method::DELETE, ["plugins", id]) => remove(shared, id),
        (&Method::GET, ["logs"]) => logs(shared, request.uri().query().unwrap_or_default()),
        (&Method::GET, ["config"]) => {
            axum::Json(shared.lock().expect("no panic").config.clone()).into_response()
        }
        (&Method::GET, ["users", "me"]) if !local => {
            axum::Json(json!({"id": "u", "username": "admin", "roles": "system_admin system_user"}))
                .into_response()
        }
        (&Method::POST, ["users", "logout"]) if !local => ok(),
        _ => (StatusCode::NOT_FOUND, "404 page not found\n").into_response(),
    }
}

fn ok() -> Response {
    axum::Json(json!({"status": "OK"})).into_response()
}

async fn login(request: Request) -> Response {
    let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.expect("a body");
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    if body["login_id"] == "admin" && body["password"] == PASSWORD {
        return ([("token", SESSION)], axum::Json(json!({"id": "u", "username": "admin"}))).into_response();
    }
    error(
        "api.user.login.invalid_credentials_email_username",
        "Enter a valid email or username and/or password.",
        401,
    )
}

/// The form, its file, the manifest in it; a running older version is replaced and restarted.
async fn upload(shared: &Shared, request: Request) -> Response {
    let mut form = match Multipart::from_request(request, &()).await {
        Ok(form) => form,
        Err(rejection) => return rejection.into_response(),
    };
    let (mut force, mut bundle) = (String::new(), Vec::new());
    while let Ok(Some(field)) = form.next_field().await {
        match field.name() {
            Some("force") => force = field.text().await.unwrap_or_default(),
            Some("plugin") => bundle = field.bytes().await.map(Vec::from).unwrap_or_default(),
            _ => {}
        }
    }
    let Ok(members) = archive::read(&bundle) else {
        return error("app.plugin.extract.app_error", "An error occurred extracting the plugin bundle.", 400);
    };
    let manifest = members.iter().find(|member| member.path.ends_with("/plugin.json"));
    let Some(manifest) = manifest.and_then(|member| serde_json::from_slice::<Value>(&member.bytes).ok())
    else {
        return error("app.plugin.manifest.app_error", "Unable to find manifest for extracted plugin.", 400);
    };
    let text = |key: &str| manifest[key].as_str().unwrap_or_default().to_owned();
    let mut inner = shared.lock().expect("no panic");
    let before = inner.plugins.get(&text("id")).cloned();
    if before.is_some() && force != "true" {
        return error(
            "app.plugin.install_id.app_error",
            "A plugin with the same ID is already installed.",
            400,
        );
    }
    let enabled = before.is_some_and(|before| before.enabled);
    let plugin = Plugin { version: text("version"), name: text("name"), enabled, ..Plugin::default() };
    inner.plugins.insert(text("id"), plugin);
    inner.note(&text("id"), "info", "Installing extracted plugin", "");
    if enabled && let Err(cause) = inner.start(&text("id")) {
        let message = "Unable to restart plugin on upgrade.";
        // The cause is in the log only, under the request's id instead of the plugin's.
        let line = json!({"level": "error", "msg": message, "caller": "web/context.go:1", "path": "/api/v4/plugins",
            "request_id": "r3quest", "method": "POST", "http_code": 500,
            "error": format!("installExtractedPlugin: {message}, {cause}")});
        inner.log.push(line.to_string());
        return error("app.plugin.restart.app_error", message, 500);
    }
    (StatusCode::CREATED, axum::Json(manifest)).into_response()
}

impl Inner {
    pub(crate) fn note(&mut self, id: &str, level: &str, message: &str, cause: &str) {
        let number = self.log.len();
        let mut line = json!({"timestamp": format!("2026-11-23 12:30:{:02}.{:03} Z", number / 1000 % 60, number % 1000),
            "level": level, "msg": message, "caller": "app/plugin.go:1", "plugin_id": id});
        if !cause.is_empty() {
            line["error"] = cause.into();
        }
        self.log.push(line.to_string());
    }

    fn start(&mut self, id: &str) -> Result<(), String> {
        let fails = self.start_fails.clone();
        let starting = self.starting > 0;
        let Some(plugin) = self.plugins.get_mut(id) else { return Err("it is not installed".into()) };
        plugin.enabled = true;
        plugin.state = if fails.is_some() {
            3
        } else if starting {
            1
        } else {
            2
        };
        plugin.error = fails.clone().unwrap_or_default();
        if let Some(cause) = fails {
            return Err(cause);
        }
        self.note(id, "info", "hello from the plugin", "");
        Ok(())
    }
}

fn switch(shared: &Shared, id: &str, on: bool) -> Response {
    let mut inner = shared.lock().expect("no panic");
    let Some(plugin) = inner.plugins.get_mut(id) else {
        return error("app.plugin.not_installed.app_error", "Plugin is not installed.", 404);
    };
    // As the server: switching to what is already there does nothing.
    if plugin.enabled != on {
        plugin.enabled = on;
        plugin.state = 0;
        if on && let Err(cause) = inner.start(id) {
            inner.note(id, "error", "Unable to activate plugin", &cause);
        }
    }
    if on {
        inner.down_until = inner.down_after_enable.take().map(|time| Instant::now() + time);
    }
    ok()
}

fn remove(shared: &Shared, id: &str) -> Response {
    match shared.lock().expect("no panic").plugins.remove(id) {
        Some(_) => ok(),
        None => error("app.plugin.not_installed.app_error", "Plugin is not installed.", 404),
    }
}

fn statuses(shared: &Shared) -> Response {
    let mut inner = shared.lock().expect("no panic");
    inner.starting = inner.starting.saturating_sub(1);
    if inner.starting == 0 {
        inner.plugins.values_mut().filter(|plugin| plugin.state == 1).for_each(|plugin| plugin.state = 2);
    }
    let rows: Vec<Value> = inner.plugins.iter().map(|(id, plugin)| {
        json!({"plugin_id": id, "cluster_id": "", "plugin_path": format!("plugins/{id}"), "state": plugin.state,
            "error": plugin.error, "name": plugin.name, "description": "", "version": plugin.version})
    }).collect();
    axum::Json(rows).into_response()
}

fn plugins(shared: &Shared) -> Response {
    let inner = shared.lock().expect("no panic");
    let list = |active: bool| -> Vec<Value> {
        let plugins = inner.plugins.iter().filter(|(_, plugin)| (plugin.state == 2) == active);
        plugins
            .map(|(id, plugin)| json!({"id": id, "name": plugin.name, "version": plugin.version}))
            .collect()
    };
    axum::Json(json!({"active": list(true), "inactive": list(false)})).into_response()
}

fn logs(shared: &Shared, query: &str) -> Response {
    let count =
        query.split('&').find_map(|pair| pair.strip_prefix("logs_per_page=")?.parse().ok()).unwrap_or(100);
    let inner = shared.lock().expect("no panic");
    let start = inner.log.len().saturating_sub(count);
    axum::Json(&inner.log[start..]).into_response()
}

/// A port of this machine where nobody listens.
pub(crate) fn nobody() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address")
}

/// A folder below `root` whose name has blanks and letters that are not ASCII.
pub(crate) fn odd_folder(root: &Path) -> PathBuf {
    let path = root.join("mein Plug-in für Ω");
    fs_err::create_dir_all(&path).expect("a folder");
    path
}
