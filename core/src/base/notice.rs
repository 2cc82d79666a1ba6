//! Notices: what a base tells the host's log of its own accord.
//!
//! What no call can answer for is told here: that the text index was made again, that work in the
//! background failed, that a store was brought back. It refuses to hold anything up: without a
//! listener no message is made, and a listener that panics is not heard again for that notice only.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// How much a notice matters; the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum NoticeLevel {
    /// Something was lost or refused, and somebody should look.
    Error,
    /// Something failed that will be tried again, or was repaired at a cost.
    Warning,
    /// Something notable happened as it should.
    Info,
    /// What helps to follow the base at work.
    Debug,
}

impl NoticeLevel {
    /// The stable name, in lower case, equal in every language.
    pub const fn name(self) -> &'static str {
        match self {
            NoticeLevel::Error => "error",
            NoticeLevel::Warning => "warning",
            NoticeLevel::Info => "info",
            NoticeLevel::Debug => "debug",
        }
    }
}

/// What a base tells of its own accord, see [`crate::BaseOptions::on_notice`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Notice {
    /// How much it matters.
    pub level: NoticeLevel,
    /// What it is about: `open`, `close`, `store`, `flush`, `index` or `threads`. More may come.
    pub topic: &'static str,
    /// One sentence for a person who reads the log. Not to be parsed; its words may change.
    pub message: String,
}

/// Who listens.
type Listener = Arc<dyn Fn(&Notice) + Send + Sync>;

/// Where notices go; nowhere by default.
#[derive(Clone, Default)]
pub(super) struct Notices(Option<Listener>);

impl Notices {
    /// To this listener.
    pub fn to(listener: impl Fn(&Notice) + Send + Sync + 'static) -> Notices {
        Notices(Some(Arc::new(listener)))
    }

    /// Tells; `message` is only called if somebody listens.
    pub fn tell(&self, level: NoticeLevel, topic: &'static str, message: impl FnOnce() -> String) {
        let Some(listener) = &self.0 else { return };
        let notice = Notice {
            level,
            topic,
            message: message(),
        };
        // A writer at work must not be torn apart by the host's log: jobs that wait for it would fail.
        let _ = catch_unwind(AssertUnwindSafe(|| listener(&notice)));
    }
}
