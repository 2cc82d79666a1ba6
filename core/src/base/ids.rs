//! Lists the ids of a base, page by page.

use super::handle::Base;
use crate::error::{Error, Result};
use crate::model::validate;
use crate::settings::MAX_RESULTS;
use crate::store::backend::{Backend, Table};

impl Base {
    /// Returns the ids of articles after `after`, or from the first, in ascending order, including archived
    /// and merged ones. A page with fewer than `limit` ids is the last.
    ///
    /// No lock is held between two pages. An article put in between is found if its id comes after the
    /// previous page. Cost: one pass over the rows of the page. `limit` is 1..=10000.
    ///
    /// ```
    /// use kenpoint::{Base, model::{ArticleDraft, Kind}};
    /// let base = Base::in_memory().open().unwrap();
    /// for id in ["lamp", "door", "fuse"] {
    ///     base.put(ArticleDraft::new(id, Kind::Product, id)).unwrap();
    /// }
    /// assert_eq!(base.article_ids(None, 2).unwrap(), ["door", "fuse"]);
    /// assert_eq!(base.article_ids(Some("fuse"), 2).unwrap(), ["lamp"]);
    /// ```
    ///
    /// It takes no viewer and hides nothing, see `docs/viewers.md`.
    pub fn article_ids(&self, after: Option<&str>, limit: usize) -> Result<Vec<String>> {
        ids(&*self.0.store, Table::Articles, after, limit)
    }

    /// Returns the ids of cases, in the same way as [`Base::article_ids`].
    ///
    /// It takes no viewer and hides nothing, see `docs/viewers.md`.
    pub fn case_ids(&self, after: Option<&str>, limit: usize) -> Result<Vec<String>> {
        ids(&*self.0.store, Table::Cases, after, limit)
    }
}

fn ids(
    store: &dyn Backend,
    table: Table,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<String>> {
    if limit == 0 {
        return Err(Error::invalid("limit", 0, "must be at least 1"));
    }
    validate::count("limit", limit, MAX_RESULTS, "ids")?;
    // The next key after an id is the id followed by a zero byte.
    let mut from = after.map(str::as_bytes).map(<[u8]>::to_vec);
    if let Some(key) = &mut from {
        key.push(0);
    }
    let mut ids = Vec::new();
    store.scan(table, &from.unwrap_or_default(), &mut |key, _| {
        let id = std::str::from_utf8(key)
            .map_err(|_| Error::corrupt(format!("a key of {} is no text", table.name())))?;
        ids.push(id.to_owned());
        Ok(ids.len() < limit)
    })?;
    Ok(ids)
}
