//! A splitter of CommonMark into sections with roles, at its headings. It keeps the text as given.
//!
//! A CommonMark parser finds the headings, so a `#` in code, a quote or a list is no heading. Every text splits without
//! an error; the text before the first heading is the summary.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::model::{Role, Section};

mod roles;

pub use roles::role_of_heading;

pub(super) use roles::exact_role;

/// A text divided into sections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// The first heading, if it has level 1.
    pub title: Option<String>,
    /// The sections, in order.
    pub sections: Vec<Section>,
}

/// Splits a text.
///
/// A section begins at each heading of the highest level below the title. It also begins at a deeper heading whose
/// role or audience differs from that of the surrounding section. `## Notes {audience=internal}` sets the audience of
/// everything under the heading, deeper headings included. The braces are removed from the heading.
///
/// ```
/// use kenpoint::exchange::headings::split;
/// use kenpoint::model::Role;
/// let parts = split("# Red light\nIn short.\n\n## Fix\nReset it.\n");
/// assert_eq!(parts.title.as_deref(), Some("Red light"));
/// assert_eq!(parts.sections[0].role, Role::Summary);
/// assert_eq!(parts.sections[1].role, Role::Resolution);
/// assert_eq!(parts.sections[1].text, "Reset it.");
/// ```
pub fn split(text: &str) -> Split {
    split_at(text, headings(text), false)
}

/// Splits a page of a site. The heading that stands first is its title, whatever its level, unless it names a role. Also
/// returns the first heading, wherever it stands.
pub(super) fn split_page(text: &str) -> (Split, Option<String>) {
    let found = headings(text);
    let first = found.first().map(|first| first.text.clone());
    let is_title = found
        .first()
        .is_some_and(|first| first.stands_first && exact_role(&first.text).is_none());
    (split_at(text, found, is_title), first)
}

fn split_at(text: &str, found: Vec<Heading>, is_title: bool) -> Split {
    let title_first = is_title || found.first().is_some_and(|first| first.level == 1);
    let title = found
        .first()
        .filter(|_| title_first)
        .map(|first| first.text.clone())
        .filter(|title| !title.is_empty());
    let base = found
        .iter()
        .skip(usize::from(title_first))
        .map(|heading| heading.level)
        .min()
        .unwrap_or(1);

    let mut parts: Vec<Part<'_>> = Vec::new();
    let mut part = Part {
        role: Role::Summary,
        heading: None,
        audience: None,
        range: 0..0,
    };
    // The ancestors of the present heading, each with its audience.
    let mut path: Vec<(u8, Option<&str>)> = Vec::new();
    for (i, next) in found.iter().enumerate() {
        while path.last().is_some_and(|(level, _)| *level >= next.level) {
            path.pop();
        }
        let inherited = path.last().and_then(|(_, audience)| *audience);
        let audience = next.audience.as_deref().or(inherited);
        path.push((next.level, audience));

        let is_title = i == 0 && title_first;
        let role = if is_title {
            Some(Role::Summary)
        } else if next.level <= base {
            Some(role_of_heading(&next.text))
        } else {
            exact_role(&next.text).filter(|own| *own != Role::Note && *own != part.role)
        };
        // A different audience begins a section at any depth; otherwise its text would be shown to others.
        let Some(role) = role.or((audience != part.audience).then_some(part.role)) else {
            continue;
        };
        let begun = Part {
            role,
            heading: Some(next.text.as_str()).filter(|text| !is_title && !text.is_empty()),
            audience,
            range: next.range.end..next.range.end,
        };
        let mut ended = std::mem::replace(&mut part, begun);
        ended.range.end = next.range.start;
        parts.push(ended);
    }
    part.range.end = text.len();
    parts.push(part);

    let sections = parts
        .into_iter()
        .filter_map(|part| {
            let text = text.get(part.range).unwrap_or_default();
            let text = text.trim_end().trim_start_matches(['\n', '\r']);
            // A heading without text is kept, unless it only names a role.
            let keep = !text.is_empty() || (part.role == Role::Note && part.heading.is_some());
            keep.then(|| Section {
                role: part.role,
                heading: part.heading.map(str::to_owned),
                text: text.to_owned(),
                audience: part.audience.map(str::to_owned),
            })
        })
        .collect();
    Split { title, sections }
}

struct Part<'a> {
    role: Role,
    heading: Option<&'a str>,
    audience: Option<&'a str>,
    range: Range<usize>,
}

struct Heading {
    level: u8,
    text: String,
    audience: Option<String>,
    range: Range<usize>,
    /// True if no text stands before it.
    stands_first: bool,
}

fn headings(text: &str) -> Vec<Heading> {
    let mut found = Vec::new();
    let mut containers = 0usize;
    let mut open: Option<Heading> = None;
    let mut is_first = true;
    // Pictures, such as logos and badges, are no text before a heading.
    let mut pictures = 0usize;
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::BlockQuote(_) | Tag::List(_) | Tag::Item) => containers += 1,
            Event::End(TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item) => {
                containers = containers.saturating_sub(1);
            }
            Event::Start(Tag::Heading { level, .. }) if containers == 0 => {
                open = Some(Heading {
                    level: number(level),
                    text: String::new(),
                    audience: None,
                    range,
                    stands_first: is_first,
                });
                is_first = false;
            }
            Event::Start(Tag::Image { .. }) => pictures += 1,
            Event::End(TagEnd::Image) => pictures = pictures.saturating_sub(1),
            Event::End(TagEnd::Heading(_)) => {
                if let Some(mut heading) = open.take() {
                    (heading.text, heading.audience) = without_attributes(&heading.text);
                    found.push(heading);
                }
            }
            Event::Text(part) | Event::Code(part) => {
                is_first &= pictures > 0 || part.trim().is_empty();
                if let Some(heading) = &mut open {
                    heading.text.push_str(&part);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some(heading) = &mut open {
                    heading.text.push(' ');
                }
            }
            _ => {}
        }
    }
    found
}

fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// Removes `{#id .class key=value}` from the end of a heading, if the braces hold nothing else.
fn without_attributes(heading: &str) -> (String, Option<String>) {
    let heading = heading.trim();
    let plain = || (heading.to_owned(), None);
    let Some((before, inside)) = heading
        .strip_suffix('}')
        .and_then(|rest| rest.rsplit_once('{'))
    else {
        return plain();
    };
    let mut audience = None;
    let mut n_words = 0;
    for word in inside.split_whitespace() {
        n_words += 1;
        match word.split_once('=') {
            Some(("audience", label)) => {
                let label = label.trim_matches(['"', '\'']);
                if label.is_empty() {
                    return plain();
                }
                audience = Some(label.to_owned());
            }
            Some((key, _)) if !key.is_empty() => {}
            None if word.len() > 1 && word.starts_with(['#', '.']) => {}
            _ => return plain(),
        }
    }
    if n_words == 0 {
        return plain();
    }
    (before.trim_end().to_owned(), audience)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn roles(text: &str) -> Vec<(Role, Option<String>, String)> {
        split(text)
            .sections
            .into_iter()
            .map(|s| (s.role, s.heading, s.text))
            .collect()
    }

    #[test]
    fn code_lists_and_quotes_hold_no_headings() {
        let text = "# T\n\n## Fix\n```sh\n# not a heading\n## Cause\n```\n> ## Cause\n\n- ## Cause\n\n    # code\n";
        assert_eq!(roles(text).len(), 1);
        assert!(roles(text)[0].2.contains("# not a heading"));
    }

    #[test]
    fn deeper_headings_split_only_with_a_role_of_their_own() {
        let text = "## Scenario 1\n### Symptom\nA\n### Cause\nB\n### Detail\nC\n## Resolution\n### Workaround\nD\n### Method 1\nE\n";
        let found = roles(text);
        let plain: Vec<_> = found
            .iter()
            .map(|(r, h, _)| (r.as_str(), h.as_deref().unwrap_or("")))
            .collect();
        assert_eq!(
            plain,
            [
                ("note", "Scenario 1"),
                ("issue", "Symptom"),
                ("cause", "Cause"),
                ("resolution", "Resolution")
            ]
        );
        assert_eq!(found[2].2, "B\n### Detail\nC");
    }

    #[test]
    fn setext_headings_and_attributes() {
        let text = "Title\n=====\nIntro\n\nInternal notes {#x audience=internal}\n---\nSecret\n\n## What {is} this {x}\n";
        let parts = split(text);
        assert_eq!(parts.title.as_deref(), Some("Title"));
        assert_eq!(parts.sections[1].audience.as_deref(), Some("internal"));
        assert_eq!(parts.sections[1].heading.as_deref(), Some("Internal notes"));
        assert_eq!(
            parts.sections[2].heading.as_deref(),
            Some("What {is} this {x}")
        );
    }

    #[test]
    fn a_deep_heading_with_an_audience_is_a_section() {
        let parts = split("## Fix\nA\n### For us {audience=internal}\nB\n## Cause\nC\n");
        assert_eq!(parts.sections.len(), 3);
        assert_eq!(parts.sections[1].audience.as_deref(), Some("internal"));
        assert_eq!(parts.sections[2].audience, None);
    }

    #[test]
    fn the_heading_that_stands_first_is_the_title_of_a_page() {
        for (text, title, first) in [
            (
                "### Reset\nA\n### Details\nB\n",
                Some("Reset"),
                Some("Reset"),
            ),
            (
                "[![b](b.png)](l)\n<br>\n\n## Reset\nA\n",
                Some("Reset"),
                Some("Reset"),
            ),
            ("Intro\n\n## Install\nA\n", None, Some("Install")),
            ("Intro\n\n# Lamp\nA\n", Some("Lamp"), Some("Lamp")),
            ("## Symptoms\nA\n## Cause\nB\n", None, Some("Symptoms")),
            ("A", None, None),
        ] {
            let (split, found) = split_page(text);
            assert_eq!(
                (split.title.as_deref(), found.as_deref()),
                (title, first),
                "{text}"
            );
        }
        let (split, _) = split_page("### Reset\nA\n### Details\nB\n");
        assert_eq!(split.sections[0].heading, None);
        assert_eq!(split.sections[1].heading.as_deref(), Some("Details"));
    }

    #[test]
    fn an_audience_holds_for_all_that_stands_under_it() {
        let parts = split(
            "## Notes {audience=internal}\nA\n### Cause\nB\n#### Fix {audience=team}\nC\n### Detail\nD\n## Fix\nE\n",
        );
        let found: Vec<_> = parts
            .sections
            .iter()
            .map(|s| (s.text.as_str(), s.audience.as_deref()))
            .collect();
        assert_eq!(
            found,
            [
                ("A", Some("internal")),
                ("B", Some("internal")),
                ("C", Some("team")),
                ("D", Some("internal")),
                ("E", None)
            ]
        );
        let parts = split("# T {audience=internal}\nA\n## Fix\nB\n");
        assert!(
            parts
                .sections
                .iter()
                .all(|s| s.audience.as_deref() == Some("internal"))
        );
    }

    #[test]
    fn roles_in_five_languages() {
        for (heading, role) in [
            ("Symptoms  ", Role::Issue),
            ("1. Root cause:", Role::Cause),
            ("Why this happens", Role::Cause),
            ("How to reset", Role::Resolution),
            ("Lösung", Role::Resolution),
            ("S’applique à", Role::Environment),
            ("Síntomas", Role::Issue),
            ("手順", Role::Resolution),
            ("Problematic cables", Role::Note),
            ("More information", Role::Note),
            ("Applies to firmware 3", Role::Environment),
        ] {
            assert_eq!(role_of_heading(heading), role, "{heading}");
        }
    }

    #[test]
    fn hostile_nesting_is_split_in_time() {
        for unit in [
            "> ",
            "- ",
            "[",
            "*a_",
            "# ",
            "`",
            "<!--",
            "1. > ",
            "{audience=",
            "![](",
            "a\n-\n",
        ] {
            let _ = split(&unit.repeat(50_000));
        }
    }

    proptest! {
        #[test]
        fn any_text_splits(text in "\\PC*|[#\\-=>` \n{}a]{0,200}") {
            let _ = split(&text);
        }
    }
}
