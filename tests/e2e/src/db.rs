//! One way of using the database a case; the answer as JSON.

use std::sync::Mutex;
use std::time::Duration;

use mmplugin::db::{Db, DbError, Executor, Isolation, Row, Rows, SqlValue, ToSql, Tx, TxOptions};
use serde_json::{Value, json};

const KINDS: &str = r"SELECT 7::int8 AS i, 1.5::float8 AS f, true AS b, 'é'::text AS t,
    '\x00ff'::bytea AS y, 12.50::numeric(10,2) AS n, NULL::text AS z";
const ECHO: &str = "SELECT $1::int8 AS i, $2::float8 AS f, $3::bool AS b, $4::text AS t,
    $5::bytea AS y, $6::numeric AS n, $7::text AS z";
const SERIES: &str = "SELECT n, 'row ' || n AS name FROM generate_series(1, $1::int8) AS n";
const SLEEP: &str = "SELECT pg_sleep(0.3)";
const DATES: &str = "SELECT 1 AS id, now() AS moment";
const SETS: &str = "SELECT 1 AS a; SELECT 'x'::text AS b; SELECT now() AS c";
const DIVISION: &str = "SELECT 6 / (3 - n) AS q FROM generate_series(1, 4) AS n";
const DROP: &str = "DROP TABLE IF EXISTS probe_notes";
const CREATE: &str = "CREATE TABLE probe_notes (id int8 PRIMARY KEY, text text)";
const INSERT: &str = "INSERT INTO probe_notes (id, text) VALUES ($1, $2)";
const NOTES: &str = "SELECT id, text FROM probe_notes ORDER BY id";

/// Things of the database that outlive their request.
static HELD: Mutex<Vec<Held>> = Mutex::new(Vec::new());

#[allow(dead_code, reason = "only held")]
enum Held {
    Tx(Tx<'static>),
    Rows(Rows<'static>),
}

/// The case's result, or which kind of error it is and its text.
pub(crate) async fn call(db: &Db, case: &str) -> Value {
    let result = match case.split_once('/') {
        Some(("series", count)) => series(db, count.parse().unwrap_or(0)).await,
        _ => run(db, case).await,
    };
    match result {
        Ok(value) => json!({ "value": value }),
        Err(error) => json!({ "error": kind(&error), "text": error.to_string(), "code": error.code() }),
    }
}

fn kind(error: &DbError) -> &'static str {
    match error {
        DbError::Unavailable { .. } => "unavailable",
        DbError::Server(_) => "server",
        DbError::NoRows => "no rows",
        DbError::BadConnection => "bad connection",
        DbError::DateTimeColumn { .. } => "date",
        DbError::Param { .. } => "param",
        DbError::Refused { .. } => "refused",
        _ => "other",
    }
}

async fn run(db: &Db, case: &str) -> Result<Value, DbError> {
    match case {
        "kinds" => kinds(&db.fetch_one(KINDS, ()).await?),
        "echo" => echo(db).await,
        "dates" => after_dates(db).await,
        "sets" => sets(db).await,
        "division" => division(db).await,
        "notes" => notes(db).await,
        "statements" => statements(db).await,
        "early" => early(db).await,
        "cancel" => cancel(db).await,
        "concurrent" => concurrent(db).await,
        "hold" => hold(db).await,
        "let-go" => {
            HELD.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clear();
            Ok(json!(null))
        }
        "syntax" => Ok(json!(db.exec("SELEC 1", ()).await?.rows_affected)),
        "param" => Ok(json!(db.exec(INSERT, (u64::MAX, "")).await?.rows_affected)),
        "begin" => Ok(json!(db.exec("BEGIN", ()).await?.rows_affected)),
        "isolation" => isolation(db).await,
        "dialect" => Ok(json!(format!("{:?}", db.dialect().await?))),
        _ => Ok(json!("no such case")),
    }
}

fn kinds(row: &Row) -> Result<Value, DbError> {
    let types: Vec<&str> = row.columns().iter().map(|column| column.database_type.as_str()).collect();
    Ok(json!({
        "i": row.get::<i64>("i")?, "f": row.get::<f64>("f")?, "b": row.get::<bool>("b")?,
        "t": row.get::<String>("t")?, "y": row.get::<Vec<u8>>("y")?, "n": row.get::<String>("n")?,
        "z": row.get::<Option<String>>("z")?, "types": types,
    }))
}

/// Parameters of all kinds come back as they were, numbers at their ends, too.
async fn echo(db: &Db) -> Result<Value, DbError> {
    let mut conn = db.master().await?;
    let mut seen = Vec::new();
    let cases: [(i64, f64, bool, &str, &[u8]); 3] = [
        (i64::MIN, f64::MIN_POSITIVE, false, "", b""),
        (i64::MAX, -1.0e300, true, "é ' \\ \u{1F600}", &[0, 1, 254, 255]),
        (0, 0.0, false, "0", b"\\x41"),
    ];
    for (i, f, b, t, y) in cases {
        let params: [&dyn ToSql; 7] = [&i, &f, &b, &t, &y, &"3.14159265358979323846", &None::<String>];
        let row: Row = conn.fetch_one(ECHO, &params).await?;
        let same = (row.get::<i64>(0)?, row.get::<f64>(1)?, row.get::<bool>(2)?) == (i, f, b)
            && row.get::<String>(3)? == t
            && row.get::<Vec<u8>>(4)? == y
            && row.get::<String>(5)? == "3.14159265358979323846"
            && row.values()[6] == SqlValue::Null;
        seen.push(same);
    }
    let none: [Option<i64>; 7] = [None; 7];
    let row: Row = conn.fetch_one(ECHO, none).await?;
    seen.push(row.values().iter().all(SqlValue::is_null));
    conn.close().await?;
    Ok(json!(seen))
}

async fn series(db: &Db, count: i64) -> Result<Value, DbError> {
    let mut conn = db.replica().await?;
    let mut rows = conn.query(SERIES, (count,)).await?;
    let (mut seen, mut sum) = (0, 0);
    while let Some((n, name)) = rows.next_as::<(i64, String)>().await? {
        seen += 1;
        sum += n;
        if name != format!("row {n}") {
            return Ok(json!(name));
        }
    }
    Ok(json!([seen, sum]))
}

/// Refuses the date, then goes on with the same connection and another.
async fn after_dates(db: &Db) -> Result<Value, DbError> {
    let mut conn = db.master().await?;
    let Err(error) = conn.query(DATES, ()).await else { return Ok(json!("no error")) };
    kinds(&conn.fetch_one(KINDS, ()).await?)?;
    kinds(&db.fetch_one(KINDS, ()).await?)?;
    Ok(json!([kind(&error), error.to_string()]))
}

async fn sets(db: &Db) -> Result<Value, DbError> {
    let mut rows = db.query(SETS, ()).await?;
    let first: Vec<(i64,)> = rows.collect().await?;
    let second = rows.next_result_set().await?;
    let texts: Vec<(String,)> = rows.collect().await?;
    let third = rows.next_result_set().await.err().map(|error| kind(&error));
    let after = rows.next().await?.is_none();
    Ok(json!([first, second, texts, third, after]))
}

async fn division(db: &Db) -> Result<Value, DbError> {
    let mut conn = db.master().await?;
    let mut rows = conn.query(DIVISION, ()).await?;
    let mut seen = Vec::new();
    let code = loop {
        match rows.next_as::<(i64,)>().await {
            Ok(Some((n,))) => seen.push(n),
            Ok(None) => break None,
            Err(error) => break error.code().map(str::to_owned),
        }
    };
    drop(rows);
    conn.ping().await?;
    Ok(json!([seen, code]))
}

async fn add(on: &mut Executor, id: i64, text: &str) -> Result<u64, DbError> {
    Ok(on.exec(INSERT, (id, text)).await?.rows_affected)
}

async fn notes(db: &Db) -> Result<Value, DbError> {
    db.exec(DROP, ()).await?;
    db.exec(CREATE, ()).await?;
    let mut conn = db.master().await?;
    add(&mut conn, 1, "alone").await?;
    let mut tx = conn.begin(TxOptions::default()).await?;
    add(&mut tx, 2, "kept").await?;
    tx.commit().await?;
    let mut tx = conn.begin(TxOptions::default()).await?;
    add(&mut tx, 3, "undone").await?;
    tx.rollback().await?;
    let mut tx = conn.begin(TxOptions::default()).await?;
    add(&mut tx, 4, "dropped").await?;
    drop(tx);
    // An error in the middle, and nothing of that transaction stays.
    let mut tx = db.begin(TxOptions { isolation: Isolation::Serializable, read_only: false }).await?;
    add(&mut tx, 5, "with the error").await?;
    let Err(error) = add(&mut tx, 1, "twice").await else { return Ok(json!("no error")) };
    tx.rollback().await?;
    let all: Vec<(i64, String)> = conn.fetch_all(NOTES, ()).await?;
    Ok(json!([all, error.is_unique_violation(), error.constraint()]))
}

async fn statements(db: &Db) -> Result<Value, DbError> {
    db.exec(DROP, ()).await?;
    db.exec(CREATE, ()).await?;
    let mut conn = db.master().await?;
    let insert = conn.prepare(INSERT).await?;
    let count = insert.num_input();
    let mut tx = conn.begin(TxOptions::default()).await?;
    for id in 0..10 {
        insert.exec(&mut tx, (id, format!("note {id}"))).await?;
    }
    let select = tx.prepare(NOTES).await?;
    let inside = select.query(&mut tx, ()).await?.collect::<(i64, String)>().await?.len();
    tx.commit().await?;
    insert.close().await?;
    let mut rows = select.query(&mut conn, ()).await?;
    let first: Option<(i64, String)> = rows.next_as().await?;
    drop(rows);
    drop(conn);
    let mut other = db.master().await?;
    let elsewhere = select.query(&mut other, ()).await.err().map(|error| error.to_string());
    Ok(json!([count, inside, first, elsewhere]))
}

/// Rows that are not read to their end, then the same connection again.
async fn early(db: &Db) -> Result<Value, DbError> {
    let mut conn = db.master().await?;
    let mut sums = Vec::new();
    for take in [0, 1, 3, 20] {
        let mut rows = conn.query(SERIES, (1000,)).await?;
        let mut sum = 0;
        for _ in 0..take {
            sum += rows.next_as::<(i64, String)>().await?.map_or(0, |(n, _)| n);
        }
        sums.push(sum);
        if take == 3 {
            rows.close().await?;
        }
    }
    conn.ping().await?;
    Ok(json!(sums))
}

/// Futures dropped while the database works, one after the other on the same connection.
async fn cancel(db: &Db) -> Result<Value, DbError> {
    let short = Duration::from_millis(50);
    let mut conn = db.master().await?;
    let first = tokio::time::timeout(short, conn.query(SLEEP, ())).await.is_err();
    let second = tokio::time::timeout(short, conn.exec(SLEEP, ())).await.is_err();
    let begun = tokio::time::timeout(short, conn.begin(TxOptions::default())).await.is_err();
    let pooled = tokio::time::timeout(short, db.exec(SLEEP, ())).await.is_err();
    kinds(&conn.fetch_one(KINDS, ()).await?)?;
    Ok(json!([first, second, begun, pooled]))
}

async fn concurrent(db: &Db) -> Result<Value, DbError> {
    let tasks: Vec<_> = (0..40)
        .map(|n| {
            let db = db.clone();
            tokio::spawn(async move {
                match n % 4 {
                    0 => series(&db, 50).await.map(drop),
                    1 => db.fetch_one::<Row>(KINDS, ()).await.map(drop),
                    2 => echo(&db).await.map(drop),
                    _ => db.begin(TxOptions::default()).await?.fetch_all::<Row>(SERIES, (9,)).await.map(drop),
                }
            })
        })
        .collect();
    let mut errors = Vec::new();
    for task in tasks {
        if let Ok(Err(error)) = task.await {
            errors.push(error.to_string());
        }
    }
    Ok(json!(errors))
}

async fn hold(db: &Db) -> Result<Value, DbError> {
    let mut tx = db.begin(TxOptions::default()).await?;
    tx.fetch_one::<Row>(KINDS, ()).await?;
    let mut rows = db.query(SERIES, (1000,)).await?;
    rows.next().await?;
    let mut held = HELD.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let count = held.len();
    held.extend([Held::Rows(rows), Held::Tx(tx)]);
    Ok(json!(count))
}

async fn isolation(db: &Db) -> Result<Value, DbError> {
    let mut conn = db.master().await?;
    for isolation in [Isolation::ReadCommitted, Isolation::RepeatableRead, Isolation::Serializable] {
        for read_only in [false, true] {
            let mut tx = conn.begin(TxOptions { isolation, read_only }).await?;
            tx.fetch_one::<Row>(KINDS, ()).await?;
            tx.commit().await?;
        }
    }
    Ok(json!("all"))
}
