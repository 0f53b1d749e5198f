//! The queue under a server that is slow, gone or chatty itself.

use std::sync::{Arc, Mutex};

use super::*;

fn sink() -> &'static Sink {
    Box::leak(Box::new(Sink { sender: RwLock::new(None), dropped: AtomicU64::new(0) }))
}

fn record(message: impl ToString) -> Record {
    Record { level: Level::Info, target: "acme".into(), message: message.to_string(), fields: Vec::new() }
}

/// A server that takes everything.
#[derive(Clone, Default)]
struct Server(Arc<Mutex<Vec<String>>>);

impl Server {
    fn take(&self, record: Record) -> std::future::Ready<Result<(), ()>> {
        self.0.lock().unwrap().push(record.message);
        std::future::ready(Ok(()))
    }

    fn got(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

#[test]
fn pairs_alternate_and_end_with_the_module() {
    let record = Record { fields: vec![("a".into(), "1".into())], ..record("m") };
    assert_eq!(record.pairs().collect::<Vec<_>>(), ["a", "1", "module", "acme"]);
}

#[test]
fn without_a_server_records_are_for_stderr() {
    let sink = sink();
    assert_eq!(sink.enqueue(record("early")), Some(record("early")));
    drop(sink.open());
    assert_eq!(sink.enqueue(record("late")), Some(record("late")));
}

#[test]
fn what_the_carriers_say_never_enters_the_queue() {
    let sink = sink();
    let _queue = sink.open();
    for (target, queued) in [
        ("mmplugin::yamux::driver", false),
        ("mmplugin::api", false),
        ("mmplugin::apiary", true),
        ("mmplugin::runtime", true),
        ("mmplugin", true),
        ("yamux", true),
    ] {
        let record = Record { target: target.into(), ..record("x") };
        assert_eq!(sink.enqueue(record).is_none(), queued, "{target}");
    }
}

#[tokio::test]
async fn records_arrive_in_order_and_flush_waits_for_them() {
    let (sink, server) = (sink(), Server::default());
    let queue = sink.open();
    let to = server.clone();
    let task = tokio::spawn(queue.forward(move |record| to.take(record)));
    for n in 0..100 {
        sink.submit(record(n));
    }
    sink.flush().await;
    assert_eq!(server.got(), (0..100).map(|n| n.to_string()).collect::<Vec<_>>());
    // A new connection takes over; the old task ends.
    let _next = sink.open();
    task.await.unwrap();
}

#[tokio::test]
async fn a_full_queue_drops_and_says_how_many() {
    let (sink, server) = (sink(), Server::default());
    let queue = sink.open();
    for n in 0..CAPACITY + 10 {
        sink.submit(record(n));
    }
    let to = server.clone();
    tokio::spawn(queue.forward(move |record| to.take(record)));
    sink.flush().await;
    sink.flush().await;
    let got = server.got();
    assert_eq!(got.len(), CAPACITY + 1);
    assert!(got[CAPACITY].starts_with("log records dropped: 10;"), "{}", got[CAPACITY]);
    assert_eq!(sink.dropped.load(Relaxed), 0);
}

#[tokio::test]
async fn sending_does_not_cause_more_to_send() {
    let sink = sink();
    let seen = Arc::new(Mutex::new(0));
    let count = seen.clone();
    let queue = sink.open();
    tokio::spawn(queue.forward(move |_| {
        *count.lock().unwrap() += 1;
        async move {
            assert!(sink.enqueue(record("about sending")).is_some());
            tokio::task::yield_now().await;
            assert!(sink.enqueue(record("still sending")).is_some());
            Ok::<(), ()>(())
        }
    }));
    sink.submit(record("one"));
    sink.flush().await;
    assert_eq!(*seen.lock().unwrap(), 1);
    assert!(sink.enqueue(record("afterwards")).is_none());
}

#[tokio::test]
async fn a_server_that_is_gone_is_not_asked_again() {
    let sink = sink();
    let queue = sink.open();
    sink.submit(record("one"));
    sink.submit(record("two"));
    let mut calls = 0;
    queue
        .forward(|_| {
            calls += 1;
            std::future::ready(Err(()))
        })
        .await;
    assert_eq!(calls, 1);
    assert!(sink.enqueue(record("three")).is_some());
}

#[tokio::test(start_paused = true)]
async fn flush_gives_up_on_a_server_that_hangs() {
    let sink = sink();
    let queue = sink.open();
    sink.submit(record("one"));
    tokio::spawn(queue.forward(|_| std::future::pending::<Result<(), ()>>()));
    sink.flush().await;
}
