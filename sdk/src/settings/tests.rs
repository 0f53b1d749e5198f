//! Settings as an author declares them, read as the server sends them.

use serde_json::{Map, Value, json};

use super::{Secret, Settings, SettingsError};

/// Doc comments of the struct are not shown anywhere.
#[derive(Debug, PartialEq, mmplugin::Settings)]
#[settings(header = "How to *set up*", footer = "The end")]
struct Config {
    /// Where the time comes from.
    ///
    /// Must answer JSON.
    #[setting(default = "https://time.example.com", placeholder = "https://…")]
    time_api_url: String,
    #[setting(display_name = "Enabled?", default = true)]
    enabled: bool,
    #[setting(default = 5, hosting = "on-prem")]
    max_retries: u8,
    #[setting(default = 0.5)]
    ratio: f64,
    #[setting(default = -3)]
    offset: i64,
    #[setting(key = "APIToken", secret, kind = "generated", regenerate_help_text = "Old ones stop working")]
    token: String,
    #[setting(kind = "dropdown", options("low" = "Low", "high" = "High"), default = "low")]
    level: String,
    team: Option<String>,
    #[setting(default = 7)]
    limit: Option<u32>,
    custom: Value,
    #[setting(skip)]
    cache: Vec<u8>,
}

fn read(value: Value) -> Result<Config, SettingsError> {
    let object: Map<String, Value> = serde_json::from_value(value).unwrap();
    Config::from_json(&object)
}

#[test]
fn the_declared_defaults_are_the_default() {
    let config = Config {
        time_api_url: "https://time.example.com".into(),
        enabled: true,
        max_retries: 5,
        ratio: 0.5,
        offset: -3,
        token: String::new(),
        level: "low".into(),
        team: None,
        limit: Some(7),
        custom: Value::Null,
        cache: Vec::new(),
    };
    assert_eq!(Config::default(), config);
    assert_eq!(read(json!({})), Ok(Config::default()));
    assert_eq!(read(json!({"timeapiurl": null, "maxretries": "", "enabled": ""})), Ok(Config::default()));
}

#[test]
fn keys_match_without_regard_to_case_and_unknown_ones_are_passed_over() {
    let config =
        read(json!({"timeapiurl": "x", "APITOKEN": "t", "Cache": "no setting", "other": {}})).unwrap();
    assert_eq!((config.time_api_url.as_str(), config.token.as_str()), ("x", "t"));
    assert_eq!(read(json!({"custom": [1]})).map(|config| config.custom), Ok(json!([1])));
    let both = read(json!({"timeapiurl": "lower", "TimeApiUrl": "exact"})).unwrap();
    assert_eq!(both.time_api_url, "exact");
}

#[test]
fn numbers_and_bools_come_as_such_or_as_texts() {
    for (value, expected) in
        [(json!(3), 3), (json!("3"), 3), (json!(" 3 "), 3), (json!(3.0), 3), (json!("3.0"), 3)]
    {
        assert_eq!(read(json!({ "maxretries": value })).unwrap().max_retries, expected, "{value}");
    }
    for (value, expected) in [(json!(false), false), (json!("False"), false), (json!("true"), true)] {
        assert_eq!(read(json!({ "enabled": value })).unwrap().enabled, expected, "{value}");
    }
    assert_eq!(read(json!({"ratio": "1.25", "offset": "-9"})).map(|c| (c.ratio, c.offset)), Ok((1.25, -9)));
}

#[test]
fn an_emptied_optional_setting_is_none_whatever_its_default() {
    let config = read(json!({"team": "", "limit": ""})).unwrap();
    assert_eq!((config.team, config.limit), (None, None));
    let config = read(json!({"team": "core", "limit": "9"})).unwrap();
    assert_eq!((config.team.as_deref(), config.limit), (Some("core"), Some(9)));
}

#[test]
fn wrong_values_are_named_all_at_once_and_secrets_never_shown() {
    let error = read(json!({
        "maxretries": 256, "enabled": "maybe", "apitoken": 987_654, "level": ["x"], "offset": 1.5,
    }))
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "setting Enabled: expected true or false, found a text, \"maybe\"; \
         setting MaxRetries: expected a whole number from 0 to 255, found a number, 256; \
         setting Offset: expected a whole number from -9223372036854775808 to 9223372036854775807, \
         found a number, 1.5; \
         setting APIToken: expected a text, found a number; \
         setting Level: expected a text, found a list"
    );
    assert_eq!(error.faults().len(), 5);
}

#[test]
fn long_wrong_values_are_cut() {
    let error = read(json!({ "ratio": "ü".repeat(500) })).unwrap_err();
    assert!(error.to_string().ends_with("ü…"));
    assert!(error.to_string().len() < 200);
}

#[test]
fn numbers_at_the_edges_are_exact() {
    let object = |value: Value| Map::from_iter([("value".to_owned(), value)]);
    #[derive(mmplugin::Settings)]
    struct Edge {
        value: u64,
    }
    let read = |value| Edge::from_json(&object(value)).map(|edge| edge.value).ok();
    assert_eq!(read(json!(u64::MAX)), Some(u64::MAX));
    assert_eq!(read(json!(u64::MAX.to_string())), Some(u64::MAX));
    assert_eq!(read(json!("18446744073709551616")), None);
    for bad in [json!(-1), json!(1e300), json!("NaN"), json!("inf"), json!(true), json!([]), json!({})] {
        assert_eq!(read(bad.clone()), None, "{bad}");
    }
}

#[test]
fn the_schema_is_what_the_manifest_wants() {
    let schema: Value = serde_json::from_str(Config::SCHEMA).unwrap();
    let expected = json!({
        "header": "How to *set up*",
        "footer": "The end",
        "settings": [
            {"key": "TimeApiUrl", "display_name": "Time Api Url", "type": "text",
             "help_text": "Where the time comes from.\n\nMust answer JSON.",
             "placeholder": "https://…", "default": "https://time.example.com"},
            {"key": "Enabled", "display_name": "Enabled?", "type": "bool", "default": true},
            {"key": "MaxRetries", "display_name": "Max Retries", "type": "number", "default": 5, "hosting": "on-prem"},
            {"key": "Ratio", "display_name": "Ratio", "type": "number", "default": 0.5},
            {"key": "Offset", "display_name": "Offset", "type": "number", "default": -3},
            {"key": "APIToken", "display_name": "Token", "type": "generated",
             "regenerate_help_text": "Old ones stop working", "secret": true},
            {"key": "Level", "display_name": "Level", "type": "dropdown", "default": "low",
             "options": [{"display_name": "Low", "value": "low"}, {"display_name": "High", "value": "high"}]},
            {"key": "Team", "display_name": "Team", "type": "text"},
            {"key": "Limit", "display_name": "Limit", "type": "number", "default": 7},
            {"key": "Custom", "display_name": "Custom", "type": "custom"},
        ],
    });
    assert_eq!(schema, expected);
    assert_eq!(<() as Settings>::SCHEMA, "");
}

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, mmplugin::Settings)]
enum Level {
    Low,
    #[setting(default)]
    VeryHigh,
    #[setting(value = "off", display_name = "Nothing \"at all\"")]
    Never,
}

#[derive(Debug, Default, PartialEq)]
struct Refusal(&'static str);

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

fn https(url: &str) -> Result<(), Refusal> {
    if url.starts_with("https://") { Ok(()) } else { Err(Refusal("must begin with https://")) }
}

fn consistent(connection: &Connection) -> Result<(), Refusal> {
    match connection.retries {
        Some(retries) if f64::from(retries) > connection.patience => {
            Err(Refusal("more retries than patience"))
        }
        _ => Ok(()),
    }
}

#[derive(Debug, PartialEq, mmplugin::Settings)]
#[settings(header = "To the *other* side", validate = consistent)]
struct Connection {
    #[setting(default = "https://example.com", validate = https)]
    url: String,
    token: Secret,
    #[setting(min = 1, max = 9, default = 3)]
    retries: Option<u8>,
    #[setting(min = 0.5, default = 10)]
    patience: f64,
}

#[derive(Debug, PartialEq, mmplugin::Settings)]
struct Texts {
    #[setting(key = "ChatLevel", kind = "radio", default = Level::Low)]
    level: Level,
    other_level: Option<Level>,
    #[setting(kind = "dropdown", options("1" = "One", "2" = "Two"))]
    count: u8,
}

#[derive(Debug, PartialEq, mmplugin::Settings)]
#[settings(footer = "The end")]
struct Page {
    enabled: bool,
    #[setting(flatten)]
    texts: Texts,
    /// Where it goes.
    #[setting(section, display_name = "The connection")]
    connection: Connection,
    #[setting(section, key = "Drawn", custom, fallback)]
    drawn: Drawn,
}

#[derive(Debug, PartialEq, mmplugin::Settings)]
struct Drawn {
    level: Level,
}

#[test]
fn sections_hold_settings_types_and_the_rest_stands_in_one_of_its_own() {
    let options = json!([
        {"display_name": "Low", "value": "low"}, {"display_name": "Very High", "value": "very_high"},
        {"display_name": "Nothing \"at all\"", "value": "off"},
    ]);
    let expected = json!({
        "footer": "The end",
        "sections": [
            {"key": "General", "title": "General", "settings": [
                {"key": "Enabled", "display_name": "Enabled", "type": "bool"},
                {"key": "ChatLevel", "display_name": "Level", "type": "radio", "default": "low", "options": options},
                {"key": "OtherLevel", "display_name": "Other Level", "type": "dropdown", "options": options},
                {"key": "Count", "display_name": "Count", "type": "dropdown",
                 "options": [{"display_name": "One", "value": "1"}, {"display_name": "Two", "value": "2"}]},
            ]},
            {"key": "Connection", "title": "The connection", "subtitle": "Where it goes.",
             "header": "To the *other* side", "settings": [
                {"key": "Url", "display_name": "Url", "type": "text", "default": "https://example.com"},
                {"key": "Token", "display_name": "Token", "type": "text", "secret": true},
                {"key": "Retries", "display_name": "Retries", "type": "number", "default": 3},
                {"key": "Patience", "display_name": "Patience", "type": "number", "default": 10},
            ]},
            {"key": "Drawn", "title": "Drawn", "custom": true, "fallback": true, "settings": [
                {"key": "Level", "display_name": "Level", "type": "dropdown", "default": "very_high", "options": options},
            ]},
        ],
    });
    let schema: Value = serde_json::from_str(Page::SCHEMA).unwrap();
    assert_eq!(schema, expected);
}

fn read_as<T: Settings>(value: Value) -> Result<T, SettingsError> {
    T::from_json(value.as_object().unwrap())
}

#[test]
fn nested_settings_are_read_from_the_same_keys_with_their_own_defaults() {
    let page: Page =
        read_as(json!({"enabled": true, "url": "https://x", "chatlevel": "very_high", "level": "off"}))
            .unwrap();
    assert!(page.enabled);
    assert_eq!((page.connection.url.as_str(), page.connection.retries), ("https://x", Some(3)));
    assert_eq!(
        (page.texts.level, page.texts.other_level, page.drawn.level),
        (Level::VeryHigh, None, Level::Never)
    );
    assert_eq!(Page::default().texts.level, Level::Low);
    assert_eq!(Level::default(), Level::VeryHigh);
    assert_eq!(Level::VeryHigh.setting_value(), "very_high");
}

#[test]
fn values_outside_of_the_declared_ones_are_refused() {
    for (value, message) in [
        (json!({"retries": 10}), "setting Retries: expected a whole number from 1 to 9, found a number, 10"),
        (json!({"patience": 0.4}), "setting Patience: expected a number, at least 0.5, found a number, 0.4"),
        (
            json!({"chatlevel": "loud"}),
            "setting ChatLevel: expected one of `low`, `very_high`, `off`, found a text, \"loud\"",
        ),
        (
            json!({"chatlevel": 3}),
            "setting ChatLevel: expected one of `low`, `very_high`, `off`, found a number, 3",
        ),
        (json!({"count": 3}), "setting Count: expected one of `1`, `2`, found a number, 3"),
        (json!({"url": "http://x"}), "setting Url: must begin with https://"),
        (json!({"retries": 5, "patience": 4}), "more retries than patience"),
        // Together they are looked at only when each is fine by itself.
        (
            json!({"retries": 10, "patience": 4}),
            "setting Retries: expected a whole number from 1 to 9, found a number, 10",
        ),
    ] {
        assert_eq!(read_as::<Page>(value).unwrap_err().to_string(), message);
    }
    let page: Page =
        read_as(json!({"retries": "", "count": "2", "otherlevel": "", "chatlevel": " off "})).unwrap();
    assert_eq!((page.connection.retries, page.texts.count, page.texts.other_level), (None, 2, None));
    assert_eq!(page.texts.level, Level::Never);
}

#[test]
fn secrets_show_up_in_no_message() {
    let page: Page = read_as(json!({"token": "s3cret"})).unwrap();
    assert_eq!(page.connection.token.expose(), "s3cret");
    assert!(format!("{page:?}").contains("token: Secret(…)"), "{page:?}");
    let error = read_as::<Page>(json!({"token": ["s3cret"]})).unwrap_err();
    assert_eq!(error.to_string(), "setting Token: expected a text, found a list");

    #[derive(Debug, mmplugin::Settings)]
    struct Pin {
        #[setting(default = 7)]
        pin: Option<Secret<u16>>,
        #[setting(default = "x")]
        word: Secret,
    }
    assert_eq!(Pin::default().pin, Some(Secret::new(7)));
    assert_eq!(Pin::default().word, Secret::from("x"));
    assert!(
        Pin::SCHEMA.contains(r#""key":"Pin","display_name":"Pin","type":"number","default":7,"secret":true"#)
    );
    let error = read_as::<Pin>(json!({"pin": 70_000})).unwrap_err().to_string();
    assert_eq!(error, "setting Pin: expected a whole number from 0 to 65535, found a number");
}
