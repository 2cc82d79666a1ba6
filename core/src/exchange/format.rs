//! The formats of sources, by the names of files.

/// The format of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Format {
    /// Markdown or plain text, with front matter: one article.
    Markdown,
    /// An HTML page or fragment: one article.
    Html,
    /// JSON lines: one JSON object per line.
    JsonLines,
    /// One JSON object, or an array of them.
    Json,
}

impl Format {
    /// The extensions of files that an import reads.
    pub const EXTENSIONS: &'static [&'static str] = &[
        "md", "markdown", "mdown", "mkd", "mkdn", "mdx", "txt", "text", "html", "htm", "xhtml",
        "jsonl", "ndjson", "json",
    ];

    /// Returns the format of a file by its extension.
    pub fn of_name(name: &str) -> Option<Format> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "md" | "markdown" | "mdown" | "mkd" | "mkdn" | "mdx" | "txt" | "text" => {
                Some(Format::Markdown)
            }
            "html" | "htm" | "xhtml" => Some(Format::Html),
            "jsonl" | "ndjson" => Some(Format::JsonLines),
            "json" => Some(Format::Json),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_extension_has_a_format() {
        for extension in Format::EXTENSIONS {
            assert!(Format::of_name(&format!("a.{extension}")).is_some());
            assert!(Format::of_name(&format!("a.{}", extension.to_uppercase())).is_some());
        }
        for name in ["a", "a.png", "md", ".gitignore", "a.rst"] {
            assert_eq!(Format::of_name(name), None, "{name}");
        }
    }
}
