//! Which target and which tool make an executable for a platform from here.
//!
//! On Linux the product must need nothing of the server's machine, so it is linked with a static glibc or with musl.
//! zig has no static glibc: with it the target is musl.

use super::machine::{Machine, ThisMachine};
use super::options::{Builder, Wishes};
use super::platform::Platform;
use crate::error::{Error, Kind};

/// Platform, target, tool and linker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// What it makes.
    pub platform: Platform,
    /// The target triple; always given to cargo, since static linking must not reach proc-macros.
    pub target: String,
    /// What runs the compiler.
    pub builder: Builder,
    /// A linker to be used unless the author has set one.
    pub linker: Option<&'static str>,
    /// One phrase for the output.
    pub why: &'static str,
}

impl Way {
    /// Looks for what the platform needs on this machine.
    ///
    /// # Errors
    /// There is no compiler, or something is missing; the help says how to get it.
    pub fn choose(platform: Platform, wishes: &Wishes) -> Result<Self, Error> {
        Self::choose_on(&ThisMachine::ask()?, platform, wishes)
    }

    pub(super) fn choose_on(
        machine: &dyn Machine,
        platform: Platform,
        wishes: &Wishes,
    ) -> Result<Self, Error> {
        let chooser = Chooser { machine, platform, builder: wishes.builder };
        let own = wishes.targets.iter().find(|target| Platform::of_target(target) == Some(platform));
        match (own, platform) {
            (Some(target), _) => chooser.wished(target),
            (None, Platform::LinuxAmd64) => chooser.linux("x86_64"),
            (None, Platform::LinuxArm64) => chooser.linux("aarch64"),
            (None, Platform::DarwinAmd64) => chooser.darwin("x86_64-apple-darwin"),
            (None, Platform::DarwinArm64) => chooser.darwin("aarch64-apple-darwin"),
            (None, Platform::WindowsAmd64) => chooser.windows(),
        }
    }
}

struct Chooser<'a> {
    machine: &'a dyn Machine,
    platform: Platform,
    builder: Option<Builder>,
}

impl Chooser<'_> {
    fn way(&self, target: &str, builder: Builder, linker: Option<&'static str>, why: &'static str) -> Way {
        Way { platform: self.platform, target: target.to_owned(), builder, linker, why }
    }

    /// The author knows better; only what is missing is said.
    fn wished(&self, target: &str) -> Result<Way, Error> {
        let builder = self.builder.unwrap_or(Builder::Cargo);
        self.need_std(target)?;
        self.need_builder(builder)?;
        Ok(self.way(target, builder, None, "as asked for"))
    }

    fn linux(&self, arch: &'static str) -> Result<Way, Error> {
        let (gnu, musl) = (format!("{arch}-unknown-linux-gnu"), format!("{arch}-unknown-linux-musl"));
        let host = self.machine.host();
        let plain = self.builder != Some(Builder::Zigbuild);
        if plain && host == gnu && self.machine.has_static_libc("cc") {
            return Ok(self.way(host, Builder::Cargo, None, "static glibc"));
        }
        if plain
            && matches!(host.split('-').collect::<Vec<_>>()[..], [own, _, "linux", "musl"] if own == arch)
        {
            return Ok(self.way(host, Builder::Cargo, None, "static musl"));
        }
        let has_musl = self.machine.has_std(&musl);
        if has_musl && self.zig()? {
            return Ok(self.way(&musl, Builder::Zigbuild, None, "static musl, linked by zig"));
        }
        if has_musl && Platform::of_target(host) == Some(self.platform) {
            return Ok(self.way(&musl, Builder::Cargo, None, "static musl"));
        }
        if has_musl {
            // The machine's own linker makes other formats; Rust brings one that makes this.
            return Ok(self.way(&musl, Builder::Cargo, Some("rust-lld"), "static musl, cross-compiled"));
        }
        if plain && let Some(way) = self.cross_gnu(arch, &gnu) {
            return Ok(way);
        }
        if host == gnu {
            return Err(self.no_static_libc(&musl));
        }
        Err(self.no_std(&musl))
    }

    /// A cross compiler of the distribution's, with its glibc.
    fn cross_gnu(&self, arch: &str, gnu: &str) -> Option<Way> {
        let linker = if arch == "aarch64" { "aarch64-linux-gnu-gcc" } else { "x86_64-linux-gnu-gcc" };
        let usable = self.machine.host() != gnu
            && self.machine.has_program(linker)
            && self.machine.has_static_libc(linker)
            && self.machine.has_std(gnu);
        usable.then(|| self.way(gnu, Builder::Cargo, Some(linker), "static glibc, cross-compiled"))
    }

    fn darwin(&self, target: &str) -> Result<Way, Error> {
        self.need_std(target)?;
        if self.machine.host().ends_with("-apple-darwin") && self.builder != Some(Builder::Zigbuild) {
            return Ok(self.way(target, Builder::Cargo, None, "the Mac's own linker"));
        }
        self.need_zig("linking for macOS takes a Mac or zig")?;
        Ok(self.way(target, Builder::Zigbuild, None, "linked by zig"))
    }

    fn windows(&self) -> Result<Way, Error> {
        const GNU: &str = "x86_64-pc-windows-gnu";
        let host = self.machine.host();
        let plain = self.builder != Some(Builder::Zigbuild);
        if plain && Platform::of_target(host) == Some(self.platform) {
            return Ok(self.way(host, Builder::Cargo, None, "this machine's own linker"));
        }
        self.need_std(GNU)?;
        if plain && self.machine.has_program("x86_64-w64-mingw32-gcc") {
            return Ok(self.way(GNU, Builder::Cargo, None, "MinGW"));
        }
        let wanted = self.need_zig("linking for Windows takes MinGW or zig");
        wanted.map_err(|error| error.help("Debian, Ubuntu: apt install gcc-mingw-w64-x86-64"))?;
        Ok(self.way(GNU, Builder::Zigbuild, None, "linked by zig"))
    }

    /// Whether zig links: because it was asked for, or because it is there and nothing else was asked for.
    fn zig(&self) -> Result<bool, Error> {
        match self.builder {
            Some(Builder::Cargo) => Ok(false),
            Some(Builder::Zigbuild) => self.need_builder(Builder::Zigbuild).map(|()| true),
            None => Ok(self.machine.has_zigbuild()),
        }
    }

    fn need_zig(&self, why: &str) -> Result<(), Error> {
        if self.zig()? {
            return Ok(());
        }
        Err(self.cannot(why).help("cargo install cargo-zigbuild, and zig: pip install ziglang"))
    }

    fn need_builder(&self, builder: Builder) -> Result<(), Error> {
        if builder == Builder::Cargo || self.machine.has_zigbuild() {
            return Ok(());
        }
        Err(self
            .cannot("cargo zigbuild is not installed")
            .help("cargo install cargo-zigbuild, and zig: pip install ziglang"))
    }

    fn need_std(&self, target: &str) -> Result<(), Error> {
        if target == self.machine.host() || self.machine.has_std(target) {
            Ok(())
        } else {
            Err(self.no_std(target))
        }
    }

    fn no_std(&self, target: &str) -> Error {
        self.cannot(&format!("the Rust target {target} is not installed"))
            .help(format!("rustup target add {target}"))
    }

    fn no_static_libc(&self, musl: &str) -> Error {
        self.cannot("there is no static C library to link with")
            .detail(format!("looked for: libc.a of glibc, and the target {musl}"))
            .help("Debian, Ubuntu: apt install libc6-dev · Fedora, RHEL: dnf install glibc-static")
            .help(format!("or, with rustup: rustup target add {musl}"))
    }

    fn cannot(&self, why: &str) -> Error {
        Error::new(Kind::Toolchain, format!("{} cannot be built here: {why}", self.platform))
            .detail(format!("this machine builds for {}", self.machine.host()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fake {
        host: &'static str,
        /// Targets, programs, C compilers with a static library, `zigbuild`.
        has: &'static [&'static str],
    }

    impl Machine for Fake {
        fn host(&self) -> &str {
            self.host
        }
        fn has_std(&self, target: &str) -> bool {
            self.has.contains(&target)
        }
        fn has_static_libc(&self, cc: &str) -> bool {
            self.has.contains(&cc)
        }
        fn has_program(&self, name: &str) -> bool {
            self.has.contains(&name)
        }
        fn has_zigbuild(&self) -> bool {
            self.has.contains(&"zigbuild")
        }
    }

    const GNU: &str = "x86_64-unknown-linux-gnu";
    const MUSL: &str = "x86_64-unknown-linux-musl";
    const ARM_MUSL: &str = "aarch64-unknown-linux-musl";
    const ARM_GNU: &str = "aarch64-unknown-linux-gnu";
    const MAC: &str = "aarch64-apple-darwin";
    const WIN: &str = "x86_64-pc-windows-gnu";

    fn choose(host: &'static str, has: &'static [&'static str], platform: Platform) -> Result<Way, Error> {
        Way::choose_on(&Fake { host, has }, platform, &Wishes::default())
    }

    #[test]
    fn every_machine_has_its_way() {
        use Builder::{Cargo, Zigbuild};
        use Platform::{DarwinAmd64, DarwinArm64, LinuxAmd64, LinuxArm64, WindowsAmd64};
        for (host, has, platform, target, builder, linker) in [
            (GNU, &["cc"][..], LinuxAmd64, GNU, Cargo, None),
            (GNU, &["cc", "zigbuild", MUSL], LinuxAmd64, GNU, Cargo, None),
            (GNU, &[MUSL], LinuxAmd64, MUSL, Cargo, None),
            (GNU, &[MUSL, "zigbuild"], LinuxAmd64, MUSL, Zigbuild, None),
            (MUSL, &[], LinuxAmd64, MUSL, Cargo, None),
            ("x86_64-alpine-linux-musl", &[], LinuxAmd64, "x86_64-alpine-linux-musl", Cargo, None),
            ("x86_64-unknown-linux-gnux32", &[MUSL], LinuxAmd64, MUSL, Cargo, None),
            (ARM_GNU, &["cc", MUSL], LinuxAmd64, MUSL, Cargo, Some("rust-lld")),
            (ARM_GNU, &["cc"], LinuxArm64, ARM_GNU, Cargo, None),
            (MAC, &[MUSL], LinuxAmd64, MUSL, Cargo, Some("rust-lld")),
            ("x86_64-pc-windows-msvc", &[MUSL], LinuxAmd64, MUSL, Cargo, Some("rust-lld")),
            (GNU, &["cc", ARM_MUSL], LinuxArm64, ARM_MUSL, Cargo, Some("rust-lld")),
            (GNU, &["cc", ARM_MUSL, "zigbuild"], LinuxArm64, ARM_MUSL, Zigbuild, None),
            (
                GNU,
                &["cc", ARM_GNU, "aarch64-linux-gnu-gcc"],
                LinuxArm64,
                ARM_GNU,
                Cargo,
                Some("aarch64-linux-gnu-gcc"),
            ),
            (MAC, &[], DarwinArm64, MAC, Cargo, None),
            (MAC, &["x86_64-apple-darwin"], DarwinAmd64, "x86_64-apple-darwin", Cargo, None),
            (GNU, &[MAC, "zigbuild"], DarwinArm64, MAC, Zigbuild, None),
            ("x86_64-pc-windows-msvc", &[], WindowsAmd64, "x86_64-pc-windows-msvc", Cargo, None),
            (GNU, &[WIN, "x86_64-w64-mingw32-gcc"], WindowsAmd64, WIN, Cargo, None),
            (GNU, &[WIN, "zigbuild"], WindowsAmd64, WIN, Zigbuild, None),
        ] {
            let way = choose(host, has, platform).expect(host);
            assert_eq!(
                (way.target.as_str(), way.builder, way.linker, way.platform),
                (target, builder, linker, platform),
                "{platform} on {host} with {has:?}"
            );
        }
    }

    #[test]
    fn what_is_missing_is_said_with_the_way_to_get_it() {
        use Platform::{DarwinArm64, LinuxAmd64, LinuxArm64, WindowsAmd64};
        for (has, platform, what, help) in [
            (&[][..], LinuxAmd64, "no static C library", "apt install libc6-dev"),
            (
                &["cc"],
                LinuxArm64,
                "aarch64-unknown-linux-musl is not installed",
                "rustup target add aarch64-unknown-linux-musl",
            ),
            (&["cc"], DarwinArm64, "aarch64-apple-darwin is not installed", "rustup target add"),
            (&["cc", MAC], DarwinArm64, "takes a Mac or zig", "cargo install cargo-zigbuild"),
            (&["cc"], WindowsAmd64, "x86_64-pc-windows-gnu is not installed", "rustup target add"),
            (&["cc", WIN], WindowsAmd64, "takes MinGW or zig", "apt install gcc-mingw-w64-x86-64"),
        ] {
            let error = choose(GNU, has, platform).expect_err(what);
            assert_eq!(error.kind, Kind::Toolchain);
            let text = error.to_string();
            let start = format!("{platform} cannot be built here: ");
            assert!(text.starts_with(&start) && text.contains(what) && text.contains(help), "{text}");
        }
    }

    #[test]
    fn wishes_come_first() {
        let machine = Fake { host: GNU, has: &["cc", MUSL, "zigbuild"] };
        let wish = |builder, targets: &[&str]| Wishes {
            builder,
            targets: targets.iter().map(|target| (*target).to_owned()).collect(),
            ..Wishes::default()
        };
        let choose = |wishes: &Wishes| Way::choose_on(&machine, Platform::LinuxAmd64, wishes);
        let way = choose(&wish(Some(Builder::Zigbuild), &[])).expect("zig");
        assert_eq!((way.target.as_str(), way.builder), (MUSL, Builder::Zigbuild));
        let way = choose(&wish(None, &[MUSL])).expect("a target");
        assert_eq!((way.target.as_str(), way.builder), (MUSL, Builder::Cargo));
        let poor = Fake { host: GNU, has: &["cc", MUSL] };
        let error = Way::choose_on(&poor, Platform::LinuxAmd64, &wish(Some(Builder::Zigbuild), &[]));
        assert!(error.expect_err("no zig").message.contains("cargo zigbuild is not installed"));
    }
}
