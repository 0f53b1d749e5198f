//! How often the SDK allocates for one call of a hook, counted on the plugin's side of the wire.

use std::os::unix::net::UnixStream as Socket;
use std::sync::Mutex;

use tokio::net::UnixStream;

use crate::log::Scope;
use crate::prelude::*;
use crate::runtime::{self, Definition};

use super::connection::Connection;
use super::{Host, Server, block_on};

/// Of that many calls the difference between two runs is taken, so that neither start nor end count.
const CALLS: u64 = 1000;

/// What a call may cost when all definitions are known and all buffers warm: the goal of the project.
const MAX_PER_CALL: u64 = 25;

struct Quiet;

#[mmplugin::plugin(id = "com.example.quiet")]
impl Hooks for Quiet {
    async fn activate(_ctx: Activation) -> Result<Self, Error> {
        Ok(Self)
    }

    async fn message_will_be_posted(&self, _ctx: Context, _post: Post) -> PostDecision {
        PostDecision::Allow
    }

    async fn message_has_been_posted(&self, _ctx: Context, _post: Post) {}
}

fn post() -> Post {
    Post { id: "p".repeat(26).into(), message: "hello".into(), create_at: 1, ..Post::default() }
}

/// Allocations of a plugin that lives for `calls` calls of a hook, all on one thread of its own.
fn allocations(calls: u64) -> u64 {
    static COUNT: Mutex<u64> = Mutex::new(0);
    let (ours, theirs) = Socket::pair().unwrap();
    for socket in [&ours, &theirs] {
        socket.set_nonblocking(true).unwrap();
    }
    block_on(async move {
        let plugin = tokio::task::spawn_blocking(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let mut outcome = runtime::Outcome::Probe;
            let info = allocation_counter::measure(|| {
                outcome = runtime.block_on(async {
                    let (read, write) = UnixStream::from_std(theirs).unwrap().into_split();
                    runtime::connection(Definition::of::<Quiet>(), Scope::default(), read, write).await
                });
            });
            *COUNT.lock().unwrap() = info.count_total;
            outcome
        });
        let connection = Connection::to(UnixStream::from_std(ours).unwrap().into_split(), plugin).await;
        let host = Host::<Quiet>::over(connection.unwrap(), Server::new()).await.unwrap();
        for _ in 0..calls {
            assert_eq!(host.message_will_be_posted(post()).await.unwrap(), PostDecision::Allow);
        }
        host.deactivate().await.unwrap();
    });
    *COUNT.lock().unwrap()
}

#[test]
fn a_call_of_a_hook_allocates_little() {
    let (few, many) = (allocations(100), allocations(100 + CALLS));
    let per_call = (many - few) as f64 / CALLS as f64;
    println!("{per_call:.2} allocations a call of MessageWillBePosted");
    assert!(per_call >= 1.0 && per_call <= MAX_PER_CALL as f64, "{per_call}");
}
