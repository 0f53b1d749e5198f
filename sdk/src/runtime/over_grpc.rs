//! The hooks as a gRPC service: `mattermost.pluginapi.v1.PluginHooks`.

use std::convert::Infallible;
use std::env;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use prost::Message;
use tokio::sync::{mpsc, oneshot};
use tonic::body::Body;
use tonic::codegen::tokio_stream::wrappers::ReceiverStream;
use tonic::server::{Grpc, NamedService, StreamingService};
use tonic::{Status, Streaming};
use tonic_prost::ProstCodec;

use super::RunError;
use super::carry::{Call, Carrier};
use super::erased::Definition;
use super::lifecycle::Connected;
use super::service::HookHost;
use crate::Api;
use crate::goplugin::{Environment, stdio};
use crate::grpc::{self, Exchange, Host, MAX_MESSAGE, Put, Responding, Services, WAITING_PIECES, pb};
use crate::hooks::constants;
use crate::log::Scope;
use crate::netrpc::{Refusal, Work};
use crate::wire::HostError;

/// Where hosts say that their API is.
const TARGET: &str = "MATTERMOST_PLUGIN_API_TARGET";

/// Serves a host that speaks gRPC.
pub(super) async fn run(
    definition: &'static Definition,
    environment: &Environment,
    guard: &stdio::Guard,
) -> Result<(), RunError> {
    let host = Host::bind(environment)?;
    guard.handshake(&host.line(1)).map_err(RunError::Announce)?;
    serve(host, definition, env::var(TARGET).ok()).await;
    Ok(())
}

async fn serve(host: Host, definition: &'static Definition, api: Option<String>) {
    let hooks = Arc::new(HookHost::new(definition, None, Scope::default()));
    let service = PluginHooks { host: hooks.clone(), api: api.map(Arc::from) };
    host.serve(Services::new().with(service).relieved()).await;
    hooks.end();
}

/// Serves a plugin to a host that comes to it in a test's own process; tells the line that hosts read.
#[cfg(test)]
pub(crate) async fn serve_here<P: crate::hooks::Hooks>(api: String, line: oneshot::Sender<String>) {
    let host = Host::bind(&Environment::default()).unwrap();
    line.send(host.line(1)).unwrap();
    serve(host, Definition::of::<P>(), Some(api)).await;
}

/// The way to the server's API.
async fn connect(target: Option<&str>) -> Result<Connected, String> {
    let target = target.ok_or_else(|| format!("cannot reach the API: {TARGET} says nothing"))?;
    let client = grpc::Client::connect(target).await;
    let client = client.map_err(|error| format!("cannot reach the API at {target}: {error}"))?;
    Ok(Connected { api: Api::over_grpc(client), driver: Err("gRPC has no database driver".to_owned()) })
}

/// What has come of a call.
pub(super) enum Incoming {
    Message(Bytes, Option<Answering>),
    Http(Option<Box<Exchange>>),
}

impl Incoming {
    pub(super) fn message(&mut self) -> Bytes {
        match self {
            Self::Message(bytes, _) => std::mem::take(bytes),
            Self::Http(_) => Bytes::new(),
        }
    }

    pub(super) fn responder(&mut self) -> Answering {
        match self {
            Self::Message(_, answering) => answering.take().unwrap_or(Answering(None)),
            Self::Http(_) => Answering(None),
        }
    }
}

type Answered = Result<Vec<u8>, Status>;

/// Where the answer of a call goes; dropped without one, it fails the call.
pub(super) struct Answering(Option<oneshot::Sender<Answered>>);

impl Answering {
    pub(super) fn reply(mut self, message: Vec<u8>) {
        self.send(Ok(message));
    }

    pub(super) fn error(mut self, text: String) {
        self.send(Err(Status::internal(text)));
    }

    fn send(&mut self, answered: Answered) {
        if let Some(sender) = self.0.take() {
            // Nobody waits any more.
            let _ = sender.send(answered);
        }
    }
}

impl Call<'_, '_> {
    /// The exchange, if this is a request over gRPC.
    pub(super) fn exchange(&mut self) -> Option<Box<Exchange>> {
        match &mut self.0 {
            Carrier::Grpc(Incoming::Http(exchange)) => exchange.take(),
            _ => None,
        }
    }
}

#[derive(Clone)]
struct PluginHooks {
    host: Arc<HookHost>,
    /// Where the API is.
    api: Option<Arc<str>>,
}

impl NamedService for PluginHooks {
    const NAME: &'static str = "mattermost.pluginapi.v1.PluginHooks";
}

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

impl tower_service::Service<Request<Body>> for PluginHooks {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Boxed<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let Self { host, api } = self.clone();
        if request.uri().path().ends_with("/ServeHTTP") {
            return Box::pin(async move {
                let codec = ProstCodec::<pb::ServeHttpResponse, pb::ServeHttpRequest>::default();
                let mut server = Grpc::new(codec).max_decoding_message_size(MAX_MESSAGE);
                Ok(server.streaming(Http(host), request).await)
            });
        }
        Box::pin(async move { Ok(hook(&host, api.as_deref(), request).await) })
    }
}

/// One call of a hook.
async fn hook(host: &HookHost, api: Option<&str>, request: Request<Body>) -> Response<Body> {
    let uri = request.uri().clone();
    let method = uri.path().rsplit('/').next().unwrap_or_default();
    let answered = match grpc::message(request).await {
        Ok(message) => answer(host, api, method, message).await,
        Err(status) => Err(status),
    };
    match answered {
        Ok(message) => grpc::response(&message),
        Err(status) => status.into_http(),
    }
}

async fn answer(host: &HookHost, api: Option<&str>, method: &str, message: Bytes) -> Answered {
    let error = |result: Result<(), String>| result.err().map(|text| HostError::text(text).put());
    let message = match method {
        "Implemented" => pb::ImplementedResponse { error: None, hooks: host.names() }.encode_to_vec(),
        "OnActivate" => {
            let result = host.lifecycle().clone().activate(connect(api)).await;
            pb::OnActivateResponse { error: error(result) }.encode_to_vec()
        }
        "OnDeactivate" => {
            let result = host.lifecycle().clone().deactivate().await;
            pb::OnDeactivateResponse { error: error(result) }.encode_to_vec()
        }
        "OnConfigurationChange" => {
            let result = host.lifecycle().clone().configuration_changed().await;
            pb::OnConfigurationChangeResponse { error: error(result) }.encode_to_vec()
        }
        method => {
            let (sender, answered) = oneshot::channel();
            let incoming = Incoming::Message(message, Some(Answering(Some(sender))));
            hand_over(host, method, incoming).await?;
            let ended = |_| Status::internal(format!("{method}: ended without an answer"));
            return answered.await.unwrap_or_else(|gone| Err(ended(gone)));
        }
    };
    Ok(message)
}

/// Gives a call to its hook. The hook runs to its end even when the host no longer waits for it.
async fn hand_over(host: &HookHost, method: &str, incoming: Incoming) -> Result<(), Status> {
    let handler = host.handler(method);
    let handler =
        handler.ok_or_else(|| Status::unimplemented(format!("Hook {method} called but not implemented.")))?;
    let work = handler.serve(host, &mut Call(Carrier::Grpc(incoming))).map_err(|refusal| status(&refusal))?;
    if let Some(mut work) = Work::into_future(work)
        && poll_fn(|cx| Poll::Ready(work.as_mut().poll(cx))).await.is_pending()
    {
        tokio::spawn(work);
    }
    Ok(())
}

fn status(refusal: &Refusal) -> Status {
    match refusal {
        Refusal::Text(text) => Status::invalid_argument(text.clone()),
        other => Status::internal(format!("{other:?}")),
    }
}

/// `ServeHTTP`.
struct Http(Arc<HookHost>);

impl StreamingService<pb::ServeHttpRequest> for Http {
    type Response = pb::ServeHttpResponse;
    type ResponseStream = ReceiverStream<Result<pb::ServeHttpResponse, Status>>;
    type Future = Boxed<Result<tonic::Response<Self::ResponseStream>, Status>>;

    fn call(&mut self, request: tonic::Request<Streaming<pb::ServeHttpRequest>>) -> Self::Future {
        let host = self.0.clone();
        Box::pin(async move {
            let (sender, receiver) = mpsc::channel(WAITING_PIECES);
            let exchange = grpc::begin(request.into_inner(), Responding(sender)).await?;
            let incoming = Incoming::Http(Some(Box::new(exchange)));
            hand_over(&host, constants::serve_http.go, incoming).await?;
            Ok(tonic::Response::new(ReceiverStream::new(receiver)))
        })
    }
}
