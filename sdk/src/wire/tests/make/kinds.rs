//! Making of what structs are made of: numbers, texts, lists, interfaces, and the types written by hand.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::{Make, Maker, Seen, make_newtype};
use crate::gob::{BinaryText, Complex, StringMap, Time, Value};
use crate::model::props::Attachments;
use crate::model::*;
use crate::wire::tests::generated;
use crate::wire::{HostError, HttpRequest, HttpResponse};

impl Make for bool {
    fn make(maker: &mut Maker) -> (Self, Seen) {
        let made = !maker.once_in(4);
        (made, Seen::Bool(made))
    }
}

impl Maker {
    /// Small, of any size, or an extreme; the callers keep the highest bits.
    fn integer(&mut self) -> i64 {
        let any = self.next().cast_signed();
        match self.below(7) {
            0 => i64::MIN,
            1 => i64::MAX,
            2 => 0,
            3 => any,
            _ => any >> self.below(64),
        }
    }

    pub(super) fn text(&mut self) -> String {
        let letters: Vec<char> = match self.below(4) {
            0 => "éüßñ漢字仮名😀🦀\u{feff}\u{fffd}".chars().collect(),
            1 => "<>&\"'\\/\t\r\n\0\u{7f}\u{2028} 0".chars().collect(),
            _ => ('a'..='z').collect(),
        };
        // Short texts and long ones are kept in different ways: ids end at 30 bytes.
        let length = if self.once_in(60) { 5000 } else { self.below(40) };
        let mut letter = || letters[usize::try_from(self.next()).unwrap() % letters.len()];
        (0..length).map(|_| letter()).collect()
    }

    fn float(&mut self) -> f64 {
        let any = f64::from_bits(self.next());
        let strange = [-0.0, f64::INFINITY, f64::NEG_INFINITY, f64::MIN_POSITIVE / 8.0, f64::MAX, any];
        match self.below(12) {
            at if !self.json && at < 6 => strange[usize::try_from(at).unwrap()],
            0 => 0.0,
            1 => f64::MAX,
            _ => (self.integer() >> 20) as f64 / 1024.0,
        }
    }

    fn bytes(&mut self) -> Vec<u8> {
        // To Go's JSON, unlike to gob, none are something else than no bytes.
        (0..self.below(20) + u64::from(self.json)).map(|_| self.next().to_le_bytes()[0]).collect()
    }
}

macro_rules! integers {
    ($($ty:ident $seen:ident $wide:ident)*) => {$(
        impl Make for $ty {
            fn make(maker: &mut Maker) -> (Self, Seen) {
                let wide = maker.integer() as $wide >> (64 - Self::BITS);
                (wide as Self, Seen::$seen(wide))
            }
        }
    )*};
}

integers! { i8 Int i64 i16 Int i64 i32 Int i64 i64 Int i64 u16 Uint u64 u32 Uint u64 u64 Uint u64 }

impl Make for u8 {
    fn make(maker: &mut Maker) -> (Self, Seen) {
        let made = maker.next().to_le_bytes()[0];
        (made, Seen::Uint(made.into()))
    }

    fn make_list(maker: &mut Maker) -> (Vec<Self>, Seen) {
        let made = maker.bytes();
        (made.clone(), Seen::Bytes(made))
    }
}

impl Make for f64 {
    fn make(maker: &mut Maker) -> (Self, Seen) {
        let made = maker.float();
        (made, Seen::Float(made.to_bits(), 64))
    }
}

impl Make for f32 {
    fn make(maker: &mut Maker) -> (Self, Seen) {
        // What a signalling NaN becomes on its way through 64 bits is the processor's choice.
        let made =
            Some(maker.float() as f32).filter(|made| made.is_finite() || !(made.is_nan() || maker.json));
        let made = made.unwrap_or(0.1);
        (made, Seen::Float(made.to_bits().into(), 32))
    }
}

macro_rules! texts {
    ($($name:ident)*) => {$(
        impl Make for $name {
            fn make(maker: &mut Maker) -> (Self, Seen) {
                let made = maker.text();
                (made.clone().into(), Seen::Text(made.into()))
            }
        }
    )*};
}

texts! {
    String UserId TeamId ChannelId PostId FileId EmojiId CommandId SessionId GroupId TokenId UploadId OAuthAppId
    PropertyGroupId PropertyFieldId PropertyValueId SidebarCategoryId RemoteId ConnectionId TriggerId SchemeId
    PolicyId NodeId
}

impl<T: Make> Make for Option<T> {
    const NIL: bool = true;

    fn make(maker: &mut Maker) -> (Self, Seen) {
        if maker.is_deep() || maker.once_in(5) {
            return (None, Seen::Nil);
        }
        match maker.deeper(T::make) {
            (made, seen @ Seen::Interface(..)) => (Some(made), seen),
            (made, seen) => (Some(made), Seen::Pointer(seen.into())),
        }
    }
}

impl<T: Make> Make for Box<T> {
    fn make(maker: &mut Maker) -> (Self, Seen) {
        let (made, seen) = T::make(maker);
        (made.into(), seen)
    }
}

impl<T: Make> Make for Vec<T> {
    fn make(maker: &mut Maker) -> (Self, Seen) {
        T::make_list(maker)
    }
}

/// Entries with different keys.
fn entries<K: Make + Ord, V: Make>(maker: &mut Maker) -> (BTreeMap<K, V>, Seen) {
    let (mut made, mut all) = (BTreeMap::new(), Vec::new());
    for _ in 0..maker.count() {
        let ((key, key_seen), (value, seen)) = maker.deeper(|maker| (K::make(maker), V::make(maker)));
        if let Entry::Vacant(entry) = made.entry(key) {
            entry.insert(value);
            all.push((key_seen, seen));
        }
    }
    (made, Seen::Map(all))
}

impl<K: Make + Ord + std::fmt::Debug, V: Make> Make for BTreeMap<K, V> {
    fn make(maker: &mut Maker) -> (Self, Seen) {
        entries(maker)
    }
}

impl Make for StringMap {
    fn make(maker: &mut Maker) -> (Self, Seen) {
        let (made, seen) = entries::<String, String>(maker);
        (made.into(), seen)
    }
}

impl Make for Time {
    fn make(maker: &mut Maker) -> (Self, Seen) {
        let seconds = (maker.below(1 << 34)).cast_signed() - (1 << 33);
        let nanos = if maker.once_in(2) { 0 } else { maker.below(1_000_000_000) };
        let zone = i32::try_from(maker.below(1440)).unwrap() - 720;
        let zone = if maker.once_in(2) || zone == -1 { None } else { Some(zone * 60) };
        let made = Self::from_unix(seconds, nanos.try_into().unwrap()).with_offset(zone);
        (made, Seen::Told("time", made.to_string()))
    }
}

impl Make for RawJson {
    fn make(maker: &mut Maker) -> (Self, Seen) {
        let json = serde_json::json!({ maker.text(): [maker.integer() >> 11, maker.text(), null, true] });
        let made = Self::new(&json).unwrap();
        (made.clone(), Seen::Bytes(made.0))
    }
}

/// What gob and Go's JSON know without a registered name.
impl Make for Value {
    const NIL: bool = true;

    fn make(maker: &mut Maker) -> (Self, Seen) {
        let deep = maker.is_deep();
        let (made, seen) = match maker.below(if deep { 17 } else { 23 }) {
            0 if maker.nils => return (Self::Nil, Seen::Nil),
            0 | 1 => of(maker, Self::Bool),
            2 => of(maker, Self::Int),
            3 => of(maker, Self::Int8),
            4 => of(maker, Self::Int16),
            5 => of(maker, Self::Int32),
            6 => of(maker, Self::Int64),
            7 => of(maker, Self::Uint),
            8 => of(maker, Self::Uint8),
            9 => of(maker, Self::Uint16),
            10 => of(maker, Self::Uint32),
            11 => of(maker, Self::Uint64),
            12 => of(maker, Self::Float32),
            13 => of(maker, Self::Float64),
            14 => of(maker, Self::Bytes),
            15 if !maker.json => complex(maker),
            15 | 16 => of(maker, Self::String),
            17 => of(maker, Self::Strings),
            18 | 19 => of(maker, Self::List),
            20 | 21 => of(maker, Self::Map),
            _ if maker.json && !maker.typed => of(maker, Self::Bool),
            _ if maker.once_in(3) => return maker.registered::<Attachments>(),
            _ => return generated::registered(maker),
        };
        let name = made.type_name().to_owned();
        (made, Seen::Interface(name, seen.into()))
    }
}

make_newtype!(Attachments);

fn of<T: Make>(maker: &mut Maker, wrap: fn(T) -> Value) -> (Value, Seen) {
    let (made, seen) = maker.deeper(T::make);
    (wrap(made), seen)
}

fn complex(maker: &mut Maker) -> (Value, Seen) {
    let made = Complex { re: maker.float(), im: maker.float() };
    let told = format!("{:016x},{:016x}", made.re.to_bits(), made.im.to_bits());
    (Value::Complex128(made), Seen::Told("complex", told))
}

impl Make for HostError {
    fn make(maker: &mut Maker) -> (Self, Seen) {
        let (made, name, seen) = match maker.below(3) {
            0 => {
                let (made, seen) = AppError::make(maker);
                (Self::from(made), "*model.AppError", seen)
            }
            1 => {
                let (value, seen) = PqError::make(maker);
                (Self::Other(Value::typed("*pq.Error", &value).unwrap()), "*pq.Error", seen)
            }
            _ => {
                let ((code, code_seen), (message, seen)) = (i64::make(maker), String::make(maker));
                let seen = Seen::Struct(vec![("Code", code_seen), ("Err", seen)]);
                (Self::Text { code, message }, "*plugin.ErrorString", seen)
            }
        };
        (made, Seen::Interface(name.to_owned(), seen.into()))
    }
}

/// A part of what the PostgreSQL driver's error has.
#[derive(Debug, Clone, PartialEq, Default, crate::Gob)]
#[gob(name = "Error")]
struct PqError {
    severity: String,
    code: String,
    message: String,
    table: String,
}

super::make_struct! { PqError { severity "Severity" code "Code" message "Message" table "Table" } }

super::make_struct! {
    HttpRequest {
        method "Method" url "URL" proto "Proto" proto_major "ProtoMajor" proto_minor "ProtoMinor" header "Header"
        host "Host" remote_addr "RemoteAddr" request_uri "RequestURI"
    }
}

super::make_struct! {
    HttpResponse {
        status "Status" status_code "StatusCode" proto "Proto" proto_major "ProtoMajor" proto_minor "ProtoMinor"
        header "Header" content_length "ContentLength" transfer_encoding "TransferEncoding" close "Close"
        uncompressed "Uncompressed" trailer "Trailer"
    }
}

/// URLs only: nothing else is such a text.
impl Make for BinaryText {
    fn make(maker: &mut Maker) -> (Self, Seen) {
        let made = format!("https://example.com/p/{}?q={}#f", maker.next(), maker.below(100));
        (Self(made.clone()), Seen::Told("url", made))
    }
}
