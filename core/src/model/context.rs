//! Who looks, and from where: the viewer and the typed context of a search or suggestion.

use serde::{Deserialize, Serialize};

use super::product::ProductItem;
use super::validate;
use crate::error::Result;

/// Who looks: an audience label and the entitlements held.
///
/// ```
/// use kenpoint::model::Viewer;
/// let agent = Viewer::new("internal");
/// let gold = Viewer::new("customer").entitled_to("gold-support");
/// assert_ne!(agent, gold);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// A label of the base's audience scheme.
    pub audience: String,
    /// What the viewer holds, sorted.
    #[serde(default)]
    pub entitlements: Vec<String>,
}

impl Viewer {
    /// A viewer of a label, without entitlements.
    pub fn new(audience: impl Into<String>) -> Viewer {
        Viewer {
            audience: audience.into(),
            entitlements: Vec::new(),
        }
    }

    /// Adds an entitlement.
    pub fn entitled_to(mut self, entitlement: impl Into<String>) -> Viewer {
        self.entitlements.push(entitlement.into());
        self.entitlements.sort();
        self.entitlements.dedup();
        self
    }

    /// Checks label and list.
    pub fn check(&self) -> Result<()> {
        validate::label("viewer.audience", &self.audience)?;
        validate::labels("viewer.entitlements", &self.entitlements)
    }
}

/// What is known of the situation. Everything is optional; what is unknown is neutral.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Context {
    /// Who is met: an account or person id of the host.
    pub party: Option<String>,
    /// What they have installed.
    pub items: Vec<ProductItem>,
    /// Components in play.
    pub components: Vec<String>,
    /// The region.
    pub region: Option<String>,
    /// phone, email, web, chat...
    pub channel: Option<String>,
    /// The language to answer in.
    pub language: Option<String>,
    /// Ids of articles that were already tried: left out of suggestions.
    pub tried: Vec<String>,
}

impl Context {
    /// Nothing known.
    pub fn new() -> Context {
        Context::default()
    }

    /// Adds an installed product.
    pub fn item(mut self, item: ProductItem) -> Context {
        self.items.push(item);
        self
    }

    /// Sets the language to answer in.
    pub fn language(mut self, language: impl Into<String>) -> Context {
        self.language = Some(language.into());
        self
    }

    /// Sets the channel.
    pub fn channel(mut self, channel: impl Into<String>) -> Context {
        self.channel = Some(channel.into());
        self
    }

    /// Sets who is met.
    pub fn party(mut self, party: impl Into<String>) -> Context {
        self.party = Some(party.into());
        self
    }

    /// Adds an article that was already tried.
    pub fn tried(mut self, article: impl Into<String>) -> Context {
        self.tried.push(article.into());
        self
    }

    /// Checks lists and forms.
    pub fn check(&self) -> Result<()> {
        validate::optional_id("context.party", self.party.as_deref())?;
        validate::count(
            "context.items",
            self.items.len(),
            validate::MAX_LIST,
            "products",
        )?;
        for item in &self.items {
            validate::id("context.items.id", &item.id)?;
        }
        validate::labels("context.components", &self.components)?;
        if let Some(region) = &self.region {
            validate::label("context.region", region)?;
        }
        if let Some(channel) = &self.channel {
            validate::label("context.channel", channel)?;
        }
        if let Some(language) = &self.language {
            validate::language("context.language", language)?;
        }
        validate::count(
            "context.tried",
            self.tried.len(),
            validate::MAX_LIST,
            "articles",
        )?;
        self.tried
            .iter()
            .try_for_each(|id| validate::id("context.tried", id))
    }
}
