//! Go's `error` in arguments and results: an interface value of a registered type.

use std::fmt;

use crate::gob::rt::{Plan, Reader, Res, Type, Writer};
use crate::gob::{DecodeError, EncodeError, Gob, Registered, Tree, Value};
use crate::model::AppError;

/// An error that crosses the wire in a place of Go's type `error`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum HostError {
    /// The server's own error.
    App(Box<AppError>),
    /// Any other: a text, and a code that only the database driver gives a meaning.
    Text {
        /// 0 but for the driver's: 1 end of rows, 2 no rows, 3 connection done, 4 transaction done …
        code: i64,
        /// What went wrong.
        message: String,
    },
    /// An error of another registered type, as it came: `*pq.Error` and, from 9.3, `*mysql.MySQLError`.
    Other(Value),
}

/// `plugin.ErrorString`: what Go makes of an error that has no registered type.
#[derive(Debug, Clone, PartialEq, Default, Gob)]
struct ErrorString {
    code: i64,
    err: String,
}

impl Registered for ErrorString {
    const NAME: &'static str = "*plugin.ErrorString";
}

impl HostError {
    /// An error that is only a text.
    pub fn text(message: impl Into<String>) -> Self {
        Self::Text { code: 0, message: message.into() }
    }

    fn to_value(&self) -> Result<Value, EncodeError> {
        match self {
            Self::App(error) => Value::registered(&**error),
            Self::Text { code, message } => {
                Value::registered(&ErrorString { code: *code, err: message.clone() })
            }
            Self::Other(value) => Ok(value.clone()),
        }
    }

    fn from_value(value: Value) -> Result<Self, DecodeError> {
        if let Some(error) = value.get_as::<ErrorString>()? {
            return Ok(Self::Text { code: error.code, message: error.err });
        }
        Ok(match value.get_as::<AppError>()? {
            Some(error) => error.into(),
            None => Self::Other(value),
        })
    }
}

/// The field that both database drivers keep their text in.
fn message_of(value: &Value) -> Option<String> {
    match value.tree().ok()??.field("Message")? {
        Tree::String(text) => Some(String::from_utf8_lossy(text).into_owned()),
        _ => None,
    }
}

/// An interface value. Nil is `None` in an `Option` around it.
impl Gob for HostError {
    fn zero() -> Self {
        Self::text("")
    }

    fn describe() -> Type {
        Value::describe()
    }

    fn gob_put(&self, w: &mut Writer<'_>) {
        self.to_value().unwrap_or_default().gob_put(w);
    }

    fn gob_get(&mut self, r: &mut Reader<'_>, plan: Plan) -> Res {
        let mut value = Value::Nil;
        value.gob_get(r, plan)?;
        *self = Self::from_value(value)?;
        Ok(())
    }
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::App(error) => error.fmt(f),
            Self::Text { message, .. } => f.write_str(message),
            Self::Other(value) => match message_of(value) {
                Some(message) => f.write_str(&message),
                None => write!(f, "an error of Go's type {}", value.type_name()),
            },
        }
    }
}

impl std::error::Error for HostError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::App(error) => Some(&**error),
            _ => None,
        }
    }
}

impl From<AppError> for HostError {
    fn from(error: AppError) -> Self {
        Self::App(Box::new(error))
    }
}
