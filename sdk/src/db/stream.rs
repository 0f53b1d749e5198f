//! The rows of one query on their way from the server to their handle.

use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use tokio::sync::{mpsc, oneshot};

use super::error::code;
use super::generated::*;
use super::link::{done, is_code};
use super::row::{Columns, Row};
use super::value::SqlValue;
use super::worker::{Reply, Worker};
use super::{DbError, dates};

/// Rows that are asked for before the handle wants them: enough to hide the way to the server, few enough that large
/// rows do not pile up.
const READ_AHEAD: usize = 4;

/// Rows that are open on the server.
pub(super) struct OpenRows {
    pub(super) id: String,
    /// A statement that was prepared for this query only.
    pub(super) statement: Option<u64>,
}

/// What a handle gets: the rows come by `rows`, `None` ends a result set.
pub(super) struct Opened {
    pub(super) columns: Arc<Columns>,
    pub(super) rows: mpsc::Receiver<Result<Option<Row>, DbError>>,
    pub(super) control: mpsc::Sender<Control>,
}

/// What a handle may ask while its rows are open.
pub(super) enum Control {
    /// Precision and scale of a column.
    Precision(usize, Reply<Option<(i64, i64)>>),
    /// The columns of the next result set, if there is one.
    NextSet(Reply<Option<Arc<Columns>>>),
    Close(oneshot::Sender<Result<(), DbError>>),
}

/// Hands the rows over until the handle has gone; then they are closed.
pub(super) async fn serve(worker: &mut Worker, open: (OpenRows, Arc<Columns>), reply: Reply<Opened>) {
    let (rows, mut columns) = open;
    let (out, receiver) = mpsc::channel(READ_AHEAD);
    let (control, mut asked) = mpsc::channel(1);
    let opened = Opened { columns: columns.clone(), rows: receiver, control };
    // Where nobody waits any more, both channels end here.
    let _ = reply.send(Ok(opened));
    let mut at_end = false;
    let link = worker.link.clone();
    let mut closed = None;
    loop {
        tokio::select! {
            biased;
            () = link.ended() => break,
            control = asked.recv() => match control {
                None => break,
                Some(Control::Close(reply)) => {
                    closed = Some(reply);
                    break;
                }
                Some(Control::Precision(index, reply)) => {
                    let _ = reply.send(worker.precision(&rows, index).await);
                }
                Some(Control::NextSet(reply)) => {
                    let next = worker.next_set(&rows).await;
                    if let Ok(Some(next)) = &next {
                        (columns, at_end) = (next.clone(), false);
                    }
                    let failed = next.is_err();
                    let _ = reply.send(next);
                    if failed {
                        break;
                    }
                }
            },
            permit = out.reserve(), if !at_end => {
                let Ok(permit) = permit else { break };
                let row = worker.next_row(&rows, &columns).await;
                at_end = matches!(row, Ok(None));
                let failed = row.is_err();
                permit.send(row);
                if failed {
                    break;
                }
            }
        }
    }
    let result = worker.close_rows(rows).await;
    if let Some(reply) = closed {
        let _ = reply.send(result);
    }
}

impl Worker {
    /// Reads what the columns are, and closes the rows if one of them cannot travel.
    pub(super) async fn check(&mut self, rows: OpenRows) -> Result<(OpenRows, Arc<Columns>), DbError> {
        match self.columns(&rows).await {
            Ok(columns) => Ok((rows, columns)),
            Err(error) => {
                let _ = self.close_rows(rows).await;
                Err(error)
            }
        }
    }

    async fn columns(&mut self, rows: &OpenRows) -> Result<Arc<Columns>, DbError> {
        let names = self.look(RowsColumnsArgs(rows.id.clone())).await?.a;
        // These only look at what the server has in memory: they may overlap.
        let link = &self.link;
        let index = (0..).take(names.len());
        let types = together(
            index.map(|index| link.call(RowsColumnTypeDatabaseTypeNameArgs { a: rows.id.clone(), b: index })),
        );
        let types = types.await.into_iter().collect::<Result<Vec<String>, _>>()?;
        let columns = Columns::new(names.into_iter().zip(types));
        dates::refuse(&columns)?;
        Ok(Arc::new(columns))
    }

    async fn next_row(&mut self, rows: &OpenRows, columns: &Arc<Columns>) -> Result<Option<Row>, DbError> {
        // The server fills as many places as it is sent.
        let places = vec![crate::gob::Value::Nil; columns.len()];
        let reply = self.look(RowsNextArgs { a: rows.id.clone(), b: places }).await?;
        if is_code(&reply.a, code::EOF) {
            return Ok(None);
        }
        done("RowsNext", reply.a)?;
        let read = |(column, value): (&super::Column, _)| {
            SqlValue::from_wire(value).map_err(|name| {
                DbError::column(&column.name, format!("the server sent a value of Go's type {name}"))
            })
        };
        let mut values = columns.iter().zip(reply.b).map(read).collect::<Result<Vec<_>, _>>()?;
        values.resize(columns.len(), SqlValue::Null);
        Ok(Some(Row::new(columns.clone(), values)))
    }

    async fn precision(&mut self, rows: &OpenRows, index: usize) -> Result<Option<(i64, i64)>, DbError> {
        let b = i64::try_from(index).unwrap_or_default();
        let reply = self.look(RowsColumnTypePrecisionScaleArgs { a: rows.id.clone(), b }).await?;
        Ok(reply.c.then_some((reply.a, reply.b)))
    }

    async fn next_set(&mut self, rows: &OpenRows) -> Result<Option<Arc<Columns>>, DbError> {
        if !self.look(RowsHasNextResultSetArgs(rows.id.clone())).await?.a {
            return Ok(None);
        }
        let reply = self.look(RowsNextResultSetArgs(rows.id.clone())).await?;
        if is_code(&reply.a, code::EOF) {
            return Ok(None);
        }
        done("RowsNextResultSet", reply.a)?;
        self.columns(rows).await.map(Some)
    }

    async fn close_rows(&mut self, rows: OpenRows) -> Result<(), DbError> {
        let reply = self.ask(RowsCloseArgs(rows.id)).await?;
        if let Some(key) = rows.statement {
            let _ = self.close_statement(key).await;
        }
        done("RowsClose", reply.a)
    }
}

/// Waits for all of them; their results in their order.
async fn together<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<Pin<Box<F>>> = futures.map(Box::pin).collect();
    let mut ready: Vec<Option<F::Output>> = waiting.iter().map(|_| None).collect();
    std::future::poll_fn(|cx| {
        let mut all = true;
        for (future, slot) in waiting.iter_mut().zip(&mut ready).filter(|(_, slot)| slot.is_none()) {
            match future.as_mut().poll(cx) {
                Poll::Ready(value) => *slot = Some(value),
                Poll::Pending => all = false,
            }
        }
        if all { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    ready.into_iter().flatten().collect()
}
