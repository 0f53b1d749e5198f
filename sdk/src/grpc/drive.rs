//! Drives the answering side of a connection: one task reads what comes and writes what is to go.
//!
//! Where the runtime wants it so, that task takes the first step of each call, too. Most hooks end with it: no task is
//! made for them, no thread is woken, and the answer leaves in the same turn. Such a step may be author code that
//! blocks its thread. While it runs the connection lies open, so that another task can go on with it: see [`relieve`].

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Wake, Waker};

use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::connection::Connection;
use super::cork::{Cork, Corked};
use super::http2::{self, Server};
use super::routes::Routes;

type Boxed = Pin<Box<dyn Future<Output = ()> + Send>>;

type Ended = Result<(), hyper::Error>;

/// Looks at the connection that one turn takes at most, should each of them have to be followed by another.
const LOOKS: usize = 16;

/// Serves a connection to its end; once `asked` is done no new calls are taken.
pub(super) async fn serve(
    io: Connection,
    routes: Arc<Routes>,
    asked: impl Future<Output = ()> + Send + 'static,
) -> Ended {
    let calls = Calls(routes.relieved().then(Arc::default));
    let bell = Arc::new(Bell::default());
    let (io, cork) = Corked::new(io);
    let serving = Serving {
        waker: Waker::from(bell.clone()),
        bell,
        http2: Box::pin(http2::serve(io, routes, calls.clone())),
        asked: Some(Box::pin(asked)),
        cork,
    };
    let (ended, end) = oneshot::channel();
    let _known = Known;
    let driver = Arc::new(Driver {
        calls,
        runtime: Handle::current(),
        serving: Mutex::default(),
        ended: Mutex::new(Some(ended)),
    });
    lock(&DRIVERS).push(Arc::downgrade(&driver));
    driver.drive(serving).await;
    end.await.unwrap_or(Ok(()))
}

/// Calls that have been read and not begun; without a list each is a task from the start.
#[derive(Clone)]
pub(super) struct Calls(Option<Arc<Mutex<VecDeque<Boxed>>>>);

impl Calls {
    fn next(&self) -> Option<Boxed> {
        self.0.as_ref().and_then(|calls| lock(calls).pop_front())
    }

    fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|calls| lock(calls).is_empty())
    }
}

impl<F: Future<Output = ()> + Send + 'static> hyper::rt::Executor<F> for Calls {
    fn execute(&self, call: F) {
        match &self.0 {
            Some(calls) => lock(calls).push_back(Box::pin(call)),
            None => drop(tokio::spawn(call)),
        }
    }
}

/// A connection and what its task needs.
struct Serving {
    http2: Pin<Box<Server>>,
    cork: Cork,
    asked: Option<Boxed>,
    bell: Arc<Bell>,
    /// Rings it.
    waker: Waker,
}

impl Serving {
    /// Reads and writes until calls have arrived (`None`) or the connection has ended.
    fn poll(&mut self, cx: &mut Context<'_>, calls: &Calls) -> Poll<Option<Ended>> {
        for _ in 0..LOOKS {
            self.bell.awake();
            if self.asked.as_mut().is_some_and(|asked| asked.as_mut().poll(cx).is_ready()) {
                self.asked = None;
                self.http2.as_mut().graceful_shutdown();
            }
            let mut bell = Context::from_waker(&self.waker);
            if let Poll::Ready(ended) = self.http2.as_mut().poll(&mut bell) {
                return Poll::Ready(Some(ended));
            }
            if !calls.is_empty() {
                return Poll::Ready(None);
            }
            self.cork.poll_out(&mut bell);
            if self.bell.sleep(cx.waker()) {
                return Poll::Pending;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Wakes the task of a connection, unless it is awake: a task that wakes itself goes to the end of tokio's queue, and
/// another thread is woken to see whether there is something for it. Every answer given in the task's own turn would.
#[derive(Default)]
struct Bell {
    state: AtomicU8,
    task: Mutex<Option<Waker>>,
}

const AWAKE: u8 = 0;
const ASLEEP: u8 = 1;
/// Something has come up since the last look.
const RUNG: u8 = 2;

impl Bell {
    fn awake(&self) {
        self.state.store(AWAKE, Ordering::SeqCst);
    }

    /// False: something has come up.
    fn sleep(&self, task: &Waker) -> bool {
        *lock(&self.task) = Some(task.clone());
        self.state.compare_exchange(AWAKE, ASLEEP, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.state.swap(RUNG, Ordering::SeqCst) == ASLEEP
            && let Some(task) = lock(&self.task).take()
        {
            task.wake();
        }
    }
}

struct Driver {
    calls: Calls,
    runtime: Handle,
    /// The connection, while the task that drives it is busy with a call.
    serving: Mutex<Option<Serving>>,
    ended: Mutex<Option<oneshot::Sender<Ended>>>,
}

impl Driver {
    /// Drives until the connection ends, or until another task has taken it over.
    async fn drive(self: Arc<Self>, mut serving: Serving) {
        loop {
            if let Some(ended) = poll_fn(|cx| serving.poll(cx, &self.calls)).await {
                return self.end(ended);
            }
            *lock(&self.serving) = Some(serving);
            while let Some(call) = self.calls.next() {
                begin(call);
                if lock(&self.serving).is_none() {
                    return;
                }
            }
            let own = lock(&self.serving).take();
            match own {
                Some(own) => serving = own,
                None => return,
            }
        }
    }

    fn end(&self, ended: Ended) {
        // What has been read is to run, as if it had begun before the end.
        while let Some(call) = self.calls.next() {
            tokio::spawn(call);
        }
        if let Some(end) = lock(&self.ended).take() {
            let _ = end.send(ended);
        }
    }
}

/// Takes the first step of a call here; what does not end with it becomes a task.
fn begin(mut call: Boxed) {
    // The task that it becomes then begins with a step, so nobody need be told before.
    if call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {
        tokio::spawn(call);
    }
}

/// The connections being served, for [`relieve`].
static DRIVERS: Mutex<Vec<Weak<Driver>>> = Mutex::new(Vec::new());

/// Lets new tasks go on with connections whose task is held up by a call that it has begun.
///
/// To be called by who notices that. A task that was not held up loses nothing: it ends, the new one goes on.
pub(crate) fn relieve() {
    let drivers: Vec<_> = lock(&DRIVERS).iter().filter_map(Weak::upgrade).collect();
    for driver in drivers {
        let serving = lock(&driver.serving).take();
        if let Some(serving) = serving {
            driver.runtime.clone().spawn(driver.drive(serving));
        }
    }
}

/// Forgets connections that have ended.
struct Known;

impl Drop for Known {
    fn drop(&mut self) {
        lock(&DRIVERS).retain(|driver| driver.strong_count() > 0);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::grpc::Services;
    use crate::grpc::limits::{PING_AFTER, PING_WAIT};

    /// How a host begins: the preface, and settings without any.
    const HELLO: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

    #[tokio::test(start_paused = true)]
    async fn a_host_that_answers_no_ping_is_gone() {
        let (ours, mut theirs) = tokio::io::duplex(1 << 16);
        let routes = Arc::new(Routes::new(Services::new().relieved()));
        let begin = tokio::time::Instant::now();
        let serving = tokio::spawn(serve(Connection::new(ours), routes, std::future::pending()));
        theirs.write_all(HELLO).await.unwrap();
        let ended = serving.await.unwrap();
        assert!(ended.is_err_and(|error| format!("{error:?}").contains("KeepAliveTimedOut")));
        let took = begin.elapsed();
        assert!(took >= PING_AFTER && took < PING_AFTER + PING_WAIT + Duration::from_secs(2), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_ends_when_the_plugin_is_to_end() {
        let (ours, mut theirs) = tokio::io::duplex(1 << 16);
        let routes = Arc::new(Routes::new(Services::new().relieved()));
        let (ask, asked) = oneshot::channel::<()>();
        let asked = async move { drop(asked.await) };
        let serving = tokio::spawn(serve(Connection::new(ours), routes, asked));
        theirs.write_all(HELLO).await.unwrap();
        ask.send(()).unwrap();
        // It says so, waits for the answer to a ping that goes with it, and leaves.
        let mut said = Vec::new();
        let mut piece = [0; 256];
        let ping = loop {
            let count = theirs.read(&mut piece).await.unwrap();
            said.extend_from_slice(&piece[..count]);
            if let Some(at) = said.windows(5).position(|bytes| bytes == [0, 0, 8, 6, 0])
                && let Some(frame) = said.get(at..at + 17)
            {
                break frame.to_vec();
            }
        };
        let pong = [&[0, 0, 8, 6, 1], &ping[5..]].concat();
        theirs.write_all(&pong).await.unwrap();
        theirs.read_to_end(&mut said).await.unwrap();
        assert!(serving.await.unwrap().is_ok());
        assert!(lock(&DRIVERS).iter().all(|driver| driver.strong_count() > 0));
    }
}
