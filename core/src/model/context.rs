//! The viewer and the context of a search or suggestion.

use serde::{Deserialize, Serialize};

use super::product::ProductItem;
use super::validate;
use crate::error::Result;

/// The viewer: an audience label and entitlements.
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
    /// The entitlements of the viewer, sorted.
    #[serde(default)]
    pub entitlements: Vec<String>,
}

impl From<&str> for Viewer {
    /// A viewer with a label and no entitlements.
    fn from(audience: &str) -> Viewer {
        Viewer::new(audience)
    }
}

impl From<&Viewer> for Viewer {
    fn from(viewer: &Viewer) -> Viewer {
        viewer.clone()
    }
}

impl Viewer {
    /// Creates a viewer with a label and no entitlements.
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

    /// Checks the label and the list.
    pub fn check(&self) -> Result<()> {
        validate::label("viewer.audience", &self.audience)?;
        validate::labels("viewer.entitlements", &self.entitlements)
    }
}

/// The context of a request. Every field is optional; an unknown value is neutral.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Context {
    /// The customer: an account or person id of the host.
    pub party: Option<String>,
    /// The products that the customer has installed.
    pub items: Vec<ProductItem>,
    /// Components involved.
    pub components: Vec<String>,
    /// The region of the customer.
    pub region: Option<String>,
    /// The channel: phone, email, web, chat...
    pub channel: Option<String>,
    /// The language of the answer.
    pub language: Option<String>,
    /// Ids of articles that were already tried. Suggestions omit them.
    pub tried: Vec<String>,
}

impl Context {
    /// Creates an empty context.
    pub fn new() -> Context {
        Context::default()
    }

    /// Adds an installed product.
    pub fn item(mut self, item: ProductItem) -> Context {
        self.items.push(item);
        self
    }

    /// Sets the language of the answer.
    pub fn language(mut self, language: impl Into<String>) -> Context {
        self.language = Some(language.into());
        self
    }

    /// Sets the channel.
    pub fn channel(mut self, channel: impl Into<String>) -> Context {
        self.channel = Some(channel.into());
        self
    }

    /// Sets the customer.
    pub fn party(mut self, party: impl Into<String>) -> Context {
        self.party = Some(party.into());
        self
    }

    /// Adds an article that was already tried.
    pub fn tried(mut self, article: impl Into<String>) -> Context {
        self.tried.push(article.into());
        self
    }

    /// Checks lists and formats.
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
