//! Types that write themselves as opaque bytes.

use super::Gob;
use super::bits::put_bytes;
use super::reader::{Plan, Reader, Res, lossy};
use super::shape::{Marshal, Shape, Type};
use super::writer::Writer;

/// The bytes of a Go type that implements `gob.GobEncoder`; `big.Int` is one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct GobBytes(pub Vec<u8>);

/// The bytes of a Go type that implements `encoding.BinaryMarshaler`; `x509.OID` is one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct BinaryBytes(pub Vec<u8>);

/// A Go type that implements `encoding.BinaryMarshaler` and whose bytes are text; `url.URL` is one.
///
/// What is not UTF-8 becomes U+FFFD; [`BinaryBytes`] keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct BinaryText(pub String);

macro_rules! blobs {
    ($($ty:ident $marshal:ident $from:expr;)*) => { $(
        impl Gob for $ty {
            fn zero() -> Self {
                Self::default()
            }

            fn describe() -> Type {
                Type::new::<Self>(Shape::Blob(Marshal::$marshal, ""))
            }

            fn gob_is_zero(&self) -> bool {
                self.0.is_empty()
            }

            fn gob_put(&self, w: &mut Writer<'_>) {
                put_bytes(w.out, self.0.as_ref());
            }

            fn gob_get(&mut self, r: &mut Reader<'_>, _: Plan) -> Res {
                self.0 = $from(r.bytes()?);
                Ok(())
            }
        }
    )* };
}

blobs! {
    GobBytes Gob <[u8]>::to_vec;
    BinaryBytes Binary <[u8]>::to_vec;
    BinaryText Binary lossy;
}
