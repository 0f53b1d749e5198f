//! The server part on a server for tests: in this process, over the real wire.

use mmplugin::prelude::*;
use mmplugin::testing::{Host, HostError, Server, block_on};

use crate::HelloTemplatePlugin;

fn server() -> Server {
    let server = Server::new();
    server.add_user(User {
        id: UserId::from("user1"),
        username: "ada".into(),
        ..User::default()
    });
    server
}

/// A request as the server passes it on: with the header when there is a session.
fn hello(user: Option<&str>, body: &str) -> Request<Body> {
    let mut request = Request::post("/api/v1/hello");
    if let Some(user) = user {
        request = request.header("Mattermost-User-Id", user);
    }
    request
        .body(Body::from(body.to_owned()))
        .expect("a request")
}

#[test]
fn greets_the_person_who_asks() -> Result<(), HostError> {
    block_on(async {
        let host = Host::<HelloTemplatePlugin>::start_on(server()).await?;
        let answer = host
            .request(hello(Some("user1"), r#"{"word": "Good morning"}"#))
            .await?;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "application/json");
        assert_eq!(answer.body(), r#"{"message":"Good morning, ada!"}"#);
        host.deactivate().await
    })
}

#[test]
fn refuses_what_it_cannot_answer() -> Result<(), HostError> {
    block_on(async {
        let host = Host::<HelloTemplatePlugin>::start_on(server()).await?;
        let long = format!(r#"{{"word": "{}"}}"#, "x".repeat(5000));
        for (request, status) in [
            (hello(None, r#"{"word": "Hi"}"#), StatusCode::UNAUTHORIZED),
            (hello(Some("user1"), "no JSON"), StatusCode::BAD_REQUEST),
            (hello(Some("user1"), &long), StatusCode::PAYLOAD_TOO_LARGE),
            (
                hello(Some("nobody"), r#"{"word": "Hi"}"#),
                StatusCode::INTERNAL_SERVER_ERROR,
            ),
        ] {
            assert_eq!(host.request(request).await?.status(), status);
        }
        host.server()
            .assert_logged("error", "greeting nobody failed")
            .await;
        assert_eq!(
            host.get("/api/v1/hello").await?.status(),
            StatusCode::NOT_FOUND
        );
        Ok(())
    })
}
