//! API methods that come with streams: HTTP to other plugins, bundles, uploads.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::http::{Request, Response};
use bytes::Bytes;
use tokio::io::AsyncWriteExt;

use crate::gob::Dynamic;
use crate::goplugin::Broker;
use crate::http::pulled;
use crate::model::{Manifest, UploadId};
use crate::netrpc::{Call, Refusal, Responder, Service, Work};
use crate::wire::*;

use super::Server;
use super::method::Reply;
use super::record::MethodRow;
use super::server::finish;
use super::streamed::{ByItself, InstallPlugin, PluginHttp, UploadData};

type Answering = Arc<dyn Fn(Request<Bytes>) -> Response<Bytes> + Send + Sync>;

/// What such methods leave behind, and who answers HTTP.
#[derive(Clone, Default)]
pub(super) struct Streams(Arc<Mutex<Data>>);

#[derive(Default)]
pub(super) struct Data {
    pub(super) plugins: HashMap<String, Answering>,
    pub(super) manifest: Manifest,
    pub(super) bundles: Vec<Bytes>,
    pub(super) uploads: BTreeMap<UploadId, Vec<u8>>,
}

impl Streams {
    pub(super) fn lock(&self) -> MutexGuard<'_, Data> {
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
        let row = self.server.method(&method)?;
        let (server, broker, plugin) = (self.server.clone(), self.broker.clone(), self.plugin);
        Ok(match &*method {
            "PluginHTTP" => {
                let args: PluginHttpArgs = call.args()?;
                let responder = call.responder();
                let call = PluginHttp::new(args.request.unwrap_or_default(), args.request_body);
                Work::new(async move { finish(answer(&server, plugin, row, call).await, responder) })
            }
            "PluginHTTPStream" => {
                let args: PluginHttpStreamArgs = call.args()?;
                let responder = call.responder();
                Work::new(async move { stream(&server, &broker, plugin, row, args, responder).await })
            }
            "InstallPlugin" => {
                let args: InstallPluginArgs = call.args()?;
                let responder = call.responder();
                Work::new(async move {
                    match read(&broker, args.plugin_stream_id).await {
                        Ok(bundle) => {
                            let call = InstallPlugin { bundle: bundle.into(), replace: args.b };
                            finish(answer(&server, plugin, row, call).await, responder);
                        }
                        Err(text) => responder.error(text),
                    }
                })
            }
            _ => {
                let args: UploadDataArgs = call.args()?;
                let responder = call.responder();
                Work::new(async move {
                    match read(&broker, args.plugin_stream_id).await {
                        Ok(data) => {
                            let call = UploadData { session: args.a.unwrap_or_default(), data: data.into() };
                            finish(answer(&server, plugin, row, call).await, responder);
                        }
                        Err(text) => responder.error(text),
                    }
                })
            }
        })
    }
}

/// Scripts first, then what the server does by itself.
async fn answer<M: ByItself>(
    server: &Server,
    plugin: &'static str,
    row: &'static MethodRow,
    call: M,
) -> Result<Reply, String> {
    let args = Dynamic::new(&call).map_err(|error| error.to_string())?;
    server.record(row, &args);
    match server.scripted(row, &args).await {
        Some(reply) => reply,
        None => Reply::of::<M>(call.answer(&server.streams, plugin)),
    }
}

async fn read(broker: &Broker, id: u32) -> Result<Bytes, String> {
    let stream = broker.dial(id).await.map_err(|error| error.to_string())?;
    pulled(stream, None).bytes(usize::MAX).await.map_err(|error| error.to_string())
}

async fn stream(
    server: &Server,
    broker: &Broker,
    from: &'static str,
    row: &'static MethodRow,
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
    let call = PluginHttp::new(args.request.unwrap_or_default(), body.into());
    let answered: Result<PluginHttpReturns, String> = answer(server, from, row, call)
        .await
        .and_then(|reply| reply.take().ok_or_else(|| "testing: not an answer".to_owned()));
    let PluginHttpReturns { response, response_body } = match answered {
        Ok(answered) => answered,
        Err(error) => return responder.error(error),
    };
    let HttpResponse { status_code, header, .. } = response.unwrap_or_default();
    // The plugin's side has gone: nobody is left to tell.
    let _ = responder.reply(&PluginHttpStreamReturns { status_code, header });
    // A plugin that wants no more has closed its side.
    if out.write_all(&response_body).await.is_ok() {
        let _ = out.shutdown().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{Body, Identity};
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
        host.server().fail::<InstallPlugin>("uploads are disabled");
        let refused = host.request(install()).await.unwrap();
        assert_eq!(refused.status(), 502);
        assert_eq!(host.server().bundles(), ["a bundle"]);
    }
}
