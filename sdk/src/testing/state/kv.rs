//! The plugin's key-value store, by the server's rules.
//!
//! They are those of the SQL that the server runs: a key is gone once its time has come, but a row that falls due in
//! this very millisecond still stands in the way of a new one.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::PluginKVSetOptions;
use crate::testing::calls::*;

use super::{Found, State, page, refused};

/// Longest key in characters, on all servers from 5.6 on.
const MAX_KEY: usize = 150;

/// So many keys are listed when a page has no size.
const PAGE: usize = 10;

/// What is stored under a key.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    value: Vec<u8>,
    /// In milliseconds since 1970; 0: never.
    expire_at: i64,
}

/// All keys of the plugin.
#[derive(Debug, Default)]
pub(in crate::testing) struct Store {
    rows: BTreeMap<String, Row>,
}

impl Store {
    /// The value of a key that has not expired.
    pub(in crate::testing) fn get(&self, key: &str, now: i64) -> Option<&[u8]> {
        self.rows.get(key).filter(|row| row.lives(now)).map(|row| &*row.value)
    }

    /// What is left of a key's time; `None` when it has none or does not exist.
    pub(in crate::testing) fn expiry(&self, key: &str, now: i64) -> Option<Duration> {
        let row = self.rows.get(key).filter(|row| row.lives(now) && row.expire_at != 0)?;
        u64::try_from(row.expire_at - now).ok().map(Duration::from_millis)
    }

    /// The keys that have not expired, sorted.
    pub(in crate::testing) fn keys(&self, now: i64) -> Vec<String> {
        let alive = self.rows.iter().filter(|(_, row)| row.lives(now));
        alive.map(|(key, _)| key.clone()).collect()
    }

    /// Nothing and no bytes are the same on the wire: both delete.
    pub(in crate::testing) fn put(&mut self, key: String, value: Vec<u8>, expire_at: i64) {
        if value.is_empty() {
            self.rows.remove(&key);
        } else {
            self.rows.insert(key, Row { value, expire_at });
        }
    }

    fn swap(&mut self, key: String, old: &[u8], value: Vec<u8>, expire_at: i64, now: i64) -> bool {
        if value.is_empty() {
            return self.take(&key, old, now);
        }
        let free = match self.rows.get(&key) {
            None => old.is_empty(),
            Some(row) if old.is_empty() => row.expire_at != 0 && row.expire_at < now,
            Some(row) => row.lives(now) && row.value == old,
        };
        if free {
            self.put(key, value, expire_at);
        }
        free
    }

    fn take(&mut self, key: &str, old: &[u8], now: i64) -> bool {
        let fits = !old.is_empty() && self.get(key, now) == Some(old);
        if fits {
            self.rows.remove(key);
        }
        fits
    }
}

impl Row {
    fn lives(&self, now: i64) -> bool {
        self.expire_at == 0 || self.expire_at > now
    }
}

fn check(key: &str) -> Found<()> {
    if !key.is_empty() && key.chars().count() <= MAX_KEY {
        return Ok(());
    }
    let text = format!("Invalid key, must be more than 0 and a of maximum {MAX_KEY} characters long.");
    Err(refused(400, "model.plugin_key_value.is_valid.key.app_error", &text))
}

/// The methods.
impl State {
    pub(super) fn kv_get(&mut self, call: KvGet) -> Found<Option<Vec<u8>>> {
        Ok(self.kv.get(&call.key, self.now()).map(<[u8]>::to_vec))
    }

    pub(super) fn kv_set(&mut self, call: KvSet) -> Found<()> {
        self.kv_write(call.key, call.value, &PluginKVSetOptions::default()).map(drop)
    }

    pub(super) fn kv_set_with_expiry(&mut self, call: KvSetWithExpiry) -> Found<()> {
        let options = PluginKVSetOptions { expire_in_seconds: call.expire_in_seconds, ..Default::default() };
        self.kv_write(call.key, call.value, &options).map(drop)
    }

    pub(super) fn kv_set_with_options(&mut self, call: KvSetWithOptions) -> Found<bool> {
        self.kv_write(call.key, call.value, &call.options)
    }

    pub(super) fn kv_compare_and_set(&mut self, call: KvCompareAndSet) -> Found<bool> {
        let options =
            PluginKVSetOptions { atomic: true, old_value: call.old_value, ..PluginKVSetOptions::default() };
        self.kv_write(call.key, call.new_value, &options)
    }

    pub(super) fn kv_compare_and_delete(&mut self, call: KvCompareAndDelete) -> Found<bool> {
        check(&call.key)?;
        let now = self.now();
        Ok(self.kv.take(&call.key, &call.old_value, now))
    }

    pub(super) fn kv_delete(&mut self, call: KvDelete) -> Found<()> {
        self.kv.rows.remove(&call.key);
        Ok(())
    }

    pub(super) fn kv_delete_all(&mut self, _: KvDeleteAll) -> Found<()> {
        self.kv.rows.clear();
        Ok(())
    }

    pub(super) fn kv_list(&mut self, call: KvList) -> Found<Vec<String>> {
        let size = if call.per_page <= 0 { PAGE as i64 } else { call.per_page };
        let skipped = usize::try_from(call.page.saturating_mul(call.per_page)).unwrap_or_default();
        let keys = self.kv.keys(self.now()).into_iter().skip(skipped);
        Ok(page(keys, 0, size))
    }

    fn kv_write(&mut self, key: String, value: Vec<u8>, options: &PluginKVSetOptions) -> Found<bool> {
        if !options.atomic && !options.old_value.is_empty() {
            let id = "model.plugin_kvset_options.is_valid.old_value.app_error";
            let text = "Invalid old value, it shouldn't be set when the operation is not atomic.";
            return Err(refused(400, id, text));
        }
        check(&key)?;
        let now = self.now();
        let expire_at = match options.expire_in_seconds {
            0 => 0,
            seconds => now.saturating_add(seconds.saturating_mul(1000)),
        };
        if options.atomic {
            return Ok(self.kv.swap(key, &options.old_value, value, expire_at, now));
        }
        self.kv.put(key, value, expire_at);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::super::status;
    use super::*;

    fn state() -> State {
        let state = State::default();
        state.clock.stop();
        state
    }

    fn set(state: &mut State, key: &str, value: &[u8]) -> Found<()> {
        state.kv_set(KvSet { key: key.into(), value: value.into() })
    }

    fn get(state: &mut State, key: &str) -> Option<Vec<u8>> {
        state.kv_get(KvGet { key: key.into() }).unwrap()
    }

    fn swap(state: &mut State, key: &str, old: &[u8], new: &[u8]) -> bool {
        let call = KvCompareAndSet { key: key.into(), old_value: old.into(), new_value: new.into() };
        state.kv_compare_and_set(call).unwrap()
    }

    fn list(state: &mut State, page: i64, per_page: i64) -> Vec<String> {
        state.kv_list(KvList { page, per_page }).unwrap()
    }

    fn for_seconds(state: &mut State, key: &str, seconds: i64) {
        let (key, value) = (key.into(), b"v".to_vec());
        state.kv_set_with_expiry(KvSetWithExpiry { key, value, expire_in_seconds: seconds }).unwrap();
    }

    #[test]
    fn a_value_is_set_replaced_and_deleted() {
        let state = &mut state();
        assert_eq!(get(state, "k"), None);
        set(state, "k", b"one").unwrap();
        set(state, "k", b"two").unwrap();
        assert_eq!(get(state, "k").unwrap(), b"two");
        state.kv_delete(KvDelete { key: "k".into() }).unwrap();
        assert_eq!(get(state, "k"), None);
        state.kv_delete(KvDelete { key: "never there".into() }).unwrap();
    }

    #[test]
    fn setting_nothing_deletes() {
        let state = &mut state();
        set(state, "k", b"v").unwrap();
        set(state, "k", b"").unwrap();
        assert_eq!((get(state, "k"), list(state, 0, 10)), (None, vec![]));
    }

    #[test]
    fn keys_have_one_to_150_characters_where_something_is_written() {
        let state = &mut state();
        for (key, fits) in [("", false), (&"ä".repeat(150), true), (&"ä".repeat(151), false)] {
            assert_eq!(status(set(state, key, b"v")), if fits { 200 } else { 400 });
            let call = KvCompareAndDelete { key: key.into(), old_value: b"x".to_vec() };
            assert_eq!(state.kv_compare_and_delete(call).is_ok(), fits, "{key}");
            assert_eq!(get(state, key).is_some(), fits);
        }
    }

    #[test]
    fn a_key_expires_and_can_be_taken_again() {
        let state = &mut state();
        for_seconds(state, "k", 60);
        state.clock.advance(Duration::from_millis(59_999));
        assert!(get(state, "k").is_some());
        assert_eq!(state.kv.expiry("k", state.now()), Some(Duration::from_millis(1)));
        state.clock.advance(Duration::from_millis(1));
        assert_eq!((get(state, "k"), list(state, 0, 10)), (None, vec![]));
        assert!(!swap(state, "k", b"v", b"w"), "it is gone");
        assert!(!swap(state, "k", b"", b"w"), "its row stands in the way in this millisecond");
        state.clock.advance(Duration::from_millis(1));
        assert!(swap(state, "k", b"", b"w"));
        assert_eq!((get(state, "k").unwrap(), state.kv.expiry("k", 0)), (b"w".to_vec(), None));
    }

    #[test]
    fn a_time_in_the_past_is_at_once_and_none_is_for_ever() {
        let state = &mut state();
        for_seconds(state, "past", -1);
        for_seconds(state, "ever", 0);
        state.clock.advance(Duration::from_secs(1 << 30));
        assert_eq!(list(state, 0, 10), ["ever"]);
    }

    #[test]
    fn setting_again_takes_the_time_away() {
        let state = &mut state();
        for_seconds(state, "k", 1);
        set(state, "k", b"v").unwrap();
        state.clock.advance(Duration::from_secs(2));
        assert!(get(state, "k").is_some());
    }

    #[test]
    fn compare_and_set_changes_what_is_as_expected() {
        let state = &mut state();
        assert!(!swap(state, "k", b"one", b"two"), "nothing is not one");
        assert!(swap(state, "k", b"", b"one"));
        assert!(!swap(state, "k", b"", b"two"), "there is something");
        assert!(!swap(state, "k", b"two", b"three"));
        assert!(swap(state, "k", b"one", b"one"), "the same again counts");
        assert!(swap(state, "k", b"one", b""), "nothing as new value deletes");
        assert_eq!(get(state, "k"), None);
        assert!(!swap(state, "k", b"", b""), "there is nothing to delete");
    }

    #[test]
    fn compare_and_delete_needs_the_value() {
        let state = &mut state();
        set(state, "k", b"v").unwrap();
        for (old, deleted) in [(&b""[..], false), (b"w", false), (b"v", true), (b"v", false)] {
            let call = KvCompareAndDelete { key: "k".into(), old_value: old.into() };
            assert_eq!(state.kv_compare_and_delete(call).unwrap(), deleted);
        }
    }

    #[test]
    fn options_combine_and_contradict() {
        let state = &mut state();
        let with = |state: &mut State, atomic, old: &[u8], seconds| {
            let options = PluginKVSetOptions { atomic, old_value: old.into(), expire_in_seconds: seconds };
            let call = KvSetWithOptions { key: "k".into(), value: b"v".to_vec(), options };
            state.kv_set_with_options(call)
        };
        assert_eq!(status(with(state, false, b"old", 0)), 400);
        assert!(with(state, true, b"", 1).unwrap());
        assert!(!with(state, true, b"", 1).unwrap());
        assert!(with(state, false, b"", 1).unwrap());
        assert!(with(state, true, b"v", 5).unwrap());
        state.clock.advance(Duration::from_secs(4));
        assert!(get(state, "k").is_some(), "the time is that of the last write");
        state.clock.advance(Duration::from_secs(1));
        assert!(get(state, "k").is_none());
    }

    #[test]
    fn lists_are_sorted_paged_and_have_a_default_size() {
        let state = &mut state();
        for number in (10..25).rev() {
            set(state, &format!("k{number}"), b"v").unwrap();
        }
        assert_eq!(list(state, 0, 3), ["k10", "k11", "k12"]);
        assert_eq!(list(state, 4, 3), ["k22", "k23", "k24"]);
        assert_eq!(list(state, 5, 3), [""; 0]);
        assert_eq!(list(state, 0, 0).len(), PAGE);
        assert_eq!(list(state, 7, -1).len(), PAGE, "a page without a size is the first");
        assert_eq!(list(state, -1, 2), ["k10", "k11"]);
    }

    #[test]
    fn all_can_be_deleted() {
        let state = &mut state();
        set(state, "a", b"v").unwrap();
        for_seconds(state, "b", 9);
        state.kv_delete_all(KvDeleteAll).unwrap();
        assert_eq!(list(state, 0, 10), [""; 0]);
    }
}
