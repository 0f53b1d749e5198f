//! `new`: whole crates, offline, or nothing.

use crate::support::{event, events, files, folder, run, said, tool, write};

#[test]
fn makes_a_crate_and_says_how_to_go_on() {
    let here = folder();
    let said = run(here.path(), &["new", "hello-bot"]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    let root = here.path().join("hello-bot");
    let made = files(&root);
    for file in [".gitignore", "Cargo.toml", "README.md", "assets/icon.svg", "src/main.rs"] {
        assert!(made.iter().any(|path| path == file), "{file} is missing in {made:?}");
    }
    let main = fs_err::read_to_string(root.join("src/main.rs")).expect("a file");
    assert!(
        main.contains("id = \"com.example.hello-bot\"") && main.contains("struct HelloBotPlugin"),
        "{main}"
    );
    assert!(
        said.stdout.contains("cd hello-bot") && said.stdout.contains("cargo mmplugin bundle"),
        "{}",
        said.stdout
    );
    assert!(said.stderr.contains("SDK"), "the SDK's source is said plainly: {}", said.stderr);
}

#[test]
fn every_template_says_how_to_go_on_with_it() {
    let here = folder();
    for (template, file, next, place) in [
        ("command", "src/command.rs", "cargo test", "src/main.rs"),
        ("full", "webapp/src/manifest.ts", "npm ci && npm test", "src/main.rs"),
        ("webapp", "plugin.json", "npm ci && npm test", "plugin.json"),
    ] {
        let said = run(here.path(), &["new", template, "--id", "com.example.x-y", "--template", template]);
        assert_eq!(said.code, Some(0), "{}", said.stderr);
        let file = fs_err::read_to_string(here.path().join(template).join(file)).expect("a file");
        assert!(!file.contains("hello-template"), "{file}");
        assert!(
            said.stdout.contains(next) && said.stdout.contains(&format!("change it in {place}")),
            "{said:?}"
        );
        assert_eq!(said.stderr.contains("SDK"), template != "webapp", "{}", said.stderr);
    }
}

#[test]
fn takes_id_title_folder_and_source_from_the_command_line() {
    let here = folder();
    let args = [
        "new",
        "bot",
        "--id",
        "org.acme.bot",
        "--display-name",
        "Acme's Bot",
        "--path",
        "a/b",
        "--sdk",
        "0.1",
    ];
    let said = run(here.path(), &args);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    let read = |file: &str| fs_err::read_to_string(here.path().join("a/b").join(file)).expect("a file");
    assert!(read("src/main.rs").contains("name = \"Acme's Bot\""));
    assert!(read("Cargo.toml").contains("mmplugin = { version = \"0.1\" }"), "{}", read("Cargo.toml"));
    assert!(read("README.md").contains("org.acme.bot"));
}

#[test]
fn refuses_what_exists_and_leaves_it_alone() {
    let here = folder();
    write(here.path().join("hello/mine.txt"), "mine");
    let said = run(here.path(), &["new", "hello"]);
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.contains("hello exists already; nothing was changed"), "{}", said.stderr);
    assert_eq!(files(here.path()), ["hello/mine.txt"]);
}

#[test]
fn bad_names_and_ids_leave_nothing_behind() {
    let here = folder();
    for args in [
        &["new", "Hello"][..],
        &["new", "fn"],
        &["new", "hello", "--id", "com.Example.hello"],
        &["new", "hello", "--display-name", "a\"b"],
        &["new", "hello", "--template", "nope"],
        &["new", "hello", "--sdk", "no/such/folder"],
        &["new"],
    ] {
        let said = run(here.path(), args);
        assert_eq!(said.code, Some(1), "{args:?}");
        assert!(said.stderr.starts_with("error: ") && said.stdout.is_empty(), "{said:?}");
        assert_eq!(files(here.path()), [] as [String; 0], "{args:?}");
    }
}

#[test]
fn never_asks_when_nobody_is_there() {
    let here = folder();
    let said = run(here.path(), &["new", "hello", "--vcs", "none"]);
    assert!(said.code == Some(0) && !said.stderr.contains('?'), "{said:?}");
    assert!(!here.path().join("hello/.git").exists());
}

#[test]
fn a_crate_in_a_repository_gets_none_of_its_own() {
    let here = folder();
    fs_err::create_dir(here.path().join(".git")).expect("a folder");
    assert_eq!(run(here.path(), &["new", "hello"]).code, Some(0));
    assert!(!here.path().join("hello/.git").exists());
}

#[test]
fn programs_get_one_json_line() {
    let here = folder();
    let said = run(here.path(), &["new", "hello", "--json"]);
    assert_eq!(said.stderr, "");
    let events = events(&said);
    assert_eq!(event(&events, "new")["id"], "com.example.hello");
    let said = run(here.path(), &["new", "hello", "--json"]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(1), ""));
    assert_eq!(event(&crate::support::events(&said), "error")["kind"], "usage");
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let here = folder();
    let said = said(&mut tool(here.path(), &["new", "hello", "--path", "/proc/hello"]));
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.contains("/proc"), "{}", said.stderr);
    write(here.path().join("file"), "");
    for place in ["file/hello", "/proc/hello"] {
        let said = run(here.path(), &["new", "hello", "--path", place]);
        assert!(said.code == Some(1) && said.stderr.contains("the new plugin was to be in"), "{said:?}");
        assert!(said.stderr.contains("help: another folder: --path DIR"), "{said:?}");
    }
}

#[test]
fn the_next_step_can_be_pasted_into_a_shell() {
    let here = folder();
    let said = run(here.path(), &["new", "hello", "--path", "my plug-ins/it's"]);
    assert!(said.stdout.contains("cd 'my plug-ins/it'\\''s'\n"), "{}", said.stdout);
}
