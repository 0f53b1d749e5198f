//! Strings and integers with known values that keep those they do not know.

/// Declares an enum over a string: the empty string is `Unset`, unknown ones are `Other`.
macro_rules! open_enum {
    ($(#[$docs:meta])* pub enum $name:ident { $($(#[$about:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$docs])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, mmplugin::Gob)]
        #[gob(string)]
        #[non_exhaustive]
        pub enum $name {
            /// The empty string: Go's zero value.
            #[default]
            #[gob("")]
            Unset,
            $($(#[$about])* #[gob($text)] $variant,)*
            /// A value that this crate does not know. Build it by `from`, which finds the known ones.
            #[gob(other)]
            Other(String),
        }

        impl $name {
            /// The value as it travels.
            pub fn as_str(&self) -> &str {
                mmplugin::gob::StringEnum::as_str(self)
            }

            /// True for the empty string.
            pub fn is_empty(&self) -> bool {
                self.as_str().is_empty()
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                mmplugin::gob::StringEnum::from_text(text)
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                match Self::from(text.as_str()) {
                    Self::Other(_) => Self::Other(text),
                    known => known,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self::from)
            }
        }
    };
}

/// Declares an enum over an integer: the first variant is Go's zero value, unknown ones are `Other`.
macro_rules! open_int_enum {
    ($(#[$docs:meta])* pub enum $name:ident {
        $(#[$first_about:meta])* $first:ident = $zero:literal,
        $($(#[$about:meta])* $variant:ident = $number:literal,)*
    }) => {
        $(#[$docs])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, mmplugin::Gob)]
        #[gob(i64)]
        #[non_exhaustive]
        pub enum $name {
            $(#[$first_about])* #[default] #[gob($zero)] $first,
            $($(#[$about])* #[gob($number)] $variant,)*
            /// A value that this crate does not know. Build it by `from`, which finds the known ones.
            #[gob(other)]
            Other(i64),
        }

        impl $name {
            /// The value as it travels.
            pub fn as_i64(self) -> i64 {
                mmplugin::gob::IntEnum::as_int(&self)
            }
        }

        impl From<i64> for $name {
            fn from(value: i64) -> Self {
                mmplugin::gob::IntEnum::from_int(value)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_i64(self.as_i64())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                i64::deserialize(deserializer).map(Self::from)
            }
        }
    };
}

pub(crate) use {open_enum, open_int_enum};

#[cfg(test)]
mod tests {
    use crate::model::{ChannelType, PluginRunState};

    #[test]
    fn known_unknown_and_empty_values_survive() {
        for (text, value) in
            [("O", ChannelType::Open), ("", ChannelType::Unset), ("Z", ChannelType::Other("Z".into()))]
        {
            assert_eq!(ChannelType::from(text), value);
            assert_eq!(ChannelType::from(text.to_owned()), value);
            assert_eq!(value.to_string(), text);
            let json = serde_json::to_string(&value).unwrap();
            assert_eq!(serde_json::from_str::<ChannelType>(&json).unwrap(), value);
        }
        assert!(ChannelType::default().is_empty());
    }

    #[test]
    fn known_and_unknown_numbers_survive() {
        for (number, value) in
            [(0, PluginRunState::default()), (2, PluginRunState::Running), (9, PluginRunState::Other(9))]
        {
            assert_eq!(PluginRunState::from(number), value);
            let json = serde_json::to_string(&value).unwrap();
            assert_eq!(json, number.to_string());
            assert_eq!(serde_json::from_str::<PluginRunState>(&json).unwrap(), value);
        }
    }
}
