//! Giving up from another thread: a flag that waits look at.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Ends requests and waits that were given it, from another thread or a signal handler; clones share the flag.
///
/// A request that is given up may still reach the server. Made from an `Arc<AtomicBool>` it is that flag, as
/// `signal-hook` sets it.
///
/// ```
/// use mmplugin_rest::{Cancel, Client, Error};
///
/// let cancel = Cancel::default();
/// let client = Client::builder("https://chat.example.com").cancel(&cancel).build()?;
/// cancel.cancel();
/// assert_eq!(client.get_me(), Err(Error::Cancelled));
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Ends what goes on now, and everything that is asked afterwards.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether [`Cancel::cancel`] was called.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl From<Arc<AtomicBool>> for Cancel {
    fn from(flag: Arc<AtomicBool>) -> Self {
        Self(flag)
    }
}
