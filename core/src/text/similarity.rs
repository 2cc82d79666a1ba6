//! The similarity of two queries, which decides if they belong to one intent (design 4.1).

use std::collections::BTreeSet;

/// The share of distinct words that two lists have in common (Jaccard), from 0 to 1. Two lists without a word have
/// nothing in common: 0.
///
/// ```
/// use kenpoint::text::similarity;
/// let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
/// assert_eq!(similarity(&words("vpn slow vpn"), &words("vpn fast")), 1.0 / 3.0);
/// ```
pub fn similarity(a: &[String], b: &[String]) -> f64 {
    let a: BTreeSet<&str> = a.iter().map(String::as_str).collect();
    let b: BTreeSet<&str> = b.iter().map(String::as_str).collect();
    let n_common = a.intersection(&b).count();
    let n_all = a.len() + b.len() - n_common;
    if n_all == 0 {
        return 0.0;
    }
    n_common as f64 / n_all as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_the_scale() {
        let words = |list: &[&str]| list.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
        assert_eq!(similarity(&[], &[]), 0.0);
        assert_eq!(similarity(&words(&["a"]), &[]), 0.0);
        assert_eq!(
            similarity(&words(&["a", "b"]), &words(&["b", "a", "a"])),
            1.0
        );
        assert_eq!(
            similarity(&words(&["a", "b"]), &words(&["b", "c"])),
            1.0 / 3.0
        );
    }
}
