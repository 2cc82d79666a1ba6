//! Words out of text.
pub mod lang;
pub use lang::Lang;
