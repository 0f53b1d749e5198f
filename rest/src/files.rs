//! Files beside posts.

use mmplugin::model::{ChannelId, FileId, FileInfo};
use serde::Deserialize;

use crate::client::{identified, order, question, read};
use crate::http::{ACTIVATION, Call, LONGEST_FILE, Payload};
use crate::path::{path, with_query};
use crate::{Client, Error};

/// Files. Each method fails as all requests do: see [`Error`].
impl Client {
    /// Uploads a file for a post in a channel: its id goes into the post's `file_ids`.
    ///
    /// The file is sent whole from memory, within three minutes; the server's `FileSettings.MaxFileSize` is the limit.
    ///
    /// # Errors
    /// See [`Error`]; [`ApiError::is_too_large`](crate::ApiError::is_too_large) for the server's limit or a proxy's.
    ///
    /// `POST /files`.
    pub fn upload_file(
        &self,
        channel_id: &ChannelId,
        name: &str,
        bytes: impl Into<Vec<u8>>,
    ) -> Result<FileInfo, Error> {
        #[derive(Deserialize)]
        struct Uploaded {
            file_infos: Vec<FileInfo>,
        }
        let query = [("channel_id", channel_id.as_str()), ("filename", name)];
        let payload = Payload::File(bytes.into().into());
        let call = order("POST", with_query("/files".into(), &query), payload);
        let uploaded: Uploaded = read(&self.send(&Call { limit: Some(ACTIVATION), ..call })?)?;
        identified(uploaded.file_infos.into_iter().next().unwrap_or_default())
    }

    /// A file's bytes, 128 MiB of them at most, within three minutes.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::TooLong`] for a longer one.
    ///
    /// `GET /files/{file_id}`.
    pub fn get_file(&self, file_id: &FileId) -> Result<Vec<u8>, Error> {
        let call = question(path(&["files", file_id.as_str()])?);
        let call = Call { limit: Some(ACTIVATION), longest: LONGEST_FILE, ..call };
        Ok(self.send(&call)?.body)
    }

    /// A file's name, size and kind.
    ///
    /// # Errors
    /// See [`Error`].
    ///
    /// `GET /files/{file_id}/info`.
    pub fn get_file_info(&self, file_id: &FileId) -> Result<FileInfo, Error> {
        self.one(path(&["files", file_id.as_str(), "info"])?)
    }
}
