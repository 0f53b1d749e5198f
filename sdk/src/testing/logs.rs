//! The plugin's events in the server's log: there at once, as if the calls had come over the wire.

use crate::api::ApiCall;
use crate::gob::{Dynamic, Value};
use crate::goplugin::hclog::Level;
use crate::log::{Record, Scope};
use crate::wire::{LogDebugArgs, LogErrorArgs, LogInfoArgs, LogWarnArgs};

use super::Server;

impl Server {
    /// Runs a part of a plugin so that what it says with `tracing` is in [`logs`](Self::logs), as is what a whole plugin
    /// says under a [`Host`](super::Host).
    ///
    /// ```
    /// use mmplugin::testing::{Server, block_on};
    ///
    /// async fn tidy_up() {
    ///     tracing::info!(removed = 3, "tidied up");
    /// }
    ///
    /// # block_on(async {
    /// let server = Server::new();
    /// server.log_of(tidy_up()).await;
    /// let line = &server.logs()[0];
    /// assert_eq!((line.level, line.message.as_str()), ("info", "tidied up"));
    /// assert_eq!(line.fields[0], ("removed".to_owned(), "3".to_owned()));
    /// # });
    /// ```
    pub fn log_of<F: Future>(&self, part: F) -> impl Future<Output = F::Output> + use<F> {
        self.log_scope().wrap(part)
    }

    /// Where events of a plugin on this server go.
    pub(super) fn log_scope(&self) -> Scope {
        let server = self.clone();
        Scope::new(move |record| server.take_line(record))
    }

    fn take_line(&self, record: Record) {
        let b: Vec<Value> = record.pairs().map(Value::from).collect();
        let a = record.message;
        match record.level {
            Level::Debug => self.hear(&LogDebugArgs { a, b }),
            Level::Info => self.hear(&LogInfoArgs { a, b }),
            Level::Warn => self.hear(&LogWarnArgs { a, b }),
            Level::Error => self.hear(&LogErrorArgs { a, b }),
        }
    }

    /// Takes a call of which nobody awaits the answer.
    fn hear<A: ApiCall>(&self, args: &A) {
        if let (Ok(row), Ok(args)) = (self.method(A::METHOD), Dynamic::new(args)) {
            self.record(row, &args);
            if self.scripts().answer(row.key(), &args).is_none() {
                let _ = self.by_itself(row, args);
            }
        }
    }
}
