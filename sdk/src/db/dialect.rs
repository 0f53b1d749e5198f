//! Which database the server uses.

use crate::Api;
use crate::api::ApiCall;
use crate::gob::Gob;

use super::DbError;

/// The database that the server uses, and so the SQL it understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// PostgreSQL: placeholders `$1`, `$2` …; keys by `RETURNING`.
    Postgres,
    /// MySQL, up to servers 10: placeholders `?`; keys in [`ExecResult::last_insert_id`](super::ExecResult).
    MySql,
}

impl Dialect {
    /// The placeholder of a parameter, counted from 1.
    ///
    /// ```
    /// use mmplugin::db::Dialect;
    ///
    /// assert_eq!(Dialect::Postgres.placeholder(2), "$2");
    /// assert_eq!(Dialect::MySql.placeholder(2), "?");
    /// ```
    pub fn placeholder(self, position: usize) -> String {
        match self {
            Self::Postgres => format!("${position}"),
            Self::MySql => "?".to_owned(),
        }
    }
}

/// Of the server's configuration only what is needed: the whole of it is large.
#[derive(Debug, Default, Gob)]
struct Arguments {}

#[derive(Debug, Default, Gob)]
struct Returns {
    a: Option<Config>,
}

#[derive(Debug, Default, Gob)]
struct Config {
    sql_settings: SqlSettings,
}

#[derive(Debug, Default, Gob)]
struct SqlSettings {
    driver_name: Option<String>,
}

impl ApiCall for Arguments {
    const METHOD: &'static str = "GetConfig";
    const SINCE: &'static str = "5.2";
    type Reply = Returns;
}

/// There is no database over gRPC, so nobody asks for its kind.
#[cfg(feature = "grpc")]
impl crate::grpc::Carry for Arguments {
    type Request = ();
    type Response = ();
    type Answer = Returns;
    const PATH: Option<&'static str> = None;

    fn request(&self) {}

    fn answer((): ()) -> Result<Returns, crate::grpc::Fault> {
        Err(crate::grpc::Fault::Absent)
    }
}

pub(super) async fn ask(api: &Api) -> Result<Dialect, DbError> {
    let name = api.request(Arguments {}).await?.a.and_then(|config| config.sql_settings.driver_name);
    match name.unwrap_or_default().as_str() {
        // What newer servers say when nothing is said, too.
        "postgres" | "" => Ok(Dialect::Postgres),
        "mysql" => Ok(Dialect::MySql),
        other => Err(DbError::Driver { method: "GetConfig", text: format!("unknown database `{other}`") }),
    }
}
