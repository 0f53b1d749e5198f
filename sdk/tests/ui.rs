//! What the macros accept, and what they say about the rest.
//!
//! `TRYBUILD=overwrite cargo test -p mmplugin --test ui` writes the expected messages anew; read the difference.

#[test]
fn messages_are_the_expected_ones() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/fail/*.rs");
}
