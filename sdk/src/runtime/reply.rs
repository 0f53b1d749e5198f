//! From what an author's future ended with to what the host is sent.

use crate::Error;
use crate::api::ApiError;
use crate::gob::Filled;
use crate::hooks::{Decision, Hook};
use crate::model::{AppError, CommandResponse};
use crate::netrpc::Empty;
use crate::wire::HostError;

use super::carry::{Responder, Results};

/// What an author's future ended with; the text is that of a fault.
pub(super) type Ended<T> = Result<T, String>;

/// The answer to one call of a hook, still to be given.
pub(super) struct Reply {
    pub(super) hook: &'static Hook,
    responder: Responder,
}

impl Reply {
    pub(super) fn new(hook: &'static Hook, responder: Responder) -> Self {
        Self { hook, responder }
    }

    pub(super) fn send<R: Results>(self, returns: &R) {
        if let Err(error) = self.responder.reply(returns) {
            tracing::error!(hook = self.hook.go, "the answer of a hook cannot be sent: {error}");
        }
    }

    /// Fails the call: for hooks whose results have no place for an error.
    pub(super) fn fail(self, text: String) {
        self.responder.error(text);
    }

    pub(super) fn either<R: Results>(self, ended: Ended<R>) {
        match ended {
            Ok(returns) => self.send(&returns),
            Err(text) => self.fail(text),
        }
    }
}

/// The answer of hooks without results.
pub(super) fn nothing(reply: Reply, ended: Ended<()>) {
    reply.either(ended.map(|()| Empty {}));
}

pub(super) fn failure(ended: Ended<Result<(), Error>>) -> Option<HostError> {
    match ended {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(host_error(&error)),
        Err(text) => Some(HostError::text(text)),
    }
}

pub(super) fn value<T: Default>(ended: Ended<Result<T, Error>>) -> (T, Option<HostError>) {
    match ended {
        Ok(Ok(value)) => (value, None),
        Ok(Err(error)) => (T::default(), Some(host_error(&error))),
        Err(text) => (T::default(), Some(HostError::text(text))),
    }
}

/// A replacement that the host takes as it is, filling nil with its defaults.
pub(super) fn replacement<T>(ended: Ended<Decision<T>>) -> (Option<Filled<Box<T>>>, Option<HostError>) {
    match ended {
        Ok(Decision::Allow) => (None, None),
        Ok(Decision::Replace(value)) => (Some(Filled(value)), None),
        Ok(Decision::Reject(reason)) => (None, Some(HostError::text(reason))),
        Err(text) => (None, Some(HostError::text(text))),
    }
}

pub(super) fn command(
    hook: &Hook,
    ended: Ended<Result<CommandResponse, AppError>>,
) -> (Option<CommandResponse>, Option<AppError>) {
    match ended {
        Ok(Ok(response)) => (Some(response), None),
        Ok(Err(error)) => (None, Some(error)),
        Err(text) => (None, Some(AppError::new(hook.go, "mmplugin.hook.fault", text, 500))),
    }
}

/// The server's own errors keep their kind, with id and status.
fn host_error(error: &Error) -> HostError {
    let inner = error.inner();
    if let Some(app) = inner.downcast_ref::<AppError>() {
        return app.clone().into();
    }
    match inner.downcast_ref::<ApiError>() {
        Some(ApiError::App(app)) => HostError::App(app.clone()),
        Some(ApiError::Host(host)) => host.clone(),
        _ => HostError::text(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_server_keep_their_kind() {
        let app = AppError::new("here", "some.id", "no", 403);
        for error in [Error::from(app.clone()), Error::from(ApiError::App(Box::new(app.clone())))] {
            assert_eq!(failure(Ok(Err(error))), Some(HostError::from(app.clone())));
        }
        assert_eq!(failure(Ok(Err(Error::msg("no")))), Some(HostError::text("no")));
        assert_eq!(failure(Err("it broke".into())), Some(HostError::text("it broke")));
        assert_eq!(failure(Ok(Ok(()))), None);
    }

    #[test]
    fn a_value_travels_alone_or_gives_way_to_an_error() {
        assert_eq!(value::<i64>(Ok(Ok(7))), (7, None));
        assert_eq!(value::<i64>(Ok(Err(Error::msg("no")))), (0, Some(HostError::text("no"))));
    }
}
