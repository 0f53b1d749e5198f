//! The services that every go-plugin host expects: health, standard output, the end.

use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{Mutex, mpsc, watch};
use tonic::codegen::tokio_stream::{self, Stream};
use tonic::{Request, Response, Status, async_trait};

use super::proto::go_plugin::grpc_controller_server::GrpcController;
use super::proto::go_plugin::grpc_stdio_server::GrpcStdio;
use super::proto::go_plugin::stdio_data::Channel;
use super::proto::go_plugin::{Empty, StdioData};
use super::proto::health::health_check_response::ServingStatus;
use super::proto::health::health_server::Health;
use super::proto::health::{HealthCheckRequest, HealthCheckResponse};

/// Answers of a stream.
pub(super) type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// What go-plugin asks for in a ping.
const SERVICE: &str = "plugin";

/// Pieces of output that wait for the host; what comes then waits, too.
const WAITING_OUTPUT: usize = 64;

/// Everything serves from the first moment to the last.
pub(super) struct Healthy;

impl Healthy {
    fn status(service: &str) -> Option<HealthCheckResponse> {
        matches!(service, "" | SERVICE).then(|| HealthCheckResponse { status: ServingStatus::Serving.into() })
    }
}

#[async_trait]
impl Health for Healthy {
    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        let service = request.into_inner().service;
        let status = Self::status(&service);
        status.map(Response::new).ok_or_else(|| Status::not_found(format!("unknown service {service}")))
    }

    type WatchStream = Answers<HealthCheckResponse>;

    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let unknown = HealthCheckResponse { status: ServingStatus::ServiceUnknown.into() };
        let status = Self::status(&request.into_inner().service).unwrap_or(unknown);
        // It does not change, and the stream stays open.
        let (sender, receiver) = mpsc::channel(1);
        tokio::spawn(async move {
            let _ = sender.send(Ok(status)).await;
            sender.closed().await;
        });
        Ok(Response::new(Box::pin(tokio_stream::wrappers::ReceiverStream::new(receiver))))
    }
}

/// Ends the plugin when the host says so.
pub(super) struct Controller(pub(super) watch::Sender<bool>);

#[async_trait]
impl GrpcController for Controller {
    async fn shutdown(&self, _request: Request<Empty>) -> Result<Response<Empty>, Status> {
        self.0.send_replace(true);
        Ok(Response::new(Empty {}))
    }
}

/// Which of the two a piece of output is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// Sends output to the host, where it is asked for it (`SyncStdout`, `SyncStderr`); cheap to clone.
///
/// A plugin's logs go another way: what it prints becomes lines of its real stderr, which hosts log.
#[derive(Debug, Clone)]
pub struct Stdio(mpsc::Sender<StdioData>);

impl Stdio {
    /// Sends some bytes; waits while the host has not taken what was sent before.
    ///
    /// False: the connection is over.
    pub async fn write(&self, output: Output, data: impl Into<Bytes>) -> bool {
        let channel = match output {
            Output::Stdout => Channel::Stdout,
            Output::Stderr => Channel::Stderr,
        };
        self.0.send(StdioData { channel: channel.into(), data: data.into() }).await.is_ok()
    }
}

/// What hands the output to the host.
pub(super) struct StdioService(Arc<Mutex<mpsc::Receiver<StdioData>>>);

pub(super) fn stdio() -> (Stdio, StdioService) {
    let (sender, receiver) = mpsc::channel(WAITING_OUTPUT);
    (Stdio(sender), StdioService(Arc::new(Mutex::new(receiver))))
}

#[async_trait]
impl GrpcStdio for StdioService {
    type StreamStdioStream = Answers<StdioData>;

    async fn stream_stdio(&self, _request: Request<()>) -> Result<Response<Self::StreamStdioStream>, Status> {
        let output = self.0.clone();
        let (sender, receiver) = mpsc::channel(1);
        tokio::spawn(async move {
            // A host that comes anew takes over once the old one has gone.
            let mut output = tokio::select! {
                output = output.lock_owned() => output,
                () = sender.closed() => return,
            };
            loop {
                let Ok(place) = sender.reserve().await else { return };
                tokio::select! {
                    Some(data) = output.recv() => place.send(Ok(data)),
                    // The stream stays open without a word: go-plugin logs an error when it ends early.
                    () = sender.closed() => return,
                }
            }
        });
        Ok(Response::new(Box::pin(tokio_stream::wrappers::ReceiverStream::new(receiver))))
    }
}
