//! The review queue of a base, behind its view.

use super::handle::Base;
use crate::error::Result;
use crate::review::{self, ReviewItem, ReviewRequest};

impl Base {
    /// The reviews of this base: the articles that somebody should check.
    pub fn reviews(&self) -> Reviews<'_> {
        Reviews(self)
    }
}

/// The reviews of a base, see [`Base::reviews`]. Borrowed, and free to make.
#[derive(Clone, Copy, Debug)]
pub struct Reviews<'a>(&'a Base);

impl Reviews<'_> {
    /// The articles to review first: due, overdue, expired and suspect ones by risk. Risk is the chance of being
    /// wrong, times use, times harm. Ties go by id. Cost: one pass over all articles.
    ///
    /// Fails with `InvalidValue` or `TooLarge` for a request over its limits.
    pub fn queue(&self, request: &ReviewRequest) -> Result<Vec<ReviewItem>> {
        request.check()?;
        let inner = &self.0.0;
        let now = request.now.unwrap_or_else(|| self.0.now());
        let state = inner.read();
        let audiences = &inner.config.audiences;
        Ok(review::queue(&state.model, audiences, request, now))
    }
}
