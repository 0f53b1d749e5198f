//! The crate gobwire, which knows nothing of us, reads what we write and writes what we read.

use std::fmt::Debug;
use std::path::Path;

use mmplugin::gob::{Decoder, Encoder, Gob};
use mmplugin::wire;

use crate::codecs::read;
use crate::gobwire_types::{PostArgs, UserReturns};

/// Go's bytes to ours, ours to gobwire, gobwire back to ours: nothing may change on the way.
fn there_and_back<Ours, Theirs>(name: &str, trim: impl Fn(&mut Ours))
where
    Ours: Gob + PartialEq + Debug,
    Theirs: gobwire::Decode + gobwire::Encode + Default + 'static,
{
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden");
    for folder in ["", "sparse", "zero"] {
        let bytes = std::fs::read(golden.join(folder).join(format!("{name}.gob"))).unwrap();
        let mut value = decode::<Ours>(&bytes);
        trim(&mut value);
        let mut ours = Vec::new();
        Encoder::new().encode(&value, &mut ours).unwrap();
        let theirs: Theirs = read(&mut gobwire::Decoder::new(), &ours).unwrap();
        let mut back = Vec::new();
        gobwire::Encoder::new().encode_into(&theirs, &mut back).unwrap();
        assert_eq!(decode::<Ours>(&back), value, "{folder}/{name}");
    }
}

fn decode<T: Gob>(bytes: &[u8]) -> T {
    let mut decoder = Decoder::new();
    decoder.feed(bytes);
    decoder.next().unwrap().unwrap()
}

#[test]
fn posts_pass_through_gobwire_unchanged() {
    there_and_back::<wire::MessageWillBePostedArgs, PostArgs>("MessageWillBePosted.args", |args| {
        // Not among its types here.
        if let Some(post) = &mut args.b {
            post.metadata = None;
        }
    });
}

#[test]
fn users_pass_through_gobwire_unchanged() {
    there_and_back::<wire::GetUserReturns, UserReturns>("GetUser.returns", |returns| returns.b = None);
}
