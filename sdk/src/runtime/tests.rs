//! The life cycle in the test's own process; under Go's go-plugin the whole of it is tested in `tests/e2e`.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use serde_json::json;

use super::{guard, watch};
use crate::prelude::*;
use crate::testing::{Host, HostError, Server, block_on};

#[derive(mmplugin_macros::Settings, Debug)]
struct Words {
    #[setting(default = "fine")]
    how: String,
    #[setting(default = 7)]
    count: i64,
}

struct Probe {
    settings: Current<Words>,
    changes: AtomicU32,
}

#[mmplugin::plugin(id = "com.example.probe", settings = Words)]
impl Hooks for Probe {
    async fn activate(ctx: Activation<Words>) -> Result<Self, Error> {
        match ctx.config.how.as_str() {
            "error" => return Err(Error::msg("no words for this")),
            "panic" => panic!("out of words"),
            _ => {}
        }
        Ok(Self { settings: ctx.settings, changes: AtomicU32::new(0) })
    }

    async fn on_configuration_change(&self, settings: Arc<Words>) -> Result<(), Error> {
        self.changes.fetch_add(1, Ordering::Relaxed);
        if settings.how == "panic" { panic!("not this word") } else { Ok(()) }
    }

    async fn on_deactivate(&self) -> Result<(), Error> {
        if self.settings.get().how == "stay" { Err(Error::msg("it stays")) } else { Ok(()) }
    }

    async fn message_will_be_posted(&self, _ctx: Context, mut post: Post) -> PostDecision {
        if post.message == "panic" {
            panic!("it cannot be said");
        }
        let settings = self.settings.get();
        let changes = self.changes.load(Ordering::Relaxed);
        post.message = format!("{} {} {changes}", settings.how, settings.count);
        PostDecision::replace(post)
    }
}

fn server(settings: serde_json::Value) -> Server {
    let server = Server::new();
    server.set_config(settings);
    server
}

async fn said(host: &Host<Probe>) -> String {
    match host.message_will_be_posted(Post::default()).await {
        Ok(PostDecision::Replace(post)) => post.message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_activation_that_fails_says_why() {
    block_on(async {
        for (how, text) in
            [("error", "no words for this"), ("panic", "OnActivate: the plugin panicked: out of words")]
        {
            match Host::<Probe>::start_on(server(json!({ "how": how }))).await {
                Err(HostError::Activate(error)) => assert_eq!(error, text),
                Err(other) => panic!("{other}"),
                Ok(_) => panic!("{how} was activated"),
            }
        }
    });
}

#[test]
fn settings_that_cannot_be_read_are_the_defaults_first_and_the_old_ones_later() {
    block_on(async {
        let host = Host::<Probe>::start_on(server(json!({ "how": "loud", "count": [] }))).await.unwrap();
        assert_eq!(said(&host).await, "fine 7 0");
        host.configure(json!({ "How": "quiet" })).await.unwrap();
        assert_eq!(said(&host).await, "quiet 7 1");
        let refused = host.configure(json!({ "how": "loud", "count": "many" })).await.unwrap_err();
        assert!(refused.to_string().contains("the old settings stay"), "{refused}");
        assert_eq!(said(&host).await, "quiet 7 1");
    });
}

#[test]
fn faults_end_neither_the_plugin_nor_its_end() {
    block_on(async {
        let host = Host::<Probe>::start().await.unwrap();
        let post = Post { message: "panic".into(), ..Post::default() };
        let fault = host.message_will_be_posted(post).await.unwrap_err();
        assert!(
            fault.to_string().contains("MessageWillBePosted: the plugin panicked: it cannot be said"),
            "{fault}"
        );
        assert!(host.configure(json!({ "how": "panic" })).await.is_err());
        host.configure(json!({ "how": "stay" })).await.unwrap();
        assert_eq!(said(&host).await, "stay 7 2");
        assert_eq!(host.deactivate().await.unwrap_err().to_string(), "it stays");
    });
}

/// Tells that its task has been dropped.
struct SaysWhenDropped(&'static AtomicBool);

impl Drop for SaysWhenDropped {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

async fn soon(condition: &AtomicBool) -> bool {
    for _ in 0..2000 {
        if condition.load(Ordering::SeqCst) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    false
}

macro_rules! worker {
    ($name:ident, $dropped:ident) => {
        static $dropped: AtomicBool = AtomicBool::new(false);

        struct $name;

        #[mmplugin::plugin(id = "com.example.worker")]
        impl Hooks for $name {
            async fn activate(ctx: Activation) -> Result<Self, Error> {
                ctx.spawn(async {
                    let _end = SaysWhenDropped(&$dropped);
                    std::future::pending::<()>().await;
                });
                Ok(Self)
            }
        }
    };
}

worker!(Deactivated, DEACTIVATED);
worker!(Lost, LOST);

#[test]
fn background_work_ends_with_the_deactivation_and_with_the_connection() {
    block_on(async {
        let deactivated = Host::<Deactivated>::start().await.unwrap();
        let lost = Host::<Lost>::start().await.unwrap();
        assert!(!DEACTIVATED.load(Ordering::SeqCst) && !LOST.load(Ordering::SeqCst));
        deactivated.deactivate().await.unwrap();
        assert!(soon(&DEACTIVATED).await);
        drop(lost);
        assert!(soon(&LOST).await);
    });
}

#[test]
fn hooks_that_block_in_the_same_moment_all_run_and_leave_workers() {
    const BLOCKING: usize = 20;
    // Never ended: what watches it goes on, and lets it read for hosts of other tests that are held up.
    let runtime: &'static _ = Box::leak(Box::new(
        tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap(),
    ));
    watch::start(runtime.handle().clone(), 4).unwrap();
    let all_inside = Arc::new(Barrier::new(BLOCKING + 1));
    let hooks: Vec<_> = (0..BLOCKING)
        .map(|_| {
            let all_inside = all_inside.clone();
            runtime.spawn(guard::catch(async move {
                all_inside.wait();
            }))
        })
        .collect();
    // Were they to have only the four workers, four would wait for the others for ever.
    let (sender, receiver) = std::sync::mpsc::channel();
    let waiting = all_inside.clone();
    std::thread::spawn(move || {
        waiting.wait();
        let _ = sender.send(());
    });
    receiver.recv_timeout(Duration::from_secs(60)).expect("all of them inside");
    runtime.block_on(async {
        for hook in hooks {
            assert!(hook.await.unwrap().is_ok());
        }
    });
}
