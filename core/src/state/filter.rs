//! Hard filters: conditions that every article of an answer must meet.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorCode, Result};
use crate::model::version::VersionPlace;
use crate::model::{Confidence, Kind, ProductItem, validate};
use crate::projection::records::ArticleRecord;
use crate::time::Timestamp;

/// Conditions that every article of an answer must meet. Empty lists and absent values match
/// everything. A list matches if any of its items does.
///
/// ```
/// use kenpoint::{Filter, model::Kind};
/// let filter = Filter { kinds: vec![Kind::Product], tags: vec!["wifi".into()], ..Filter::default() };
/// assert!(filter.check().is_ok());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// Kinds of knowledge.
    pub kinds: Vec<Kind>,
    /// A product; if its version is given, only articles for that version match.
    pub product: Option<ProductItem>,
    /// A language tag; `en` also matches `en-GB`.
    pub language: Option<String>,
    /// A channel; articles for all channels match too.
    pub channel: Option<String>,
    /// States of confidence.
    pub confidence: Vec<Confidence>,
    /// Tags; any of them matches.
    pub tags: Vec<String>,
    /// The earliest instant of the last change in substance, inclusive.
    pub edited_from: Option<Timestamp>,
    /// The latest instant of the last change in substance, exclusive.
    pub edited_to: Option<Timestamp>,
}

impl Filter {
    /// Returns true if every article matches.
    pub fn is_empty(&self) -> bool {
        *self == Filter::default()
    }

    /// Checks lists, formats and contradictions.
    pub fn check(&self) -> Result<()> {
        validate::count(
            "filter.kinds",
            self.kinds.len(),
            validate::MAX_LIST,
            "kinds",
        )?;
        validate::count(
            "filter.confidence",
            self.confidence.len(),
            validate::MAX_LIST,
            "states",
        )?;
        validate::labels("filter.tags", &self.tags)?;
        if let Some(product) = &self.product {
            validate::id("filter.product.id", &product.id)?;
        }
        if let Some(language) = &self.language {
            validate::language("filter.language", language)?;
        }
        if let Some(channel) = &self.channel {
            validate::label("filter.channel", channel)?;
        }
        if !self.confidence.is_empty() && self.confidence.iter().all(|c| *c == Confidence::Archived)
        {
            return Err(Error::new(
                ErrorCode::Contradiction,
                "filter.confidence: archived articles are never shown; ask for another state",
            ));
        }
        match (self.edited_from, self.edited_to) {
            (Some(from), Some(to)) if from >= to => Err(Error::new(
                ErrorCode::Contradiction,
                format!(
                    "filter: edited_from {from} is not before edited_to {to}; exchange them or leave one out"
                ),
            )),
            _ => Ok(()),
        }
    }

    /// Returns true if an article matches.
    pub(crate) fn matches(&self, article: &ArticleRecord) -> bool {
        let product = self.product.as_ref().is_none_or(|wanted| {
            article.scope.products.iter().any(|p| {
                p.id == wanted.id
                    && match (&p.versions, &wanted.version) {
                        (Some(range), Some(version)) => {
                            matches!(
                                range.place(version),
                                VersionPlace::Exact | VersionPlace::InRange
                            )
                        }
                        _ => true,
                    }
            })
        });
        let language = self.language.as_ref().is_none_or(|wanted| {
            let (tag, wanted) = (
                article.language.to_ascii_lowercase(),
                wanted.to_ascii_lowercase(),
            );
            tag == wanted || tag.starts_with(&format!("{wanted}-"))
        });
        let channel = self.channel.as_ref().is_none_or(|wanted| {
            article.scope.channels.is_empty() || article.scope.channels.contains(wanted)
        });
        product
            && language
            && channel
            && (self.kinds.is_empty() || self.kinds.contains(&article.kind))
            && (self.confidence.is_empty() || self.confidence.contains(&article.confidence))
            && (self.tags.is_empty() || self.tags.iter().any(|tag| article.tags.contains(tag)))
            && self.edited_from.is_none_or(|from| article.edited >= from)
            && self.edited_to.is_none_or(|to| article.edited < to)
    }
}
