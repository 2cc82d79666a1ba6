//! The decay of evidence: a fixed-point weight per age in whole days.

use crate::settings::RankPolicy;

/// The weight 1 in fixed point.
pub const ONE: u32 = 1 << 30;

/// Returns 2^x for `x` of at most 0; exact for whole numbers. It uses `exp`, because the table of libm's `exp2` would
/// add 4 KB to a page.
pub(crate) fn exp2(x: f64) -> f64 {
    let whole = x.floor();
    if whole < -1022.0 {
        return 0.0;
    }
    let scale = f64::from_bits(((whole as i64 + 1023) as u64) << 52);
    libm::exp((x - whole) * std::f64::consts::LN_2) * scale
}

/// The weights of one half-life, by age in days.
#[derive(Clone, Debug)]
pub struct Decay {
    weights: Vec<u32>,
}

impl Decay {
    /// The weights for a half-life in days, greater than 0: `2^(-age / half_life)`, rounded down to
    /// 2^-30. Beyond thirty half-lives the weight is 0.
    pub fn new(half_life_days: f64) -> Decay {
        let last = (half_life_days * 30.0) as usize;
        let weights = (0..=last)
            .map(|age| (exp2(-(age as f64) / half_life_days) * f64::from(ONE)) as u32)
            .collect();
        Decay { weights }
    }

    /// The long and the short horizon of a policy.
    pub fn horizons(policy: &RankPolicy) -> [Decay; 2] {
        [
            Decay::new(policy.half_life_long_days),
            Decay::new(policy.half_life_short_days),
        ]
    }

    /// The weight at an age.
    pub fn weight(&self, age_days: u32) -> u32 {
        self.weights.get(age_days as usize).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_two_are_those_of_libm() {
        for x in [0.0, -1.0, -2.0, -30.0, -1021.0] {
            assert_eq!(exp2(x), libm::exp2(x), "{x}");
        }
        for step in 1..4000 {
            let x = f64::from(step) * -0.2531;
            assert!((exp2(x) / libm::exp2(x) - 1.0).abs() < 5e-16, "{x}");
        }
        assert_eq!(exp2(-1e9), 0.0);
    }

    #[test]
    fn half_at_the_half_life() {
        let decay = Decay::new(14.0);
        assert_eq!(decay.weight(0), ONE);
        assert_eq!(decay.weight(14), ONE / 2);
        assert_eq!(decay.weight(28), ONE / 4);
        assert_eq!(decay.weight(u32::MAX), 0);
    }
}
