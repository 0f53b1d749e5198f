//! All methods, one after the other: each can be scripted, and its calls are kept.

use std::collections::BTreeMap;

use ::http::{Request, Response};
use bytes::Bytes;

use crate::api::every as api;
use crate::model::{FileInfo, Manifest, UploadSession};
use crate::testing::calls::*;
use crate::testing::generated::calls::{METHODS, for_each_call};
use crate::testing::{Method, Server, app_error};

/// What a test can do with a method, without its type.
struct Row {
    refuse: fn(&Server),
    answer: fn(&Server),
    count: fn(&Server) -> usize,
}

fn row<M: Method<Output: Default + Sync>>() -> (&'static str, Row) {
    let refuse = |server: &Server| {
        server.fail::<M>("as scripted").once();
    };
    let answer = |server: &Server| {
        server.answer::<M>(Ok(M::Output::default())).once();
    };
    (M::NAME, Row { refuse, answer, count: |server| server.calls_of::<M>().len() })
}

fn rows() -> BTreeMap<&'static str, Row> {
    let mut rows = BTreeMap::new();
    macro_rules! add {
        ($call:ident) => {
            rows.extend([row::<$call>()]);
        };
    }
    for_each_call!(add);
    rows
}

#[tokio::test]
async fn every_method_can_be_scripted_and_is_recorded() {
    let (server, rows) = (Server::new(), rows());
    let api = server.api();
    for (go, _, call) in api::METHODS {
        let row = rows.get(go).unwrap_or_else(|| panic!("no call is named {go}"));
        (row.refuse)(&server);
        let error = call(api.clone()).await.unwrap_err().to_string();
        assert!(error.ends_with("testing: as scripted"), "{go}: {error}");
        (row.answer)(&server);
        let answered = call(api.clone()).await;
        assert!(answered.is_ok(), "{go}: {answered:?}");
        assert_eq!((row.count)(&server), 2, "{go}");
    }
    server.verify();
    // Those that travel in streams and `PluginHTTP` in its other form have no row.
    assert_eq!(rows.len() + 4, METHODS.len());
    assert!(api::METHODS.len() > 220, "only {} methods", api::METHODS.len());
}

#[tokio::test]
async fn a_method_is_answered_or_named() {
    let server = Server::new();
    let api = server.api();
    for (go, _, call) in api::METHODS {
        let before = server.unexpected().len();
        let error = call(api.clone()).await.err().map(|error| error.to_string());
        let unexpected = error.is_some_and(|text| text.contains("testing: nothing answers"));
        assert_eq!(server.unexpected().len() - before, usize::from(unexpected), "{go}");
    }
    let by_itself = server.calls().len() - server.unexpected().len();
    assert!(by_itself > 90, "{by_itself} methods");
}

#[tokio::test]
async fn calls_with_streams_are_scripted_and_kept_whole() {
    let server = Server::new();
    let api = server.api();
    server.answer::<InstallPlugin>(Ok(Manifest { id: "a.b".into(), ..Manifest::default() })).once();
    server.fail::<InstallPlugin>("not here");
    assert_eq!(api.install_plugin("a bundle", true).await.unwrap().id, "a.b");
    assert!(api.install_plugin("another", false).await.unwrap_err().to_string().contains("not here"));
    let kept = server.calls_of::<InstallPlugin>();
    assert_eq!(kept[0], InstallPlugin { bundle: b"a bundle".to_vec(), replace: true });
    let session = UploadSession { id: "u".into(), file_size: 3, ..UploadSession::default() };
    server
        .on(|call: UploadData| Ok(Some(FileInfo { name: call.session.filename, ..FileInfo::default() })))
        .when(|call| call.data == b"xyz");
    assert!(api.upload_data(&session, "xyz").await.unwrap().is_some());
    assert!(api.upload_data(&session, "ab").await.unwrap().is_none(), "by itself: one byte is missing");
    let ask = || Request::post("/com.example.other/echo?a=1").header("x-a", "1").body("ping").unwrap();
    server.on(|call: PluginHttp| Ok(Response::new(Bytes::from([call.body, b"pong".to_vec()].concat()))));
    for way in ["PluginHTTPStream", "PluginHTTP"] {
        let answer = api.plugin_http(ask()).await.unwrap();
        assert_eq!(answer.into_body().bytes(100).await.unwrap(), "pingpong");
        assert_eq!(*server.calls().last().unwrap(), way);
        server.remove_method("PluginHTTPStream");
    }
    let [first, second] = &server.calls_of::<PluginHttp>()[..] else { panic!("{:?}", server.calls()) };
    assert_eq!(first, second, "the same, whichever way it came");
    assert_eq!(
        (&*first.method, &*first.url, &*first.body),
        ("POST", "/com.example.other/echo?a=1", &b"ping"[..])
    );
    server.answer::<PluginHttp>(Err(app_error(500, "the server has no answer")));
    let error = api.plugin_http(ask()).await.unwrap_err().to_string();
    assert!(error.contains("the server has no answer"), "{error}");
}
