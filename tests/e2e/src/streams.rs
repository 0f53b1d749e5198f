//! API methods that send streams, one case a path; the answer says what came of it.

use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body as _, Frame};
use mmplugin::http::{Body, Request, Response, Uri};
use mmplugin::model::{AuditRecord, LogLevel, UploadSession};
use mmplugin::{Api, ApiError};
use serde_json::json;

use crate::api::kind;
use crate::pages::{query, word};

pub(crate) async fn call(api: &Api, case: &str, uri: &Uri) -> serde_json::Value {
    let number = |name| query(uri, name, 0);
    let result = match case {
        "plugin" => plugin(api, uri).await,
        "plugin-dropped" => dropped(api, uri).await,
        "install" => {
            let bundle = Body::new(Pattern::new(number("n"), number("fail")));
            let installed = api.install_plugin(bundle, number("replace") == 1).await;
            installed.map(|manifest| json!(manifest))
        }
        "upload" => upload(api, uri).await,
        "audit" => audit(api).await,
        _ => Ok(json!("no such case")),
    };
    match result {
        Ok(value) => json!({ "value": value }),
        Err(error) => json!({ "error": kind(&error), "text": error.to_string() }),
    }
}

/// A request to another plugin, whose answer should be `n` bytes of the pattern where it is compared.
async fn plugin(api: &Api, uri: &Uri) -> Result<serde_json::Value, ApiError> {
    let response = api.plugin_http(outgoing(uri)).await?;
    let (head, body) = response.into_parts();
    let headers: Vec<_> = head.headers.iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
    let mut seen = json!({ "status": head.status.as_u16(), "headers": headers });
    let pause = Duration::from_millis(query(uri, "pause", 0) as u64);
    let (mut body, mut length, mut same, mut first) = (pin!(body), 0, true, Bytes::new());
    while let Some(frame) = std::future::poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        let piece = match frame {
            Ok(frame) => frame.into_data().unwrap_or_default(),
            Err(error) => {
                seen["body_error"] = json!(error.to_string());
                break;
            }
        };
        same &= piece.iter().zip(length..).all(|(byte, at)| *byte == (at % 251) as u8);
        if length == 0 {
            first = piece.slice(..piece.len().min(1000));
        }
        length += piece.len();
        tokio::time::sleep(pause).await;
    }
    seen["length"] = json!(length);
    seen["same"] = json!(same);
    seen["text"] = json!(String::from_utf8_lossy(&first));
    Ok(seen)
}

fn outgoing(uri: &Uri) -> Request<Body> {
    let number = |name| query(uri, name, 0);
    let target = word(uri, "to").replace("%3F", "?").replace("%26", "&").replace("%3D", "=");
    let body = match number("n") {
        0 => Body::empty(),
        n => Body::new(Pattern::new(n, number("fail"))),
    };
    let built = Request::post(target).header("x-probe", "one").header("x-probe", "two").body(body);
    built.unwrap_or_else(|_| Request::new(Body::empty()))
}

/// Gives a request up: while it is called, or after `take` bytes of its answer.
async fn dropped(api: &Api, uri: &Uri) -> Result<serde_json::Value, ApiError> {
    let call = api.plugin_http(outgoing(uri));
    let Ok(response) = tokio::time::timeout(Duration::from_millis(500), call).await else {
        return Ok(json!("dropped while it was called"));
    };
    let mut body = pin!(response?.into_body());
    let mut taken = 0;
    while taken < query(uri, "take", 0) {
        match std::future::poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
            Some(Ok(frame)) => taken += frame.into_data().map_or(0, |piece| piece.len()),
            _ => return Ok(json!("ended early")),
        }
    }
    Ok(json!("dropped while it was read"))
}

async fn upload(api: &Api, uri: &Uri) -> Result<serde_json::Value, ApiError> {
    let number = |name| i64::try_from(query(uri, name, 0)).unwrap_or(0);
    let session = UploadSession {
        id: "upload000000000000000000aa".into(),
        user_id: "user00000000000000000000aa".into(),
        filename: "words.txt".into(),
        file_size: number("size"),
        file_offset: number("offset"),
        ..UploadSession::default()
    };
    let part = Pattern::new(query(uri, "n", 0), query(uri, "fail", 0));
    Ok(json!(api.upload_data(&session, Body::new(part)).await?))
}

async fn audit(api: &Api) -> Result<serde_json::Value, ApiError> {
    let mut record =
        AuditRecord { event_name: "probe".into(), status: "success".into(), ..Default::default() };
    record.actor.user_id = "user00000000000000000000aa".into();
    record.meta.insert("count".into(), 7i8.into());
    record.event_data.parameters.insert("words".into(), vec!["a".to_owned(), "b".to_owned()].into());
    api.log_audit_rec(&record).await?;
    let level = LogLevel { id: 101, name: "probe-level".into(), ..LogLevel::default() };
    api.log_audit_rec_with_level(&record, &level).await?;
    Ok(json!(null))
}

/// `length` bytes i mod 251, piece by piece; breaks off after `fail` bytes unless that is 0.
struct Pattern {
    piece: Bytes,
    left: usize,
    fail: Option<usize>,
}

impl Pattern {
    fn new(length: usize, fail: usize) -> Self {
        let piece: Vec<u8> = (0..251 * 256).map(|i| (i % 251) as u8).collect();
        Self { piece: piece.into(), left: length, fail: (fail > 0).then_some(fail) }
    }
}

impl http_body::Body for Pattern {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let most = self.fail.unwrap_or(self.left).min(self.left).min(self.piece.len());
        if self.left == 0 {
            return Poll::Ready(None);
        }
        if most == 0 {
            return Poll::Ready(Some(Err(std::io::Error::other("the source dried up"))));
        }
        self.left -= most;
        self.fail = self.fail.map(|fail| fail - most);
        Poll::Ready(Some(Ok(Frame::data(self.piece.slice(..most)))))
    }
}

/// The page of a case.
pub(crate) async fn page(api: &Api, case: &str, uri: &Uri) -> Response<Body> {
    Response::new(call(api, case, uri).await.to_string().into())
}
