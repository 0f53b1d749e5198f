//! What fuzzing found worth keeping is read again by every test run; `fuzz/README.md` says how to go on from there.

// The targets are public in the crate of the fuzz targets.
#![allow(unreachable_pub)]

#[path = "../../fuzz/src/gob.rs"]
mod gob;
#[path = "../../fuzz/src/netrpc.rs"]
mod netrpc;
#[cfg(unix)]
#[path = "../../fuzz/src/stderr.rs"]
mod stderr;
#[path = "../../fuzz/src/yamux.rs"]
mod yamux;

/// Runs a target on each file of its corpus.
fn read_again(corpus: &str, target: fn(&[u8])) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/corpus/").to_owned() + corpus;
    let files: Vec<_> = std::fs::read_dir(folder).expect("the corpus is there").collect();
    assert!(!files.is_empty());
    for file in files {
        let path = file.expect("a file").path();
        println!("{}", path.display());
        target(&std::fs::read(path).expect("its bytes"));
    }
}

#[test]
fn gob_streams() {
    read_again("gob", gob::gob);
    read_again("gob", gob::gob_and_forget);
}

#[test]
fn netrpc_calls_and_replies() {
    read_again("netrpc", netrpc::netrpc);
    read_again("gob", netrpc::netrpc);
}

#[cfg(unix)]
#[test]
fn lines_on_stderr() {
    read_again("stderr", stderr::stderr);
    read_again("netrpc", stderr::stderr);
}

#[test]
fn yamux_frames() {
    read_again("yamux", yamux::yamux);
}
