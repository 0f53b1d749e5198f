//! The rows of a query, one after the other.

use std::marker::PhantomData;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use super::conn::{Conn, Executor, gone};
use super::row::{Columns, FromRow, Row};
use super::stream::{Control, Opened};
use super::worker::Reply;
use super::{DbError, Statement};

/// The rows of a query, read from the server while they are used: a large result needs little memory.
///
/// The connection does nothing else until they are dropped or closed. Each row is one call to the server; a few are
/// read ahead. Go: `sql.Rows`.
///
/// ```no_run
/// # async fn example(conn: &mut mmplugin::db::Executor) -> Result<(), mmplugin::db::DbError> {
/// let mut rows = conn.query("SELECT id, text FROM notes WHERE author = $1", ("anna",)).await?;
/// while let Some(row) = rows.next().await? {
///     let (id, text): (i64, String) = (row.get("id")?, row.get("text")?);
///     println!("{id}: {text}");
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "rows that are dropped are closed"]
pub struct Rows<'e> {
    columns: Arc<Columns>,
    rows: mpsc::Receiver<Result<Option<Row>, DbError>>,
    control: mpsc::Sender<Control>,
    /// The set has been read to its end, or failed.
    ended: bool,
    /// Dropped after the rows.
    _conn: Option<Conn>,
    _executor: PhantomData<&'e mut Executor>,
}

impl<'e> Rows<'e> {
    pub(super) fn new(opened: Opened, conn: Option<Conn>) -> Self {
        let Opened { columns, rows, control } = opened;
        Self { columns, rows, control, ended: false, _conn: conn, _executor: PhantomData }
    }

    /// The next row; `None` at the end of the result set.
    ///
    /// # Errors
    /// The database failed, or there is no way to it any more. No rows follow.
    pub async fn next(&mut self) -> Result<Option<Row>, DbError> {
        if self.ended {
            return Ok(None);
        }
        let row = self.rows.recv().await.unwrap_or_else(|| Err(gone()));
        self.ended = !matches!(row, Ok(Some(_)));
        row
    }

    /// The next row, read as a tuple or a type of yours.
    ///
    /// # Errors
    /// As [`next`](Self::next); [`DbError::Column`] when it does not fit.
    pub async fn next_as<T: FromRow>(&mut self) -> Result<Option<T>, DbError> {
        self.next().await?.map(T::from_row).transpose()
    }

    /// All rows that follow in this result set.
    ///
    /// # Errors
    /// As [`next_as`](Self::next_as).
    pub async fn collect<T: FromRow>(&mut self) -> Result<Vec<T>, DbError> {
        let mut all = Vec::new();
        while let Some(row) = self.next_as().await? {
            all.push(row);
        }
        Ok(all)
    }

    /// What the columns of this result set are; none for a statement that gives no rows.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Precision and scale of a `numeric` column, counted from 0; `None` for other types.
    ///
    /// # Errors
    /// There is no such column, or no way to the database any more.
    pub async fn precision_scale(&mut self, index: usize) -> Result<Option<(i64, i64)>, DbError> {
        if index >= self.columns.len() {
            let text = format!("the row has {} columns", self.columns.len());
            return Err(DbError::column(index.to_string(), text));
        }
        self.ask(|reply| Control::Precision(index, reply)).await
    }

    /// Goes on to the next result set of a text with several statements; false when there is none. Rows of this set that
    /// have not been read are passed over.
    ///
    /// # Errors
    /// The database failed; [`DbError::DateTimeColumn`] when the next set cannot be read. No rows follow.
    pub async fn next_result_set(&mut self) -> Result<bool, DbError> {
        while self.next().await?.is_some() {}
        match self.ask(Control::NextSet).await? {
            None => Ok(false),
            Some(columns) => {
                self.columns = columns;
                self.ended = false;
                Ok(true)
            }
        }
    }

    /// Closes the rows and waits for it; dropping them does so in the background.
    ///
    /// The server reads rows that nobody asked for to their end, and other plugins' rows wait meanwhile: a `LIMIT` in
    /// the query is better.
    ///
    /// # Errors
    /// The database failed in a row that had not been read.
    pub async fn close(self) -> Result<(), DbError> {
        let (reply, closed) = oneshot::channel();
        if self.control.send(Control::Close(reply)).await.is_err() {
            return Ok(());
        }
        closed.await.unwrap_or_else(|_| Err(gone()))
    }

    async fn ask<T>(&self, make: impl FnOnce(Reply<T>) -> Control) -> Result<T, DbError> {
        let (reply, answer) = oneshot::channel();
        // A task that has gone drops the reply.
        let _ = self.control.send(make(reply)).await;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }
}

impl std::fmt::Debug for Rows<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("columns", &self.columns).finish_non_exhaustive()
    }
}

/// # Running
impl Statement {
    /// Runs the statement for its rows, on the connection it was prepared on or a transaction there.
    ///
    /// # Errors
    /// [`DbError::OtherConnection`]; otherwise as [`Executor::query`].
    pub async fn query<'e>(
        &self,
        on: &'e mut Executor,
        params: impl super::Params,
    ) -> Result<Rows<'e>, DbError> {
        let source = self.source(on)?;
        on.run_query(source, params.values()?).await.map(|opened| Rows::new(opened, None))
    }

    /// Runs the statement for its effect.
    ///
    /// # Errors
    /// [`DbError::OtherConnection`]; otherwise as [`Executor::exec`].
    pub async fn exec(
        &self,
        on: &mut Executor,
        params: impl super::Params,
    ) -> Result<super::ExecResult, DbError> {
        let source = self.source(on)?;
        on.run_exec(source, params.values()?).await
    }
}
