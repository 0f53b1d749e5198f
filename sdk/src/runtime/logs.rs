//! Carries the plugin's log records to the server.

use crate::gob::Value;
use crate::goplugin::hclog::Level;
use crate::log::{self, Record};
use crate::wire::{LogDebugArgs, LogErrorArgs, LogInfoArgs, LogWarnArgs};
use crate::{Api, ApiError};

/// From now on records go through the API, until it is gone; then they go to stderr.
pub(super) fn connect(api: Api) {
    let queue = log::open();
    tokio::spawn(queue.forward(move |record| send(api.clone(), record)));
}

async fn send(api: Api, record: Record) -> Result<(), ApiError> {
    // Strings only, as Go's plugins send them: other values need not be known to the server's gob.
    let b: Vec<Value> = record.pairs().map(Value::from).collect();
    let a = record.message;
    match record.level {
        Level::Debug => api.request(LogDebugArgs { a, b }).await.map(drop),
        Level::Info => api.request(LogInfoArgs { a, b }).await.map(drop),
        Level::Warn => api.request(LogWarnArgs { a, b }).await.map(drop),
        Level::Error => api.request(LogErrorArgs { a, b }).await.map(drop),
    }
}
