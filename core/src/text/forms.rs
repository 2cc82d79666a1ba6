//! The normal forms of Unicode: from tables, or, in a browser, from the browser.
//!
//! The tables would be a quarter of a page's download, and every browser has them. Unicode never changes the forms of
//! an assigned character, so tables and browser agree on every character that both know.

#[cfg(all(feature = "js", target_arch = "wasm32", target_os = "unknown"))]
use host as source;
#[cfg(not(all(feature = "js", target_arch = "wasm32", target_os = "unknown")))]
use tables as source;

/// Calls `emit` with each character of the NFKC form of a word.
pub(crate) fn nfkc(word: &str, mut emit: impl FnMut(char)) {
    if word.chars().all(is_inert) {
        word.chars().for_each(emit);
    } else {
        source::nfkc(word, &mut emit);
    }
}

/// Calls `emit` with each character of the canonical decomposition of `c`.
pub(crate) fn decompose(c: char, mut emit: impl FnMut(char)) {
    if is_ideograph(c) {
        emit(c);
    } else {
        source::decompose(c, &mut emit);
    }
}

/// Returns true if NFKC leaves the character alone in any context. Covers the scripts of most words.
fn is_inert(c: char) -> bool {
    matches!(c,
        '\0'..='\u{7f}'
        | '\u{c0}'..='\u{131}'
        | '\u{410}'..='\u{45f}'
        | '\u{3041}'..='\u{3096}'
        | '\u{30a1}'..='\u{30fe}'
        | '\u{ac00}'..='\u{d7a3}')
        || is_ideograph(c)
}

/// Returns true for the common Han characters, none of which decomposes.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

#[cfg(not(all(feature = "js", target_arch = "wasm32", target_os = "unknown")))]
mod tables {
    use unicode_normalization::UnicodeNormalization;
    use unicode_normalization::char::decompose_canonical;

    pub(super) fn nfkc(word: &str, emit: &mut impl FnMut(char)) {
        word.nfkc().for_each(emit);
    }

    pub(super) fn decompose(c: char, emit: &mut impl FnMut(char)) {
        decompose_canonical(c, emit);
    }
}

#[cfg(all(feature = "js", target_arch = "wasm32", target_os = "unknown"))]
mod host {
    use js_sys::JsString;

    fn normalize(text: &str, form: &str) -> String {
        String::from(JsString::from(text).normalize(form))
    }

    pub(super) fn nfkc(word: &str, emit: &mut dyn FnMut(char)) {
        normalize(word, "NFKC").chars().for_each(emit);
    }

    pub(super) fn decompose(c: char, emit: &mut dyn FnMut(char)) {
        normalize(c.encode_utf8(&mut [0; 4]), "NFD")
            .chars()
            .for_each(emit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_normalization::char::{canonical_combining_class, decompose_canonical};
    use unicode_normalization::{IsNormalized, is_nfkc_quick};

    #[test]
    fn inert_characters_stay_beside_any_other() {
        for c in ('\0'..=char::MAX).filter(|c| is_inert(*c)) {
            let is_normal = is_nfkc_quick(std::iter::once(c)) == IsNormalized::Yes;
            assert!(is_normal && canonical_combining_class(c) == 0, "{c:?}");
        }
    }

    #[test]
    fn no_common_ideograph_decomposes() {
        for c in ('\0'..=char::MAX).filter(|c| is_ideograph(*c)) {
            decompose_canonical(c, |part| assert_eq!(part, c));
        }
    }
}
