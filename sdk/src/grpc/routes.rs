//! Which service a call is for.

use std::collections::BTreeMap;
use std::convert::Infallible;

use http::{Request, Response};
use tonic::Status;
use tonic::body::Body;
use tonic::server::NamedService;
use tower_service::Service;

use super::call::{Call, Serving};

/// The services of a plugin, or of one brokered connection.
#[derive(Default)]
pub struct Services {
    by_name: BTreeMap<&'static str, Answering>,
    relieved: bool,
}

/// A service without its type.
type Answering = Box<dyn Fn(Call) -> Serving + Send + Sync>;

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
    pub fn with<S>(self, service: S) -> Self
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
        S: NamedService + Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
    {
        self.serving(S::NAME, move |call| {
            let mut service = service.clone();
            Box::pin(call.answered_by(move |request| {
                let answer = service.call(request);
                async move { answer.await.unwrap_or_else(|never| match never {}) }
            }))
        })
    }

    /// One more, which answers by itself.
    #[must_use]
    pub(crate) fn serving(
        mut self,
        name: &'static str,
        service: impl Fn(Call) -> Serving + Send + Sync + 'static,
    ) -> Self {
        self.by_name.insert(name, Box::new(service));
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

    /// Hands a call to its service; `None`: it has been answered, since there is none.
    pub(super) fn call(&self, call: Call) -> Option<Serving> {
        let path = call.path();
        let name = path.strip_prefix('/').unwrap_or(path).split('/').next().unwrap_or_default();
        if let Some(service) = self.0.by_name.get(name) {
            return Some(service(call));
        }
        let status = Status::unimplemented(format!("unknown service {name}"));
        call.fail(&status);
        None
    }
}
