//! The feature `tracing`: each call of the base opens its span.
#![cfg(feature = "tracing")]

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use kenpoint::exchange::{Format, ImportOptions};
use kenpoint::model::Viewer;
use kenpoint::{Base, SearchRequest, SuggestRequest};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// A subscriber that keeps the names of spans.
#[derive(Clone, Default)]
struct Names(Arc<Mutex<Vec<&'static str>>>);

impl Subscriber for Names {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("kenpoint")
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.push(span.metadata().name());
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[test]
fn calls_open_spans() {
    let names = Names::default();
    tracing::subscriber::with_default(names.clone(), || {
        let base = Base::in_memory().open().unwrap();
        let page = b"# The lamp stays dark\n\n## Resolution\nChange the fuse.\n";
        base.import_bytes(
            Format::Markdown,
            "lamp.md",
            page,
            &ImportOptions::new(),
            &mut |_| ControlFlow::Continue(()),
        )
        .unwrap();
        base.search(&SearchRequest::new("lamp", Viewer::new("internal")))
            .unwrap();
        base.suggest(&SuggestRequest::for_text("lamp", Viewer::new("internal")))
            .unwrap();
    });
    let seen = names.0.lock().unwrap().clone();
    assert_eq!(seen, ["import", "record", "search", "suggest"]);
}

#[cfg(feature = "disk")]
#[test]
fn absorbing_opens_a_span() {
    let folder = tempfile::tempdir().unwrap();
    let names = Names::default();
    tracing::subscriber::with_default(names.clone(), || {
        let base = Base::on_disk(folder.path())
            .background(false)
            .open()
            .unwrap();
        base.close().unwrap();
    });
    assert_eq!(*names.0.lock().unwrap(), ["flush_index"]);
}
