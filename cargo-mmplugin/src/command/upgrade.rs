//! `cargo mmplugin upgrade`: what newer templates do better, in a project that has long been its author's.

use std::path::Path;
use std::process::Command;

use clap::Args;

use crate::error::{Error, Kind};
use crate::interrupt::Interrupt;
use crate::template::Template;
use crate::ui::{Ui, count};
use crate::upgrade::{self, Outcome, Plan, Record, Step};

/// Bring what newer templates do better into this project
///
/// Compares three texts of each file: what the template wrote when the project was made, what is there now, and what the
/// template writes today. Shows the differences and changes nothing, unless told to. Your changes stay: a file that both
/// have changed is merged, and where that cannot be done, it stays as it is and the template's is put beside it as FILE.new.
/// Files named in .mmplugin/ignore are left alone.
///
///   cargo mmplugin upgrade           show what would change
///   cargo mmplugin upgrade --write   change it; everything must be committed before
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Upgrade {
    /// Write the changes
    #[arg(long)]
    write: bool,
    /// Write them also when git could not bring the files back
    #[arg(long, requires = "write")]
    allow_dirty: bool,
}

/// How a conflict was settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Mine,
    Theirs,
    Marked,
    Beside,
}

impl Upgrade {
    /// Shows the plan, or carries it out.
    ///
    /// # Errors
    /// There is no project, a newer tool has made it, git could not bring the files back, or the disk.
    pub fn run(self, ui: &Ui, interrupt: &Interrupt) -> Result<(), Error> {
        let (root, record) = Record::find(&std::env::current_dir()?)?;
        refuse_downgrade(&record)?;
        let template = Template::find(&record.template)?;
        let new = template.render(&record.values);
        let plan = Plan::make(&root, &record, &new)?;
        for step in &plan.steps {
            show(ui, step);
        }
        let ignored = plan.ignored.len();
        if ignored > 0 {
            let files = plan.ignored.join(", ");
            ui.status("Ignored", format!("{files} (.mmplugin/ignore)"));
        }
        let changes = plan.steps.len();
        let from = format!("template {} of {}", record.template, record.tool);
        if changes == 0 {
            self.emit(ui, &plan);
            ui.result(format!(
                "Nothing to do: the project is up to date with {from} in {}",
                env!("CARGO_PKG_VERSION")
            ));
            // The base is brought up to date, too, but only when asked to write.
            return if self.write { settle(&root, &record, &new, &[]) } else { Ok(()) };
        }
        if !self.write {
            self.emit(ui, &plan);
            ui.result(format!(
                "\n{} {} from {from}. To change {}: cargo mmplugin upgrade --write",
                count(changes, "file"),
                if changes == 1 { "differs" } else { "differ" },
                if changes == 1 { "it" } else { "them" },
            ));
            return Ok(());
        }
        if !self.allow_dirty {
            refuse_unsaved(&root)?;
        }
        let kept = apply(&root, &plan, ui, interrupt)?;
        settle(&root, &record, &new, &kept)?;
        self.emit(ui, &plan);
        ui.result(format!(
            "{} changed, {} left for you to look at: git diff",
            count(changes - kept.len(), "file"),
            kept.len()
        ));
        Ok(())
    }

    fn emit(&self, ui: &Ui, plan: &Plan) {
        let files: Vec<_> = plan
            .steps
            .iter()
            .map(|step| serde_json::json!({"path": step.path, "what": word(&step.outcome)}))
            .collect();
        ui.emit(&serde_json::json!({
            "event": "upgrade", "written": self.write, "files": files, "ignored": plan.ignored,
        }));
    }
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Same => "same",
        Outcome::Write(_) => "write",
        Outcome::Remove => "remove",
        Outcome::Gone => "gone",
        Outcome::Orphan => "orphan",
        Outcome::Conflict { .. } => "conflict",
    }
}

/// The difference, or why there is none.
fn show(ui: &Ui, step: &Step) {
    let mine = step.mine.as_deref().unwrap_or_default();
    match &step.outcome {
        Outcome::Write(text) => ui.diff(&upgrade::diff(&step.path, mine, text)),
        Outcome::Remove => ui.diff(&upgrade::diff(&step.path, mine, "")),
        Outcome::Conflict { marked, .. } => {
            ui.warn(format!("{}: both you and the template have changed the same lines", step.path));
            ui.diff(&upgrade::diff(&step.path, mine, marked));
        }
        Outcome::Gone => ui.status("Left out", format!("{}: you have removed it", step.path)),
        Outcome::Orphan => {
            ui.status(
                "Left alone",
                format!("{}: the template has it no longer, and you have changed it", step.path),
            );
        }
        Outcome::Same => {}
    }
}

fn refuse_downgrade(record: &Record) -> Result<(), Error> {
    let parse = |text: &str| semver::Version::parse(text).ok();
    let newer =
        parse(&record.tool).zip(parse(env!("CARGO_PKG_VERSION"))).is_some_and(|(made, here)| made > here);
    if !newer {
        return Ok(());
    }
    Err(Error::new(Kind::Project, format!("the project was written by version {} of this tool", record.tool))
        .detail(format!("this is version {}, whose templates are older", env!("CARGO_PKG_VERSION")))
        .help("cargo install cargo-mmplugin"))
}

/// What is not committed could not be brought back.
fn refuse_unsaved(root: &Path) -> Result<(), Error> {
    let refused = |what: &str| {
        Err(Error::new(Kind::Project, what.to_owned())
            .detail("nothing was changed")
            .help("commit or stash first, so that git can bring every file back")
            .help("--allow-dirty writes all the same"))
    };
    let status = Command::new("git").args(["status", "--porcelain", "--", "."]).current_dir(root).output();
    match status {
        Ok(status) if status.status.success() && status.stdout.is_empty() => Ok(()),
        Ok(status) if status.status.success() => refused("the project has changes that are not committed"),
        _ => refused("the project is in no git repository"),
    }
}

/// Carries the plan out; gives the files that were left for the author to look at.
fn apply(root: &Path, plan: &Plan, ui: &Ui, interrupt: &Interrupt) -> Result<Vec<String>, Error> {
    let mut kept = Vec::new();
    for step in &plan.steps {
        interrupt.check()?;
        let file = root.join(&step.path);
        match &step.outcome {
            Outcome::Write(text) => upgrade::write(&file, text)?,
            Outcome::Remove => fs_err::remove_file(&file)?,
            Outcome::Conflict { marked, theirs } => match choose(&step.path, ui, interrupt)? {
                Choice::Theirs => upgrade::write(&file, theirs)?,
                Choice::Marked => upgrade::write(&file, marked)?,
                choice => {
                    if choice == Choice::Beside {
                        upgrade::write(&root.join(format!("{}.new", step.path)), theirs)?;
                    }
                    kept.push(step.path.clone());
                }
            },
            Outcome::Gone | Outcome::Orphan | Outcome::Same => {}
        }
    }
    Ok(kept)
}

/// A person decides; otherwise the file stays and the template's lies beside it.
fn choose(path: &str, ui: &Ui, interrupt: &Interrupt) -> Result<Choice, Error> {
    if !ui.can_ask() {
        return Ok(Choice::Beside);
    }
    let question =
        format!("{path}: keep (m)ine, take (t)heirs, write both with mar(k)ers, put theirs (b)eside as .new");
    loop {
        match ui.ask(&question, "b", interrupt)?.as_str() {
            "m" => return Ok(Choice::Mine),
            "t" => return Ok(Choice::Theirs),
            "k" => return Ok(Choice::Marked),
            "b" => return Ok(Choice::Beside),
            _ => {}
        }
    }
}

/// The template of today is the base of the next upgrade, but for files that still have to be looked at or are ignored.
fn settle(root: &Path, record: &Record, new: &[(String, String)], kept: &[String]) -> Result<(), Error> {
    let mut next = record.clone();
    next.tool = env!("CARGO_PKG_VERSION").to_owned();
    let stays = |path: &str| record.ignore.matches(path) || kept.iter().any(|one| one == path);
    next.base.retain(|path, _| stays(path));
    for (path, text) in new.iter().filter(|(path, _)| !stays(path)) {
        next.base.insert(path.clone(), text.clone());
    }
    for (path, text) in next.files(false) {
        upgrade::write(&root.join(path), &text)?;
    }
    Ok(())
}
