//! Flags: a reader or an agent says that something is wrong with an article.

use crate::codec::named_enum::named_enum;

named_enum! {
    /// What is wrong with an article.
    FlagReason("flag reason") {
        /// No longer true.
        Outdated = "outdated",
        /// Never was true.
        Wrong = "wrong",
        /// Hard to understand.
        Unclear = "unclear",
        /// Said elsewhere.
        Duplicate = "duplicate",
        /// Following it does harm.
        Unsafe = "unsafe",
    }
}

impl FlagReason {
    /// Whether the flag puts the article under suspicion (what it says may be false or harmful).
    pub fn is_suspicion(self) -> bool {
        matches!(
            self,
            FlagReason::Outdated | FlagReason::Wrong | FlagReason::Unsafe
        )
    }
}
