//! What a hostile host may send on a whole connection: the corpus of the fuzz targets `hooks` and `api` is read by every
//! test run.

// The targets are public in the crate of the fuzz targets.
#![allow(unreachable_pub)]

#[path = "../../../fuzz/src/api.rs"]
mod api;
#[path = "../../../fuzz/src/hooks.rs"]
mod hooks;

/// The files of a corpus.
fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/").to_owned() + name;
    let files = std::fs::read_dir(folder).expect("the corpus is there");
    files.map(|file| std::fs::read(file.expect("a file").path()).expect("its bytes")).collect()
}

#[test]
fn calls_of_every_hook_whole_and_cut() {
    let files = corpus("hooks");
    assert!(files.len() > 35, "{} files", files.len());
    for bytes in &files {
        hooks::hooks(bytes);
        hooks::hooks(&bytes[..bytes.len() / 2]);
    }
}

#[test]
fn replies_to_calls_of_the_api_whole_and_cut() {
    let files = corpus("api");
    let good: Vec<usize> = files.iter().map(|bytes| api::api(bytes)).collect();
    assert!(good.contains(&8), "no file answers all eight calls: {good:?}");
    for bytes in &files {
        assert!(api::api(&bytes[..bytes.len() / 2]) < 8);
    }
}
