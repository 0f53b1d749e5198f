//! Looks at any bundle, also of plugins written in Go, with the server's eyes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::archive::{self, BadArchive, Member, MemberKind};
use crate::error::{Error, Kind};
use crate::manifest::{self, Manifest, Problem, Weight, clean_path};

mod folder;
mod host;
mod program;
pub use host::{Host, NEWEST_SERVER, UPLOAD_LIMIT};
pub use program::Program;

/// What was found in a bundle.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// The manifest, when there is one that can be read.
    pub manifest: Option<Manifest>,
    /// The executables that plugin.json names and that are there.
    pub executables: Vec<Program>,
    /// Everything wrong or odd, the worst first.
    pub problems: Vec<Problem>,
    files: BTreeMap<String, Member>,
}

impl Inspection {
    /// Reads and checks a whole bundle, for a server nothing is known of.
    ///
    /// # Errors
    /// It is no archive that a server would unpack; `name` is what the message calls it.
    pub fn of(name: &str, bytes: &[u8]) -> Result<Self, Error> {
        Self::for_host(name, bytes, &Host::default())
    }

    /// The same for a server of which something is known.
    ///
    /// # Errors
    /// As [`Inspection::of`].
    pub fn for_host(name: &str, bytes: &[u8], host: &Host) -> Result<Self, Error> {
        let members = archive::read(bytes).map_err(|bad| no_archive(name, &bad))?;
        let mut problems: Vec<Problem> = host.size_problem(bytes.len() as u64).into_iter().collect();
        let files = folder::plugin_folder(members, &mut problems);
        let manifest = folder::read_manifest(&files, &mut problems);
        let mut inspection = Self { manifest, executables: Vec::new(), problems, files };
        inspection.check_parts(host);
        inspection.problems.sort_by_key(|problem| problem.weight);
        Ok(inspection)
    }

    /// Reads a bundle's file and checks it.
    ///
    /// # Errors
    /// It cannot be read, or it is no archive that a server would unpack.
    pub fn open(path: &Path, host: &Host) -> Result<(Self, u64), Error> {
        let name = path.display().to_string();
        let what = "a bundle is a file: cargo mmplugin bundle makes dist/ID-VERSION.tar.gz";
        if path.is_dir() {
            return Err(Error::new(Kind::Bundle, format!("{name} is a folder, not a bundle")).help(what));
        }
        let read = archive::read_file(path).map_err(|error| Error::from(error).help(what))?;
        let bytes = read.ok_or_else(|| no_archive(&name, &BadArchive::TooLarge))?;
        Ok((Self::for_host(&name, &bytes, host)?, bytes.len() as u64))
    }

    /// Writes the plugin's folder as a server would: files with their stored mode, no links.
    ///
    /// # Errors
    /// The disk.
    pub fn unpack(&self, folder: &Path) -> Result<(), Error> {
        for (path, member) in &self.files {
            let file = folder.join(path);
            match member.kind {
                MemberKind::Folder => fs_err::create_dir_all(&file)?,
                MemberKind::File => {
                    fs_err::create_dir_all(file.parent().unwrap_or(folder))?;
                    fs_err::write(&file, &member.bytes)?;
                    set_mode(&file, member.mode)?;
                }
                MemberKind::Other => {}
            }
        }
        Ok(())
    }

    /// Path of the executable that a server on `platform` would start.
    pub fn program(&self, platform: &str) -> Option<PathBuf> {
        let path = self.manifest.as_ref()?.server.as_ref()?.path_for(platform)?;
        Some(PathBuf::from(clean_path(path)))
    }

    fn check_parts(&mut self, host: &Host) {
        let Some(manifest) = self.manifest.clone() else { return };
        self.problems.extend(manifest::problems(&manifest));
        self.problems.extend(host.version_problem(&manifest.min_server_version));
        self.check_programs(&manifest, host);
        let web = manifest.webapp.map(|webapp| ("webapp.bundle_path", webapp.bundle_path, Weight::Refused));
        let icon = Some(("icon_path", manifest.icon_path, Weight::Odd));
        for (field, path, weight) in web.into_iter().chain(icon).filter(|(_, path, _)| !path.is_empty()) {
            let member = self.files.get(&clean_path(&path));
            if member.is_some_and(|member| member.kind == MemberKind::File) {
                continue;
            }
            let what = format!("names a file that is not in the bundle: {path}");
            let problem = Problem::new(weight, field, what, "pack it, or take the line out");
            self.problems.push(match weight {
                Weight::Refused => problem.says("500 app.plugin.webapp_bundle.app_error"),
                _ => problem,
            });
        }
    }

    fn check_programs(&mut self, manifest: &Manifest, host: &Host) {
        let Some(server) = &manifest.server else { return };
        let any = [("any".to_owned(), server.executable.clone())];
        let named = server.executables.clone().into_iter().chain(any);
        for (platform, path) in named.filter(|(_, path)| !path.is_empty()) {
            let found = program::check(&platform, &clean_path(&path), &self.files, host);
            self.problems.extend(found.problems);
            self.executables.extend(found.program);
        }
        let linux = ["linux-amd64", "linux-arm64"];
        let named = !server.executables.is_empty() || !server.executable.is_empty();
        if named && linux.iter().all(|platform| server.path_for(platform).is_none()) {
            let what = "names no executable for Linux, where Mattermost's servers run";
            let problem = Problem::new(Weight::Broken, "server.executables", what, "add linux-amd64");
            self.problems.push(problem.says("backend executable not found for environment: linux/amd64"));
        }
    }
}

fn no_archive(name: &str, bad: &BadArchive) -> Error {
    let error = Error::new(Kind::Bundle, format!("{name} {bad}"));
    let error = match bad.server_says() {
        Some(says) => error.detail(format!("a server says: {says}")),
        None => error,
    };
    error.help("a bundle is a tar.gz with one top folder: cargo mmplugin bundle")
}

#[cfg(unix)]
fn set_mode(file: &Path, mode: u32) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs_err::set_permissions(file, std::fs::Permissions::from_mode(mode & 0o777))?)
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> Result<(), Error> {
    Ok(())
}

#[cfg(test)]
mod tests;
