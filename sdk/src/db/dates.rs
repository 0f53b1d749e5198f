//! Columns whose values the server cannot send.

use super::DbError;
use super::row::Columns;

/// What the server's drivers call the types that they give to Go as `time.Time`, which no gob name stands for: the
/// server would fail in the middle of its answer and close the stream for the life of the plugin. `lib/pq` does so with
/// all but `DATETIME`, MySQL's driver with `DATE`, `DATETIME` and `TIMESTAMP` when its data source says `parseTime`,
/// which is not to be seen from here.
const DATES: &[&str] = &["DATE", "DATETIME", "TIME", "TIMETZ", "TIMESTAMP", "TIMESTAMPTZ"];

/// The error for the first such column.
pub(super) fn refuse(columns: &Columns) -> Result<(), DbError> {
    let date = |database_type: &str| DATES.iter().any(|date| database_type.eq_ignore_ascii_case(date));
    match columns.iter().find(|column| date(&column.database_type)) {
        None => Ok(()),
        Some(column) => Err(DbError::DateTimeColumn {
            column: column.name.clone(),
            database_type: column.database_type.clone(),
            help: help(&column.name, &column.database_type),
        }),
    }
}

fn help(name: &str, database_type: &str) -> String {
    match database_type {
        "DATETIME" => format!("CAST({name} AS CHAR) or UNIX_TIMESTAMP({name})"),
        "TIME" | "TIMETZ" => format!("CAST({name} AS text)"),
        _ => format!("{name}::text or extract(epoch from {name}) (MySQL: CAST({name} AS CHAR))"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(database_type: &str) -> Columns {
        let columns = [("id", "INT8"), ("at", database_type)];
        Columns::new(columns.into_iter().map(|(name, of)| (name.to_owned(), of.to_owned())))
    }

    #[test]
    fn dates_and_times_are_refused_with_a_way_out() {
        for of in ["DATE", "TIME", "TIMETZ", "TIMESTAMP", "TIMESTAMPTZ", "DATETIME", "timestamptz"] {
            let error = refuse(&columns(of)).unwrap_err().to_string();
            assert!(error.starts_with(&format!("column `at` is a {of}, ")), "{error}");
            assert!(error.contains("at::text") || error.contains("CAST(at AS "), "{error}");
        }
    }

    #[test]
    fn other_types_pass() {
        for of in ["", "TEXT", "INTERVAL", "_DATE", "_TIMESTAMP", "DATERANGE", "TSTZRANGE", "YEAR", "NUMERIC"]
        {
            assert!(refuse(&columns(of)).is_ok(), "{of}");
        }
    }
}
