//! One row of a query, and what its columns are.

use std::sync::Arc;

use super::DbError;
use super::value::{FromSql, SqlValue};

/// The columns of a result set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Columns {
    columns: Vec<Column>,
}

/// One column of a result set.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Column {
    /// The name; several columns may have the same.
    pub name: String,
    /// What the database calls the type, in capitals, as `INT8` or `TEXT`; empty for types that the server's driver
    /// has no name for, such as enums of your own.
    pub database_type: String,
}

impl Columns {
    pub(crate) fn new(columns: impl Iterator<Item = (String, String)>) -> Self {
        let column = |(name, database_type)| Column { name, database_type };
        Self { columns: columns.map(column).collect() }
    }

    /// The columns in their order.
    pub fn iter(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// True for statements that give no rows.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// The number of the first column with that name, counted from 0. Letters count as they are.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    fn name_of(&self, index: usize) -> String {
        self.columns.get(index).map_or_else(|| index.to_string(), |column| column.name.clone())
    }
}

/// Which column: its name, or its number counted from 0.
pub trait ColumnIndex {
    /// The number.
    ///
    /// # Errors
    /// [`DbError::Column`] when there is no such column.
    fn index(&self, columns: &Columns) -> Result<usize, DbError>;
}

impl ColumnIndex for usize {
    fn index(&self, columns: &Columns) -> Result<usize, DbError> {
        let missing = || DbError::column(self.to_string(), format!("the row has {} columns", columns.len()));
        (*self < columns.len()).then_some(*self).ok_or_else(missing)
    }
}

impl ColumnIndex for str {
    fn index(&self, columns: &Columns) -> Result<usize, DbError> {
        columns.position(self).ok_or_else(|| {
            let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
            DbError::column(self, format!("there is no such column; there are: {}", names.join(", ")))
        })
    }
}

impl<T: ColumnIndex + ?Sized> ColumnIndex for &T {
    fn index(&self, columns: &Columns) -> Result<usize, DbError> {
        (**self).index(columns)
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    columns: Arc<Columns>,
    values: Vec<SqlValue>,
}

impl Row {
    pub(crate) fn new(columns: Arc<Columns>, values: Vec<SqlValue>) -> Self {
        Self { columns, values }
    }

    /// The value of a column, by its name or its number from 0.
    ///
    /// # Errors
    /// [`DbError::Column`] when there is no such column or it does not fit the type.
    pub fn get<T: FromSql>(&self, column: impl ColumnIndex) -> Result<T, DbError> {
        let index = column.index(&self.columns)?;
        let value = self.values.get(index).unwrap_or(&SqlValue::Null);
        T::from_sql(value).map_err(|error| DbError::column(self.columns.name_of(index), error.to_string()))
    }

    /// What the columns are.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The values in the order of the columns.
    pub fn values(&self) -> &[SqlValue] {
        &self.values
    }

    /// The values, without copying them.
    pub fn into_values(self) -> Vec<SqlValue> {
        self.values
    }
}

/// A type that a row can be read as: tuples by the order of the columns, or a type of yours.
///
/// ```
/// use mmplugin::db::{DbError, FromRow, Row};
///
/// struct Note {
///     id: i64,
///     text: String,
/// }
///
/// impl FromRow for Note {
///     fn from_row(row: Row) -> Result<Self, DbError> {
///         Ok(Note { id: row.get("id")?, text: row.get("text")? })
///     }
/// }
/// ```
pub trait FromRow: Sized {
    /// Reads the row.
    ///
    /// # Errors
    /// [`DbError::Column`] names the column that does not fit.
    fn from_row(row: Row) -> Result<Self, DbError>;
}

impl FromRow for Row {
    fn from_row(row: Row) -> Result<Self, DbError> {
        Ok(row)
    }
}

macro_rules! tuples {
    ($(($($ty:ident $index:literal),+))*) => {$(
        impl<$($ty: FromSql),+> FromRow for ($($ty,)+) {
            fn from_row(row: Row) -> Result<Self, DbError> {
                Ok(($(row.get::<$ty>($index)?,)+))
            }
        }
    )*};
}

tuples! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        let columns = [("id", "INT8"), ("text", "TEXT")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        Row::new(
            Arc::new(Columns::new(columns.into_iter())),
            vec![SqlValue::Int(7), SqlValue::Text("é".into())],
        )
    }

    #[test]
    fn columns_are_found_by_name_and_number() {
        assert_eq!(row().get::<i64>("id").unwrap(), 7);
        assert_eq!(row().get::<String>(1).unwrap(), "é");
        assert_eq!(<(i32, String)>::from_row(row()).unwrap(), (7, "é".to_owned()));
    }

    #[test]
    fn what_is_missing_or_does_not_fit_is_named() {
        let text = |error: DbError| error.to_string();
        assert_eq!(
            text(row().get::<i64>("Id").unwrap_err()),
            "column `Id`: there is no such column; there are: id, text"
        );
        assert_eq!(text(row().get::<i64>(2).unwrap_err()), "column `2`: the row has 2 columns");
        let error = text(<(i64, bool)>::from_row(row()).unwrap_err());
        assert_eq!(error, "column `text`: expected a bool, found a text");
    }
}
