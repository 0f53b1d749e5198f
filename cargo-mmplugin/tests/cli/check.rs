//! `check`: bundles of our own making and files that are none.

use crate::support::{bare_plugin, event, events, folder, run, write};

const BUNDLE: &str = "dist/com.example.bare-0.1.0.tar.gz";

#[test]
fn a_good_bundle_is_ok_and_says_what_it_is() {
    let here = folder();
    bare_plugin(here.path(), "", "");
    assert_eq!(run(here.path(), &["bundle", "--no-run"]).code, Some(0));
    let said = run(here.path(), &["check", BUNDLE]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    for text in [": ok, ", "com.example.bare", "linux-amd64  server/dist/plugin-linux-amd64", "static"] {
        assert!(said.stdout.contains(text), "{}", said.stdout);
    }
    let said = run(here.path(), &["check", BUNDLE, "--json"]);
    let events = events(&said);
    let check = event(&events, "check");
    assert_eq!((&check["ok"], &check["executables"][0]["is_static"]), (&true.into(), &true.into()));
}

#[test]
fn files_that_are_no_bundles_are_named() {
    let here = folder();
    write(here.path().join("a.zip"), "PK\x03\x04");
    write(here.path().join("empty.tar.gz"), "");
    for (file, text) in [
        ("a.zip", "a.zip is not a gzip'd tar (it is a zip file)"),
        ("empty.tar.gz", "empty.tar.gz is empty"),
        ("missing.tar.gz", "missing.tar.gz"),
    ] {
        let said = run(here.path(), &["check", file]);
        assert_eq!(said.code, Some(1));
        assert!(said.stderr.starts_with("error: ") && said.stderr.contains(text), "{}", said.stderr);
    }
}
