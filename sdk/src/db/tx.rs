//! Transactions.

use std::ops::{Deref, DerefMut};

use super::DbError;
use super::conn::{Conn, Executor};
use super::generated::DbTxOptions;
use super::worker::Command;

/// How a transaction begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TxOptions {
    /// What it sees of others.
    pub isolation: Isolation,
    /// True for one that changes nothing.
    pub read_only: bool,
}

/// What a transaction sees of others that run at the same time.
///
/// Databases have not all of them; what they lack is an error of `begin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Isolation {
    /// What the database does when nothing is said.
    #[default]
    Default,
    /// `READ UNCOMMITTED`
    ReadUncommitted,
    /// `READ COMMITTED`
    ReadCommitted,
    /// `REPEATABLE READ`
    RepeatableRead,
    /// `SERIALIZABLE`; see [`DbError::is_retryable`].
    Serializable,
}

impl TxOptions {
    pub(super) fn into_wire(self) -> DbTxOptions {
        // Numbers of Go's `sql.IsolationLevel`.
        let isolation = match self.isolation {
            Isolation::Default => 0,
            Isolation::ReadUncommitted => 1,
            Isolation::ReadCommitted => 2,
            Isolation::RepeatableRead => 4,
            Isolation::Serializable => 6,
        };
        DbTxOptions { isolation, read_only: self.read_only }
    }
}

/// A transaction: everything that an [`Executor`] does happens in it.
///
/// It ends with [`commit`](Tx::commit) or [`rollback`](Tx::rollback). One that is dropped is rolled back in the
/// background, before anything else is done on its connection. Go: `sql.Tx`.
#[must_use = "a transaction that is dropped is rolled back"]
pub struct Tx<'c> {
    conn: Held<'c>,
    ended: bool,
}

/// Whose connection it is.
enum Held<'c> {
    Borrowed(&'c mut Conn),
    Owned(Conn),
}

impl<'c> Tx<'c> {
    pub(super) async fn on(conn: &'c mut Conn, options: TxOptions) -> Result<Self, DbError> {
        Self::begin(Held::Borrowed(conn), options).await
    }

    pub(super) async fn owning(conn: Conn, options: TxOptions) -> Result<Self, DbError> {
        Self::begin(Held::Owned(conn), options).await
    }

    /// The value exists before the transaction does, so that it ends even when nobody waits for its beginning.
    async fn begin(conn: Held<'c>, options: TxOptions) -> Result<Self, DbError> {
        let mut tx = Self { conn, ended: false };
        match tx.ask(|reply| Command::Begin(options, reply)).await {
            Ok(()) => Ok(tx),
            Err(error) => {
                tx.ended = true;
                Err(error)
            }
        }
    }

    /// Keeps what was done.
    ///
    /// # Errors
    /// The database refused: then nothing was kept. With [`DbError::Unavailable`] it is not known.
    pub async fn commit(self) -> Result<(), DbError> {
        self.end(true).await
    }

    /// Undoes what was done.
    ///
    /// # Errors
    /// The connection failed; the database undoes what is not committed in any case.
    pub async fn rollback(self) -> Result<(), DbError> {
        self.end(false).await
    }

    async fn end(mut self, commit: bool) -> Result<(), DbError> {
        self.ended = true;
        self.ask(|reply| Command::EndTx(commit, Some(reply))).await
    }
}

impl Deref for Tx<'_> {
    type Target = Executor;

    fn deref(&self) -> &Executor {
        match &self.conn {
            Held::Borrowed(conn) => conn,
            Held::Owned(conn) => conn,
        }
    }
}

impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut Executor {
        match &mut self.conn {
            Held::Borrowed(conn) => conn,
            Held::Owned(conn) => conn,
        }
    }
}

impl Drop for Tx<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.tell(Command::EndTx(false, None));
        }
    }
}

impl std::fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx").finish_non_exhaustive()
    }
}
