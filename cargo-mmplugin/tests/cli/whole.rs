//! The whole way of a new plugin: `new`, its own tests, `bundle`, `check --run`.

use std::path::Path;
use std::process::Command;

use cargo_mmplugin::archive;
use cargo_mmplugin::executable::called_methods;

use crate::support::{event, events, folder, run, said, tool};

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace")
}

/// The workspace's own versions: nothing is looked up in the network.
fn lock(plugin: &Path) {
    fs_err::copy(workspace().join("Cargo.lock"), plugin.join("Cargo.lock")).expect("a lock file");
}

/// `cargo test` in the folder where the templates' tests are built, too: the SDK is compiled once.
fn cargo_test(plugin: &Path) -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(plugin).args(["test", "--offline", "--target-dir"]).arg(workspace().join("target"));
    cargo.env_remove("RUSTFLAGS");
    cargo
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn a_new_plugin_passes_its_tests_bundles_and_starts() {
    let here = folder();
    let said_new = run(here.path(), &["new", "whole", "--id", "org.acme.hello"]);
    assert_eq!(said_new.code, Some(0), "{}", said_new.stderr);
    let plugin = here.path().join("whole");
    lock(&plugin);

    let tests = said(&mut cargo_test(&plugin));
    assert_eq!(tests.code, Some(0), "{}\n{}", tests.stdout, tests.stderr);
    assert!(tests.stdout.contains("4 passed"), "{}", tests.stdout);

    // Shared with the test of the book, whose plugin is called hello: names keep their executables apart.
    let target = workspace().join("target/bundles").display().to_string();
    let bundled = said(&mut tool(&plugin, &["bundle", "--json", "--target-dir", &target]));
    assert_eq!(bundled.code, Some(0), "{}", bundled.stdout);
    let events = events(&bundled);
    let bundle = event(&events, "bundle");
    assert_eq!((&bundle["id"], &bundle["version"]), (&"org.acme.hello".into(), &"0.1.0".into()));
    let file = plugin.join("dist/org.acme.hello-0.1.0.tar.gz");
    let members = archive::read(&fs_err::read(&file).expect("a bundle")).expect("an archive");
    assert_eq!(members.len(), 7);
    let program =
        members.iter().find(|member| member.path.ends_with("plugin-linux-amd64")).expect("a program");
    let calls: Vec<_> = called_methods(&program.bytes).into_iter().collect();
    assert_eq!(calls, [("GetUser".to_owned(), "5.2".to_owned())], "what is not called leaves no mark");

    let checked = run(&plugin, &["check", "--run", "dist/org.acme.hello-0.1.0.tar.gz"]);
    assert_eq!((checked.code, checked.stderr.as_str()), (Some(0), ""));
    for hook in ["OnActivate", "MessageWillBePosted", "ServeHTTP"] {
        assert!(checked.stdout.contains(hook), "{}", checked.stdout);
    }
}
