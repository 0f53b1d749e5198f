//! The command as people type it: read, and sent to the plugin on a server for tests.

use mmplugin::prelude::*;
use mmplugin::testing::{Host, HostError, Server, block_on, calls};

use crate::HelloTemplatePlugin;
use crate::command::{HELP, Said, TRIGGER};

#[test]
fn lines_are_read_as_they_are_meant() {
    for (line, said) in [
        ("greet evening", Said::Greet("evening")),
        ("greet", Said::Else),
        ("greet noon", Said::Else),
        ("remember  two  words ", Said::Remember("two  words")),
        ("remember", Said::Else),
        ("recall", Said::Recall),
        ("recalled", Said::Else),
        ("", Said::Else),
    ] {
        assert_eq!(Said::parse(&format!("/{TRIGGER} {line}")), said, "{line}");
    }
}

fn server() -> Server {
    let server = Server::new();
    server.add_user(User {
        id: UserId::from("user1"),
        username: "ada".into(),
        ..User::default()
    });
    server
}

async fn say(host: &Host<HelloTemplatePlugin>, words: &str) -> Result<String, HostError> {
    let args = CommandArgs {
        user_id: UserId::from("user1"),
        command: format!("/{TRIGGER} {words}"),
        ..CommandArgs::default()
    };
    let answer = host.execute_command(args).await?;
    Ok(answer.map_or_else(|error| error.message, |response| response.text))
}

#[test]
fn answers_and_remembers() -> Result<(), HostError> {
    block_on(async {
        let host = Host::<HelloTemplatePlugin>::start_on(server()).await?;
        assert_eq!(say(&host, "greet morning").await?, "Good morning, ada!");
        assert_eq!(say(&host, "recall").await?, "You have said nothing yet.");
        assert_eq!(say(&host, "remember milk").await?, "I will remember that.");
        assert_eq!(host.server().kv("line-user1"), Some(b"milk".to_vec()));
        assert_eq!(say(&host, "recall").await?, "You said: milk");
        assert_eq!(say(&host, "what?").await?, HELP);
        host.deactivate().await
    })
}

#[test]
fn a_failure_is_told_to_the_log_and_not_to_the_person() -> Result<(), HostError> {
    block_on(async {
        let server = server();
        server.fail::<calls::GetUser>("the database is away");
        let host = Host::<HelloTemplatePlugin>::start_on(server).await?;
        let answer = say(&host, "greet morning").await?;
        assert!(!answer.contains("database"), "{answer}");
        host.server()
            .assert_logged("error", "the database is away")
            .await;
        Ok(())
    })
}

#[test]
fn clients_complete_every_subcommand() -> Result<(), HostError> {
    block_on(async {
        let host = Host::<HelloTemplatePlugin>::start_on(server()).await?;
        let commands = host.server().commands();
        let command = commands.first().expect("a command");
        assert_eq!(command.trigger, TRIGGER);
        let data = command.autocomplete_data.as_ref().expect("completion");
        let known: Vec<&str> = data
            .sub_commands
            .iter()
            .map(|sub| sub.trigger.as_str())
            .collect();
        assert_eq!(known, ["greet", "remember", "recall"]);
        Ok(())
    })
}
