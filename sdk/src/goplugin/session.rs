//! One connection of a host: its fixed streams, then the brokered ones.

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::sync::mpsc;

use crate::netrpc;
use crate::yamux::{self, Config, Incoming, Mode, Stream};

use super::broker::Broker;
use super::control::Control;

/// What a host asks of the plugin besides calls.
#[derive(Debug)]
pub(crate) enum Event {
    /// Serve the hooks on the brokered stream of this id, which is ours to accept.
    Dispensed(u32),
    /// The host is about to stop the plugin; its call has been answered.
    Quit,
    /// The connection ended; `set_up` tells a real host from a probe that only connects and goes.
    Ended { set_up: bool, reason: String },
}

/// Where a connection reports its events.
#[derive(Debug, Clone)]
pub(crate) struct Events(mpsc::UnboundedSender<Event>);

impl Events {
    pub(crate) fn send(&self, event: Event) {
        // Nobody listens any more while the process ends.
        let _ = self.0.send(event);
    }
}

/// Starts to serve a connection: tasks of the current runtime drive it, the events tell what the host wants.
pub(crate) fn serve(
    read: impl AsyncRead + Send + 'static,
    write: impl AsyncWrite + Send + 'static,
) -> (Broker, mpsc::UnboundedReceiver<Event>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let events = Events(sender);
    let (session, incoming, driver) = yamux::connect_split(read, write, Mode::Server, Config::default());
    let broker = Broker::new(session);
    let accepting = tokio::spawn(accept(incoming, broker.clone(), events.clone()));
    tokio::spawn(async move {
        let reason = driver.await;
        let set_up = accepting.await.unwrap_or(false);
        events.send(Event::Ended { set_up, reason: reason.to_string() });
    });
    (broker, receiver)
}

/// Accepts streams until the connection ends; says whether all three fixed streams came.
async fn accept(mut incoming: Incoming, broker: Broker, events: Events) -> bool {
    let Some(control) = incoming.accept().await else { return false };
    let service = Arc::new(Control { broker: broker.clone(), events });
    tokio::spawn(async move {
        if let Err(error) = netrpc::serve(control, service).await {
            tracing::debug!(%error, "the control stream ended");
        }
    });
    for _ in ["stdout", "stderr"] {
        let Some(stream) = incoming.accept().await else { return false };
        tokio::spawn(keep_silent(stream));
    }
    while let Some(stream) = incoming.accept().await {
        tokio::spawn(broker.clone().arrived(stream));
    }
    true
}

/// The host copies what comes here into its log at one fixed level; our lines go to the real stderr instead, where
/// they have levels and fields. The stream stays open, since go-plugin logs an error when it ends early.
async fn keep_silent(mut stream: Stream) {
    let mut nothing = [0; 64];
    while matches!(stream.read(&mut nothing).await, Ok(read) if read > 0) {}
}
