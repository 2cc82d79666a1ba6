//! The review queue of a base, in a namespace of its own.

use super::handle::Base;
use crate::error::Result;
use crate::review::{self, ReviewItem, ReviewRequest};

impl Base {
    /// Returns the reviews of this base: the articles that somebody should check.
    ///
    /// It takes no viewer and hides nothing, see `docs/viewers.md`.
    pub fn reviews(&self) -> Reviews<'_> {
        Reviews(self)
    }
}

/// The reviews of a base, see [`Base::reviews`]. It borrows the base and costs nothing to make.
#[derive(Clone, Copy, Debug)]
pub struct Reviews<'a>(&'a Base);

impl Reviews<'_> {
    /// Returns the articles to review first: due, overdue, expired and suspect ones, by descending risk. Risk is
    /// the probability of being wrong, times use, times harm. Ties are ordered by id. Cost: one pass over all
    /// articles.
    ///
    /// Fails with `InvalidValue` or `TooLarge` if the request exceeds a limit.
    pub fn queue(&self, request: &ReviewRequest) -> Result<Vec<ReviewItem>> {
        request.check()?;
        let inner = &self.0.0;
        let now = request.now.unwrap_or_else(|| self.0.now());
        let state = inner.read();
        let audiences = &inner.config.audiences;
        Ok(review::queue(&state.model, audiences, request, now))
    }
}
