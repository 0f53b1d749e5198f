//! The calls whose data travel in streams, as a test sees them: in one piece.

use std::collections::BTreeMap;

use ::http::{Request, Response, StatusCode};
use bytes::Bytes;
use serde::Serialize;

use crate::Gob;
use crate::api::ApiError;
use crate::http::{Body, server_headers, server_request};
use crate::model::{FileInfo, Manifest, UploadSession};
use crate::wire::{
    HostError, HttpRequest, HttpResponse, InstallPluginReturns, PluginHttpReturns, UploadDataReturns,
};

use super::method::only_app;
use super::streams::Streams;
use super::{Method, app_error};

/// A call of [`Api::install_plugin`](crate::Api::install_plugin).
#[derive(Debug, Clone, PartialEq, Default, Gob, Serialize)]
pub struct InstallPlugin {
    /// What was sent as bundle.
    #[serde(serialize_with = "super::record::as_text")]
    pub bundle: Vec<u8>,
    /// The argument `replace`.
    pub replace: bool,
}

/// A call of [`Api::upload_data`](crate::Api::upload_data).
#[derive(Debug, Clone, PartialEq, Default, Gob, Serialize)]
pub struct UploadData {
    /// The argument `session`.
    pub session: UploadSession,
    /// What was sent.
    #[serde(serialize_with = "super::record::as_text")]
    pub data: Vec<u8>,
}

/// A call of [`Api::plugin_http`](crate::Api::plugin_http).
#[derive(Debug, Clone, PartialEq, Default, Gob, Serialize)]
pub struct PluginHttp {
    /// As `POST`.
    pub method: String,
    /// Path and query as the plugin gave them: the other plugin's id comes first.
    pub url: String,
    /// The header fields.
    pub header: BTreeMap<String, Vec<String>>,
    /// What was sent.
    #[serde(serialize_with = "super::record::as_text")]
    pub body: Vec<u8>,
}

impl PluginHttp {
    pub(super) fn new(request: HttpRequest, body: Vec<u8>) -> Self {
        Self { method: request.method, url: request.url.0, header: request.header, body }
    }
}

impl Method for InstallPlugin {
    const NAME: &'static str = "InstallPlugin";
    type Output = Manifest;
    type Args = Self;
    type Reply = InstallPluginReturns;
    fn of(args: Self) -> Self {
        args
    }
    fn success(output: Manifest) -> InstallPluginReturns {
        InstallPluginReturns { a: Some(output), b: None }
    }
    fn failure(error: HostError) -> Option<InstallPluginReturns> {
        Some(InstallPluginReturns { a: None, b: Some(only_app(error)) })
    }
}

impl Method for UploadData {
    const NAME: &'static str = "UploadData";
    /// Nothing while more is to come.
    type Output = Option<FileInfo>;
    type Args = Self;
    type Reply = UploadDataReturns;
    fn of(args: Self) -> Self {
        args
    }
    fn success(output: Option<FileInfo>) -> UploadDataReturns {
        UploadDataReturns { a: output, b: None }
    }
    fn failure(error: HostError) -> Option<UploadDataReturns> {
        Some(UploadDataReturns { a: None, b: Some(error) })
    }
}

impl Method for PluginHttp {
    const NAME: &'static str = "PluginHTTP";
    type Output = Response<Bytes>;
    type Args = Self;
    type Reply = PluginHttpReturns;
    fn of(args: Self) -> Self {
        args
    }
    fn success(output: Response<Bytes>) -> PluginHttpReturns {
        let (head, body) = output.into_parts();
        let response = HttpResponse {
            status_code: head.status.as_u16().into(),
            header: server_headers(&head.headers),
            ..HttpResponse::default()
        };
        PluginHttpReturns { response: Some(response), response_body: body.into() }
    }
    fn failure(_: HostError) -> Option<PluginHttpReturns> {
        None
    }
}

/// What the server does when no script answers.
pub(super) trait ByItself: Method<Args = Self> + crate::gob::Gob {
    fn answer(self, streams: &Streams, plugin: &str) -> Result<Self::Output, ApiError>;
}

impl ByItself for InstallPlugin {
    fn answer(self, streams: &Streams, _: &str) -> Result<Manifest, ApiError> {
        let mut data = streams.lock();
        data.bundles.push(self.bundle.into());
        Ok(data.manifest.clone())
    }
}

impl ByItself for UploadData {
    /// Counts on from the session's offset, as a server does; parts of any length will do.
    fn answer(self, streams: &Streams, _: &str) -> Result<Option<FileInfo>, ApiError> {
        let session = self.session;
        let mut data = streams.lock();
        let stored = data.uploads.entry(session.id.clone()).or_default();
        let (size, offset) = (usize::try_from(session.file_size), usize::try_from(session.file_offset));
        if offset != Ok(stored.len()) {
            return Err(app_error(400, "FileOffset mismatch"));
        }
        let missing = size.unwrap_or_default().saturating_sub(stored.len());
        stored.extend_from_slice(self.data.get(..missing).unwrap_or(&self.data));
        let whole = size == Ok(stored.len());
        Ok(whole.then(|| FileInfo {
            id: session.req_file_id,
            creator_id: session.user_id,
            name: session.filename,
            size: session.file_size,
            ..FileInfo::default()
        }))
    }
}

impl ByItself for PluginHttp {
    /// Finds the other plugin by the first part of the path, and lets it answer.
    fn answer(self, streams: &Streams, plugin: &str) -> Result<Response<Bytes>, ApiError> {
        let path = self.url.trim_start_matches('/').to_owned();
        let (id, rest) = path.split_at(path.find(['/', '?']).unwrap_or(path.len()));
        if !rest.starts_with('/') {
            return Ok(plain(400, "Not enough URL. Form of URL should be /<pluginid>/*"));
        }
        let mut request = HttpRequest { method: self.method, header: self.header, ..HttpRequest::default() };
        request.url.0 = rest.to_owned();
        request.header.insert("Mattermost-Plugin-ID".to_owned(), vec![plugin.to_owned()]);
        let answering = streams.lock().plugins.get(id).cloned();
        let request: Result<Request<Body>, _> = server_request(request);
        Ok(match (answering, request) {
            (None, _) => plain(404, "404 page not found\n"),
            (_, Err(_)) => plain(400, "400 bad request\n"),
            (Some(answering), Ok(request)) => answering(request.map(|_| Bytes::from(self.body))),
        })
    }
}

fn plain(status: u16, text: &'static str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(text.as_bytes()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    response
}
