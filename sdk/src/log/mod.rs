//! `tracing` events and spans as lines of the server's log.
//!
//! Authors write `tracing::info!(user = %id, "welcomed")`; the server's log gets the message at that level with `user`,
//! the fields of the spans around it (the inner one wins) and `module`, the event's target, beside it. Trace is shown as
//! debug: the server has no lower level. Between activation and the end of the connection lines go through the plugin
//! API, from a queue that never makes the plugin wait; before and after that they go to stderr, where the server reads
//! them, too.
//!
//! [`run`](crate::run) installs all this unless the author has installed a subscriber; one of their own can contain
//! [`layer()`]:
//!
//! ```
//! use tracing_subscriber::prelude::*;
//!
//! tracing_subscriber::registry().with(mmplugin::log::layer()).init();
//! ```
//!
//! # What is logged
//! Everything down to debug, but of the usual chatty libraries (hyper, rustls, tokio and their kin) only info and above;
//! the server's own settings say which of it are kept. The environment variable [`MMPLUGIN_LOG`](FILTER_VARIABLE) of the
//! server changes that for all its plugins: a level (`error`, `warn`, `info`, `debug`, `trace`, `off`) for everything, or a list
//! such as `info,acme=trace`.
//!
//! # In tests
//! Under [`testing`](crate::testing) each plugin has a subscriber of its own, which puts its events into the log of its
//! server and hands them on to the test's, if there is one: `Server::logs` says more. Nothing is installed for the process.
//!
//! Libraries that use the `log` crate are heard with `tracing_log::LogTracer::init()`.

mod layer;
pub(crate) mod panic_hook;
mod scope;
#[cfg(any(test, feature = "testing"))]
mod session;
mod sink;

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

pub(crate) use scope::Scope;
pub(crate) use sink::{Record, flush, open};

use crate::goplugin::hclog::Level;

/// The environment variable that says what is logged.
pub const FILTER_VARIABLE: &str = "MMPLUGIN_LOG";

/// Modules that say at debug what only their own authors want to know. With the colons, since a filter compares
/// beginnings and a plugin may be called `tokio_clock`.
const CHATTY: [&str; 16] = [
    "h2::",
    "hyper::",
    "hyper_util::",
    "mio::",
    "mmplugin::",
    "quinn::",
    "reqwest::",
    "rustls::",
    "sqlx::",
    "tokio::",
    "tokio_tungstenite::",
    "tokio_util::",
    "tonic::",
    "tower::",
    "tower_http::",
    "tungstenite::",
];

/// The layer that makes server log lines of events; it carries the filter described [above](self) with it.
pub fn layer<S>() -> impl Layer<S> + Send + Sync
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let (filter, complaint) = filter(std::env::var(FILTER_VARIABLE).ok().as_deref());
    if let Some(message) = complaint {
        sink::submit(Record { level: Level::Warn, target: "mmplugin".into(), message, fields: Vec::new() });
    }
    layer::EventLayer.with_filter(filter)
}

/// Installs [`layer()`] for the whole process, and the panic hook. An author's subscriber stays if there is one.
///
/// The panic hook takes the place of one that was there: panics become one line with `location` and `backtrace`. Authors
/// who want theirs, too, install it in `activate` and call the previous one from it.
pub fn install_default() {
    panic_hook::install();
    // An error says that there is a subscriber: the author's.
    let _ = tracing_subscriber::registry().with(layer()).try_init();
}

/// The filter, and what is wrong with the given one.
fn filter(given: Option<&str>) -> (Targets, Option<String>) {
    let default = || {
        let chatty = CHATTY.map(|module| (module, LevelFilter::INFO));
        Targets::new().with_default(LevelFilter::DEBUG).with_targets(chatty)
    };
    match given.map(|text| (text, text.trim().parse::<Targets>())) {
        None | Some(("", _)) => (default(), None),
        Some((_, Ok(filter))) => (filter, None),
        Some((text, Err(error))) => {
            (default(), Some(format!("{FILTER_VARIABLE}={text} is not understood: {error}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing::Level as L;

    #[test]
    fn libraries_are_quieter_than_the_plugin() {
        let (filter, complaint) = filter(None);
        assert_eq!(complaint, None);
        for (target, level, shown) in [
            ("acme::posts", L::DEBUG, true),
            ("acme", L::TRACE, false),
            ("hyper::client", L::DEBUG, false),
            ("rustls::conn", L::INFO, true),
            ("tokio_clock", L::DEBUG, true),
            ("mmplugin_hello", L::DEBUG, true),
            ("mmplugin::yamux", L::DEBUG, false),
        ] {
            assert_eq!(filter.would_enable(target, &level), shown, "{target} at {level}");
        }
    }

    #[test]
    fn the_environment_decides_for_everything() {
        assert!(filter(Some("trace")).0.would_enable("hyper::client", &L::TRACE));
        assert!(!filter(Some(" warn ")).0.would_enable("acme", &L::INFO));
        let (list, _) = filter(Some("error,acme=debug"));
        assert!(list.would_enable("acme::x", &L::DEBUG) && !list.would_enable("other", &L::WARN));
    }

    #[test]
    fn a_filter_that_is_not_understood_is_said_and_not_used() {
        let (filter, complaint) = filter(Some("acme=loud"));
        assert!(complaint.unwrap().contains("acme=loud"));
        assert!(filter.would_enable("acme", &L::DEBUG));
        assert_eq!(super::filter(Some("")).1, None);
    }
}
