//! What feedback is counted in: signals, per article version and segment of readers.

use crate::codec::named_enum::named_enum;

named_enum! {
    /// Whose experience it is. Customers' and agents' evidence is kept apart and mixed by policy.
    Segment("segment") {
        /// Readers of self-service.
        Customer = "customer",
        /// Agents, and the outcome of assisted cases.
        Agent = "agent",
    }
}

named_enum! {
    /// What was observed. How much a signal weighs is policy; the ledger only counts.
    Signal("signal") {
        /// Read, then another article read in the same intent.
        MovedOn = "moved-on",
        /// Back in the list within five seconds.
        Bounced = "bounced",
        /// The last article of an intent, and no case within a day.
        SoftSolved = "soft-solved",
        /// Said to have solved it.
        Solved = "solved",
        /// Said not to have solved it.
        DidNotSolve = "did-not-solve",
        /// A rating's share of yes.
        RatedUp = "rated-up",
        /// A rating's share of no.
        RatedDown = "rated-down",
        /// Flagged.
        Flagged = "flagged",
        /// Copied by an agent.
        Copied = "copied",
        /// Linked as what resolved a case that is done, times confidence.
        Resolved = "resolved",
        /// Linked as a help, times confidence.
        Helped = "helped",
        /// Tried in a case, in vain.
        TriedFailed = "tried-failed",
        /// Dismissed as wrong or outdated.
        DismissedWrong = "dismissed-wrong",
        /// Read, then a case out of the same intent.
        CaseAfterView = "case-after-view",
        /// The case it resolved came back.
        Reopened = "reopened",
    }
}

impl Signal {
    /// Whether it speaks for the article.
    pub const fn is_success(self) -> bool {
        matches!(
            self,
            Signal::SoftSolved
                | Signal::Solved
                | Signal::RatedUp
                | Signal::Copied
                | Signal::Resolved
                | Signal::Helped
        )
    }
}

/// Amounts are whole thousandths, so that .6 is exact and sums do not depend on their order.
pub const UNIT: i64 = 1_000;
