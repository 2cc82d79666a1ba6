//! The units of feedback: signals, counted per article version and segment of readers.

use crate::codec::named_enum::named_enum;

named_enum! {
    /// The group of readers behind a signal. Evidence of customers and of agents is kept apart and
    /// combined by policy.
    Segment("segment") {
        /// Self-service readers.
        Customer = "customer",
        /// Agents, including the outcome of assisted cases.
        Agent = "agent",
    }
}

named_enum! {
    /// An observed signal. The ledger only counts signals; the policy sets their weights.
    Signal("signal") {
        /// Read, then another article was read in the same intent.
        MovedOn = "moved-on",
        /// The reader returned to the list within five seconds.
        Bounced = "bounced",
        /// The last article read in an intent, with no case within 24 hours.
        SoftSolved = "soft-solved",
        /// A reader said that it solved the problem.
        Solved = "solved",
        /// A reader said that it did not solve the problem.
        DidNotSolve = "did-not-solve",
        /// The positive share of a rating.
        RatedUp = "rated-up",
        /// The negative share of a rating.
        RatedDown = "rated-down",
        /// Flagged by a reader or an agent.
        Flagged = "flagged",
        /// Copied by an agent.
        Copied = "copied",
        /// Linked as the resolution of a finished case, times confidence.
        Resolved = "resolved",
        /// Linked as helpful, times confidence.
        Helped = "helped",
        /// Tried in a case without success.
        TriedFailed = "tried-failed",
        /// Dismissed as wrong or outdated.
        DismissedWrong = "dismissed-wrong",
        /// Read, and then a case was opened from the same intent, or by the same party within 24
        /// hours.
        CaseAfterView = "case-after-view",
        /// The case that it resolved was reopened.
        Reopened = "reopened",
    }
}

impl Signal {
    /// Returns true if the signal counts as a success of the article.
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

/// The number of units per signal. Amounts are integers in thousandths, so .6 is exact and sums do
/// not depend on their order.
pub const UNIT: i64 = 1_000;
