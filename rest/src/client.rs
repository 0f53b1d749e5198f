//! The client: how it is made, who it asks as, and what all of its methods are made of.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use mmplugin::model::{Channel, Command, FileInfo, Post, Team, User};

use crate::cancel::Cancel;
use crate::error::Error;
use crate::http::{self, Answer, Call, Http, Payload};
use crate::integrations::{IncomingWebhook, OutgoingWebhook};
use crate::place::{BadAddress, Place};
use crate::secret::Secret;

/// A server, ready to be asked.
///
/// Cheap to clone: clones share the connections. The token is each clone's own, so that a program can speak for several
/// users over the same connections. All methods block; see the [crate's page](crate) for async programs.
#[derive(Debug, Clone)]
pub struct Client {
    http: Arc<Http>,
    token: Option<Secret>,
    /// The token is that of a session which [`Client::login`] began.
    session: bool,
    cancel: Option<Cancel>,
}

/// What a [`Client`] is made with.
#[derive(Debug, Clone)]
pub struct Builder {
    place: Result<Place, BadAddress>,
    token: Option<Secret>,
    cancel: Option<Cancel>,
    pub(crate) certificates: Option<Vec<u8>>,
    pub(crate) insecure: bool,
    pub(crate) allow_http: bool,
    pub(crate) user_agent: String,
    pub(crate) timeout: Duration,
    pub(crate) longest_pause: Duration,
}

impl Builder {
    fn new(place: Result<Place, BadAddress>) -> Self {
        Self {
            place,
            token: None,
            cancel: None,
            certificates: None,
            insecure: false,
            allow_http: false,
            user_agent: concat!("mmplugin-rest/", env!("CARGO_PKG_VERSION")).into(),
            timeout: http::ANSWER,
            longest_pause: http::LONGEST_PAUSE,
        }
    }

    /// A personal access token, a bot's token or a session's.
    #[must_use]
    pub fn token(mut self, token: Secret) -> Self {
        self.token = Some(token);
        self
    }

    /// Ends requests and waits from elsewhere. With it, each request waits in a thread of its own.
    #[must_use]
    pub fn cancel(mut self, cancel: &Cancel) -> Self {
        self.cancel = Some(cancel.clone());
        self
    }

    /// Trusts these certificates, in PEM, instead of the public ones.
    #[must_use]
    pub fn certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.certificates = Some(pem.into());
        self
    }

    /// Does not verify the server's certificate: whoever sits on the way can read everything.
    #[must_use]
    pub fn insecure(mut self, insecure: bool) -> Self {
        self.insecure = insecure;
        self
    }

    /// Sends tokens and passwords over plain http to other machines, too.
    #[must_use]
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// The header `User-Agent`.
    #[must_use]
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = name.into();
        self
    }

    /// How long an ordinary answer may take: 30 s unless set. What starts plugins or moves files has three minutes.
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    /// The longest wait that a rate limit or a proxy may ask for: 20 s unless set. One that asks for more, or for a
    /// fourth wait, makes an error, whose [`retry_after`](crate::ApiError::retry_after) says when to come back.
    #[must_use]
    pub fn longest_pause(mut self, limit: Duration) -> Self {
        self.longest_pause = limit;
        self
    }

    /// The client. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Address`] or [`Error::Certificates`]; on systems without such sockets, [`Error::Unreachable`].
    pub fn build(self) -> Result<Client, Error> {
        let place = self.place.clone().map_err(Error::Address)?;
        let http = Arc::new(Http::new(&self, place)?);
        Ok(Client { http, token: self.token, session: false, cancel: self.cancel })
    }
}

impl From<Place> for Builder {
    fn from(place: Place) -> Self {
        Self::new(Ok(place))
    }
}

impl Client {
    /// A client of the server at an address as people open it, such as `https://chat.example.com`. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Address`].
    pub fn new(url: &str) -> Result<Self, Error> {
        Self::builder(url).build()
    }

    /// The same with settings; a wrong address is found by [`Builder::build`].
    pub fn builder(url: &str) -> Builder {
        Builder::new(Place::url(url))
    }

    /// A client over the server's local-mode socket (`ServiceSettings.EnableLocalMode`), where no token is needed and
    /// methods about users' own things (`get_me`, `login`) have no address.
    pub fn local(socket: impl Into<PathBuf>) -> Builder {
        Builder::from(Place::Socket(socket.into()))
    }

    /// Where the server is.
    pub fn place(&self) -> &Place {
        &self.http.place
    }

    /// Asks with this token from now on.
    pub fn set_token(&mut self, token: Secret) {
        self.token = Some(token);
        self.session = false;
    }

    /// Gives requests from now on another flag to look at, or none: for what tidies up after an end.
    pub fn set_cancel(&mut self, cancel: Option<Cancel>) {
        self.cancel = cancel;
    }

    /// Begins a session, by a user's name or mail address, and asks as that user from now on.
    ///
    /// The session is in the user's list of sessions until [`Client::logout`]; programs that run for long better have a
    /// token. Accounts of single sign-on cannot log in this way.
    ///
    /// # Errors
    /// As all requests; [`Error::Api`] with status 401 for a wrong name or password, with the id
    /// `mfa.validate_token.authenticate.app_error` where a second factor is missing.
    ///
    /// `POST /users/login`.
    pub fn login(&mut self, login_id: &str, password: &Secret) -> Result<User, Error> {
        self.begin_session(&json!({"login_id": login_id, "password": password.expose()}))
    }

    /// [`Client::login`] with the number that the user's authenticator shows.
    ///
    /// # Errors
    /// As [`Client::login`].
    pub fn login_with_mfa(
        &mut self,
        login_id: &str,
        password: &Secret,
        code: &Secret,
    ) -> Result<User, Error> {
        let body = json!({"login_id": login_id, "password": password.expose(), "token": code.expose()});
        self.begin_session(&body)
    }

    fn begin_session(&mut self, body: &serde_json::Value) -> Result<User, Error> {
        let call = Call { is_secret: true, ..order("POST", "/users/login".into(), Payload::json(body)?) };
        // Not with an old token: when that is worth nothing any more, the login must work all the same.
        let answer = self.http.send(&call, None, self.cancel.as_ref())?;
        let none = || Error::NotMattermost("the answer to the login has no token".into());
        self.token = Some(answer.token.as_ref().cloned().ok_or_else(none)?);
        self.session = true;
        identified(read(&answer)?)
    }

    /// Ends the session that [`Client::login`] began, on the server; two seconds are waited for it at most. Without one
    /// it does nothing: a token stays good.
    ///
    /// # Errors
    /// As all requests. The session is forgotten here in any case.
    ///
    /// `POST /users/logout`.
    pub fn logout(&mut self) -> Result<(), Error> {
        if !std::mem::take(&mut self.session) {
            return Ok(());
        }
        let limit = Some(http::FAREWELL);
        let call = Call { limit, ..order("POST", "/users/logout".into(), Payload::None) };
        let token = self.token.take();
        self.http.send(&call, token.as_ref(), self.cancel.as_ref()).map(drop)
    }

    /// Whether [`Client::login`] began a session that has not been ended.
    pub fn has_session(&self) -> bool {
        self.session
    }

    /// Waits, unless the client's [`Cancel`] is used.
    ///
    /// # Errors
    /// [`Error::Cancelled`].
    pub fn sleep(&self, time: Duration) -> Result<(), Error> {
        http::sleep(time, self.cancel.as_ref())
    }

    /// Any address of the API that has no method here: `GET` and a path below `/api/v4`, with its query.
    ///
    /// The path is sent as it is: what comes from people has to be escaped by the caller.
    ///
    /// ```no_run
    /// # fn f(client: &mmplugin_rest::Client) -> Result<(), mmplugin_rest::Error> {
    /// let known: Vec<mmplugin_rest::model::UserId> = client.get("/users/known")?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As all requests: see [`Error`].
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        self.question(path.to_owned())
    }

    /// As [`Client::get`], with `POST` and a body of JSON. It is not repeated when the connection breaks.
    ///
    /// # Errors
    /// As all requests: see [`Error`].
    pub fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Error> {
        read(&self.send(&order("POST", path.to_owned(), Payload::json(body)?))?)
    }

    /// As [`Client::post`], with `PUT`.
    ///
    /// # Errors
    /// As all requests: see [`Error`].
    pub fn put<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Error> {
        read(&self.send(&order("PUT", path.to_owned(), Payload::json(body)?))?)
    }

    /// `DELETE`; what the server answers is not looked at.
    ///
    /// # Errors
    /// As all requests: see [`Error`].
    pub fn delete(&self, path: &str) -> Result<(), Error> {
        self.send(&order("DELETE", path.to_owned(), Payload::None)).map(drop)
    }

    /// An order with a body; what the server answers is not looked at.
    pub(crate) fn tell(
        &self,
        method: &'static str,
        path: String,
        body: &impl Serialize,
    ) -> Result<(), Error> {
        self.send(&order(method, path, Payload::json(body)?)).map(drop)
    }

    pub(crate) fn send(&self, call: &Call) -> Result<Answer, Error> {
        self.http.send(call, self.token.as_ref(), self.cancel.as_ref())
    }

    pub(crate) fn question<T: DeserializeOwned>(&self, path: String) -> Result<T, Error> {
        read(&self.send(&question(path))?)
    }

    /// A question for one thing.
    pub(crate) fn one<T: DeserializeOwned + Identified>(&self, path: String) -> Result<T, Error> {
        identified(self.question(path)?)
    }

    /// An order that is answered with the thing as the server has it now.
    pub(crate) fn made<T: DeserializeOwned + Identified>(
        &self,
        method: &'static str,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        identified(read(&self.send(&order(method, path.to_owned(), Payload::json(body)?))?)?)
    }

    /// A question that needs a body: it changes nothing, so it may be repeated.
    pub(crate) fn question_with<T: DeserializeOwned>(
        &self,
        path: String,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        let call = order("POST", path, Payload::json(body)?);
        read(&self.send(&Call { is_question: true, ..call })?)
    }
}

impl Payload {
    pub(crate) fn json(value: &impl Serialize) -> Result<Self, Error> {
        let text = serde_json::to_vec(value).map_err(|error| Error::Input(error.to_string()))?;
        Ok(Self::Json(text.into()))
    }
}

/// What the server gives an id to.
pub(crate) trait Identified {
    fn is_identified(&self) -> bool;
}

macro_rules! identified {
    ($($name:ty)*) => {$(
        impl Identified for $name {
            fn is_identified(&self) -> bool {
                !self.id.as_str().is_empty()
            }
        }
    )*};
}

identified! { Channel Command FileInfo IncomingWebhook OutgoingWebhook Post Team User }

/// Fields that do not come are empty, so any JSON object is read as anything; without an id it is something else.
pub(crate) fn identified<T: Identified>(thing: T) -> Result<T, Error> {
    let otherwise = || Error::NotMattermost("what it says has no id".into());
    Some(thing).filter(Identified::is_identified).ok_or_else(otherwise)
}

pub(crate) fn question(path: String) -> Call {
    Call { is_question: true, ..order("GET", path, Payload::None) }
}

pub(crate) fn order(method: &'static str, path: String, payload: Payload) -> Call {
    let longest = http::LONGEST_ANSWER;
    Call { method, path, payload, limit: None, longest, is_question: false, is_secret: false }
}

pub(crate) fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, Error> {
    serde_json::from_slice(&answer.body).map_err(|error| {
        let start = answer.body.iter().find(|byte| !byte.is_ascii_whitespace());
        Error::NotMattermost(if start == Some(&b'<') { "a web page".to_owned() } else { error.to_string() })
    })
}
