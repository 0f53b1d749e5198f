//! The plugin API over gRPC.

use http::uri::PathAndQuery;
use tonic::{Code, Request, Status};
use tonic_prost::ProstCodec;

use super::channel::Channel;
use super::limits::MAX_MESSAGE;
use super::listen;
use super::seam::{Carry, Fault};
use crate::api::ApiError;

/// The way to the server's API; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Client(Channel);

impl Client {
    /// Connects to an address as hosts give it: `host:port`, `unix:/path`, or a path.
    pub(crate) async fn connect(target: &str) -> std::io::Result<Self> {
        let path = target.strip_prefix("unix://").or_else(|| target.strip_prefix("unix:"));
        let (network, address) = match path {
            Some(path) => ("unix", path),
            None if target.starts_with('/') => ("unix", target),
            None => ("tcp", target.trim_start_matches("dns:///").trim_start_matches("passthrough:///")),
        };
        Ok(Self(Channel::over(listen::dial(network, address).await?).await?))
    }

    /// Makes one call.
    pub(crate) async fn call<A: Carry>(
        &self,
        method: &'static str,
        since: &'static str,
        args: &A,
    ) -> Result<A::Answer, ApiError> {
        let absent = || ApiError::Unsupported { method, since };
        let path = PathAndQuery::from_static(A::PATH.ok_or_else(absent)?);
        let mut grpc = tonic::client::Grpc::new(self.0.clone())
            .max_decoding_message_size(MAX_MESSAGE)
            .max_encoding_message_size(usize::MAX);
        let ready = grpc.ready().await;
        ready.map_err(|error| ApiError::Closed { method, reason: error.message().into() })?;
        let codec = ProstCodec::<A::Request, A::Response>::default();
        match grpc.unary(Request::new(args.request()), path, codec).await {
            Ok(response) => A::answer(response.into_inner()).map_err(|fault| match fault {
                Fault::Absent => absent(),
                Fault::App(error) => ApiError::App(error),
                Fault::Unreadable(text) => ApiError::Rpc { method, text },
            }),
            Err(status) => Err(self.error(method, absent, &status)),
        }
    }

    /// Errors of the server travel in its answers; a status is one of the transport.
    fn error(&self, method: &'static str, absent: impl FnOnce() -> ApiError, status: &Status) -> ApiError {
        match status.code() {
            Code::Unimplemented => absent(),
            _ if self.0.is_closed() => ApiError::Closed { method, reason: status.message().into() },
            code => ApiError::Rpc { method, text: format!("{code}: {}", status.message()) },
        }
    }
}
