//! Records for the audit log.

use std::collections::BTreeMap;

use super::{Api, ApiError};
use crate::gob::Value;
use crate::model::{AuditRecord, LogLevel};
use crate::wire::{LogAuditRecArgs, LogAuditRecWithLevelArgs};

/// # The audit log
impl Api {
    /// Writes a record to the server's audit log, at the level that commands of administrators have.
    ///
    /// The server adds this plugin's id to the record. Values in `meta` and in the maps of `event_data` arrive as JSON
    /// has them: all numbers are `float64` there, bytes are text in base64, and what JSON cannot say is null.
    ///
    /// ```
    /// # async fn example(api: mmplugin::Api, user: mmplugin::model::UserId) -> Result<(), mmplugin::ApiError> {
    /// use mmplugin::model::AuditRecord;
    ///
    /// let mut record = AuditRecord { event_name: "deleteWord".into(), status: "success".into(), ..Default::default() };
    /// record.actor.user_id = user;
    /// record.event_data.parameters.insert("word".into(), "hello".into());
    /// api.log_audit_rec(&record).await
    /// # }
    /// ```
    ///
    /// # Errors
    /// Only when the call itself fails: the server reports no failure of its own.
    ///
    /// Since server 10.10. Go: `API.LogAuditRec`.
    pub async fn log_audit_rec(&self, record: &AuditRecord) -> Result<(), ApiError> {
        self.call(LogAuditRecArgs { a: Some(plain(record)) }).await.map(drop)
    }

    /// As [`Api::log_audit_rec`], at a level of one's own: which target of the log gets it depends on the level's number.
    ///
    /// # Errors
    /// Only when the call itself fails: the server reports no failure of its own.
    ///
    /// Since server 10.10. Go: `API.LogAuditRecWithLevel`.
    pub async fn log_audit_rec_with_level(
        &self,
        record: &AuditRecord,
        level: &LogLevel,
    ) -> Result<(), ApiError> {
        let args = LogAuditRecWithLevelArgs { a: Some(plain(record)), b: level.clone() };
        self.call(args).await.map(drop)
    }
}

/// The record with nothing in its maps that a server has no name for.
fn plain(record: &AuditRecord) -> AuditRecord {
    let mut record = record.clone();
    let data = &mut record.event_data;
    for map in [&mut data.parameters, &mut data.prior_state, &mut data.result_state, &mut record.meta] {
        *map = std::mem::take(map).into_iter().map(|(key, value)| (key, json_kind(value))).collect();
    }
    record
}

fn json_kind(value: Value) -> Value {
    match value {
        Value::Nil | Value::Bool(_) | Value::String(_) => value,
        Value::Strings(texts) => Value::List(texts.into_iter().map(Value::from).collect()),
        Value::List(items) => Value::List(items.into_iter().map(json_kind).collect()),
        Value::Map(entries) => {
            Value::Map(entries.into_iter().map(|(key, value)| (key, json_kind(value))).collect())
        }
        other => serde_json::to_value(&other).map_or(Value::Nil, of_json),
    }
}

fn of_json(json: serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Nil,
        serde_json::Value::Bool(value) => Value::Bool(value),
        serde_json::Value::Number(number) => number.as_f64().map_or(Value::Nil, Value::Float64),
        serde_json::Value::String(text) => Value::String(text),
        serde_json::Value::Array(items) => Value::List(items.into_iter().map(of_json).collect()),
        serde_json::Value::Object(entries) => {
            let entries = entries.into_iter().map(|(key, value)| (key, of_json(value)));
            Value::Map(entries.collect::<BTreeMap<_, _>>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_json_kinds_travel() {
        let mut record = AuditRecord::default();
        let list = Value::List(vec![Value::Int8(-3), Value::Uint64(7), Value::Float32(0.5)]);
        let map = Value::from([("bytes", Value::Bytes(b"hoge".to_vec()))]);
        for (key, value) in [("list", list), ("map", map), ("nan", Value::Float64(f64::NAN))] {
            record.meta.insert(key.to_owned(), value.clone());
            record.event_data.prior_state.insert(key.to_owned(), value);
        }
        let plain = plain(&record);
        assert_eq!(plain.meta["list"], Value::List([-3.0, 7.0, 0.5].map(Value::Float64).to_vec()));
        assert_eq!(plain.meta["map"], Value::from([("bytes", Value::from("aG9nZQ=="))]));
        assert_eq!(plain.meta["nan"], Value::Nil);
        assert_eq!(plain.event_data.prior_state, plain.meta);
    }
}
