//! A database that answers what a test has scripted, behind the server's driver.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::db::generated::*;
use crate::db::{Params, PgError, ServerError, SqlValue, code};
use crate::gob::{Gob, Value};
use crate::netrpc::{Call, Refusal, Service, Work};
use crate::wire::HostError;

use super::Clock;

/// A scripted database, shared by all clones; [`Server::database`](super::Server::database) gives it.
///
/// Texts are compared with runs of white space as one blank. A statement that nothing is scripted for is answered with
/// an error that says so.
///
/// ```
/// use mmplugin::testing::{Answer, Server};
///
/// let server = Server::new();
/// let db = server.database();
/// db.answer("SELECT id, text FROM notes WHERE author = $1", Answer::rows(["id", "text"], [(1, "milk")]));
/// db.answer("INSERT INTO notes (author, text) VALUES ($1, $2)", Answer::affected(1));
/// // … the plugin runs; then:
/// assert!(db.executed().is_empty());
/// assert_eq!(db.faults(), Vec::<String>::new());
/// ```
#[derive(Clone, Default)]
pub struct Database {
    state: Arc<Mutex<State>>,
    clock: Clock,
}

/// What a statement is answered with.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    sets: Vec<Set>,
    affected: i64,
    error: Option<ServerError>,
    /// After so many rows the error comes; at once otherwise.
    error_after_rows: bool,
    delay: Duration,
}

/// One result set.
#[derive(Debug, Clone, Default)]
struct Set {
    columns: Vec<String>,
    types: Vec<String>,
    rows: Vec<Vec<SqlValue>>,
}

/// A statement that was run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Executed {
    /// Its text, with runs of white space as one blank; `BEGIN`, `COMMIT` and `ROLLBACK` for transactions.
    pub sql: String,
    /// Its parameters.
    pub params: Vec<SqlValue>,
    /// Whether it was run in a transaction.
    pub in_transaction: bool,
    /// Whether it went to the master.
    pub master: bool,
}

impl Answer {
    /// Rows with these columns; each row is a tuple, an array or a vector.
    ///
    /// # Panics
    /// When a number is too large for a database.
    pub fn rows<C: Into<String>, P: Params>(
        columns: impl IntoIterator<Item = C>,
        rows: impl IntoIterator<Item = P>,
    ) -> Self {
        Self::default().and_rows(columns, rows)
    }

    /// A further result set.
    ///
    /// # Panics
    /// When a number is too large for a database.
    #[must_use]
    pub fn and_rows<C: Into<String>, P: Params>(
        mut self,
        columns: impl IntoIterator<Item = C>,
        rows: impl IntoIterator<Item = P>,
    ) -> Self {
        let columns: Vec<String> = columns.into_iter().map(Into::into).collect();
        let values = |row: P| row.values().unwrap_or_else(|error| panic!("a scripted row: {error}"));
        let rows: Vec<Vec<SqlValue>> = rows.into_iter().map(values).collect();
        let kind = |index: usize| {
            let value = rows.iter().filter_map(|row| row.get(index)).find(|value| !value.is_null());
            type_name(value).to_owned()
        };
        let types = (0..columns.len()).map(kind).collect();
        self.sets.push(Set { columns, types, rows });
        self
    }

    /// What the database calls the types of the last set's columns, where it is not what the values look like.
    #[must_use]
    pub fn typed<T: Into<String>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        if let Some(set) = self.sets.last_mut() {
            set.types = types.into_iter().map(Into::into).collect();
        }
        self
    }

    /// No rows, but so many that were changed.
    pub fn affected(rows: i64) -> Self {
        Self { affected: rows, ..Self::default() }
    }

    /// The database refuses, with a SQLSTATE and a text.
    pub fn error(code: &str, message: &str) -> Self {
        let error = ServerError { code: code.to_owned(), message: message.to_owned(), ..Default::default() };
        Self { error: Some(ServerError { severity: "ERROR".to_owned(), ..error }), ..Self::default() }
    }

    /// The same with all that an error of the database can say.
    pub fn error_with(error: ServerError) -> Self {
        Self { error: Some(error), ..Self::default() }
    }

    /// Fails after its rows.
    #[must_use]
    pub fn then_error(mut self, code: &str, message: &str) -> Self {
        self.error = Self::error(code, message).error;
        self.error_after_rows = true;
        self
    }

    /// Comes later, by the server's [clock](super::Server::clock).
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

/// What PostgreSQL would call a column with such a value.
fn type_name(value: Option<&SqlValue>) -> &'static str {
    match value {
        Some(SqlValue::Int(_)) => "INT8",
        Some(SqlValue::Float(_)) => "FLOAT8",
        Some(SqlValue::Bool(_)) => "BOOL",
        Some(SqlValue::Bytes(_)) => "BYTEA",
        _ => "TEXT",
    }
}

impl Database {
    pub(super) fn with_clock(clock: Clock) -> Self {
        Self { clock, ..Self::default() }
    }

    /// Answers a statement so from now on; a later script for the same text replaces it.
    pub fn answer(&self, sql: &str, answer: Answer) {
        self.lock().answers.insert(one_blank(sql), answer);
    }

    /// The statements that were run so far, oldest first.
    pub fn executed(&self) -> Vec<Executed> {
        self.lock().executed.clone()
    }

    /// How many connections the plugin has at the moment.
    pub fn connections(&self) -> usize {
        self.lock().conns.len()
    }

    /// What would have harmed a server: ids that it does not know, two things at once on a connection, connections
    /// given back with something open. The SDK sees to it that there are none.
    pub fn faults(&self) -> Vec<String> {
        self.lock().faults.clone()
    }

    /// The calls of the driver, with the ids they were about.
    #[cfg(test)]
    pub(crate) fn calls(&self) -> Vec<String> {
        self.lock().calls.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Replies, at once or later; the connection is busy meanwhile.
    fn reply<R: Gob + Send + 'static>(
        &self,
        call: &Call<'_>,
        conn: &str,
        delay: Duration,
        reply: R,
    ) -> Result<Work, Refusal> {
        let responder = call.responder();
        if delay.is_zero() {
            let sent = responder.reply(&reply);
            return sent.map(|()| Work::DONE).map_err(|error| Refusal::Text(error.to_string()));
        }
        let (database, conn) = (self.clone(), conn.to_owned());
        self.lock().busy(&conn, true);
        Ok(Work::new(async move {
            database.clock.sleep(delay).await;
            database.lock().busy(&conn, false);
            let _ = responder.reply(&reply);
        }))
    }
}

/// All that is open, as the server's driver keeps it.
#[derive(Default)]
struct State {
    answers: BTreeMap<String, Answer>,
    executed: Vec<Executed>,
    faults: Vec<String>,
    calls: Vec<String>,
    conns: BTreeMap<String, ConnState>,
    txs: BTreeMap<String, String>,
    stmts: BTreeMap<String, (String, String)>,
    rows: BTreeMap<String, RowsState>,
    last_id: u64,
}

struct ConnState {
    master: bool,
    busy: bool,
}

struct RowsState {
    conn: String,
    answer: Answer,
    set: usize,
    row: usize,
}

impl State {
    fn new_id(&mut self, kind: &str) -> String {
        self.last_id += 1;
        format!("{kind}{}", self.last_id)
    }

    fn busy(&mut self, conn: &str, busy: bool) {
        if let Some(conn) = self.conns.get_mut(conn) {
            conn.busy = busy;
        }
    }

    fn fault(&mut self, text: String) -> Refusal {
        self.faults.push(text.clone());
        Refusal::Text(text)
    }

    /// A connection that something is to be done on: nothing else may be going on there.
    fn use_conn(&mut self, method: &str, conn: &str) -> Result<(), Refusal> {
        let Some(state) = self.conns.get(conn) else {
            return Err(self.fault(format!("{method}: no connection {conn}")));
        };
        if state.busy {
            return Err(self.fault(format!("{method}: {conn} does something else at the time")));
        }
        if self.rows.values().any(|rows| rows.conn == conn) && !method.starts_with("Rows") {
            return Err(self.fault(format!("{method}: {conn} has rows open")));
        }
        Ok(())
    }

    /// What a statement is answered with.
    fn run(&mut self, conn: &str, sql: &str, params: Vec<DbNamedValue>) -> Answer {
        let sql = one_blank(sql);
        let unscripted = || Answer::error("", &format!("testing: nothing is scripted for: {sql}"));
        let answer = self.answers.get(&sql).cloned().unwrap_or_else(unscripted);
        let params = params.into_iter().map(|param| SqlValue::from_wire(param.value).unwrap_or_default());
        let executed = Executed {
            params: params.collect(),
            in_transaction: self.txs.values().any(|of| of == conn),
            master: self.conns.get(conn).is_some_and(|conn| conn.master),
            sql,
        };
        self.executed.push(executed);
        answer
    }

    fn open_rows(&mut self, conn: &str, answer: Answer) -> IdReply {
        if answer.error.is_some() && !answer.error_after_rows {
            return IdReply { a: String::new(), b: answer.error.map(host_error) };
        }
        let id = self.new_id("rows");
        self.rows.insert(id.clone(), RowsState { conn: conn.to_owned(), answer, set: 0, row: 0 });
        IdReply { a: id, b: None }
    }

    fn record_tx(&mut self, conn: &str, what: &str) {
        let master = self.conns.get(conn).is_some_and(|conn| conn.master);
        let sql = what.to_owned();
        self.executed.push(Executed { sql, params: Vec::new(), in_transaction: true, master });
    }
}

impl RowsState {
    fn set(&self) -> Set {
        self.answer.sets.get(self.set).cloned().unwrap_or_default()
    }

    fn next(&mut self) -> RowReply {
        let row = self.answer.sets.get(self.set).and_then(|set| set.rows.get(self.row));
        self.row += 1;
        match row {
            Some(row) => RowReply { a: None, b: row.iter().cloned().map(SqlValue::into_wire).collect() },
            None => match &self.answer.error {
                Some(error) => RowReply { a: Some(host_error(error.clone())), b: Vec::new() },
                None => RowReply { a: Some(eof()), b: Vec::new() },
            },
        }
    }
}

impl Service for Database {
    fn call(&self, call: &mut Call<'_>) -> Result<Work, Refusal> {
        let method = call.method().strip_prefix("Plugin.").unwrap_or_default().to_owned();
        if method.starts_with("Rows") {
            return self.rows_call(&method, call);
        }
        if method.starts_with("Stmt") {
            return self.statement_call(&method, call);
        }
        if method.starts_with("Tx") {
            return self.tx_call(&method, call);
        }
        self.conn_call(&method, call)
    }
}

impl Database {
    fn conn_call(&self, method: &str, call: &mut Call<'_>) -> Result<Work, Refusal> {
        let mut state = self.lock();
        match method {
            "Conn" => {
                let ConnArgs(master) = call.args()?;
                let id = state.new_id("conn");
                state.conns.insert(id.clone(), ConnState { master, busy: false });
                state.calls.push(format!("Conn {id}"));
                drop(state);
                self.reply(call, "", Duration::ZERO, IdReply { a: id, b: None })
            }
            "ConnPing" | "ConnClose" => {
                let ConnPingArgs(id) = call.args()?;
                state.calls.push(format!("{method} {id}"));
                state.use_conn(method, &id)?;
                if method == "ConnClose" {
                    let open = state.txs.values().any(|of| *of == id)
                        || state.stmts.values().any(|(of, _)| *of == id);
                    if open {
                        return Err(state.fault(format!("ConnClose: {id} has something open")));
                    }
                    state.conns.remove(&id);
                }
                drop(state);
                self.reply(call, "", Duration::ZERO, DoneReply { a: None })
            }
            "ConnQuery" | "ConnExec" => {
                let args: ConnQueryArgs = call.args()?;
                state.calls.push(format!("{method} {}", args.a));
                state.use_conn(method, &args.a)?;
                let answer = state.run(&args.a, &args.b, args.c);
                self.finish(state, call, &args.a, answer, method == "ConnQuery")
            }
            _ => Err(Refusal::MissingMethod),
        }
    }

    /// Answers a statement that ran: with rows, or with what it did.
    fn finish(
        &self,
        mut state: MutexGuard<'_, State>,
        call: &Call<'_>,
        conn: &str,
        answer: Answer,
        query: bool,
    ) -> Result<Work, Refusal> {
        let delay = answer.delay;
        if query {
            let reply = state.open_rows(conn, answer);
            drop(state);
            return self.reply(call, conn, delay, reply);
        }
        drop(state);
        let a = ResultContainer {
            last_id_error: Some(HostError::text("no LastInsertId available after the last statement")),
            rows_affected: answer.affected,
            ..ResultContainer::default()
        };
        self.reply(call, conn, delay, ExecReply { a, b: answer.error.map(host_error) })
    }

    fn tx_call(&self, method: &str, call: &mut Call<'_>) -> Result<Work, Refusal> {
        let mut state = self.lock();
        if method == "Tx" {
            let args: TxArgs = call.args()?;
            state.use_conn(method, &args.a)?;
            let id = state.new_id("tx");
            state.calls.push(format!("Tx {id}"));
            state.txs.insert(id.clone(), args.a.clone());
            state.record_tx(&args.a, "BEGIN");
            let delay = state.answers.get("BEGIN").map_or(Duration::ZERO, |answer| answer.delay);
            drop(state);
            return self.reply(call, &args.a, delay, IdReply { a: id, b: None });
        }
        let TxCommitArgs(id) = call.args()?;
        state.calls.push(format!("{method} {id}"));
        let Some(conn) = state.txs.remove(&id) else {
            return Err(state.fault(format!("{method}: no transaction {id}")));
        };
        state.use_conn(method, &conn)?;
        let word = if method == "TxCommit" { "COMMIT" } else { "ROLLBACK" };
        state.record_tx(&conn, word);
        let error = state.answers.get(word).and_then(|answer| answer.error.clone());
        drop(state);
        self.reply(call, &conn, Duration::ZERO, DoneReply { a: error.map(host_error) })
    }

    fn statement_call(&self, method: &str, call: &mut Call<'_>) -> Result<Work, Refusal> {
        let mut state = self.lock();
        let known = |state: &mut State, id: &str| match state.stmts.get(id).cloned() {
            Some(found) => Ok(found),
            None => Err(state.fault(format!("{method}: no statement {id}"))),
        };
        match method {
            "Stmt" => {
                let args: StmtArgs = call.args()?;
                state.use_conn(method, &args.a)?;
                let id = state.new_id("stmt");
                state.calls.push(format!("Stmt {id}"));
                state.stmts.insert(id.clone(), (args.a, args.b));
                drop(state);
                self.reply(call, "", Duration::ZERO, IdReply { a: id, b: None })
            }
            "StmtNumInput" => {
                let StmtNumInputArgs(id) = call.args()?;
                let (_, sql) = known(&mut state, &id)?;
                let count = (1..).take_while(|n| sql.contains(&format!("${n}"))).last().unwrap_or(0);
                drop(state);
                self.reply(call, "", Duration::ZERO, CountReply { a: count })
            }
            "StmtClose" => {
                let StmtCloseArgs(id) = call.args()?;
                state.calls.push(format!("StmtClose {id}"));
                let (conn, _) = known(&mut state, &id)?;
                state.use_conn(method, &conn)?;
                state.stmts.remove(&id);
                drop(state);
                self.reply(call, "", Duration::ZERO, DoneReply { a: None })
            }
            "StmtQuery" | "StmtExec" => {
                let args: StmtQueryArgs = call.args()?;
                state.calls.push(format!("{method} {}", args.a));
                let (conn, sql) = known(&mut state, &args.a)?;
                state.use_conn(method, &conn)?;
                let answer = state.run(&conn, &sql, args.b);
                self.finish(state, call, &conn, answer, method == "StmtQuery")
            }
            _ => Err(Refusal::MissingMethod),
        }
    }

    fn rows_call(&self, method: &str, call: &mut Call<'_>) -> Result<Work, Refusal> {
        let (id, index, places) = match method {
            "RowsNext" => {
                let args: RowsNextArgs = call.args()?;
                (args.a, 0, args.b.len())
            }
            "RowsColumnTypeDatabaseTypeName" | "RowsColumnTypePrecisionScale" => {
                let args: RowsColumnTypeDatabaseTypeNameArgs = call.args()?;
                (args.a, usize::try_from(args.b).unwrap_or(usize::MAX), 0)
            }
            _ => (call.args::<RowsColumnsArgs>()?.0, 0, 0),
        };
        let mut state = self.lock();
        if method == "RowsClose" || method == "RowsNext" {
            state.calls.push(format!("{method} {id}"));
        }
        let conn = state.rows.get(&id).map(|rows| rows.conn.clone());
        let Some(conn) = conn else {
            return Err(state.fault(format!("{method}: no rows {id}")));
        };
        state.use_conn(method, &conn)?;
        let answered = state.rows_answer(method, &id, index, places)?;
        drop(state);
        match answered {
            Rows::Names(a) => self.reply(call, "", Duration::ZERO, NamesReply { a }),
            Rows::Type(name) => self.reply(call, "", Duration::ZERO, name),
            Rows::Precision(reply) => self.reply(call, "", Duration::ZERO, reply),
            Rows::Row(reply) => self.reply(call, "", Duration::ZERO, reply),
            Rows::Flag(a) => self.reply(call, "", Duration::ZERO, FlagReply { a }),
            Rows::Done(a) => self.reply(call, "", Duration::ZERO, DoneReply { a }),
        }
    }
}

/// The answers to calls about rows.
enum Rows {
    Names(Vec<String>),
    Type(String),
    Precision(PrecisionReply),
    Row(RowReply),
    Flag(bool),
    Done(Option<HostError>),
}

impl State {
    fn rows_answer(&mut self, method: &str, id: &str, index: usize, places: usize) -> Result<Rows, Refusal> {
        let Some(rows) = self.rows.get_mut(id) else { return Err(Refusal::MissingMethod) };
        let set = rows.set();
        let type_of = set.types.get(index).cloned().unwrap_or_default();
        Ok(match method {
            "RowsColumns" => Rows::Names(set.columns),
            "RowsColumnTypeDatabaseTypeName" => Rows::Type(type_of),
            "RowsColumnTypePrecisionScale" if type_of == "NUMERIC" => {
                Rows::Precision(PrecisionReply { a: 10, b: 2, c: true })
            }
            "RowsColumnTypePrecisionScale" => Rows::Precision(PrecisionReply::default()),
            "RowsNext" if places != set.columns.len() => {
                let text = format!("RowsNext: {places} places for {} columns", set.columns.len());
                return Err(self.fault(text));
            }
            "RowsNext"
                if set.types.iter().any(|name| name.starts_with("TIME") || name.starts_with("DATE")) =>
            {
                return Err(self.fault("RowsNext: a date would have ended the stream".to_owned()));
            }
            "RowsNext" => Rows::Row(rows.next()),
            "RowsHasNextResultSet" => Rows::Flag(rows.set + 1 < rows.answer.sets.len()),
            "RowsNextResultSet" if rows.set + 1 < rows.answer.sets.len() => {
                rows.set += 1;
                rows.row = 0;
                Rows::Done(None)
            }
            "RowsNextResultSet" => Rows::Done(Some(eof())),
            "RowsClose" => {
                self.rows.remove(id);
                Rows::Done(None)
            }
            _ => return Err(Refusal::MissingMethod),
        })
    }
}

fn eof() -> HostError {
    HostError::Text { code: code::EOF, message: "EOF".to_owned() }
}

/// As the server sends it: a code of the driver for the words that stand for one, else an error of PostgreSQL.
fn host_error(error: ServerError) -> HostError {
    match error.code.as_str() {
        "driver: skip" => HostError::Text { code: code::SKIP, message: error.message },
        "driver: bad connection" => HostError::Text { code: code::BAD_CONN, message: error.message },
        _ => match Value::registered(&PgError::from(error)) {
            Ok(value) => HostError::Other(value),
            Err(error) => HostError::text(error.to_string()),
        },
    }
}

fn one_blank(sql: &str) -> String {
    sql.split_whitespace().collect::<Vec<_>>().join(" ")
}
