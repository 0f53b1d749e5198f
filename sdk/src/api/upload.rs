//! Methods that send a stream to the server.

use super::reply::{app_result, error_result, present};
use super::{Api, ApiError};
#[cfg(feature = "grpc")]
use crate::grpc::{Bundle, Part};
use crate::http::{Body, Outgoing};
use crate::model::{FileInfo, Manifest, UploadSession};
use crate::wire::{InstallPluginArgs, UploadDataArgs};

/// # Plugins from bundles
impl Api {
    /// Installs a plugin from its bundle (a `.tar.gz`), and enables it where it was enabled before.
    ///
    /// The server reads the whole bundle into its memory before it looks at it. An installed version is kept, and the
    /// call fails, unless `replace` is set. Dropping the call takes the rest of the bundle away: nothing is installed.
    ///
    /// ```
    /// # async fn example(api: mmplugin::Api) -> Result<(), Box<dyn std::error::Error>> {
    /// use mmplugin::http::Body;
    ///
    /// let bundle = tokio::fs::File::open("other-1.0.0.tar.gz").await?;
    /// let manifest = api.install_plugin(Body::from_reader(bundle), true).await?;
    /// println!("installed {} {}", manifest.id, manifest.version);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ApiError::App`] when the server refuses; with status 501 when uploads of plugins are disabled
    /// (`PluginSettings.EnableUploads`). [`ApiError::Body`] when the bundle cannot be read to its end.
    ///
    /// Since server 5.18. Go: `API.InstallPlugin`.
    pub async fn install_plugin(&self, bundle: impl Into<Body>, replace: bool) -> Result<Manifest, ApiError> {
        const METHOD: &str = "InstallPlugin";
        let Some(broker) = self.streams() else { return self.install_whole(bundle.into(), replace).await };
        let outgoing = Outgoing::offer(broker, bundle.into());
        let args = InstallPluginArgs { plugin_stream_id: outgoing.id(), b: replace };
        let reply = self.call(args).await;
        whole(METHOD, &outgoing)?;
        let reply = reply?;
        app_result(reply.b)?;
        present(METHOD, reply.a)
    }
}

/// # Uploads in parts
impl Api {
    /// Sends the next part of an upload; the file's record once it is complete, `None` while parts are missing.
    ///
    /// The part starts at the session's `file_offset`, which must be what the server has: it counts on from there and
    /// takes no more than the file's size. After each part but the last read the session anew for the next offset;
    /// `session` itself stays as it is. The first part must be the whole file or at least 5 MiB.
    ///
    /// Dropping the call breaks the part off; the server may keep what has arrived.
    ///
    /// # Errors
    /// [`ApiError::App`] when the server refuses, as with status 400 for an offset that is not its own or a second
    /// part at the same time. [`ApiError::Body`] when the part cannot be read to its end.
    ///
    /// Since server 7.6. Go: `API.UploadData`.
    pub async fn upload_data(
        &self,
        session: &UploadSession,
        part: impl Into<Body>,
    ) -> Result<Option<FileInfo>, ApiError> {
        let Some(broker) = self.streams() else { return self.upload_whole(session, part.into()).await };
        let outgoing = Outgoing::offer(broker, part.into());
        let args = UploadDataArgs { a: Some(session.clone()), plugin_stream_id: outgoing.id() };
        let reply = self.call(args).await;
        whole("UploadData", &outgoing)?;
        let reply = reply?;
        error_result(reply.b)?;
        Ok(reply.a)
    }
}

/// Over a transport without streams beside the calls: what is sent travels in the call.
#[cfg(feature = "grpc")]
impl Api {
    async fn install_whole(&self, bundle: Body, replace: bool) -> Result<Manifest, ApiError> {
        const METHOD: &str = "InstallPlugin";
        let args = Bundle { data: collected(METHOD, bundle).await?, replace };
        let reply = self.grpc(METHOD, "5.18", &args).await?;
        app_result(reply.b)?;
        present(METHOD, reply.a)
    }

    async fn upload_whole(&self, session: &UploadSession, part: Body) -> Result<Option<FileInfo>, ApiError> {
        const METHOD: &str = "UploadData";
        let args = Part { session: session.clone(), data: collected(METHOD, part).await? };
        let reply = self.grpc(METHOD, "7.6", &args).await?;
        error_result(reply.b)?;
        Ok(reply.a)
    }

    async fn grpc<A: crate::grpc::Carry>(
        &self,
        method: &'static str,
        since: &'static str,
        args: &A,
    ) -> Result<A::Answer, ApiError> {
        match &self.transport {
            super::Transport::Grpc(client) => client.call(method, since, args).await,
            super::Transport::NetRpc { .. } => Err(ApiError::Unsupported { method, since }),
        }
    }
}

#[cfg(feature = "grpc")]
async fn collected(method: &'static str, body: Body) -> Result<Vec<u8>, ApiError> {
    let bytes = body.bytes(crate::grpc::MAX_MESSAGE).await;
    bytes.map(Into::into).map_err(|source| ApiError::Body { method, source: std::sync::Arc::new(source) })
}

/// Without gRPC there is no transport that lacks streams.
#[cfg(not(feature = "grpc"))]
impl Api {
    async fn install_whole(&self, _: Body, _: bool) -> Result<Manifest, ApiError> {
        Err(ApiError::Unsupported { method: "InstallPlugin", since: "5.18" })
    }

    async fn upload_whole(&self, _: &UploadSession, _: Body) -> Result<Option<FileInfo>, ApiError> {
        Err(ApiError::Unsupported { method: "UploadData", since: "7.6" })
    }
}

/// An error when the body broke off: what the server says of it then is of no interest.
pub(super) fn whole(method: &'static str, outgoing: &Outgoing) -> Result<(), ApiError> {
    outgoing.failure().map_or(Ok(()), |source| Err(ApiError::Body { method, source }))
}
