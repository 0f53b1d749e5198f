//! Which package manager, which script, and what is odd in a product.

use super::*;

/// A folder with these files.
pub(super) fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs_err::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs_err::write(path, text).expect("a file");
    }
    folder
}

#[test]
fn the_lock_file_names_the_package_manager() {
    const PACKAGE: (&str, &str) = ("webapp/package.json", r#"{"packageManager": "pnpm@10.0.0"}"#);
    for (lock, text, manager) in [
        ("package-lock.json", "{}", Manager::Npm { locked: true }),
        ("npm-shrinkwrap.json", "{}", Manager::Npm { locked: true }),
        ("pnpm-lock.yaml", "", Manager::Pnpm),
        ("yarn.lock", "# yarn lockfile v1\n", Manager::YarnClassic),
        ("yarn.lock", "__metadata:\n", Manager::Yarn),
        ("other.lock", "", Manager::Pnpm),
    ] {
        let folder = folder(&[PACKAGE, (&format!("webapp/{lock}"), text)]);
        let webapp = Webapp::find(folder.path()).expect("readable").expect("a web part");
        assert_eq!(webapp.manager, manager, "{lock}");
    }
    let none = folder(&[("webapp/package.json", "{}")]);
    let webapp = Webapp::find(none.path()).expect("readable").expect("a web part");
    assert_eq!(webapp.manager, Manager::Npm { locked: false });
    let two = folder(&[PACKAGE, ("webapp/package-lock.json", "{}"), ("webapp/yarn.lock", "")]);
    let error = Webapp::find(two.path()).expect_err("two lock files");
    assert_eq!(error.details, ["package-lock.json, yarn.lock"]);
    assert_eq!(Webapp::find(folder(&[]).path()), Ok(None));
}

#[test]
fn debug_is_for_authors_where_there_is_such_a_script() {
    let scripts = |text: &str| {
        let folder = folder(&[("webapp/package.json", &format!("{{\"scripts\": {text}}}"))]);
        Webapp::find(folder.path()).expect("readable").expect("a web part")
    };
    let both = scripts(r#"{"build": "x", "debug": "y"}"#);
    assert_eq!(both.script(Purpose::Debug), Ok("debug"));
    assert_eq!(both.script(Purpose::Release), Ok("build"));
    assert_eq!(scripts(r#"{"build": "x"}"#).script(Purpose::Debug), Ok("build"));
    let error = scripts(r#"{"test": "x"}"#).script(Purpose::Release).expect_err("no script");
    assert!(error.message.contains("has no script `build`"), "{error}");
}

#[test]
fn installs_again_when_the_lock_file_changed() {
    let folder = folder(&[("package.json", "{}"), ("package-lock.json", "{}")]);
    let npm = Manager::Npm { locked: true };
    assert!(npm.is_behind(folder.path()));
    npm.mark(folder.path());
    assert!(npm.is_behind(folder.path()), "there is no node_modules yet");
    fs_err::create_dir(folder.path().join("node_modules")).expect("a folder");
    npm.mark(folder.path());
    assert!(!npm.is_behind(folder.path()));
    let later = std::time::SystemTime::now() + Duration::from_secs(5);
    let lock = std::fs::OpenOptions::new().append(true).open(folder.path().join("package-lock.json"));
    lock.and_then(|lock| lock.set_modified(later)).expect("a time");
    assert!(npm.is_behind(folder.path()));
}

#[test]
fn a_product_that_does_not_register_deserves_a_look() {
    let manifest = Manifest { id: "com.example.web".into(), ..Manifest::default() };
    let words = |text: &str| {
        let found = oddities(text.as_bytes(), &manifest);
        found.into_iter().map(|problem| problem.what).collect::<Vec<_>>()
    };
    assert_eq!(words("registerPlugin('com.example.web', x)"), [] as [&str; 0]);
    assert_eq!(words("registerPlugin('other', x)"), ["does not hold the id com.example.web"]);
    assert_eq!(words("alert(1)"), ["never calls registerPlugin"]);
}

#[test]
fn the_manifest_gets_the_usual_place_unless_it_names_one() {
    let mut manifest = Manifest::default();
    Webapp::attach(&mut manifest);
    assert_eq!(manifest.webapp.as_ref().map(|webapp| webapp.bundle_path.as_str()), Some(PRODUCT));
    manifest.webapp = Some(manifest::Webapp { bundle_path: "web/x.js".into() });
    Webapp::attach(&mut manifest);
    assert_eq!(manifest.webapp.map(|webapp| webapp.bundle_path), Some("web/x.js".into()));
}
