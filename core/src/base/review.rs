//! The review queue of a base.

use super::handle::Base;
use crate::error::Result;
use crate::review::{self, ReviewItem, ReviewRequest};

impl Base {
    /// What to look at first: due, overdue, expired and suspected articles by risk, which is the chance
    /// of being wrong, times use, times harm. Ties go by id. Cost: one pass over all articles.
    pub fn review_queue(&self, request: &ReviewRequest) -> Result<Vec<ReviewItem>> {
        request.check()?;
        let now = request.now.unwrap_or_else(|| self.now());
        let state = self.0.read();
        let inputs = &state.model;
        Ok(review::queue(
            &inputs,
            &self.0.config.audiences,
            request,
            now,
        ))
    }
}
