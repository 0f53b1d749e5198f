//! A plugin for the Go host's tests of go-plugin's own layer: one service whose methods take a text and answer one.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use mmplugin::grpc::{self, Channel, Handshake, Link, MAX_MESSAGE, Output, Services};
use tonic::body::Body;
use tonic::server::{NamedService, UnaryService};
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;

/// Both are `google.protobuf.StringValue`.
type Codec = ProstCodec<String, String>;

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The service on both sides of a brokered connection.
#[derive(Clone)]
struct Peer(Option<Arc<Link>>);

impl NamedService for Peer {
    const NAME: &'static str = "mmplugin.test.Peer";
}

impl tonic::codegen::Service<http::Request<Body>> for Peer {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Boxed<Result<http::Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let method = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
        let link = self.0.clone();
        Box::pin(async move {
            let mut server = tonic::server::Grpc::new(Codec::default())
                .max_decoding_message_size(MAX_MESSAGE)
                .max_encoding_message_size(usize::MAX);
            Ok(server.unary(Method { method, link }, request).await)
        })
    }
}

struct Method {
    method: String,
    link: Option<Arc<Link>>,
}

impl UnaryService<String> for Method {
    type Response = String;
    type Future = Boxed<Result<Response<String>, Status>>;

    fn call(&mut self, request: Request<String>) -> Self::Future {
        let (method, link) = (self.method.clone(), self.link.clone());
        Box::pin(async move { answer(&method, request.into_inner(), link).await.map(Response::new) })
    }
}

async fn answer(method: &str, text: String, link: Option<Arc<Link>>) -> Result<String, Status> {
    let link = || link.ok_or_else(|| Status::unimplemented("not here"));
    let number = || text.parse().map_err(|_| Status::invalid_argument("no number"));
    match method {
        "Echo" => Ok(text),
        "Big" => Ok("x".repeat(number()? as usize)),
        "Sleep" => {
            tokio::time::sleep(Duration::from_millis(number()?)).await;
            Ok(text)
        }
        "Print" => {
            let stdio = link()?.stdio.clone();
            stdio.write(Output::Stdout, format!("out {text}\n")).await;
            stdio.write(Output::Stderr, format!("err {text}\n")).await;
            println!("printed {text}");
            Ok(text)
        }
        // Serves the host under an id.
        "Serve" => {
            let door = link()?
                .broker
                .accept(number()? as u32)
                .map_err(|error| Status::internal(error.to_string()))?;
            tokio::spawn(door.serve(Services::new().with(Peer(None))));
            Ok(text)
        }
        // Calls what the host serves under an id.
        "Call" => {
            let channel = link()?.broker.dial(number()? as u32).await;
            let channel = channel.map_err(|error| Status::unavailable(error.to_string()))?;
            ask(channel, format!("from the plugin over {text}")).await
        }
        "Exit" => std::process::exit(7),
        _ => Err(Status::unimplemented("unknown method")),
    }
}

async fn ask(channel: Channel, text: String) -> Result<String, Status> {
    let mut client = tonic::client::Grpc::new(channel);
    client.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
    let path = http::uri::PathAndQuery::from_static("/mmplugin.test.Peer/Echo");
    Ok(client.unary(Request::new(text), path, Codec::default()).await?.into_inner())
}

fn main() -> ExitCode {
    let handshake = Handshake { cookie: ("MMPLUGIN_TEST", "peer"), version: 3 };
    grpc::serve(handshake, |link| Services::new().with(Peer(Some(Arc::new(link.clone())))))
}
