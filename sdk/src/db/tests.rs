//! The client against a driver that remembers every call and every fault.

use std::time::Duration;

use super::*;
use crate::goplugin::Broker;
use crate::testing::{Answer, Database, Server};
use crate::{netrpc, yamux};

/// A scripted database, and the way to it over real net/rpc.
struct Bench {
    database: Database,
    db: Db,
    client: Client,
}

fn bench() -> Bench {
    let serve = |service: Arc<dyn netrpc::Service>| {
        let (ours, theirs) = tokio::io::duplex(64 << 10);
        tokio::spawn(async move { netrpc::serve(theirs, service).await });
        Client::new(ours)
    };
    let database = Database::default();
    let client = serve(Arc::new(database.clone()));
    let (session, ..) = yamux::connect(tokio::io::duplex(64).0, yamux::Mode::Client, Default::default());
    let api = Api::over_netrpc(serve(Arc::new(Server::new())), Broker::new(session));
    let answers = [
        ("numbers", Answer::rows(["n"], (1..=100).map(|n| (n,)))),
        ("one", Answer::rows(["id", "text"], [(7, "seven")])),
        ("none", Answer::rows(["id"], [(0,); 0])),
        ("insert", Answer::affected(1)),
        ("slow", Answer::rows(["n"], [(1,)]).after(Duration::from_millis(50))),
        ("slow insert", Answer::affected(1).after(Duration::from_millis(50))),
        ("BEGIN", Answer::default().after(Duration::from_millis(50))),
    ];
    for (sql, answer) in answers {
        database.answer(sql, answer);
    }
    Bench { database, db: Db::new(Ok(client.clone()), api), client }
}

impl Bench {
    /// Waits until all connections are closed; there must have been no fault.
    async fn closed(&self) {
        for _ in 0..1000 {
            if self.database.connections() == 0 {
                assert_eq!(self.database.faults(), Vec::<String>::new());
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("still open after {:#?}", self.database.calls());
    }

    /// The calls that are no reading of rows.
    fn calls(&self) -> Vec<String> {
        let mut calls = self.database.calls();
        calls.retain(|call| !call.starts_with("RowsNext"));
        calls
    }
}

#[tokio::test]
async fn queries_give_rows_by_name_and_as_tuples() {
    let bench = bench();
    let row: Row = bench.db.fetch_one("one", ()).await.unwrap();
    assert_eq!((row.get::<i64>("id").unwrap(), row.get::<String>("text").unwrap()), (7, "seven".to_owned()));
    assert_eq!(row.columns().iter().next().unwrap().database_type, "INT8");
    assert_eq!(bench.db.fetch_optional::<(i64,)>("none", ()).await.unwrap(), None);
    assert!(matches!(bench.db.fetch_one::<(i64,)>("none", ()).await, Err(DbError::NoRows)));
    let all: Vec<(i64,)> = bench.db.fetch_all("numbers", ()).await.unwrap();
    assert_eq!(all.len(), 100);
    let done = bench.db.exec("insert", (1, "two", None::<f64>)).await.unwrap();
    assert_eq!((done.rows_affected, done.last_insert_id), (1, None));
    let last = bench.database.executed().pop().unwrap();
    assert_eq!(last.params, [SqlValue::Int(1), SqlValue::Text("two".into()), SqlValue::Null]);
    bench.closed().await;
}

#[tokio::test]
async fn everything_dropped_at_once_is_closed_in_the_order_that_the_server_needs() {
    let bench = bench();
    {
        let mut conn = bench.db.master().await.unwrap();
        let outside = conn.prepare("one").await.unwrap();
        let mut tx = conn.begin(TxOptions::default()).await.unwrap();
        let inside = tx.prepare("numbers").await.unwrap();
        let mut rows = inside.query(&mut tx, ()).await.unwrap();
        assert_eq!(rows.next_as::<(i64,)>().await.unwrap(), Some((1,)));
        // The statements outlive what they ran on; the compiler lets nothing else do so.
        drop(rows);
        drop(tx);
        drop(conn);
        drop((outside, inside));
    }
    bench.closed().await;
    let calls = bench.calls();
    let tail: Vec<&str> = calls
        .iter()
        .skip_while(|call| !call.starts_with("RowsClose"))
        .map(|call| &call[..call.len() - 1])
        .collect();
    assert_eq!(
        tail,
        ["RowsClose rows", "TxRollback tx", "StmtClose stmt", "StmtClose stmt", "ConnClose conn"],
        "{calls:?}"
    );
}

#[tokio::test]
async fn a_future_dropped_in_the_middle_leaves_nothing_open() {
    for sql in ["slow", "slow insert", "tx", "prepare", "conn", "pool"] {
        let bench = bench();
        let work = async {
            match sql {
                "tx" => drop(bench.db.begin(TxOptions::default()).await),
                "pool" => drop(bench.db.query("slow", ()).await),
                "conn" => drop(bench.db.master().await),
                _ => {
                    let mut conn = bench.db.master().await.unwrap();
                    match sql {
                        "slow" => drop(conn.query(sql, ()).await),
                        "prepare" => drop(conn.prepare("one").await),
                        _ => drop(conn.exec(sql, ()).await),
                    }
                }
            }
        };
        let limit = if sql == "conn" || sql == "prepare" { 0 } else { 20 };
        let _ = tokio::time::timeout(Duration::from_millis(limit), work).await;
        tokio::time::sleep(Duration::from_millis(80)).await;
        bench.closed().await;
    }
}

#[tokio::test]
async fn a_connection_goes_on_after_a_call_that_nobody_waited_for() {
    let bench = bench();
    let mut conn = bench.db.master().await.unwrap();
    for _ in 0..3 {
        let query = tokio::time::timeout(Duration::from_millis(10), conn.query("slow", ()));
        assert!(query.await.is_err());
        let begin = tokio::time::timeout(Duration::from_millis(10), conn.begin(TxOptions::default()));
        assert!(begin.await.is_err());
    }
    assert_eq!(conn.fetch_one::<(i64,)>("one", ()).await.unwrap(), (7,));
    // The transactions that nobody wanted are over.
    assert!(!bench.database.executed().last().unwrap().in_transaction);
    conn.close().await.unwrap();
    bench.closed().await;
}

#[tokio::test]
async fn transactions_commit_roll_back_and_end_once() {
    let bench = bench();
    let mut conn = bench.db.master().await.unwrap();
    let mut tx = conn.begin(TxOptions::default()).await.unwrap();
    tx.exec("insert", ()).await.unwrap();
    tx.commit().await.unwrap();
    let tx = conn.begin(TxOptions { isolation: Isolation::Serializable, read_only: true }).await.unwrap();
    tx.rollback().await.unwrap();
    drop(conn.begin(TxOptions::default()).await.unwrap());
    conn.exec("insert", ()).await.unwrap();
    drop(conn);
    bench.closed().await;
    let executed = bench.database.executed();
    let run: Vec<(&str, bool)> = executed.iter().map(|one| (one.sql.as_str(), one.in_transaction)).collect();
    let begin = ("BEGIN", true);
    let expected = [
        begin,
        ("insert", true),
        ("COMMIT", true),
        begin,
        ("ROLLBACK", true),
        begin,
        ("ROLLBACK", true),
        ("insert", false),
    ];
    assert_eq!(run, expected);
}

#[tokio::test]
async fn a_column_that_cannot_travel_is_refused_before_the_first_row() {
    let bench = bench();
    let rows = Answer::rows(["id", "made at"], [(1, "now")]).typed(["INT8", "TIMESTAMPTZ"]);
    bench.database.answer("dates", rows);
    let second = Answer::rows(["a"], [(1,)]).and_rows(["b"], [("x",)]).typed(["DATE"]);
    bench.database.answer("dates later", second);
    let mut conn = bench.db.master().await.unwrap();
    let error = conn.query("dates", ()).await.unwrap_err();
    assert!(matches!(&error, DbError::DateTimeColumn { column, .. } if column == "made at"), "{error}");
    let mut rows = conn.query("dates later", ()).await.unwrap();
    assert!(matches!(rows.next_result_set().await, Err(DbError::DateTimeColumn { .. })));
    assert_eq!(rows.next().await.unwrap(), None);
    drop(rows);
    conn.ping().await.unwrap();
    drop(conn);
    bench.closed().await;
}

#[tokio::test]
async fn result_sets_follow_each_other_each_with_its_columns() {
    let bench = bench();
    let sets = Answer::rows(["a"], [(1,), (2,)])
        .and_rows(["b", "c"], [("x", 1.5)])
        .typed(["TEXT", "NUMERIC"])
        .and_rows(["d"], [(true,)]);
    bench.database.answer("sets", sets);
    let mut conn = bench.db.replica().await.unwrap();
    let mut rows = conn.query("sets", ()).await.unwrap();
    assert_eq!(rows.next_as::<(i64,)>().await.unwrap(), Some((1,)));
    assert!(rows.next_result_set().await.unwrap());
    assert_eq!(rows.columns().position("c"), Some(1));
    assert_eq!(rows.precision_scale(1).await.unwrap(), Some((10, 2)));
    assert_eq!(rows.precision_scale(0).await.unwrap(), None);
    assert!(rows.precision_scale(2).await.is_err());
    assert_eq!(rows.collect::<(String, f64)>().await.unwrap(), [("x".to_owned(), 1.5)]);
    assert!(rows.next_result_set().await.unwrap());
    assert_eq!(rows.collect::<(bool,)>().await.unwrap(), [(true,)]);
    assert!(!rows.next_result_set().await.unwrap());
    rows.close().await.unwrap();
    assert!(!bench.database.executed()[0].master);
    drop(conn);
    bench.closed().await;
}

#[tokio::test]
async fn an_error_in_the_middle_of_rows_comes_after_the_rows_before_it() {
    let bench = bench();
    let answer = Answer::rows(["n"], [(1,), (2,)]).then_error("22012", "division by zero");
    bench.database.answer("fails", answer);
    let mut conn = bench.db.master().await.unwrap();
    let mut rows = conn.query("fails", ()).await.unwrap();
    assert_eq!(rows.next_as().await.unwrap(), Some((1,)));
    assert_eq!(rows.next_as().await.unwrap(), Some((2,)));
    assert_eq!(rows.next().await.unwrap_err().code(), Some("22012"));
    assert_eq!(rows.next().await.unwrap(), None);
    drop(rows);
    let error = conn.exec("unheard of", ()).await.unwrap_err();
    assert!(error.to_string().contains("nothing is scripted for: unheard of"), "{error}");
    drop(conn);
    bench.closed().await;
}

#[tokio::test]
async fn statements_run_where_they_were_prepared_and_nowhere_else() {
    let bench = bench();
    bench.database.answer("SELECT $1, $2", Answer::rows(["a"], [(1,)]));
    let (mut one, mut other) = (bench.db.master().await.unwrap(), bench.db.master().await.unwrap());
    let statement = one.prepare("SELECT $1, $2").await.unwrap();
    assert_eq!(statement.num_input(), Some(2));
    for _ in 0..2 {
        let mut rows = statement.query(&mut one, (1, "b")).await.unwrap();
        assert_eq!(rows.collect::<(i64,)>().await.unwrap(), [(1,)]);
    }
    statement.exec(&mut one, (1, "b")).await.unwrap();
    assert!(matches!(statement.exec(&mut other, ()).await, Err(DbError::OtherConnection)));
    statement.close().await.unwrap();
    let orphan = one.prepare("one").await.unwrap();
    drop((one, other));
    bench.closed().await;
    let mut third = bench.db.master().await.unwrap();
    assert!(matches!(orphan.exec(&mut third, ()).await, Err(DbError::OtherConnection)));
    drop((orphan, third));
    bench.closed().await;
}

#[tokio::test]
async fn a_driver_that_takes_parameters_in_prepared_statements_only_gets_them_there() {
    let bench = bench();
    // MySQL's: the same text works once it is prepared, which the script cannot tell apart, so it stays an error here.
    bench.database.answer("SELECT $1", Answer::error("driver: skip", "skip"));
    let mut conn = bench.db.master().await.unwrap();
    for _ in 0..2 {
        assert!(conn.query("SELECT $1", (1,)).await.is_err());
        assert!(conn.exec("SELECT $1", (1,)).await.is_err());
    }
    drop(conn);
    bench.closed().await;
    let calls = bench.calls();
    for method in ["StmtQuery", "StmtExec"] {
        assert_eq!(calls.iter().filter(|call| call.starts_with(method)).count(), 2, "{calls:?}");
    }
    assert_eq!(calls.iter().filter(|call| call.starts_with("StmtClose")).count(), 4, "{calls:?}");
}

#[tokio::test]
async fn a_lost_stream_is_an_error_of_everything_and_nothing_more_is_sent() {
    let bench = bench();
    let mut conn = bench.db.master().await.unwrap();
    let statement = conn.prepare("one").await.unwrap();
    let mut rows = statement.query(&mut conn, ()).await.unwrap();
    bench.client.close();
    while let Ok(Some(_)) = rows.next().await {}
    drop(rows);
    assert!(matches!(conn.ping().await, Err(DbError::Unavailable { .. })));
    let error = bench.db.master().await.unwrap_err();
    assert!(error.to_string().starts_with("the database cannot be reached: "), "{error}");
    drop((statement, conn));
    bench.db.end().await;
    assert_eq!(bench.database.faults(), Vec::<String>::new());
}

#[tokio::test]
async fn without_a_driver_every_use_says_why() {
    let bench = bench();
    let db = Db::new(Err("nobody was there".to_owned()), bench.db.api.clone());
    let error = db.exec("insert", ()).await.unwrap_err();
    assert_eq!(error.to_string(), "the database cannot be reached: nobody was there");
}

#[tokio::test]
async fn the_end_closes_what_is_open_and_refuses_the_rest() {
    let bench = bench();
    let mut idle = bench.db.master().await.unwrap();
    let mut busy = bench.db.master().await.unwrap();
    let mut rows = busy.query("numbers", ()).await.unwrap();
    rows.next().await.unwrap();
    let tx = idle.begin(TxOptions::default()).await.unwrap();
    bench.db.end().await;
    assert_eq!(bench.database.connections(), 0, "{:?}", bench.calls());
    assert_eq!(bench.database.faults(), Vec::<String>::new());
    assert!(matches!(tx.commit().await, Err(DbError::Unavailable { .. })));
    assert!(matches!(bench.db.master().await, Err(DbError::Unavailable { .. })));
}

#[tokio::test]
async fn many_connections_work_at_the_same_time() {
    let bench = bench();
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let db = bench.db.clone();
            tokio::spawn(async move {
                let mut conn = db.master().await.unwrap();
                for _ in 0..5 {
                    let sum: i64 =
                        conn.fetch_all::<(i64,)>("numbers", ()).await.unwrap().iter().map(|(n,)| n).sum();
                    assert_eq!(sum, 5050);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    bench.closed().await;
}

#[tokio::test]
async fn the_dialect_comes_from_the_configuration() {
    assert_eq!(bench().db.dialect().await.unwrap(), Dialect::Postgres);
}

#[test]
fn recorded_calls_and_answers_mean_the_same() {
    use super::generated::*;
    macro_rules! check {
        ($($ty:ident $name:literal)*) => {$(
            for prefix in ["", "sparse.", "zero."] {
                crate::wire::tests::check::<$ty>(&format!("db/{prefix}{}", $name));
            }
        )*};
    }
    check!(
        ConnQueryArgs "DbConnArgs"
        ConnExecArgs "DbConnArgs"
        StmtArgs "DbStmtArgs"
        StmtQueryArgs "DbStmtQueryArgs"
        StmtExecArgs "DbStmtQueryArgs"
        TxArgs "DbTxArgs"
        RowsNextArgs "DbRowScanArg"
        RowsColumnTypeDatabaseTypeNameArgs "DbRowsColumnArg"
        RowsColumnTypePrecisionScaleArgs "DbRowsColumnArg"
        IdReply "DbStrErrReturn"
        DoneReply "DbErrReturn"
        ExecReply "DbResultContErrReturn"
        CountReply "DbIntReturn"
        FlagReply "DbBoolReturn"
        NamesReply "DbStrSliceReturn"
        RowReply "DbRowScanReturn"
        PrecisionReply "DbRowsColumnTypePrecisionScaleReturn"
    );
}
