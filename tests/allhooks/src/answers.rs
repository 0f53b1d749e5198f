//! What the hooks were given, and how they answer.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use mmplugin::model::AppError;
use mmplugin::{Decision, Error, Verdict};
use serde::Serialize;
use serde_json::{Value, json};

use crate::REASON;

/// How a hook answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum How {
    /// Lets things happen.
    #[default]
    Allow,
    /// Changes what can be changed.
    Replace,
    /// Refuses, or fails where it cannot refuse.
    Reject,
    /// Fails with the server's kind of error.
    Error,
    /// Panics.
    Panic,
}

impl How {
    /// By its name in lower case.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "allow" => Self::Allow,
            "replace" => Self::Replace,
            "reject" => Self::Reject,
            "error" => Self::Error,
            "panic" => Self::Panic,
            _ => return None,
        })
    }

    /// As a verdict.
    pub(crate) fn verdict(self) -> Verdict {
        match self {
            Self::Reject => Verdict::reject(REASON),
            _ => Verdict::Allow,
        }
    }

    /// As a decision; `change` makes the replacement.
    pub(crate) fn decision<T>(self, change: impl FnOnce() -> T) -> Decision<T> {
        match self {
            Self::Replace => Decision::replace(change()),
            Self::Reject => Decision::reject(REASON),
            _ => Decision::Allow,
        }
    }

    /// As a result.
    pub(crate) fn result<T>(self, value: T) -> Result<T, Error> {
        match self {
            Self::Reject => Err(Error::msg(REASON)),
            Self::Error => Err(app_error().into()),
            _ => Ok(value),
        }
    }
}

/// An error of the server's kind.
pub(crate) fn app_error() -> AppError {
    AppError::new("allhooks", "allhooks.error", REASON, 418)
}

/// The arguments of a call, as JSON.
macro_rules! told {
    ($($arg:expr),*) => { serde_json::Value::Array(vec![$(crate::answers::as_json(&$arg)),*]) };
}
pub(crate) use told;

/// What a host says is JSON (`model::RawJson`) may be none: then what is wrong with it.
pub(crate) fn as_json(value: impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_else(|error| json!({ "not JSON": error.to_string() }))
}

/// All hooks by their Go names.
#[derive(Debug, Default)]
pub(crate) struct Answers(Mutex<BTreeMap<String, Of>>);

#[derive(Debug, Default)]
struct Of {
    how: How,
    seen: Vec<Value>,
}

impl Answers {
    /// Remembers a call and says how to answer; panics when told to.
    pub(crate) fn saw(&self, hook: &str, args: Value) -> How {
        let how = {
            let mut all = self.lock();
            let of = all.entry(hook.to_owned()).or_default();
            of.seen.push(args);
            of.how
        };
        assert!(how != How::Panic, "{hook} was told to panic");
        how
    }

    pub(crate) fn set(&self, hook: &str, how: How) {
        self.lock().entry(hook.to_owned()).or_default().how = how;
    }

    pub(crate) fn seen(&self, hook: &str) -> Vec<Value> {
        self.lock().get(hook).map(|of| of.seen.clone()).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Of>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
