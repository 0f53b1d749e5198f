//! What every stand-in of a Mattermost server needs: a port or a socket, connections that are dropped, errors in the
//! server's form. The tests of the cargo tool use it, too.

use std::fmt::Debug;
use std::path::Path;
use std::thread;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::serve::{Listener, ListenerExt};
use serde_json::json;
use tokio::runtime::Builder;

/// Serves on a port of this machine until the test's process ends; gives the address. `drops` is asked about each new
/// connection.
pub(crate) fn on_port(app: Router, drops: impl FnMut() -> bool + Send + 'static) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("a setting");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    serve(app, drops, move || tokio::net::TcpListener::from_std(listener).expect("a listener"));
    url
}

/// As [`on_port`], on a local-mode socket.
#[cfg(unix)]
pub(crate) fn on_socket(path: &Path, app: Router, drops: impl FnMut() -> bool + Send + 'static) -> String {
    let listener = std::os::unix::net::UnixListener::bind(path).expect("a socket");
    listener.set_nonblocking(true).expect("a setting");
    serve(app, drops, move || tokio::net::UnixListener::from_std(listener).expect("a listener"));
    path.display().to_string()
}

fn serve<L>(
    app: Router,
    drops: impl FnMut() -> bool + Send + 'static,
    listener: impl FnOnce() -> L + Send + 'static,
) where
    L: Listener,
    L::Addr: Debug,
{
    thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            let gate = Gate { listener: listener(), drops };
            let app = app.layer(DefaultBodyLimit::disable());
            axum::serve(gate.tap_io(|_| {}), app).await.expect("it serves");
        });
    });
}

/// Drops connections when it is told to.
struct Gate<L, D> {
    listener: L,
    drops: D,
}

impl<L: Listener, D: FnMut() -> bool + Send + 'static> Listener for Gate<L, D> {
    type Io = L::Io;
    type Addr = L::Addr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let accepted = self.listener.accept().await;
            if !(self.drops)() {
                return accepted;
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// The server's JSON for an error.
pub(crate) fn app_error(id: &str, message: &str, status: u16) -> String {
    json!({"id": id, "message": message, "detailed_error": "", "request_id": "r3quest", "status_code": status})
        .to_string()
}

/// An answer with it.
pub(crate) fn error(id: &str, message: &str, status: u16) -> Response {
    let code = StatusCode::from_u16(status).expect("a status");
    (code, [("content-type", "application/json")], app_error(id, message, status)).into_response()
}
