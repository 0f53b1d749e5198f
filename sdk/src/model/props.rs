//! Maps of anything.

use std::collections::BTreeMap;

use crate::gob::Value;

/// Go's `map[string]any`, as in the properties of posts.
pub type StringInterface = BTreeMap<String, Value>;
