//! API methods that come with streams: HTTP to other plugins, bundles, uploads.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::http::{Request, Response, StatusCode};
use bytes::Bytes;
use tokio::io::AsyncWriteExt;

use crate::goplugin::Broker;
use crate::http::{Body, pulled, server_headers, server_request};
use crate::model::{AppError, FileInfo, Manifest, UploadId};
use crate::netrpc::{Call, Refusal, Responder, Service, Work};
use crate::wire::*;

use super::Server;

type Answering = Arc<dyn Fn(Request<Bytes>) -> Response<Bytes> + Send + Sync>;

/// What such methods leave behind, and who answers HTTP.
#[derive(Clone, Default)]
pub(super) struct Streams(Arc<Mutex<Data>>);

#[derive(Default)]
struct Data {
    plugins: HashMap<String, Answering>,
    manifest: Manifest,
    bundles: Vec<Bytes>,
    uploads: BTreeMap<UploadId, Vec<u8>>,
}

impl Streams {
    fn lock(&self) -> MutexGuard<'_, Data> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// # Other plugins, bundles and uploads
impl Server {
    /// Lets a function answer what the plugin sends to another plugin by [`Api::plugin_http`](crate::Api::plugin_http);
    /// others are not found.
    ///
    /// ```
    /// use mmplugin::http::Response;
    ///
    /// let server = mmplugin::testing::Server::new();
    /// server.add_plugin("com.example.other", |request| Response::new(request.into_body()));
    /// ```
    pub fn add_plugin(
        &self,
        id: &str,
        answer: impl Fn(Request<Bytes>) -> Response<Bytes> + Send + Sync + 'static,
    ) {
        self.streams.lock().plugins.insert(id.to_owned(), Arc::new(answer));
    }

    /// What [`Api::install_plugin`](crate::Api::install_plugin) answers: bundles are not looked into.
    pub fn set_bundle_manifest(&self, manifest: Manifest) {
        self.streams.lock().manifest = manifest;
    }

    /// The bundles that the plugin installed, oldest first.
    pub fn bundles(&self) -> Vec<Bytes> {
        self.streams.lock().bundles.clone()
    }

    /// What the plugin has uploaded under the id of an upload session, as far as it has come.
    pub fn uploaded(&self, id: &UploadId) -> Option<Vec<u8>> {
        self.streams.lock().uploads.get(id).cloned()
    }
}

/// The API of a server with the streams beside it.
pub(super) struct Api {
    pub(super) plugin: &'static str,
    pub(super) server: Server,
    pub(super) broker: Broker,
}

impl Service for Api {
    fn call(&self, call: &mut Call<'_>) -> Result<Work, Refusal> {
        let method = call.method().strip_prefix("Plugin.").unwrap_or_default().to_owned();
        if !matches!(&*method, "PluginHTTP" | "PluginHTTPStream" | "InstallPlugin" | "UploadData") {
            return self.server.call(call);
        }
        let fail = self.server.fate(&method)?;
        let (streams, broker, plugin) = (self.server.streams.clone(), self.broker.clone(), self.plugin);
        Ok(match &*method {
            "PluginHTTP" => {
                let args: PluginHttpArgs = call.args()?;
                self.server.note(&method);
                return Ok(call.reply(&buffered(&streams, plugin, args)));
            }
            "PluginHTTPStream" => {
                let args: PluginHttpStreamArgs = call.args()?;
                self.server.note(&method);
                let responder = call.responder();
                Work::new(async move { stream(&streams, &broker, plugin, args, responder).await })
            }
            "InstallPlugin" => {
                let args: InstallPluginArgs = call.args()?;
                self.server.note(&method);
                let responder = call.responder();
                Work::new(async move {
                    let read = read(&broker, args.plugin_stream_id).await;
                    finish(responder, &install(&streams, fail, read));
                })
            }
            _ => {
                let args: UploadDataArgs = call.args()?;
                self.server.note(&method);
                let responder = call.responder();
                Work::new(async move {
                    let read = read(&broker, args.plugin_stream_id).await;
                    finish(responder, &upload(&streams, fail, args, read));
                })
            }
        })
    }
}

fn finish<R: crate::gob::Gob>(responder: Responder, reply: &R) {
    // The plugin's side has gone: nobody is left to tell.
    let _ = responder.reply(reply);
}

async fn read(broker: &Broker, id: u32) -> Result<Bytes, String> {
    let stream = broker.dial(id).await.map_err(|error| error.to_string())?;
    pulled(stream, None).bytes(usize::MAX).await.map_err(|error| error.to_string())
}

fn bad(method: &str, text: String) -> AppError {
    AppError::new(method, "testing.stream", text, 400)
}

fn install(streams: &Streams, fail: Option<AppError>, read: Result<Bytes, String>) -> InstallPluginReturns {
    let read = match fail {
        Some(error) => Err(error),
        None => read.map_err(|text| bad("InstallPlugin", text)),
    };
    match read {
        Ok(bundle) => {
            let mut data = streams.lock();
            data.bundles.push(bundle);
            InstallPluginReturns { a: Some(data.manifest.clone()), b: None }
        }
        Err(error) => InstallPluginReturns { a: None, b: Some(error) },
    }
}

/// Counts on from the session's offset, as a server does; parts of any length will do.
fn upload(
    streams: &Streams,
    fail: Option<AppError>,
    args: UploadDataArgs,
    read: Result<Bytes, String>,
) -> UploadDataReturns {
    let refuse = |error: AppError| UploadDataReturns { a: None, b: Some(error.into()) };
    let session = args.a.unwrap_or_default();
    let mut data = streams.lock();
    let stored = data.uploads.entry(session.id.clone()).or_default();
    let (size, offset) = (usize::try_from(session.file_size), usize::try_from(session.file_offset));
    match (fail, read) {
        (Some(error), _) => refuse(error),
        (None, Err(text)) => refuse(bad("UploadData", text)),
        (None, Ok(_)) if offset != Ok(stored.len()) => {
            refuse(bad("UploadData", "FileOffset mismatch".to_owned()))
        }
        (None, Ok(part)) => {
            let missing = size.unwrap_or_default().saturating_sub(stored.len());
            stored.extend_from_slice(part.get(..missing).unwrap_or(&part));
            let whole = size == Ok(stored.len());
            let file = FileInfo {
                id: session.req_file_id,
                creator_id: session.user_id,
                name: session.filename,
                size: session.file_size,
                ..FileInfo::default()
            };
            UploadDataReturns { a: whole.then_some(file), b: None }
        }
    }
}

fn buffered(streams: &Streams, from: &str, args: PluginHttpArgs) -> PluginHttpReturns {
    let answer = ask(streams, from, args.request.unwrap_or_default(), args.request_body.into());
    let (head, body) = answer.into_parts();
    let response = HttpResponse {
        status_code: head.status.as_u16().into(),
        header: server_headers(&head.headers),
        ..HttpResponse::default()
    };
    PluginHttpReturns { response: Some(response), response_body: body.into() }
}

async fn stream(
    streams: &Streams,
    broker: &Broker,
    from: &str,
    args: PluginHttpStreamArgs,
    responder: Responder,
) {
    let mut out = match broker.dial(args.response_body_stream).await {
        Ok(out) => out,
        Err(error) => return responder.error(error.to_string()),
    };
    let body = match args.request_body_stream {
        0 => Ok(Bytes::new()),
        id => read(broker, id).await,
    };
    let body = match body {
        Ok(body) => body,
        Err(error) => return responder.error(error),
    };
    let (head, body) = ask(streams, from, args.request.unwrap_or_default(), body).into_parts();
    let status_code = head.status.as_u16().into();
    finish(responder, &PluginHttpStreamReturns { status_code, header: server_headers(&head.headers) });
    // A plugin that wants no more has closed its side.
    if out.write_all(&body).await.is_ok() {
        let _ = out.shutdown().await;
    }
}

/// Finds the other plugin by the first part of the path, and lets it answer.
fn ask(streams: &Streams, from: &str, mut request: HttpRequest, body: Bytes) -> Response<Bytes> {
    let path = request.url.0.trim_start_matches('/').to_owned();
    let (id, rest) = path.split_at(path.find(['/', '?']).unwrap_or(path.len()));
    let plain = |status: StatusCode, text: &'static str| {
        let mut response = Response::new(Bytes::from_static(text.as_bytes()));
        *response.status_mut() = status;
        response
    };
    if !rest.starts_with('/') {
        return plain(StatusCode::BAD_REQUEST, "Not enough URL. Form of URL should be /<pluginid>/*");
    }
    request.url.0 = rest.to_owned();
    request.header.insert("Mattermost-Plugin-ID".to_owned(), vec![from.to_owned()]);
    let plugin = streams.lock().plugins.get(id).cloned();
    match (plugin, server_request(request)) {
        (None, _) => plain(StatusCode::NOT_FOUND, "404 page not found\n"),
        (_, Err(_)) => plain(StatusCode::BAD_REQUEST, "400 bad request\n"),
        (Some(answer), Ok(request)) => answer(request.map(|_: Body| body)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Identity;
    use crate::prelude::*;
    use crate::testing::Host;

    struct Sender {
        api: crate::Api,
    }

    #[mmplugin::plugin(id = "com.example.sender")]
    impl Hooks for Sender {
        async fn activate(ctx: Activation) -> Result<Self, Error> {
            Ok(Sender { api: ctx.api })
        }

        async fn serve_http(&self, _ctx: crate::model::Context, request: Request<Body>) -> Response<Body> {
            let path = request.uri().path().to_owned();
            let failed =
                |error: crate::ApiError| crate::http::text(StatusCode::BAD_GATEWAY, error.to_string());
            match path.as_str() {
                "/install" => match self.api.install_plugin(request.into_body(), true).await {
                    Ok(manifest) => crate::http::text(StatusCode::OK, manifest.id),
                    Err(error) => failed(error),
                },
                _ => self.api.plugin_http(request).await.unwrap_or_else(failed),
            }
        }
    }

    async fn host() -> Host<Sender> {
        let server = Server::new();
        server.add_plugin("com.example.other", |request| {
            let asked = format!("{} {:?}", request.uri(), Identity::of(&request));
            let mut response = Response::new(request.into_body());
            response.headers_mut().insert("x-asked", asked.parse().unwrap());
            response
        });
        server.set_bundle_manifest(Manifest { id: "com.example.new".into(), ..Manifest::default() });
        Host::start_on(server).await.unwrap()
    }

    #[tokio::test]
    async fn another_plugin_answers_by_stream_and_in_one_piece() {
        let host = host().await;
        for calls in [["PluginHTTPStream", "PluginHTTPStream"], ["PluginHTTP", "PluginHTTP"]] {
            let before = host.server().calls().len();
            for _ in calls {
                let request = Request::post("/com.example.other/echo?a=1").body(Body::from(vec![7; 1 << 20]));
                let answer = host.request(request.unwrap()).await.unwrap();
                assert_eq!(answer.headers()["x-asked"], "/echo?a=1 Plugin(\"com.example.sender\")");
                assert_eq!(answer.body(), &vec![7; 1 << 20]);
            }
            assert_eq!(host.server().calls()[before..], calls);
            host.server().remove_method("PluginHTTPStream");
        }
        assert_eq!(host.get("/com.example.missing/").await.unwrap().status(), 404);
        assert_eq!(host.get("/nothing").await.unwrap().status(), 400);
    }

    #[tokio::test]
    async fn bundles_are_kept_and_refused() {
        let host = host().await;
        let install = || Request::post("/install").body(Body::from("a bundle")).unwrap();
        assert_eq!(host.request(install()).await.unwrap().body(), "com.example.new");
        host.server().fail("InstallPlugin", "uploads are disabled");
        let refused = host.request(install()).await.unwrap();
        assert_eq!(refused.status(), 502);
        assert_eq!(host.server().bundles(), ["a bundle"]);
    }
}
