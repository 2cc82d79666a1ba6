//! The snippet of a text: the stretch that matches a query best, with the matching ranges.
//!
//! A snippet is a verbatim stretch of the plain text, without ellipsis or tag, and its ranges are apart from it. Only
//! [`Snippet::to_html`] writes markup, and none of it comes from the text.

use serde::{Deserialize, Serialize};

use super::analyzer::{Analyzer, Memo};
use super::word_break::last_bound;

/// A stretch of text and the ranges that match in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snippet {
    /// A verbatim stretch of the text, without space at its ends.
    pub text: String,
    /// Byte ranges of `text` that match, from the first byte to the one after the last; ascending, disjoint, on
    /// character boundaries.
    pub ranges: Vec<(u32, u32)>,
    /// True if text before it was cut off; a host may show an ellipsis.
    pub is_cut_before: bool,
    /// True if text after it was cut off.
    pub is_cut_after: bool,
}

/// An occurrence of a term in the text.
struct Match {
    start: usize,
    end: usize,
    /// The number of characters before its start and before its end.
    chars: (usize, usize),
    term: usize,
}

/// Returns the best stretch of `plain` for `terms`: the terms of a query as the analyzer gives them, parts included,
/// sorted and distinct.
///
/// The best stretch has the most distinct terms, then the most occurrences, then comes first. It has at most
/// `max_chars` characters and is cut between words; a single longer word is cut between characters. Without a match
/// it is the beginning of the text. Linear in the text. The texts of one answer may share `memo`.
pub fn snippet(
    plain: &str,
    analyzer: &Analyzer,
    terms: &[String],
    max_chars: usize,
    memo: &mut Memo,
) -> Snippet {
    let hits = hits(plain, analyzer, terms, memo);
    let best = best_window(&hits, terms.len(), max_chars);
    let in_window = best
        .and_then(|(from, to)| hits.get(from..=to))
        .unwrap_or_default();
    let (first, last) = match (in_window.first(), in_window.last()) {
        (Some(first), Some(last)) => (first.start, (last.end, last.chars.1 - first.chars.0)),
        _ => (0, (0, 0)),
    };
    let spare = max_chars.saturating_sub(last.1);
    let start = lead_in(plain, first, spare / 3);
    let end = cut(plain, start, last.0, max_chars);
    let window = plain.get(start..end).unwrap_or_default();
    let trimmed = window.trim_start();
    let start = start + (window.len() - trimmed.len());
    let text = trimmed.trim_end();
    let end = start + text.len();
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for hit in hits
        .iter()
        .filter(|hit| hit.start >= start && hit.start < end)
    {
        let from = as_u32(hit.start - start);
        let to = as_u32(hit.end.min(end) - start);
        match ranges.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => ranges.push((from, to)),
        }
    }
    Snippet {
        text: text.to_owned(),
        ranges,
        is_cut_before: !plain.get(..start).unwrap_or_default().trim().is_empty(),
        is_cut_after: !plain.get(end..).unwrap_or_default().trim().is_empty(),
    }
}

fn as_u32(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// The occurrences of the terms, in order of start.
fn hits(plain: &str, analyzer: &Analyzer, terms: &[String], memo: &mut Memo) -> Vec<Match> {
    let mut out: Vec<Match> = Vec::new();
    if terms.is_empty() {
        return out;
    }
    analyzer.visit_terms(plain, terms, memo, &mut |token| {
        if let Ok(term) = terms.binary_search_by(|term| term.as_str().cmp(token.term)) {
            out.push(Match {
                start: token.start,
                end: token.end,
                chars: (0, 0),
                term,
            });
        }
    });
    out.sort_by_key(|hit| (hit.start, hit.end, hit.term));
    // The pieces of one cut word count as one occurrence.
    out.dedup_by_key(|hit| (hit.start, hit.end, hit.term));
    let (mut at, mut n_chars) = (0, 0);
    for hit in &mut out {
        n_chars += count_chars(plain, at, hit.start);
        at = hit.start;
        hit.chars = (n_chars, n_chars + count_chars(plain, hit.start, hit.end));
    }
    out
}

fn count_chars(text: &str, from: usize, to: usize) -> usize {
    text.get(from..to).unwrap_or_default().chars().count()
}

/// The first and last hit of the best window of `max_chars` characters. Linear: both ends only move forward.
fn best_window(hits: &[Match], n_terms: usize, max_chars: usize) -> Option<(usize, usize)> {
    // The count of each term in the window, and the number of terms with one.
    let mut counts = vec![0_usize; n_terms];
    let mut distinct = 0;
    let mut best: Option<(usize, usize, usize, usize)> = None;
    // The first hit after the window.
    let mut next = 0;
    for (from, first) in hits.iter().enumerate() {
        while let Some(hit) = hits.get(next)
            && (hit.chars.1.saturating_sub(first.chars.0) <= max_chars || next <= from)
        {
            if let Some(count) = counts.get_mut(hit.term) {
                distinct += usize::from(*count == 0);
                *count += 1;
            }
            next += 1;
        }
        let all = next - from;
        if best.is_none_or(|(d, n, _, _)| (distinct, all) > (d, n)) {
            best = Some((distinct, all, from, next.saturating_sub(1)));
        }
        if let Some(count) = counts.get_mut(first.term) {
            *count -= 1;
            distinct -= usize::from(*count == 0);
        }
    }
    best.map(|(_, _, from, to)| (from, to))
}

/// Returns a start at most `room` characters before `first`: after a line break if there is one, else at a word.
fn lead_in(plain: &str, first: usize, room: usize) -> usize {
    let before = plain.get(..first).unwrap_or_default();
    let mut reach = first;
    for (at, c) in before.char_indices().rev().take(room) {
        if c == '\n' {
            return at + 1;
        }
        reach = at;
    }
    if reach == 0 {
        return 0;
    }
    let starts_word = plain
        .get(..reach)
        .and_then(|text| text.chars().next_back())
        .is_none_or(char::is_whitespace);
    if starts_word {
        return reach;
    }
    // The next word, so that no word is cut at its start.
    plain
        .get(reach..first)
        .unwrap_or_default()
        .char_indices()
        .find(|(_, c)| c.is_whitespace())
        .map_or(first, |(at, c)| reach + at + c.len_utf8())
}

/// Returns the end of a window of at most `max_chars` characters from `start`: at a word boundary, unless one word
/// fills the window, and not before `needed` if `needed` fits.
fn cut(plain: &str, start: usize, needed: usize, max_chars: usize) -> usize {
    let rest = plain.get(start..).unwrap_or_default();
    let Some((limit, _)) = rest.char_indices().nth(max_chars) else {
        return plain.len();
    };
    let at_limit = start + limit;
    let end = start + last_bound(rest, limit);
    if end <= start || (needed > end && needed <= at_limit) {
        // One word fills the window, or the last match ends inside a word of Unicode.
        return if needed > start && needed <= at_limit {
            needed
        } else {
            at_limit
        };
    }
    end
}

impl Snippet {
    /// Returns the text as HTML: `&`, `<`, `>`, `"` and `'` escaped, matches in `<mark>`. It contains no other
    /// markup, whatever the text is. Ranges that do not fit, if changed by hand, are left out.
    pub fn to_html(&self) -> String {
        let mut out = String::with_capacity(self.text.len() + 32);
        let mut at = 0;
        for (from, to) in &self.ranges {
            let (from, to) = (*from as usize, *to as usize);
            let (Some(before), Some(inside)) = (self.text.get(at..from), self.text.get(from..to))
            else {
                continue;
            };
            escape(before, &mut out);
            out.push_str("<mark>");
            escape(inside, &mut out);
            out.push_str("</mark>");
            at = to;
        }
        escape(self.text.get(at..).unwrap_or_default(), &mut out);
        out
    }
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lang::Lang;
    use super::*;
    use proptest::prelude::*;

    fn make(plain: &str, query: &str, max_chars: usize) -> Snippet {
        let analyzer = Analyzer::new(Lang::ENGLISH);
        let tokens = analyzer.query_tokens(query).into_iter();
        let mut terms: Vec<String> = tokens.map(|t| t.term).collect();
        terms.sort();
        terms.dedup();
        snippet(plain, &analyzer, &terms, max_chars, &mut Memo::default())
    }

    #[test]
    fn the_best_window_has_the_most_distinct_terms() {
        let text =
            "red red red here. And then, far behind it, a red light stays on for long hours.";
        let found = make(text, "red light", 30);
        assert!(found.text.contains("red light"), "{found:?}");
        assert!(found.text.chars().count() <= 30);
        assert!(found.is_cut_before && found.is_cut_after);
        assert!(
            found
                .to_html()
                .contains("<mark>red</mark> <mark>light</mark>")
        );
    }

    #[test]
    fn short_texts_are_whole() {
        let found = make("The printer fails.", "printers", 100);
        assert_eq!(found.text, "The printer fails.");
        assert_eq!(found.ranges, [(4, 11)]);
        assert!(!found.is_cut_before && !found.is_cut_after);
        assert_eq!(make("one two three", "zzz", 8).text, "one two");
        assert_eq!(make("", "a", 10), Snippet::default());
        assert_eq!(make("word", "word", 0).text, "");
    }

    #[test]
    fn identifiers_and_pairs_are_one_mark() {
        assert_eq!(
            make("see ORA-00942 now", "ora00942", 50).to_html(),
            "see <mark>ORA-00942</mark> now"
        );
        assert_eq!(
            make("打开数据库吧", "数据库", 50).to_html(),
            "打开<mark>数据库</mark>吧"
        );
    }

    #[test]
    fn markup_in_the_text_is_text() {
        let found = make("<b>red</b> \"x\" & 'y'", "red", 50);
        assert_eq!(
            found.to_html(),
            "&lt;b&gt;<mark>red</mark>&lt;/b&gt; &quot;x&quot; &amp; &#39;y&#39;"
        );
    }

    /// Returns true for text and `<mark>` only: without the marks no bracket or quote is left, and each `&` begins
    /// one of five references.
    fn is_text_and_marks(html: &str) -> bool {
        let bare = html.replace("<mark>", "").replace("</mark>", "");
        let opened = html.matches("<mark>").count() == html.matches("</mark>").count();
        let rest: String = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"]
            .iter()
            .fold(bare, |text, reference| text.replace(reference, ""));
        opened && !rest.contains(['<', '>', '"', '\'', '&'])
    }

    proptest! {
        #[test]
        fn ranges_fit_and_html_is_safe(
            text in "(red|light|<mark>|</mark>|&amp;|[ \n<>&\"'-]|\\PC|数据库|é){0,40}",
            query in "(red|light|数据|[a-z]){1,3}",
            max_chars in 0_usize..60,
        ) {
            let found = make(&text, &query, max_chars);
            prop_assert!(text.contains(&found.text));
            prop_assert!(found.text.chars().count() <= max_chars);
            let mut last = 0;
            for (i, (from, to)) in found.ranges.iter().enumerate() {
                prop_assert!(from < to && (i == 0 || last < *from));
                prop_assert!(found.text.get(*from as usize..*to as usize).is_some());
                last = *to;
            }
            prop_assert!(is_text_and_marks(&found.to_html()));
        }

        /// Every match of the search is marked if there is room for it.
        #[test]
        fn a_match_is_marked(before in "[a-z ]{0,200}", after in "[a-z ]{0,200}") {
            let found = make(&format!("{before} KB3126599 {after}"), "3126599", 40);
            prop_assert!(found.to_html().contains("<mark>KB3126599</mark>"), "{:?}", found);
        }
    }
}
