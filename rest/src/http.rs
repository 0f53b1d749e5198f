//! One request and its answer: time limits, repetition, giving up, and nothing that follows a redirect.

use std::io::{Cursor, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ureq::http::{HeaderMap, Request as HttpRequest, header};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, SendBody};

use crate::cancel::Cancel;
use crate::client::Builder;
use crate::error::{ApiError, Error};
use crate::place::Place;
use crate::secret::Secret;
use crate::upload::{Sent, Upload};

/// To a connection that works, on any line that does.
const CONNECT: Duration = Duration::from_secs(10);
/// An ordinary answer, unless the builder says otherwise. Also what a stuck upload gets for one write.
pub(crate) const ANSWER: Duration = Duration::from_secs(30);
/// Uploading a plugin unpacks and starts it, enabling starts it: its OnActivate counts. Large files take their time, too.
pub(crate) const ACTIVATION: Duration = Duration::from_secs(180);
/// Logging out tidies up at the end, and nobody waits long for that.
pub(crate) const FAREWELL: Duration = Duration::from_secs(2);
/// The longest ordinary answer is a page of the log: 10,000 lines.
pub(crate) const LONGEST_ANSWER: u64 = 64 << 20;
/// A file is read whole: as large as servers take them unless told otherwise (100 MiB), and some.
pub(crate) const LONGEST_FILE: u64 = 128 << 20;
/// How often a question is asked before its failure counts.
const TRIES: u32 = 4;
/// Before the second try; doubled for each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// A rate limiter says how long to wait; more than this is not waited, unless the builder says otherwise.
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_secs(20);
/// How often a wait looks at the flag of its caller.
const TICK: Duration = Duration::from_millis(20);
/// Counts of seconds beyond it are moments since 1970, not times to wait: some servers' docs say so, some proxies do so.
const LONGEST_COUNT: u64 = 1_000_000_000;

/// What is sent.
#[derive(Debug, Clone)]
pub(crate) enum Payload {
    None,
    Json(Arc<[u8]>),
    /// A file, whole.
    File(Arc<[u8]>),
    /// A bundle of a plugin, as a form.
    Bundle(PathBuf, Sent),
}

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: &'static str,
    /// With its query; everything in it is escaped.
    pub(crate) path: String,
    pub(crate) payload: Payload,
    /// For the answer; `None`: the client's.
    pub(crate) limit: Option<Duration>,
    /// Bytes of the answer that are read.
    pub(crate) longest: u64,
    /// Changes nothing on the server, so that it may be asked again.
    pub(crate) is_question: bool,
    /// Something in the payload is.
    pub(crate) is_secret: bool,
}

/// An answer with a status below 300.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) body: Vec<u8>,
    /// The header `Token` of a login.
    pub(crate) token: Option<Secret>,
}

/// The connections to one server; a client and its clones share them.
#[derive(Debug)]
pub(crate) struct Http {
    agent: Agent,
    base: String,
    pub(crate) place: Place,
    /// Neither tokens nor passwords are sent.
    no_secrets: bool,
    limit: Duration,
    longest_pause: Duration,
    /// The server has answered once: from then on a lost connection is worth another try.
    known: AtomicBool,
}

/// What a request's thread reads and sends.
type Body = Box<dyn Read + Send>;

/// One try's outcome: final, or worth repeating after a pause.
enum Outcome {
    Final(Result<Answer, Error>),
    Again(Error, Option<Duration>),
}

impl Http {
    pub(crate) fn new(builder: &Builder, place: Place) -> Result<Self, Error> {
        let (agent, base) = match &place {
            Place::Socket(path) => (socket_agent(builder, path.clone())?, "http://localhost".to_owned()),
            Place::Url(url) => (url_agent(builder, &place)?, url.clone()),
        };
        Ok(Self {
            agent,
            base,
            no_secrets: !builder.allow_http && !place.is_private(),
            place,
            limit: builder.timeout,
            longest_pause: builder.longest_pause,
            known: AtomicBool::new(false),
        })
    }

    /// Asks until there is an answer: a question may be repeated, an order only when the server has not looked at it.
    pub(crate) fn send(
        &self,
        call: &Call,
        token: Option<&Secret>,
        cancel: Option<&Cancel>,
    ) -> Result<Answer, Error> {
        if self.no_secrets && (call.is_secret || token.is_some()) {
            return Err(Error::PlainHttp);
        }
        if !call.path.starts_with('/') {
            return Err(Error::Input(format!("the path {:?} does not begin with a slash", call.path)));
        }
        let mut pause = FIRST_PAUSE;
        let mut tries = 0;
        loop {
            tries += 1;
            let outcome = self.once(call, token, cancel)?;
            match outcome {
                Outcome::Final(result) => return result,
                Outcome::Again(error, _) if tries >= TRIES => return Err(error),
                Outcome::Again(error, wanted) => {
                    let wait = wanted.unwrap_or(pause);
                    if wait > self.longest_pause {
                        return Err(error);
                    }
                    sleep(wait, cancel)?;
                    pause *= 2;
                }
            }
        }
    }

    /// With a flag to look at, the request waits in a thread of its own; an abandoned one ends with the process or at
    /// its time limit.
    fn once(&self, call: &Call, token: Option<&Secret>, cancel: Option<&Cancel>) -> Result<Outcome, Error> {
        let (request, body) = self.request(call, token)?;
        let limit = call.limit.unwrap_or(self.limit);
        let total = if let Payload::Bundle(..) = call.payload { None } else { Some(limit) };
        let (agent, longest) = (self.agent.clone(), call.longest);
        let run = move || {
            let body = body.map_or_else(SendBody::none, SendBody::from_owned_reader);
            let request = agent.configure_request(request.map(|()| body));
            let request = request.timeout_global(total).timeout_recv_response(Some(limit)).build();
            read(agent.run(request)?, longest)
        };
        let result = match cancel {
            None => run(),
            Some(cancel) => wait_for(run, cancel)?,
        };
        Ok(self.judge(result, call))
    }

    fn judge(&self, result: Result<Raw, Error>, call: &Call) -> Outcome {
        let raw = match result {
            Ok(raw) => raw,
            Err(error @ Error::Unreachable(_)) if call.is_question && self.known.load(Ordering::Relaxed) => {
                return Outcome::Again(error, None);
            }
            Err(error) => return Outcome::Final(Err(error)),
        };
        self.known.store(true, Ordering::Relaxed);
        let Raw { status, body, token, location, retry_after } = raw;
        let refused = || {
            let path = call.path.split('?').next().unwrap_or_default();
            let request = format!("{} {path}", call.method);
            Error::Api(Box::new(ApiError { request, retry_after, ..ApiError::read(status, &body) }))
        };
        match status {
            200..300 => Outcome::Final(Ok(Answer { body, token })),
            300..400 => Outcome::Final(Err(Error::Redirected { to: location })),
            // The limiter stands before everything else, so even an order has not been looked at.
            429 => Outcome::Again(refused(), retry_after),
            502..505 if call.is_question => Outcome::Again(refused(), retry_after),
            _ => Outcome::Final(Err(refused())),
        }
    }

    fn request(&self, call: &Call, token: Option<&Secret>) -> Result<(HttpRequest<()>, Option<Body>), Error> {
        let mut request =
            HttpRequest::builder().method(call.method).uri(format!("{}/api/v4{}", self.base, call.path));
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", token.expose()));
        }
        let (request, body): (_, Option<Body>) = match &call.payload {
            // Otherwise a POST of nothing would travel in pieces, of which proxies may want none.
            Payload::None if call.method == "POST" => (request.header(header::CONTENT_LENGTH, 0), None),
            Payload::None => (request, None),
            Payload::Json(json) => {
                let request = request
                    .header(header::CONTENT_TYPE, "application/json")
                    .header(header::CONTENT_LENGTH, json.len());
                (request, Some(Box::new(Cursor::new(Arc::clone(json)))))
            }
            Payload::File(bytes) => {
                let request = request
                    .header(header::CONTENT_TYPE, "application/octet-stream")
                    .header(header::CONTENT_LENGTH, bytes.len());
                (request, Some(Box::new(Cursor::new(Arc::clone(bytes)))))
            }
            Payload::Bundle(path, sent) => {
                let upload = Upload::open(path, sent)?;
                let request = request
                    .header(header::CONTENT_TYPE, upload.content_type())
                    .header(header::CONTENT_LENGTH, upload.length())
                    // A server or proxy that will not take it says so before megabytes have travelled.
                    .header(header::EXPECT, "100-continue");
                (request, Some(Box::new(upload.into_reader())))
            }
        };
        // Only the token and the address can be unfit, and the error would not show them.
        let illegal = |_| Error::Input("the token or the address has illegal characters".into());
        Ok((request.body(()).map_err(illegal)?, body))
    }
}

/// Waits, unless that is given up.
pub(crate) fn sleep(time: Duration, cancel: Option<&Cancel>) -> Result<(), Error> {
    let Some(cancel) = cancel else {
        thread::sleep(time);
        return Ok(());
    };
    let begun = Instant::now();
    while begun.elapsed() < time {
        if cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        thread::sleep(TICK.min(time));
    }
    Ok(())
}

fn wait_for(
    run: impl FnOnce() -> Result<Raw, Error> + Send + 'static,
    cancel: &Cancel,
) -> Result<Result<Raw, Error>, Error> {
    if cancel.is_cancelled() {
        return Err(Error::Cancelled);
    }
    let (sender, receiver) = sync_channel(1);
    thread::spawn(move || {
        let _ = sender.send(run());
    });
    loop {
        match receiver.recv_timeout(TICK) {
            Ok(result) => return Ok(result),
            Err(RecvTimeoutError::Timeout) if cancel.is_cancelled() => return Err(Error::Cancelled),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Ok(Err(Error::Unreachable("the request ended early".into())));
            }
        }
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

fn read(mut response: ureq::http::Response<ureq::Body>, longest: u64) -> Result<Raw, Error> {
    let token = text(response.headers(), "token").map(Secret::new);
    let location = text(response.headers(), "location").unwrap_or_default().to_owned();
    let retry_after = retry_after(response.headers(), SystemTime::now());
    let mut body = Vec::new();
    let reader = response.body_mut().with_config().limit(longest).reader();
    let read = { reader }.read_to_end(&mut body);
    read.map_err(|error| Error::from(ureq::Error::from(error)))?;
    Ok(Raw { status: response.status().as_u16(), body, token, location, retry_after })
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// `Retry-After` says it to the second for this request; `X-RateLimit-Reset` says when there is all of the allowance
/// again. Both are counts of seconds from Mattermost.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let seconds = ["retry-after", "x-ratelimit-reset"]
        .iter()
        .find_map(|name| text(headers, name)?.trim().parse::<u64>().ok())?;
    if seconds < LONGEST_COUNT {
        return Some(Duration::from_secs(seconds));
    }
    let since_1970 = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    Some(Duration::from_secs(seconds).saturating_sub(since_1970))
}

fn config(builder: &Builder) -> ureq::config::ConfigBuilder<ureq::typestate::AgentScope> {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(builder.user_agent.as_str())
        .timeout_connect(Some(CONNECT))
        .timeout_per_write(Some(ANSWER))
}

fn url_agent(builder: &Builder, place: &Place) -> Result<Agent, Error> {
    let mut tls = TlsConfig::builder().disable_verification(builder.insecure);
    if let Some(pem) = &builder.certificates {
        tls = tls.root_certs(RootCerts::Specific(Arc::new(certificates(pem)?)));
    }
    let mut config = config(builder).tls_config(tls.build());
    if place.is_loopback() {
        config = config.proxy(None);
    }
    Ok(config.build().new_agent())
}

fn certificates(pem: &[u8]) -> Result<Vec<ureq::tls::Certificate<'static>>, Error> {
    let mut found = Vec::new();
    for item in parse_pem(pem) {
        let item = item.map_err(|error| Error::Certificates(format!("are not PEM: {error}")))?;
        if let PemItem::Certificate(certificate) = item {
            found.push(certificate);
        }
    }
    if found.is_empty() {
        return Err(Error::Certificates("are none: no -----BEGIN CERTIFICATE----- in the text".into()));
    }
    Ok(found)
}

#[cfg(unix)]
fn socket_agent(builder: &Builder, path: PathBuf) -> Result<Agent, Error> {
    use crate::socket::{NoResolver, SocketConnector};
    Ok(Agent::with_parts(config(builder).proxy(None).build(), SocketConnector(path), NoResolver))
}

#[cfg(not(unix))]
fn socket_agent(_: &Builder, path: PathBuf) -> Result<Agent, Error> {
    Err(Error::Unreachable(format!("{}: there are no such sockets on this system", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limiters_wait_is_read_in_all_its_forms() {
        let now = UNIX_EPOCH + Duration::from_secs(2_000_000_000);
        for (headers, expected) in [
            (&[][..], None),
            (&[("retry-after", "3")][..], Some(3)),
            (&[("x-ratelimit-reset", "7")][..], Some(7)),
            (&[("x-ratelimit-reset", "7"), ("retry-after", "1")][..], Some(1)),
            (&[("x-ratelimit-reset", "2000000004")][..], Some(4)),
            (&[("x-ratelimit-reset", "1999999999")][..], Some(0)),
            (&[("retry-after", "Fri, 31 Dec 2027 23:59:59 GMT")][..], None),
            (&[("retry-after", "soon"), ("x-ratelimit-reset", "2")][..], Some(2)),
        ] {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.insert(*name, value.parse().expect("a header"));
            }
            assert_eq!(retry_after(&map, now), expected.map(Duration::from_secs), "{headers:?}");
        }
    }
}
