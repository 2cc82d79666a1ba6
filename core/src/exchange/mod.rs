//! Import of knowledge from Markdown, HTML and JSON lines, and export of the log as JSON lines.
//!
//! An import turns bytes into [`Record`]s and passes each to a [`Sink`]; a base is one. A bad record is reported with
//! its place and affects no other. Only a sink that can no longer write ends an import. [`ImportOptions`] limits
//! everything.
//!
//! The module reads files only in `folder` (feature `disk`), has no clock (a time limit is a progress callback that
//! returns [`ControlFlow::Break`](std::ops::ControlFlow::Break)), and does not guess who may see an article.

#[cfg(feature = "arrow")]
pub(crate) mod arrow;
mod article;
mod charset;
mod dates;
pub mod export;
mod fields;
pub mod files;
#[cfg(feature = "disk")]
pub mod folder;
mod foreign;
mod format;
mod front_matter;
pub mod headings;
mod held_back;
mod history;
pub mod html;
mod importer;
pub mod json;
pub mod jsonl;
pub mod markdown;
mod markup;
mod options;
mod page;
mod record;
mod report;
mod site;
mod toml_value;
mod value;
pub(crate) mod warning;
mod yaml;

pub use dates::DatesAhead;
pub use export::write_log;
pub use files::import_files;
#[cfg(feature = "disk")]
pub use folder::import_path;
pub use foreign::Adjustment;
pub use format::Format;
pub use importer::Importer;
pub use options::{Arrivals, ImportOptions};
pub use record::{Outcome, Record, Sink};
pub use report::{
    AdjustedValue, HeldBack, IgnoredFile, ImportReport, Progress, Skipped, SourcePlace,
};
pub use site::Preset;
