//! A plugin's settings: a struct of the author's that the System Console edits.
//!
//! Derive [`Settings`](macro@crate::Settings) on a struct and name it in the plugin attribute; the manifest then has the
//! matching `settings_schema`, and the plugin gets the values as that struct.

use serde_json::{Map, Value};

mod current;
mod error;
#[doc(hidden)]
pub mod private;
mod secret;
mod value;

pub use current::{Changes, Current};
pub use error::{Fault, SettingsError};
pub use secret::Secret;
pub use value::{Expected, SettingValue};

/// A plugin's settings. Derived, see [`Settings`](macro@crate::Settings); `()` has none.
///
/// The default values are those declared with the fields.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no settings type",
    note = "add `#[derive(mmplugin::Settings)]` to the struct with the plugin's settings"
)]
pub trait Settings: Default + Send + Sync + 'static {
    /// The manifest's `settings_schema` as JSON; empty for none.
    const SCHEMA: &'static str;

    /// What another settings type takes over of this one.
    #[doc(hidden)]
    const PART: private::Part;

    /// Takes the values out of the configuration.
    #[doc(hidden)]
    fn read(reader: &mut private::Reader<'_>) -> Self;

    /// Reads the plugin's part of the server's configuration.
    ///
    /// Keys are compared without regard to case, since the server stores them in lower case. Unknown keys are passed
    /// over; a key that is absent, `null`, or empty where a number or a bool is wanted has its declared default.
    ///
    /// # Errors
    /// Every key whose value has the wrong type or is refused, with what was expected and found.
    fn from_json(object: &Map<String, Value>) -> Result<Self, SettingsError> {
        let mut reader = private::Reader::new(object);
        let settings = Self::read(&mut reader);
        reader.finish(settings)
    }
}

impl Settings for () {
    const SCHEMA: &'static str = "";

    const PART: private::Part = private::Part { list: "", head: "", keys: "", sections: false };

    fn read(_: &mut private::Reader<'_>) {}
}

#[cfg(test)]
mod tests;
