//! `[profile.release]` and `[profile.dev]`: the author's word counts; where it is silent, the bundle's needs are filled in.

use std::path::Path;

use super::Profile;
use super::config::{self, CargoConfig};
use crate::error::{Error, Kind};

/// What a bundle wants: panics that can be caught, and a small executable. One codegen unit made the template's plugin
/// 16 % smaller and took no more CPU to build; fat LTO made it 13 % smaller but is paid again at every edit.
const WANTED: [(&str, &str); 3] = [("strip", "symbols"), ("panic", "unwind"), ("codegen-units", "1")];

/// For the author's own server: small enough to travel often, and built soon. Backtraces keep the names of functions.
const WANTED_DEV: [(&str, &str); 2] = [("strip", "debuginfo"), ("panic", "unwind")];

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Dev => "dev",
        }
    }

    fn wanted(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Release => &WANTED,
            Self::Dev => &WANTED_DEV,
        }
    }
}

/// What cargo is told for the profile.
#[derive(Debug, Default)]
pub(super) struct Settled {
    /// Environment variables for what nobody has set.
    pub(super) env: Vec<(String, String)>,
    /// Arguments.
    pub(super) args: Vec<String>,
}

/// Fills in what nobody has set. cargo itself asks the environment first, then its configuration
/// files, then the Cargo.toml of the workspace's root.
pub(super) fn settle(
    profile: Profile,
    allow_abort: bool,
    workspace: &Path,
    config: &CargoConfig,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Settled, Error> {
    let manifest = config::read(&workspace.join("Cargo.toml"))?;
    let mut settled = Settled::default();
    for &(key, value) in profile.wanted() {
        let name = format!("CARGO_PROFILE_{}_{key}", profile.name()).to_uppercase().replace('-', "_");
        let path = ["profile", profile.name(), key];
        let set = env(&name).map(|value| (value, name.clone()));
        let set = set.or_else(|| Some((text(config.get(&path)?), "cargo's configuration".to_owned())));
        let set = set.or_else(|| {
            let place = workspace.join("Cargo.toml").display().to_string();
            Some((text(config::lookup(&manifest, &path)?), place))
        });
        match set {
            None => settled.env.push((name, value.to_owned())),
            Some((set, place)) if key == "panic" && set != "unwind" && !allow_abort => {
                return Err(abort_refused(profile, &place));
            }
            Some(_) => {}
        }
    }
    // The SDK itself, where neither its units nor those of any package have been set: two are built at once, which makes
    // a clean build of a plugin a sixth shorter and its executable 2 % larger.
    let path = ["profile", profile.name(), "package"];
    let packages = config.get(&path).is_some() || config::lookup(&manifest, &path).is_some();
    if !packages && settled.env.iter().any(|(name, _)| name.ends_with("_CODEGEN_UNITS")) {
        let units = format!("profile.{}.package.mmplugin.codegen-units=2", profile.name());
        settled.args = vec!["--config".to_owned(), units];
    }
    Ok(settled)
}

fn text(value: &toml::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The error for `panic = "abort"`, wherever it stands.
pub(super) fn abort_refused(profile: Profile, place: &str) -> Error {
    let name = profile.name();
    Error::new(Kind::Toolchain, format!("the {name} profile aborts on panics"))
        .detail(format!("found in: {place}"))
        .detail("bundle needs: panic = \"unwind\", so that a panic in one hook is a log line and not the plugin's end")
        .help(format!("take panic = \"abort\" out of [profile.{name}]"))
        .help("--allow-abort builds it all the same: every panic ends the plugin then")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settle_with(manifest: &str, config: &[&str], env: &[(&str, &str)]) -> Result<Vec<String>, Error> {
        let folder = tempfile::tempdir().expect("a folder");
        fs_err::write(folder.path().join("Cargo.toml"), manifest).expect("a file");
        let env = |name: &str| env.iter().find(|pair| pair.0 == name).map(|pair| pair.1.to_owned());
        let settled = settle(Profile::Release, false, folder.path(), &CargoConfig::from_texts(config), &env)?;
        Ok(settled.env.into_iter().map(|(name, value)| format!("{name}={value}")).collect())
    }

    #[test]
    fn fills_in_only_what_is_open() {
        let open = |manifest: &str, config: &str, env: &[(&str, &str)]| {
            settle_with(manifest, &[config], env).expect("a profile").join(" ")
        };
        let (strip, panic) = ("CARGO_PROFILE_RELEASE_STRIP=symbols", "CARGO_PROFILE_RELEASE_PANIC=unwind");
        let units = "CARGO_PROFILE_RELEASE_CODEGEN_UNITS=1";
        assert_eq!(open("", "", &[]), format!("{strip} {panic} {units}"));
        assert_eq!(open("[profile.release]\nstrip = false\ncodegen-units = 4", "", &[]), panic);
        assert_eq!(
            open("[profile.release]\npanic = 'unwind'\nlto = true", "", &[]),
            format!("{strip} {units}")
        );
        assert_eq!(open("", "[profile.release]\nstrip = 'debuginfo'", &[]), format!("{panic} {units}"));
        assert_eq!(open("", "", &[("CARGO_PROFILE_RELEASE_STRIP", "none")]), format!("{panic} {units}"));
    }

    #[test]
    fn abort_is_taken_when_it_is_insisted_on() {
        let folder = tempfile::tempdir().expect("a folder");
        fs_err::write(folder.path().join("Cargo.toml"), "[profile.release]\npanic = 'abort'")
            .expect("a file");
        let open = settle(Profile::Release, true, folder.path(), &CargoConfig::default(), &|_| None);
        let open = open.expect("a profile").env;
        assert!(!open.is_empty() && open.iter().all(|(name, _)| !name.contains("PANIC")), "{open:?}");
    }

    #[test]
    fn the_sdk_is_built_in_two_units_unless_units_or_packages_are_set() {
        let units = |manifest: &str, config: &str| {
            let folder = tempfile::tempdir().expect("a folder");
            fs_err::write(folder.path().join("Cargo.toml"), manifest).expect("a file");
            let config = CargoConfig::from_texts(&[config]);
            let settled = settle(Profile::Release, false, folder.path(), &config, &|_| None);
            settled.expect("a profile").args.join(" ")
        };
        assert_eq!(units("", ""), "--config profile.release.package.mmplugin.codegen-units=2");
        assert_eq!(units("[profile.release]\ncodegen-units = 1", ""), "");
        assert_eq!(units("[profile.release.package.'*']\nopt-level = 2", ""), "");
        assert_eq!(units("", "[profile.release.package.mmplugin]\ncodegen-units = 8"), "");
    }

    #[test]
    fn abort_is_refused_wherever_it_stands() {
        let abort = "[profile.release]\npanic = 'abort'";
        for result in [
            settle_with(abort, &[], &[]),
            settle_with("", &[abort], &[]),
            settle_with("", &[], &[("CARGO_PROFILE_RELEASE_PANIC", "abort")]),
        ] {
            assert_eq!(result.map_err(|error| error.kind), Err(Kind::Toolchain));
        }
        assert!(
            settle_with(abort, &[], &[("CARGO_PROFILE_RELEASE_PANIC", "unwind")]).is_ok(),
            "as cargo has it"
        );
    }
}
