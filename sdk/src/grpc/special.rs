//! API methods whose messages are of another form than their arguments in Go.

use super::convert::{Put, Take, unreadable};
use super::proto::pluginapi as pb;
use super::seam::{Carry, Fault};
use crate::gob::Value;
use crate::wire;

/// Names and values in turn.
fn pairs(values: &[Value]) -> Vec<pb::KeyValuePair> {
    let name = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => serde_json::to_string(other).unwrap_or_default(),
    };
    let pair = |pair: &[Value]| match pair {
        [key, value, ..] => pb::KeyValuePair { key: name(key), value: Some(value.put()) },
        [value] => pb::KeyValuePair { key: String::new(), value: Some(value.put()) },
        [] => pb::KeyValuePair::default(),
    };
    values.chunks(2).map(pair).collect()
}

macro_rules! logs {
    ($($args:ident $returns:ident $request:ident $response:ident $go:literal)*) => {$(
        impl Carry for wire::$args {
            type Request = pb::$request;
            type Response = pb::$response;
            type Answer = wire::$returns;
            const PATH: Option<&'static str> = Some(concat!("/mattermost.pluginapi.v1.PluginAPI/", $go));

            fn request(&self) -> pb::$request {
                pb::$request { msg: self.a.clone(), key_value_pairs: pairs(&self.b) }
            }

            fn answer(m: pb::$response) -> Result<wire::$returns, Fault> {
                m.error.map_or(Ok(wire::$returns {}), |error| Err(Fault::App(Take::take(error))))
            }
        }
    )*};
}

logs! {
    LogDebugArgs LogDebugReturns LogDebugRequest LogDebugResponse "LogDebug"
    LogInfoArgs LogInfoReturns LogInfoRequest LogInfoResponse "LogInfo"
    LogWarnArgs LogWarnReturns LogWarnRequest LogWarnResponse "LogWarn"
    LogErrorArgs LogErrorReturns LogErrorRequest LogErrorResponse "LogError"
}

macro_rules! permissions {
    ($($args:ident $returns:ident $request:ident $response:ident $go:literal $permission:ident { $($field:ident = $from:ident)* })*) => {$(
        impl Carry for wire::$args {
            type Request = pb::$request;
            type Response = pb::$response;
            type Answer = wire::$returns;
            const PATH: Option<&'static str> = Some(concat!("/mattermost.pluginapi.v1.PluginAPI/", $go));

            fn request(&self) -> pb::$request {
                let permission_id = self.$permission.as_ref().map(|permission| permission.id.clone());
                pb::$request { $($field: self.$from.to_string(),)* permission_id: permission_id.unwrap_or_default() }
            }

            fn answer(m: pb::$response) -> Result<wire::$returns, Fault> {
                match m.error {
                    Some(error) => Err(Fault::App(Take::take(error))),
                    None => Ok(wire::$returns { a: m.has_permission }),
                }
            }
        }
    )*};
}

permissions! {
    HasPermissionToArgs HasPermissionToReturns HasPermissionToRequest HasPermissionToResponse "HasPermissionTo" b { user_id = a }
    HasPermissionToTeamArgs HasPermissionToTeamReturns HasPermissionToTeamRequest HasPermissionToTeamResponse "HasPermissionToTeam" c { user_id = a team_id = b }
    HasPermissionToChannelArgs HasPermissionToChannelReturns HasPermissionToChannelRequest HasPermissionToChannelResponse "HasPermissionToChannel" c { user_id = a channel_id = b }
}

impl Carry for wire::LogAuditRecWithLevelArgs {
    type Request = pb::LogAuditRecWithLevelRequest;
    type Response = pb::LogAuditRecWithLevelResponse;
    type Answer = wire::LogAuditRecWithLevelReturns;
    const PATH: Option<&'static str> = Some("/mattermost.pluginapi.v1.PluginAPI/LogAuditRecWithLevel");

    fn request(&self) -> Self::Request {
        pb::LogAuditRecWithLevelRequest { record: self.a.put(), level: self.b.name.clone() }
    }

    fn answer(m: Self::Response) -> Result<Self::Answer, Fault> {
        m.error.map_or(Ok(wire::LogAuditRecWithLevelReturns {}), |error| Err(Fault::App(Take::take(error))))
    }
}

/// Several values of one header are joined by commas: the message has room for one.
impl Carry for wire::PluginHttpArgs {
    type Request = pb::PluginHttpRequest;
    type Response = pb::PluginHttpResponse;
    type Answer = wire::PluginHttpReturns;
    const PATH: Option<&'static str> = Some("/mattermost.pluginapi.v1.PluginAPI/PluginHTTP");

    fn request(&self) -> Self::Request {
        let head = self.request.clone().unwrap_or_default();
        pb::PluginHttpRequest {
            method: head.method,
            url: head.url.0,
            headers: head.header.into_iter().map(|(name, values)| (name, values.join(", "))).collect(),
            body: self.request_body.clone(),
        }
    }

    fn answer(m: Self::Response) -> Result<Self::Answer, Fault> {
        if let Some(error) = m.error {
            return Err(Fault::App(Take::take(error)));
        }
        let response = wire::HttpResponse {
            status_code: m.status_code.into(),
            header: m.headers.into_iter().map(|(name, value)| (name, vec![value])).collect(),
            content_length: i64::try_from(m.body.len())
                .map_err(|error| Fault::Unreadable(unreadable(error)))?,
            ..wire::HttpResponse::default()
        };
        Ok(wire::PluginHttpReturns { response: Some(response), response_body: m.body })
    }
}

/// Calls that stream over net/rpc and have another form here: `api` asks for these by themselves.
macro_rules! not_as_they_are {
    ($($args:ident $returns:ident)*) => {$(
        impl Carry for wire::$args {
            type Request = ();
            type Response = ();
            type Answer = wire::$returns;
            const PATH: Option<&'static str> = None;

            fn request(&self) {}

            fn answer((): ()) -> Result<wire::$returns, Fault> {
                Err(Fault::Absent)
            }
        }
    )*};
}

not_as_they_are! {
    InstallPluginArgs InstallPluginReturns
    UploadDataArgs UploadDataReturns
}

/// A bundle as a whole.
pub(crate) struct Bundle {
    pub(crate) data: Vec<u8>,
    pub(crate) replace: bool,
}

impl Carry for Bundle {
    type Request = pb::InstallPluginRequest;
    type Response = pb::InstallPluginResponse;
    type Answer = wire::InstallPluginReturns;
    const PATH: Option<&'static str> = Some("/mattermost.pluginapi.v1.PluginAPI/InstallPlugin");

    fn request(&self) -> Self::Request {
        pb::InstallPluginRequest { file_data: self.data.clone(), replace: self.replace }
    }

    fn answer(m: Self::Response) -> Result<Self::Answer, Fault> {
        Ok(wire::InstallPluginReturns { a: Take::take(m.manifest), b: Take::take(m.error) })
    }
}

/// A part of an upload as a whole.
pub(crate) struct Part {
    pub(crate) session: crate::model::UploadSession,
    pub(crate) data: Vec<u8>,
}

impl Carry for Part {
    type Request = pb::UploadDataRequest;
    type Response = pb::UploadDataResponse;
    type Answer = wire::UploadDataReturns;
    const PATH: Option<&'static str> = Some("/mattermost.pluginapi.v1.PluginAPI/UploadData");

    fn request(&self) -> Self::Request {
        pb::UploadDataRequest { upload_session: Some(self.session.put()), data: self.data.clone() }
    }

    fn answer(m: Self::Response) -> Result<Self::Answer, Fault> {
        Ok(wire::UploadDataReturns { a: Take::take(m.file_info), b: Take::take(m.error) })
    }
}
