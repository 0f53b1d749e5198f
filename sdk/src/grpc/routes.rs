//! Which service a call is for.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;

use http::{Request, Response};
use tonic::Status;
use tonic::body::Body;
use tonic::server::NamedService;
use tower_service::Service;

/// An answer that is being made.
pub(super) type Answer = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

/// The services of a plugin, or of one brokered connection.
#[derive(Default)]
pub struct Services {
    by_name: HashMap<&'static str, Answering>,
    relieved: bool,
}

/// A service without its type.
type Answering = Box<dyn Fn(Request<Body>) -> Answer + Send + Sync>;

impl Services {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more: a server that `tonic` makes, such as `MyServiceServer::new(…)`.
    ///
    /// Set its limits on it, as with `max_decoding_message_size` ([`MAX_MESSAGE`](super::MAX_MESSAGE)); what is not set
    /// is tonic's own, 4 MiB a message.
    #[must_use]
    pub fn with<S>(mut self, service: S) -> Self
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
        S: NamedService + Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
    {
        self.by_name.insert(S::NAME, Box::new(move |request| Box::pin(service.clone().call(request))));
        self
    }

    /// Their calls may begin in the task of the connection: somebody looks after those that block it and calls
    /// [`relieve`](super::relieve).
    #[must_use]
    pub(crate) fn relieved(mut self) -> Self {
        self.relieved = true;
        self
    }
}

impl std::fmt::Debug for Services {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.by_name.keys()).finish()
    }
}

/// The services, ready to be called.
pub(super) struct Routes(Services);

impl Routes {
    pub(super) fn new(services: Services) -> Self {
        Self(services)
    }

    /// Names of all services.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.by_name.keys().copied()
    }

    /// Whether calls may begin in the task of the connection.
    pub(super) fn relieved(&self) -> bool {
        self.0.relieved
    }

    /// Hands a call to its service; the path is `/package.Service/Method`.
    pub(super) fn call(&self, request: Request<Body>) -> Answer {
        let name = request.uri().path().trim_start_matches('/').split('/').next().unwrap_or_default();
        match self.0.by_name.get(name) {
            Some(service) => service(request),
            None => {
                let status = Status::unimplemented(format!("unknown service {name}"));
                Box::pin(std::future::ready(Ok(status.into_http())))
            }
        }
    }
}
