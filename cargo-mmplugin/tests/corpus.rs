//! What fuzzing found worth keeping is read again by every test run; `fuzz/README.md` says how to go on from there.

// Their functions are public in the crate of the fuzz targets.
#[allow(unreachable_pub)]
#[path = "../../fuzz/src/handshake.rs"]
mod handshake;
#[allow(unreachable_pub)]
#[path = "../../fuzz/src/manifest.rs"]
mod manifest;

/// Runs a target on each file of its corpus.
fn read_again(corpus: &str, target: fn(&[u8])) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/corpus/").to_owned() + corpus;
    let files: Vec<_> = fs_err::read_dir(folder).expect("the corpus is there").collect();
    assert!(!files.is_empty());
    for file in files {
        let path = file.expect("a file").path();
        println!("{}", path.display());
        target(&fs_err::read(path).expect("its bytes"));
    }
}

#[test]
fn handshake_lines() {
    read_again("handshake", handshake::handshake);
}

#[test]
fn manifest_records() {
    read_again("manifest", manifest::manifest);
}
