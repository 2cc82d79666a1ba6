//! The share of its evidence that an article keeps when a new version replaces an old one.

use crate::model::Change;
use crate::settings::RankPolicy;

/// Returns the share, in 1/65536, that evidence of `version` keeps in version `current`: the product of the shares
/// that the changes since then keep. `changes` are those of all versions, from the first. Later versions than
/// `current` keep all.
pub fn share(policy: &RankPolicy, changes: &[Change], version: u32, current: u32) -> u32 {
    let since = changes
        .iter()
        .zip(1u32..)
        .filter(|(_, number)| *number > version && *number <= current);
    since.fold(1 << 16, |share, (change, _)| {
        let keep = match change {
            Change::Minor => policy.carry_minor,
            Change::Major => policy.carry_major,
            Change::Fact => policy.carry_fact,
            Change::ReviewOnly => 1.0,
        };
        (f64::from(share) * keep) as u32
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_since_keeps_its_share() {
        let policy = RankPolicy::default();
        let changes = [Change::Major, Change::Major, Change::Fact, Change::Minor];
        assert_eq!(share(&policy, &changes, 4, 4), 65_536);
        assert_eq!(
            share(&policy, &changes, 3, 4),
            65_536,
            "a minor change keeps all"
        );
        let fact = (65_536.0 * policy.carry_fact) as u32;
        assert_eq!(share(&policy, &changes, 2, 4), fact);
        // 65536 x .5 x .1, each product cut to an integer.
        let both = (f64::from((65_536.0 * policy.carry_major) as u32) * policy.carry_fact) as u32;
        assert_eq!(share(&policy, &changes, 1, 4), both);
        assert_eq!(
            share(&policy, &changes, 4, 2),
            65_536,
            "a later version keeps all"
        );
    }
}
