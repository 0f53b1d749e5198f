//! Drives the answering side of a connection: one task reads what comes and writes what is to go.
//!
//! Where the runtime wants it so, that task takes the first step of each call, too. Most hooks end with it: no task is
//! made for them, no thread is woken, and the answer leaves in the same turn. Such a step may be author code that
//! blocks its thread. While it runs the connection lies open, so that another task can go on with it: see [`relieve`].

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Wake, Waker};

use h2::PingPong;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use super::alive;
use super::call::{Call, Serving};
use super::connection::Connection;
use super::cork::{Cork, Corked};
use super::http2::{self, Server};
use super::limits::PING_WAIT;
use super::routes::Routes;

/// How a connection has ended.
pub(super) type Ended = Result<(), Fault>;

/// Why a connection has ended.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error("{0}")]
    Http2(#[from] h2::Error),
    #[error("it has not answered a ping within {} s", PING_WAIT.as_secs())]
    KeepAliveTimedOut,
}

/// Looks at the connection that one turn takes at most, should each of them have to be followed by another.
const LOOKS: usize = 16;

/// Serves a connection to its end; once `asked` is done no new calls are taken.
pub(super) async fn serve(
    io: Connection,
    routes: Arc<Routes>,
    asked: impl Future<Output = ()> + Send + 'static,
) -> Ended {
    let (io, cork) = Corked::new(io);
    let mut greeting = http2::accept(io);
    let mut http2 = poll_fn(|cx| {
        let greeted = Pin::new(&mut greeting).poll(cx);
        cork.poll_out(cx);
        greeted
    })
    .await?;
    let bell = Arc::new(Bell::default());
    let _telling = http2.ping_pong().map(|pings| Telling::begin(bell.clone(), asked, pings, cork.clone()));
    let connection = Box::new(Serve { http2, cork, waker: Waker::from(bell.clone()), bell });
    let (ended, end) = oneshot::channel();
    let _known = Known;
    let driver = Arc::new(Driver {
        routes,
        runtime: Handle::current(),
        connection: Mutex::default(),
        ended: Mutex::new(Some(ended)),
    });
    lock(&DRIVERS).push(Arc::downgrade(&driver));
    driver.drive(connection).await;
    end.await.unwrap_or(Ok(()))
}

/// A connection and what its task needs.
struct Serve {
    http2: Server,
    cork: Cork,
    bell: Arc<Bell>,
    /// Rings it.
    waker: Waker,
}

/// What has come of a connection.
enum Event {
    /// A call, to be served.
    Call(Serving),
    Ended(Ended),
}

impl Serve {
    /// Reads and writes until something has come.
    fn poll(&mut self, routes: &Routes, cx: &mut Context<'_>) -> Poll<Event> {
        for _ in 0..LOOKS {
            self.bell.awake();
            if self.bell.asked.swap(false, Ordering::Relaxed) {
                self.http2.graceful_shutdown();
            }
            if self.bell.silent.load(Ordering::Relaxed) {
                return Poll::Ready(Event::Ended(Err(Fault::KeepAliveTimedOut)));
            }
            let mut bell = Context::from_waker(&self.waker);
            match self.http2.poll_accept(&mut bell) {
                Poll::Ready(Some(Ok((request, respond)))) => match routes.call(Call::new(request, respond)) {
                    Some(serving) => return Poll::Ready(Event::Call(serving)),
                    None => continue,
                },
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Event::Ended(Err(error.into()))),
                Poll::Ready(None) => return Poll::Ready(Event::Ended(Ok(()))),
                Poll::Pending => {}
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
    /// The plugin is to end.
    asked: AtomicBool,
    /// The host is gone without a word.
    silent: AtomicBool,
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

    fn tell(self: &Arc<Self>, what: &AtomicBool) {
        what.store(true, Ordering::Relaxed);
        self.wake_by_ref();
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

/// Tells the task of a connection what seldom happens, so that it need not look for it in each turn; ends when dropped.
struct Telling(AbortHandle);

impl Telling {
    fn begin(
        bell: Arc<Bell>,
        asked: impl Future<Output = ()> + Send + 'static,
        pings: PingPong,
        cork: Cork,
    ) -> Self {
        let telling = tokio::spawn(async move {
            let mut silent = pin!(alive::silent(pings, cork, || true));
            tokio::select! {
                () = asked => bell.tell(&bell.asked),
                () = &mut silent => return bell.tell(&bell.silent),
            }
            silent.await;
            bell.tell(&bell.silent);
        });
        Self(telling.abort_handle())
    }
}

impl Drop for Telling {
    fn drop(&mut self) {
        self.0.abort();
    }
}

struct Driver {
    routes: Arc<Routes>,
    runtime: Handle,
    /// The connection, while the task that drives it is busy with a call.
    connection: Mutex<Option<Box<Serve>>>,
    ended: Mutex<Option<oneshot::Sender<Ended>>>,
}

impl Driver {
    /// Drives until the connection ends, or until another task has taken it over.
    async fn drive(self: Arc<Self>, mut connection: Box<Serve>) {
        loop {
            let serving = match poll_fn(|cx| connection.poll(&self.routes, cx)).await {
                Event::Call(serving) => serving,
                Event::Ended(ended) => return self.end(ended),
            };
            if !self.routes.relieved() {
                tokio::spawn(serving);
                continue;
            }
            *lock(&self.connection) = Some(connection);
            begin(serving);
            let own = lock(&self.connection).take();
            match own {
                Some(own) => connection = own,
                None => return,
            }
        }
    }

    fn end(&self, ended: Ended) {
        if let Some(end) = lock(&self.ended).take() {
            let _ = end.send(ended);
        }
    }
}

/// Takes the first step of some work here; what does not end with it becomes a task.
pub(crate) fn begin(mut work: Serving) {
    // The task that it becomes then begins with a step, so nobody need be told before.
    if work.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {
        tokio::spawn(work);
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
        let connection = lock(&driver.connection).take();
        if let Some(connection) = connection {
            driver.runtime.clone().spawn(driver.drive(connection));
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
