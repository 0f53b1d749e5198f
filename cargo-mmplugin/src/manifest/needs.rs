//! The oldest server that a plugin can run on: worked out from what it implements and calls.

use std::collections::{BTreeMap, BTreeSet};

use mmplugin::hooks::Hook;
use semver::Version;

use super::{Manifest, Problem, Weight};

/// The oldest server that the SDK speaks to.
const OLDEST: Version = Version::new(9, 3, 0);

/// The first server that draws settings in sections; older ones show none of these settings.
const SECTIONS: Version = Version::new(10, 0, 0);

/// What an executable asks of a server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs<'a> {
    /// Go names of the hooks it implements.
    pub hooks: &'a [String],
    /// Go names of the API methods it calls, with the version of the server that brought each.
    pub calls: BTreeMap<String, String>,
    /// Go names of those of both that it gets on without.
    pub optional: &'a [String],
}

/// One reason why older servers will not do.
struct Need {
    what: String,
    since: Version,
}

impl Needs<'_> {
    /// Fills in an absent `min_server_version` and compares a stated one.
    ///
    /// Returns names in `optional` that do nothing, which deserve a look.
    ///
    /// # Errors
    /// The stated version is older than what the plugin uses: each culprit with its version.
    pub fn settle(&self, manifest: &mut Manifest) -> Result<Vec<Problem>, Problem> {
        settle(manifest, &self.of(manifest)).map(|()| self.idle())
    }

    /// The same for a plugin without a server part, of which only the settings are known: what is in its web part
    /// decides for itself, so older servers may be stated.
    ///
    /// # Errors
    /// As [`Needs::settle`].
    pub fn settle_web(manifest: &mut Manifest) -> Result<Vec<Problem>, Problem> {
        let needs: Vec<Need> = sections(manifest).into_iter().collect();
        settle(manifest, &needs).map(|()| Vec::new())
    }

    fn of(&self, manifest: &Manifest) -> Vec<Need> {
        let hooks = self
            .hooks
            .iter()
            .filter_map(|name| Hook::by_go_name(name))
            .filter_map(|hook| self.need(hook.go, format!("the hook {}", hook.go), hook.since));
        let calls = self
            .calls
            .iter()
            .filter_map(|(name, since)| self.need(name, format!("the API method {name}"), since));
        let sdk = Need { what: "this SDK".into(), since: OLDEST };
        hooks.chain(calls).chain(sections(manifest)).chain([sdk]).collect()
    }

    fn need(&self, name: &str, what: String, since: &str) -> Option<Need> {
        let optional = self.optional.iter().any(|optional| optional == name);
        (!optional).then_some(())?;
        Some(Need { what, since: version(since)? })
    }

    /// Names that are optional and not used.
    fn idle(&self) -> Vec<Problem> {
        let used: BTreeSet<&str> = self.hooks.iter().chain(self.calls.keys()).map(String::as_str).collect();
        let idle = self.optional.iter().filter(|name| !used.contains(name.as_str()));
        idle.map(|name| {
            let what = format!("lists {name}, which the plugin does not use");
            Problem::new(Weight::Odd, "optional", what, "take it out")
        })
        .collect()
    }
}

fn sections(manifest: &Manifest) -> Option<Need> {
    let schema = manifest.settings_schema.as_ref().filter(|schema| !schema.sections.is_empty());
    schema.map(|_| Need { what: "settings in sections".into(), since: SECTIONS })
}

fn settle(manifest: &mut Manifest, needs: &[Need]) -> Result<(), Problem> {
    let lowest = needs.iter().map(|need| &need.since).max();
    if manifest.min_server_version.is_empty() {
        manifest.min_server_version = lowest.unwrap_or(&OLDEST).to_string();
    }
    // One that cannot be read is a problem of its own.
    match (Version::parse(&manifest.min_server_version), lowest) {
        (Ok(stated), Some(lowest)) if stated < *lowest => Err(too_low(&stated, lowest, needs)),
        _ => Ok(()),
    }
}

fn too_low(stated: &Version, lowest: &Version, needs: &[Need]) -> Problem {
    let mut culprits: Vec<&Need> = needs.iter().filter(|need| need.since > *stated).collect();
    culprits.sort_by(|a, b| b.since.cmp(&a.since).then_with(|| a.what.cmp(&b.what)));
    let culprits: Vec<String> =
        culprits.iter().map(|need| format!("{} ({})", need.what, need.since)).collect();
    let what = format!("`{stated}` is too low for {}", culprits.join(", "));
    let help = format!(
        "{lowest}, or leave the line out; what the plugin gets on without: optional = [\"…\"] in #[mmplugin::plugin(…)]"
    );
    Problem::new(Weight::Broken, "min_server_version", what, help)
}

/// `5.2` is 5.2.0.
fn version(since: &str) -> Option<Version> {
    let mut parts = since.split('.').map(|part| part.parse().ok());
    let (major, minor) = (parts.next()??, parts.next()??);
    Some(Version::new(major, minor, parts.next().unwrap_or(Some(0))?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::{Section, SettingsSchema};

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn calls(calls: &[(&str, &str)]) -> BTreeMap<String, String> {
        calls.iter().map(|(name, since)| ((*name).to_owned(), (*since).to_owned())).collect()
    }

    fn settle(stated: &str, needs: &Needs<'_>) -> Result<String, String> {
        let mut manifest = Manifest { min_server_version: stated.into(), ..Manifest::default() };
        match needs.settle(&mut manifest) {
            Ok(_) => Ok(manifest.min_server_version),
            Err(problem) => Err(problem.what),
        }
    }

    #[test]
    fn an_absent_version_is_the_newest_of_what_is_used() {
        let old = names(&["OnActivate", "ServeHTTP", "NoSuchHook"]);
        let new = names(&["OnActivate", "OnSAMLLogin"]);
        for (hooks, methods, expected) in [
            (&old, vec![], "9.3.0"),
            (&old, vec![("KVSet", "5.2"), ("Odd", "x"), ("Odder", "5")], "9.3.0"),
            (&old, vec![("KVSet", "5.2"), ("LogAuditRec", "10.10")], "10.10.0"),
            (&new, vec![("Patch", "9.5.3")], "10.7.0"),
            (&new, vec![("Patch", "11.5.1")], "11.5.1"),
        ] {
            let needs = Needs { hooks, calls: calls(&methods), optional: &[] };
            assert_eq!(settle("", &needs).as_deref(), Ok(expected), "{methods:?}");
        }
    }

    #[test]
    fn a_stated_version_that_is_too_low_names_every_culprit() {
        let hooks = names(&["OnActivate", "OnSAMLLogin", "OnSharedChannelsPing"]);
        let needs = Needs {
            hooks: &hooks,
            calls: calls(&[("LogAuditRec", "10.10"), ("KVSet", "5.2")]),
            optional: &[],
        };
        assert_eq!(
            settle("9.5.0", &needs).err().as_deref(),
            Some(
                "`9.5.0` is too low for the API method LogAuditRec (10.10.0), the hook OnSAMLLogin (10.7.0)"
            )
        );
        for good in ["10.10.0", "11.0.0", "no version"] {
            assert_eq!(settle(good, &needs).as_deref(), Ok(good));
        }
        assert_eq!(
            settle("9.2.9", &Needs::default()).err().as_deref(),
            Some("`9.2.9` is too low for this SDK (9.3.0)")
        );
    }

    #[test]
    fn what_is_optional_does_not_count_and_is_told_when_it_is_idle() {
        let hooks = names(&["OnActivate", "OnSAMLLogin"]);
        let optional = names(&["LogAuditRec", "OnSAMLLogin", "KVGet"]);
        let needs = Needs { hooks: &hooks, calls: calls(&[("LogAuditRec", "10.10")]), optional: &optional };
        assert_eq!(settle("", &needs).as_deref(), Ok("9.3.0"));
        assert_eq!(settle("9.4.0", &needs).as_deref(), Ok("9.4.0"));
        let odd = needs.settle(&mut Manifest::default()).expect("nothing is too low");
        let what: Vec<&str> = odd.iter().map(|problem| problem.what.as_str()).collect();
        assert_eq!(what, ["lists KVGet, which the plugin does not use"]);
    }

    #[test]
    fn a_web_part_alone_needs_what_its_settings_need() {
        let schema = SettingsSchema { sections: vec![Section::default()], ..SettingsSchema::default() };
        for (stated, schema, expected) in [
            ("", None, Ok("9.3.0")),
            ("7.1.0", None, Ok("7.1.0")),
            ("", Some(&schema), Ok("10.0.0")),
            ("10.1.0", Some(&schema), Ok("10.1.0")),
            ("9.3.0", Some(&schema), Err("`9.3.0` is too low for settings in sections (10.0.0)")),
        ] {
            let settings_schema = schema.cloned();
            let mut manifest =
                Manifest { min_server_version: stated.into(), settings_schema, ..Manifest::default() };
            let settled = Needs::settle_web(&mut manifest).map_err(|problem| problem.what);
            let settled = settled.as_ref().map(|_| manifest.min_server_version.as_str());
            assert_eq!(settled.map_err(String::as_str), expected);
        }
    }

    #[test]
    fn settings_in_sections_need_a_server_that_draws_them() {
        let schema = SettingsSchema { sections: vec![Section::default()], ..SettingsSchema::default() };
        let mut manifest = Manifest { settings_schema: Some(schema), ..Manifest::default() };
        assert_eq!(Needs::default().settle(&mut manifest), Ok(vec![]));
        assert_eq!(manifest.min_server_version, "10.0.0");
        manifest.min_server_version = "9.3.0".into();
        let problem = Needs::default().settle(&mut manifest).expect_err("too low");
        assert_eq!(problem.what, "`9.3.0` is too low for settings in sections (10.0.0)");
    }
}
