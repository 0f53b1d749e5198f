//! The hooks as a gRPC service: `mattermost.pluginapi.v1.PluginHooks`.

use std::env;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::mpsc;
#[cfg(test)]
use tokio::sync::oneshot;
use tonic::codegen::tokio_stream::wrappers::ReceiverStream;
use tonic::server::{Grpc, StreamingService};
use tonic::{Status, Streaming};
use tonic_prost::ProstCodec;

use super::RunError;
use super::carry::{Call, Carrier};
use super::erased::{Definition, Handler};
use super::lifecycle::Connected;
use super::service::HookHost;
use crate::Api;
use crate::goplugin::{Environment, stdio};
use crate::grpc::{
    self, Exchange, Host, MAX_MESSAGE, Put, Respond, Responding, Services, WAITING_PIECES, pb,
};
use crate::hooks::constants;
use crate::log::Scope;
use crate::netrpc::Refusal;
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
    let service = Arc::new(PluginHooks { host: hooks.clone(), api });
    let services = Services::new().serving(NAME, move |call| Box::pin(hook(service.clone(), call)));
    host.serve(services.relieved()).await;
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
            Self::Message(_, answering) => answering.take(),
            Self::Http(_) => None,
        }
        .unwrap_or(Answering { respond: None, hook: "" })
    }
}

/// Where the answer of a hook goes; dropped without one, it fails the call.
pub(super) struct Answering {
    respond: Option<Respond>,
    hook: &'static str,
}

impl Answering {
    fn new(respond: Respond, hook: &'static str) -> Self {
        Self { respond: Some(respond), hook }
    }

    /// Of what [`grpc::framed`] makes.
    pub(super) fn reply(mut self, framed: Vec<u8>) {
        if let Some(respond) = self.respond.take() {
            respond.message(framed);
        }
    }

    pub(super) fn error(self, text: String) {
        self.fail(&Status::internal(text));
    }

    fn fail(mut self, status: &Status) {
        if let Some(respond) = self.respond.take() {
            respond.fail(status);
        }
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        if let Some(respond) = self.respond.take() {
            respond.fail(&Status::internal(format!("{}: ended without an answer", self.hook)));
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

struct PluginHooks {
    host: Arc<HookHost>,
    /// Where the API is.
    api: Option<String>,
}

/// The service's name.
const NAME: &str = "mattermost.pluginapi.v1.PluginHooks";

/// Hooks that the runtime keeps for itself, and what asks for their names.
const KEPT: [&str; 4] = ["Implemented", "OnActivate", "OnDeactivate", "OnConfigurationChange"];

/// One call of a hook. What is rare is boxed: the rest of the future is made anew for each call.
async fn hook(hooks: Arc<PluginHooks>, call: grpc::Call) {
    let name = call.path().rsplit('/').next().unwrap_or_default();
    match hooks.host.handler(name) {
        Some(handler) if handler.hook.go == constants::serve_http.go => {
            Box::pin(http(hooks.host.clone(), handler, call)).await;
        }
        Some(handler) => match call.message().await {
            (Ok(message), respond) => take(&hooks.host, handler, message, respond),
            (Err(status), respond) => respond.fail(&status),
        },
        None => match KEPT.iter().find(|kept| **kept == name) {
            Some(kept) => Box::pin(keep(hooks, kept, call)).await,
            None => {
                let status = Status::unimplemented(format!("Hook {name} called but not implemented."));
                call.fail(&status);
            }
        },
    }
}

fn take(host: &HookHost, handler: &'static Handler, message: Bytes, respond: Respond) {
    let mut incoming = Incoming::Message(message, Some(Answering::new(respond, handler.hook.go)));
    if let Err(refused) = hand_over(host, handler, &mut incoming)
        && let Incoming::Message(_, Some(answering)) = incoming
    {
        answering.fail(&refused);
    }
}

async fn keep(hooks: Arc<PluginHooks>, name: &str, call: grpc::Call) {
    let (message, respond) = call.message().await;
    if let Err(status) = message {
        return respond.fail(&status);
    }
    let lifecycle = hooks.host.lifecycle().clone();
    let error = |result: Result<(), String>| result.err().map(|text| HostError::text(text).put());
    respond.message(match name {
        "OnActivate" => {
            let result = lifecycle.activate(connect(hooks.api.as_deref())).await;
            grpc::framed(&pb::OnActivateResponse { error: error(result) })
        }
        "OnDeactivate" => {
            let result = lifecycle.deactivate().await;
            grpc::framed(&pb::OnDeactivateResponse { error: error(result) })
        }
        "OnConfigurationChange" => {
            let result = lifecycle.configuration_changed().await;
            grpc::framed(&pb::OnConfigurationChangeResponse { error: error(result) })
        }
        _ => grpc::framed(&pb::ImplementedResponse { error: None, hooks: hooks.host.names() }),
    });
}

/// Gives a call to its hook. The hook runs to its end even when the host no longer waits for it.
fn hand_over(host: &HookHost, handler: &Handler, incoming: &mut Incoming) -> Result<(), Status> {
    let work = handler.serve(host, &mut Call(Carrier::Grpc(incoming))).map_err(|refusal| status(&refusal))?;
    if let Some(work) = work.into_future() {
        grpc::begin_work(work);
    }
    Ok(())
}

fn status(refusal: &Refusal) -> Status {
    match refusal {
        Refusal::Text(text) => Status::invalid_argument(text.clone()),
        other => Status::internal(format!("{other:?}")),
    }
}

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// `ServeHTTP`.
async fn http(host: Arc<HookHost>, handler: &'static Handler, call: grpc::Call) {
    let codec = ProstCodec::<pb::ServeHttpResponse, pb::ServeHttpRequest>::default();
    let mut server = Grpc::new(codec).max_decoding_message_size(MAX_MESSAGE);
    call.answered_by(|request| async move { server.streaming(Http { host, handler }, request).await }).await;
}

struct Http {
    host: Arc<HookHost>,
    handler: &'static Handler,
}

impl StreamingService<pb::ServeHttpRequest> for Http {
    type Response = pb::ServeHttpResponse;
    type ResponseStream = ReceiverStream<Result<pb::ServeHttpResponse, Status>>;
    type Future = Boxed<Result<tonic::Response<Self::ResponseStream>, Status>>;

    fn call(&mut self, request: tonic::Request<Streaming<pb::ServeHttpRequest>>) -> Self::Future {
        let (host, handler) = (self.host.clone(), self.handler);
        Box::pin(async move {
            let (sender, receiver) = mpsc::channel(WAITING_PIECES);
            let exchange = grpc::begin(request.into_inner(), Responding(sender)).await?;
            hand_over(&host, handler, &mut Incoming::Http(Some(Box::new(exchange))))?;
            Ok(tonic::Response::new(ReceiverStream::new(receiver)))
        })
    }
}
