//! Errors of both directions: what went wrong, where in the value, where in the stream.

use std::borrow::Cow;
use std::fmt;

/// Why bytes could not be turned into the wanted value.
///
/// Match on [`cause`](Self::cause); [`path`](Self::path) says which part of the value, [`offset`](Self::offset) which
/// byte of the stream. The stream goes on with the next value unless [`is_fatal`](Self::is_fatal).
#[derive(Debug, Clone, PartialEq)]
pub struct DecodeError(Box<Inner>);

#[derive(Debug, Clone, PartialEq)]
struct Inner {
    cause: DecodeCause,
    path: Path,
    offset: u64,
    fatal: bool,
}

/// The causes of a [`DecodeError`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum DecodeCause {
    /// The message ended inside the value.
    Truncated,
    /// An unsigned number of more than eight bytes.
    BadNumber,
    /// A length or count above its limit.
    TooLarge {
        /// What was counted: `message`, `string`, `slice`, `map`, …
        what: &'static str,
        /// The length that the sender gave.
        len: u64,
        /// The most that is accepted here.
        max: u64,
    },
    /// A number that does not fit the wanted type.
    OutOfRange {
        /// The wanted Rust type.
        wanted: &'static str,
    },
    /// Sender and receiver mean different kinds by the same name.
    Mismatch {
        /// What the receiving type is.
        expected: String,
        /// What the sender described.
        found: String,
    },
    /// Both structs have fields, none of the same name.
    NoCommonField {
        /// The sender's name of the struct.
        found: String,
    },
    /// A type id that the stream has not defined.
    UndefinedType(i64),
    /// A second definition of the same id.
    DuplicateType(i64),
    /// A type definition that breaks the rules; the text says which one.
    BadDefinition(&'static str),
    /// A field number beyond the struct's last field.
    FieldNumber(u64),
    /// A value that is no struct did not start with a zero byte.
    NotSingleton,
    /// Deeper than [`MAX_DEPTH`](super::limits::MAX_DEPTH).
    TooDeep,
    /// The value would take more memory than its bytes allow; see [`MEMORY_FACTOR`](super::limits::MEMORY_FACTOR).
    Memory,
    /// The opaque bytes of a type with its own format (a time, for one) are malformed; the text says how.
    BadBlob(&'static str),
    /// The interface value holds another registered type than the wanted one.
    OtherType {
        /// The wanted registered name.
        expected: String,
        /// The name that was sent.
        found: String,
    },
    /// An earlier fatal error ended this stream.
    Ended,
}

impl DecodeError {
    #[cold]
    pub(crate) fn new(cause: DecodeCause, offset: u64) -> Self {
        Self(Box::new(Inner { cause, path: Path::default(), offset, fatal: false }))
    }

    #[cold]
    pub(crate) fn fatal(mut self) -> Self {
        self.0.fatal = true;
        self
    }

    #[cold]
    pub(crate) fn within(mut self, step: Step) -> Self {
        self.0.path.steps.push(step);
        self
    }

    #[cold]
    pub(crate) fn rooted(mut self, name: &str) -> Self {
        if !name.is_empty() {
            self.0.path.root = Some(name.to_owned());
        }
        self
    }

    #[cold]
    pub(crate) fn at(mut self, offset: u64) -> Self {
        self.0.offset = offset;
        self
    }

    /// What went wrong.
    #[must_use]
    pub fn cause(&self) -> &DecodeCause {
        &self.0.cause
    }

    /// Where in the value: `Post.Metadata.Embeds[1].Data`.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// The byte of the stream, counted from its start, at which the fault was noticed.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.0.offset
    }

    /// True if nothing more can be read from this stream.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        self.0.fatal
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.path.is_empty() {
            write!(f, "{}: ", self.0.path)?;
        }
        write!(f, "{} (byte {})", self.0.cause, self.0.offset)
    }
}

impl std::error::Error for DecodeError {}

impl fmt::Display for DecodeCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => f.write_str("the message ends inside the value"),
            Self::BadNumber => f.write_str("a number of more than eight bytes"),
            Self::TooLarge { what, len, max } => {
                write!(f, "{what} of {len}, at most {max} are accepted here")
            }
            Self::OutOfRange { wanted } => write!(f, "the number does not fit {wanted}"),
            Self::Mismatch { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::NoCommonField { found } => write!(f, "no field in common with the sender's struct {found}"),
            Self::UndefinedType(id) => write!(f, "type {id} is not defined on this stream"),
            Self::DuplicateType(id) => write!(f, "type {id} is defined twice"),
            Self::BadDefinition(why) => write!(f, "bad type definition: {why}"),
            Self::FieldNumber(n) => write!(f, "field number {n} is out of bounds"),
            Self::NotSingleton => f.write_str("a value that is no struct must start with a zero byte"),
            Self::TooDeep => write!(f, "nested deeper than {}", super::limits::MAX_DEPTH),
            Self::Memory => f.write_str("the value would take far more memory than it has bytes"),
            Self::BadBlob(why) => f.write_str(why),
            Self::OtherType { expected, found } => write!(f, "expected a {expected} inside, found {found:?}"),
            Self::Ended => f.write_str("the stream ended with an earlier error"),
        }
    }
}

/// Why a value could not be written. Neither the output nor the stream has changed.
#[derive(Debug, Clone, PartialEq)]
pub struct EncodeError(Box<EncodeInner>);

#[derive(Debug, Clone, PartialEq)]
struct EncodeInner {
    cause: EncodeCause,
    path: Path,
    level: u32,
}

/// The causes of an [`EncodeError`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum EncodeCause {
    /// `None` where gob has no way to say so: an element of a list, array or map, or the value itself.
    NilElement,
    /// Deeper than [`MAX_DEPTH`](super::limits::MAX_DEPTH).
    TooDeep,
    /// The message would be longer than [`MAX_MESSAGE`](super::limits::MAX_MESSAGE); its length.
    TooLarge(usize),
    /// The stream has [`MAX_TYPES`](super::limits::MAX_TYPES) types already.
    TooManyTypes,
    /// A registered name that is empty or longer than [`MAX_NAME`](super::limits::MAX_NAME).
    BadName(String),
    /// A value kept from another stream is too large to be walked over again.
    Kept(DecodeError),
}

impl EncodeError {
    #[cold]
    pub(crate) fn new(cause: EncodeCause, level: u32) -> Self {
        Self(Box::new(EncodeInner { cause, path: Path::default(), level }))
    }

    /// Adds a step if the path is complete up to `level` and not beyond.
    #[cold]
    pub(crate) fn note(&mut self, level: u32, step: Step) {
        if self.0.level == level {
            self.0.path.steps.push(step);
            self.0.level = level.wrapping_sub(1);
        }
    }

    /// Puts the name in place of the field number that was noted last, if that was noted at `level`.
    #[cold]
    pub(crate) fn resolve(&mut self, level: u32, name: impl FnOnce(u32) -> &'static str) {
        if self.0.level == level.wrapping_sub(1)
            && let Some(step @ Step::Number(_)) = self.0.path.steps.last_mut()
            && let Step::Number(n) = *step
        {
            *step = Step::Field(Cow::Borrowed(name(n)));
        }
    }

    #[cold]
    pub(crate) fn rooted(mut self, name: &str) -> Self {
        if !name.is_empty() {
            self.0.path.root = Some(name.to_owned());
        }
        self
    }

    /// What went wrong.
    #[must_use]
    pub fn cause(&self) -> &EncodeCause {
        &self.0.cause
    }

    /// Where in the value: `Post.Props["x"][3]`.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0.path
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.path.is_empty() {
            write!(f, "{}: ", self.0.path)?;
        }
        match &self.0.cause {
            EncodeCause::NilElement => {
                f.write_str("None cannot be sent as an element or as the value itself")
            }
            EncodeCause::TooDeep => write!(f, "nested deeper than {}", super::limits::MAX_DEPTH),
            EncodeCause::TooLarge(n) => {
                write!(f, "message of {n} bytes, at most {} can be sent", super::limits::MAX_MESSAGE)
            }
            EncodeCause::TooManyTypes => f.write_str("too many types on this stream"),
            EncodeCause::Kept(error) => write!(f, "kept value: {error}"),
            EncodeCause::BadName(name) => write!(f, "{name:?} cannot be the registered name of a type"),
        }
    }
}

impl std::error::Error for EncodeError {}

/// The way from the outermost value to the faulty part of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Path {
    root: Option<String>,
    /// Innermost first: errors collect it while they travel outwards.
    steps: Vec<Step>,
}

impl Path {
    /// True if the fault lies in the value as a whole and that has no name.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.root.is_none() && self.steps.is_empty()
    }

    /// The steps below the outermost value, outermost first.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().rev()
    }
}

/// One step of a [`Path`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// A struct's field by its Go name.
    Field(Cow<'static, str>),
    /// A struct's field by its number.
    Number(u32),
    /// An element of a list or array.
    Index(usize),
    /// The value at a map's key.
    Key(String),
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        if let Some(root) = &self.root {
            f.write_str(root)?;
            first = false;
        }
        for step in self.steps() {
            match step {
                Step::Field(name) if first => f.write_str(name)?,
                Step::Field(name) => write!(f, ".{name}")?,
                Step::Number(n) => write!(f, ".#{n}")?,
                Step::Index(i) => write!(f, "[{i}]")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
            }
            first = false;
        }
        Ok(())
    }
}
