//! What the web part may ask: JSON in, JSON out.

use mmplugin::prelude::*;
use serde::{Deserialize, Serialize};

/// A greeting is short; nobody may make the plugin keep more in memory.
const LONGEST_BODY: usize = 4096;

/// What `POST /api/v1/hello` takes; webapp/src/panel.tsx sends it.
#[derive(Debug, Deserialize)]
struct Greeting {
    word: String,
}

/// What it answers.
#[derive(Debug, Serialize)]
struct Answer {
    message: String,
}

/// Greets the person who asks. The server says who that is: only a valid session with the CSRF header is a user here.
pub async fn hello(api: &Api, request: Request<Body>) -> Response<Body> {
    let Identity::User(user) = Identity::of(&request) else {
        return failure(StatusCode::UNAUTHORIZED, "Log in first.");
    };
    let Ok(body) = request.into_body().bytes(LONGEST_BODY).await else {
        return failure(StatusCode::PAYLOAD_TOO_LARGE, "That is too long.");
    };
    let greeting: Greeting = match serde_json::from_slice(&body) {
        Ok(greeting) => greeting,
        Err(error) => return failure(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    match api.get_user(&user).await {
        Ok(user) => {
            let message = format!("{}, {}!", greeting.word, user.username);
            json(StatusCode::OK, &Answer { message })
        }
        Err(error) => {
            let text = format!("greeting {user} failed: {error}");
            api.log_error(&text, &[]).await.ok();
            failure(
                StatusCode::INTERNAL_SERVER_ERROR,
                "The server's log says what is wrong.",
            )
        }
    }
}

/// An error as the web part reads it.
pub fn failure(status: StatusCode, message: &str) -> Response<Body> {
    let message = message.to_owned();
    json(status, &Answer { message })
}

fn json(status: StatusCode, value: &impl Serialize) -> Response<Body> {
    let text = serde_json::to_string(value).unwrap_or_default();
    let mut response = mmplugin::http::text(status, text);
    let json = mmplugin::http::HeaderValue::from_static("application/json");
    response.headers_mut().insert("content-type", json);
    response
}
