//! What the web part may ask: JSON in, JSON out.

use mmplugin::prelude::*;
use serde::Deserialize;
use time_service::TimeError;

use crate::ZoneClock;

/// The name of a zone is short; nobody may make the plugin keep more in memory.
const LONGEST_BODY: usize = 1024;

/// What `POST /api/v1/time` takes.
#[derive(Deserialize)]
struct Question {
    zone: String,
}

/// The time of a zone, for people who are logged in.
///
/// The server vouches for who that is: it takes the identity off a request without a session, and off one that may change
/// something (this is a POST) without the CSRF header.
pub(crate) async fn time(clock: &ZoneClock, request: Request<Body>) -> Response<Body> {
    let Identity::User(user) = Identity::of(&request) else {
        return answer(StatusCode::UNAUTHORIZED, "Log in first.");
    };
    let Ok(body) = request.into_body().bytes(LONGEST_BODY).await else {
        return answer(StatusCode::PAYLOAD_TOO_LARGE, "That is too long.");
    };
    let Ok(Question { zone }) = serde_json::from_slice(&body) else {
        return answer(StatusCode::BAD_REQUEST, "Which zone? Send {\"zone\": \"Asia/Tokyo\"}.");
    };
    let name = match clock.api.get_user(&user).await {
        Ok(user) => user.username,
        Err(error) => {
            tracing::error!(%user, %error, "the one who asks is not known");
            return answer(StatusCode::INTERNAL_SERVER_ERROR, "The server's log says what is wrong.");
        }
    };
    match clock.service.tell(&clock.settings.get().time_service_url, &zone).await {
        Ok(time) => answer(StatusCode::OK, &format!("Hello {name}! {time}")),
        Err(error @ TimeError::Zone(_)) => answer(StatusCode::NOT_FOUND, &error.to_string()),
        Err(error @ TimeError::Service(_)) => {
            tracing::warn!(?error, "the time service failed");
            answer(StatusCode::BAD_GATEWAY, &error.to_string())
        }
    }
}

/// `{"message": …}`, as the web part reads it.
pub(crate) fn answer(status: StatusCode, message: &str) -> Response<Body> {
    let json = serde_json::json!({ "message": message }).to_string();
    let mut response = mmplugin::http::text(status, json);
    let kind = mmplugin::http::HeaderValue::from_static("application/json");
    response.headers_mut().insert("content-type", kind);
    response
}

#[cfg(test)]
mod tests {
    use mmplugin::testing::{Host, HostError, Server, block_on};
    use time_service::stand_in::StandIn;

    use super::*;

    async fn host(service: &StandIn) -> Result<Host<ZoneClock>, HostError> {
        let server = Server::new();
        server.set_config(serde_json::json!({ "timeserviceurl": service.url() }));
        server.add_user(User { id: "user1".into(), username: "ada".into(), ..User::default() });
        Host::start_on(server).await
    }

    fn noon() -> StandIn {
        StandIn::answering(200, r#"{"datetime":"noon"}"#)
    }

    /// A request as the server passes it on: with the header when there is a session.
    fn asked(user: Option<&str>, body: &str) -> Request<Body> {
        let mut request = Request::post("/api/v1/time");
        if let Some(user) = user {
            request = request.header("Mattermost-User-Id", user);
        }
        request.body(body.to_owned().into()).expect("a request")
    }

    #[test]
    fn tells_the_time_to_the_one_who_asks() -> Result<(), HostError> {
        block_on(async {
            let host = host(&noon()).await?;
            let answer = host.request(asked(Some("user1"), r#"{"zone": " Asia/Tokyo "}"#)).await?;
            assert_eq!(
                (answer.status(), answer.headers()["content-type"].as_bytes()),
                (StatusCode::OK, &b"application/json"[..])
            );
            assert_eq!(answer.body(), r#"{"message":"Hello ada! It is noon in Asia/Tokyo."}"#);
            host.deactivate().await
        })
    }

    #[test]
    fn what_cannot_be_answered_says_why() -> Result<(), HostError> {
        block_on(async {
            let host = host(&noon()).await?;
            let long = format!(r#"{{"zone": "{}"}}"#, "x".repeat(2000));
            let tokyo = r#"{"zone": "Asia/Tokyo"}"#;
            for (user, body, status, words) in [
                (None, tokyo, StatusCode::UNAUTHORIZED, "Log in first"),
                (Some("user1"), "no JSON", StatusCode::BAD_REQUEST, "Which zone?"),
                (Some("user1"), &long, StatusCode::PAYLOAD_TOO_LARGE, "too long"),
                (
                    Some("user1"),
                    r#"{"zone": "Asia/Nowhere"}"#,
                    StatusCode::NOT_FOUND,
                    "no time zone `Asia/Nowhere`",
                ),
                (Some("nobody"), tokyo, StatusCode::INTERNAL_SERVER_ERROR, "log"),
            ] {
                let answer = host.request(asked(user, body)).await?;
                let text = String::from_utf8_lossy(answer.body());
                assert!(
                    answer.status() == status && text.contains(words),
                    "{body}: {} {text}",
                    answer.status()
                );
            }
            assert_eq!(host.get("/api/v1/time").await?.status(), StatusCode::NOT_FOUND);
            Ok(())
        })
    }

    #[test]
    fn a_service_that_fails_is_said() -> Result<(), HostError> {
        block_on(async {
            let host = host(&StandIn::answering(503, "")).await?;
            let answer = host.request(asked(Some("user1"), r#"{"zone": "UTC"}"#)).await?;
            assert_eq!(answer.status(), StatusCode::BAD_GATEWAY);
            assert!(answer.body().starts_with(br#"{"message":"The time service does not answer"#));
            Ok(())
        })
    }
}
