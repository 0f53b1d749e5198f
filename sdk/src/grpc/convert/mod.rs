//! Values between messages and our types. The generated code pairs fields; here is what a single value becomes.

mod special;
mod well_known;

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::proto::pluginapi as pb;
use super::seam::Fault;
use crate::gob::{Explicit, Filled, StringMap, Time};
use crate::model::{AppError, ChannelType, RawJson, TeamType};
use crate::wire::HostError;

pub(super) use well_known::{json_value, map_of, map_value, raw_json};

/// From ours to a field of a message.
pub(crate) trait Put<M> {
    fn put(&self) -> M;
}

/// From a field of a message to ours.
pub(crate) trait Take<M> {
    fn take(message: M) -> Self;
}

macro_rules! same {
    ($($ty:ty),*) => {$(
        impl Put<$ty> for $ty {
            fn put(&self) -> $ty {
                self.clone()
            }
        }
        impl Take<$ty> for $ty {
            fn take(message: $ty) -> Self {
                message
            }
        }
    )*};
}

same! { String, bool, i64, i32, u32, Vec<u8> }

/// Go's `int` has 64 bits; what has no room in the message's 32 becomes the nearest number that has.
impl Put<i32> for i64 {
    fn put(&self) -> i32 {
        (*self).clamp(i32::MIN.into(), i32::MAX.into()) as i32
    }
}

impl Take<i32> for i64 {
    fn take(message: i32) -> Self {
        message.into()
    }
}

/// Ids and open enums travel as their text.
macro_rules! texts {
    ($($ty:ty),*) => {$(
        impl super::super::convert::Put<String> for $ty {
            fn put(&self) -> String {
                self.as_str().to_owned()
            }
        }
        impl super::super::convert::Take<String> for $ty {
            fn take(message: String) -> Self {
                message.into()
            }
        }
    )*};
}

/// Numbers with known values.
macro_rules! numbers {
    ($($ty:ty),*) => {$(
        impl super::super::convert::Put<i32> for $ty {
            fn put(&self) -> i32 {
                super::super::convert::Put::put(&self.as_i64())
            }
        }
        impl super::super::convert::Take<i32> for $ty {
            fn take(message: i32) -> Self {
                i64::from(message).into()
            }
        }
    )*};
}

pub(super) use {numbers, texts};

impl<M, T: Put<M>> Put<Option<M>> for Option<T> {
    fn put(&self) -> Option<M> {
        self.as_ref().map(Put::put)
    }
}

impl<M, T: Take<M>> Take<Option<M>> for Option<T> {
    fn take(message: Option<M>) -> Self {
        message.map(Take::take)
    }
}

impl<M, T: Put<M>> Put<Vec<M>> for Vec<T> {
    fn put(&self) -> Vec<M> {
        self.iter().map(Put::put).collect()
    }
}

impl<M, T: Take<M>> Take<Vec<M>> for Vec<T> {
    fn take(message: Vec<M>) -> Self {
        message.into_iter().map(Take::take).collect()
    }
}

impl<M, K: Put<String>, T: Put<M>> Put<BTreeMap<String, M>> for BTreeMap<K, T> {
    fn put(&self) -> BTreeMap<String, M> {
        self.iter().map(|(key, value)| (key.put(), value.put())).collect()
    }
}

impl<M, K: Take<String> + Ord, T: Take<M>> Take<BTreeMap<String, M>> for BTreeMap<K, T> {
    fn take(message: BTreeMap<String, M>) -> Self {
        message.into_iter().map(|(key, value)| (K::take(key), T::take(value))).collect()
    }
}

impl Put<BTreeMap<String, String>> for StringMap {
    fn put(&self) -> BTreeMap<String, String> {
        self.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    }
}

impl Take<BTreeMap<String, String>> for StringMap {
    fn take(message: BTreeMap<String, String>) -> Self {
        message.into()
    }
}

impl<M, T: Put<M>> Put<M> for Box<T> {
    fn put(&self) -> M {
        (**self).put()
    }
}

impl<M, T: Take<M>> Take<M> for Box<T> {
    fn take(message: M) -> Self {
        Box::new(T::take(message))
    }
}

impl<M, T: Put<M>> Put<M> for Explicit<T> {
    fn put(&self) -> M {
        self.0.put()
    }
}

impl<M, T: Put<M>> Put<M> for Filled<T> {
    fn put(&self) -> M {
        self.0.put()
    }
}

/// Whole seconds.
impl Put<i64> for Time {
    fn put(&self) -> i64 {
        if *self == Self::ZERO { 0 } else { self.unix() }
    }
}

impl Take<i64> for Time {
    fn take(message: i64) -> Self {
        if message == 0 { Self::ZERO } else { Self::from_unix(message, 0) }
    }
}

/// A kind that the message does not know becomes its "unspecified".
impl Put<i32> for ChannelType {
    fn put(&self) -> i32 {
        let kind = match self {
            Self::Open => pb::ChannelType::Open,
            Self::Private => pb::ChannelType::Private,
            Self::Direct => pb::ChannelType::Direct,
            Self::Group => pb::ChannelType::Group,
            _ => pb::ChannelType::Unspecified,
        };
        kind.into()
    }
}

impl Take<i32> for ChannelType {
    fn take(message: i32) -> Self {
        match pb::ChannelType::try_from(message) {
            Ok(pb::ChannelType::Open) => Self::Open,
            Ok(pb::ChannelType::Private) => Self::Private,
            Ok(pb::ChannelType::Direct) => Self::Direct,
            Ok(pb::ChannelType::Group) => Self::Group,
            Ok(pb::ChannelType::Unspecified) | Err(_) => Self::Unset,
        }
    }
}

impl Put<i32> for TeamType {
    fn put(&self) -> i32 {
        let kind = match self {
            Self::Open => pb::TeamType::Open,
            Self::Invite => pb::TeamType::Invite,
            _ => pb::TeamType::Unspecified,
        };
        kind.into()
    }
}

impl Take<i32> for TeamType {
    fn take(message: i32) -> Self {
        match pb::TeamType::try_from(message) {
            Ok(pb::TeamType::Open) => Self::Open,
            Ok(pb::TeamType::Invite) => Self::Invite,
            Ok(pb::TeamType::Unspecified) | Err(_) => Self::Unset,
        }
    }
}

/// Go's plain `error` has only a text; as a message it is the server's error without an id.
impl Put<pb::AppError> for HostError {
    fn put(&self) -> pb::AppError {
        match self {
            Self::App(error) => error.put(),
            other => pb::AppError { message: other.to_string(), status_code: 500, ..Default::default() },
        }
    }
}

impl Take<pb::AppError> for HostError {
    fn take(message: pb::AppError) -> Self {
        match message.id.is_empty() {
            true => Self::text(message.message),
            false => AppError::take(message).into(),
        }
    }
}

/// What is nil in Go and has no nil in the message.
pub(super) fn if_set<M: Default + PartialEq, T: Take<M>>(message: M) -> Option<T> {
    (message != M::default()).then(|| T::take(message))
}

/// A type that travels as JSON; one that cannot be written as JSON has no such value.
pub(crate) fn json<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

/// The value of a wrapper around JSON.
pub(super) fn json_of<T: DeserializeOwned>(bytes: Option<Vec<u8>>) -> Result<Option<T>, String> {
    match bytes {
        Some(bytes) if !bytes.is_empty() => serde_json::from_slice(&bytes).map_err(|error| error.to_string()),
        _ => Ok(None),
    }
}

/// The value of a field with JSON.
pub(super) fn json_or<T: DeserializeOwned + Default>(bytes: &[u8]) -> Result<T, Fault> {
    match bytes.is_empty() {
        true => Ok(T::default()),
        false => serde_json::from_slice(bytes).map_err(|error| Fault::Unreadable(error.to_string())),
    }
}

pub(super) fn unreadable(error: impl std::fmt::Display) -> String {
    error.to_string()
}

pub(super) fn absent() -> String {
    "gRPC has no such hook".to_owned()
}

pub(super) fn joined(texts: &[String]) -> String {
    texts.join(",")
}

pub(super) fn split(text: String) -> Vec<String> {
    if text.is_empty() { Vec::new() } else { text.split(',').map(str::to_owned).collect() }
}

pub(super) fn yes(value: &bool) -> String {
    if *value { "true".to_owned() } else { String::new() }
}

pub(super) fn is_yes(text: String) -> bool {
    text == "true"
}

pub(super) fn is_set(number: &i64) -> bool {
    *number != 0
}

pub(super) fn one_if(set: bool) -> i64 {
    set.into()
}

pub(super) fn number_text(number: &i64) -> String {
    if *number == 0 { String::new() } else { number.to_string() }
}

pub(super) fn text_number(text: String) -> i64 {
    text.parse().unwrap_or_default()
}

impl Put<String> for RawJson {
    fn put(&self) -> String {
        String::from_utf8_lossy(&self.0).into_owned()
    }
}

impl Take<String> for RawJson {
    fn take(message: String) -> Self {
        Self(message.into_bytes())
    }
}
