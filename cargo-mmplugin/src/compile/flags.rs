//! Adding one compiler flag without losing the author's.
//!
//! cargo takes compiler flags from one of four places, the first that is set: CARGO_ENCODED_RUSTFLAGS, RUSTFLAGS,
//! `target.….rustflags`, `build.rustflags`. So ours goes where theirs are.

use super::config::CargoConfig;
use super::platform::Platform;
use super::way::Way;
use crate::error::{Error, Kind};

/// What it means for cargo's environment and arguments.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Flags {
    pub(super) env: Vec<(String, String)>,
    pub(super) args: Vec<String>,
}

const STATIC: [&str; 2] = ["-C", "target-feature=+crt-static"];

impl Flags {
    pub(super) fn settle(
        way: &Way,
        allow_abort: bool,
        config: &CargoConfig,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, Error> {
        let encoded = env("CARGO_ENCODED_RUSTFLAGS").filter(|flags| !flags.is_empty());
        let plain = env("RUSTFLAGS").filter(|flags| !flags.trim().is_empty());
        for flags in [&encoded, &plain].into_iter().flatten() {
            refuse(flags, allow_abort)?;
        }
        let mut flags = Self::default();
        // A Mac has no static C library; there the flag would be nothing but a warning.
        if way.platform.is_linux() || way.platform == Platform::WindowsAmd64 {
            flags.add_static(way, encoded, plain, config, env);
        }
        if let Some(linker) = way.linker.filter(|_| !linker_is_set(way, config, env)) {
            flags.args.extend(["--config".into(), format!("target.{}.linker={linker:?}", way.target)]);
        }
        Ok(flags)
    }

    fn add_static(
        &mut self,
        way: &Way,
        encoded: Option<String>,
        plain: Option<String>,
        config: &CargoConfig,
        env: &dyn Fn(&str) -> Option<String>,
    ) {
        if let Some(old) = encoded {
            let new = [old.as_str(), STATIC[0], STATIC[1]].join("\u{1f}");
            self.env.push(("CARGO_ENCODED_RUSTFLAGS".into(), new));
        } else if let Some(old) = plain {
            self.env.push(("RUSTFLAGS".into(), format!("{old} {}", STATIC.join(" "))));
        } else {
            let target = format!("CARGO_TARGET_{}_RUSTFLAGS", way.target.to_uppercase().replace('-', "_"));
            let by_target = config.any_target_has("rustflags") || env(&target).is_some();
            let key = if by_target { format!("target.{}", way.target) } else { "build".into() };
            // A list given here is joined with the lists in the files.
            self.args.extend(["--config".into(), format!("{key}.rustflags={STATIC:?}")]);
        }
    }
}

fn linker_is_set(way: &Way, config: &CargoConfig, env: &dyn Fn(&str) -> Option<String>) -> bool {
    let name = format!("CARGO_TARGET_{}_LINKER", way.target.to_uppercase().replace('-', "_"));
    env(&name).is_some() || config.get(&["target", &way.target, "linker"]).is_some()
}

fn refuse(flags: &str, allow_abort: bool) -> Result<(), Error> {
    let joined = flags.replace(['\u{1f}', ' '], "");
    let aborts = joined.contains("-Cpanic=abort") || joined.contains("codegenpanic=abort");
    if aborts && !allow_abort {
        return Err(super::profile::abort_refused(
            super::Profile::Release,
            "the compiler flags in the environment",
        ));
    }
    if joined.contains("-crt-static") {
        return Err(Error::new(
            Kind::Toolchain,
            "the compiler flags in the environment turn static linking off",
        )
        .detail("bundle needs: one executable that runs on every Linux server, also without glibc")
        .help("take target-feature=-crt-static out of RUSTFLAGS"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settle(config: &[&str], env: &[(&str, &str)]) -> Result<Flags, Error> {
        let way = Way {
            platform: Platform::LinuxAmd64,
            target: "x86_64-unknown-linux-gnu".into(),
            builder: super::super::options::Builder::Cargo,
            linker: None,
            why: "",
        };
        let env = |name: &str| env.iter().find(|pair| pair.0 == name).map(|pair| pair.1.to_owned());
        Flags::settle(&way, false, &CargoConfig::from_texts(config), &env)
    }

    #[test]
    fn joins_the_flags_where_they_are() {
        let build = r#"build.rustflags=["-C", "target-feature=+crt-static"]"#;
        let target = r#"target.x86_64-unknown-linux-gnu.rustflags=["-C", "target-feature=+crt-static"]"#;
        let cases: [(&[&str], &str); 4] = [
            (&[], build),
            (&["[build]\nrustflags = ['-g']"], build),
            (&["[target.'cfg(unix)']\nrustflags = '-g'"], target),
            (&["", "[target.x86_64-unknown-linux-gnu]\nrustflags = ['-g']"], target),
        ];
        for (config, arg) in cases {
            let flags = settle(config, &[]).expect("flags");
            assert_eq!(
                (flags.env, flags.args),
                (vec![], vec!["--config".to_owned(), arg.to_owned()]),
                "{config:?}"
            );
        }
        let flags = settle(&[], &[("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS", "-g")]).expect("flags");
        assert_eq!(flags.args[1], target);
    }

    #[test]
    fn the_environment_wins_as_cargo_has_it() {
        let flags =
            settle(&["[build]\nrustflags = ['-g']"], &[("RUSTFLAGS", "-C opt-level=1")]).expect("flags");
        let expected = ("RUSTFLAGS".to_owned(), "-C opt-level=1 -C target-feature=+crt-static".to_owned());
        assert_eq!((flags.env, flags.args.len()), (vec![expected], 0));
        let flags = settle(&[], &[("RUSTFLAGS", "-g"), ("CARGO_ENCODED_RUSTFLAGS", "--cfg\u{1f}a b")])
            .expect("flags");
        let expected = "--cfg\u{1f}a b\u{1f}-C\u{1f}target-feature=+crt-static";
        assert_eq!(flags.env, [("CARGO_ENCODED_RUSTFLAGS".to_owned(), expected.to_owned())]);
    }

    #[test]
    fn flags_that_break_a_bundle_are_refused() {
        for flags in ["-C panic=abort", "-Cpanic=abort", "-C target-feature=-crt-static"] {
            assert_eq!(
                settle(&[], &[("RUSTFLAGS", flags)]).map_err(|error| error.kind),
                Err(Kind::Toolchain)
            );
        }
    }
}
