//! From `tracing` to [`Record`]s.

use std::error::Error;
use std::fmt::{self, Write as _};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level as TracingLevel, Subscriber, span};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::sink::{Record, submit};
use crate::goplugin::hclog::{Level, cut};

/// Longest text kept of a message or a field: with the queue's length this bounds what waiting lines can take.
const MAX_TEXT: usize = 32 * 1024;

/// Hands every event, with the fields of its spans, to the process's log.
#[derive(Debug)]
pub(super) struct EventLayer;

/// A span's fields, kept with the span.
#[derive(Debug, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl<S> Layer<S> for EventLayer
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        span.extensions_mut().replace(fields);
    }

    fn on_record(&self, id: &Id, values: &span::Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(fields) = span.extensions_mut().get_mut::<Fields>() {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        submit(record(event, around(event, &context)));
    }
}

/// The fields of the spans that an event is in, the inner ones last.
fn around<S>(event: &Event<'_>, context: &Context<'_, S>) -> Fields
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let mut fields = Fields::default();
    for span in context.event_scope(event).into_iter().flat_map(|scope| scope.from_root()) {
        if let Some(outer) = span.extensions().get::<Fields>() {
            fields.inherit(outer);
        }
    }
    fields
}

/// What an event says, with the fields of the spans around it.
pub(super) fn record(event: &Event<'_>, mut fields: Fields) -> Record {
    // A span's field of this name is not the event's message.
    let of_span = fields.take("message");
    event.record(&mut fields);
    let message = fields.take("message").unwrap_or_else(|| event.metadata().name().to_owned());
    if let Some(text) = of_span {
        fields.set("span_message", text);
    }
    let level = match *event.metadata().level() {
        TracingLevel::ERROR => Level::Error,
        TracingLevel::WARN => Level::Warn,
        TracingLevel::INFO => Level::Info,
        _ => Level::Debug,
    };
    Record { level, target: event.metadata().target().to_owned(), message, fields: fields.0 }
}

impl Fields {
    /// Takes over what others have; theirs win.
    pub(super) fn inherit(&mut self, others: &Self) {
        others.0.iter().for_each(|(key, value)| self.set(key, value.clone()));
    }

    /// Sets a field; the last value wins.
    fn set(&mut self, key: &str, value: String) {
        match self.0.iter_mut().find(|(known, _)| known == key) {
            Some((_, old)) => *old = value,
            None => self.0.push((key.to_owned(), value)),
        }
    }

    fn take(&mut self, key: &str) -> Option<String> {
        let at = self.0.iter().position(|(known, _)| known == key)?;
        Some(self.0.remove(at).1)
    }

    fn put(&mut self, field: &Field, value: &str) {
        let key = field.name();
        self.set(key.strip_prefix("r#").unwrap_or(key), cut(value, MAX_TEXT).into_owned());
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.put(field, &chain(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, &format!("{value:?}"));
    }
}

/// An error and its sources, each said once: many errors contain their source's text.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    // A source that leads back to itself must not keep the plugin here.
    for _ in 0..32 {
        let Some(source) = next else { break };
        let part = source.to_string();
        if !text.ends_with(&part) {
            let _ = write!(text, ": {part}");
        }
        next = source.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;
    use std::sync::{Arc, Mutex};
    use tracing_subscriber::prelude::*;

    /// Collects records instead of submitting them.
    #[derive(Clone, Default)]
    struct Collect(Arc<Mutex<Vec<Record>>>);

    impl<S: Subscriber + for<'span> LookupSpan<'span>> Layer<S> for Collect {
        fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
            self.0.lock().unwrap().push(record(event, around(event, &context)));
        }
    }

    /// What the events in `run` become; `EventLayer` keeps the spans' fields.
    fn records(run: impl FnOnce()) -> Vec<Record> {
        let collect = Collect::default();
        let spans =
            EventLayer.with_filter(tracing_subscriber::filter::filter_fn(|metadata| metadata.is_span()));
        tracing::subscriber::with_default(
            tracing_subscriber::registry().with(collect.clone()).with(spans),
            run,
        );
        let records = collect.0.lock().unwrap();
        records.clone()
    }

    fn pairs(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        fields.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn levels_fields_and_target_are_kept() {
        let got = records(|| {
            tracing::info!(target: "acme", user = "ada", n = 7, ok = true, opt = ?Some(1), r#type = "x", "hello {}", 1);
            tracing::trace!("low");
        });
        let fields = pairs(&[("user", "ada"), ("n", "7"), ("ok", "true"), ("opt", "Some(1)"), ("type", "x")]);
        let expected =
            Record { level: Level::Info, target: "acme".into(), message: "hello 1".into(), fields };
        assert_eq!(got[0], expected);
        assert_eq!((got[1].level, got[1].target.as_str()), (Level::Debug, module_path!()));
    }

    #[test]
    fn spans_add_their_fields_and_the_inner_one_wins() {
        let got = records(|| {
            let outer = tracing::info_span!(
                "outer",
                hook = "A",
                id = 1,
                message = "of the span",
                late = tracing::field::Empty
            );
            outer.in_scope(|| {
                outer.record("late", "yes");
                tracing::info_span!("inner", id = 2).in_scope(|| tracing::warn!(hook = "B", "m"));
            });
            tracing::warn!("outside");
        });
        assert_eq!(got[0].message, "m");
        let expected = [("hook", "B"), ("id", "2"), ("late", "yes"), ("span_message", "of the span")];
        let mut fields = got[0].fields.clone();
        fields.sort();
        assert_eq!(fields, pairs(&expected));
        assert_eq!(got[1].fields, []);
    }

    #[derive(Debug, thiserror::Error)]
    #[error("cannot load")]
    struct Load(#[source] Wrapped);

    #[derive(Debug, thiserror::Error)]
    #[error("file: {0}")]
    struct Wrapped(#[source] io::Error);

    #[test]
    fn errors_are_said_with_their_sources() {
        let error = Load(Wrapped(io::Error::other("disk gone")));
        let got = records(|| tracing::error!(error = &error as &dyn Error));
        assert_eq!(got[0].fields, pairs(&[("error", "cannot load: file: disk gone")]));
        assert!(got[0].message.contains("layer.rs"), "{}", got[0].message);
    }

    #[test]
    fn long_texts_are_cut() {
        let got = records(|| tracing::info!(big = "x".repeat(1 << 20), "{}", "é".repeat(1 << 20)));
        assert!(got[0].message.len() < MAX_TEXT + 64 && got[0].fields[0].1.len() < MAX_TEXT + 64);
        assert!(got[0].message.ends_with("bytes more)"));
    }
}
