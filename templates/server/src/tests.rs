//! The plugin on a server for tests: in this process, over the real wire.

use mmplugin::prelude::*;
use mmplugin::testing::{Host, HostError, Server, block_on};

use crate::HelloTemplatePlugin;

fn post(message: &str) -> Post {
    Post {
        user_id: UserId::from("user1"),
        message: message.into(),
        ..Post::default()
    }
}

#[test]
fn answers_a_message_that_calls_it() -> Result<(), HostError> {
    block_on(async {
        let server = Server::new();
        server.add_user(User {
            id: UserId::from("user1"),
            username: "ada".into(),
            ..User::default()
        });
        let host = Host::<HelloTemplatePlugin>::start_on(server).await?;
        let decision = host.message_will_be_posted(post("hello plugin")).await?;
        assert_eq!(
            decision,
            PostDecision::replace(post("hello plugin\nHello ada!"))
        );
        host.deactivate().await
    })
}

#[test]
fn leaves_other_messages_alone() -> Result<(), HostError> {
    block_on(async {
        let host = Host::<HelloTemplatePlugin>::start().await?;
        assert_eq!(
            host.message_will_be_posted(post("good morning")).await?,
            PostDecision::Allow
        );
        Ok(())
    })
}

#[test]
fn greets_over_http() -> Result<(), HostError> {
    block_on(async {
        let host = Host::<HelloTemplatePlugin>::start().await?;
        let answer = host.get("/").await?;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.body(), "Hello from com.example.hello-template!\n");
        assert_eq!(
            host.get("/elsewhere").await?.status(),
            StatusCode::NOT_FOUND
        );
        Ok(())
    })
}
