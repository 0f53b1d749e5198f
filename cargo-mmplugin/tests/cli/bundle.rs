//! `bundle` on packages without dependencies: what it builds, packs, refuses, and what Ctrl-C leaves.

use std::path::Path;

use cargo_mmplugin::archive;

use crate::support::{bare_plugin, event, events, files, folder, run, said, tool, write};

const BUNDLE: &str = "dist/com.example.bare-0.1.0.tar.gz";

fn dist(root: &Path) -> Vec<String> {
    if root.join("dist").is_dir() { files(&root.join("dist")) } else { Vec::new() }
}

#[test]
fn builds_checks_and_packs_the_same_bytes_twice() {
    let here = folder();
    bare_plugin(here.path(), "", "");
    let said = run(here.path(), &["bundle", "--no-run"]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert!(said.stdout.starts_with(BUNDLE), "{}", said.stdout);
    assert!(said.stdout.contains("server/dist/plugin-linux-amd64"), "{}", said.stdout);
    assert!(said.stderr.contains("static linux-amd64 executable"), "{}", said.stderr);
    let first = fs_err::read(here.path().join(BUNDLE)).expect("a bundle");

    let members = archive::read(&first).expect("a readable bundle");
    let paths: Vec<(&str, u32)> = members.iter().map(|member| (member.path.as_str(), member.mode)).collect();
    assert_eq!(
        paths,
        [
            ("com.example.bare", 0o755),
            ("com.example.bare/assets", 0o755),
            ("com.example.bare/assets/icon.svg", 0o644),
            ("com.example.bare/plugin.json", 0o644),
            ("com.example.bare/server", 0o755),
            ("com.example.bare/server/dist", 0o755),
            ("com.example.bare/server/dist/plugin-linux-amd64", 0o755),
        ]
    );

    let said = run(here.path(), &["bundle", "--no-run", "--json", "--out-dir", "other"]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    let events = events(&said);
    assert_eq!(event(&events, "bundle")["id"], "com.example.bare");
    assert!(events.iter().any(|event| event["event"] == "cargo"), "cargo's progress is there as events");
    let second = fs_err::read(here.path().join("other/com.example.bare-0.1.0.tar.gz")).expect("a bundle");
    assert_eq!(first, second);
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn a_product_that_does_not_start_is_not_packed() {
    let here = folder();
    bare_plugin(here.path(), "", "eprintln!(\"no plugin yet\"); std::process::exit(3);");
    let said = run(here.path(), &["bundle"]);
    assert_eq!(said.code, Some(1));
    for text in ["ended before its handshake line (exit status: 3)", "no plugin yet", "help: --no-run makes"]
    {
        assert!(said.stderr.contains(text), "{}", said.stderr);
    }
    assert_eq!(dist(here.path()), [] as [String; 0]);
}

#[test]
fn compile_errors_are_cargos_and_leave_nothing() {
    let here = folder();
    bare_plugin(here.path(), "", "no_such_function();");
    let said = run(here.path(), &["bundle", "--no-run"]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.stderr.contains("no_such_function") && said.stderr.contains("error: cargo could not build"),
        "{}",
        said.stderr
    );
    assert_eq!(dist(here.path()), [] as [String; 0]);
    let said = run(here.path(), &["bundle", "--no-run", "--json"]);
    let events = events(&said);
    assert_eq!(event(&events, "error")["kind"], "build");
    let message = event(&events, "compiler-message")["rendered"].as_str().expect("text");
    assert!(message.contains("no_such_function"), "{message}");
}

#[test]
fn compiler_flags_of_the_author_are_kept() {
    let check = "#[cfg(not(mine))] compile_error!(\"the author's flag is lost\");
        #[cfg(not(target_feature = \"crt-static\"))] compile_error!(\"not static\");";
    for (config, rustflags) in [
        ("[build]\nrustflags = [\"--cfg\", \"mine\"]\n", None),
        ("[target.'cfg(unix)']\nrustflags = [\"--cfg\", \"mine\"]\n", None),
        ("", Some("--cfg mine")),
    ] {
        let here = folder();
        bare_plugin(here.path(), "[lints.rust]\nunexpected_cfgs = \"allow\"\n", check);
        write(here.path().join(".cargo/config.toml"), config);
        let mut command = tool(here.path(), &["bundle", "--no-run"]);
        rustflags.map(|flags| command.env("RUSTFLAGS", flags));
        let said = said(&mut command);
        assert_eq!(said.code, Some(0), "{config}{rustflags:?}: {}", said.stderr);
    }
}

#[test]
fn a_profile_that_aborts_is_refused_before_building() {
    let here = folder();
    bare_plugin(here.path(), "[profile.release]\npanic = \"abort\"\n", "");
    let said = run(here.path(), &["bundle", "--no-run"]);
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.contains("the release profile aborts on panics"), "{}", said.stderr);
    assert!(!said.stderr.contains("Compiling"), "{}", said.stderr);
}

#[test]
fn an_executable_without_manifest_says_what_to_write() {
    let here = folder();
    bare_plugin(here.path(), "", "");
    write(here.path().join("src/main.rs"), "fn main() {}\n");
    let said = run(here.path(), &["bundle", "--no-run"]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.stderr.contains("holds no plugin manifest") && said.stderr.contains("help: put #["),
        "{}",
        said.stderr
    );
    assert_eq!(dist(here.path()), [] as [String; 0]);
}

#[test]
fn no_package_and_too_many_are_explained() {
    let here = folder();
    let said = run(here.path(), &["bundle"]);
    assert!(said.code == Some(1) && said.stderr.contains("there is no Cargo.toml in"), "{}", said.stderr);

    write(here.path().join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = [\"a\", \"b\"]\n");
    for name in ["a", "b"] {
        let toml = format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n");
        write(here.path().join(name).join("Cargo.toml"), &toml);
        write(here.path().join(name).join("src/lib.rs"), "");
    }
    let said = run(here.path(), &["bundle"]);
    assert!(said.stderr.contains("no package of the workspace is a plugin"), "{}", said.stderr);
    let said = run(here.path(), &["bundle", "--manifest-path", "gone/Cargo.toml"]);
    assert!(said.stderr.contains("--manifest-path: gone/Cargo.toml does not exist"), "{}", said.stderr);
    let said = crate::support::said(tool(here.path(), &["bundle"]).env("CARGO", "/nowhere/cargo"));
    assert!(
        said.stderr.contains("cargo could not be started") && said.stderr.contains("https://rustup.rs"),
        "{said:?}"
    );
    let said = run(here.path(), &["bundle", "-p", "c"]);
    assert!(said.stderr.contains("the workspace has no package `c`"), "{}", said.stderr);
    let said = run(here.path(), &["bundle", "-p", "a"]);
    assert!(said.stderr.contains("package `a` is no program"), "{}", said.stderr);
}

#[test]
fn a_folder_that_cannot_be_written_is_said_before_building() {
    let here = folder();
    bare_plugin(here.path(), "", "");
    let said = run(here.path(), &["bundle", "--no-run", "--out-dir", "/proc/nowhere"]);
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.contains("/proc/nowhere cannot take the bundle"), "{}", said.stderr);
    assert!(said.stderr.contains("help: another folder: --out-dir DIR"), "{}", said.stderr);
    assert!(!said.stderr.contains("Compiling"), "{}", said.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_while_cargo_runs_ends_with_130_and_leaves_nothing() {
    use std::time::{Duration, Instant};

    let here = folder();
    bare_plugin(here.path(), "", "");
    // A build script that ends when its folder goes stands for a long compilation: cargo leaves it behind when only
    // cargo gets the signal.
    let script = "fn main() {
        std::fs::write(\"started\", \"\").unwrap();
        while std::path::Path::new(\"started\").exists() {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }
    ";
    write(here.path().join("build.rs"), script);
    let mut command = tool(here.path(), &["bundle", "--no-run"]);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let child = command.spawn().expect("the tool starts");
    let start = Instant::now();
    while !here.path().join("started").exists() {
        assert!(start.elapsed() < Duration::from_secs(60), "the build script did not start");
        std::thread::sleep(Duration::from_millis(20));
    }
    let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.is_ok_and(|status| status.success()));
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("error: interrupted"), "{stderr}");
    assert_eq!(dist(here.path()), [] as [String; 0]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_and_leaves_nothing() {
    let here = folder();
    bare_plugin(here.path(), "", "");
    let Some(small) = SmallDisk::mount("64k") else { return };
    let out = small.0.path().display().to_string();
    let said = said(&mut tool(here.path(), &["bundle", "--no-run", "--out-dir", &out]));
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(
        said.stderr.contains("No space left on device") && said.stderr.contains("make room"),
        "{}",
        said.stderr
    );
    assert_eq!(files(small.0.path()), [] as [String; 0]);
}

/// A little room in memory; only root can have it, so others skip this test (the writer's own tests cover the rest).
#[cfg(target_os = "linux")]
pub(crate) struct SmallDisk(pub(crate) tempfile::TempDir);

#[cfg(target_os = "linux")]
impl SmallDisk {
    pub(crate) fn mount(size: &str) -> Option<Self> {
        let folder = folder();
        let mut mount = std::process::Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "none"])
            .arg(folder.path())
            .stderr(std::process::Stdio::null());
        mount.status().is_ok_and(|status| status.success()).then_some(Self(folder))
    }
}

#[cfg(target_os = "linux")]
impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg(self.0.path()).status();
    }
}
