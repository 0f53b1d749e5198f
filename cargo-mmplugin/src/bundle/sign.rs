//! Detached OpenPGP signatures by gpg, which has the author's keys.
//!
//! A server checks them with Go's old OpenPGP library, which knows RSA, DSA and ECDSA keys and refuses what gpg makes by
//! default today, Ed25519.

use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::NamedTempFile;

use super::store::no_place;
use crate::error::{Error, Kind};
use crate::interrupt::{self, Interrupt};
use crate::scratch;
use crate::ui::Ui;

/// Key types (RFC 4880, 9.1) that a server's library verifies: RSA three ways, DSA, ECDSA.
const VERIFIED: [u32; 5] = [1, 2, 3, 17, 19];

/// Signs with gpg.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// The key, as gpg takes it; gpg's own default when none is given.
    pub key: Option<String>,
    /// Nobody is there to type a passphrase.
    pub batch: bool,
    /// Shows the command.
    pub ui: Ui,
}

impl Signer {
    /// Whether gpg is there, before minutes of compiling.
    ///
    /// # Errors
    /// It is not, or it has no such secret key.
    pub fn check(&self) -> Result<(), Error> {
        let mut gpg = Command::new("gpg");
        gpg.args(["--batch", "--with-colons", "--list-secret-keys"]).args(&self.key);
        let output = gpg.stdin(Stdio::null()).output().map_err(|error| no_gpg(&error))?;
        let text = String::from_utf8_lossy(&output.stdout);
        if output.status.success() && text.lines().any(|line| line.starts_with("sec:")) {
            return Ok(());
        }
        let what = match &self.key {
            Some(key) => format!("gpg has no secret key `{key}`"),
            None => "gpg has no secret key".to_owned(),
        };
        Err(Error::new(Kind::Usage, what)
            .help("gpg --list-secret-keys shows those there are")
            .help("gpg --quick-generate-key 'Your Name <you@example.com>' rsa4096 sign"))
    }

    /// Signs a file; the signature is in `folder`, not yet at its place. The text is a doubt about it.
    pub(super) fn sign(
        &self,
        file: &Path,
        folder: &Path,
        interrupt: &Interrupt,
    ) -> Result<(NamedTempFile, Option<String>), Error> {
        let temp = scratch::file(folder).map_err(|error| no_place(folder, &error))?;
        let mut gpg = Command::new("gpg");
        if self.batch {
            gpg.arg("--batch").stdin(Stdio::null());
        }
        gpg.args(["--yes", "--quiet", "--detach-sign", "--output"]).arg(temp.path());
        if let Some(key) = &self.key {
            gpg.args(["--local-user", key]);
        }
        gpg.arg(file).stdout(Stdio::null());
        self.ui.command(&gpg);
        let mut child = gpg.spawn().map_err(|error| no_gpg(&error))?;
        // A person may be typing a passphrase: there is no time limit.
        let status = interrupt.wait(&mut child, interrupt::kill)?;
        if !status.success() {
            return Err(Error::new(Kind::Usage, "gpg did not sign the bundle")
                .detail(format!("{status}; its own words are above"))
                .help("a key: --sign-key KEY, as in gpg --list-secret-keys"));
        }
        let doubt = key_type(temp.path()).and_then(doubt);
        Ok((temp, doubt))
    }
}

fn no_gpg(error: &std::io::Error) -> Error {
    Error::new(Kind::Toolchain, "gpg could not be started")
        .detail(error.to_string())
        .help("Debian, Ubuntu: apt install gnupg · macOS: brew install gnupg · Windows: gpg4win.org")
}

/// The algorithm of a signature, as gpg reads it.
fn key_type(signature: &Path) -> Option<u32> {
    let mut gpg = Command::new("gpg");
    let output = gpg.args(["--batch", "--list-packets"]).arg(signature).stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find(|line| line.starts_with(":signature packet:"))?;
    line.split("algo ").nth(1)?.split(',').next()?.trim().parse().ok()
}

fn doubt(algorithm: u32) -> Option<String> {
    let name = match algorithm {
        known if VERIFIED.contains(&known) => return None,
        22 => "Ed25519 (public key type: 22)".to_owned(),
        other => format!("public key type: {other}"),
    };
    Some(format!(
        "servers do not verify signatures of this kind of key, {name}; an RSA key: \
         gpg --quick-generate-key 'Your Name <you@example.com>' rsa4096 sign"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_servers_do_not_know_are_doubted() {
        for algorithm in [1, 17, 19] {
            assert_eq!(doubt(algorithm), None);
        }
        assert!(doubt(22).is_some_and(|text| text.contains("Ed25519 (public key type: 22)")));
        assert!(doubt(27).is_some_and(|text| text.contains("public key type: 27")));
    }
}
