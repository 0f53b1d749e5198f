//! Values that Rust makes up by construction, of every type that travels: Go's decoder must see each field of them.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::generated::{for_each_driver_struct, for_each_model};
use super::made::ask;
use super::make::{Forms, Make, Maker, Seen, same};
use super::*;

/// Seeds, and how many of a hundred fields are set. A failure names its seed.
const ROUNDS: &[(u64, u64)] = &[(1, 100), (2, 60), (3, 25), (4, 0)];
/// The same for the oldest server's form of the types.
const OLD_ROUNDS: &[(u64, u64)] = &[(11, 100), (12, 30)];

/// One value: of which type, as bytes, and what Go must see.
struct Sent {
    name: String,
    seed: u64,
    bytes: Vec<u8>,
    seen: Seen,
}

fn send<T: Make>(name: &str, old: bool, all: &mut Vec<Sent>) {
    for (seed, share) in if old { OLD_ROUNDS } else { ROUNDS } {
        let mut maker = Maker::new(name, *seed, *share);
        // Go cannot skip a nil among the elements of a field that it does not have.
        maker.nils = !old;
        let (value, seen) = T::make(&mut maker);
        let mut bytes = Vec::new();
        Encoder::new()
            .encode(&value, &mut bytes)
            .unwrap_or_else(|error| panic!("{name}, seed {seed}: {error}"));
        all.push(Sent { name: name.to_owned(), seed: *seed, bytes, seen });
    }
}

/// Everything that a server or a plugin can send.
fn all(old: bool) -> Vec<Sent> {
    let mut all = Vec::new();
    macro_rules! add {
        ($ty:ident $name:literal) => {
            send::<$ty>($name, old, &mut all)
        };
    }
    crate::wire::generated::for_each_struct!(add);
    for_each_driver_struct!(add);
    {
        use crate::model::*;
        for_each_model!(add);
    }
    all
}

#[test]
fn go_sees_every_field_of_values_that_rust_makes_up() {
    let (mut failed, mut forms) = (Vec::new(), Forms::default());
    let mut old_forms = Forms { old: true, ..Forms::default() };
    let (mut names, mut known) = (BTreeSet::new(), BTreeSet::new());
    for (prefix, forms) in [("", &mut forms), ("9.3/", &mut old_forms)] {
        let all = all(forms.old);
        let requests: Vec<Json> = all.iter().map(|sent| request(prefix, sent)).collect();
        let Some(answers) = ask(&requests) else { return };
        for (sent, answer) in all.iter().zip(&answers) {
            names.insert(sent.name.clone());
            known.extend((answer["none"] != true).then(|| sent.name.clone()));
            if let Err(why) = compare(sent, answer, forms) {
                failed.push(format!("{prefix}{}, seed {}{why}", sent.name, sent.seed));
            }
        }
        let compared = answers.iter().filter(|answer| answer["none"] != true).count();
        assert!(compared > if forms.old { 400 } else { 3000 }, "only {compared} values");
    }
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n"));
    let unknown: Vec<_> = names.difference(&known).collect();
    assert!(unknown.is_empty(), "Go has no such types: {unknown:?}");
    let nowhere: Vec<_> = forms.missing.difference(&old_forms.found).collect();
    assert!(nowhere.is_empty(), "no server has these fields: {nowhere:?}");
}

fn request(prefix: &str, sent: &Sent) -> Json {
    json!({"name": format!("{prefix}{}", sent.name), "gob_hex": hex(&sent.bytes), "none": true})
}

fn compare(sent: &Sent, answer: &Json, forms: &mut Forms) -> Result<(), String> {
    match (&answer["values"][0], answer["none"] == true) {
        (_, true) => Ok(()),
        (Json::Null, _) => Err(format!(": {}", answer["error"])),
        (node, _) => same(&sent.seen, node, forms),
    }
}
