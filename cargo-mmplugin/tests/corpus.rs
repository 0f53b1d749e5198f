//! What fuzzing found worth keeping is read again by every test run; `fuzz/README.md` says how to go on from there.

#[path = "../../fuzz/src/manifest.rs"]
mod manifest;

#[test]
fn manifest_records() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/corpus/manifest");
    let files: Vec<_> = fs_err::read_dir(folder).expect("the corpus is there").collect();
    assert!(!files.is_empty());
    for file in files {
        let path = file.expect("a file").path();
        println!("{}", path.display());
        manifest::manifest(&fs_err::read(path).expect("its bytes"));
    }
}
