//! The life of a plugin process: start, handshake, serve, stop.

mod around;
mod carry;
mod erased;
mod generated;
pub(crate) mod guard;
mod lifecycle;
mod logs;
#[cfg(feature = "grpc")]
mod over_grpc;
mod reply;
mod service;
mod streams;
#[cfg(test)]
mod tests;
mod watch;

use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;

use crate::__private::record;
#[cfg(feature = "grpc")]
use crate::goplugin::Transport;
use crate::goplugin::{self, Environment, Event, HandshakeError, Listener, signals, stdio};
use crate::hooks::Hooks;
use crate::log::{self, Scope};
use crate::{link, netrpc};

pub(crate) use erased::Definition;
pub use erased::Handler;
pub use generated::calls;
#[cfg(all(test, feature = "grpc"))]
pub(crate) use over_grpc::serve_here;
use service::HookHost;

/// How long the host may take, after its `Quit` has been answered, to close the connection. It gives the process 2 s
/// to end, so this must be well below.
const QUIT_WAIT: Duration = Duration::from_millis(500);

/// Threads that run hooks and the wire: at least this many, so that hooks that block theirs leave some; idle ones cost
/// next to nothing.
const MIN_WORKERS: usize = 8;

/// Runs the plugin `P` until its server stops it: the whole `main` of a plugin.
///
/// ```no_run
/// use mmplugin::prelude::*;
///
/// struct Hello;
///
/// #[mmplugin::plugin(id = "com.example.hello")]
/// impl Hooks for Hello {
///     async fn activate(_ctx: Activation) -> Result<Self, Error> {
///         Ok(Hello)
///     }
/// }
///
/// fn main() -> std::process::ExitCode {
///     mmplugin::run::<Hello>()
/// }
/// ```
///
/// Started by a person instead of a server, it says so on stderr and fails. What the plugin prints to stdout or stderr
/// becomes lines of the server's log; it cannot break the connection.
pub fn run<P: Hooks>() -> ExitCode {
    record::keep::<P>();
    run_process(Definition::of::<P>())
}

fn run_process(definition: &'static Definition) -> ExitCode {
    link::pin_nss();
    let environment = Environment::read();
    if let Err(error) = environment.check_cookie() {
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    stdio::guarded(|guard| {
        log::install_default();
        start(definition, &environment, guard)
    })
}

/// Why the process ends with a failure.
#[derive(Debug, thiserror::Error)]
enum RunError {
    #[error("{0}")]
    Handshake(#[from] HandshakeError),
    #[error("cannot start the plugin's threads: {0}")]
    Runtime(io::Error),
    #[error("cannot handle signals: {0}")]
    Signals(io::Error),
    #[error("cannot tell the server where the plugin listens: {0}")]
    Announce(io::Error),
}

fn start(
    definition: &'static Definition,
    environment: &Environment,
    guard: &stdio::Guard,
) -> Result<(), RunError> {
    let runtime = runtime().map_err(RunError::Runtime)?;
    let served = runtime.block_on(async {
        signals::ignore_sigint().map_err(RunError::Signals)?;
        #[cfg(feature = "grpc")]
        if environment.transport()? == Transport::Grpc {
            return over_grpc::run(definition, environment, guard).await;
        }
        #[cfg(not(feature = "grpc"))]
        environment.transport()?;
        let listener = Listener::bind(environment)?;
        guard.handshake(listener.line()).map_err(RunError::Announce)?;
        listen(definition, &listener).await;
        Ok(())
    });
    // A hook that never returns must not keep the process: its task is left behind.
    runtime.shutdown_background();
    served
}

fn runtime() -> io::Result<Runtime> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = cores.max(MIN_WORKERS);
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.worker_threads(workers).thread_name("mmplugin").enable_all().build()?;
    watch::start(runtime.handle().clone(), workers)?;
    Ok(runtime)
}

/// Serves connections until one that a host had set up ends, or the process is asked to end.
async fn listen(definition: &'static Definition, listener: &Listener) {
    let (sender, mut ended) = mpsc::channel(1);
    let accepting = async {
        loop {
            match listener.accept().await {
                Ok(io) => {
                    let sender = sender.clone();
                    tokio::spawn(async move {
                        // Hosts that attach to a running plugin connect once only to see that it is there.
                        let (read, write) = io.into_split();
                        if connection(definition, Scope::default(), read, write).await == Outcome::Done {
                            let _ = sender.send(()).await;
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    };
    tokio::select! {
        () = accepting => {}
        _ = ended.recv() => {}
        Ok(()) = signals::terminated() => {}
    }
}

/// How a connection ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A host used the plugin and is done with it.
    Done,
    /// Somebody came and went.
    Probe,
}

/// Serves one connection of a host until it ends.
pub(crate) async fn connection(
    definition: &'static Definition,
    scope: Scope,
    read: impl AsyncRead + Send + 'static,
    write: impl AsyncWrite + Send + 'static,
) -> Outcome {
    let (broker, mut events) = goplugin::serve(read, write);
    let service = Arc::new(HookHost::new(definition, Some(broker.clone()), scope.clone()));
    while let Some(event) = events.recv().await {
        match event {
            Event::Dispensed(id) => {
                let (broker, service, scope) = (broker.clone(), service.clone(), scope.clone());
                let serving = async move {
                    match broker.accept(id).await {
                        Ok(stream) => {
                            let (read, write) = stream.into_split();
                            if let Err(error) = netrpc::serve_halves(read, write, service).await {
                                tracing::debug!(%error, "the stream of the hooks ended");
                            }
                        }
                        Err(error) => {
                            tracing::error!(%error, "the server did not open the stream of the hooks")
                        }
                    }
                };
                tokio::spawn(scope.wrap(serving));
            }
            Event::Quit => {
                let closed =
                    async { while !matches!(events.recv().await, Some(Event::Ended { .. }) | None) {} };
                let _ = tokio::time::timeout(QUIT_WAIT, closed).await;
                service.end();
                return Outcome::Done;
            }
            Event::Ended { set_up, reason } => {
                service.end();
                if !set_up {
                    return Outcome::Probe;
                }
                tracing::warn!("the connection to the server ended: {reason}");
                return Outcome::Done;
            }
        }
    }
    Outcome::Done
}
