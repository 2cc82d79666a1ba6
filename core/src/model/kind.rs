//! The kinds of knowledge.

use crate::codec::named_enum::named_enum;

named_enum! {
    /// The seven kinds of knowledge of a company with customers, and community posts.
    Kind("kind") {
        /// Live facts of the CRM: orders, installations, contracts.
        Crm = "crm",
        /// The state and the rules of a process: sales stages, escalation, returns.
        Process = "process",
        /// Products and services.
        Product = "product",
        /// The company: locations, policies, opening hours.
        Company = "company",
        /// Competitors.
        Competitive = "competitive",
        /// Technology, regulation, market.
        General = "general",
        /// Results of analysis.
        Analytical = "analytical",
        /// A post by a customer or partner.
        Community = "community",
    }
}
