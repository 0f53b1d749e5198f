//! The manifest: the attribute's values, Cargo.toml's as defaults, checked.

use proc_macro2::Span;
use serde_json::{Map, Value};

use super::attribute::Attribute;
use super::validate;
use crate::diag::Faults;

/// The fields of Cargo.toml's `[package]` that serve as defaults; empty when not set there.
#[derive(Default)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) description: String,
    pub(super) homepage: String,
    pub(super) repository: String,
}

impl Package {
    /// What Cargo tells the compiler about the package being compiled.
    pub(super) fn from_env() -> Self {
        let read = |name| std::env::var(name).unwrap_or_default();
        Self {
            name: read("CARGO_PKG_NAME"),
            version: read("CARGO_PKG_VERSION"),
            description: read("CARGO_PKG_DESCRIPTION"),
            homepage: read("CARGO_PKG_HOMEPAGE"),
            repository: read("CARGO_PKG_REPOSITORY"),
        }
    }

    /// The homepage, else the repository, when it is a web address.
    fn web_page(&self) -> Option<String> {
        [&self.homepage, &self.repository].into_iter().find(|url| validate::url(url).is_ok()).cloned()
    }
}

/// The manifest without the parts that the bundle adds (`server`, `webapp`) and `settings_schema`.
#[derive(Default)]
pub(super) struct Manifest {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) version: String,
    optional: Vec<(&'static str, Option<String>)>,
    props: Option<Map<String, Value>>,
}

impl Manifest {
    pub(super) fn new(attribute: &Attribute, package: &Package, faults: &mut Faults) -> Self {
        let mut fields = Fields { attribute, faults };
        let id = fields.id();
        let name = fields.checked("name", not_empty).unwrap_or_else(|| package.name.clone());
        let version = fields.checked("version", validate::version).unwrap_or_else(|| package.version.clone());
        let optional = vec![
            ("description", fields.text("description").or_else(|| some(&package.description))),
            ("homepage_url", fields.checked("homepage_url", validate::url).or_else(|| package.web_page())),
            ("support_url", fields.checked("support_url", validate::url)),
            ("release_notes_url", fields.checked("release_notes_url", validate::url)),
            ("icon_path", fields.checked("icon_path", icon)),
            ("min_server_version", fields.checked("min_server_version", validate::server_version)),
        ];
        Self { id, name, version, optional, props: attribute.props.clone() }
    }

    /// As JSON, fields in the order in which Mattermost's own manifests have them.
    pub(super) fn json(&self) -> String {
        let mut json = format!("{{\"id\":{},\"name\":{}", quoted(&self.id), quoted(&self.name));
        let mut field = |key: &str, value: String| json.push_str(&format!(",\"{key}\":{value}"));
        field("version", quoted(&self.version));
        for (key, value) in &self.optional {
            if let Some(value) = value {
                field(key, quoted(value));
            }
        }
        if let Some(props) = &self.props {
            field("props", Value::Object(props.clone()).to_string());
        }
        json.push('}');
        json
    }
}

struct Fields<'a> {
    attribute: &'a Attribute,
    faults: &'a mut Faults,
}

impl Fields<'_> {
    fn id(&mut self) -> String {
        if !self.attribute.has("id") {
            self.missing_id(self.attribute.span);
        }
        self.checked("id", validate::id).unwrap_or_default()
    }

    fn missing_id(&mut self, span: Span) {
        self.faults.at(
            span,
            "a plugin needs an id: `#[mmplugin::plugin(id = \"com.example.my-plugin\")]`\n\
             the server knows the plugin by it; it can never change",
        );
    }

    fn text(&self, key: &str) -> Option<String> {
        self.attribute.text(key).map(syn::LitStr::value)
    }

    /// The text of a key; a fault is shown at its literal.
    fn checked(&mut self, key: &str, check: impl Fn(&str) -> Result<(), String>) -> Option<String> {
        let literal = self.attribute.text(key)?;
        let text = literal.value();
        if let Err(fault) = check(&text) {
            self.faults.at(literal.span(), fault);
        }
        Some(text)
    }
}

fn not_empty(name: &str) -> Result<(), String> {
    if name.trim().is_empty() {
        return Err("the name is what the System Console shows: it must not be empty".to_owned());
    }
    Ok(())
}

fn icon(path: &str) -> Result<(), String> {
    validate::bundle_path(path)?;
    if !path.to_ascii_lowercase().ends_with(".svg") {
        return Err(format!("the server shows only SVG icons: `{path}` does not end in `.svg`"));
    }
    Ok(())
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
