//! A Mattermost plugin for the Go host's tests of HTTP and of the API over gRPC.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use mmplugin::http::{HeaderValue, RequestInfo, StatusCode, text};
use mmplugin::model::{Post, UploadSession};
use mmplugin::prelude::*;
use tokio::sync::Barrier;

/// The plugin.
struct Web {
    api: Api,
    written: Arc<AtomicU64>,
    broken: AtomicU64,
    /// Opens when as many hooks as it waits for run at once.
    crowd: Barrier,
}

/// How many posts are looked at before any of them is let through.
const CROWD: usize = 512;

#[mmplugin::plugin(id = "com.example.grpcweb", name = "Web over gRPC")]
impl Hooks for Web {
    async fn activate(ctx: Activation) -> Result<Self, Error> {
        Ok(Self {
            api: ctx.api,
            written: Arc::default(),
            broken: AtomicU64::new(0),
            crowd: Barrier::new(CROWD),
        })
    }

    async fn message_will_be_posted(&self, _ctx: Context, post: Post) -> PostDecision {
        if post.message == "crowd" {
            self.crowd.wait().await;
        }
        if let Some(ms) = post.message.strip_prefix("block ") {
            // As code does that does not know better: the thread does nothing else meanwhile.
            std::thread::sleep(Duration::from_millis(ms.parse().unwrap_or_default()));
        }
        PostDecision::Allow
    }

    async fn serve_http(&self, ctx: Context, request: Request<Body>) -> Response<Body> {
        match request.uri().path() {
            "/head" => head(&ctx, &request),
            "/echo" => Response::new(request.into_body()),
            "/early" => text(StatusCode::PAYLOAD_TOO_LARGE, "enough"),
            "/endless" => self.endless(),
            "/written" => text(StatusCode::OK, self.written.load(Ordering::Relaxed).to_string()),
            "/broken" => text(StatusCode::OK, self.broken.load(Ordering::Relaxed).to_string()),
            "/wait" => match request.into_body().bytes(1 << 20).await {
                Ok(_) => text(StatusCode::OK, "whole"),
                Err(error) => {
                    self.broken.fetch_add(1, Ordering::Relaxed);
                    text(StatusCode::BAD_REQUEST, error.to_string())
                }
            },
            "/failing" => {
                let (sender, receiver) = tokio::sync::mpsc::channel(1);
                tokio::spawn(async move {
                    let _ = sender.send(Ok("some".into())).await;
                    let _ = sender.send(Err(std::io::Error::other("no more"))).await;
                });
                Response::new(Body::new(Fallible(receiver)))
            }
            "/kept" => match self.api.kv_get("key").await {
                Ok(value) => text(StatusCode::OK, value.map_or(0, |value| value.len()).to_string()),
                Err(error) => text(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
            },
            "/panic" => panic!("told to"),
            "/api" => match self.ask().await {
                Ok(said) => text(StatusCode::OK, said),
                Err(error) => text(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
            },
            _ => text(StatusCode::NOT_FOUND, "no such path"),
        }
    }
}

impl Web {
    /// A body without an end; counts what somebody has taken.
    fn endless(&self) -> Response<Body> {
        let (sender, body) = Body::channel(1);
        let written = self.written.clone();
        tokio::spawn(async move {
            let piece = mmplugin_bytes(64 << 10);
            while sender.send(piece.clone()).await.is_ok() {
                written.fetch_add(piece.len() as u64, Ordering::Relaxed);
            }
        });
        Response::new(body)
    }

    /// Some of the API, of each kind of message.
    async fn ask(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        let post = Post { message: "over gRPC".into(), ..Post::default() };
        let created = self.api.create_post(&post).await?;
        self.api.kv_set("key", b"value").await?;
        let value = self.api.kv_get("key").await?;
        let missing = self.api.get_user(&"missing".into()).await.err();
        let version = self.api.get_server_version().await?;
        let manifest = self.api.install_plugin(Body::from("a bundle"), true).await?;
        let session = UploadSession { id: "upload".into(), ..UploadSession::default() };
        let uploaded = self.api.upload_data(&session, Body::from("a part")).await?;
        let request = Request::post("/com.example.other/words").header("X-Word", "hello").body("body")?;
        let answer = self.api.plugin_http(request).await?;
        self.api.log_info("logged", &[("number", &3)]).await?;
        Ok(format!(
            "{}|{}|{}|{version}|{}|{}|{}",
            created.message,
            String::from_utf8_lossy(&value.unwrap_or_default()),
            missing.map_or_else(|| "found".to_owned(), |error| format!("{} {error}", error.is_not_found())),
            manifest.id,
            uploaded.map(|file| file.name).unwrap_or_default(),
            answer.status(),
        ))
    }
}

/// All that is told of a request, line by line, and an answer with a head of its own.
fn head(ctx: &Context, request: &Request<Body>) -> Response<Body> {
    let Context { session_id, request_id, ip_address, accept_language, user_agent } = ctx;
    let mut told = format!("{} {} {:?}\n", request.method(), request.uri(), request.version());
    told += &format!("{session_id}|{request_id}|{ip_address}|{accept_language}|{user_agent}\n");
    if let Some(info) = request.extensions().get::<RequestInfo>() {
        told += &format!("{} {}\n", info.remote_addr, info.request_uri);
    }
    for (name, value) in request.headers() {
        told += &format!("{name}: {}\n", value.to_str().unwrap_or("no text"));
    }
    let mut response = text(StatusCode::MULTI_STATUS, told);
    for (name, value) in [("x-one", "1"), ("x-two", "a, b"), ("x-two", "c"), ("x-empty", "")] {
        response.headers_mut().append(name, HeaderValue::from_static(value));
    }
    response
}

fn mmplugin_bytes(count: usize) -> bytes::Bytes {
    vec![b'x'; count].into()
}

/// Pieces of a channel, until one of them is an error.
struct Fallible(tokio::sync::mpsc::Receiver<std::io::Result<bytes::Bytes>>);

impl http_body::Body for Fallible {
    type Data = bytes::Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<std::io::Result<http_body::Frame<bytes::Bytes>>>> {
        self.0.poll_recv(cx).map(|piece| piece.map(|piece| piece.map(http_body::Frame::data)))
    }
}

fn main() -> std::process::ExitCode {
    mmplugin::run::<Web>()
}
