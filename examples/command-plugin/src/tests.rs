//! The command as people type it, on a server for tests, with a stand-in for the time service.

use mmplugin::testing::{Host, HostError, Server, block_on};
use time_service::stand_in::StandIn;

use super::*;

async fn host(time: &StandIn) -> Result<Host<TimeCommand>, HostError> {
    let server = Server::new();
    // As the server stores it: all keys in lower case.
    server.set_config(serde_json::json!({ "timeserviceurl": time.url() }));
    Host::start_on(server).await
}

async fn say(host: &Host<TimeCommand>, line: &str) -> Result<(CommandResponseType, String), HostError> {
    let args = CommandArgs { command: line.into(), ..CommandArgs::default() };
    let answer = host.execute_command(args).await?.expect("no error");
    Ok((answer.response_type, answer.text))
}

#[test]
fn everybody_sees_the_time_and_only_who_typed_sees_what_went_wrong() -> Result<(), HostError> {
    block_on(async {
        let time = StandIn::answering(200, r#"{"datetime":"2026-01-01T09:00:00+09:00"}"#);
        let host = host(&time).await?;
        let tokyo = "It is 2026-01-01T09:00:00+09:00 in Asia/Tokyo.".to_owned();
        assert_eq!(say(&host, "/time").await?, (CommandResponseType::InChannel, tokyo.clone()));
        assert_eq!(say(&host, "/time  asia/tokyo ").await?, (CommandResponseType::InChannel, tokyo));
        assert_eq!(time.requests().last().unwrap().path, "/Asia/Tokyo");
        let wrong = "There is no time zone `tokyo`. Did you mean `Asia/Tokyo`?".to_owned();
        assert_eq!(say(&host, "/time tokyo").await?, (CommandResponseType::Ephemeral, wrong));
        Ok(())
    })
}

#[test]
fn a_service_that_fails_is_told_to_who_typed() -> Result<(), HostError> {
    block_on(async {
        let host = host(&StandIn::answering(503, "")).await?;
        let failed = "The time service does not answer: http status: 503".to_owned();
        assert_eq!(say(&host, "/time UTC").await?, (CommandResponseType::Ephemeral, failed));
        Ok(())
    })
}

#[test]
fn clients_complete_zones_from_the_plugin() -> Result<(), HostError> {
    block_on(async {
        let host = host(&StandIn::answering(503, "")).await?;
        let commands = host.server().commands();
        let data = commands[0].autocomplete_data.as_ref().expect("completion");
        let list =
            data.arguments[0].data.get_as::<AutocompleteDynamicListArg>().unwrap().expect("a dynamic list");

        let answer = host.get(&format!("{}?user_input=%2Ftime+As&parsed=%2Ftime+", list.fetch_url)).await?;
        let items: Vec<AutocompleteListItem> = serde_json::from_slice(answer.body().as_ref()).unwrap();
        assert!(items.iter().any(|item| item.item == "Asia/Tokyo"));
        assert!(items.iter().all(|item| item.item.parse::<Zone>().is_ok()));
        assert_eq!(host.get("/else").await?.status(), 404);
        Ok(())
    })
}
