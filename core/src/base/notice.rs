//! Notices: messages of a base to the host's log about work that belongs to no call.
//!
//! Examples are a rebuilt text index, failed background work and a recovered store. A notice cannot
//! make the work of the base fail. Without a listener no message is formatted. If a listener
//! panics, only that one notice is lost.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// The severity of a notice, the most severe first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum NoticeLevel {
    /// Data was lost or a request was refused; somebody must act.
    Error,
    /// An operation failed and will be retried, or was repaired at a cost.
    Warning,
    /// A notable operation succeeded.
    Info,
    /// A detail that helps to follow the work of the base.
    Debug,
}

impl NoticeLevel {
    /// The stable name, in lower case and the same in all languages.
    pub const fn name(self) -> &'static str {
        match self {
            NoticeLevel::Error => "error",
            NoticeLevel::Warning => "warning",
            NoticeLevel::Info => "info",
            NoticeLevel::Debug => "debug",
        }
    }
}

/// A message of the base to the host's log, see [`crate::BaseOptions::on_notice`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Notice {
    /// The severity.
    pub level: NoticeLevel,
    /// The subject: `open`, `close`, `store`, `flush`, `index`, `threads`, `clock` or `import`. Later versions may add
    /// more.
    pub topic: &'static str,
    /// One sentence for a person who reads the log. Do not parse it; its wording may change.
    pub message: String,
}

/// The host's listener.
type Listener = Arc<dyn Fn(&Notice) + Send + Sync>;

/// The target of notices; none by default.
#[derive(Clone, Default)]
pub(super) struct Notices(Option<Listener>);

impl Notices {
    /// Sends notices to this listener.
    pub fn to(listener: impl Fn(&Notice) + Send + Sync + 'static) -> Notices {
        Notices(Some(Arc::new(listener)))
    }

    /// Sends a notice. `message` is only called if there is a listener.
    pub fn tell(&self, level: NoticeLevel, topic: &'static str, message: impl FnOnce() -> String) {
        let Some(listener) = &self.0 else { return };
        let notice = Notice {
            level,
            topic,
            message: message(),
        };
        // A panic in the host's log must not unwind through a writer: all queued writes would fail.
        let _ = catch_unwind(AssertUnwindSafe(|| listener(&notice)));
    }
}
