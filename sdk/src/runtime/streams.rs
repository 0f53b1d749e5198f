//! Hooks whose bodies travel in streams of their own: HTTP requests and uploaded files.
//!
//! The host waits for these streams beside the call, for one of them without limit. So they are dialled and closed
//! whatever becomes of the call: the plugin is not active, the arguments cannot be read, the hook panics.

#[cfg(feature = "grpc")]
use bytes::Bytes;
use http::{Request, Response};
#[cfg(feature = "grpc")]
use prost::Message as _;

use crate::gob::{Explicit, Gob};
use crate::goplugin::Broker;
#[cfg(feature = "grpc")]
use crate::grpc::{self, Exchange, Put as _, convert::Take, pb};
use crate::hooks::{Hook, UploadDecision, constants};
use crate::http::{self, Body, Takeovers, Upload, UploadAnswer};
use crate::model::{Context, FileInfo};
use crate::netrpc::{Empty, Refusal, Work};
use crate::{netrpc, wire};

use super::carry::{Call, Carrier, Responder};
use super::erased::{Boxed, Instance};
use super::guard;
use super::reply::Reply;
use super::service::{HookHost, guarded, unreadable};

/// The ids in the arguments of `ServeHTTP` and `ServeMetrics`, should the rest of them be unreadable.
#[derive(Default, Gob)]
struct HttpStreams {
    response_writer_stream: u32,
    request_body_stream: u32,
}

/// The ids in the arguments of `FileWillBeUploaded`.
#[derive(Default, Gob)]
struct UploadStreams {
    uploaded_file_stream: u32,
    replacement_file_stream: u32,
}

/// Results of `FileWillBeUploaded` with every zero in them.
#[derive(Default, Gob)]
#[gob(name = "Z_FileWillBeUploadedReturns")]
struct UploadReturns {
    a: Option<Explicit<Box<FileInfo>>>,
    b: String,
    /// Where the new content has no stream of its own.
    #[cfg(feature = "grpc")]
    #[gob(skip)]
    content: Vec<u8>,
}

/// The same arguments under another name.
impl From<wire::ServeMetricsArgs> for wire::ServeHttpArgs {
    fn from(args: wire::ServeMetricsArgs) -> Self {
        Self {
            response_writer_stream: args.response_writer_stream,
            request: args.request,
            context: args.context,
            request_body_stream: args.request_body_stream,
        }
    }
}

type Answering = fn(Instance, Context, Request<Body>) -> Boxed<Response<Body>>;

pub(super) fn serve_http(
    host: &HookHost,
    call: &mut Call<'_, '_>,
    start: Answering,
) -> Result<Work, Refusal> {
    exchange::<wire::ServeHttpArgs>(host, call, &constants::serve_http, start)
}

pub(super) fn serve_metrics(
    host: &HookHost,
    call: &mut Call<'_, '_>,
    start: Answering,
) -> Result<Work, Refusal> {
    exchange::<wire::ServeMetricsArgs>(host, call, &constants::serve_metrics, start)
}

/// Both kinds of requests travel alike.
fn exchange<A: Gob + Into<wire::ServeHttpArgs>>(
    host: &HookHost,
    call: &mut Call<'_, '_>,
    hook: &'static Hook,
    start: Answering,
) -> Result<Work, Refusal> {
    #[cfg(feature = "grpc")]
    if let Some(exchange) = call.exchange() {
        return Ok(over_grpc(host, hook, *exchange, start));
    }
    let call = netrpc_call(call)?;
    let (ids, args) = match call.args_or::<A, HttpStreams>()? {
        Ok(args) => (HttpStreams::default(), Ok(args.into())),
        Err((ids, error)) => (ids, Err(unreadable(hook, &error))),
    };
    let reply = Reply::new(hook, Responder::NetRpc(call.responder()));
    let (broker, takeovers) = (host.broker()?.clone(), host.takeovers().clone());
    let ready: Result<(Instance, wire::ServeHttpArgs), _> = match (args, host.active(hook)) {
        (Ok(args), Ok(instance)) => Ok((instance, args)),
        (Ok(args), Err(text)) => {
            let wire::ServeHttpArgs { response_writer_stream, request_body_stream, .. } = args;
            Err((HttpStreams { response_writer_stream, request_body_stream }, text))
        }
        (Err(text), _) => Err((ids, text)),
    };
    Ok(match ready {
        Ok((instance, args)) => Work::new(answer(broker, takeovers, reply, instance, args, start)),
        Err((ids, text)) => Work::new(async move {
            close(&broker, [ids.response_writer_stream, ids.request_body_stream]).await;
            reply.fail(text);
        }),
    })
}

async fn answer(
    broker: Broker,
    takeovers: Takeovers,
    reply: Reply,
    instance: Instance,
    args: wire::ServeHttpArgs,
    start: Answering,
) {
    let hook = reply.hook;
    let context = args.context.clone().unwrap_or_default();
    let handler = async move |request| {
        let answered = guard::catch(start(instance, context, request)).await;
        answered.inspect_err(|panic| panic.log(hook.go))
    };
    let written = match guard::catch(http::serve(&broker, &takeovers, args, handler)).await {
        Ok(Ok(written)) => written,
        Ok(Err(broken)) => {
            broken.log(hook.go);
            return reply.send(&Empty {});
        }
        Err(panic) => {
            panic.log(hook.go);
            return reply.fail(panic.text(hook.go));
        }
    };
    if let Err(broken) = &written.result {
        broken.log(hook.go);
    }
    let end = async {
        written.finish().await;
        reply.send(&Empty {});
    };
    broker.corked(end).await;
}

type Uploading = fn(Instance, Context, FileInfo, Body) -> Boxed<UploadDecision>;

/// `FileWillBeUploaded`.
pub(super) fn file_will_be_uploaded(
    host: &HookHost,
    call: &mut Call<'_, '_>,
    start: Uploading,
) -> Result<Work, Refusal> {
    const HOOK: &Hook = &constants::file_will_be_uploaded;
    #[cfg(feature = "grpc")]
    if let Carrier::Grpc(_) = &call.0 {
        return host.serve(
            call,
            HOOK,
            |instance, args: UploadMessage| uploading(start, instance, args),
            |reply, ended| {
                reply.either(ended.and_then(|answer| answer));
            },
        );
    }
    let call = netrpc_call(call)?;
    let (ids, args) = match call.args_or::<wire::FileWillBeUploadedArgs, UploadStreams>()? {
        Ok(args) => {
            let (uploaded_file_stream, replacement_file_stream) =
                (args.uploaded_file_stream, args.replacement_file_stream);
            (UploadStreams { uploaded_file_stream, replacement_file_stream }, Ok(args))
        }
        Err((ids, error)) => (ids, Err(unreadable(HOOK, &error))),
    };
    let reply = Reply::new(HOOK, Responder::NetRpc(call.responder()));
    let broker = host.broker()?.clone();
    let ready = args.and_then(|args| Ok((host.active(HOOK)?, args)));
    Ok(Work::new(async move {
        match ready {
            Ok((instance, args)) => upload(&broker, reply, instance, args, start).await,
            Err(text) => {
                close(&broker, [ids.uploaded_file_stream, ids.replacement_file_stream]).await;
                reply.fail(text);
            }
        }
    }))
}

async fn upload(
    broker: &Broker,
    reply: Reply,
    instance: Instance,
    args: wire::FileWillBeUploadedArgs,
    start: Uploading,
) {
    let hook = reply.hook;
    let dialled = Upload::dial(broker, args.uploaded_file_stream, args.replacement_file_stream).await;
    let (content, replacement) = match dialled {
        Ok(upload) => upload.split(),
        Err(text) => return reply.fail(format!("{}: {text}", hook.go)),
    };
    let future = start(instance, args.a.unwrap_or_default(), args.b.unwrap_or_default(), content);
    match guarded(hook, future).await {
        Ok(decision) => {
            let (content, answer) = decision.into_parts();
            let UploadAnswer { info, reason } = replacement.answer(hook.go, content, answer).await;
            reply.send(&UploadReturns {
                a: info.map(Explicit),
                b: reason,
                #[cfg(feature = "grpc")]
                content: Vec::new(),
            });
        }
        Err(text) => {
            replacement.close().await;
            reply.fail(text);
        }
    }
}

/// Shows the host that its streams have come and ends them at once.
async fn close(broker: &Broker, [first, second]: [u32; 2]) {
    tokio::join!(http::close(broker, first), http::close(broker, second));
}

/// The call as net/rpc has it.
fn netrpc_call<'c, 'b>(call: &'c mut Call<'_, 'b>) -> Result<&'c mut netrpc::Call<'b>, Refusal> {
    match &mut call.0 {
        Carrier::NetRpc(call) => Ok(call),
        #[cfg(feature = "grpc")]
        _ => Err(Refusal::MissingMethod),
    }
}

/// A request over gRPC, where both bodies travel in the call itself.
#[cfg(feature = "grpc")]
fn over_grpc(host: &HookHost, hook: &'static Hook, exchange: Exchange, start: Answering) -> Work {
    let instance = host.active(hook);
    Work::new(async move {
        let Exchange { context, request, response } = exchange;
        let instance = match instance {
            Ok(instance) => instance,
            Err(text) => {
                tracing::warn!("{text}");
                return response.fail().await;
            }
        };
        let sent = guard::catch(async {
            match guard::catch(start(instance, context, request)).await {
                Ok(answer) => response.send(answer).await,
                Err(panic) => {
                    panic.log(hook.go);
                    response.fail().await;
                    Ok(())
                }
            }
        });
        match sent.await {
            Ok(Ok(())) => {}
            Ok(Err(text)) => tracing::warn!(hook = hook.go, "the body of a response broke off: {text}"),
            Err(panic) => panic.log(hook.go),
        }
    })
}

/// Arguments of `FileWillBeUploaded` over gRPC: the content is in the message.
#[cfg(feature = "grpc")]
#[derive(Default, Gob)]
struct UploadMessage {
    context: Context,
    info: FileInfo,
    #[gob(skip)]
    content: Bytes,
}

#[cfg(feature = "grpc")]
impl grpc::Arguments for UploadMessage {
    fn of_message(bytes: Bytes) -> Result<Self, String> {
        let message = pb::FileWillBeUploadedRequest::decode(bytes).map_err(|error| error.to_string())?;
        Ok(Self {
            context: message.plugin_context.map(Take::take).unwrap_or_default(),
            info: message.file_info.map(Take::take).unwrap_or_default(),
            content: message.file_content,
        })
    }
}

#[cfg(feature = "grpc")]
impl grpc::Results for UploadReturns {
    fn framed(&self) -> Vec<u8> {
        grpc::framed(&pb::FileWillBeUploadedResponse {
            modified_file_info: self.a.put(),
            modified_content: self.content.clone(),
            rejection_reason: self.b.clone(),
        })
    }
}

#[cfg(feature = "grpc")]
fn uploading(
    start: Uploading,
    instance: Instance,
    args: UploadMessage,
) -> Boxed<Result<UploadReturns, String>> {
    let deciding = start(instance, args.context, args.info, Body::from(args.content));
    Box::pin(async move {
        let (content, UploadAnswer { info, reason }) = deciding.await.into_parts();
        let content = match content {
            None => Vec::new(),
            Some(body) => body.bytes(grpc::MAX_MESSAGE).await.map_err(|error| error.to_string())?.into(),
        };
        Ok(UploadReturns { a: info.map(Explicit), b: reason, content })
    })
}
