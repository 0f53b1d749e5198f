//! The templates, packed into the tool: whole crates, made into a new one by replacing five literal words.
//!
//! They lie in the repository's `templates/` and compile there as they are. `cargo xtask templates` packs them
//! into `templates.packed`: a line `@ template/path` begins a file, each line of it begins with `|`.

use crate::error::{Error, Kind};
use crate::sdk::Sdk;

const PACKED: &str = include_str!("../templates.packed");

/// The templates in the order people read them, and what each is.
pub const KINDS: [(&str, &str); 4] = [
    ("server", "a hook and an HTTP route, in Rust"),
    ("command", "a slash command that clients complete, in Rust"),
    ("full", "a server part in Rust and a web part in TypeScript that talk to each other"),
    ("webapp", "a web part in TypeScript, and nothing else"),
];

/// What the templates' placeholder words become.
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    /// For `hello-template`; with `_` for `hello_template`.
    pub name: String,
    /// For `com.example.hello-template`.
    pub id: String,
    /// For `Hello Template`.
    pub title: String,
    /// For `HelloTemplate`.
    pub type_name: String,
    /// For `path = "../../sdk"`.
    pub sdk: Sdk,
}

/// A template's files by path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Its folder in `templates/`.
    pub name: String,
    /// Path inside the new crate, and text.
    pub files: Vec<(String, String)>,
}

impl Template {
    /// Every template of this tool.
    pub fn all() -> Vec<Self> {
        unpack(PACKED)
    }

    /// # Errors
    /// There is none of that name; the error lists those there are.
    pub fn find(name: &str) -> Result<Self, Error> {
        check_name(name)?;
        let found = Self::all().into_iter().find(|template| template.name == name);
        found.ok_or_else(|| Error::new(Kind::Usage, format!("the template `{name}` is not in this tool")))
    }

    /// Whether it has a part in Rust.
    pub fn has_crate(&self) -> bool {
        self.has("Cargo.toml")
    }

    /// Whether it has a part for browsers.
    pub fn has_webapp(&self) -> bool {
        self.has("webapp/package.json")
    }

    fn has(&self, file: &str) -> bool {
        self.files.iter().any(|(path, _)| path == file)
    }

    /// The new crate's files.
    pub fn render(&self, values: &Values) -> Vec<(String, String)> {
        let ident = values.name.replace('-', "_");
        let (sdk, install) = (values.sdk.toml(), values.sdk.install());
        // The id holds the name's word, so it comes first.
        let words = [
            ("com.example.hello-template", values.id.as_str()),
            ("hello-template", &values.name),
            ("hello_template", &ident),
            ("Hello Template", &values.title),
            ("HelloTemplate", &values.type_name),
            ("path = \"../../sdk\"", &sdk),
            (INSTALL, &install),
        ];
        let render =
            |text: &str| words.iter().fold(text.to_owned(), |text, (word, value)| text.replace(word, value));
        self.files.iter().map(|(path, text)| (path.clone(), render(text))).collect()
    }
}

/// Checks the name of a template.
///
/// # Errors
/// There is none of that name; the error lists those there are.
pub fn check_name(name: &str) -> Result<(), Error> {
    if KINDS.iter().any(|(known, _)| *known == name) {
        return Ok(());
    }
    let error = Error::new(Kind::Usage, format!("there is no template `{name}`"));
    Err(KINDS.iter().fold(error, |error, (name, what)| error.help(format!("--template {name:<8} {what}"))))
}

/// How a template's CI gets this tool.
const INSTALL: &str = "cargo install --locked --git https://github.com/mmplugin/mmplugin cargo-mmplugin";

/// Files as lines of a packed text.
pub(crate) fn pack(name: &str, files: &[(String, String)]) -> String {
    let mut packed = String::new();
    for (path, text) in files {
        packed.push_str(&format!("@ {name}/{path}\n"));
        packed.extend(text.lines().map(|line| format!("|{line}\n")));
    }
    packed
}

/// A packed text as templates.
pub(crate) fn unpack(packed: &str) -> Vec<Template> {
    let mut templates: Vec<Template> = Vec::new();
    for line in packed.lines() {
        if let Some((name, path)) = line.strip_prefix("@ ").and_then(|place| place.split_once('/')) {
            if templates.last().is_none_or(|template| template.name != name) {
                templates.push(Template { name: name.to_owned(), files: Vec::new() });
            }
            if let Some(template) = templates.last_mut() {
                template.files.push((path.to_owned(), String::new()));
            }
        } else if let Some(text) = line.strip_prefix('|') {
            let file = templates.last_mut().and_then(|template| template.files.last_mut());
            if let Some((_, content)) = file {
                content.push_str(text);
                content.push('\n');
            }
        }
    }
    templates
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Values {
        Values {
            name: "my-bot".into(),
            id: "org.acme.bot".into(),
            title: "Acme's Bot".into(),
            type_name: "MyBot".into(),
            sdk: Sdk::Version("0.1.0".into()),
        }
    }

    #[test]
    fn no_placeholder_survives() {
        for template in Template::all() {
            for (path, text) in template.render(&values()) {
                let lower = text.to_lowercase();
                for word in
                    ["hello-template", "hello_template", "hello template", "hellotemplate", "../../sdk"]
                {
                    assert!(!lower.contains(word), "{path} still holds `{word}`");
                }
            }
        }
    }

    #[test]
    fn the_id_is_not_mistaken_for_the_name() {
        let template = Template {
            name: "t".into(),
            files: vec![(
                "f".into(),
                "com.example.hello-template hello-template hello_template Hello Template".into(),
            )],
        };
        assert_eq!(template.render(&values())[0].1, "org.acme.bot my-bot my_bot Acme's Bot");
    }

    #[test]
    fn unpacking_keeps_empty_lines_and_odd_characters() {
        let packed = "# note\n@ one/a/b\n|first\n|\n|@ not a header\n@ two/c\n||x\n";
        let templates = unpack(packed);
        assert_eq!(templates[0].files, [("a/b".to_owned(), "first\n\n@ not a header\n".to_owned())]);
        assert_eq!((templates[1].name.as_str(), templates[1].files[0].1.as_str()), ("two", "|x\n"));
    }

    #[test]
    fn every_template_has_what_a_plugin_needs() {
        let all = Template::all();
        assert_eq!(all.len(), KINDS.len());
        for (name, _) in KINDS {
            let template = Template::find(name).expect("a template");
            let both =
                ["assets/icon.svg", ".gitignore", ".editorconfig", "README.md", ".github/workflows/ci.yml"];
            let rust = ["Cargo.toml", "src/main.rs", "src/tests.rs"].iter().filter(|_| template.has_crate());
            let web = ["package-lock.json", "src/manifest.ts", "src/client.ts", "tests/client.test.ts"];
            let web = web.iter().filter(|_| template.has_webapp()).map(|file| format!("webapp/{file}"));
            let needed = both.iter().chain(rust).map(ToString::to_string).chain(web);
            needed.for_each(|file| assert!(template.has(&file), "{name}: {file}"));
            assert!(template.has_crate() || template.has("plugin.json"), "{name}");
            let lock = template.files.iter().find(|(path, _)| path == "webapp/package-lock.json");
            assert!(lock.is_none_or(|(_, text)| !text.contains("\"resolved\"")), "{name} names a registry");
        }
        let help = Template::find("nope").expect_err("unknown").help;
        assert!(help.len() == KINDS.len() && help[0].contains("--template server"), "{help:?}");
    }

    #[test]
    fn ci_installs_the_tool_from_where_the_sdk_comes() {
        for (sdk, line) in [
            (Sdk::Version("0.3".into()), "cargo install --locked cargo-mmplugin@0.3\n"),
            (Sdk::Git("https://a.b/c".into()), "cargo install --locked --git https://a.b/c cargo-mmplugin\n"),
        ] {
            for template in Template::all() {
                let files = template.render(&Values { sdk: sdk.clone(), ..values() });
                let ci = files.iter().find(|(path, _)| path.ends_with("ci.yml")).expect("a CI file");
                assert!(ci.1.contains(line), "{}", ci.1);
            }
        }
    }
}
