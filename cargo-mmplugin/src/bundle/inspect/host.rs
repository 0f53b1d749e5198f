//! What is known of the server that a bundle is for. What depends on a server nobody has named is a warning; for one
//! that was named it is a refusal.

use crate::executable::Glibc;
use crate::manifest::{Problem, Weight};
use crate::ui::size;

/// What a server takes with its default FileSettings.MaxFileSize.
pub const UPLOAD_LIMIT: u64 = 100 << 20;
/// From here on a bundle is told to be near the limit, in hundredths of it.
const NEAR: u64 = 80;
/// The newest server that was known when this tool was made.
pub const NEWEST_SERVER: semver::Version = semver::Version::new(11, 10, 0);
/// The C library of Mattermost's own image, which is Debian 12 without programs.
const IMAGE_GLIBC: Glibc = Glibc { major: 2, minor: 36 };
/// What that image has besides: glibc's own libraries and OpenSSL's. Not libgcc_s, which a dynamic Rust program needs.
const IMAGE_LIBRARIES: [&str; 14] = [
    "ld-linux-x86-64.so.2",
    "ld-linux-aarch64.so.1",
    "libc.so.6",
    "libm.so.6",
    "libpthread.so.0",
    "libdl.so.2",
    "librt.so.1",
    "libutil.so.1",
    "libresolv.so.2",
    "libanl.so.1",
    "libnss_dns.so.2",
    "libnss_files.so.2",
    "libssl.so.3",
    "libcrypto.so.3",
];
const IMAGE_LOADERS: [&str; 3] =
    ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", "/lib/ld-linux-x86-64.so.2"];

/// The server, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Host {
    /// Its version.
    pub version: Option<semver::Version>,
    /// The version of its machine's glibc.
    pub glibc: Option<Glibc>,
    /// Its FileSettings.MaxFileSize.
    pub upload_limit: Option<u64>,
}

impl Host {
    /// Whether an upload of so many bytes gets through.
    pub fn size_problem(&self, bytes: u64) -> Option<Problem> {
        let limit = self.upload_limit.unwrap_or(UPLOAD_LIMIT);
        let weight = if self.upload_limit.is_some() { Weight::Refused } else { Weight::Broken };
        let help = "raise FileSettings.MaxFileSize, or make one bundle a platform";
        if bytes > limit {
            let what = format!("has {}, more than the {} that a server takes", size(bytes), size(limit));
            let problem = Problem::new(weight, "the bundle", what, help);
            return Some(problem.says("413, before 11.0: 400 http: request body too large"));
        }
        (bytes > limit / 100 * NEAR).then(|| {
            let what = format!("has {}, near the {} that a server takes", size(bytes), size(limit));
            Problem::new(Weight::Odd, "the bundle", what, help)
        })
    }

    /// Whether the server is new enough. A version that cannot be read is the manifest's own problem.
    pub(super) fn version_problem(&self, min: &str) -> Option<Problem> {
        let min = semver::Version::parse(min).ok()?;
        let (weight, limit, known) = match &self.version {
            Some(version) => (Weight::Refused, version.clone(), "the server's"),
            None => (Weight::Broken, NEWEST_SERVER, "the newest that this tool knows"),
        };
        (min > limit).then(|| {
            let what = format!("`{min}` is above {limit}, {known}");
            let problem =
                Problem::new(weight, "min_server_version", what, "the oldest server that can run it");
            problem.says(format!("plugin requires Mattermost {min}"))
        })
    }

    /// What a dynamic executable would miss: the end of a sentence about it.
    pub(super) fn lacks(
        &self,
        loader: &str,
        libraries: &[String],
        glibc: Option<Glibc>,
    ) -> Option<(Weight, String)> {
        let has = self.glibc.unwrap_or(IMAGE_GLIBC);
        if let Some(needed) = glibc.filter(|needed| *needed > has) {
            let weight = if self.glibc.is_some() { Weight::Refused } else { Weight::Broken };
            let whose = if self.glibc.is_some() { "the server" } else { "Mattermost's image" };
            return Some((weight, format!("needs glibc {needed}; {whose} has {has}")));
        }
        if !IMAGE_LOADERS.contains(&loader) {
            return Some((Weight::Broken, format!("needs {loader}, which Mattermost's image does not have")));
        }
        let missing: Vec<&str> =
            libraries.iter().map(String::as_str).filter(|name| !IMAGE_LIBRARIES.contains(name)).collect();
        let what = format!("needs {}, which Mattermost's image does not have", missing.join(", "));
        (!missing.is_empty()).then_some((Weight::Broken, what))
    }
}
