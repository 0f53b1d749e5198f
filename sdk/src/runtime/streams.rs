//! Hooks whose bodies travel in streams of their own: HTTP requests and uploaded files.
//!
//! The host waits for these streams beside the call, for one of them without limit. So they are dialled and closed
//! whatever becomes of the call: the plugin is not active, the arguments cannot be read, the hook panics.

use http::{Request, Response};

use crate::gob::{Explicit, Gob};
use crate::goplugin::Broker;
use crate::hooks::{Hook, UploadDecision, constants};
use crate::http::{self, Body, Takeovers, Upload, UploadAnswer};
use crate::model::{Context, FileInfo};
use crate::netrpc::{Call, Empty, Refusal, Work};
use crate::wire;

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

pub(super) fn serve_http(host: &HookHost, call: &mut Call<'_>, start: Answering) -> Result<Work, Refusal> {
    exchange::<wire::ServeHttpArgs>(host, call, &constants::serve_http, start)
}

pub(super) fn serve_metrics(host: &HookHost, call: &mut Call<'_>, start: Answering) -> Result<Work, Refusal> {
    exchange::<wire::ServeMetricsArgs>(host, call, &constants::serve_metrics, start)
}

/// Both kinds of requests travel alike.
fn exchange<A: Gob + Into<wire::ServeHttpArgs>>(
    host: &HookHost,
    call: &mut Call<'_>,
    hook: &'static Hook,
    start: Answering,
) -> Result<Work, Refusal> {
    let (ids, args) = match call.args_or::<A, HttpStreams>()? {
        Ok(args) => (HttpStreams::default(), Ok(args.into())),
        Err((ids, error)) => (ids, Err(unreadable(hook, &error))),
    };
    let reply = Reply::new(hook, call.responder());
    let (broker, takeovers) = (host.broker().clone(), host.takeovers().clone());
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
    call: &mut Call<'_>,
    start: Uploading,
) -> Result<Work, Refusal> {
    const HOOK: &Hook = &constants::file_will_be_uploaded;
    let (ids, args) = match call.args_or::<wire::FileWillBeUploadedArgs, UploadStreams>()? {
        Ok(args) => {
            let (uploaded_file_stream, replacement_file_stream) =
                (args.uploaded_file_stream, args.replacement_file_stream);
            (UploadStreams { uploaded_file_stream, replacement_file_stream }, Ok(args))
        }
        Err((ids, error)) => (ids, Err(unreadable(HOOK, &error))),
    };
    let reply = Reply::new(HOOK, call.responder());
    let broker = host.broker().clone();
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
            reply.send(&UploadReturns { a: info.map(Explicit), b: reason });
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
