//! The manifest's rules, one table a rule.

use serde_json::json;

use super::*;

fn good() -> Manifest {
    Manifest {
        id: "com.example.hello".into(),
        name: "Hello".into(),
        version: "0.1.0".into(),
        min_server_version: "9.3.0".into(),
        server: Some(Server {
            executables: [("linux-amd64".to_owned(), "server/dist/plugin-linux-amd64".to_owned())].into(),
            ..Server::default()
        }),
        ..Manifest::default()
    }
}

fn first(manifest: &Manifest) -> Option<(Weight, String)> {
    problems(manifest).into_iter().next().map(|problem| (problem.weight, problem.field))
}

fn setting(value: serde_json::Value) -> Vec<Problem> {
    let schema = serde_json::from_value(json!({ "settings": [value] })).expect("a setting");
    problems(&Manifest { settings_schema: Some(schema), ..good() })
}

#[test]
fn a_good_manifest_has_no_problem() {
    assert_eq!(problems(&good()), []);
}

#[test]
fn ids_follow_the_servers_rule() {
    let longest = "a".repeat(190);
    for id in ["abc", "com.example.hello", "a_b-c.9", longest.as_str()] {
        assert_eq!(check_id(id), Ok(()), "{id}");
    }
    let too_long = "a".repeat(191);
    for (id, weight) in [
        ("", Weight::Refused),
        ("ab", Weight::Refused),
        (too_long.as_str(), Weight::Refused),
        ("com example", Weight::Refused),
        ("com/example", Weight::Refused),
        ("größe", Weight::Refused),
        ("com.Example.hello", Weight::Broken),
        ("...", Weight::Broken),
    ] {
        assert_eq!(check_id(id).map_err(|problem| problem.weight), Err(weight), "{id}");
    }
}

#[test]
fn versions_are_strict_semver_without_v() {
    for version in ["0.1.0", "0.1.0-rc.1", "1.2.3+build.5"] {
        assert_eq!(first(&Manifest { version: version.into(), ..good() }), None, "{version}");
    }
    for version in ["", "1.0", "v1.0.0", "1.0.0.0", "01.0.0", "one"] {
        let found = first(&Manifest { version: version.into(), ..good() });
        assert_eq!(found, Some((Weight::Broken, "version".into())), "{version}");
    }
    let help = &problems(&Manifest { version: "v1.0.0".into(), ..good() })[0].help;
    assert!(help.contains("1.0.0"), "{help}");
}

#[test]
fn min_server_version_is_three_numbers() {
    for (version, weight) in [
        ("9.3", Weight::Refused),
        ("v9.3.0", Weight::Refused),
        ("9.3.0-rc1", Weight::Broken),
        ("", Weight::Odd),
    ] {
        let found = first(&Manifest { min_server_version: version.into(), ..good() });
        assert_eq!(found, Some((weight, "min_server_version".into())), "{version}");
    }
}

#[test]
fn web_addresses_need_scheme_and_host() {
    for (url, ok) in [
        ("https://example.com/x", true),
        ("http://localhost:8065", true),
        ("example.com", false),
        ("ftp://example.com", false),
        ("https://", false),
        ("https://exa mple.com", false),
    ] {
        let found = first(&Manifest { homepage_url: url.into(), ..good() });
        assert_eq!(found.is_none(), ok, "{url}");
    }
}

#[test]
fn executables_stay_inside_the_bundle() {
    for path in ["../plugin", "server/../../plugin", "/usr/bin/plugin"] {
        let server = Server { executable: path.into(), ..Server::default() };
        let found = first(&Manifest { server: Some(server), ..good() });
        assert_eq!(found, Some((Weight::Refused, "server.executable".into())), "{path}");
    }
    assert_eq!(first(&Manifest { server: None, ..good() }), Some((Weight::Refused, "plugin.json".into())));
    let empty = Manifest { server: Some(Server::default()), ..good() };
    assert_eq!(first(&empty), Some((Weight::Refused, "server".into())));
}

#[test]
fn there_is_no_fall_back_between_architectures() {
    let mut server = good().server.expect("a server");
    assert_eq!(server.path_for("linux-arm64"), None);
    server.executable = "any".into();
    assert_eq!(server.path_for("linux-arm64"), Some("any"));
    assert_eq!(server.path_for("linux-amd64"), Some("server/dist/plugin-linux-amd64"));
}

#[test]
fn settings_follow_the_consoles_rules() {
    for good in [
        json!({"key": "Url", "type": "text", "placeholder": "https://", "default": "x"}),
        json!({"key": "On", "type": "bool", "default": true}),
        json!({"key": "N", "type": "number", "default": 3}),
        json!({"key": "T", "type": "generated", "regenerate_help_text": "again"}),
        json!({"key": "C", "type": "dropdown", "default": "a", "options": [{"display_name": "A", "value": "a"}]}),
        json!({"key": "X", "type": "custom", "default": {"any": 1}}),
        json!({"key": "S", "type": "longtext", "hosting": "on-prem", "secret": true}),
    ] {
        assert_eq!(setting(good.clone()), [], "{good}");
    }
    for (bad, weight) in [
        (json!({"key": "", "type": "text"}), Weight::Broken),
        (json!({"key": "A", "type": "string"}), Weight::Broken),
        (json!({"key": "A", "type": "text", "regenerate_help_text": "x"}), Weight::Broken),
        (json!({"key": "A", "type": "bool", "placeholder": "x"}), Weight::Broken),
        (
            json!({"key": "A", "type": "text", "options": [{"display_name": "A", "value": "a"}]}),
            Weight::Broken,
        ),
        (json!({"key": "A", "type": "radio", "options": [{"display_name": "A"}]}), Weight::Broken),
        (json!({"key": "A", "type": "text", "hosting": "moon"}), Weight::Broken),
        (json!({"key": "A", "type": "bool", "default": "true"}), Weight::Odd),
        (
            json!({"key": "A", "type": "radio", "default": "b", "options": [{"display_name": "A", "value": "a"}]}),
            Weight::Odd,
        ),
    ] {
        let weights: Vec<Weight> = setting(bad.clone()).iter().map(|problem| problem.weight).collect();
        assert_eq!(weights, [weight], "{bad}");
    }
}

#[test]
fn setting_keys_are_unique_over_sections_without_case() {
    let schema = serde_json::from_value(json!({
        "settings": [{"key": "Url", "type": "text"}],
        "sections": [{"key": "s", "settings": [{"key": "url", "type": "text"}]}, {"title": "no key"}],
    }));
    let manifest = Manifest { settings_schema: Some(schema.expect("a schema")), ..good() };
    let fields: Vec<String> = problems(&manifest).into_iter().map(|problem| problem.field).collect();
    assert_eq!(
        fields,
        [
            "settings_schema.sections[0].settings[0] (url).key",
            "settings_schema.sections[1].key",
            "settings_schema.footer",
            "settings_schema.settings",
        ]
    );
}

#[derive(mmplugin::Settings)]
enum Level {
    Low,
    High,
}

/// Every kind and every key that the derive knows.
#[derive(mmplugin::Settings)]
#[settings(header = "h", footer = "f")]
#[allow(dead_code)]
struct Everything {
    #[setting(default = true, hosting = "cloud")]
    switch: bool,
    #[setting(placeholder = "p", default = "d")]
    text: String,
    #[setting(kind = "longtext", secret)]
    long: String,
    #[setting(default = 2, min = 1, max = 3)]
    number: Option<u8>,
    #[setting(kind = "username")]
    user: String,
    #[setting(kind = "generated", regenerate_help_text = "r")]
    token: mmplugin::settings::Secret,
    #[setting(section, custom, fallback)]
    more: More,
}

#[derive(mmplugin::Settings)]
struct More {
    level: Level,
    #[setting(key = "Radio", kind = "radio", default = Level::High)]
    other: Level,
    #[setting(kind = "dropdown", options("a" = "A"), default = "a")]
    choice: String,
    custom: serde_json::Value,
}

#[test]
fn what_the_sdks_derive_writes_keeps_every_rule() {
    let schema: SettingsSchema =
        serde_json::from_str(<Everything as mmplugin::Settings>::SCHEMA).expect("a schema");
    let settings = schema.sections.iter().flat_map(|section| &section.settings);
    let mut kinds: Vec<&str> = settings.map(|setting| setting.r#type.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut all = super::settings::TYPES;
    all.sort_unstable();
    assert_eq!(kinds, all);
    assert!(schema.extra.is_empty() && schema.sections.iter().all(|section| section.extra.is_empty()));
    assert_eq!(problems(&Manifest { settings_schema: Some(schema), ..good() }), []);
}

#[test]
fn json_keeps_unknown_keys_and_leaves_out_empty_ones() {
    let text =
        br#"{"id": "abc", "props": {"support_packet": "x"}, "futur": [1], "server": {"executable": "p"}}"#;
    let manifest = Manifest::from_json(text).expect("a manifest");
    let again: serde_json::Value = serde_json::from_str(&manifest.to_json()).expect("JSON");
    assert_eq!(again, serde_json::from_slice::<serde_json::Value>(text).expect("JSON"));
    assert!(problems(&manifest).iter().any(|problem| problem.what.contains("futur")));
    assert_eq!(
        manifest.to_json(),
        Manifest::from_json(manifest.to_json().as_bytes()).expect("again").to_json()
    );
}

#[test]
fn paths_are_cleaned_as_go_does() {
    for (path, clean) in [
        ("a/b", "a/b"),
        ("./a//b/", "a/b"),
        ("a/../b", "b"),
        ("../a", "../a"),
        ("a/../../b", "../b"),
        (".", ""),
    ] {
        assert_eq!(rules::clean_path(path), clean);
    }
}
