//! One call of the plugin API a case; the answer as JSON.

use mmplugin::gob::Value;
use mmplugin::model::{
    AutocompleteData, Bot, ChannelId, Command, PluginKVSetOptions, Post, TeamId, UserGetOptions, UserId,
    WebsocketBroadcast,
};
use mmplugin::{Api, ApiError};
use serde_json::json;

const USER: &str = "user00000000000000000000aa";
const CHANNEL: &str = "chan00000000000000000000aa";
const TEAM: &str = "team00000000000000000000aa";

/// The call's result, or which kind of error it is and its text.
pub(crate) async fn call(api: &Api, case: &str) -> serde_json::Value {
    let result = match case.split_once('/') {
        Some((case, argument)) => with_argument(api, case, argument).await,
        None => fixed(api, case).await,
    };
    match result {
        Ok(value) => json!({ "value": value }),
        Err(error) => json!({ "error": kind(&error), "text": error.to_string() }),
    }
}

pub(crate) fn kind(error: &ApiError) -> &'static str {
    match error {
        ApiError::App(_) => "app",
        ApiError::Host(_) => "host",
        ApiError::Unsupported { .. } => "unsupported",
        ApiError::Encode { .. } => "encode",
        ApiError::Decode { .. } => "decode",
        ApiError::Rpc { .. } => "rpc",
        ApiError::Closed { .. } => "closed",
        ApiError::Body { .. } => "body",
        _ => "other",
    }
}

async fn with_argument(api: &Api, case: &str, argument: &str) -> Result<serde_json::Value, ApiError> {
    Ok(match case {
        "KVGet" => json!(api.kv_get(argument).await?),
        "KVSet" => json!(api.kv_set(argument, b"a \0 value").await?),
        "KVDelete" => json!(api.kv_delete(argument).await?),
        "KVList" => json!(api.kv_list(0, argument.parse().unwrap_or(10)).await?),
        "GetUser" => json!(api.get_user(&UserId::from(argument)).await?),
        _ => json!(null),
    })
}

async fn fixed(api: &Api, case: &str) -> Result<serde_json::Value, ApiError> {
    Ok(match case {
        "LoadPluginConfiguration" => json!(api.load_plugin_configuration().await?),
        "GetServerVersion" => json!(api.get_server_version().await?),
        "GetBundlePath" => json!(api.get_bundle_path().await?),
        "GetConfig" => json!(api.get_config().await?),
        "GetUser" => json!(api.get_user(&UserId::from(USER)).await?),
        "GetUserByUsername" => json!(api.get_user_by_username("bench-user").await?),
        "GetUsers" => {
            let options = UserGetOptions { page: 1, per_page: 30, ..UserGetOptions::default() };
            json!(api.get_users(&options).await?)
        }
        "GetChannel" => json!(api.get_channel(&ChannelId::from(CHANNEL)).await?),
        "GetTeam" => json!(api.get_team(&TeamId::from(TEAM)).await?),
        "KVSetWithOptions" => set_with_options(api).await?,
        "CreatePost" | "UpdatePost" => posts(api, case).await?,
        "SendEphemeralPost" => json!(api.send_ephemeral_post(&UserId::from(USER), &post()).await?),
        "RegisterCommand" => register(api).await?,
        "UnregisterCommand" => json!(api.unregister_command(&TeamId::from(""), "probe").await?),
        "PublishWebSocketEvent" => publish(api).await?,
        "EnsureBotUser" => {
            let bot = Bot {
                username: "probe-bot".into(),
                display_name: "Probe".into(),
                description: "A bot of the tests".into(),
                ..Bot::default()
            };
            json!(api.ensure_bot_user(&bot).await?)
        }
        "Log" => {
            api.log_debug("said at debug", &[("n", &1)]).await?;
            api.log_info("said at info", &[("user", &USER), ("empty", &"")]).await?;
            api.log_warn("said at warn", &[]).await?;
            json!(api.log_error("said at error", &[("é", &"ü")]).await?)
        }
        "Many" => many(api).await,
        _ => json!("no such case"),
    })
}

async fn set_with_options(api: &Api) -> Result<serde_json::Value, ApiError> {
    let plain = PluginKVSetOptions { expire_in_seconds: 600, ..PluginKVSetOptions::default() };
    let set = api.kv_set_with_options("optional", b"one", &plain).await?;
    let atomic = |old: &str| PluginKVSetOptions {
        atomic: true,
        old_value: old.into(),
        ..PluginKVSetOptions::default()
    };
    let refused = api.kv_set_with_options("optional", b"two", &atomic("other")).await?;
    let swapped = api.kv_set_with_options("optional", b"two", &atomic("one")).await?;
    Ok(json!([set, refused, swapped]))
}

fn post() -> Post {
    Post {
        user_id: USER.into(),
        channel_id: CHANNEL.into(),
        message: "from the probe: é".into(),
        props: [
            ("number".to_owned(), Value::from(7)),
            ("list".to_owned(), [Value::from("a"), Value::from(true)].into_iter().collect()),
            ("map".to_owned(), Value::from([("inner", 1.5)])),
        ]
        .into(),
        file_ids: vec!["file00000000000000000000aa".into()],
        is_pinned: true,
        ..Post::default()
    }
}

async fn posts(api: &Api, case: &str) -> Result<serde_json::Value, ApiError> {
    let mut created = api.create_post(&post()).await?;
    if case == "CreatePost" {
        return Ok(json!(created));
    }
    created.message = "changed".into();
    Ok(json!(api.update_post(&created).await?))
}

async fn register(api: &Api) -> Result<serde_json::Value, ApiError> {
    let command = Command {
        trigger: "probe".into(),
        auto_complete: true,
        auto_complete_hint: "[word]".into(),
        auto_complete_desc: "Does what a test asks".into(),
        autocomplete_data: Some(AutocompleteData {
            trigger: "probe".into(),
            sub_commands: vec![AutocompleteData { trigger: "sub".into(), ..Default::default() }],
            ..AutocompleteData::default()
        }),
        ..Command::default()
    };
    Ok(json!(api.register_command(&command).await?))
}

async fn publish(api: &Api) -> Result<serde_json::Value, ApiError> {
    let payload = [("text", Value::from("é")), ("n", Value::from(7)), ("none", Value::Nil)];
    let payload = payload.map(|(key, value)| (key.to_owned(), value)).into();
    let broadcast = WebsocketBroadcast {
        channel_id: CHANNEL.into(),
        omit_users: [(USER.into(), true)].into(),
        ..WebsocketBroadcast::default()
    };
    Ok(json!(api.publish_web_socket_event("event", payload, &broadcast).await?))
}

/// A hundred calls at once; what each of them ended with.
async fn many(api: &Api) -> serde_json::Value {
    let calls: Vec<_> = (0..100)
        .map(|n| {
            let api = api.clone();
            tokio::spawn(async move { api.kv_get(&format!("key {n}")).await })
        })
        .collect();
    let mut kinds = std::collections::BTreeMap::<&str, u32>::new();
    for call in calls {
        let kind = match call.await {
            Ok(Ok(_)) => "ok",
            Ok(Err(error)) => kind(&error),
            Err(_) => "panicked",
        };
        *kinds.entry(kind).or_default() += 1;
    }
    json!(kinds)
}
