//! Lists that come in pages, as iterators.

use std::fmt;
use std::vec::IntoIter;

use serde::de::DeserializeOwned;

use crate::path::with_query;
use crate::{Client, Error};

/// As many as a server gives at once; it cuts larger numbers to this one.
const MOST: u32 = 200;

/// The items of a list that the server gives in pages. A page is asked for when its first item is needed.
///
/// After an error it ends; what came before the error is good. While it runs, others may add to or take from the list on
/// the server: then an item may come twice or not at all, except where a method says otherwise. It owns its client, so it
/// can move to another thread.
///
/// ```no_run
/// # fn f(client: &mmplugin_rest::Client) -> Result<(), mmplugin_rest::Error> {
/// for user in client.get_users(&Default::default()).per_page(60).take(100) {
///     println!("{}", user?.username);
/// }
/// # Ok(()) }
/// ```
#[must_use = "pages are asked for when items are taken"]
pub struct Pages<T> {
    client: Client,
    fetch: Fetch<T>,
    ready: IntoIter<T>,
    page: u32,
    per_page: u32,
    over: bool,
}

/// Asks for one page; `false` beside the items: it is the last one.
pub(crate) type Fetch<T> = Box<dyn FnMut(&Client, Ask) -> Result<(Vec<T>, bool), Error> + Send>;

/// Which page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ask {
    pub(crate) page: u32,
    pub(crate) per_page: u32,
}

impl<T> Pages<T> {
    pub(crate) fn new(client: &Client, fetch: Fetch<T>) -> Self {
        let ready = Vec::new().into_iter();
        Self { client: client.clone(), fetch, ready, page: 0, per_page: MOST, over: false }
    }

    /// How many items are asked for at once: 200 unless set, which is the most that servers give.
    pub fn per_page(mut self, items: u32) -> Self {
        self.per_page = items.clamp(1, MOST);
        self
    }
}

impl<T: DeserializeOwned + 'static> Pages<T> {
    /// A list by page numbers; the path may have a query already. It may be the error of its making, which comes first.
    pub(crate) fn numbered(client: &Client, path: Result<String, Error>) -> Self {
        let fetch = move |client: &Client, ask: Ask| {
            let (page, per_page) = (ask.page.to_string(), ask.per_page.to_string());
            let path = with_query(path.clone()?, &[("page", &page), ("per_page", &per_page)]);
            // Go writes an empty list as `null`.
            let items = client.question::<Option<Vec<T>>>(path)?.unwrap_or_default();
            let full = items.len() >= ask.per_page as usize;
            Ok((items, full))
        };
        Self::new(client, Box::new(fetch))
    }
}

impl<T> Iterator for Pages<T> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.ready.next() {
                return Some(Ok(item));
            }
            if self.over {
                return None;
            }
            match (self.fetch)(&self.client, Ask { page: self.page, per_page: self.per_page }) {
                Ok((items, more)) => {
                    self.page += 1;
                    self.over = !more;
                    self.ready = items.into_iter();
                }
                Err(error) => {
                    self.over = true;
                    return Some(Err(error));
                }
            }
        }
    }
}

impl<T> std::iter::FusedIterator for Pages<T> {}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("page", &self.page)
            .field("per_page", &self.per_page)
            .field("ready", &self.ready.len())
            .field("over", &self.over)
            .finish_non_exhaustive()
    }
}
