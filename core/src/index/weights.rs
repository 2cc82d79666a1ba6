//! The integer weights of query words, and the contribution of a word to a document's text score.
//!
//! The text score T is an integer in units of 2^-30: each word has an integer weight, all weights sum to at most
//! 2^30, and each word adds `floor(w · tf / (tf + K))` to a document. Sums of integers do not depend on order, so no
//! plan, segment or thread changes a bit. This module is arithmetic: it reads no postings and knows no documents.

use crate::text::Lang;

/// T = 1 as an integer: all weights of a query sum to at most this.
pub const ONE: u32 = 1 << 30;

/// Fixed point of learned frequencies: this many units make one weighted occurrence.
pub const LEARNED_ONE: u32 = 1 << 10;

/// The terms of a word in each language; a language that is missing has none.
pub type Terms = Vec<(Lang, Vec<String>)>;

/// One word of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its share of [`ONE`], from [`weigh`]. The weights of a query sum to at most `ONE`.
    pub weight: u32,
    /// Usually one term in each language; several for prefixes and for the forms of an identifier. Their frequencies
    /// in a document are added, as if they were one term.
    pub terms: Terms,
}

/// The distinct terms of a word in a language.
pub(super) fn terms_in(terms: &Terms, lang: Lang) -> Vec<&str> {
    let mut found: Vec<&str> = terms
        .iter()
        .filter(|(of, _)| *of == lang)
        .flat_map(|(_, terms)| terms.iter().map(String::as_str))
        .collect();
    if found.len() > 1 {
        found.sort_unstable();
        found.dedup();
    }
    found
}

/// Inverse document frequency: `ln(1 + (n - df + ½) / (df + ½))`, positive.
///
/// `df`: documents with the word; `docs`: all documents. A `df` above `docs` counts as `docs`.
///
/// ```
/// use kenpoint::index::weights::idf;
/// assert_eq!(idf(0, 0), libm::log(2.0));
/// assert!(idf(1, 1000) > idf(500, 1000));
/// ```
pub fn idf(df: u64, docs: u64) -> f64 {
    let df = df.min(docs) as f64;
    libm::log(1.0 + (docs as f64 - df + 0.5) / (df + 0.5))
}

/// The step and the greatest value of a raw weight: 2^-32 and 2^20, so that the sum of
/// [`crate::settings::MAX_CASE_TERMS`] of them is exact in 128 bits by far.
const RAW_STEP: f64 = 4_294_967_296.0;
const RAW_MOST: f64 = 1_048_576.0;

/// Returns integer weights in proportion to the raw ones (idf · boost), with a sum of at most [`ONE`].
///
/// Raw weights are first rounded down to multiples of 2^-32 (below 0 and NaN: 0; above 2^20: 2^20). All later steps
/// use integers, so the order of the words does not matter.
///
/// ```
/// use kenpoint::index::weights::{ONE, weigh};
/// assert_eq!(weigh(&[3.0, 1.0]), [ONE / 4 * 3, ONE / 4]);
/// assert_eq!(weigh(&[0.0]), [0]);
/// ```
pub fn weigh(raw: &[f64]) -> Vec<u32> {
    // NaN is not above 0.
    let steps: Vec<u128> = raw
        .iter()
        .map(|raw| if *raw > 0.0 { raw.min(RAW_MOST) } else { 0.0 })
        .map(|raw| (raw * RAW_STEP) as u128)
        .collect();
    let total = steps.iter().sum::<u128>().max(1);
    steps
        .iter()
        .map(|step| (step * u128::from(ONE) / total) as u32)
        .collect()
}

/// The saturation of frequency for each fieldnorm id, for one query.
#[derive(Clone, Debug)]
pub struct Saturation {
    k: Box<[f64; 256]>,
}

impl Saturation {
    /// `K[id] = k1 · unit · (1 - b + b · length_of(id) / average)`, where the average is the quotient of `length` by
    /// `docs`; with an average of zero, `k1 · unit`.
    ///
    /// `k1`, `b`, `unit`: `RankPolicy::{text_k1, text_b, text_unit}`. `length_of` returns the length of a fieldnorm
    /// id. It must not descend with the id, because the bounds of blocks depend on it.
    pub fn new(
        k1: f64,
        b: f64,
        unit: f64,
        docs: u64,
        length: u64,
        length_of: impl Fn(u8) -> u32,
    ) -> Saturation {
        let mut k = Box::new([k1 * unit; 256]);
        if docs > 0 && length > 0 {
            let average = length as f64 / docs as f64;
            for (fieldnorm_id, k) in (0..=u8::MAX).zip(k.iter_mut()) {
                *k = k1 * unit * (1.0 - b + b * f64::from(length_of(fieldnorm_id)) / average);
            }
        }
        Saturation { k }
    }

    /// Returns the contribution of a word of this weight to a document with this weighted frequency and fieldnorm id:
    /// at most `weight`; 0 if the word does not occur.
    #[inline]
    #[allow(clippy::indexing_slicing)] // A u8 is always below 256.
    pub fn contribution(&self, weight: u32, tf: u32, fieldnorm_id: u8) -> u32 {
        let tf = f64::from(tf);
        // 0 / 0 at tf = 0 and K = 0 is NaN, which casts to 0 as required.
        let share = f64::from(weight) * tf / (tf + self.k[usize::from(fieldnorm_id)]);
        (share as u32).min(weight)
    }

    /// Returns the contribution with a learned frequency on top: `learned` in 1/[`LEARNED_ONE`] of the unit of `tf`.
    /// Without it the bits are those of [`Saturation::contribution`].
    #[inline]
    #[allow(clippy::indexing_slicing)] // A u8 is always below 256.
    pub fn contribution_learned(
        &self,
        weight: u32,
        tf: u32,
        learned: u32,
        fieldnorm_id: u8,
    ) -> u32 {
        if learned == 0 {
            return self.contribution(weight, tf, fieldnorm_id);
        }
        let tf = f64::from(tf) + f64::from(learned) / f64::from(LEARNED_ONE);
        let share = f64::from(weight) * tf / (tf + self.k[usize::from(fieldnorm_id)]);
        (share as u32).min(weight)
    }

    /// Returns an upper bound of the contributions for any frequency up to `tf` and any id from `fieldnorm_id` up.
    ///
    /// In exact arithmetic the contribution ascends with tf and descends with the id. The three roundings of
    /// `contribution` move it by less than 2^-51 of a weight of at most 2^30, so by less than one unit before the
    /// floor. After the floor a dominated pair can be higher by one unit at most.
    #[inline]
    pub(super) fn upper_bound(&self, weight: u32, tf: u32, fieldnorm_id: u8) -> u32 {
        self.contribution(weight, tf, fieldnorm_id)
            .saturating_add(1)
            .min(weight)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rareness_by_hand() {
        // ln(1 + (10 - 2 + .5) / 2.5) = ln(4.4)
        assert_eq!(idf(2, 10), libm::log(4.4));
        assert_eq!(idf(99, 10), idf(10, 10));
        assert!(idf(10, 10) > 0.0);
    }

    #[test]
    fn saturation_by_hand() {
        // Average 10; k1·unit = 2.4. Length 10: K = 2.4; length 20: K = 2.4 · (.25 + 1.5) = 4.2.
        let saturation = Saturation::new(1.2, 0.75, 2.0, 3, 30, |fieldnorm_id| {
            u32::from(fieldnorm_id) * 10
        });
        let near = |got: u32, want: f64| (f64::from(got) - want).abs() <= 1.0;
        assert!(near(
            saturation.contribution(ONE, 2, 1),
            2.0 / 4.4 * f64::from(ONE)
        ));
        assert!(near(saturation.contribution(1000, 6, 2), 6000.0 / 10.2));
        assert_eq!(saturation.contribution(1000, 6, 2), 588);
        assert_eq!(saturation.contribution(ONE, 0, 1), 0);
        assert!(saturation.contribution(ONE, u32::MAX, 0) <= ONE);
    }

    #[test]
    fn nothing_known_of_lengths_and_no_saturation() {
        let empty = Saturation::new(1.2, 0.75, 2.0, 0, 0, u32::from);
        assert_eq!(
            empty.contribution(1000, 1, 0),
            empty.contribution(1000, 1, 255)
        );
        let flat = Saturation::new(0.0, 0.75, 2.0, 1, 1, u32::from);
        assert_eq!(flat.contribution(1000, 1, 200), 1000);
        assert_eq!(flat.contribution(1000, 0, 200), 0);
    }

    #[test]
    fn odd_raw_weights() {
        assert_eq!(weigh(&[]), [0u32; 0]);
        assert_eq!(weigh(&[f64::NAN, -1.0, 2.0]), [0, 0, ONE]);
        assert_eq!(weigh(&[f64::INFINITY, RAW_MOST]), [ONE / 2, ONE / 2]);
        let weights = weigh(&[0.1; 7]);
        assert!(weights.iter().sum::<u32>() <= ONE && weights.iter().sum::<u32>() > ONE - 7);
    }

    proptest! {
        #[test]
        fn the_bound_holds(
            weight in 0..=ONE, tf in 1u32..=u32::MAX, less in 0u32..=u32::MAX, fieldnorm_id: u8, more: u8,
            k1 in 0.0..=10.0, b in 0.0..=1.0, length in 0u64..100_000,
        ) {
            let saturation = Saturation::new(k1, b, 2.0, 100, length, |fieldnorm_id| u32::from(fieldnorm_id).pow(2));
            let bound = saturation.upper_bound(weight, tf, fieldnorm_id);
            let got = saturation.contribution(weight, tf - less % tf, fieldnorm_id.saturating_add(more));
            prop_assert!(got <= bound && bound <= weight);
        }

        #[test]
        fn weights_do_not_depend_on_order(raw in prop::collection::vec(0.0f64..100.0, 1..60)) {
            let weights = weigh(&raw);
            prop_assert!(weights.iter().map(|w| u64::from(*w)).sum::<u64>() <= u64::from(ONE));
            let mut reversed = weigh(&raw.iter().rev().copied().collect::<Vec<_>>());
            reversed.reverse();
            prop_assert_eq!(weights, reversed);
        }
    }
}
