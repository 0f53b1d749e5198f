//! Whose log the events of a plugin belong to: the process's or, in tests, that of the server it runs on.
//!
//! In production there is one plugin in a process, and its events go to the process's subscriber: a [`Scope`] is nothing
//! then, and costs nothing. In tests many plugins run beside each other. So each has a subscriber of its own, which is
//! the current one wherever the runtime takes a step of that plugin, and never the one of a thread or of the process.

#[cfg(any(test, feature = "testing"))]
pub(crate) use of_test::Scope;

/// The process's log, the only one there is.
#[cfg(not(any(test, feature = "testing")))]
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope(());

#[cfg(not(any(test, feature = "testing")))]
impl Scope {
    /// That of whoever runs this.
    pub(crate) fn current() -> Self {
        Self(())
    }

    /// Whether events go where all of the process's go.
    pub(crate) fn is_process(&self) -> bool {
        true
    }

    /// Runs `step` in it.
    pub(crate) fn run<R>(&self, step: impl FnOnce() -> R) -> R {
        step()
    }

    /// Runs every step of `work` in it.
    pub(crate) fn wrap<F: Future>(self, work: F) -> F {
        work
    }
}

#[cfg(any(test, feature = "testing"))]
mod of_test {
    use std::future::poll_fn;
    use std::pin::pin;

    use tracing::Dispatch;
    use tracing::dispatcher::{get_default, with_default};

    use super::super::session::Session;
    use super::super::sink::Record;

    /// The log of one plugin under test, or the process's.
    #[derive(Debug, Clone, Default)]
    pub(crate) struct Scope(Option<Dispatch>);

    impl Scope {
        /// A log of its own. Who gets the events now gets them as well as `take`.
        pub(crate) fn new(take: impl Fn(Record) + Send + Sync + 'static) -> Self {
            Self(Some(Dispatch::new(Session::new(take))))
        }

        /// That of whoever runs this.
        pub(crate) fn current() -> Self {
            get_default(|current| Self(current.is::<Session>().then(|| current.clone())))
        }

        /// Whether events go where all of the process's go.
        pub(crate) fn is_process(&self) -> bool {
            self.0.is_none()
        }

        /// Runs `step` in it.
        pub(crate) fn run<R>(&self, step: impl FnOnce() -> R) -> R {
            match &self.0 {
                Some(dispatch) => with_default(dispatch, step),
                None => step(),
            }
        }

        /// Runs every step of `work` in it.
        pub(crate) async fn wrap<F: Future>(self, work: F) -> F::Output {
            let mut work = pin!(work);
            poll_fn(|cx| self.run(|| work.as_mut().poll(cx))).await
        }
    }
}
