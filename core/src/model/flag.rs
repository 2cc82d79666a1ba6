//! Flags: a reader or an agent reports that something is wrong with an article.

use crate::codec::named_enum::named_enum;

named_enum! {
    /// The reason of a flag.
    FlagReason("flag reason") {
        /// No longer true.
        Outdated = "outdated",
        /// Never true.
        Wrong = "wrong",
        /// Hard to understand.
        Unclear = "unclear",
        /// A duplicate of another article.
        Duplicate = "duplicate",
        /// Harmful if followed.
        Unsafe = "unsafe",
    }
}

impl FlagReason {
    /// Returns true if the flag makes the article suspect, because its content may be false or
    /// harmful.
    pub fn is_suspicion(self) -> bool {
        matches!(
            self,
            FlagReason::Outdated | FlagReason::Wrong | FlagReason::Unsafe
        )
    }
}
