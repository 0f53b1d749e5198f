//! The plugin API: what a plugin asks of its server.

mod audit;
mod call;
mod config;
mod error;
mod generated;
mod http;
mod license;
mod log;
mod mark;
mod reply;
#[cfg(test)]
mod tests;
mod upload;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::goplugin::Broker;
use crate::netrpc::Client;

pub use call::ApiCall;
pub use error::ApiError;
#[cfg(test)]
pub(crate) use generated::every;
pub use license::TrialConsent;
pub use log::LogFields;

/// The way to the server; cheap to clone, calls may overlap freely.
///
/// A plugin gets it at activation and keeps it. Every method is one call over the connection to the server; there is
/// no time limit of its own (use [`tokio::time::timeout`] where one is wanted; a dropped call does no harm). When the
/// server is gone every call fails at once with [`ApiError::Closed`].
#[derive(Clone)]
pub struct Api {
    transport: Transport,
}

/// What carries the calls.
#[derive(Clone)]
enum Transport {
    NetRpc {
        client: Client,
        /// Streams beside the calls.
        broker: Broker,
        /// The server has said that it cannot stream HTTP from plugin to plugin.
        buffers_http: Arc<AtomicBool>,
    },
    #[cfg(feature = "grpc")]
    Grpc(crate::grpc::Client),
}

impl Api {
    pub(crate) fn over_netrpc(client: Client, broker: Broker) -> Self {
        Self { transport: Transport::NetRpc { client, broker, buffers_http: Arc::default() } }
    }

    #[cfg(feature = "grpc")]
    pub(crate) fn over_grpc(client: crate::grpc::Client) -> Self {
        Self { transport: Transport::Grpc(client) }
    }

    /// What makes streams beside the calls, where the transport has them.
    fn streams(&self) -> Option<&Broker> {
        match &self.transport {
            Transport::NetRpc { broker, .. } => Some(broker),
            #[cfg(feature = "grpc")]
            Transport::Grpc(_) => None,
        }
    }

    /// What makes the streams of HTTP, unless the server has none.
    fn http_streams(&self) -> Option<&Broker> {
        match &self.transport {
            Transport::NetRpc { broker, buffers_http, .. } => {
                (!buffers_http.load(Ordering::Relaxed)).then_some(broker)
            }
            #[cfg(feature = "grpc")]
            Transport::Grpc(_) => None,
        }
    }

    fn never_stream_http(&self) {
        match &self.transport {
            Transport::NetRpc { buffers_http, .. } => buffers_http.store(true, Ordering::Relaxed),
            #[cfg(feature = "grpc")]
            Transport::Grpc(_) => {}
        }
    }

    /// Makes one call for an author; all API methods go through here.
    ///
    /// The method leaves its mark in the executable: the plugin needs a server that has it.
    pub(crate) fn call<A: ApiCall>(&self, args: A) -> impl Future<Output = Result<A::Reply, ApiError>> {
        mark::leave::<A>();
        self.request(args)
    }

    /// Makes one call of the SDK's own, which gets on without the method where the server does not have it.
    pub(crate) async fn request<A: ApiCall>(&self, args: A) -> Result<A::Reply, ApiError> {
        match &self.transport {
            Transport::NetRpc { client, .. } => {
                let method = ["Plugin.", A::METHOD].concat();
                let reply = client.call(&method, &args).await;
                reply.map_err(|error| ApiError::of_call(A::METHOD, A::SINCE, error))
            }
            #[cfg(feature = "grpc")]
            Transport::Grpc(client) => client.call(A::METHOD, A::SINCE, &args).await,
        }
    }
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Api").finish_non_exhaustive()
    }
}
