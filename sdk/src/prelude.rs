//! What nearly every plugin needs: `use mmplugin::prelude::*;`.

pub use std::sync::Arc;

pub use crate::api::{Api, ApiError};
pub use crate::http::{Body, Identity, Request, Response, StatusCode};
pub use crate::model::{AppError, CommandArgs, CommandResponse, Context, Post, PostId, User, UserId};
pub use crate::settings::Current;
pub use crate::{Activation, Decision, Error, Hooks, PostDecision, Settings, UploadDecision, Verdict};
