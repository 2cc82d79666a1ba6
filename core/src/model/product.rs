//! Products of customers, and the products and versions that articles apply to.

use serde::{Deserialize, Serialize};

use super::version::{Version, VersionRange};
use crate::error::Result;

/// A product that an article applies to, in some versions or (without a range) in all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductScope {
    /// The id of the product in the host.
    pub id: String,
    /// The versions it applies to; all if absent.
    #[serde(default)]
    pub versions: Option<VersionRange>,
}

/// A product of a customer, with its version if known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductItem {
    /// The id of the product in the host.
    pub id: String,
    /// The installed version.
    #[serde(default)]
    pub version: Option<Version>,
}

impl ProductItem {
    /// Creates a product without a version.
    pub fn new(id: impl Into<String>) -> ProductItem {
        ProductItem {
            id: id.into(),
            version: None,
        }
    }

    /// Sets the version. Fails if the text is not a version.
    pub fn version(mut self, version: &str) -> Result<ProductItem> {
        self.version = Some(version.parse()?);
        Ok(self)
    }
}
