//! A plugin's settings: a struct of the author's that the System Console edits.
//!
//! Derive [`Settings`](macro@crate::Settings) on a struct and name it in the plugin attribute; the manifest then has the
//! matching `settings_schema`, and the plugin gets the values as that struct.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::{Map, Value};

mod error;
#[doc(hidden)]
pub mod private;
mod value;

pub use error::{Fault, SettingsError};
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

    /// Reads the plugin's part of the server's configuration.
    ///
    /// Keys are compared without regard to case, since the server stores them in lower case. Unknown keys are passed
    /// over; a key that is absent, `null`, or empty where a number or a bool is wanted has its declared default.
    ///
    /// # Errors
    /// Every key whose value has the wrong type, with what was expected and found.
    fn from_json(object: &Map<String, Value>) -> Result<Self, SettingsError>;
}

impl Settings for () {
    const SCHEMA: &'static str = "";

    fn from_json(_: &Map<String, Value>) -> Result<Self, SettingsError> {
        Ok(())
    }
}

/// The settings as they are now: a handle shared by everything that reads them.
///
/// A reader takes one snapshot for one piece of work, so that its values belong together even when an administrator
/// saves new ones meanwhile.
pub struct Current<T>(Arc<RwLock<Arc<T>>>);

impl<T> Current<T> {
    /// A handle whose first snapshot is `settings`.
    pub fn new(settings: T) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(settings))))
    }

    /// The newest snapshot.
    pub fn get(&self) -> Arc<T> {
        // A poisoned lock holds a whole snapshot all the same: it is replaced in one step.
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts a new snapshot in place; those already taken stay as they are.
    pub fn set(&self, settings: T) {
        let old = {
            let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *current, Arc::new(settings))
        };
        // Outside the lock: dropping may run code of the author's.
        drop(old);
    }
}

impl<T> Clone for Current<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Default> Default for Current<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> fmt::Debug for Current<T> {
    /// Without the values: some may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Current").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
