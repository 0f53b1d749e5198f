//! Which files of a package go into its bundle, and which must not.

use std::path::Path;

use crate::archive::{Entry, MODE_FILE, Plan, Source};
use crate::error::{Error, Kind};
use crate::manifest::{Manifest, Problem, clean_path};
use crate::webapp;

/// Folders that are packed when the package has them.
const FOLDERS: [&str; 2] = ["assets", "public"];

/// Left behind by desktops and version control, of no use on a server.
const SKIPPED: [&str; 5] = [".DS_Store", "Thumbs.db", ".gitkeep", ".gitignore", ".gitattributes"];

/// Adds what the manifest names and what lies in the package's own folders; hands back what is odd about it.
pub(super) fn package(root: &Path, manifest: &Manifest, plan: &mut Plan) -> Result<Vec<Problem>, Error> {
    let mut odd = Vec::new();
    for name in FOLDERS {
        folder(root, Path::new(name), plan)?;
    }
    if let Some(webapp) = &manifest.webapp {
        let path = clean_path(&webapp.bundle_path);
        let parent = Path::new(&path).parent().unwrap_or(Path::new(""));
        if !root.join(&path).is_file() {
            return Err(missing(root, "webapp.bundle_path", &path).help("build the web part first"));
        }
        odd.extend(webapp::oddities(&fs_err::read(root.join(&path))?, manifest));
        if parent.as_os_str().is_empty() {
            let entry = Entry { mode: MODE_FILE, source: Source::File(root.join(&path)) };
            plan.files.insert(path, entry); // not the whole package
        } else {
            folder(root, parent, plan)?;
        }
    }
    let icon = clean_path(&manifest.icon_path);
    if !icon.is_empty() && !plan.files.contains_key(&icon) {
        let file = root.join(&icon);
        if icon.starts_with("..") || !file.is_file() {
            return Err(missing(root, "icon_path", &icon)
                .help("icon = \"assets/icon.svg\", and the file at that place"));
        }
        plan.files.insert(icon, Entry { mode: MODE_FILE, source: Source::File(file) });
    }
    Ok(odd)
}

fn missing(root: &Path, field: &str, path: &str) -> Error {
    Error::new(Kind::Bundle, format!("{field} names a file that is not there: {path}"))
        .detail(format!("looked in: {}", root.display()))
}

/// Adds a folder's files. Links to files of the package are packed as files, since a server leaves links out; links to
/// folders are refused, since they could lead in circles.
fn folder(root: &Path, folder_path: &Path, plan: &mut Plan) -> Result<(), Error> {
    let here = root.join(folder_path);
    if !here.is_dir() {
        return Ok(());
    }
    for entry in fs_err::read_dir(&here)? {
        let entry = entry?;
        let name = entry.file_name();
        let path = folder_path.join(&name);
        if SKIPPED.iter().any(|skipped| name == *skipped) {
            continue;
        }
        refuse_hidden(&path, &name.to_string_lossy())?;
        let kind = fs_err::metadata(entry.path())?;
        let is_link = entry.file_type()?.is_symlink();
        if is_link {
            refuse_link(root, &path, &entry.path(), kind.is_dir())?;
        }
        if kind.is_dir() {
            folder(root, &path, plan)?;
        } else if kind.is_file() {
            let place = in_archive(&path)?;
            plan.files.insert(place, Entry { mode: MODE_FILE, source: Source::File(entry.path()) });
        }
    }
    Ok(())
}

/// Files that begin with a dot are settings of somebody's tools, and `.env` is where passwords are kept.
fn refuse_hidden(path: &Path, name: &str) -> Result<(), Error> {
    if !name.starts_with('.') {
        return Ok(());
    }
    let error = Error::new(Kind::Bundle, format!("{} is a hidden file", path.display()));
    let error = match name.starts_with(".env") {
        true => error.detail("such files hold passwords; what is in public/ can be read by everybody"),
        false => error.detail("everything in assets/, public/ and beside the webapp's bundle is packed"),
    };
    Err(error.help("move it out of that folder, or give it a name without the dot"))
}

fn refuse_link(root: &Path, path: &Path, file: &Path, is_folder: bool) -> Result<(), Error> {
    if is_folder {
        return Err(Error::new(Kind::Bundle, format!("{} is a link to a folder", path.display()))
            .help("copy the folder, or link its files"));
    }
    let (target, root) = (fs_err::canonicalize(file)?, fs_err::canonicalize(root)?);
    if target.starts_with(&root) {
        return Ok(());
    }
    Err(Error::new(Kind::Bundle, format!("{} is a link to a file outside of the package", path.display()))
        .detail(format!("it leads to: {}", target.display()))
        .help("copy the file into the package"))
}

fn in_archive(path: &Path) -> Result<String, Error> {
    let parts: Option<Vec<&str>> = path.iter().map(|part| part.to_str()).collect();
    let odd = || Error::new(Kind::Bundle, format!("{} has a name that is not UTF-8", path.display()));
    parts.map(|parts| parts.join("/")).ok_or_else(odd)
}
