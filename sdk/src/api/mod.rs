//! The plugin API: what a plugin asks of its server.

mod call;
mod config;
mod error;
mod generated;
mod log;
mod reply;

use crate::netrpc::Client;

pub use call::ApiCall;
pub use error::ApiError;
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
    NetRpc(Client),
}

impl Api {
    pub(crate) fn over_netrpc(client: Client) -> Self {
        Self { transport: Transport::NetRpc(client) }
    }

    /// Makes one call; all API methods go through here.
    pub(crate) async fn call<A: ApiCall>(&self, args: A) -> Result<A::Reply, ApiError> {
        match &self.transport {
            Transport::NetRpc(client) => {
                let method = ["Plugin.", A::METHOD].concat();
                let reply = client.call(&method, &args).await;
                reply.map_err(|error| ApiError::of_call(A::METHOD, A::SINCE, error))
            }
        }
    }
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Api").finish_non_exhaustive()
    }
}
