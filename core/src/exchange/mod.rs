//! Reads knowledge from Markdown, HTML and JSON lines, and writes the log as JSON lines.
//!
//! Turns bytes into [`Record`]s and hands each to a [`Sink`] (the engine is one). One bad record is
//! reported with its place and never stops or harms the others; only a sink that can no longer write
//! ends an import. Everything is bounded by [`ImportOptions`].
//!
//! Refuses: any file access outside `folder` (feature `disk`), any clock (a time limit is a progress
//! callback that answers [`ControlFlow::Break`](std::ops::ControlFlow::Break)), guessing of what a wrong value may have meant.

#[cfg(feature = "arrow")]
pub(crate) mod arrow;
pub mod export;
mod fields;
pub mod files;
#[cfg(feature = "disk")]
pub mod folder;
pub mod headings;
mod history;
pub mod html;
mod importer;
pub mod json;
pub mod jsonl;
pub mod markdown;
mod options;
mod record;
mod report;
mod value;
mod yaml;

pub use export::write_log;
pub use files::import_files;
#[cfg(feature = "disk")]
pub use folder::import_path;
pub use importer::{Format, Importer};
pub use options::{Arrivals, ImportOptions};
pub use record::{Outcome, Record, Sink};
pub use report::{ImportReport, Progress, Skipped, SourcePlace};
