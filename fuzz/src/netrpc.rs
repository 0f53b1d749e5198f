//! What a hostile peer may send on a net/rpc connection: calls to our server, replies to our client.

use std::cell::LazyCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use mmplugin::gob::{Decoder, Value};
use mmplugin::netrpc::{Call, Client, Empty, Refusal, Service, Work, serve};
use mmplugin::wire::{MessageWillBePostedArgs, MessageWillBePostedReturns};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::runtime::{Builder, Runtime};

/// Bytes under way at once: small, so that values are cut everywhere.
const PIPE: usize = 48;

thread_local! {
    static RUNTIME: LazyCell<Runtime> =
        LazyCell::new(|| Builder::new_current_thread().build().expect("a runtime"));
}

/// Every call gets one answer, and every pending call of ours ends.
pub fn netrpc(bytes: &[u8]) {
    RUNTIME.with(|runtime| {
        runtime.block_on(server(bytes));
        runtime.block_on(client(bytes));
    });
}

#[derive(Default)]
struct Echo {
    calls: AtomicUsize,
}

impl Service for Echo {
    fn call(&self, call: &mut Call<'_>) -> Result<Work, Refusal> {
        match call.method() {
            "Plugin.Any" => {
                let args = call.args::<Value>()?;
                let _ = call.responder().reply(&args);
            }
            "Plugin.MessageWillBePosted" => {
                call.args::<MessageWillBePostedArgs>()?;
                let _ = call.responder().reply(&MessageWillBePostedReturns::default());
            }
            "Plugin.Silent" => drop(call.responder()),
            _ => return Err(Refusal::MissingMethod),
        }
        self.calls.fetch_add(1, Relaxed);
        Ok(Work::DONE)
    }
}

async fn server(bytes: &[u8]) {
    let (ours, peer) = duplex(PIPE);
    let service = Arc::new(Echo::default());
    let serving = tokio::spawn(serve(ours, Arc::clone(&service)));
    let sent = talk(peer, bytes).await;
    let ended = serving.await.expect("no panic");
    let mut decoder = Decoder::new();
    decoder.feed(&sent);
    let mut values = 0;
    while decoder.skip().expect("our own stream is sound").is_some() {
        values += 1;
    }
    // What is no net/rpc ends the connection at once, in the middle of an answer if need be.
    if ended.is_ok() {
        assert_eq!((values % 2, decoder.buffered()), (0, 0), "heads and bodies");
        assert!(values / 2 >= service.calls.load(Relaxed), "a call without an answer");
    }
}

async fn client(bytes: &[u8]) {
    let (ours, peer) = duplex(PIPE);
    let client = Client::new(ours);
    let calls = tokio::spawn(async move {
        let (any, text, none) = tokio::join!(
            client.call::<_, Value>("Plugin.Any", &Value::Nil),
            client.call::<_, String>("Plugin.Text", &Empty {}),
            client.call::<_, MessageWillBePostedReturns>("Plugin.MessageWillBePosted", &Empty {}),
        );
        (any.is_ok(), text.is_ok(), none.is_ok())
    });
    talk(peer, bytes).await;
    calls.await.expect("no panic, and an end");
}

/// Sends all, ends its direction, and reads what comes until the other side ends, too.
async fn talk(peer: DuplexStream, bytes: &[u8]) -> Vec<u8> {
    let (mut from, mut to) = tokio::io::split(peer);
    let send = async {
        // The other side may end first: that is its right.
        let _ = to.write_all(bytes).await;
        let _ = to.shutdown().await;
    };
    let mut received = Vec::new();
    let receive = from.read_to_end(&mut received);
    let _ = tokio::join!(send, receive);
    received
}
