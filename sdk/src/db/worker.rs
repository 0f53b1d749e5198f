//! The task of one connection: it alone knows the server's ids and talks about them, one call after the other.
//!
//! The server's database library does one thing at a time on a connection, and an id that the server does not know
//! crashes it. So handles send commands here and never an id; a command is carried out whether or not its caller still
//! waits; and what a caller that has gone would have got is closed at once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{mpsc, oneshot};

use super::DbError;
use super::call::DriverCall;
use super::error::code;
use super::generated::*;
use super::link::{Link, Open, done, is_code};
use super::params::named;
use super::stream::{self, OpenRows, Opened};
use super::tx::TxOptions;
use super::value::SqlValue;
use crate::log::Scope;

/// Where a caller waits.
pub(super) type Reply<T> = oneshot::Sender<Result<T, DbError>>;

/// What runs: a text, or the statement that was prepared under this key.
pub(super) enum Source {
    Text(String),
    Prepared(u64),
}

/// What a handle asks of its connection.
pub(super) enum Command {
    Ping(Reply<()>),
    Query(Source, Vec<SqlValue>, Reply<Opened>),
    Exec(Source, Vec<SqlValue>, Reply<ExecResult>),
    /// Under a new key; answers how many parameters there are.
    Prepare(u64, String, Reply<Option<usize>>),
    CloseStatement(u64, Option<Reply<()>>),
    Begin(TxOptions, Reply<()>),
    /// `true` commits.
    EndTx(bool, Option<Reply<()>>),
    Close(Option<Reply<()>>),
}

/// What a statement without rows did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ExecResult {
    /// Rows inserted, changed or deleted; 0 where the database does not say.
    pub rows_affected: u64,
    /// The last automatic key, which only MySQL tells; with PostgreSQL use `INSERT … RETURNING id`.
    pub last_insert_id: Option<i64>,
}

/// A connection and all that is open on it.
pub(super) struct Worker {
    pub(super) link: Arc<Link>,
    id: String,
    statements: BTreeMap<u64, String>,
    tx: Option<String>,
    /// Set when a reply was lost that may have named something: nothing more is sent then.
    lost: bool,
}

/// Opens a connection in a task of its own; the sender is where its commands go.
pub(super) async fn connect(
    link: &Arc<Link>,
    master: bool,
) -> Result<mpsc::UnboundedSender<Command>, DbError> {
    let open = link.admit()?;
    let (commands, inbox) = mpsc::unbounded_channel();
    let (ready, opened) = oneshot::channel();
    tokio::spawn(Scope::current().wrap(run(open, link.clone(), master, inbox, ready)));
    opened.await.unwrap_or_else(|_| Err(DbError::unavailable("the connection's task has ended")))?;
    Ok(commands)
}

async fn run(
    _open: Open,
    link: Arc<Link>,
    master: bool,
    mut inbox: mpsc::UnboundedReceiver<Command>,
    ready: Reply<()>,
) {
    let reply = link.call(ConnArgs(master)).await;
    let id = match reply.and_then(|reply| done("Conn", reply.b).map(|()| reply.a)) {
        Ok(id) => id,
        Err(error) => {
            let _ = ready.send(Err(error));
            return;
        }
    };
    let mut worker = Worker { link, id, statements: BTreeMap::new(), tx: None, lost: false };
    // Whoever wanted the connection may have gone: then nothing comes and it is closed.
    let _ = ready.send(Ok(()));
    let last = worker.serve(&mut inbox).await;
    let result = worker.close().await;
    if let Some(reply) = last {
        let _ = reply.send(result);
    }
}

impl Worker {
    /// Carries commands out until the connection is to be closed; gives who waits for that.
    async fn serve(&mut self, inbox: &mut mpsc::UnboundedReceiver<Command>) -> Option<Reply<()>> {
        loop {
            let link = self.link.clone();
            let command = tokio::select! {
                biased;
                () = link.ended() => return None,
                command = inbox.recv() => command?,
            };
            match command {
                Command::Close(reply) => return reply,
                command => self.carry_out(command).await,
            }
        }
    }

    async fn carry_out(&mut self, command: Command) {
        match command {
            Command::Ping(reply) => {
                let result = self.look(ConnPingArgs(self.id.clone())).await;
                let _ = reply.send(result.and_then(|answer| done("ConnPing", answer.a)));
            }
            Command::Query(source, params, reply) => self.query(source, params, reply).await,
            Command::Exec(source, params, reply) => {
                let _ = reply.send(self.exec(source, params).await);
            }
            Command::Prepare(key, sql, reply) => {
                let _ = reply.send(self.prepare(key, sql).await);
            }
            Command::CloseStatement(key, reply) => answer(reply, self.close_statement(key).await),
            Command::Begin(options, reply) => {
                let _ = reply.send(self.begin(options).await);
            }
            Command::EndTx(commit, reply) => answer(reply, self.end_tx(commit).await),
            // Taken by the caller.
            Command::Close(reply) => answer(reply, Ok(())),
        }
    }

    /// One call about this connection that makes or ends nothing.
    pub(super) async fn look<A: DriverCall>(&self, args: A) -> Result<A::Reply, DbError> {
        if self.lost {
            return Err(DbError::unavailable("an answer about this connection was lost"));
        }
        self.link.call(args).await
    }

    /// One call about this connection. After an answer that was lost there are no more: it may have named something.
    pub(super) async fn ask<A: DriverCall>(&mut self, args: A) -> Result<A::Reply, DbError> {
        let reply = self.look(args).await;
        if let Err(error) = &reply {
            self.lost |= error.loses_track();
            if self.lost && self.link.works() {
                tracing::error!(%error, "a database connection is given up: the server's answer was lost");
            }
        }
        reply
    }

    async fn query(&mut self, source: Source, params: Vec<SqlValue>, reply: Reply<Opened>) {
        let opened = match self.start_query(source, params).await {
            Ok(rows) => self.check(rows).await,
            Err(error) => Err(error),
        };
        match opened {
            Ok(rows) => stream::serve(self, rows, reply).await,
            Err(error) => drop(reply.send(Err(error))),
        }
    }

    async fn start_query(&mut self, source: Source, params: Vec<SqlValue>) -> Result<OpenRows, DbError> {
        let (sql, wire) = match source {
            Source::Prepared(key) => return self.query_prepared(key, params, false).await,
            Source::Text(sql) => (sql, named(params.clone())),
        };
        let reply = self.ask(ConnQueryArgs { a: self.id.clone(), b: sql.clone(), c: wire }).await?;
        if is_code(&reply.b, code::SKIP) {
            // MySQL's driver takes parameters in prepared statements only.
            let key = new_key();
            self.prepare(key, sql).await?;
            let rows = self.query_prepared(key, params, true).await;
            if rows.is_err() {
                let _ = self.close_statement(key).await;
            }
            return rows;
        }
        done("ConnQuery", reply.b)?;
        Ok(OpenRows { id: reply.a, statement: None })
    }

    async fn query_prepared(
        &mut self,
        key: u64,
        params: Vec<SqlValue>,
        only_use: bool,
    ) -> Result<OpenRows, DbError> {
        let id = self.statement(key)?;
        let reply = self.ask(StmtQueryArgs { a: id, b: named(params) }).await?;
        done("StmtQuery", reply.b)?;
        Ok(OpenRows { id: reply.a, statement: only_use.then_some(key) })
    }

    async fn exec(&mut self, source: Source, params: Vec<SqlValue>) -> Result<ExecResult, DbError> {
        let (sql, wire) = match source {
            Source::Prepared(key) => return self.exec_prepared(key, params).await,
            Source::Text(sql) => (sql, named(params.clone())),
        };
        let reply = self.ask(ConnExecArgs { a: self.id.clone(), b: sql.clone(), c: wire }).await?;
        if is_code(&reply.b, code::SKIP) {
            let key = new_key();
            self.prepare(key, sql).await?;
            let result = self.exec_prepared(key, params).await;
            let _ = self.close_statement(key).await;
            return result;
        }
        done("ConnExec", reply.b)?;
        Ok(exec_result(reply.a))
    }

    async fn exec_prepared(&mut self, key: u64, params: Vec<SqlValue>) -> Result<ExecResult, DbError> {
        let id = self.statement(key)?;
        let reply = self.ask(StmtExecArgs { a: id, b: named(params) }).await?;
        done("StmtExec", reply.b)?;
        Ok(exec_result(reply.a))
    }

    fn statement(&self, key: u64) -> Result<String, DbError> {
        self.statements.get(&key).cloned().ok_or(DbError::OtherConnection)
    }

    async fn prepare(&mut self, key: u64, sql: String) -> Result<Option<usize>, DbError> {
        let reply = self.ask(StmtArgs { a: self.id.clone(), b: sql }).await?;
        done("Stmt", reply.b)?;
        self.statements.insert(key, reply.a.clone());
        let count = self.look(StmtNumInputArgs(reply.a)).await?;
        // -1: the driver does not know.
        Ok(usize::try_from(count.a).ok())
    }

    pub(super) async fn close_statement(&mut self, key: u64) -> Result<(), DbError> {
        let Some(id) = self.statements.remove(&key) else { return Ok(()) };
        let reply = self.ask(StmtCloseArgs(id)).await?;
        done("StmtClose", reply.a)
    }

    async fn begin(&mut self, options: TxOptions) -> Result<(), DbError> {
        let reply = self.ask(TxArgs { a: self.id.clone(), b: options.into_wire() }).await?;
        done("Tx", reply.b)?;
        self.tx = Some(reply.a);
        Ok(())
    }

    /// The server forgets the id whatever comes of it.
    async fn end_tx(&mut self, commit: bool) -> Result<(), DbError> {
        let id = self.tx.take().ok_or(DbError::TransactionDone)?;
        if commit {
            let reply = self.ask(TxCommitArgs(id)).await?;
            return done("TxCommit", reply.a);
        }
        let reply = self.ask(TxRollbackArgs(id)).await?;
        done("TxRollback", reply.a)
    }

    /// Closes what is open, in the order in which the database library wants it: the connection goes back to the
    /// server's own pool, where its next user must find nothing of ours.
    async fn close(&mut self) -> Result<(), DbError> {
        for key in std::mem::take(&mut self.statements).into_values() {
            let _ = self.ask(StmtCloseArgs(key)).await;
        }
        if self.tx.is_some() {
            let _ = self.end_tx(false).await;
        }
        let reply = self.ask(ConnCloseArgs(self.id.clone())).await?;
        done("ConnClose", reply.a)
    }
}

/// Names a statement in this process, for ever.
pub(super) fn new_key() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed)
}

fn answer(reply: Option<Reply<()>>, result: Result<(), DbError>) {
    if let Some(reply) = reply {
        let _ = reply.send(result);
    }
}

fn exec_result(done: ResultContainer) -> ExecResult {
    ExecResult {
        rows_affected: u64::try_from(done.rows_affected).unwrap_or_default(),
        last_insert_id: done.last_id_error.is_none().then_some(done.last_id),
    }
}
