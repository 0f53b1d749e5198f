//! Building what has changed, and nothing else, from one turn of `dev` to the next.

use std::path::{Path, PathBuf};

use crate::bundle::{self, Bundle};
use crate::compile::{Build, Profile};
use crate::error::Error;
use crate::interrupt::Interrupt;
use crate::manifest::Manifest;
use crate::project::{Project, Selection, shorten};
use crate::ui::Ui;
use crate::watch::Watched;
use crate::webapp::{Purpose, WebOnly, Webapp};

/// A plugin's parts, and which of them are not as their sources say.
#[derive(Debug)]
pub struct Rebuild {
    root: PathBuf,
    server: Option<Server>,
    webapp: Option<Webapp>,
    webapp_is_due: bool,
    purpose: Purpose,
    offline: bool,
    /// The manifest that the web part was built with.
    manifest: Option<Manifest>,
}

/// The part that cargo builds.
#[derive(Debug)]
struct Server {
    project: Project,
    build: Build,
    /// `None`: it is to be built.
    executable: Option<PathBuf>,
}

/// What one turn made.
#[derive(Debug)]
pub struct Turn {
    /// Ready to be packed.
    pub bundle: Bundle,
    /// `server`, `webapp`: what was built for it.
    pub built: Vec<&'static str>,
    /// The executable, when it was built.
    pub executable: Option<PathBuf>,
}

impl Rebuild {
    /// Finds the plugin; everything is to be built.
    ///
    /// # Errors
    /// There is none, or no way to build it.
    pub fn open(selection: &Selection, profile: Profile, skip_webapp: bool) -> Result<Self, Error> {
        let (root, server) = match WebOnly::find(selection)? {
            Some(web) => (web.root, None),
            None => {
                let project = Project::find(selection)?;
                let build = Build::settle_as(&project, selection, profile)?;
                (project.root.clone(), Some(Server { project, build, executable: None }))
            }
        };
        let webapp = if skip_webapp { None } else { Webapp::find(&root)? };
        let purpose = if profile == Profile::Release { Purpose::Release } else { Purpose::Debug };
        webapp.as_ref().map_or(Ok(()), |webapp| webapp.ready(purpose))?;
        let offline = selection.offline;
        Ok(Self { root, server, webapp, webapp_is_due: true, purpose, offline, manifest: None })
    }

    /// The plugin's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A path as the user would write it.
    pub fn short(&self, path: &Path) -> String {
        shorten(path, &self.root)
    }

    /// The files it is made of, as far as they are known before a build.
    pub fn watched(&self) -> Watched {
        let workspace = self.server.as_ref().map(|server| server.project.workspace.as_path());
        // What this tool writes is no change; what others write is.
        Watched::new(&self.root, workspace, self.webapp.is_none())
    }

    /// Whether a build may have written this file although it is watched. Of what lies in webapp/ but not in its src/, a
    /// change during a build is taken for the build's own: else a tool that writes a cache there would never end.
    pub fn writes(&self, path: &Path) -> bool {
        let Ok(path) = path.strip_prefix(self.root.join("webapp")) else { return false };
        let own = ["src/manifest.ts", "src/manifest.js"].iter().any(|file| path == Path::new(file));
        own || !path.starts_with("src") && path != Path::new("package.json")
    }

    /// Notes what has to be built because of these files. `assets/` and `public/` are packed as they are.
    pub fn touch(&mut self, changed: &[PathBuf]) {
        for path in changed {
            let part = path.strip_prefix(&self.root).ok().and_then(|path| path.iter().next());
            match part.and_then(|part| part.to_str()) {
                Some("webapp") => self.webapp_is_due = true,
                Some("assets" | "public") => {}
                _ => self.server.iter_mut().for_each(|server| server.executable = None),
            }
        }
    }

    /// Builds what is due; a part whose build fails stays due.
    ///
    /// # Errors
    /// A build failed, or the bundle would break a rule.
    pub fn make(&mut self, ui: &Ui, interrupt: &Interrupt) -> Result<Turn, Error> {
        let mut built = Vec::new();
        let mut fresh = None;
        let (executable, manifest) = match &mut self.server {
            Some(server) => {
                let executable = match &server.executable {
                    Some(executable) => executable.clone(),
                    None => {
                        let executable = server.build.run(&server.project, ui, interrupt)?;
                        built.push("server");
                        fresh = Some(executable.clone());
                        server.executable.insert(executable).clone()
                    }
                };
                let manifest = bundle::manifest_in(&executable)?;
                (Some(executable), manifest)
            }
            None => (None, self.plain_manifest()?),
        };
        let due = self.webapp_is_due || self.manifest.as_ref() != Some(&manifest);
        if let Some(webapp) = self.webapp.as_ref().filter(|_| due) {
            webapp.build(&manifest, self.purpose, self.offline, ui, interrupt)?;
            built.push("webapp");
            self.webapp_is_due = false;
            self.manifest = Some(manifest.clone());
        }
        let bundle = match executable {
            Some(executable) => Bundle::assemble(&self.root, &executable)?,
            None => Bundle::assemble_web(&self.root, manifest)?,
        };
        Ok(Turn { bundle, built, executable: fresh })
    }

    /// Of a plugin without a server part, as its file says it now.
    fn plain_manifest(&self) -> Result<Manifest, Error> {
        let found = WebOnly::in_folder(&self.root)?;
        found.map(|web| web.manifest).ok_or_else(|| {
            Error::new(
                crate::error::Kind::Project,
                format!("{} is no plugin any longer", self.root.display()),
            )
            .help("begin anew: cargo mmplugin dev")
        })
    }
}
