//! Types that a setting can have.

use serde_json::Value;

/// What a setting takes, for messages: `a whole number from 0 to 255`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected(String);

impl Expected {
    /// In words that end the sentence "the setting takes".
    pub fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }

    pub(super) fn into_text(self) -> String {
        self.0
    }
}

/// A type that one setting can have.
///
/// There are implementations for `String`, `bool`, the whole numbers up to 64 bits, `f32`, `f64`,
/// `Option` of them, and [`Value`].
/// The System Console sends numbers and bools sometimes as texts, so both forms are read.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a setting",
    note = "use `String`, `bool`, a number type or `Option` of one of these, `serde_json::Value`, or implement `mmplugin::settings::SettingValue`"
)]
pub trait SettingValue: Sized {
    /// The type in the manifest unless the field says another: `text`, `bool`, `number`, `custom`, …
    const KIND: &'static str;

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
