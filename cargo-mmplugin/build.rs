//! Tells the tool where the SDK's sources are when, and only when, it is built inside the repository.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let Some(here) = std::env::var_os("CARGO_MANIFEST_DIR") else { return };
    let here = Path::new(&here);
    // A package, unpacked from a registry or by `cargo package`, has this file and no neighbours.
    let packaged = here.join(".cargo_vcs_info.json").exists() || here.join("Cargo.toml.orig").exists();
    let repository = here.parent().filter(|root| root.join("sdk/Cargo.toml").is_file());
    if let (false, Some(root)) = (packaged, repository) {
        println!("cargo::rerun-if-changed=../sdk/Cargo.toml");
        println!("cargo::rustc-env=MMPLUGIN_CHECKOUT={}", root.display());
    }
}
