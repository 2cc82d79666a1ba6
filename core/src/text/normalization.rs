//! Unicode normalization. Native builds use tables; the `js` build calls `String.prototype.normalize`.
//!
//! The tables would be a quarter of the WebAssembly download, and JavaScript already has them. Unicode never changes
//! the forms of an assigned character, so both give the same result for every character that both know.

#[cfg(all(feature = "js", target_arch = "wasm32", target_os = "unknown"))]
use browser as backend;
#[cfg(not(all(feature = "js", target_arch = "wasm32", target_os = "unknown")))]
use tables as backend;

/// Calls `emit` with each character of the NFKC form of a word.
pub(crate) fn nfkc(word: &str, mut emit: impl FnMut(char)) {
    if word.chars().all(passes_quick_check) {
        word.chars().for_each(emit);
    } else {
        backend::nfkc(word, &mut emit);
    }
}

/// Calls `emit` with each character of the canonical decomposition of `c`.
pub(crate) fn decompose(c: char, mut emit: impl FnMut(char)) {
    if is_ideograph(c) {
        emit(c);
    } else {
        backend::decompose(c, &mut emit);
    }
}

/// Returns true for a subset of the characters with NFKC_Quick_Check=Yes and combining class 0. A word of such
/// characters only is already in NFKC. The subset covers the scripts of most words.
fn passes_quick_check(c: char) -> bool {
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
mod browser {
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
    fn quick_check_characters_are_nfkc_starters() {
        for c in ('\0'..=char::MAX).filter(|c| passes_quick_check(*c)) {
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
