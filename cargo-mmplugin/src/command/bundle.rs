//! `cargo mmplugin bundle`: build, check, pack.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;

use crate::bundle::{self, Beside, Bundle, Host, Product, Signer, Stored};
use crate::compile::{Build, Builder, PlatformOptions, Way};
use crate::error::{Error, Kind};
use crate::interrupt::Interrupt;
use crate::probe::{self, Report};
use crate::project::{Project, Selection, shorten};
use crate::ui::{Ui, count, duration, size};
use crate::webapp::{Purpose, WebOnly, Webapp};

/// Build the plugin and pack it for upload
///
///   cargo mmplugin bundle                                       for most servers: linux-amd64
///   cargo mmplugin bundle --platform linux-amd64,linux-arm64    for servers on ARM, too
///   cargo mmplugin bundle --all --split                         one bundle for each platform
///   cargo mmplugin bundle --sign-key releases@example.com       with a signature by gpg
///
/// Builds a static executable, checks it and the manifest in it, starts it as a server does, and writes
/// dist/ID-VERSION.tar.gz and its SHA-256: the same bytes for the same input. SOURCE_DATE_EPOCH is the time of the
/// files in it.
///
/// A folder webapp/ with a package.json is built with npm, pnpm or yarn, as its lock file says. A plugin that is a web
/// part only has a plugin.json instead of a Cargo.toml, or its manifest in Cargo.toml's [package.metadata.mattermost].
/// There `platforms = ["linux-amd64", "linux-arm64"]` and `split = true` are defaults for this command.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct BundleArgs {
    /// Folder for the bundle [default: dist in the package's folder]
    #[arg(long, value_name = "DIR")]
    out_dir: Option<PathBuf>,
    /// Do not start the product to see whether it answers
    #[arg(long)]
    no_run: bool,
    /// Do not build webapp/; pack what is in webapp/dist, if anything
    #[arg(long)]
    skip_webapp: bool,
    /// Sign the bundle with gpg: a detached signature beside it, `.sig`
    #[arg(long)]
    sign: bool,
    /// Sign with this key instead of gpg's default one
    #[arg(long, value_name = "KEY")]
    sign_key: Option<String>,
    #[command(flatten)]
    platforms: PlatformOptions,
    #[command(flatten)]
    selection: Selection,
}

impl BundleArgs {
    /// Makes the bundle; one for each platform when they are to be apart.
    ///
    /// # Errors
    /// Anything from a missing target to a full disk; no file is left behind then.
    pub fn run(self, ui: &Ui, interrupt: &Interrupt) -> Result<Vec<Stored>, Error> {
        let begun = Instant::now();
        if let Some(web) = WebOnly::find(&self.selection)? {
            return self.web_only(&web, ui, interrupt).map(|stored| vec![stored]);
        }
        let project = Project::find(&self.selection)?;
        let out_dir = self.out_dir.clone().unwrap_or_else(|| bundle::dist(&project.root));
        bundle::prepare(&out_dir)?;
        let signer = self.signer(ui)?;
        let wishes = self.platforms.settle(&project)?;
        let webapp = self.webapp(&project.root)?;
        webapp.as_ref().map_or(Ok(()), |webapp| webapp.ready(Purpose::Release))?;
        let builds = Build::settle(&project, &self.selection, &wishes)?;
        let mut products = Vec::new();
        for build in &builds {
            ui.status("Building", describe(&project, build));
            let executable = build.run(&project, ui, interrupt)?;
            products.push(Product { platform: build.way.platform, executable });
        }
        let cargo = begun.elapsed();
        if let (Some(webapp), Some(product)) = (webapp, products.first()) {
            let manifest = bundle::manifest_in(&product.executable)?;
            webapp.build(&manifest, Purpose::Release, self.selection.offline, ui, interrupt)?;
        }

        let made = Bundle::assemble_all(&project.root, &products)?;
        for problem in &made.odd {
            ui.warn(problem.to_string());
        }
        drift(ui, &made.sdk);
        ui.status("Checked", checked(&made, &products));
        let run = if self.no_run { None } else { start(ui, &products, interrupt)? };
        let mut stored = Vec::new();
        for part in parts(&project.root, made, &products, wishes.split)? {
            let Part { made, name, builds: range } = part;
            let beside = Beside { checksum: true, signer: signer.as_ref(), quick: false };
            let one = bundle::store_with(&made.plan, &out_dir, &name, beside, interrupt)?;
            let times = Times { cargo, total: begun.elapsed() };
            report(ui, &project, builds.get(range).unwrap_or_default(), &made, run.as_ref(), &one, times);
            stored.push(one);
        }
        let total = begun.elapsed();
        ui.status("Bundled", format!("in {} (cargo {})", duration(total), duration(cargo)));
        for one in &stored {
            ui.result(size_table(&shorten(&one.path, &project.root), one));
        }
        Ok(stored)
    }

    /// Before anything is built: a missing key is said at once.
    fn signer(&self, ui: &Ui) -> Result<Option<Signer>, Error> {
        if !self.sign && self.sign_key.is_none() {
            return Ok(None);
        }
        let signer = Signer { key: self.sign_key.clone(), batch: !ui.can_ask(), ui: *ui };
        signer.check().map(|()| Some(signer))
    }

    fn webapp(&self, root: &Path) -> Result<Option<Webapp>, Error> {
        if self.skip_webapp { Ok(None) } else { Webapp::find(root) }
    }

    /// A plugin without a server part.
    fn web_only(&self, web: &WebOnly, ui: &Ui, interrupt: &Interrupt) -> Result<Stored, Error> {
        let begun = Instant::now();
        let out_dir = self.out_dir.clone().unwrap_or_else(|| bundle::dist(&web.root));
        bundle::prepare(&out_dir)?;
        let signer = self.signer(ui)?;
        if let Some(webapp) = self.webapp(&web.root)? {
            webapp.build(&web.manifest, Purpose::Release, self.selection.offline, ui, interrupt)?;
        }
        let made = Bundle::assemble_web(&web.root, web.manifest.clone())?;
        for problem in &made.odd {
            ui.warn(problem.to_string());
        }
        let manifest = &made.manifest;
        ui.status("Checked", format!("{} {}: web part, manifest", manifest.id, manifest.version));
        let beside = Beside { checksum: true, signer: signer.as_ref(), quick: false };
        let stored = bundle::store_with(&made.plan, &out_dir, &made.file_name(), beside, interrupt)?;
        warn_of(ui, &stored);
        ui.emit(&serde_json::json!({
            "event": "bundle", "path": stored.path, "id": manifest.id, "version": manifest.version,
            "bytes": stored.bytes, "sha256": stored.sha256, "signature": stored.signature, "files": stored.list(), "seconds": begun.elapsed().as_secs_f64(),
        }));
        ui.status("Bundled", format!("in {}", duration(begun.elapsed())));
        ui.result(size_table(&shorten(&stored.path, &web.root), &stored));
        Ok(stored)
    }
}

/// One file to be written, and the builds it is made of.
struct Part {
    made: Bundle,
    name: String,
    builds: std::ops::Range<usize>,
}

/// The bundle as it is, or one for each platform.
fn parts(root: &Path, made: Bundle, products: &[Product], split: bool) -> Result<Vec<Part>, Error> {
    if !split {
        let name = made.file_name();
        return Ok(vec![Part { made, name, builds: 0..products.len() }]);
    }
    let mut parts = Vec::new();
    for (at, product) in products.iter().enumerate() {
        let made = Bundle::assemble_all(root, std::slice::from_ref(product))?;
        let name = made.file_name_for(product.platform);
        parts.push(Part { made, name, builds: at..at + 1 });
    }
    Ok(parts)
}

struct Times {
    cargo: Duration,
    total: Duration,
}

/// Starts the product where this machine can: a bundle that does not start is not worth uploading.
fn start(ui: &Ui, products: &[Product], interrupt: &Interrupt) -> Result<Option<Report>, Error> {
    let here = probe::platform();
    let Some(product) = products.iter().find(|product| product.platform.key() == here) else {
        ui.status("Skipped", format!("starting it: this machine is {here}"));
        return Ok(None);
    };
    let report = probe::start(&product.executable, interrupt).map_err(|error| match error.kind {
        Kind::Probe => error.help("--no-run makes the bundle without starting it"),
        _ => error,
    })?;
    ui.status("Started", format!("it as a server does: {}", report.line()));
    Ok(Some(report))
}

fn checked(made: &Bundle, products: &[Product]) -> String {
    let sort = |product: &Product| match product.platform.is_linux() {
        true => format!("static {} executable", product.platform),
        false => format!("{} executable", product.platform),
    };
    let products: Vec<String> = products.iter().map(sort).collect();
    format!("{} {}: {}, manifest", made.manifest.id, made.manifest.version, products.join(", "))
}

fn describe(project: &Project, build: &Build) -> String {
    let Project { package, version, .. } = project;
    let tool = match build.way.builder {
        Builder::Cargo => "",
        Builder::Zigbuild => "cargo zigbuild, ",
    };
    let way = &build.way;
    format!("{package} v{version} for {} (release, {tool}{}: {})", way.platform, way.target, way.why)
}

/// A tool and an SDK that are apart by more than a patch may not know each other's records.
fn drift(ui: &Ui, sdk: &str) {
    let parse = |text: &str| semver::Version::parse(text).ok();
    let Some((sdk, tool)) = parse(sdk).zip(parse(env!("CARGO_PKG_VERSION"))) else { return };
    if (sdk.major, sdk.minor) != (tool.major, tool.minor) {
        ui.warn(format!("the plugin uses mmplugin {sdk}, this tool is {tool}: cargo install cargo-mmplugin"));
    }
}

fn report(
    ui: &Ui,
    project: &Project,
    builds: &[Build],
    made: &Bundle,
    run: Option<&Report>,
    stored: &Stored,
    times: Times,
) {
    let unpacked: u64 = stored.files.iter().map(|(_, bytes)| bytes).sum();
    warn_of(ui, stored);
    let first = builds.first().map(|build| &build.way);
    let ways: Vec<_> = builds.iter().map(|build| way(&build.way)).collect();
    ui.emit(&serde_json::json!({
        "event": "bundle", "path": stored.path, "id": made.manifest.id, "version": made.manifest.version,
        "package": project.package, "platform": first.map(|way| way.platform.key()),
        "target": first.map(|way| &way.target), "platforms": ways, "sdk": made.sdk, "hooks": made.hooks,
        "bytes": stored.bytes, "sha256": stored.sha256, "signature": stored.signature, "unpacked_bytes": unpacked, "files": stored.list(),
        "run": run, "cargo_seconds": times.cargo.as_secs_f64(), "seconds": times.total.as_secs_f64(),
    }));
}

fn way(way: &Way) -> serde_json::Value {
    let builder = match way.builder {
        Builder::Cargo => "cargo",
        Builder::Zigbuild => "zigbuild",
    };
    serde_json::json!({"platform": way.platform.key(), "target": way.target, "builder": builder, "why": way.why})
}

fn warn_of(ui: &Ui, stored: &Stored) {
    if let Some(doubt) = &stored.doubt {
        ui.warn(doubt);
    }
    if let Some(problem) = Host::default().size_problem(stored.bytes) {
        ui.warn(problem.to_string());
    }
}

/// The bundle's path and size, and the largest files in it, unpacked.
fn size_table(path: &str, stored: &Stored) -> String {
    let mut files: Vec<(&str, u64)> =
        stored.files.iter().map(|(path, bytes)| (path.as_str(), *bytes)).collect();
    files.sort_by_key(|(path, bytes)| (std::cmp::Reverse(*bytes), *path));
    let (shown, rest) = files.split_at(files.len().min(SHOWN));
    let mut rows: Vec<(String, u64)> = vec![(path.to_owned(), stored.bytes)];
    rows.extend(shown.iter().map(|(path, bytes)| (format!("  {path}"), *bytes)));
    if !rest.is_empty() {
        rows.push((
            format!("  {}", count(rest.len(), "smaller file")),
            rest.iter().map(|(_, bytes)| bytes).sum(),
        ));
    }
    let width = rows.iter().map(|(label, _)| label.chars().count()).max().unwrap_or_default();
    let rows: Vec<String> =
        rows.iter().map(|(label, bytes)| format!("{label:<width$}  {:>9}", size(*bytes))).collect();
    let beside =
        [("sha256", Some(stored.sha256.as_str())), ("signed", stored.signature.as_ref().map(|_| ".sig"))];
    let beside = beside.iter().filter_map(|(what, text)| Some(format!("  {what}  {}", (*text)?)));
    rows.into_iter().chain(beside).collect::<Vec<_>>().join("\n")
}

/// Rows of the size table.
const SHOWN: usize = 10;
