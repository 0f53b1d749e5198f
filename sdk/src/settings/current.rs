//! The settings as they are now, and the news that they have changed.

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::watch;

/// The settings as they are now: a handle shared by everything that reads them.
///
/// A reader takes one snapshot for one piece of work, so that its values belong together even when an administrator
/// saves new ones meanwhile. Taking one waits for nobody.
pub struct Current<T>(Arc<Shared<T>>);

struct Shared<T> {
    newest: ArcSwap<T>,
    /// How many snapshots there have been.
    count: watch::Sender<u64>,
}

impl<T> Current<T> {
    /// A handle whose first snapshot is `settings`.
    pub fn new(settings: T) -> Self {
        let newest = ArcSwap::from_pointee(settings);
        Self(Arc::new(Shared { newest, count: watch::Sender::new(0) }))
    }

    /// The newest snapshot.
    pub fn get(&self) -> Arc<T> {
        self.0.newest.load_full()
    }

    /// Puts a new snapshot in place; those already taken stay as they are.
    pub fn set(&self, settings: T) {
        self.0.newest.store(Arc::new(settings));
        self.0.count.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// The changes from now on, for work that goes on beside the hooks.
    ///
    /// ```
    /// # async fn example(settings: mmplugin::settings::Current<u8>) {
    /// let mut changes = settings.changes();
    /// loop {
    ///     let settings = changes.next().await;
    ///     println!("now it is {settings}");
    /// }
    /// # }
    /// ```
    pub fn changes(&self) -> Changes<T> {
        Changes { seen: self.0.count.subscribe(), current: self.clone() }
    }
}

/// The changes of a [`Current`].
pub struct Changes<T> {
    seen: watch::Receiver<u64>,
    current: Current<T>,
}

impl<T> Changes<T> {
    /// Waits for the next change and gives the newest snapshot; several changes since the last call are one.
    ///
    /// Dropping the future loses nothing. It never ends when nothing changes any more.
    pub async fn next(&mut self) -> Arc<T> {
        if self.seen.changed().await.is_err() {
            // Not to be reached: `current` holds the sender.
            std::future::pending::<()>().await;
        }
        self.current.get()
    }
}

impl<T> Clone for Current<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Default> Default for Current<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> fmt::Debug for Current<T> {
    /// Without the values: some may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Current").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Changes<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changes").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_stays_as_it_was_taken() {
        let current = Current::new(1);
        let shared = current.clone();
        let before = current.get();
        shared.set(2);
        assert_eq!((*before, *current.get()), (1, 2));
        assert_eq!(format!("{current:?} {:?}", current.changes()), "Current { .. } Changes { .. }");
    }

    #[tokio::test(start_paused = true)]
    async fn every_watcher_hears_of_the_newest_change_once() {
        let current = Current::new(1);
        current.set(2);
        let (mut first, mut second) = (current.changes(), current.changes());
        let quiet = std::time::Duration::from_secs(1);
        assert!(tokio::time::timeout(quiet, first.next()).await.is_err(), "what was before is no change");
        current.set(3);
        current.set(4);
        assert_eq!((*first.next().await, *second.next().await), (4, 4));
        assert!(tokio::time::timeout(quiet, first.next()).await.is_err());
        drop(current);
        assert!(tokio::time::timeout(quiet, second.next()).await.is_err());
    }
}
