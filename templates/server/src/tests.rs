//! The plugin on a server for tests: in this process, over the real wire. More of what such a server can do is in the
//! docs of `mmplugin::testing`.

use mmplugin::prelude::*;
use mmplugin::testing::{Host, HostError, Server, block_on, calls};

use crate::HelloTemplatePlugin;

/// A server with a user, and a message of hers.
fn server_and_post(message: &str) -> (Server, Post) {
    let server = Server::new();
    let ada = server.add_user(User {
        username: "ada".into(),
        ..User::default()
    });
    let post = Post {
        user_id: ada.id,
        message: message.into(),
        ..Post::default()
    };
    (server, post)
}

/// The same post with another message.
fn with(message: &str, post: Post) -> PostDecision {
    PostDecision::replace(Post {
        message: message.into(),
        ..post
    })
}

#[test]
fn answers_a_message_that_calls_it() -> Result<(), HostError> {
    block_on(async {
        let (server, post) = server_and_post("hello plugin");
        let host = Host::<HelloTemplatePlugin>::start_on(server).await?;
        let decision = host.message_will_be_posted(post.clone()).await?;
        assert_eq!(decision, with("hello plugin\nHello ada!", post));
        host.deactivate().await
    })
}

#[test]
fn greets_strangers_when_the_server_knows_no_name() -> Result<(), HostError> {
    block_on(async {
        let (server, post) = server_and_post("hello plugin");
        server.fail::<calls::GetUser>("the database is down");
        let host = Host::<HelloTemplatePlugin>::start_on(server).await?;
        let decision = host.message_will_be_posted(post.clone()).await?;
        assert_eq!(decision, with("hello plugin\nHello stranger!", post));
        Ok(())
    })
}

#[test]
fn leaves_other_messages_alone() -> Result<(), HostError> {
    block_on(async {
        let (server, post) = server_and_post("good morning");
        let host = Host::<HelloTemplatePlugin>::start_on(server).await?;
        let decision = host.message_will_be_posted(post).await?;
        assert_eq!(decision, PostDecision::Allow);
        host.server().assert_not_called::<calls::GetUser>();
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
