//! A host played here, on the bare socket: what no well-behaved one would do.

use std::sync::Arc;
use std::time::Duration;

use mmplugin::Gob;
use mmplugin::gob::BinaryText;
use mmplugin::model::{FileInfo, Post};
use mmplugin::netrpc::{self, Call, CallError, Client, Empty, Refusal, Service, Work};
use mmplugin::wire;
use mmplugin::yamux::{self, Config, Incoming, Mode, Session, Stream};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;
use tokio::time::timeout;

use crate::driver::SOON;
use crate::process::Process;

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async { timeout(3 * SOON, future).await.expect("in time") })
}

/// The host's end of one connection.
struct Host {
    session: Session,
    incoming: Incoming,
    control: Client,
    hooks: Client,
    stdio: [Stream; 2],
}

impl Host {
    async fn connect(process: &Process) -> Self {
        let io = UnixStream::connect(&process.socket).await.unwrap();
        let (session, incoming, driver) = yamux::connect(io, Mode::Client, Config::default());
        tokio::spawn(driver);
        let control = Client::new(session.open().await.unwrap());
        let stdio = [session.open().await.unwrap(), session.open().await.unwrap()];
        let id: u32 = control.call("Dispenser.Dispense", &"hooks".to_owned()).await.unwrap();
        let mut stream = session.open_with(&id.to_le_bytes()).await.unwrap();
        let mut answer = [0; 4];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(u32::from_le_bytes(answer), id);
        Self { session, incoming, control, hooks: Client::new(stream), stdio }
    }

    async fn activate(process: &Process) -> Self {
        let mut host = Self::connect(process).await;
        let args = wire::OnActivateArgs { api_mux_id: 1, driver_mux_id: 2 };
        let hooks = host.hooks.clone();
        let activated = tokio::spawn(async move {
            hooks.call::<_, wire::OnActivateReturns>("Plugin.OnActivate", &args).await.unwrap()
        });
        for _ in 0..2 {
            let (_, stream) = host.accept().await;
            tokio::spawn(async move { netrpc::serve(stream, Arc::new(Answers)).await });
        }
        assert_eq!(activated.await.unwrap().a, None);
        host
    }

    /// The next stream that the plugin dials, with its id.
    async fn accept(&mut self) -> (u32, Stream) {
        let mut stream = self.incoming.accept().await.unwrap();
        let mut id = [0; 4];
        stream.read_exact(&mut id).await.unwrap();
        stream.write_all(&id).await.unwrap();
        (u32::from_le_bytes(id), stream)
    }

    async fn post(&self, message: &str) -> Result<String, CallError> {
        let post = Post { message: message.to_owned(), ..Post::default() };
        let args = wire::MessageWillBePostedArgs { a: None, b: Some(post) };
        let returns: wire::MessageWillBePostedReturns =
            self.hooks.call("Plugin.MessageWillBePosted", &args).await?;
        Ok(returns.a.unwrap_or_default().message)
    }

    async fn works(&self) {
        assert_eq!(self.post("length 12345").await.unwrap(), "12");
    }

    /// Begins a request with a body: the call, the body's stream, the writer's stream.
    async fn request(
        &mut self,
        path: &str,
    ) -> (tokio::task::JoinHandle<Result<Empty, CallError>>, Stream, Stream) {
        let request = wire::HttpRequest {
            method: "POST".into(),
            url: BinaryText(path.into()),
            proto_major: 1,
            proto_minor: 1,
            ..wire::HttpRequest::default()
        };
        let args = wire::ServeHttpArgs {
            response_writer_stream: 101,
            request: Some(request),
            context: None,
            request_body_stream: 102,
        };
        let hooks = self.hooks.clone();
        let call = tokio::spawn(async move { hooks.call("Plugin.ServeHTTP", &args).await });
        let (first, second) = (self.accept().await, self.accept().await);
        match first.0 {
            101 => (call, second.1, first.1),
            _ => (call, first.1, second.1),
        }
    }
}

impl Host {
    /// Begins an upload: the call, the file's stream, the replacement's stream.
    async fn upload(
        &mut self,
        name: &str,
    ) -> (tokio::task::JoinHandle<Result<wire::FileWillBeUploadedReturns, CallError>>, Stream, Stream) {
        let args = wire::FileWillBeUploadedArgs {
            a: None,
            b: Some(FileInfo { name: name.into(), ..FileInfo::default() }),
            uploaded_file_stream: 201,
            replacement_file_stream: 202,
        };
        let hooks = self.hooks.clone();
        let call = tokio::spawn(async move { hooks.call("Plugin.FileWillBeUploaded", &args).await });
        let (first, second) = (self.accept().await, self.accept().await);
        match first.0 {
            201 => (call, first.1, second.1),
            _ => (call, second.1, first.1),
        }
    }
}

/// The API and the response writer of a host that agrees to everything.
struct Answers;

impl Service for Answers {
    fn call(&self, call: &mut Call<'_>) -> Result<Work, Refusal> {
        let replied = match call.method() {
            "Plugin.LoadPluginConfiguration" => {
                let returns = wire::LoadPluginConfigurationReturns { a: b"{}".to_vec() };
                call.responder().reply(&returns)
            }
            "Plugin.Header" => {
                call.responder().reply(&std::collections::BTreeMap::<String, Vec<String>>::new())
            }
            _ => call.responder().reply(&Empty {}),
        };
        replied.map(|()| Work::DONE).map_err(|error| Refusal::Text(error.to_string()))
    }
}

/// Bytes that are no yamux, or nearly are.
fn garbage() -> Vec<Vec<u8>> {
    let frame = |kind: u8, flags: u8, id: u8, length: u32| {
        let mut bytes = vec![0, kind, 0, flags, 0, 0, 0, id];
        bytes.extend(length.to_be_bytes());
        bytes
    };
    vec![
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(),
        vec![0xff; 100_000],
        vec![0; 5],
        frame(9, 0, 1, 0),
        frame(0, 0, 7, 100),
        frame(0, 1, 1, u32::MAX),
        [frame(0, 1, 1, 12), b"not gob, no!".to_vec()].concat(),
        frame(0, 1, 2, 0),
        frame(3, 0, 0, 1),
    ]
}

#[test]
fn garbage_before_the_real_server_does_no_harm() {
    let mut process = Process::start();
    block_on(async {
        for bytes in garbage() {
            let mut io = UnixStream::connect(&process.socket).await.unwrap();
            // The plugin may hang up before all of it is written.
            let _ = io.write_all(&bytes).await;
            let _ = io.shutdown().await;
            let _ = io.read_to_end(&mut Vec::new()).await;
        }
        let host = Host::activate(&process).await;
        host.works().await;
        host.control.call::<_, Empty>("Control.Quit", &true).await.unwrap();
        host.session.close();
    });
    assert_eq!(process.ends().code(), Some(0));
}

#[test]
fn garbage_of_the_real_server_ends_the_plugin_cleanly() {
    let mut process = Process::start();
    block_on(async {
        let mut io = UnixStream::connect(&process.socket).await.unwrap();
        for id in [1_u8, 3, 5] {
            io.write_all(&[0, 1, 0, 1, 0, 0, 0, id, 0, 0, 0, 0]).await.unwrap();
        }
        io.write_all(&[0x7f; 1000]).await.unwrap();
        let _ = io.read_to_end(&mut Vec::new()).await;
    });
    assert_eq!(process.ends().code(), Some(0));
}

#[test]
fn a_server_that_goes_without_a_word_ends_the_plugin_cleanly() {
    let mut process = Process::start();
    block_on(async {
        let host = Host::activate(&process).await;
        let hooks = host.hooks.clone();
        let waiting = tokio::spawn(async move {
            let args = wire::MessageWillBePostedArgs {
                a: None,
                b: Some(Post { message: "for-ever".into(), ..Post::default() }),
            };
            hooks.call::<_, Empty>("Plugin.MessageWillBePosted", &args).await
        });
        host.works().await;
        host.session.close();
        assert!(matches!(waiting.await.unwrap(), Err(CallError::Closed { .. })));
    });
    assert_eq!(process.ends().code(), Some(0));
}

/// Arguments that no hook has.
#[derive(Debug, Default, Gob)]
struct Wrong {
    a: i64,
    b: Vec<String>,
}

#[test]
fn calls_that_cannot_be_read_cost_only_themselves() {
    let process = Process::start();
    block_on(async {
        let host = Host::activate(&process).await;
        let wrong = Wrong { a: 1, b: vec!["x".into()] };
        for hook in ["MessageWillBePosted", "MessageHasBeenPosted", "OnConfigurationChange"] {
            let failed = host.hooks.call::<_, Empty>(&format!("Plugin.{hook}"), &wrong).await;
            if hook != "OnConfigurationChange" {
                let error = failed.unwrap_err().to_string();
                assert!(error.contains("A") && error.contains(hook), "{error}");
            }
            host.works().await;
        }
        let failed = host.hooks.call::<_, wire::ExecuteCommandReturns>("Plugin.ExecuteCommand", &wrong).await;
        assert_eq!(failed.unwrap().b.unwrap().id, "mmplugin.hook.fault");
        let failed = host.hooks.call::<_, Empty>("Plugin.UserHasBeenCreated", &wrong).await.unwrap_err();
        assert!(
            failed.to_string().contains("Hook UserHasBeenCreated called but not implemented."),
            "{failed}"
        );
        let failed = host.hooks.call::<_, Empty>("Other.Method", &wrong).await.unwrap_err();
        assert!(matches!(failed, CallError::MissingMethod { .. }), "{failed}");
        let failed = host.hooks.call::<_, Empty>("Plugin.ServeHTTP", &wrong).await;
        assert!(failed.is_err());
        host.works().await;
    });
}

/// A request and an upload with the ids of their streams, and nothing else that fits.
#[derive(Debug, Default, Gob)]
struct WrongRequest {
    response_writer_stream: u32,
    request: f64,
    request_body_stream: u32,
}

#[derive(Debug, Default, Gob)]
struct WrongUpload {
    b: f64,
    uploaded_file_stream: u32,
    replacement_file_stream: u32,
}

#[test]
fn streams_of_calls_that_cannot_be_served_come_and_end() {
    let process = Process::start();
    block_on(async {
        for is_active in [false, true] {
            let mut host = match is_active {
                false => Host::connect(&process).await,
                true => Host::activate(&process).await,
            };
            let hooks = host.hooks.clone();
            let calls = tokio::spawn(async move {
                let request =
                    WrongRequest { response_writer_stream: 1, request: 1.0, request_body_stream: 2 };
                let upload = WrongUpload { b: 1.0, uploaded_file_stream: 3, replacement_file_stream: 4 };
                let served = hooks.call::<_, Empty>("Plugin.ServeHTTP", &request).await.unwrap_err();
                let uploaded =
                    hooks.call::<_, Empty>("Plugin.FileWillBeUploaded", &upload).await.unwrap_err();
                (served.to_string(), uploaded.to_string())
            });
            let mut ids = Vec::new();
            for _ in 0..4 {
                let (id, mut stream) = host.accept().await;
                ids.push(id);
                assert_eq!(stream.read_to_end(&mut Vec::new()).await.unwrap(), 0);
            }
            ids.sort_unstable();
            assert_eq!(ids, [1, 2, 3, 4]);
            let (served, uploaded) = calls.await.unwrap();
            assert!(served.contains("ServeHTTP") && served.contains("Request"), "{served}");
            assert!(uploaded.contains("FileWillBeUploaded") && uploaded.contains("float"), "{uploaded}");
            if is_active {
                host.works().await;
            }
        }
    });
}

#[test]
fn an_upload_whose_streams_are_reset_ends() {
    let process = Process::start();
    block_on(async {
        let mut host = Host::activate(&process).await;
        for name in ["count", "through", "flip", "some"] {
            let (call, mut file, mut replacement) = host.upload(name).await;
            file.read_exact(&mut [0; 10]).await.unwrap();
            file.reset();
            drop(file);
            let _ = replacement.read_to_end(&mut Vec::new()).await;
            let returns = call.await.unwrap().unwrap();
            assert_eq!(returns.b.is_empty(), name == "some", "{name}: {returns:?}");
            let (call, mut file, mut replacement) = host.upload(name).await;
            replacement.reset();
            drop(replacement);
            // The plugin may not have begun, or be gone before it asks for anything.
            let _ = file.read_exact(&mut [0; 10]).await;
            let _ = file.write_all(&[7; 100_000]).await;
            drop(file);
            let ended = call.await.unwrap();
            assert!(!matches!(ended, Err(CallError::Closed { .. })), "{name}: {ended:?}");
            host.works().await;
        }
    });
}

#[test]
fn a_body_that_is_reset_ends_its_handler_and_nothing_else() {
    let process = Process::start();
    block_on(async {
        let mut host = Host::activate(&process).await;
        for path in ["/count", "/echo"].into_iter().cycle().take(40) {
            let (call, mut body, writer) = host.request(path).await;
            let answering = tokio::spawn(netrpc::serve(writer, Arc::new(Answers)));
            let mut ask = [0; 10];
            body.read_exact(&mut ask).await.unwrap();
            body.write_all(&[7; 100_000]).await.unwrap();
            body.reset();
            drop(body);
            assert!(call.await.unwrap().is_ok(), "{path}");
            answering.await.unwrap().unwrap();
            host.works().await;
        }
    });
}

#[test]
fn a_response_writer_that_is_reset_ends_its_handler_and_nothing_else() {
    let process = Process::start();
    block_on(async {
        let mut host = Host::activate(&process).await;
        for path in ["/endless", "/ends", "/bytes?n=10000000", "/"] {
            let (call, body, mut writer) = host.request(path).await;
            let mut first = [0; 20];
            writer.read_exact(&mut first).await.unwrap();
            writer.reset();
            drop((writer, body));
            assert!(call.await.unwrap().is_ok(), "{path}");
            host.works().await;
        }
    });
}

#[test]
fn streams_that_the_server_closes_again_end_the_request() {
    let process = Process::start();
    block_on(async {
        let mut host = Host::activate(&process).await;
        let args = wire::ServeHttpArgs {
            response_writer_stream: 55,
            request: Some(wire::HttpRequest::default()),
            context: None,
            request_body_stream: 56,
        };
        let hooks = host.hooks.clone();
        let call = tokio::spawn(async move { hooks.call::<_, Empty>("Plugin.ServeHTTP", &args).await });
        // So does go-plugin after five seconds with ids that nobody accepts.
        for _ in 0..2 {
            let mut stream = host.incoming.accept().await.unwrap();
            stream.read_exact(&mut [0; 4]).await.unwrap();
        }
        let answered = call.await.unwrap();
        assert!(!matches!(answered, Err(CallError::Closed { .. })), "{answered:?}");
        host.works().await;
    });
}

#[test]
fn sigterm_ends_a_plugin_with_hooks_that_never_return() {
    let mut process = Process::start();
    block_on(async {
        let host = Host::activate(&process).await;
        for message in ["for-ever", "block 600000", "block 600000"] {
            let waiting = host.post(message);
            assert!(timeout(Duration::from_millis(200), waiting).await.is_err());
        }
        process.signal("TERM");
        assert!(timeout(SOON, host.session.closed()).await.is_ok());
        drop(host.stdio);
    });
    assert_eq!(process.ends().code(), Some(0));
}
