//! Settings as an author declares them, read as the server sends them.

use serde_json::{Map, Value, json};

use super::{Current, Settings, SettingsError};

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

#[test]
fn a_snapshot_stays_as_it_was_taken() {
    let current = Current::new(1);
    let shared = current.clone();
    let before = current.get();
    shared.set(2);
    assert_eq!((*before, *current.get()), (1, 2));
    assert_eq!(format!("{current:?}"), "Current { .. }");
}
