//! `cargo mmplugin new`: a plugin crate from an embedded template, with nothing downloaded.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::{Args, ValueEnum};

use crate::error::{Error, Kind};
use crate::interrupt::Interrupt;
use crate::names;
use crate::scratch;
use crate::sdk::Sdk;
use crate::template::{self, KINDS, Template, Values};
use crate::ui::{Ui, quoted};
use crate::upgrade::Record;

/// Make a new plugin
///
/// Writes a plugin that compiles, tests and bundles as it is. Needs no network; the web part gets its packages when it
/// is built first. When a person runs it in a terminal, it asks for what was not given; otherwise it takes the defaults.
///
///   cargo mmplugin new hello                      a server part in Rust
///   cargo mmplugin new hello --template command   a slash command that clients complete
///   cargo mmplugin new hello --template full      a server part in Rust and a web part in TypeScript
///   cargo mmplugin new hello --template webapp    a web part only
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct New {
    /// Name of the crate and its folder, such as `hello`
    name: Option<String>,
    /// Id on Mattermost servers [default: com.example.NAME]
    #[arg(long)]
    id: Option<String>,
    /// What people read in the System Console [default: NAME in words]
    #[arg(long, value_name = "TEXT")]
    display_name: Option<String>,
    /// What to start from: server, command, full or webapp [default: server]
    #[arg(long, short, value_name = "NAME")]
    template: Option<String>,
    /// Folder to make [default: ./NAME]
    #[arg(long, value_name = "DIR")]
    path: Option<PathBuf>,
    /// Where the SDK comes from: a folder, a git address or a version
    ///
    /// The default is the checkout this tool was built from, as long as it exists; a tool that was installed
    /// from a registry takes its own version from there.
    #[arg(long, value_name = "PATH|URL|VERSION")]
    sdk: Option<String>,
    /// Version control [default: git, unless the folder is in a repository already]
    #[arg(long, value_enum)]
    vcs: Option<Vcs>,
    /// Take the defaults, ask nothing
    #[arg(long, short)]
    yes: bool,
}

/// Version control of the new crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Vcs {
    /// `git init`
    Git,
    /// None
    None,
}

/// What `new` made.
#[derive(Debug, Clone)]
pub struct Made {
    /// The new folder.
    pub path: PathBuf,
    /// The plugin's id.
    pub id: String,
    /// Its files, relative to the folder.
    pub files: Vec<String>,
}

impl New {
    /// Makes the crate.
    ///
    /// # Errors
    /// A bad name or id, a folder that exists, a template or SDK that does not, or the disk.
    pub fn run(self, ui: &Ui, interrupt: &Interrupt) -> Result<Made, Error> {
        self.template.as_deref().map_or(Ok(()), template::check_name)?;
        let sdk = self.sdk.as_deref().map_or_else(|| Ok(Sdk::default_source()), Sdk::parse)?;
        let asker = Asker { ui, interrupt, ask: ui.can_ask() && !self.yes };
        let (values, path) = self.answers(&asker, sdk)?;
        let template = Template::find(&self.kind(&asker)?)?;
        refuse_existing(&path)?;
        interrupt.check()?;
        let mut files = template.render(&values);
        files.extend(Record::new(&template, &values, &files).files(true));
        write(&path, &files, self.vcs, ui)?;
        let made =
            Made { path, id: values.id.clone(), files: files.into_iter().map(|(path, _)| path).collect() };
        report(ui, &made, &values, &template);
        Ok(made)
    }

    fn kind(&self, asker: &Asker<'_>) -> Result<String, Error> {
        if asker.ask && self.template.is_none() {
            let kinds: Vec<String> = KINDS.iter().map(|(name, what)| format!("  {name:<8} {what}")).collect();
            asker.ui.note(kinds.join("\n"));
        }
        asker.get(&self.template, "Template", KINDS[0].0, template::check_name)
    }

    /// The options, completed by a person's answers or the defaults.
    fn answers(&self, asker: &Asker<'_>, sdk: Sdk) -> Result<(Values, PathBuf), Error> {
        if self.name.is_none() && !asker.ask {
            return Err(
                Error::new(Kind::Usage, "the new plugin has no name").help("cargo mmplugin new hello")
            );
        }
        let name = asker.get(&self.name, "Name of the plugin's crate", "hello", names::check_crate)?;
        let path = self.path.clone().unwrap_or_else(|| PathBuf::from(&name));
        refuse_existing(&path)?;
        let id = format!("com.example.{name}");
        let id = asker.get(&self.id, "Plugin id, your domain reversed and a name", &id, names::check_id)?;
        let title = names::title(&name);
        let title = asker.get(&self.display_name, "Name people read", &title, names::check_title)?;
        let type_name = names::type_name(&name);
        Ok((Values { name, id, title, type_name, sdk }, path))
    }
}

/// Gets a value from the command line, from a person, or from the default, in this order.
struct Asker<'a> {
    ui: &'a Ui,
    interrupt: &'a Interrupt,
    ask: bool,
}

impl Asker<'_> {
    fn get(
        &self,
        given: &Option<String>,
        question: &str,
        default: &str,
        check: fn(&str) -> Result<(), Error>,
    ) -> Result<String, Error> {
        let value = match given {
            Some(value) => value.clone(),
            None if self.ask => return self.until_good(question, default, check),
            None => default.to_owned(),
        };
        check(&value).map(|()| value)
    }

    fn until_good(
        &self,
        question: &str,
        default: &str,
        check: fn(&str) -> Result<(), Error>,
    ) -> Result<String, Error> {
        loop {
            let answer = self.ui.ask(question, default, self.interrupt)?;
            match check(&answer) {
                Ok(()) => return Ok(answer),
                Err(error) => self.ui.error(&error),
            }
        }
    }
}

fn refuse_existing(path: &Path) -> Result<(), Error> {
    if path.symlink_metadata().is_err() {
        return Ok(());
    }
    Err(Error::new(Kind::Usage, format!("{} exists already; nothing was changed", path.display()))
        .help("another name, or another folder with --path DIR"))
}

/// Everything is written beside the target first and renamed into place: there is a whole crate or none.
fn write(path: &Path, files: &[(String, String)], vcs: Option<Vcs>, ui: &Ui) -> Result<(), Error> {
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let nowhere = |error| {
        let error = Error::from(error).detail(format!("the new plugin was to be in {}", parent.display()));
        error.help("another folder: --path DIR")
    };
    fs_err::create_dir_all(parent).map_err(nowhere)?;
    let temp = scratch::folder(parent).map_err(nowhere)?;
    let folder = temp.dir.path().join("plugin");
    for (file, text) in files {
        let file = folder.join(file);
        fs_err::create_dir_all(file.parent().unwrap_or(&folder))?;
        fs_err::write(file, text)?;
    }
    match vcs {
        Some(Vcs::None) => {}
        Some(Vcs::Git) => git_init(&folder, ui)?,
        None if in_repository(parent) => {}
        // Without git there is no repository; that is not worth a warning.
        None => drop(git_init(&folder, ui).inspect_err(|error| ui.status("Skipped", &error.message))),
    }
    Ok(fs_err::rename(&folder, path)?)
}

fn in_repository(folder: &Path) -> bool {
    let absolute = std::path::absolute(folder).unwrap_or_default();
    absolute.ancestors().any(|folder| [".git", ".hg", ".jj"].iter().any(|name| folder.join(name).exists()))
}

fn git_init(folder: &Path, ui: &Ui) -> Result<(), Error> {
    let mut git = Command::new("git");
    git.args(["init", "--quiet"]).arg(folder).stdin(Stdio::null());
    ui.command(&git);
    let failed = |what: String| Error::new(Kind::Usage, format!("git init: {what}")).help("--vcs none");
    let output = git.output().map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        return Ok(());
    }
    Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
}

fn report(ui: &Ui, made: &Made, values: &Values, template: &Template) {
    let path = made.path.display();
    ui.status("Created", format!("plugin `{}` in {path}", values.id));
    if template.has_crate() {
        ui.status("SDK", values.sdk.describe());
    }
    ui.emit(&serde_json::json!({
        "event": "new", "name": values.name, "id": made.id, "path": made.path, "template": template.name,
        "sdk": values.sdk.toml(), "files": made.files,
    }));
    let mut steps = vec![(format!("cd {}", quoted(&path.to_string())), "")];
    if template.has_crate() {
        steps.push(("cargo test".into(), "its own tests"));
    }
    if template.has_webapp() {
        steps.push(("(cd webapp && npm ci && npm test)".into(), "those of the web part"));
    }
    let bundle = format!("makes dist/{}-0.1.0.tar.gz", made.id);
    steps.push(("cargo mmplugin bundle".into(), &bundle));
    let width = steps.iter().skip(1).map(|(step, _)| step.len()).max().unwrap_or_default();
    let mut text = String::from("\nNext:");
    for (step, what) in &steps {
        text.push_str(&if what.is_empty() {
            format!("\n  {step}")
        } else {
            format!("\n  {step:<width$}  # {what}")
        });
    }
    if made.id.starts_with("com.example.") {
        let place = if template.has_crate() { "src/main.rs" } else { "plugin.json" };
        text.push_str(&format!("\n  # the id com.example.… is for trying out: change it in {place}"));
    }
    ui.result(text);
}
