//! One request and its answer: time limits, repetition, Ctrl-C, and nothing that follows a redirect.

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use ureq::http::{Request as HttpRequest, Uri, header};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, SendBody};

use super::failure::{Failure, Refusal};
use super::secret::Secret;
use super::target::{Place, Target, is_loopback};
use super::upload::Upload;
use crate::error::{Error, Kind};
use crate::interrupt::Interrupt;

/// To a connection that works, on any line that does.
const CONNECT: Duration = Duration::from_secs(10);
/// An ordinary answer. Also what a stuck upload gets for one write.
pub(super) const ANSWER: Duration = Duration::from_secs(30);
/// Uploading unpacks and starts the plugin, enabling starts it: its OnActivate counts.
pub(super) const ACTIVATION: Duration = Duration::from_secs(180);
/// The longest answer is a page of the log: 10,000 lines.
const LONGEST_ANSWER: u64 = 64 << 20;
/// How often a question is asked before its failure counts.
const TRIES: u32 = 4;
/// A server's rate limiter says how long to wait; more than this is not waited.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);
/// How often a wait looks for Ctrl-C.
const TICK: Duration = Duration::from_millis(20);

/// What is sent.
#[derive(Debug)]
pub(super) enum Payload {
    None,
    Json(serde_json::Value),
    Upload(Upload),
}

/// An answer with a status below 300.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) body: Vec<u8>,
    /// The header `Token` of a login.
    pub(super) token: Option<Secret>,
}

/// The connection to one server.
#[derive(Debug)]
pub(super) struct Http {
    agent: Agent,
    base: String,
    pub(super) token: Option<Secret>,
    pub(super) interrupt: Interrupt,
    /// The server has answered once: from then on a lost connection is worth another try.
    known: AtomicBool,
}

/// One try's outcome: final, or worth repeating after a pause.
enum Outcome {
    Final(Result<Answer, Failure>),
    Again(Failure, Option<Duration>),
}

impl Http {
    pub(super) fn new(target: &Target, interrupt: &Interrupt) -> Result<Self, Error> {
        let (agent, base) = match &target.place {
            Place::Socket(path) => (socket_agent(path.clone())?, "http://localhost".to_owned()),
            Place::Url(url) => (url_agent(target, url)?, url.clone()),
        };
        Ok(Self { agent, base, token: None, interrupt: interrupt.clone(), known: AtomicBool::new(false) })
    }

    /// Asks until there is an answer: a question may be repeated, an order only when the server has not looked at it.
    pub(super) fn send(
        &self,
        method: &str,
        path: &str,
        mut payload: impl FnMut() -> Result<Payload, Failure>,
        limit: Duration,
    ) -> Result<Answer, Failure> {
        let mut pause = Duration::from_millis(200);
        let mut tries = 0;
        loop {
            tries += 1;
            let outcome = self.once(method, path, payload()?, limit)?;
            match outcome {
                Outcome::Final(result) => return result,
                Outcome::Again(failure, _) if tries >= TRIES => return Err(failure),
                Outcome::Again(failure, wanted) => {
                    let wait = wanted.unwrap_or(pause);
                    if wait > LONGEST_PAUSE {
                        return Err(failure);
                    }
                    self.sleep(wait)?;
                    pause *= 2;
                }
            }
        }
    }

    /// Waits, unless Ctrl-C is pressed.
    pub(super) fn sleep(&self, time: Duration) -> Result<(), Failure> {
        let begun = Instant::now();
        while begun.elapsed() < time {
            if self.interrupt.is_set() {
                return Err(Failure::Interrupted);
            }
            thread::sleep(TICK.min(time));
        }
        Ok(())
    }

    /// The request waits in a thread of its own, so that this one can look for Ctrl-C; an abandoned one ends with the
    /// process or at its time limit.
    fn once(&self, method: &str, path: &str, payload: Payload, limit: Duration) -> Result<Outcome, Failure> {
        let is_question = method == "GET";
        let (agent, request) = (self.agent.clone(), self.request(method, path, &payload)?);
        let (sender, receiver) = sync_channel(1);
        thread::spawn(move || {
            let _ = sender.send(run(&agent, request, payload, limit));
        });
        let result = loop {
            if self.interrupt.is_set() {
                return Err(Failure::Interrupted);
            }
            match receiver.recv_timeout(TICK) {
                Ok(result) => break result,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    break Err(Failure::Unreachable("the request ended early".into()));
                }
            }
        };
        Ok(self.judge(result, is_question))
    }

    fn judge(&self, result: Result<Raw, Failure>, is_question: bool) -> Outcome {
        let raw = match result {
            Ok(raw) => raw,
            Err(failure @ Failure::Unreachable(_)) if is_question && self.known.load(Ordering::Relaxed) => {
                return Outcome::Again(failure, None);
            }
            Err(failure) => return Outcome::Final(Err(failure)),
        };
        self.known.store(true, Ordering::Relaxed);
        let Raw { status, body, token, location, retry_after } = raw;
        match status {
            200..300 => Outcome::Final(Ok(Answer { body, token })),
            300..400 => Outcome::Final(Err(Failure::Redirected { to: location })),
            // The limiter stands before everything else, so even an order has not been looked at.
            429 => Outcome::Again(Failure::Refused(Refusal::read(status, &body)), retry_after),
            502..505 if is_question => {
                Outcome::Again(Failure::Refused(Refusal::read(status, &body)), retry_after)
            }
            _ => Outcome::Final(Err(Failure::Refused(Refusal::read(status, &body)))),
        }
    }

    fn request(&self, method: &str, path: &str, payload: &Payload) -> Result<HttpRequest<()>, Failure> {
        let mut request = HttpRequest::builder().method(method).uri(format!("{}/api/v4{path}", self.base));
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", token.expose()));
        }
        request = match payload {
            Payload::None => request,
            Payload::Json(_) => request.header(header::CONTENT_TYPE, "application/json"),
            Payload::Upload(upload) => request
                .header(header::CONTENT_TYPE, upload.content_type())
                .header(header::CONTENT_LENGTH, upload.length())
                // A server or proxy that will not take it says so before megabytes have travelled.
                .header(header::EXPECT, "100-continue"),
        };
        // Only the token can be unfit for a header, and the error would not show it.
        request
            .body(())
            .map_err(|_| Failure::Unreachable("the token or the address has illegal characters".into()))
    }
}

/// What came back, whatever its status.
struct Raw {
    status: u16,
    body: Vec<u8>,
    token: Option<Secret>,
    location: String,
    retry_after: Option<Duration>,
}

fn run(agent: &Agent, request: HttpRequest<()>, payload: Payload, limit: Duration) -> Result<Raw, Failure> {
    let total = match payload {
        Payload::Upload(_) => None,
        _ => Some(limit),
    };
    let body = match payload {
        Payload::None => SendBody::none(),
        Payload::Json(value) => {
            SendBody::from_owned_reader(std::io::Cursor::new(value.to_string().into_bytes()))
        }
        Payload::Upload(upload) => SendBody::from_owned_reader(upload.into_reader()),
    };
    let request = agent.configure_request(request.map(|()| body));
    let request = request.timeout_global(total).timeout_recv_response(Some(limit)).build();
    let mut response = agent.run(request)?;
    let header =
        |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let token = header("token").map(|token| Secret::new(&token));
    let location = header("location").unwrap_or_default();
    let retry_after = header("retry-after").and_then(|text| text.trim().parse().ok());
    let mut body = Vec::new();
    let reader = response.body_mut().with_config().limit(LONGEST_ANSWER).reader();
    let read = { reader }.read_to_end(&mut body);
    read.map_err(|error| Failure::from(ureq::Error::from(error)))?;
    let status = response.status().as_u16();
    Ok(Raw { status, body, token, location, retry_after: retry_after.map(Duration::from_secs) })
}

fn config() -> ureq::config::ConfigBuilder<ureq::typestate::AgentScope> {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(concat!("cargo-mmplugin/", env!("CARGO_PKG_VERSION")))
        .timeout_connect(Some(CONNECT))
        .timeout_per_write(Some(ANSWER))
}

fn url_agent(target: &Target, url: &str) -> Result<Agent, Error> {
    let mut tls = TlsConfig::builder().disable_verification(target.insecure);
    if let Some(pem) = &target.ca {
        tls = tls.root_certs(RootCerts::Specific(Arc::new(certificates(pem)?)));
    }
    let mut config = config().tls_config(tls.build());
    let host = url.parse::<Uri>().ok().and_then(|uri| uri.host().map(str::to_owned));
    if host.is_some_and(|host| is_loopback(&host)) {
        config = config.proxy(None);
    }
    Ok(config.build().new_agent())
}

fn certificates(pem: &[u8]) -> Result<Vec<ureq::tls::Certificate<'static>>, Error> {
    let mut found = Vec::new();
    for item in parse_pem(pem) {
        let wrong = |error: ureq::Error| {
            Error::new(Kind::Usage, "the file of certificates is not PEM").detail(error.to_string())
        };
        if let PemItem::Certificate(certificate) = item.map_err(wrong)? {
            found.push(certificate);
        }
    }
    if found.is_empty() {
        return Err(Error::new(Kind::Usage, "the file of certificates holds none")
            .help("PEM: -----BEGIN CERTIFICATE----- …"));
    }
    Ok(found)
}

#[cfg(unix)]
fn socket_agent(path: PathBuf) -> Result<Agent, Error> {
    use super::socket::{NoResolver, SocketConnector};
    Ok(Agent::with_parts(config().proxy(None).build(), SocketConnector(path), NoResolver))
}

#[cfg(not(unix))]
fn socket_agent(path: PathBuf) -> Result<Agent, Error> {
    Err(Error::new(Kind::Usage, format!("{}: there are no such sockets here", path.display()))
        .help("--url https://chat.example.com"))
}
