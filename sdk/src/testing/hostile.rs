//! Servers that send anything, for the fuzz targets: whole connections, with any bytes where calls or replies belong.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use crate::Gob;
use crate::gob::Encoder;
use crate::hooks::Hooks;
use crate::wire::{LoadPluginConfigurationReturns, OnActivateArgs, OnActivateReturns};
use crate::yamux::Stream;

use super::connection::Connection;
use super::{Host, HostError, Server};

/// Sends `bytes` as calls of hooks to an active plugin and gives what it answers.
///
/// # Errors
/// When the plugin's process would be gone afterwards.
pub async fn hooks<P: Hooks>(bytes: &[u8]) -> Result<Vec<u8>, HostError> {
    let host = Host::<P>::start().await?;
    // Streams that the bytes make the plugin ask for do not exist.
    host.connection.refuse_streams();
    let stream = host.connection.dispense_stream().await.map_err(HostError::Connection)?;
    let answers = talk(stream, bytes).await;
    host.connection.ping().await?;
    Ok(answers)
}

/// Activates a plugin with `bytes` as the replies to its calls of the API, but to the first one, which asks for its
/// configuration; gives the error that OnActivate answers.
///
/// # Errors
/// When the plugin's process would be gone afterwards.
pub async fn api<P: Hooks>(bytes: &[u8]) -> Result<Option<String>, HostError> {
    let server = Server::new();
    let connection = Connection::open::<P>(&server).await.map_err(HostError::Connection)?;
    let hooks = connection.dispense().await.map_err(HostError::Connection)?;
    let OnActivateArgs { driver_mux_id, .. } = connection.offer_api(server, P::ID);
    let api_mux_id = connection.broker().next_id();
    let (broker, bytes) = (connection.broker().clone(), bytes.to_owned());
    tokio::spawn(async move {
        if let Ok(mut stream) = broker.accept(api_mux_id).await {
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(&configuration()).await;
            // A reply is one only after its call.
            let mut calls = [0; 4096];
            while matches!(timeout(QUIET, stream.read(&mut calls)).await, Ok(Ok(1..))) {}
            talk(stream, &bytes).await;
        }
    });
    let args = OnActivateArgs { api_mux_id, driver_mux_id };
    let returns: OnActivateReturns = hooks.call("Plugin.OnActivate", &args).await?;
    connection.ping().await?;
    Ok(returns.a.map(|error| error.to_string()))
}

/// How long a plugin is silent when it has made its calls.
const QUIET: Duration = Duration::from_millis(1);

/// Go's `rpc.Response`.
#[derive(Debug, Default, Gob)]
#[gob(name = "Response")]
struct Head {
    service_method: String,
    seq: u64,
    error: String,
}

/// The reply to the first call of a plugin, for its configuration: an empty one.
fn configuration() -> Vec<u8> {
    let head = Head { service_method: "Plugin.LoadPluginConfiguration".into(), ..Head::default() };
    let mut reply = Vec::new();
    let returns = LoadPluginConfigurationReturns { a: b"{}".to_vec() };
    Encoder::new().encode_pair(&head, &returns, &mut reply).unwrap_or_default();
    reply
}

/// Sends all, ends its direction, and reads what comes until the other side ends, too.
async fn talk(stream: Stream, bytes: &[u8]) -> Vec<u8> {
    let (mut from, mut to) = stream.into_split();
    let send = async {
        // The other side may end first: that is its right.
        let _ = to.write_all(bytes).await;
        let _ = to.shutdown().await;
    };
    let mut received = Vec::new();
    let receive = from.read_to_end(&mut received);
    let _ = tokio::join!(send, receive);
    received
}
