//! Connections, and what runs on them.

use std::ops::{Deref, DerefMut};

use tokio::sync::{mpsc, oneshot};

use super::row::FromRow;
use super::rows::Rows;
use super::stream::Opened;
use super::tx::{Tx, TxOptions};
use super::value::SqlValue;
use super::worker::{Command, ExecResult, Reply, Source, new_key};
use super::{DbError, Params};

/// A connection of the server to its database, lent to the plugin.
///
/// It comes from the server's own pool and goes back when it is dropped or [closed](Conn::close): hold it for as long
/// as one piece of work takes, no longer. What it can do is in [`Executor`]. Go: `sql.Conn`.
#[must_use = "a connection that is dropped goes back to the server"]
pub struct Conn {
    executor: Executor,
}

/// What a [`Conn`] and a [`Tx`] can do; both lead here by `Deref`, so a function that takes `&mut Executor` works with
/// either.
///
/// Placeholders are the database's: `$1`, `$2` in PostgreSQL, `?` in MySQL; see [`Dialect`](super::Dialect).
///
/// ```no_run
/// use mmplugin::db::{Db, DbError, Executor};
///
/// async fn add(on: &mut Executor, text: &str) -> Result<(), DbError> {
///     on.exec("INSERT INTO notes (text) VALUES ($1)", (text,)).await?;
///     Ok(())
/// }
///
/// async fn add_twice(db: &Db) -> Result<(), DbError> {
///     let mut conn = db.master().await?;
///     add(&mut conn, "by itself").await?;
///     let mut tx = conn.begin(Default::default()).await?;
///     add(&mut tx, "in a transaction").await?;
///     tx.commit().await
/// }
/// ```
pub struct Executor {
    commands: mpsc::UnboundedSender<Command>,
}

/// A statement that the database has parsed; it runs on the connection it was prepared on.
///
/// Dropping it closes it in the background. Go: `sql.Stmt`.
pub struct Statement {
    commands: mpsc::UnboundedSender<Command>,
    key: u64,
    inputs: Option<usize>,
}

pub(super) fn gone() -> DbError {
    DbError::unavailable("the connection has been closed")
}

impl Conn {
    pub(super) fn new(commands: mpsc::UnboundedSender<Command>) -> Self {
        Self { executor: Executor { commands } }
    }

    /// Begins a transaction. It is the only use of the connection until it ends.
    ///
    /// # Errors
    /// The database refused the options, or failed.
    pub async fn begin(&mut self, options: TxOptions) -> Result<Tx<'_>, DbError> {
        Tx::on(self, options).await
    }

    /// Gives the connection back and waits for it; dropping it does so in the background.
    ///
    /// # Errors
    /// [`DbError::ConnectionDone`] when it had broken; it has gone in any case.
    pub async fn close(mut self) -> Result<(), DbError> {
        self.ask(|reply| Command::Close(Some(reply))).await
    }
}

impl Deref for Conn {
    type Target = Executor;

    fn deref(&self) -> &Executor {
        &self.executor
    }
}

impl DerefMut for Conn {
    fn deref_mut(&mut self) -> &mut Executor {
        &mut self.executor
    }
}

impl Drop for Conn {
    fn drop(&mut self) {
        // Statements may still hold the channel.
        self.tell(Command::Close(None));
    }
}

impl Executor {
    /// Runs a statement for its rows.
    ///
    /// The types of all columns are asked for first, at once, one call a column: a date or time among them would cost
    /// the plugin its way to the database, so it is an error here. Without parameters the text may hold several
    /// statements; see [`Rows::next_result_set`].
    ///
    /// # Errors
    /// [`DbError::Server`] with what the database said, [`DbError::Param`], [`DbError::DateTimeColumn`],
    /// [`DbError::Refused`].
    pub async fn query<'e>(&'e mut self, sql: &str, params: impl Params) -> Result<Rows<'e>, DbError> {
        self.start(sql, params).await.map(|opened| Rows::new(opened, None))
    }

    pub(super) async fn start(&mut self, sql: &str, params: impl Params) -> Result<Opened, DbError> {
        let source = text(sql)?;
        self.run_query(source, params.values()?).await
    }

    /// Runs a statement for its effect.
    ///
    /// # Errors
    /// [`DbError::Server`] with what the database said, [`DbError::Param`], [`DbError::Refused`].
    pub async fn exec(&mut self, sql: &str, params: impl Params) -> Result<ExecResult, DbError> {
        let source = text(sql)?;
        self.run_exec(source, params.values()?).await
    }

    /// The only or first row of a query.
    ///
    /// # Errors
    /// [`DbError::NoRows`]; otherwise as [`query`](Self::query) and [`FromRow::from_row`].
    pub async fn fetch_one<T: FromRow>(&mut self, sql: &str, params: impl Params) -> Result<T, DbError> {
        self.fetch_optional(sql, params).await?.ok_or(DbError::NoRows)
    }

    /// The first row of a query, if it has any.
    ///
    /// # Errors
    /// As [`query`](Self::query) and [`FromRow::from_row`].
    pub async fn fetch_optional<T: FromRow>(
        &mut self,
        sql: &str,
        params: impl Params,
    ) -> Result<Option<T>, DbError> {
        let mut rows = self.query(sql, params).await?;
        let row = rows.next_as().await?;
        rows.close().await?;
        Ok(row)
    }

    /// All rows of a query, in memory.
    ///
    /// # Errors
    /// As [`query`](Self::query) and [`FromRow::from_row`].
    pub async fn fetch_all<T: FromRow>(&mut self, sql: &str, params: impl Params) -> Result<Vec<T>, DbError> {
        self.query(sql, params).await?.collect().await
    }

    /// Lets the database parse a statement that will run more than once.
    ///
    /// # Errors
    /// [`DbError::Server`] with what the database said.
    pub async fn prepare(&mut self, sql: &str) -> Result<Statement, DbError> {
        text(sql)?;
        let sql = sql.to_owned();
        // The value exists before the statement does: it closes it even when nobody waits for it.
        let mut statement = Statement { commands: self.commands.clone(), key: new_key(), inputs: None };
        let key = statement.key;
        statement.inputs = self.ask(|reply| Command::Prepare(key, sql, reply)).await?;
        Ok(statement)
    }

    /// Asks the database whether it is there.
    ///
    /// # Errors
    /// It is not.
    pub async fn ping(&mut self) -> Result<(), DbError> {
        self.ask(Command::Ping).await
    }

    pub(super) async fn run_query(
        &mut self,
        source: Source,
        params: Vec<SqlValue>,
    ) -> Result<Opened, DbError> {
        self.ask(|reply| Command::Query(source, params, reply)).await
    }

    pub(super) async fn run_exec(
        &mut self,
        source: Source,
        params: Vec<SqlValue>,
    ) -> Result<ExecResult, DbError> {
        self.ask(|reply| Command::Exec(source, params, reply)).await
    }

    /// Sends a command at once; what is awaited is only its answer.
    pub(super) async fn ask<T>(&mut self, make: impl FnOnce(Reply<T>) -> Command) -> Result<T, DbError> {
        ask(&self.commands, make).await
    }

    /// Sends a command whose answer nobody needs.
    pub(super) fn tell(&self, command: Command) {
        let _ = self.commands.send(command);
    }
}

async fn ask<T>(
    commands: &mpsc::UnboundedSender<Command>,
    make: impl FnOnce(Reply<T>) -> Command,
) -> Result<T, DbError> {
    let (reply, answer) = oneshot::channel();
    // A task that has gone drops the reply.
    let _ = commands.send(make(reply));
    answer.await.unwrap_or_else(|_| Err(gone()))
}

impl Statement {
    /// How many parameters it takes; `None` when the driver does not know.
    pub fn num_input(&self) -> Option<usize> {
        self.inputs
    }

    /// Closes it and waits for it.
    ///
    /// # Errors
    /// The database failed; the statement has gone in any case.
    pub async fn close(self) -> Result<(), DbError> {
        let key = self.key;
        ask(&self.commands, |reply| Command::CloseStatement(key, Some(reply))).await
    }

    pub(super) fn source(&self, on: &Executor) -> Result<Source, DbError> {
        let same = self.commands.same_channel(&on.commands);
        same.then_some(Source::Prepared(self.key)).ok_or(DbError::OtherConnection)
    }
}

impl Drop for Statement {
    fn drop(&mut self) {
        // After `close` the key names nothing any more.
        let _ = self.commands.send(Command::CloseStatement(self.key, None));
    }
}

/// Keeps texts back that open a transaction which nobody would close: the connection goes back to the server, whose own
/// next statements would be part of it.
fn text(sql: &str) -> Result<Source, DbError> {
    let word: String = sql.trim_start().chars().take_while(char::is_ascii_alphabetic).collect();
    let help = match word.to_ascii_uppercase().as_str() {
        "BEGIN" | "START" => "use `begin`, which ends with its handle",
        "COMMIT" | "ROLLBACK" | "END" | "ABORT" if !is_savepoint(sql) => "use the methods of `Tx`",
        _ => return Ok(Source::Text(sql.to_owned())),
    };
    Err(DbError::Refused { word, help })
}

/// `ROLLBACK TO name` stays inside its transaction.
fn is_savepoint(sql: &str) -> bool {
    let mut words = sql.split_ascii_whitespace().skip(1);
    words.any(|word| word.eq_ignore_ascii_case("to"))
}

macro_rules! opaque {
    ($($name:ident)*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}

opaque!(Conn Executor Statement);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_would_leave_a_transaction_open_are_kept_back() {
        for sql in ["BEGIN", " begin; SELECT 1", "start transaction", "COMMIT", "rollback;", "END"] {
            let error = text(sql).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.contains("is not sent as text"), "{sql}: {error}");
        }
        for sql in ["SELECT 1", "SAVEPOINT a", "ROLLBACK TO a", "rollback to savepoint a", "", "(SELECT 1)"] {
            assert!(text(sql).is_ok(), "{sql}");
        }
    }
}
