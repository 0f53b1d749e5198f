//! Files.

use crate::api::ApiError;
use crate::model::{FileId, FileInfo};
use crate::testing::calls::*;

use super::{Found, State, missing};

fn no_file() -> ApiError {
    missing("app.file_info.get.app_error", "Unable to get the file info.")
}

impl State {
    /// Puts a file in, with what follows from its name and bytes.
    pub(in crate::testing) fn add_file(&mut self, mut info: FileInfo, data: Vec<u8>) -> FileInfo {
        let (id, at) = self.stamp(info.id.as_str(), info.create_at, "file");
        (info.id, info.create_at, info.update_at) = (id.into(), at, at);
        info.size = i64::try_from(data.len()).unwrap_or(i64::MAX);
        if info.extension.is_empty() {
            info.extension = info.name.rsplit_once('.').map_or("", |(_, end)| end).to_owned();
        }
        if info.path.is_empty() {
            info.path = format!("data/{}/{}", info.id, info.name);
        }
        self.files.push((info.clone(), data));
        info
    }

    fn file(&self, id: &FileId) -> Found<&(FileInfo, Vec<u8>)> {
        self.files.iter().find(|(info, _)| info.id == *id).ok_or_else(no_file)
    }

    pub(super) fn upload_file(&mut self, call: UploadFile) -> Found<FileInfo> {
        let info = FileInfo { channel_id: call.channel_id, name: call.filename, ..FileInfo::default() };
        Ok(self.add_file(info, call.data))
    }

    pub(super) fn get_file(&mut self, call: GetFile) -> Found<Vec<u8>> {
        Ok(self.file(&call.file_id)?.1.clone())
    }

    pub(super) fn get_file_info(&mut self, call: GetFileInfo) -> Found<FileInfo> {
        Ok(self.file(&call.file_id)?.0.clone())
    }

    pub(super) fn read_file(&mut self, call: ReadFile) -> Found<Vec<u8>> {
        let found = self.files.iter().find(|(info, _)| info.path == call.path);
        let text = "Unable to read the file.";
        found.map(|(_, data)| data.clone()).ok_or_else(|| missing("api.file.read_file.app_error", text))
    }
}
