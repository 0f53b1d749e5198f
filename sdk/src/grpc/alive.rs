//! Whether the other side of a connection is still there.

use std::future::poll_fn;

use h2::{Ping, PingPong};
use tokio::time::{sleep, sleep_until, timeout};

use super::cork::Cork;
use super::limits::{PING_AFTER, PING_WAIT};

/// Ends when a peer that was silent for long has not answered a ping either, or the connection has ended.
///
/// `asked`: whether anything is waited for. As long as nothing is, nobody is pinged: servers in Go end connections whose
/// idle clients do that.
pub(super) async fn silent(mut pings: PingPong, cork: Cork, asked: impl Fn() -> bool) {
    loop {
        sleep_until(cork.heard() + PING_AFTER).await;
        if cork.heard().elapsed() < PING_AFTER {
            continue;
        }
        if !asked() {
            sleep(PING_AFTER).await;
            continue;
        }
        if pings.send_ping(Ping::opaque()).is_err() {
            return;
        }
        match timeout(PING_WAIT, poll_fn(|cx| pings.poll_pong(cx))).await {
            Ok(Ok(_)) => {}
            Ok(Err(_)) | Err(_) => return,
        }
    }
}
