//! The subscriber of one plugin under test.
//!
//! It makes of events what [`layer()`](super::layer()) makes of them, and hands all on to the subscriber that was current
//! when it was made: one that an author's test installed, for the process or for its thread. That one has spans of its
//! own, entered and left beside those here. This is no registry of `tracing_subscriber`: such a one closes spans at
//! whatever subscriber is current, so two of them, one inside of the other, would close each other's.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tracing::dispatcher::{get_default, with_default};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record as Values};
use tracing::subscriber::{Interest, NoSubscriber};
use tracing::{Dispatch, Event, Metadata, Subscriber};
use tracing_core::span::Current;
use tracing_subscriber::Registry;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::Filter;

use super::layer::{Fields, record};
use super::sink::Record;

thread_local! {
    /// The spans that this thread is in, of all sessions.
    static ENTERED: RefCell<Vec<Id>> = const { RefCell::new(Vec::new()) };
}

/// Ids are unique in the process, so that one thread's list will do for all sessions.
static NEXT: AtomicU64 = AtomicU64::new(1);

pub(super) struct Session {
    filter: Targets,
    take: Box<dyn Fn(Record) + Send + Sync>,
    /// Who would get the events without this one.
    outer: Option<Dispatch>,
    spans: Mutex<HashMap<u64, Span>>,
}

struct Span {
    metadata: &'static Metadata<'static>,
    parent: Option<Id>,
    fields: Fields,
    handles: usize,
    /// As the outer subscriber knows it.
    outer: Option<Id>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

impl Session {
    pub(super) fn new(take: impl Fn(Record) + Send + Sync + 'static) -> Self {
        let (filter, _) = super::filter(std::env::var(super::FILTER_VARIABLE).ok().as_deref());
        let outer = get_default(|outer| (!outer.is::<NoSubscriber>()).then(|| outer.clone()));
        Self { filter, take: Box::new(take), outer, spans: Mutex::default() }
    }

    fn spans(&self) -> MutexGuard<'_, HashMap<u64, Span>> {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_logged(&self, metadata: &Metadata<'_>) -> bool {
        self.filter.would_enable(metadata.target(), metadata.level())
    }

    /// What the outer subscriber calls a span, if it has it.
    fn outside(&self, id: &Id) -> Option<(&Dispatch, Id)> {
        let id = self.spans().get(&id.into_u64())?.outer.clone()?;
        Some((self.outer.as_ref()?, id))
    }

    /// The span of this session that the thread is in.
    fn current(&self) -> Option<Id> {
        let spans = self.spans();
        ENTERED.with_borrow(|ids| ids.iter().rev().find(|id| spans.contains_key(&id.into_u64())).cloned())
    }

    /// The fields of a span and of those around it, the inner ones last.
    fn inherited(&self, span: Option<Id>) -> Fields {
        let spans = self.spans();
        let next = |span: &&Span| span.parent.as_ref().and_then(|id| spans.get(&id.into_u64()));
        let inner = span.and_then(|id| spans.get(&id.into_u64()));
        let around: Vec<&Span> = std::iter::successors(inner, next).collect();
        let mut fields = Fields::default();
        around.iter().rev().for_each(|span| fields.inherit(&span.fields));
        fields
    }

    /// Opens a span at the outer subscriber, below the same one.
    fn open_outside(&self, attributes: &Attributes<'_>) -> Option<Id> {
        let outer = self.outer.as_ref().filter(|outer| outer.enabled(attributes.metadata()))?;
        let (metadata, values) = (attributes.metadata(), attributes.values());
        Some(match attributes.parent().map(|id| self.outside(id)) {
            None => outer.new_span(attributes),
            Some(Some((_, id))) => outer.new_span(&Attributes::child_of(id, metadata, values)),
            Some(None) => outer.new_span(&Attributes::new_root(metadata, values)),
        })
    }
}

/// Leaves or closes spans with their subscriber as the current one: a registry looks there for what it lets go of.
///
/// In the middle of another event or span there is no current one, and none may be set.
fn as_current<R>(outer: &Dispatch, step: impl FnOnce() -> R) -> R {
    let is_free = get_default(|current| !current.is::<NoSubscriber>());
    if is_free { with_default(outer, step) } else { step() }
}

impl Subscriber for Session {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        match (&self.outer, self.is_logged(metadata)) {
            (Some(_), _) => Interest::sometimes(),
            (None, true) => Interest::always(),
            (None, false) => Interest::never(),
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.is_logged(metadata) || self.outer.is_some()
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        // The outer one does not tell what it wants.
        if self.outer.is_some() { None } else { Filter::<Registry>::max_level_hint(&self.filter) }
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let id = Id::from_u64(NEXT.fetch_add(1, Relaxed));
        let parent = match attributes.is_contextual() {
            true => self.current(),
            false => attributes.parent().cloned(),
        };
        // A span lives as long as those in it.
        let parent = parent.map(|id| self.clone_span(&id));
        let mut fields = Fields::default();
        if self.is_logged(attributes.metadata()) {
            attributes.record(&mut fields);
        }
        let outer = self.open_outside(attributes);
        let span = Span { metadata: attributes.metadata(), parent, fields, handles: 1, outer };
        self.spans().insert(id.into_u64(), span);
        id
    }

    fn record(&self, id: &Id, values: &Values<'_>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        if let Some(span) = self.spans().get_mut(&id.into_u64())
            && self.is_logged(span.metadata)
        {
            span.fields.inherit(&fields);
        }
        if let Some((outer, id)) = self.outside(id) {
            outer.record(&id, values);
        }
    }

    fn record_follows_from(&self, id: &Id, before: &Id) {
        if let (Some((outer, id)), Some((_, before))) = (self.outside(id), self.outside(before)) {
            outer.record_follows_from(&id, &before);
        }
    }

    fn event(&self, event: &Event<'_>) {
        if self.is_logged(event.metadata()) {
            let span = if event.is_contextual() { self.current() } else { event.parent().cloned() };
            (self.take)(record(event, self.inherited(span)));
        }
        // What names its span names it as we do: the outer subscriber would look for another one.
        if let Some(outer) = &self.outer
            && event.parent().is_none()
            && outer.enabled(event.metadata())
        {
            outer.event(event);
        }
    }

    fn enter(&self, id: &Id) {
        ENTERED.with_borrow_mut(|ids| ids.push(id.clone()));
        if let Some((outer, id)) = self.outside(id) {
            outer.enter(&id);
        }
    }

    fn exit(&self, id: &Id) {
        ENTERED.with_borrow_mut(|ids| {
            if let Some(at) = ids.iter().rposition(|entered| entered == id) {
                ids.remove(at);
            }
        });
        if let Some((outer, id)) = self.outside(id) {
            as_current(outer, || outer.exit(&id));
        }
    }

    fn clone_span(&self, id: &Id) -> Id {
        if let Some(span) = self.spans().get_mut(&id.into_u64()) {
            span.handles += 1;
        }
        id.clone()
    }

    fn try_close(&self, id: Id) -> bool {
        let mut spans = self.spans();
        let Some(span) = spans.get_mut(&id.into_u64()) else { return false };
        span.handles -= 1;
        if span.handles > 0 {
            return false;
        }
        let closed = spans.remove(&id.into_u64());
        drop(spans);
        if let Some(Span { parent, outer, .. }) = closed {
            if let (Some(outer), Some(id)) = (&self.outer, outer) {
                as_current(outer, || outer.try_close(id));
            }
            parent.map(|id| self.try_close(id));
        }
        true
    }

    fn current_span(&self) -> Current {
        let Some(id) = self.current() else { return Current::none() };
        let metadata = self.spans().get(&id.into_u64()).map(|span| span.metadata);
        metadata.map_or_else(Current::none, |metadata| Current::new(id, metadata))
    }
}
