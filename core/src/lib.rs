//! kenpoint is an embeddable knowledge-retrieval library for a CRM, a help desk or an agent. It needs no server and no
//! network.
//!
//! A [`Base`] stores articles and facts, cases with the articles that resolved them, and the feedback of readers.
//! [`Base::search`] answers a query. [`Base::suggest`] suggests articles for an open case. Both rank by the words of
//! the text, by similar past cases, by the freshness and usefulness of each article, and show only articles that the
//! viewer may see. One outcome changes the next answer, and every score can be explained to its last bit.
//!
//! # A case from start to finish
//!
//! ```
//! use kenpoint::model::{
//!     ArticleDraft, CaseDraft, CaseKind, Confidence, Kind, LinkDraft, LinkType, Reuse, Role, Viewer,
//! };
//! use kenpoint::{Base, FixedClock, SuggestRequest};
//!
//! # fn main() -> kenpoint::Result<()> {
//! // `Base::on_disk("folder")` keeps it. A clock of our own makes this example say the same every time.
//! let clock = FixedClock::at("2026-11-20T09:00:00Z".parse()?);
//! let base = Base::in_memory().clock(clock).open()?;
//!
//! // Two articles, checked and public. Only one of them knows what changed in August.
//! for (id, title, issue, fix) in [
//!     ("red-light", "The router shows a red light",
//!      "The ring of the router is red and there is no internet.", "Hold the reset button for ten seconds."),
//!     ("pppoe-vlan", "No sign-in at the provider since firmware 4.0",
//!      "Since the update the provider refuses the sign-in.", "Enter the VLAN of the provider under WAN."),
//! ] {
//!     base.put(
//!         ArticleDraft::new(id, Kind::Product, title)
//!             .section(Role::Issue, issue)
//!             .section(Role::Resolution, fix)
//!             .audience("public")
//!             .confidence(Confidence::Validated),
//!     )?;
//! }
//!
//! // A customer writes. By its words, the case belongs to the first article.
//! let case = |id: &str| {
//!     CaseDraft::new(id, CaseKind::Service)
//!         .entry(Reuse::Section(Role::Issue), "Red light on the router since the update, no internet.")
//! };
//! base.open_case(case("c1"))?;
//! let agent = || Viewer::new("internal");
//! let first = base.suggest(&SuggestRequest::for_case("c1", agent()))?;
//! assert_eq!(first.suggestions[0].id, "red-light");
//!
//! // The agent tries it in vain, finds the other article, and says so.
//! base.link(LinkDraft::new("c1", "red-light", LinkType::TriedFailed), "ann")?;
//! base.link(LinkDraft::new("c1", "pppoe-vlan", LinkType::Resolved), "ann")?;
//! base.resolve_case("c1", None)?;
//!
//! // The next customer with the same need gets the article that worked.
//! base.open_case(case("c2"))?;
//! let next = base.suggest(&SuggestRequest::for_case("c2", agent()))?;
//! let best = &next.suggestions[0];
//! assert_eq!(best.id, "pppoe-vlan");
//! assert_eq!(next.similar[0].solved_by, ["pppoe-vlan"]);
//!
//! // The factors of the explanation, multiplied in their order, are the score to the bit.
//! assert_eq!(best.explanation.fold().to_bits(), best.score.to_bits());
//! # Ok(())
//! # }
//! ```
//!
//! # Overview
//!
//! - [`Base`]: all calls. [`BaseOptions`]: clock, audiences, language, cache, threads, a memory limit,
//!   [`Notice`]s for a log. [`Stats`]: the contents and the resource use of a base.
//! - [`model`]: articles, cases, facts, links, events, viewers.
//! - [`SearchRequest`] and [`SuggestRequest`]: the requests; [`Explanation`]: the factors of a score.
//! - [`RankPolicy`]: every constant of the ranking with its unit, range, default and source.
//! - [`exchange`]: import of Markdown, HTML and JSON lines, export of the log.
//! - [`Snapshot`]: a read-only file of everything one audience may see; it answers like the base.
//! - [`store::Backend`]: the interface for a store of your own, see [`Base::with_backend`].
//! - [`ErrorCode`]: all errors, by number.
//!
//! # Guarantees
//!
//! - **Time is an argument.** The caller passes every instant, or the call reads the base's [`Clock`] once.
//! - **Search writes nothing.** An answer contains an impression token, and feedback refers to it.
//! - **Hidden articles do not exist for a viewer**: they change no score, order, snippet or error.
//! - **Acknowledged is durable**, except for relaxed events (searched, shown, clicked, viewed and the like). These are
//!   durable with the next durable commit, with [`Base::flush`], or within a second if the base has its own thread.
//! - **Bad input is an error**, never a panic and never a silent correction.
//!
//! # Features
//!
//! | feature | default | contents |
//! |---|---|---|
//! | `charsets` | yes | import of HTML pages in any character set of the web (encoding_rs); UTF-8, UTF-16 and windows-1252 need no feature |
//! | `disk` | yes | `Base::on_disk` (redb, with a tantivy index beside it), import of files and folders |
//! | `html` | yes | rendering of CommonMark to sanitised HTML (ammonia); HTML import needs no feature |
//! | `languages` | yes | the stemmers of all languages; English is always there |
//! | `rayon` | yes | `search_many` and `suggest_many` over threads of the base's own |
//! | `arrow` | no | bulk rows in and out for the bindings; no API that versions cover |
//! | `js` | no | in `wasm32-unknown-unknown`, normal forms of Unicode by JavaScript in place of tables: 40 KB less to load |
//! | `tracing` | no | spans around search, suggest, record, import and index flush |
//!
//! Without features the crate runs in memory, starts no thread, and builds for `wasm32-unknown-unknown`.
//! The least Rust version is 1.90.
#![forbid(unsafe_code)]

mod base;
mod cancel;
mod codec;
mod error;
pub mod exchange;

// The text index: public for benches and tests only, outside semver.
#[doc(hidden)]
pub mod index;

pub mod model;
mod projection;
// Ranking arithmetic: public for benches and tests only, outside semver.
#[doc(hidden)]
pub mod rank;

mod review;
mod search;
mod self_service;
pub mod settings;
mod snapshot;
mod state;

pub mod store;
// Words and queries: public for benches and tests only, outside semver.
#[doc(hidden)]
pub mod text;
mod time;

// Bulk rows as Arrow record batches: public for the bindings only, outside semver.
#[cfg(feature = "arrow")]
#[doc(hidden)]
pub use base::rows;
pub use base::{
    AsOf, Base, BaseOptions, Counts, Exported, FileUse, MemoryUse, MergeReport, Notice,
    NoticeLevel, Put, Recorded, RejectedEvent, Replay, Reviews, StateChange, Stats, VersionInfo,
};
#[cfg(feature = "disk")]
pub use base::{ResourceOptions, ResourceStats, SharedResources};
pub use error::{Error, ErrorCode, Result};
pub use projection::verify::Verified;
pub use rank::{Explanation, Factor, FactorName};
pub use review::{ReviewItem, ReviewRequest};
pub use search::{
    Hit, SearchAnswer, SearchRequest, SimilarCase, SuggestAnswer, SuggestRequest, Suggestion,
};
pub use self_service::Visit;
pub use settings::RankPolicy;
pub use snapshot::{
    Completions, Markup, Snapshot, SnapshotInfo, SnapshotOptions, SnapshotRequest, SnapshotShards,
    SnapshotSource, TitleCompletion, WordCompletion,
};
pub use state::Filter;
pub use state::ledger::EvidenceRow;
#[cfg(feature = "html")]
pub use text::markdown::to_html as markdown_to_html;
pub use text::safe_html::to_page as markdown_to_page;
pub use text::{HostStemmer, Snippet, Stemmers};
#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
pub use time::SystemClock;
pub use time::{Clock, Day, FixedClock, Timestamp};

/// Compiles and runs the example of the README with the other doc tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
