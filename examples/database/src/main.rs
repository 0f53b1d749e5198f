//! Notes, kept in a table of the server's database: `/note add milk`, `/note list`, `/note delete 1`.
//!
//! Shown here: a table of one's own, queries with parameters, rows as a type, a transaction, and what a user is told
//! when the database fails.

#![forbid(unsafe_code)]

mod store;

use std::process::ExitCode;

use mmplugin::db::{DbError, Dialect};
use mmplugin::model::{Command, CommandArgs, CommandResponse};
use mmplugin::prelude::*;

use store::Store;

const HELP: &str = "Say `/note add TEXT`, `/note list` or `/note delete NUMBER`.";

struct Notes {
    store: Store,
}

#[mmplugin::plugin(id = "com.example.notes", name = "Notes", min_server_version = "9.3.0")]
impl Hooks for Notes {
    async fn activate(ctx: Activation) -> Result<Self, Error> {
        if ctx.db.dialect().await? != Dialect::Postgres {
            return Err(Error::msg("this plugin needs a server with PostgreSQL"));
        }
        let store = Store::new(ctx.db).await?;
        let command = Command {
            trigger: "note".into(),
            auto_complete: true,
            auto_complete_hint: "add TEXT | list | delete NUMBER".into(),
            auto_complete_desc: "Keeps notes that only you see".into(),
            ..Command::default()
        };
        ctx.api.register_command(&command).await?;
        Ok(Self { store })
    }

    async fn execute_command(&self, _ctx: Context, args: CommandArgs) -> Result<CommandResponse, AppError> {
        let words = args.command.trim_start_matches("/note").trim();
        let text = self.answer(&args.user_id, words).await.unwrap_or_else(|error| {
            // The details are for the administrator.
            tracing::error!(%error, code = error.code(), "a note command failed");
            "The notes cannot be reached at the moment.".to_owned()
        });
        Ok(CommandResponse { response_type: "ephemeral".into(), text, ..CommandResponse::default() })
    }
}

impl Notes {
    async fn answer(&self, user: &UserId, words: &str) -> Result<String, DbError> {
        let (verb, rest) = words.split_once(' ').unwrap_or((words, ""));
        match (verb, rest.trim()) {
            ("add", text) if !text.is_empty() => match self.store.add(user, text).await? {
                Some(id) => Ok(format!("Kept as note {id}.")),
                None => Ok(format!("You have {} notes already: delete one first.", store::MOST)),
            },
            ("list", "") => {
                let notes = self.store.list(user).await?;
                let lines = notes.iter().map(|note| format!("{}. {}\n", note.id, note.text));
                Ok(if notes.is_empty() { "You have no notes.".to_owned() } else { lines.collect() })
            }
            ("delete", number) => match number.parse() {
                Ok(id) if self.store.delete(user, id).await? => Ok(format!("Note {id} is gone.")),
                _ => Ok(format!("You have no note {number}.")),
            },
            _ => Ok(HELP.to_owned()),
        }
    }
}

fn main() -> ExitCode {
    mmplugin::run::<Notes>()
}

#[cfg(test)]
mod tests {
    use mmplugin::testing::{Answer, Host, Server, calls};

    use super::*;

    fn server() -> Server {
        let server = Server::new();
        let db = server.database();
        db.answer(store::CREATE, Answer::affected(0));
        db.answer(store::COUNT, Answer::rows(["count"], [(0,)]));
        db.answer(store::INSERT, Answer::rows(["id"], [(1,)]));
        db.answer(store::LIST, Answer::rows(["id", "text"], [(1, "milk"), (2, "bread")]));
        db.answer(store::DELETE, Answer::affected(1));
        server
    }

    async fn say(host: &Host<Notes>, words: &str) -> String {
        let command = format!("/note {words}");
        let args = CommandArgs { user_id: "anna".into(), command, ..CommandArgs::default() };
        host.execute_command(args).await.unwrap().unwrap().text
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn notes_are_kept_listed_and_deleted() {
        let host = Host::<Notes>::start_on(server()).await.unwrap();
        assert_eq!(host.server().commands()[0].trigger, "note");
        assert_eq!(say(&host, "add milk").await, "Kept as note 1.");
        assert_eq!(say(&host, "list").await, "1. milk\n2. bread\n");
        assert_eq!(say(&host, "delete 2").await, "Note 2 is gone.");
        assert_eq!(say(&host, "delete two").await, "You have no note two.");
        assert_eq!(say(&host, "").await, HELP);
        let db = host.server().database();
        let insert = db.executed().into_iter().find(|one| one.sql.starts_with("INSERT")).unwrap();
        assert!(insert.in_transaction && insert.master);
        assert_eq!(insert.params, ["anna".into(), "milk".into()].map(mmplugin::db::SqlValue::Text));
        host.deactivate().await.unwrap();
        assert_eq!((db.connections(), db.faults()), (0, vec![]));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_user_with_too_many_notes_is_told_so() {
        let server = server();
        server.database().answer(store::COUNT, Answer::rows(["count"], [(store::MOST,)]));
        let host = Host::<Notes>::start_on(server).await.unwrap();
        assert_eq!(say(&host, "add more").await, "You have 100 notes already: delete one first.");
        let executed = host.server().database().executed();
        assert!(executed.iter().all(|one| !one.sql.starts_with("INSERT")), "{executed:?}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn without_a_command_there_is_no_plugin() {
        let server = server();
        server.fail::<calls::RegisterCommand>("too many commands");
        let refused = Host::<Notes>::start_on(server).await.err().unwrap().to_string();
        assert!(refused.contains("too many commands"), "{refused}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_database_that_fails_is_not_the_end() {
        let server = server();
        server.database().answer(store::LIST, Answer::error("57014", "canceling statement"));
        let host = Host::<Notes>::start_on(server).await.unwrap();
        assert_eq!(say(&host, "list").await, "The notes cannot be reached at the moment.");
        assert_eq!(say(&host, "delete 1").await, "Note 1 is gone.");
    }
}
