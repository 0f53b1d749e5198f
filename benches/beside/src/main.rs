//! How long a hook takes while another stream of the same connection carries an answer of 64 MiB.
//!
//! `cargo run --release -p bench-beside -- [ROUNDS]`. The server's side is the one of `mmplugin::testing`, over the real
//! wire: so what is seen here is the SDK's own share, without a Go host and its garbage collector.

use std::time::{Duration, Instant};

use mmplugin::prelude::*;
use mmplugin::testing::{Host, HostError, block_on};

/// Bytes of the answer.
const ANSWER: usize = 64 << 20;

/// Calls of the hook before and between answers.
const IDLE_CALLS: usize = 2000;

struct Both;

#[mmplugin::plugin(id = "com.example.both")]
impl Hooks for Both {
    async fn activate(_ctx: Activation) -> Result<Self, Error> {
        Ok(Self)
    }

    async fn message_will_be_posted(&self, _ctx: Context, _post: Post) -> PostDecision {
        PostDecision::Allow
    }

    async fn serve_http(&self, _ctx: Context, request: Request<Body>) -> Response<Body> {
        let piece: usize = request.uri().path().trim_start_matches('/').parse().unwrap_or(32 << 10);
        let (sender, body) = Body::channel(4);
        tokio::spawn(async move {
            let bytes = bytes::Bytes::from(vec![7; piece]);
            for _ in 0..ANSWER / piece {
                if sender.send(bytes.clone()).await.is_err() {
                    return;
                }
            }
        });
        Response::new(body)
    }
}

fn main() -> Result<(), HostError> {
    let rounds = std::env::args().nth(1).and_then(|rounds| rounds.parse().ok()).unwrap_or(5);
    block_on(async {
        let host = Host::<Both>::start().await?;
        let mut times = Vec::new();
        calls(&host, IDLE_CALLS, &mut times).await?;
        println!(
            "{:>8} {:>16} {:>16} {:>10} {:>12}",
            "piece", "idle p50/p99", "busy p50/p99", "p99 ratio", "MB/s"
        );
        for piece in [32 << 10, 256 << 10] {
            for _ in 0..rounds {
                round(&host, piece).await?;
            }
        }
        host.deactivate().await
    })
}

async fn round(host: &Host<Both>, piece: usize) -> Result<(), HostError> {
    let mut idle = Vec::new();
    calls(host, IDLE_CALLS, &mut idle).await?;
    let mut busy = Vec::new();
    let begin = Instant::now();
    let path = format!("/{piece}");
    let answer = host.get(&path);
    tokio::pin!(answer);
    let length = loop {
        tokio::select! {
            biased;
            answer = &mut answer => break answer?.body().len(),
            result = calls(host, 1, &mut busy) => result?,
        }
    };
    let rate = length as f64 / begin.elapsed().as_secs_f64() / 1e6;
    let (idle, busy) = (quantiles(idle), quantiles(busy));
    let ratio = busy.1.as_secs_f64() / idle.1.as_secs_f64();
    let show = |(p50, p99): (Duration, Duration)| format!("{}/{} µs", p50.as_micros(), p99.as_micros());
    println!("{piece:>8} {:>16} {:>16} {ratio:>10.2} {rate:>12.0}", show(idle), show(busy));
    Ok(())
}

async fn calls(host: &Host<Both>, count: usize, times: &mut Vec<Duration>) -> Result<(), HostError> {
    for _ in 0..count {
        let post = Post { message: "hello".to_owned(), ..Post::default() };
        let begin = Instant::now();
        host.message_will_be_posted(post).await?;
        times.push(begin.elapsed());
    }
    Ok(())
}

fn quantiles(mut times: Vec<Duration>) -> (Duration, Duration) {
    times.sort_unstable();
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or_default();
    (at(0.5), at(0.99))
}
