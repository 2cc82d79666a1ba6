//! kenpoint for C and C++: the functions of `include/kenpoint.h`, which is made from this crate and is
//! the manual for its callers.
//!
//! It converts, forwards, and guards the border: pointers, UTF-8, panics, forks, closed handles. It
//! holds no rule of the domain. One file is one object of the header; [`handle`] has the only casts of
//! handles, [`guard`] the only place where panics are caught, [`text`] the only one where bytes of the
//! caller become text.
//!
//! # How a call runs
//!
//! `guard` (panics, the error slot) -> `base::enter` (handle, fork, closed, callbacks) -> conversion of
//! the arguments -> the core -> outputs, written last and only on success.
#![allow(
    non_camel_case_types,
    reason = "types have the names they have in the header"
)]
#![allow(
    clippy::missing_safety_doc,
    reason = "the documentation of a function is that of the header, whose contract is what makes it safe"
)]

// The objects of the header, in the order in which a program meets them.
mod version;
// The values that calls return.
mod buf;
mod callback;
mod error;
mod status;
mod text;
// Opening and closing a base.
mod base;
mod options;
mod resources;
// Writing.
mod articles;
mod case;
mod draft;
mod event;
mod link;
mod policy;
// Reading.
mod documents;
mod history;
mod request;
mod results;
mod review;
mod search;
// Bulk import and export.
mod rows;
mod transfer;
// Snapshots and visits.
mod publish;
mod snapshot;
mod visit;

// Not in the header.
mod fork;
mod gate;
mod guard;
mod handle;
mod json;
mod sized;

pub use articles::*;
pub use base::*;
pub use buf::*;
pub use callback::*;
pub use case::*;
pub use documents::*;
pub use draft::*;
pub use error::*;
pub use event::*;
#[cfg(feature = "testing")]
pub use guard::{ken_test_panic_at, ken_test_panic_off};
pub use history::*;
pub use link::*;
pub use options::*;
pub use policy::*;
pub use publish::*;
pub use request::*;
pub use resources::*;
pub use results::*;
pub use review::*;
pub use rows::*;
pub use search::*;
pub use snapshot::*;
pub use status::*;
pub use text::*;
pub use transfer::*;
pub use version::*;
pub use visit::*;
