//! Calls as the Apps plugin sends them, over a socket, with a stand-in for the time service.

use mmplugin::integrations::apps::Claims;
use serde_json::{Value, json};
use time_service::stand_in::{StandIn, send as request};

use super::*;

async fn start(time: &StandIn) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let root_url = format!("http://{}", listener.local_addr().unwrap());
    let (secret, service) = (AppSecret::new("s3cret"), TimeService::new());
    let app = App { secret, root_url: root_url.clone(), time_url: time.url().into(), service };
    tokio::spawn(async move { axum::serve(listener, router(app)).await });
    root_url
}

/// What the server sends to a path when ada calls, signed with a secret.
async fn call_signed(root: &str, path: &str, more: Value, secret: &str) -> (u16, String) {
    let mut call = json!({"path": path, "context": {"app_id": "com.example.timezone",
        "mattermost_site_url": "http://mm", "acting_user": {"id": "u1", "username": "ada"}}});
    call.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let token = AppSecret::new(secret).sign(&Claims::in_minutes(15, "u1".into()));
    let bearer = format!("Bearer {token}");
    let headers = [("content-type", "application/json"), ("mattermost-app-authorization", bearer.as_str())];
    request("POST", &format!("{root}{path}"), &headers, call.to_string()).await
}

async fn call(root: &str, path: &str, more: Value) -> Value {
    let (status, body) = call_signed(root, path, more, "s3cret").await;
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).unwrap()
}

/// As the Apps plugin finds its way: from each path in what it has got to the next.
#[tokio::test]
async fn the_way_from_the_manifest_to_the_answer() {
    let time = StandIn::answering(200, r#"{"datetime":"2026-01-01T09:00:00+09:00"}"#);
    let root = start(&time).await;

    let (status, manifest) = request("GET", &format!("{root}/manifest.json"), &[], "").await;
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!((status, &manifest["http"]), (200, &json!({"root_url": root, "use_jwt": true})));
    assert_eq!(manifest["requested_locations"], json!(["/channel_header", "/command"]));

    let bindings = call(&root, "/bindings", json!({})).await;
    let places = bindings["data"].as_array().unwrap();
    assert_eq!(
        places.iter().map(|place| &place["location"]).collect::<Vec<_>>(),
        ["/channel_header", "/command"]
    );
    let (button, command) = (&places[0]["bindings"][0], &places[1]["bindings"][0]);
    assert_eq!(command["label"], "timezone");

    let icon = format!("{root}/static/{}", button["icon"].as_str().unwrap());
    assert_eq!(request("GET", &icon, &[], "").await.0, 200);

    let answer = call(&root, button["submit"]["path"].as_str().unwrap(), json!({})).await;
    let form = &answer["form"];
    assert_eq!((&answer["type"], form), (&json!("form"), &command["form"]));
    assert_eq!(form["submit"]["expand"], json!({"acting_user": "+summary"}));
    let field = &form["fields"][0];
    assert_eq!((&field["name"], &field["type"]), (&json!("zone"), &json!("dynamic_select")));

    let lookup = field["lookup"]["path"].as_str().unwrap();
    let items = call(&root, lookup, json!({"query": "toky", "selected_field": "zone"})).await;
    let tokyo = json!({"label": "Asia/Tokyo", "value": "Asia/Tokyo"});
    assert_eq!(items["data"], json!({"items": [tokyo]}));

    let told =
        call(&root, form["submit"]["path"].as_str().unwrap(), json!({"values": {"zone": tokyo}})).await;
    assert_eq!(told, json!({"type": "ok", "text": "@ada: It is 2026-01-01T09:00:00+09:00 in Asia/Tokyo."}));
    assert_eq!(time.requests().last().unwrap().path, "/Asia/Tokyo");
}

#[tokio::test]
async fn what_went_wrong_is_shown_in_the_form() {
    let root = start(&StandIn::answering(503, "")).await;
    for (values, text) in [
        (json!({"zone": "tokyo"}), "There is no time zone `tokyo`. Did you mean `Asia/Tokyo`?"),
        (json!({}), "The time service does not answer: http status: 503"),
    ] {
        let answer = call(&root, "/send", json!({"values": values})).await;
        assert_eq!(answer, json!({"type": "error", "text": text}));
    }
}

#[tokio::test]
async fn only_the_server_can_call() {
    let time = StandIn::answering(200, r#"{"datetime":"now"}"#);
    let root = start(&time).await;
    for path in ["/bindings", "/form", "/zones", "/send"] {
        assert_eq!(request("POST", &format!("{root}{path}"), &[], "{}").await.0, 401, "{path}");
        assert_eq!(call_signed(&root, path, json!({}), "other").await.0, 401, "{path}");
        let other = json!({"context": {"acting_user": {"id": "u2"}}});
        assert_eq!(call_signed(&root, path, other, "s3cret").await.0, 401, "{path}");
        let (status, body) = call_signed(&root, path, json!({"values": 7}), "s3cret").await;
        assert_eq!(status, 400, "{path}: {body}");
    }
    assert_eq!(time.requests(), []);
}
