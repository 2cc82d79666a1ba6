//! The character set that a page declares in its first bytes.

use super::tokens::{Token, Tokens};

/// The declaration stands within so many bytes, by the HTML Standard.
const PRESCAN_BYTES: usize = 1024;

/// Returns the label that the first `meta` element with a character set declares, or the XML declaration.
pub fn charset(page: &[u8]) -> Option<String> {
    let head = page.get(..page.len().min(PRESCAN_BYTES))?;
    // Every character set that can be declared so has these signs at the bytes of ASCII.
    let head: String = head
        .iter()
        .map(|byte| {
            if byte.is_ascii() {
                char::from(*byte)
            } else {
                '?'
            }
        })
        .collect();
    let in_meta = Tokens::new(&head).find_map(|token| match token {
        Token::Start(tag) if tag.name == "meta" => {
            if let Some(label) = tag.attribute("charset") {
                return Some(label);
            }
            let is_type = tag
                .attribute("http-equiv")
                .is_some_and(|header| header.trim().eq_ignore_ascii_case("content-type"));
            let content = tag.attribute("content").filter(|_| is_type)?;
            after_equals(&content, "charset")
        }
        _ => None,
    });
    in_meta.or_else(|| {
        let declaration = head.trim_start().strip_prefix("<?xml")?;
        after_equals(declaration.split('>').next()?, "encoding")
    })
}

/// Returns the value of `name=value`, with or without quotes.
fn after_equals(text: &str, name: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    lower.match_indices(name).find_map(|(at, _)| {
        let after = text.get(at + name.len()..)?.trim_start();
        let value = after.strip_prefix('=')?.trim_start();
        let value = match value.chars().next()? {
            quote @ ('"' | '\'') => value.get(1..)?.split(quote).next()?,
            _ => value
                .split(|c: char| c.is_ascii_whitespace() || ";\"'?".contains(c))
                .next()?,
        };
        Some(value.trim().to_owned()).filter(|value| !value.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_declaration_is_found() {
        for (page, expected) in [
            ("<meta charset=windows-1252>", Some("windows-1252")),
            (
                "<META CHARSET='Shift_JIS'/><meta charset=utf-8>",
                Some("Shift_JIS"),
            ),
            (
                "<meta content=\"text/html; charset = iso-8859-1; x\" http-equiv=Content-Type>",
                Some("iso-8859-1"),
            ),
            (
                "<meta http-equiv=content-type content='text/html;charset=\"gbk\"'>",
                Some("gbk"),
            ),
            ("<?xml version=\"1.0\" encoding='big5'?><p>", Some("big5")),
            (
                "<!-- <meta charset=x> --><title><meta charset=y></title>",
                None,
            ),
            ("<meta name=charset content='text/html; charset=x'>", None),
            ("<meta http-equiv=content-type content=text/html>", None),
            ("<p charset=x>", None),
        ] {
            assert_eq!(charset(page.as_bytes()).as_deref(), expected, "{page}");
        }
        let late = format!("{}<meta charset=x>", " ".repeat(PRESCAN_BYTES));
        assert_eq!(charset(late.as_bytes()), None);
        assert_eq!(
            charset(b"<title>\xe9</title><meta charset=latin1>").as_deref(),
            Some("latin1")
        );
    }
}
