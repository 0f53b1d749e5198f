//! The server's database: SQL through the server's own connections.
//!
//! The server runs the statements of plugins on its own pool of connections to PostgreSQL (servers up to 10 may use
//! MySQL). A plugin gets a [`Db`] at activation, as `ctx.db`.
//!
//! ```no_run
//! use mmplugin::prelude::*;
//! use mmplugin::db::{Db, DbError};
//!
//! struct Notes {
//!     db: Db,
//! }
//!
//! #[mmplugin::plugin(id = "com.example.notes")]
//! impl Hooks for Notes {
//!     async fn activate(ctx: Activation) -> Result<Self, Error> {
//!         let create = "CREATE TABLE IF NOT EXISTS notes (id bigserial PRIMARY KEY, author text, text text)";
//!         ctx.db.exec(create, ()).await?;
//!         Ok(Notes { db: ctx.db })
//!     }
//!
//!     async fn message_has_been_posted(&self, _ctx: Context, post: Post) {
//!         if let Err(error) = self.keep(&post).await {
//!             tracing::error!(%error, "a note was not kept");
//!         }
//!     }
//! }
//!
//! impl Notes {
//!     async fn keep(&self, post: &Post) -> Result<i64, DbError> {
//!         let mut tx = self.db.begin(Default::default()).await?;
//!         let insert = "INSERT INTO notes (author, text) VALUES ($1, $2)";
//!         tx.exec(insert, (&post.user_id, &post.message)).await?;
//!         let count = "SELECT count(*) FROM notes WHERE author = $1";
//!         let (kept,): (i64,) = tx.fetch_one(count, (&post.user_id,)).await?;
//!         tx.commit().await?;
//!         Ok(kept)
//!     }
//! }
//! ```
//!
//! # Own tables
//! Tables lie beside the server's: give them a prefix of your own, and leave the server's alone. The server's
//! connections are shared with it: a plugin must leave them as it found them. [`begin`](Conn::begin) instead of
//! `BEGIN` as text sees to that for transactions; `SET` without `LOCAL`, temporary tables and `LISTEN` stay with the
//! connection when it goes back.
//!
//! # Dates and times
//! The server cannot send dates and times to plugins: one such value ends the plugin's way to the database for good.
//! So a query with a column of a type `date`, `time`, `timestamp` … is refused before the first row, with
//! [`DbError::DateTimeColumn`]; select `at::text` or `extract(epoch from at)` instead. A parameter goes as text with a
//! cast (`$1::timestamptz`) or as a number (`to_timestamp($1)`). Milliseconds in a `bigint`, as in the server's own
//! tables, need neither.
//!
//! # What closes what
//! Rows, statements, transactions and connections are values that borrow or hold what they need, and close themselves
//! when they are dropped, in the right order, even when a future is dropped in the middle of a call. An id that the
//! server does not know would crash it: none ever leaves this module. At deactivation everything is closed (a statement
//! that takes longer than three seconds is left behind).

mod call;
mod conn;
mod dates;
mod dialect;
mod error;
pub(crate) mod generated;
mod link;
mod params;
mod row;
mod rows;
mod stream;
#[cfg(test)]
mod tests;
mod tx;
mod value;
mod worker;

use std::sync::Arc;

use tokio::sync::OnceCell;

use crate::Api;
use crate::netrpc::Client;

pub use conn::{Conn, Executor, Statement};
pub use dialect::Dialect;
pub use error::{DbError, ServerError};
#[cfg(any(test, feature = "testing"))]
pub(crate) use error::{PgError, code};
pub use params::Params;
pub use row::{Column, ColumnIndex, Columns, FromRow, Row};
pub use rows::Rows;
pub use tx::{Isolation, Tx, TxOptions};
pub use value::{FromSql, SqlValue, ToSql, ValueError};
pub use worker::ExecResult;

use link::Link;

/// The way to the server's database; cheap to clone, usable from many tasks at once.
///
/// Its own statements each take a connection for themselves, from the master, and give it back; what belongs together
/// goes on a [`Conn`] or a [`Tx`]. Go: `pluginapi.StoreService`.
#[derive(Clone)]
pub struct Db {
    link: Arc<Link>,
    api: Api,
    dialect: Arc<OnceCell<Dialect>>,
}

impl Db {
    /// `client` leads to the driver, or says why there is none.
    pub(crate) fn new(client: Result<Client, String>, api: Api) -> Self {
        Self { link: Link::new(client), api, dialect: Arc::default() }
    }

    /// Lends a connection to the master database, for reading and writing.
    ///
    /// # Errors
    /// [`DbError::Unavailable`]; [`DbError::Driver`] when none was free for as long as `SqlSettings.QueryTimeout` says.
    ///
    /// Since server 5.16. Go: `Driver.Conn`.
    pub async fn master(&self) -> Result<Conn, DbError> {
        worker::connect(&self.link, true).await.map(Conn::new)
    }

    /// Lends a connection to a read replica; to the master where there are no replicas. What was just written may not
    /// be there yet.
    ///
    /// # Errors
    /// As [`master`](Self::master).
    ///
    /// Since server 5.16. Go: `Driver.Conn`.
    pub async fn replica(&self) -> Result<Conn, DbError> {
        worker::connect(&self.link, false).await.map(Conn::new)
    }

    /// Begins a transaction on a connection of its own.
    ///
    /// # Errors
    /// As [`master`](Self::master) and [`Conn::begin`].
    pub async fn begin(&self, options: TxOptions) -> Result<Tx<'static>, DbError> {
        Tx::owning(self.master().await?, options).await
    }

    /// Runs one statement for its effect.
    ///
    /// # Errors
    /// As [`master`](Self::master) and [`Executor::exec`].
    pub async fn exec(&self, sql: &str, params: impl Params) -> Result<ExecResult, DbError> {
        self.master().await?.exec(sql, params).await
    }

    /// Runs one query; its connection goes back with its rows.
    ///
    /// # Errors
    /// As [`master`](Self::master) and [`Executor::query`].
    pub async fn query(&self, sql: &str, params: impl Params) -> Result<Rows<'static>, DbError> {
        let mut conn = self.master().await?;
        let opened = conn.start(sql, params).await?;
        Ok(Rows::new(opened, Some(conn)))
    }

    /// The only or first row of a query.
    ///
    /// # Errors
    /// As [`master`](Self::master) and [`Executor::fetch_one`].
    pub async fn fetch_one<T: FromRow>(&self, sql: &str, params: impl Params) -> Result<T, DbError> {
        self.master().await?.fetch_one(sql, params).await
    }

    /// The first row of a query, if it has any.
    ///
    /// # Errors
    /// As [`master`](Self::master) and [`Executor::fetch_optional`].
    pub async fn fetch_optional<T: FromRow>(
        &self,
        sql: &str,
        params: impl Params,
    ) -> Result<Option<T>, DbError> {
        self.master().await?.fetch_optional(sql, params).await
    }

    /// All rows of a query, in memory.
    ///
    /// # Errors
    /// As [`master`](Self::master) and [`Executor::fetch_all`].
    pub async fn fetch_all<T: FromRow>(&self, sql: &str, params: impl Params) -> Result<Vec<T>, DbError> {
        self.master().await?.fetch_all(sql, params).await
    }

    /// Which database it is, from the server's configuration; asked for once.
    ///
    /// # Errors
    /// [`DbError::Api`] when the configuration cannot be read; [`DbError::Driver`] for a database that no server has.
    ///
    /// Go: `StoreService.DriverName`.
    pub async fn dialect(&self) -> Result<Dialect, DbError> {
        self.dialect.get_or_try_init(|| dialect::ask(&self.api)).await.copied()
    }

    /// Closes all connections and lets no more open.
    pub(crate) async fn end(&self) {
        self.link.end().await;
    }

    /// The same without waiting.
    pub(crate) fn close(&self) {
        self.link.close();
    }
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").field("works", &self.link.works()).finish_non_exhaustive()
    }
}
