//! The kinds of knowledge.

use crate::codec::named_enum::named_enum;

named_enum! {
    /// The seven kinds of knowledge a customer-facing company has, and community posts.
    Kind("kind") {
        /// Live facts of the CRM: orders, installations, contracts.
        Crm = "crm",
        /// The state and the rules of a process: sales stages, escalation, returns.
        Process = "process",
        /// Products and services.
        Product = "product",
        /// The company itself: locations, policies, opening hours.
        Company = "company",
        /// Competitors.
        Competitive = "competitive",
        /// Technology, regulation, market.
        General = "general",
        /// Insight from analysis.
        Analytical = "analytical",
        /// A post by customers or partners.
        Community = "community",
    }
}
