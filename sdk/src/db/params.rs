//! Parameters of a statement.

use super::DbError;
use super::generated::DbNamedValue;
use super::value::{SqlValue, ToSql};

/// The parameters of one statement, in their order: `()` for none, a tuple, an array, a slice or a vector.
///
/// ```
/// use mmplugin::db::{Params, SqlValue, ToSql};
///
/// assert_eq!((7, "text", None::<bool>).values().unwrap()[0], SqlValue::Int(7));
/// assert_eq!(["a", "b"].values().unwrap().len(), 2);
/// let many: Vec<&dyn ToSql> = vec![&1, &"two", &3.0];
/// assert_eq!(many.as_slice().values().unwrap().len(), 3);
/// assert!(().values().unwrap().is_empty());
/// ```
pub trait Params: Send {
    /// The values.
    ///
    /// # Errors
    /// [`DbError::Param`] names the one that is out of range.
    fn values(self) -> Result<Vec<SqlValue>, DbError>;
}

/// Reads values and names the one that fails.
fn collect<'a>(values: impl Iterator<Item = &'a dyn ToSql>) -> Result<Vec<SqlValue>, DbError> {
    let read = |(index, value): (usize, &dyn ToSql)| {
        value.to_sql().map_err(|error| DbError::Param { position: index + 1, reason: error.to_string() })
    };
    values.enumerate().map(read).collect()
}

/// What travels: positions count from 1.
pub(super) fn named(values: Vec<SqlValue>) -> Vec<DbNamedValue> {
    let name = |(ordinal, value): (i64, SqlValue)| DbNamedValue {
        name: String::new(),
        ordinal,
        value: value.into_wire(),
    };
    (1..).zip(values).map(name).collect()
}

impl Params for () {
    fn values(self) -> Result<Vec<SqlValue>, DbError> {
        Ok(Vec::new())
    }
}

impl<T: ToSql> Params for &[T] {
    fn values(self) -> Result<Vec<SqlValue>, DbError> {
        collect(self.iter().map(|value| value as &dyn ToSql))
    }
}

impl<T: ToSql> Params for &Vec<T> {
    fn values(self) -> Result<Vec<SqlValue>, DbError> {
        self.as_slice().values()
    }
}

impl<T: ToSql + Send> Params for Vec<T> {
    fn values(self) -> Result<Vec<SqlValue>, DbError> {
        self.as_slice().values()
    }
}

impl<T: ToSql + Send, const N: usize> Params for [T; N] {
    fn values(self) -> Result<Vec<SqlValue>, DbError> {
        self.as_slice().values()
    }
}

impl<T: ToSql, const N: usize> Params for &[T; N] {
    fn values(self) -> Result<Vec<SqlValue>, DbError> {
        self.as_slice().values()
    }
}

macro_rules! tuples {
    ($(($($ty:ident $name:ident),+))*) => {$(
        impl<$($ty: ToSql + Send),+> Params for ($($ty,)+) {
            fn values(self) -> Result<Vec<SqlValue>, DbError> {
                let ($($name,)+) = &self;
                collect([$($name as &dyn ToSql),+].into_iter())
            }
        }
    )*};
}

tuples! {
    (A a)
    (A a, B b)
    (A a, B b, C c)
    (A a, B b, C c, D d)
    (A a, B b, C c, D d, E e)
    (A a, B b, C c, D d, E e, F f)
    (A a, B b, C c, D d, E e, F f, G g)
    (A a, B b, C c, D d, E e, F f, G g, H h)
    (A a, B b, C c, D d, E e, F f, G g, H h, I i)
    (A a, B b, C c, D d, E e, F f, G g, H h, I i, J j)
    (A a, B b, C c, D d, E e, F f, G g, H h, I i, J j, K k)
    (A a, B b, C c, D d, E e, F f, G g, H h, I i, J j, K k, L l)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameter_that_does_not_fit_is_named() {
        let error = (1, "two", u64::MAX).values().unwrap_err();
        assert_eq!(error.to_string(), "parameter 3: 18446744073709551615 is larger than an int8 can be");
    }

    #[test]
    fn positions_on_the_wire_count_from_one() {
        let wire = named(("a", None::<i64>).values().unwrap());
        assert_eq!(wire.iter().map(|value| value.ordinal).collect::<Vec<_>>(), [1, 2]);
        assert!(wire[1].value.is_nil());
    }
}
