//! Types that a setting can have.

use serde_json::Value;

use super::Fault;

/// What a setting takes, for messages: `a whole number from 0 to 255`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    text: String,
    /// The text says all there is to say.
    whole: bool,
}

impl Expected {
    /// In words that end the sentence "the setting takes".
    pub fn new(what: impl Into<String>) -> Self {
        Self { text: what.into(), whole: false }
    }

    /// What an author's own check says.
    pub(super) fn refused(error: &dyn std::fmt::Display) -> Self {
        Self { text: error.to_string(), whole: true }
    }

    /// The fault of a setting; `found` says what the configuration has.
    pub(super) fn into_fault(self, key: &str, found: impl FnOnce() -> String) -> Fault {
        let found = if self.whole { String::new() } else { found() };
        Fault { key: key.to_owned(), expected: self.text, found }
    }
}

/// A type that one setting can have.
///
/// There are implementations for `String`, `bool`, the whole numbers up to 64 bits, `f32`, `f64`,
/// `Option` and [`Secret`](super::Secret) of them, and [`Value`]; enums whose variants hold nothing get theirs by
/// [`derive(Settings)`](macro@crate::Settings).
/// The System Console sends numbers and bools sometimes as texts, so both forms are read.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a setting",
    note = "use `String`, `bool`, a number type, `Option` or `Secret` of one of these, `serde_json::Value`, an enum with `#[derive(mmplugin::Settings)]`, or implement `mmplugin::settings::SettingValue`"
)]
pub trait SettingValue: Sized {
    /// The type in the manifest unless the field says another: `text`, `bool`, `number`, `custom`, …
    const KIND: &'static str;

    /// Whether messages must not show values, and the manifest says `secret`.
    const SECRET: bool = false;

    /// The manifest's list of options as JSON; empty for none.
    #[doc(hidden)]
    const OPTIONS: &'static str = "";

    /// The default as JSON; empty for none.
    #[doc(hidden)]
    const DEFAULT: &'static str = "";

    /// Reads a value that is not `null`; `None` means that the default counts.
    ///
    /// # Errors
    /// What the setting takes instead. The value is not part of it, since it may be secret.
    fn from_json(value: &Value) -> Result<Option<Self>, Expected>;
}

impl SettingValue for String {
    const KIND: &'static str = "text";

    fn from_json(value: &Value) -> Result<Option<Self>, Expected> {
        value.as_str().map(|text| Some(text.to_owned())).ok_or_else(|| Expected::new("a text"))
    }
}

impl SettingValue for bool {
    const KIND: &'static str = "bool";

    fn from_json(value: &Value) -> Result<Option<Self>, Expected> {
        match value {
            Value::Bool(flag) => Ok(Some(*flag)),
            Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
                "" => Ok(None),
                "true" => Ok(Some(true)),
                "false" => Ok(Some(false)),
                _ => Err(Expected::new("true or false")),
            },
            _ => Err(Expected::new("true or false")),
        }
    }
}

impl<T: SettingValue> SettingValue for Option<T> {
    const KIND: &'static str = T::KIND;
    const SECRET: bool = T::SECRET;
    const OPTIONS: &'static str = T::OPTIONS;

    /// An emptied field of the System Console is an empty text: `None`, whatever the default.
    fn from_json(value: &Value) -> Result<Option<Self>, Expected> {
        match value {
            Value::String(text) if text.trim().is_empty() => Ok(Some(None)),
            _ => Ok(T::from_json(value)?.map(Some)),
        }
    }
}

/// For `custom` settings, whose component in the web app may store any JSON.
impl SettingValue for Value {
    const KIND: &'static str = "custom";

    fn from_json(value: &Value) -> Result<Option<Self>, Expected> {
        Ok(Some(value.clone()))
    }
}

macro_rules! whole_numbers {
    ($($type:ty)*) => {$(
        impl SettingValue for $type {
            const KIND: &'static str = "number";

            fn from_json(value: &Value) -> Result<Option<Self>, Expected> {
                if is_blank(value) {
                    return Ok(None);
                }
                let number = whole(value).and_then(|number| <$type>::try_from(number).ok());
                number.map(Some).ok_or_else(|| {
                    Expected::new(format!("a whole number from {} to {}", <$type>::MIN, <$type>::MAX))
                })
            }
        }
    )*};
}

whole_numbers! { i8 i16 i32 i64 isize u8 u16 u32 u64 usize }

macro_rules! fractions {
    ($($type:ty)*) => {$(
        impl SettingValue for $type {
            const KIND: &'static str = "number";

            fn from_json(value: &Value) -> Result<Option<Self>, Expected> {
                if is_blank(value) {
                    return Ok(None);
                }
                #[allow(clippy::cast_possible_truncation)]
                let number = float(value).map(|number| number as $type).filter(|number| number.is_finite());
                number.map(Some).ok_or_else(|| Expected::new("a number"))
            }
        }
    )*};
}

fractions! { f32 f64 }

fn is_blank(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.trim().is_empty())
}

fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Whole numbers in either form, also as `5.0` or `1e3`, which is how Go may write them.
fn whole(value: &Value) -> Option<i128> {
    let exact = match value {
        Value::Number(number) => number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    exact.or_else(|| {
        // Beyond this a float has no room for single units.
        const EXACT: f64 = (1_u64 << 53) as f64;
        let number = float(value)?;
        #[allow(clippy::cast_possible_truncation)]
        (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i128)
    })
}
