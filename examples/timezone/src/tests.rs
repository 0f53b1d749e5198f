//! The dialog on a server of the testing kit: opened, filled in rightly and wrongly, and by somebody who may not.

use mmplugin::model::{DataSource, TriggerId};
use mmplugin::testing::calls::{CreatePost, OpenInteractiveDialog};
use mmplugin::testing::{Host, HostError, Server, block_on};
use serde_json::{Value, json};
use time_service::stand_in::StandIn;

use super::*;

/// A server of a version, whose user ann may post in every channel.
async fn host(version: &str, service: &StandIn) -> Result<Host<Timezone>, HostError> {
    let server = Server::new();
    server.set_version(version);
    server.set_config(json!({"timeserviceurl": service.url()}));
    server.grant(&UserId::from("ann"), &Permission::new(Permission::CREATE_POST));
    Host::start_on(server).await
}

fn noon() -> StandIn {
    StandIn::answering(200, r#"{"datetime":"noon"}"#)
}

/// The answer of the plugin to what the server sends it for a user.
async fn send(
    host: &Host<Timezone>,
    user: &str,
    path: &str,
    body: &Value,
) -> Result<(u16, Value), HostError> {
    let request = Request::post(path).header("Mattermost-User-Id", user).body(body.to_string().into());
    let answer = host.request(request.expect("a request")).await?;
    Ok((answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap_or_default()))
}

/// As the server sends it; what it says of the user is nobody's business.
fn submission(zone: &str) -> Value {
    json!({"type": "dialog_submission", "callback_id": "", "state": "", "user_id": "somebody else",
        "channel_id": "town-square", "team_id": "team", "submission": {"zone": zone}, "cancelled": false})
}

async fn opened(version: &str) -> Result<OpenInteractiveDialog, HostError> {
    let host = host(version, &noon()).await?;
    let args = CommandArgs {
        command: "/timezone".into(),
        trigger_id: TriggerId::from("trigger"),
        ..CommandArgs::default()
    };
    let answer = host.execute_command(args).await?.expect("an answer");
    assert_eq!(answer.text, "", "the dialog is answer enough");
    let mut calls = host.server().calls_of::<OpenInteractiveDialog>();
    assert_eq!(calls.len(), 1);
    Ok(calls.remove(0))
}

#[test]
fn the_command_opens_a_dialog_that_looks_zones_up_where_the_server_can() -> Result<(), HostError> {
    block_on(async {
        let dialog = opened("11.0.0").await?.dialog;
        assert_eq!(
            (dialog.trigger_id.as_str(), dialog.url.as_str()),
            ("trigger", "/plugins/com.example.timezone/dialog")
        );
        let field = dialog.dialog.elements.first().expect("a field");
        assert_eq!(field.data_source, DataSource::Dynamic);
        assert_eq!(field.data_source_url, "/plugins/com.example.timezone/zones");
        assert_eq!(field.options, [], "servers refuse both at once");

        let dialog = opened("10.11.4").await?.dialog;
        let field = dialog.dialog.elements.first().expect("a field");
        assert_eq!((&field.data_source, field.data_source_url.as_str()), (&DataSource::Unset, ""));
        assert!(field.options.iter().any(|option| option.value == field.default), "the default is a choice");
        for option in &field.options {
            assert_eq!(option.value.parse::<Zone>().map(Zone::name), Ok(option.value.as_str()));
        }
        Ok(())
    })
}

#[test]
fn a_dialog_that_does_not_open_is_said_to_the_person_alone() -> Result<(), HostError> {
    block_on(async {
        let host = host("11.0.0", &noon()).await?;
        host.server().fail::<OpenInteractiveDialog>("the trigger id is too old");
        let answer = host.execute_command(CommandArgs::default()).await?.expect("an answer");
        assert!(answer.text.contains("the trigger id is too old"), "{}", answer.text);
        assert_eq!(answer.response_type.as_str(), "", "which is ephemeral");
        Ok(())
    })
}

#[test]
fn the_field_gets_the_zones_that_fit() -> Result<(), HostError> {
    block_on(async {
        let host = host("11.0.0", &noon()).await?;
        let lookup = |query: &str| json!({"type": "dialog_lookup", "submission": {"query": query, "selected_field": "zone"}});
        let (status, found) = send(&host, "ann", dialog::LOOKUP, &lookup("new y")).await?;
        assert_eq!(
            (status, found),
            (200, json!({"items": [{"text": "America/New_York", "value": "America/New_York"}]}))
        );
        let (_, all) = send(&host, "ann", dialog::LOOKUP, &lookup("")).await?;
        assert_eq!(all["items"].as_array().map(Vec::len), Some(MOST_CHOICES));
        let (_, none) = send(&host, "ann", dialog::LOOKUP, &lookup("nowhere")).await?;
        assert_eq!(none, json!({"items": []}));
        Ok(())
    })
}

#[test]
fn the_answer_is_a_post_of_the_bot() -> Result<(), HostError> {
    block_on(async {
        let service = noon();
        let host = host("11.0.0", &service).await?;
        let answer = send(&host, "ann", dialog::SUBMIT, &submission("Europe/Berlin")).await?;
        assert_eq!(answer, (200, json!({})), "which closes the dialog");
        assert_eq!(
            service.requests().last().map(|request| request.path.clone()),
            Some("/Europe/Berlin".into())
        );
        let posts = host.server().posts();
        let [post] = posts.as_slice() else { panic!("{posts:?}") };
        assert_eq!(
            (post.message.as_str(), post.channel_id.as_str()),
            ("It is noon in Europe/Berlin.", "town-square")
        );
        assert!(post.user_id != "ann" && post.user_id != "somebody else", "{}", post.user_id);
        host.deactivate().await
    })
}

#[test]
fn what_is_wrong_keeps_the_dialog_open() -> Result<(), HostError> {
    block_on(async {
        let host = host("11.0.0", &StandIn::answering(503, "")).await?;
        let (_, wrong) = send(&host, "ann", dialog::SUBMIT, &submission("Tokyo")).await?;
        let text = "There is no time zone `Tokyo`. Did you mean `Asia/Tokyo`?";
        assert_eq!(wrong, json!({"errors": {"zone": text}}));
        let (_, down) = send(&host, "ann", dialog::SUBMIT, &submission("Asia/Tokyo")).await?;
        assert_eq!(down, json!({"error": "The time service does not answer: http status: 503"}));
        host.server().assert_not_called::<CreatePost>();
        Ok(())
    })
}

#[test]
fn nobody_posts_where_they_may_not() -> Result<(), HostError> {
    block_on(async {
        let host = host("11.0.0", &noon()).await?;
        let (_, refused) = send(&host, "bob", dialog::SUBMIT, &submission("UTC")).await?;
        assert_eq!(refused, json!({"error": "You cannot post in this channel."}));
        for (user, path, body, status) in [
            ("", dialog::SUBMIT, submission("UTC"), 401),
            ("ann", dialog::SUBMIT, json!("no request"), 400),
            ("ann", "/nowhere", submission("UTC"), 404),
        ] {
            assert_eq!(send(&host, user, path, &body).await?.0, status, "{path} {body}");
        }
        host.server().assert_not_called::<CreatePost>();

        host.server().fail::<CreatePost>("the channel is archived");
        let (_, failed) = send(&host, "ann", dialog::SUBMIT, &submission("UTC")).await?;
        assert_eq!(failed, json!({"error": "The answer could not be posted."}));
        Ok(())
    })
}
