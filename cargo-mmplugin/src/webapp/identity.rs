//! The module that tells the web part's sources who they are.

use std::path::Path;

use crate::error::Error;
use crate::manifest::Manifest;

/// Files that are kept up to date when they begin with [`MARK`]; others are their author's.
const FILES: [&str; 2] = ["src/manifest.ts", "src/manifest.js"];
/// The first line of such a file.
const MARK: &str = "// Written by `cargo mmplugin` from the plugin's manifest. Do not edit.";

/// Writes id, name and version when they differ from what is there.
pub(super) fn write(webapp: &Path, manifest: &Manifest) -> Result<(), Error> {
    for file in FILES.map(|file| webapp.join(file)).iter().filter(|file| file.is_file()) {
        let old = fs_err::read_to_string(file)?;
        let new = text(manifest);
        if old.starts_with(MARK) && old.replace("\r\n", "\n") != new {
            crate::upgrade::write(file, &new)?;
        }
    }
    Ok(())
}

/// The same in TypeScript and JavaScript.
fn text(manifest: &Manifest) -> String {
    let line = |name: &str, value: &str| format!("export const {name} = {};\n", serde_json::json!(value));
    let lines = [("id", &manifest.id), ("name", &manifest.name), ("version", &manifest.version)];
    let lines: String = lines.iter().map(|(name, value)| line(name, value)).collect();
    format!("{MARK}\n{lines}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_only_over_what_was_written_here() {
        let folder = tempfile::tempdir().expect("a folder");
        fs_err::create_dir(folder.path().join("src")).expect("a folder");
        let file = folder.path().join("src/manifest.ts");
        let manifest = Manifest {
            id: "com.example.a".into(),
            name: "It's \"A\"".into(),
            version: "1.2.3".into(),
            ..Manifest::default()
        };
        write(folder.path(), &manifest).expect("nothing to do");
        assert!(!file.exists(), "nobody asked for it");
        fs_err::write(&file, "export default {};\n").expect("a file");
        write(folder.path(), &manifest).expect("nothing to do");
        assert_eq!(fs_err::read_to_string(&file).expect("a file"), "export default {};\n");
        fs_err::write(&file, format!("{MARK}\nexport const id = \"old\";\n")).expect("a file");
        write(folder.path(), &manifest).expect("it is written");
        let expected = format!(
            "{MARK}\nexport const id = \"com.example.a\";\nexport const name = \"It's \\\"A\\\"\";\nexport const version = \"1.2.3\";\n"
        );
        assert_eq!(fs_err::read_to_string(&file).expect("a file"), expected);
    }
}
