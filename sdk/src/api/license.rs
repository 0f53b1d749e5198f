//! Trial licences.

use super::reply::app_result;
use super::{Api, ApiError};
use crate::model::UserId;
use crate::wire::RequestTrialLicenseArgs;

/// What whoever asks for a trial licence agrees to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TrialConsent {
    /// Mattermost's terms of the trial; without it the server refuses.
    pub terms: bool,
    /// Mails from Mattermost.
    pub emails: bool,
}

/// # Trial licences
impl Api {
    /// Asks Mattermost for a trial licence for some users and installs it; the server needs a way to the internet.
    ///
    /// # Errors
    /// [`ApiError::App`] with status 400 when the terms are not accepted, 403 when the configuration keeps system
    /// administrators from it; otherwise the call itself failed.
    ///
    /// Since server 5.36. Go: `API.RequestTrialLicense`.
    pub async fn request_trial_license(
        &self,
        requester_id: &UserId,
        users: i64,
        consent: TrialConsent,
    ) -> Result<(), ApiError> {
        let requester_id = requester_id.clone();
        let args = RequestTrialLicenseArgs { a: requester_id, b: users, c: consent.terms, d: consent.emails };
        app_result(self.call(args).await?.a)
    }
}
