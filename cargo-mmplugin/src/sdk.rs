//! Where a new plugin's `mmplugin` comes from: a folder, a git repository, or a registry.

use std::path::{Path, PathBuf};

use crate::error::{Error, Kind};

/// The repository this tool was built in; packages and installations from a registry have none.
const CHECKOUT: Option<&str> = option_env!("MMPLUGIN_CHECKOUT");

/// A source of the SDK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sdk {
    /// The folder of the crate `mmplugin`, absolute.
    Path(PathBuf),
    /// A git repository that holds it.
    Git(String),
    /// A version requirement for the registry.
    Version(String),
}

impl Sdk {
    /// Reads `--sdk PATH|URL|VERSION`.
    ///
    /// # Errors
    /// The text is neither, or the folder does not hold the SDK.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.contains("://") || text.starts_with("git@") {
            if text.contains(['"', '\\']) || text.chars().any(char::is_whitespace) {
                return Err(Error::new(Kind::Usage, format!("--sdk: `{text}` is no address")));
            }
            return Ok(Self::Git(text.to_owned()));
        }
        let path = Path::new(text);
        if !path.exists() && text.starts_with(|c: char| c.is_ascii_digit() || "^~=<>".contains(c)) {
            return match semver::VersionReq::parse(text) {
                Ok(_) => Ok(Self::Version(text.to_owned())),
                Err(error) => Err(Error::new(Kind::Usage, format!("--sdk: `{text}` is no version: {error}"))),
            };
        }
        Self::in_folder(path)
    }

    /// The default: the repository this tool was built in while it is there, else the registry.
    pub fn default_source() -> Self {
        let checkout = CHECKOUT.and_then(|root| Self::in_folder(Path::new(root)).ok());
        checkout.unwrap_or_else(|| Self::Version(env!("CARGO_PKG_VERSION").to_owned()))
    }

    /// Takes the SDK's own folder or the repository's root.
    fn in_folder(path: &Path) -> Result<Self, Error> {
        let found = [path.to_path_buf(), path.join("sdk")].into_iter().find(|folder| is_sdk(folder));
        let Some(folder) = found else {
            let what = if path.exists() { "does not hold the crate mmplugin" } else { "does not exist" };
            return Err(Error::new(Kind::Usage, format!("--sdk: {} {what}", path.display())).help(
                "a folder with the SDK's sources, the address of a git repository, or a version such as 0.1",
            ));
        };
        // Windows' canonical form (\\?\C:\…) is not what cargo wants to read.
        let absolute =
            if cfg!(windows) { std::path::absolute(&folder)? } else { fs_err::canonicalize(&folder)? };
        Ok(Self::Path(absolute))
    }

    /// The source's part of a line in Cargo.toml.
    pub fn toml(&self) -> String {
        match self {
            Self::Path(path) => format!("path = {}", quoted(&path.display().to_string())),
            Self::Git(url) => format!("git = {}", quoted(url)),
            Self::Version(version) => format!("version = {}", quoted(version)),
        }
    }

    /// The command that installs the tool of the same source; for a folder that of the public repository.
    pub fn install(&self) -> String {
        let git = |url: &str| format!("cargo install --locked --git {url} cargo-mmplugin");
        match self {
            Self::Path(_) => git(env!("CARGO_PKG_REPOSITORY")),
            Self::Git(url) => git(url),
            Self::Version(version) => format!("cargo install --locked cargo-mmplugin@{version}"),
        }
    }

    /// The source as the tool's output says it.
    pub fn describe(&self) -> String {
        let checkout = CHECKOUT.and_then(|root| Self::in_folder(Path::new(root)).ok());
        match self {
            Self::Path(path) if Some(self) == checkout.as_ref() => {
                format!("{} (the checkout this tool was built from; --sdk names another)", path.display())
            }
            Self::Path(path) => path.display().to_string(),
            Self::Git(url) => url.clone(),
            Self::Version(version) => format!("mmplugin {version} from the registry"),
        }
    }
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn is_sdk(folder: &Path) -> bool {
    let manifest = fs_err::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
    let manifest: toml::Table = manifest.parse().unwrap_or_default();
    let name = manifest.get("package").and_then(|package| package.get("name"));
    name.and_then(toml::Value::as_str) == Some("mmplugin")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_folders_addresses_and_versions_apart() {
        for (text, toml) in [
            ("https://example.com/x.git", "git = \"https://example.com/x.git\""),
            ("git@example.com:x/y", "git = \"git@example.com:x/y\""),
            ("0.1", "version = \"0.1\""),
            ("=0.1.0-rc.1", "version = \"=0.1.0-rc.1\""),
        ] {
            assert_eq!(Sdk::parse(text).map(|sdk| sdk.toml()).as_deref(), Ok(toml));
        }
        for bad in ["no/such/folder", "1.x.y.z", "https://a b"] {
            assert_eq!(Sdk::parse(bad).map_err(|error| error.kind), Err(Kind::Usage), "{bad}");
        }
    }

    #[test]
    fn a_folder_is_the_sdk_or_the_repository() {
        let temp = tempfile::tempdir().expect("a folder");
        let sdk = temp.path().join("sdk");
        fs_err::create_dir(&sdk).expect("a folder");
        fs_err::write(sdk.join("Cargo.toml"), "[package]\nname = \"mmplugin\"\n").expect("a file");
        let expected = Sdk::Path(fs_err::canonicalize(&sdk).expect("a path"));
        for path in [temp.path(), &sdk] {
            assert_eq!(Sdk::parse(&path.display().to_string()), Ok(expected.clone()));
        }
        let empty = tempfile::tempdir().expect("a folder");
        assert!(Sdk::parse(&empty.path().display().to_string()).is_err());
    }

    #[test]
    fn odd_paths_are_escaped() {
        let toml = Sdk::Path(PathBuf::from(r#"C:\a "b""#)).toml();
        let table: toml::Table = toml.parse().expect("TOML");
        assert_eq!(table["path"].as_str(), Some(r#"C:\a "b""#));
    }
}
