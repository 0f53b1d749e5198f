//! Why something with the database failed.

use std::sync::Arc;

use thiserror::Error;

use crate::ApiError;
use crate::gob::{DecodeError, EncodeError, Gob, Registered};
use crate::netrpc::CallError;
use crate::wire::HostError;

/// Why something with the database failed.
///
/// ```
/// use mmplugin::db::DbError;
///
/// fn is_taken(error: &DbError) -> bool {
///     error.is_unique_violation() && error.constraint() == Some("notes_pkey")
/// }
/// # assert!(!is_taken(&DbError::NoRows));
/// ```
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum DbError {
    /// There is no way to the server's driver: it could not be reached at activation, the stream has ended, or the
    /// plugin is being deactivated. Nothing brings it back but a new start of the plugin.
    #[error("the database cannot be reached: {reason}")]
    Unavailable {
        /// Why.
        reason: Arc<str>,
    },
    /// The database refused or failed; carries its SQLSTATE and texts.
    #[error("{0}")]
    Server(Box<ServerError>),
    /// A row was asked for and there is none.
    #[error("the query gave no rows")]
    NoRows,
    /// The server's connection to the database has broken; open another.
    #[error("the server's connection to the database is bad")]
    BadConnection,
    /// The connection is closed already.
    #[error("the connection is closed")]
    ConnectionDone,
    /// The transaction has ended already.
    #[error("the transaction has ended")]
    TransactionDone,
    /// Any other error of the server's driver, as its text: with `context deadline exceeded` no connection was free
    /// for as long as `SqlSettings.QueryTimeout` says.
    #[error("{method}: {text}")]
    Driver {
        /// Go's name of the driver's method.
        method: &'static str,
        /// What it said.
        text: String,
    },
    /// A column whose values the server cannot send, and would lose the plugin's way to the database over. The query
    /// has been closed; name the column with the cast that `help` shows.
    #[error("column `{column}` is a {database_type}, which the server cannot send to plugins; select {help}")]
    DateTimeColumn {
        /// The column's name.
        column: String,
        /// The database's name of its type.
        database_type: String,
        /// What to select instead.
        help: String,
    },
    /// A parameter that the database has no number for.
    #[error("parameter {position}: {reason}")]
    Param {
        /// Counted from 1, as in `$1`.
        position: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// A column that is missing or of another type than asked for.
    #[error("column `{column}`: {reason}")]
    Column {
        /// Name, or number counted from 0 where there is no such column.
        column: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A statement that would leave the server's connection in a state that its next user must not find.
    #[error("`{word}` is not sent as text: {help}")]
    Refused {
        /// The statement's first word.
        word: String,
        /// What to do instead.
        help: &'static str,
    },
    /// A prepared statement was used on another connection than the one it was prepared on.
    #[error("the statement was prepared on another connection")]
    OtherConnection,
    /// The dialect is not known, since the configuration could not be read.
    #[error("{0}")]
    Api(#[from] ApiError),
    /// The arguments cannot be sent.
    #[error("{method}: arguments: {source}")]
    Encode {
        /// Go's name of the driver's method.
        method: &'static str,
        /// Where and why.
        source: Arc<EncodeError>,
    },
    /// The reply is not what the method answers.
    #[error("{method}: reply {source}")]
    Decode {
        /// Go's name of the driver's method.
        method: &'static str,
        /// Where and why.
        source: Arc<DecodeError>,
    },
    /// The server answered with an error of its own plumbing.
    #[error("{method}: {text}")]
    Rpc {
        /// Go's name of the driver's method.
        method: &'static str,
        /// What it said.
        text: String,
    },
}

/// An error of the database itself.
///
/// PostgreSQL fills all that it knows; MySQL (servers up to 10) has `code`, `number` and `message`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Error)]
#[error("{severity}{}{message} ({code})", if severity.is_empty() { "" } else { ": " })]
pub struct ServerError {
    /// SQLSTATE: five characters, as `23505`.
    pub code: String,
    /// The text.
    pub message: String,
    /// `ERROR`, `FATAL` …; empty with MySQL.
    pub severity: String,
    /// MySQL's own number, as 1062; 0 with PostgreSQL.
    pub number: u16,
    /// More about it.
    pub detail: String,
    /// What to try.
    pub hint: String,
    /// Where in the statement, counted in characters from 1.
    pub position: String,
    /// The calls that led there.
    pub context: String,
    /// Schema of the table.
    pub schema: String,
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// The data type.
    pub data_type: String,
    /// The constraint that was violated.
    pub constraint: String,
}

impl DbError {
    /// SQLSTATE, if the database itself failed.
    pub fn code(&self) -> Option<&str> {
        self.server().map(|error| error.code.as_str())
    }

    /// The constraint that was violated, if it is one of PostgreSQL that has a name.
    pub fn constraint(&self) -> Option<&str> {
        self.server().map(|error| error.constraint.as_str()).filter(|name| !name.is_empty())
    }

    /// True when a row with such a key is there already.
    pub fn is_unique_violation(&self) -> bool {
        self.server().is_some_and(|error| error.code == "23505" || error.number == 1062)
    }

    /// True when the same transaction may succeed if it is run again: a deadlock, or a conflict of serializable
    /// transactions.
    pub fn is_retryable(&self) -> bool {
        self.code().is_some_and(|code| matches!(code, "40001" | "40P01"))
    }

    /// The database's own error.
    pub fn server(&self) -> Option<&ServerError> {
        match self {
            Self::Server(error) => Some(error),
            _ => None,
        }
    }

    pub(crate) fn unavailable(reason: impl Into<Arc<str>>) -> Self {
        Self::Unavailable { reason: reason.into() }
    }

    pub(crate) fn column(column: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Column { column: column.into(), reason: reason.into() }
    }

    pub(super) fn of_call(method: &'static str, error: CallError) -> Self {
        match error {
            CallError::MissingMethod { .. } => {
                Self::Rpc { method, text: "this server's driver does not have the method".to_owned() }
            }
            CallError::Encode { source, .. } => Self::Encode { method, source },
            CallError::Decode { source, .. } => Self::Decode { method, source },
            CallError::Closed { reason, .. } => Self::Unavailable { reason },
            CallError::Remote { text, .. } => Self::Rpc { method, text },
        }
    }

    pub(super) fn of_host(method: &'static str, error: HostError) -> Self {
        match error {
            HostError::Text { code, message } => match code {
                code::NO_ROWS => Self::NoRows,
                code::CONN_DONE => Self::ConnectionDone,
                code::TX_DONE => Self::TransactionDone,
                code::BAD_CONN => Self::BadConnection,
                _ => Self::Driver { method, text: message },
            },
            HostError::Other(value) => {
                let postgres = value.get_as::<PgError>().ok().flatten().map(ServerError::from);
                let known = postgres.or_else(|| value.get_as::<MySqlError>().ok().flatten().map(Into::into));
                match known {
                    Some(error) => Self::Server(Box::new(error)),
                    None => Self::Driver { method, text: HostError::Other(value).to_string() },
                }
            }
            error => Self::Driver { method, text: error.to_string() },
        }
    }

    /// Whether the server may have done what it was asked for without our knowing what it named it.
    pub(super) fn loses_track(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::Decode { .. } | Self::Rpc { .. })
    }
}

/// The numbers that stand for Go's errors of `io`, `database/sql` and its drivers.
pub(crate) mod code {
    /// `io.EOF`: the end of the rows.
    pub(crate) const EOF: i64 = 1;
    /// `sql.ErrNoRows`
    pub(crate) const NO_ROWS: i64 = 2;
    /// `sql.ErrConnDone`
    pub(crate) const CONN_DONE: i64 = 3;
    /// `sql.ErrTxDone`
    pub(crate) const TX_DONE: i64 = 4;
    /// `driver.ErrSkip`: the statement must be prepared.
    pub(crate) const SKIP: i64 = 5;
    /// `driver.ErrBadConn`
    pub(crate) const BAD_CONN: i64 = 6;
}

/// `pq.Error`, what of it helps a plugin.
#[derive(Debug, Clone, PartialEq, Default, Gob)]
pub(crate) struct PgError {
    severity: String,
    code: String,
    message: String,
    detail: String,
    hint: String,
    position: String,
    #[gob(name = "Where")]
    context: String,
    schema: String,
    table: String,
    column: String,
    #[gob(name = "DataTypeName")]
    data_type: String,
    constraint: String,
}

impl Registered for PgError {
    const NAME: &'static str = "*pq.Error";
}

impl From<PgError> for ServerError {
    fn from(error: PgError) -> Self {
        Self {
            code: error.code,
            message: error.message,
            severity: error.severity,
            number: 0,
            detail: error.detail,
            hint: error.hint,
            position: error.position,
            context: error.context,
            schema: error.schema,
            table: error.table,
            column: error.column,
            data_type: error.data_type,
            constraint: error.constraint,
        }
    }
}

#[cfg(any(test, feature = "testing"))]
impl From<ServerError> for PgError {
    fn from(error: ServerError) -> Self {
        Self {
            severity: error.severity,
            code: error.code,
            message: error.message,
            detail: error.detail,
            hint: error.hint,
            position: error.position,
            context: error.context,
            schema: error.schema,
            table: error.table,
            column: error.column,
            data_type: error.data_type,
            constraint: error.constraint,
        }
    }
}

/// `mysql.MySQLError`
#[derive(Debug, Clone, PartialEq, Default, Gob)]
pub(crate) struct MySqlError {
    pub(crate) number: u16,
    #[gob(name = "SQLState")]
    pub(crate) sql_state: [u8; 5],
    pub(crate) message: String,
}

impl Registered for MySqlError {
    const NAME: &'static str = "*mysql.MySQLError";
}

impl From<MySqlError> for ServerError {
    fn from(error: MySqlError) -> Self {
        Self {
            code: String::from_utf8_lossy(&error.sql_state).trim_end_matches('\0').to_owned(),
            message: error.message,
            number: error.number,
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gob::Value;

    #[test]
    fn codes_of_the_driver_become_variants() {
        let of = |code| DbError::of_host("ConnQuery", HostError::Text { code, message: "text".into() });
        assert!(matches!(of(code::NO_ROWS), DbError::NoRows));
        assert!(matches!(of(code::CONN_DONE), DbError::ConnectionDone));
        assert!(matches!(of(code::TX_DONE), DbError::TransactionDone));
        assert!(matches!(of(code::BAD_CONN), DbError::BadConnection));
        assert_eq!(of(0).to_string(), "ConnQuery: text");
    }

    #[test]
    fn errors_of_both_databases_keep_what_they_say() {
        let pg = PgError {
            severity: "ERROR".into(),
            code: "23505".into(),
            message: "duplicate key".into(),
            constraint: "notes_pkey".into(),
            ..PgError::default()
        };
        let error = DbError::of_host("ConnExec", HostError::Other(Value::registered(&pg).unwrap()));
        assert_eq!(error.to_string(), "ERROR: duplicate key (23505)");
        assert_eq!((error.code(), error.constraint()), (Some("23505"), Some("notes_pkey")));
        assert!(error.is_unique_violation() && !error.is_retryable());

        let mysql = MySqlError { number: 1062, sql_state: *b"23000", message: "Duplicate entry".into() };
        let error = DbError::of_host("StmtExec", HostError::Other(Value::registered(&mysql).unwrap()));
        assert_eq!(error.to_string(), "Duplicate entry (23000)");
        assert!(error.is_unique_violation());
        assert_eq!(error.constraint(), None);
    }

    #[test]
    fn an_unknown_registered_error_is_a_text() {
        let value = Value::typed("*other.Error", &PgError { message: "odd".into(), ..PgError::default() });
        let error = DbError::of_host("ConnPing", HostError::Other(value.unwrap()));
        assert!(matches!(&error, DbError::Driver { method: "ConnPing", text } if text == "odd"), "{error}");
    }
}
