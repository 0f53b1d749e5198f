//! `webapp/` in a bundle: which package manager, what it is told, and plugins that have nothing else. The package
//! managers here are scripts that write down what they were asked.

use std::path::Path;
use std::process::Command;

use cargo_mmplugin::archive::{self, MemberKind};
use serde_json::Value;

use crate::support::{Said, bare_plugin, event, events, files, folder, run, said, tool, write};

const PACKAGE: &str = r#"{"scripts": {"build": "x"}}"#;
const MANIFEST: &str =
    r#"{"id": "com.example.web", "name": "Web", "version": "0.1.0", "min_server_version": "9.3.0"}"#;
const GENERATED: &str = "// Written by `cargo mmplugin` from the plugin's manifest. Do not edit.\n";

/// A package manager that notes its arguments in webapp/calls and does `work` in webapp/.
fn manager(here: &Path, name: &str, work: &str) {
    let script = format!("#!/bin/sh\necho \"$@\" >>calls\nmkdir -p node_modules dist\n{work}\n");
    let file = here.join("bin").join(name);
    write(file.clone(), &script);
    let mut chmod = Command::new("chmod");
    assert!(chmod.arg("755").arg(file).status().is_ok_and(|status| status.success()));
}

/// The tool, which finds those package managers first.
fn with_managers(here: &Path, folder: &Path, args: &[&str]) -> Command {
    let mut command = tool(folder, args);
    let path = std::env::var("PATH").expect("a PATH");
    command.env("PATH", format!("{}:{path}", here.join("bin").display()));
    command
}

fn bundle(here: &Path, folder: &Path, args: &[&str]) -> Said {
    said(&mut with_managers(here, folder, &[&["bundle"], args].concat()))
}

fn web_only(root: &Path) {
    write(root.join("plugin.json"), MANIFEST);
    write(root.join("webapp/package.json"), PACKAGE);
    write(root.join("webapp/package-lock.json"), "{}");
}

fn packed(file: &Path) -> (Vec<String>, Value) {
    let members = archive::read(&fs_err::read(file).expect("a bundle")).expect("a readable bundle");
    let inside = members.iter().filter(|member| member.kind == MemberKind::File);
    let paths = inside.map(|member| member.path.split_once('/').expect("a folder").1.to_owned()).collect();
    let json = members.iter().find(|member| member.path.ends_with("plugin.json")).expect("a manifest");
    (paths, serde_json::from_slice(&json.bytes).expect("JSON"))
}

#[cfg(unix)]
#[test]
fn a_plugin_without_a_server_part_is_built_by_its_lock_file() {
    const WRITE: &str = "echo \"registerPlugin('com.example.web')\" >dist/main.js; echo a line of the build";
    for (lock, name, calls) in [
        ("package-lock.json", "npm", "ci --no-audit --no-fund\nrun --silent build\n"),
        ("pnpm-lock.yaml", "pnpm", "install --frozen-lockfile\nrun --silent build\n"),
        ("yarn.lock", "yarn", "install --immutable\nrun build\n"),
    ] {
        let here = folder();
        let root = here.path().join("my plügin");
        web_only(&root);
        fs_err::rename(root.join("webapp/package-lock.json"), root.join("webapp").join(lock))
            .expect("a file");
        write(root.join("webapp/src/manifest.ts"), GENERATED);
        write(root.join("public/hello.html"), "hello\n");
        manager(here.path(), name, WRITE);
        // Also from inside.
        let said = bundle(here.path(), &root.join("webapp/src"), &[]);
        assert_eq!(said.code, Some(0), "{}", said.stderr);
        assert!(said.stderr.contains("a line of the build"), "{}", said.stderr);
        assert!(said.stdout.contains("webapp/dist/main.js"), "the size table: {}", said.stdout);
        assert_eq!(fs_err::read_to_string(root.join("webapp/calls")).expect("calls"), calls);
        let module = fs_err::read_to_string(root.join("webapp/src/manifest.ts")).expect("a module");
        assert!(
            module.contains("id = \"com.example.web\"") && module.contains("version = \"0.1.0\""),
            "{module}"
        );
        let (paths, manifest) = packed(&root.join("dist/com.example.web-0.1.0.tar.gz"));
        assert_eq!(paths, ["plugin.json", "public/hello.html", "webapp/dist/main.js"]);
        assert_eq!(manifest["webapp"]["bundle_path"], "webapp/dist/main.js");
        assert_eq!(manifest.get("server"), None);

        // Nothing to install the second time.
        assert_eq!(bundle(here.path(), &root, &["--json"]).code, Some(0));
        let again = fs_err::read_to_string(root.join("webapp/calls")).expect("calls");
        assert_eq!(again.lines().count(), 3, "{again}");
        assert_eq!(run(&root, &["check", "dist/com.example.web-0.1.0.tar.gz"]).code, Some(0));
    }
}

#[cfg(unix)]
#[test]
fn server_and_web_part_go_into_one_bundle() {
    let here = folder();
    bare_plugin(here.path(), "", "");
    write(here.path().join("webapp/package.json"), PACKAGE);
    write(here.path().join("webapp/package-lock.json"), "{}");
    manager(here.path(), "npm", "echo \"registerPlugin('other.id')\" >dist/main.js");
    let said = bundle(here.path(), here.path(), &["--no-run", "--json"]);
    assert_eq!(said.code, Some(0), "{}", said.stdout);
    let events = events(&said);
    assert_eq!(event(&events, "webapp")["manager"], "npm");
    let warning = event(&events, "warning")["message"].as_str().expect("a text");
    assert!(warning.contains("does not hold the id com.example.bare"), "{warning}");
    let (paths, manifest) = packed(&here.path().join("dist/com.example.bare-0.1.0.tar.gz"));
    assert!(paths.contains(&"webapp/dist/main.js".to_owned()), "{paths:?}");
    assert_eq!(manifest["server"]["executables"]["linux-amd64"], "server/dist/plugin-linux-amd64");
    assert_eq!(manifest["webapp"]["bundle_path"], "webapp/dist/main.js");
}

#[cfg(unix)]
#[test]
fn a_missing_manager_is_explained_and_can_be_done_without() {
    let here = folder();
    web_only(here.path());
    let said = said(tool(here.path(), &["bundle"]).env("PATH", here.path()));
    assert_eq!(said.code, Some(1));
    for text in ["npm could not be started", "help: install Node.js", "help: --skip-webapp"] {
        assert!(said.stderr.contains(text), "{}", said.stderr);
    }
    let said = bundle(here.path(), here.path(), &["--skip-webapp"]);
    assert!(said.stderr.contains("neither a server nor a web part"), "{}", said.stderr);
    assert!(said.stderr.contains("help: without --skip-webapp it is built"), "{}", said.stderr);
    write(here.path().join("webapp/dist/main.js"), "registerPlugin('com.example.web')\n");
    let said = bundle(here.path(), here.path(), &["--skip-webapp"]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert_eq!(packed(&here.path().join("dist/com.example.web-0.1.0.tar.gz")).0.len(), 2);
    // What is not stated is filled in.
    let open = MANIFEST.replace(", \"min_server_version\": \"9.3.0\"", "");
    assert_ne!(open, MANIFEST);
    write(here.path().join("plugin.json"), &open);
    let said = bundle(here.path(), here.path(), &["--skip-webapp"]);
    assert!(said.code == Some(0) && !said.stderr.contains("min_server_version"), "{}", said.stderr);
    let (_, manifest) = packed(&here.path().join("dist/com.example.web-0.1.0.tar.gz"));
    assert_eq!(manifest["min_server_version"], "9.3.0");
}

#[cfg(unix)]
#[test]
fn what_the_web_part_lacks_is_said_before_anything_is_compiled() {
    let here = folder();
    bare_plugin(here.path(), "", "");
    write(here.path().join("webapp/package.json"), "{}");
    let args = ["bundle", "--no-run"];
    let said_script = run(here.path(), &args);
    write(here.path().join("webapp/package.json"), PACKAGE);
    let mut command = tool(here.path(), &args);
    command.env("PATH", here.path()).env("CARGO", env!("CARGO"));
    let said_program = said(command.env("RUSTC", Path::new(env!("CARGO")).with_file_name("rustc")));
    for (said, text) in
        [(said_script, "package.json has no script `build`"), (said_program, "npm could not be started")]
    {
        assert!(said.code == Some(1) && said.stderr.contains(text), "{said:?}");
        assert!(!said.stderr.contains("Building") && !said.stderr.contains("Compiling"), "{said:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_build_that_fails_or_makes_nothing_leaves_no_bundle() {
    let here = folder();
    web_only(here.path());
    for (work, quiet, text) in [
        ("[ \"$1\" = run ] || { echo a broken lock file; exit 1; }", &[][..], "a broken lock file"),
        ("[ \"$1\" = ci ] || { echo a type error >&2; exit 2; }", &["--quiet"], "a type error"),
        ("true", &[], "script `build` did not write webapp/dist/main.js"),
    ] {
        manager(here.path(), "npm", work);
        let said = bundle(here.path(), here.path(), quiet);
        assert_eq!(said.code, Some(1));
        assert!(said.stderr.contains(text), "{}", said.stderr);
        assert_eq!(files(here.path()).iter().filter(|file| file.ends_with(".tar.gz")).count(), 0);
    }
}

#[cfg(unix)]
#[test]
fn a_long_installation_says_that_it_goes_on() {
    let here = folder();
    web_only(here.path());
    let work = "[ \"$1\" = ci ] && sleep 6; echo \"registerPlugin('com.example.web')\" >dist/main.js";
    manager(here.path(), "npm", work);
    let said = bundle(here.path(), here.path(), &[]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert_eq!(
        said.stderr.matches("     Waiting for npm ci --no-audit --no-fund, 5.").count(),
        1,
        "{said:?}"
    );
    assert!(!said.stderr.contains('\r'), "{said:?}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_build_and_what_it_has_started() {
    use std::time::{Duration, Instant};

    let here = folder();
    web_only(here.path());
    // The shell waits for its child and would not hear of the signal itself.
    manager(here.path(), "npm", "touch started; sleep 600 & wait; sleep 600");
    let mut command = with_managers(here.path(), here.path(), &["bundle"]);
    let child = command.stderr(std::process::Stdio::piped()).spawn().expect("the tool starts");
    let begun = Instant::now();
    while !here.path().join("webapp/started").exists() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the build did not start");
        std::thread::sleep(Duration::from_millis(20));
    }
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.is_ok_and(|status| status.success()));
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130));
    assert!(begun.elapsed() < Duration::from_secs(100), "{:?}", begun.elapsed());
}

#[test]
fn a_manifest_that_names_a_server_part_is_for_others_to_build() {
    let here = folder();
    write(here.path().join("plugin.json"), r#"{"id": "com.example.go", "server": {"executable": "x"}}"#);
    let said = run(here.path(), &["bundle"]);
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.contains("plugin.json names a server part"), "{}", said.stderr);
}
