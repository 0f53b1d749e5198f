//! What the compiler made, before it is packed: a server must be able to start it, on each of the platforms.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::compile::Platform;
use crate::error::{Error, Kind};
use crate::executable::{Embedded, Executable, RecordError, called_methods, embedded_manifest};
use crate::manifest::Manifest;

/// An executable and what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// What it has been built for.
    pub platform: Platform,
    /// The file.
    pub executable: PathBuf,
}

/// API methods and the versions that brought them.
type Calls = BTreeMap<String, String>;

/// Checks each executable and reads the manifest in it, which all of them must have alike, and the API methods that
/// any of them calls.
pub(super) fn embedded(products: &[Product]) -> Result<(Embedded, Calls), Error> {
    let mut first: Option<(&Product, Embedded)> = None;
    let mut calls = Calls::new();
    for product in products {
        let (found, called) = product.inspect()?;
        calls.extend(called);
        match &first {
            None => first = Some((product, found)),
            Some((other, expected)) if *expected != found => {
                return Err(disagreement(other, expected, product, &found));
            }
            Some(_) => {}
        }
    }
    let none = || Error::new(Kind::Bundle, "there is no executable to pack");
    first.map(|(_, embedded)| (embedded, calls)).ok_or_else(none)
}

impl Product {
    /// The server starts it as it is: right platform, no loader to be found there, a program.
    fn inspect(&self) -> Result<(Embedded, Calls), Error> {
        let path = &self.executable;
        let bytes = fs_err::read(path)?;
        let wrong = |what: String| Error::new(Kind::Executable, format!("{} {what}", path.display()));
        let found = Executable::inspect(&bytes)
            .map_err(|what| wrong(what).detail("a server says: fork/exec …: exec format error"))?;
        let key = self.platform.key();
        if found.platform() != key {
            return Err(wrong(format!("is a {} executable", found.platform()))
                .detail(format!("bundle needs: {key} (plugin.json: server.executables.{key})"))
                .detail("a server says: fork/exec …: exec format error")
                .help("look for a target or a linker in .cargo/config.toml that makes something else"));
        }
        if self.platform.is_linux() && !found.is_static() {
            return Err(not_static(&found, wrong("is not a static executable".into())));
        }
        if !found.has_entry {
            return Err(wrong("is no program: it has no address to start at".into())
                .detail("a server says: Unrecognized remote plugin message")
                .help("a plugin is a binary: src/main.rs, or [[bin]] in Cargo.toml"));
        }
        let embedded = embedded_manifest(&bytes).map_err(|error| no_manifest(path, &error))?;
        Ok((embedded, called_methods(&bytes)))
    }
}

fn not_static(found: &Executable, mut error: Error) -> Error {
    if let Some(loader) = &found.interpreter {
        error = error.detail(format!("it asks for the loader {loader}"));
    }
    if !found.libraries.is_empty() {
        error = error.detail(format!("it asks for the libraries {}", found.libraries.join(", ")));
    }
    if let Some(glibc) = found.glibc {
        error = error.detail(format!("it asks for glibc {glibc} or newer"));
    }
    error
        .detail("bundle needs: one file that runs on every Linux server; the official image has no libgcc_s")
        .detail("elsewhere a server says: Unrecognized remote plugin message")
        .help("look for a linker or RUSTFLAGS in .cargo/config.toml that turn static linking off")
        .help("with zig the target is musl, since zig has no static glibc")
}

/// The manifest in an executable, for those who need it before anything is packed.
///
/// # Errors
/// There is none.
pub fn manifest_in(executable: &Path) -> Result<Manifest, Error> {
    let embedded = embedded_manifest(&fs_err::read(executable)?);
    embedded.map(|embedded| embedded.manifest).map_err(|error| no_manifest(executable, &error))
}

fn no_manifest(path: &Path, error: &RecordError) -> Error {
    let failure = Error::new(Kind::Manifest, format!("{}: {error}", path.display()));
    match error {
        RecordError::NoSection | RecordError::NoManifest => failure
            .help("put #[mmplugin::plugin(id = \"…\")] above `impl Hooks for …`")
            .help("and call mmplugin::run::<…>() in main"),
        RecordError::Several(_) => {
            failure.help("one binary is one plugin: choose with --bin, or move one to its own binary")
        }
        RecordError::Newer(_) => failure.help("cargo install cargo-mmplugin"),
        _ => failure,
    }
}

/// Two executables of one bundle are two plugins, or were built of two states of the sources.
fn disagreement(first: &Product, expected: &Embedded, second: &Product, found: &Embedded) -> Error {
    let what = format!("the executables for {} and {} do not agree", first.platform, second.platform);
    let mut error = Error::new(Kind::Manifest, what);
    let parts = [
        ("mmplugin", expected.sdk.clone(), found.sdk.clone()),
        ("hooks", expected.hooks.join(", "), found.hooks.join(", ")),
        ("optional", expected.optional.join(", "), found.optional.join(", ")),
        ("manifest", expected.manifest.to_json(), found.manifest.to_json()),
    ];
    for (part, first, second) in parts.iter().filter(|(_, first, second)| first != second) {
        let lines = first.lines().zip(second.lines()).find(|(first, second)| first != second);
        let (first, second) = lines.unwrap_or((first, second));
        error = error.detail(format!("{part}: {} and {}", first.trim(), second.trim()));
    }
    error.help("what is compiled for one platform only (#[cfg]) must not change the manifest or the hooks")
}
