//! A filter of words by their first two letters, for snippets, which search for few terms in much text.

/// The first letters of the wanted words. The filter may accept unwanted words and never rejects a wanted one.
pub(super) struct PrefixFilter {
    /// For each first letter, in either case, a bit set of second letters. Digits share the entries of letters.
    seconds: [u32; 32],
    /// True if a wanted term begins with a digit.
    digits: bool,
    /// True if every word is accepted.
    all: bool,
}

impl PrefixFilter {
    /// Accepts every word.
    pub const ALL: PrefixFilter = PrefixFilter {
        seconds: [u32::MAX; 32],
        digits: true,
        all: true,
    };

    /// Returns the filter for the words of `terms`, if a stem keeps the first `kept` letters of its word.
    pub fn of(terms: &[String], kept: usize) -> PrefixFilter {
        let mut wanted = PrefixFilter {
            seconds: [0; 32],
            digits: false,
            all: false,
        };
        for term in terms {
            let mut letters = term.bytes().take(kept);
            let first = letters.next().unwrap_or_default();
            // A term such as `.net` includes characters beside the word.
            if first.is_ascii_punctuation() || kept == 0 {
                return PrefixFilter::ALL;
            }
            wanted.digits |= first.is_ascii_digit();
            // After a digit or sign, zeros and signs of the text may be missing in the term.
            let second = letters.next().filter(u8::is_ascii_alphabetic);
            if let Some(slot) = wanted.seconds.get_mut(usize::from(first & 31)) {
                *slot |= second.map_or(u32::MAX, PrefixFilter::bit);
            }
        }
        wanted
    }

    /// `y` and `i` share a bit, since the stem of `dying` is `die`.
    fn bit(second: u8) -> u32 {
        let second = second & 31;
        let is_y = second == b'y' & 31;
        1 << if is_y { b'i' & 31 } else { second }
    }

    fn after(&self, first: u8) -> u32 {
        let seconds = self.seconds.get(usize::from(first & 31));
        seconds.copied().unwrap_or_default()
    }

    /// Returns true if a word of ASCII letters may be wanted.
    pub fn has(&self, word: &[u8]) -> bool {
        let mut letters = word.iter().copied();
        let first = letters.next().unwrap_or_default();
        self.after(first) & letters.next().map_or(u32::MAX, PrefixFilter::bit) != 0
    }

    /// Returns true if a wanted term may begin in a chain: checks each two successive letters, ignoring connectors.
    pub fn has_in(&self, chain: &[u8]) -> bool {
        let mut before = None;
        for byte in chain {
            // The analyzer drops a possessive `'s` in the middle of a chain.
            let is_special = !byte.is_ascii() || *byte == b'\'';
            if self.all || is_special || (self.digits && byte.is_ascii_digit()) {
                return true;
            }
            if byte.is_ascii_alphanumeric() {
                if before.is_some_and(|first| self.after(first) & PrefixFilter::bit(*byte) != 0) {
                    return true;
                }
                before = Some(*byte);
            }
        }
        before.is_some_and(|last| self.after(last) == u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(terms: &[&str], kept: usize) -> PrefixFilter {
        let terms: Vec<String> = terms.iter().map(|term| (*term).to_owned()).collect();
        PrefixFilter::of(&terms, kept)
    }

    #[test]
    fn two_letters_tell_most_words() {
        let lamp = wanted(&["lamp", "die"], 2);
        assert!(lamp.has(b"Lamps") && lamp.has(b"dying") && lamp.has(b"l"));
        assert!(!lamp.has(b"light") && !lamp.has(b"amp"));
        assert!(
            lamp.has_in(b"flood-Lamp") && lamp.has_in(b"l-amp") && !lamp.has_in(b"flood-light")
        );
    }

    #[test]
    fn what_two_letters_do_not_tell_is_wanted() {
        assert!(wanted(&["lamp"], 1).has(b"light"));
        assert!(wanted(&["lamp"], 0).has(b"x"));
        assert!(wanted(&[".net"], 2).has_in(b"x"));
        let code = wanted(&["942", "ora942"], 2);
        assert!(code.has_in(b"x-00942") && code.has_in(b"ORA") && !code.has_in(b"x-b"));
        assert!(code.has_in("Ö".as_bytes()) && code.has_in(b"x's-y"));
    }
}
