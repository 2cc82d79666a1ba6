//! One opaque error for the whole library: a stable number, a sentence that helps, and a source.
//!
//! The message names the field, the value found, the limit and the next step. Callers branch on
//! [`Error::code`] and never on the text. One opaque type, and not an enum per layer, because a host
//! in C, Python or JavaScript needs one number and one sentence whatever the layer was, and because
//! no dependency's error type may become part of our interface.

use std::fmt;
use std::sync::Arc;

/// The result of every fallible call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

macro_rules! error_codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $number:literal,)+) => {
        /// What went wrong, as a number that is never reused.
        ///
        /// 1xx: the caller's input. 2xx: the state of the base. 3xx: storage and file format.
        /// 4xx: the text index. 9xx: a fault of ours.
        ///
        /// ```
        /// use kenpoint::ErrorCode;
        /// assert_eq!(ErrorCode::ArticleNotFound.number(), 201);
        /// assert_eq!(ErrorCode::from_number(201), Some(ErrorCode::ArticleNotFound));
        /// assert_eq!(ErrorCode::ArticleNotFound.name(), "ArticleNotFound");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[doc = $doc])+ $name = $number,)+
        }

        impl ErrorCode {
            /// Every code, ascending by number. Each binding's tests walk this list.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$name,)+];

            /// The stable name, equal in every language.
            pub const fn name(self) -> &'static str {
                match self { $(ErrorCode::$name => stringify!($name),)+ }
            }

            /// The stable number.
            pub const fn number(self) -> u16 {
                match self { $(ErrorCode::$name => $number,)+ }
            }

            /// The code of a number, if there is one.
            pub const fn from_number(number: u16) -> Option<ErrorCode> {
                match number { $($number => Some(ErrorCode::$name),)+ _ => None }
            }
        }
    };
}

error_codes! {
    /// A field holds a value outside its documented range or form.
    InvalidValue = 101,
    /// A text, list or number of items is over its documented limit.
    TooLarge = 102,
    /// Bytes that must be UTF-8 are not.
    InvalidUtf8 = 103,
    /// A query does not follow the query language, or is over its limits.
    InvalidQuery = 104,
    /// Two fields contradict each other (a range that ends before it begins, a cyclic order).
    Contradiction = 105,
    /// A name that is not in the base's vocabulary (audience label, field, filter).
    UnknownName = 106,
    /// A record of an import could not be read; the report names line and reason.
    InvalidRecord = 107,
    /// A required pointer or object is missing; pass one.
    NullArgument = 108,
    /// A handle is of another type than the call wants, or was destroyed.
    WrongHandle = 109,
    /// No article has this id.
    ArticleNotFound = 201,
    /// No case has this id.
    CaseNotFound = 202,
    /// No session has this id.
    SessionNotFound = 203,
    /// No link of this type joins the case and the article.
    LinkNotFound = 204,
    /// No version of the article has this number.
    VersionNotFound = 205,
    /// The article changed since the version that the call expects.
    VersionConflict = 206,
    /// The id is taken by something else.
    AlreadyExists = 207,
    /// The change is not allowed from the present state (a merged article is edited, say).
    InvalidTransition = 208,
    /// An impression token is unknown, damaged or of another base.
    InvalidImpression = 209,
    /// The view lies before the first record, or after what is known.
    OutOfHistory = 210,
    /// The caller asked to stop, through a progress callback or a watch.
    Cancelled = 211,
    /// The base was closed; open it again.
    Closed = 212,
    /// A callback called what it may not: a log callback that calls back into its base, say.
    NotAllowedHere = 213,
    /// The handle was opened before a fork and is used in the child; open the base in the child.
    ForkedHandle = 214,
    /// Another process, or another handle of this one, owns the base.
    Busy = 301,
    /// The file or folder cannot be read or written (missing, permission, not a file).
    Io = 302,
    /// The disk is full. Reading goes on; writing goes on once there is space.
    DiskFull = 303,
    /// The file is not a kenpoint base.
    NotABase = 304,
    /// The file was written by a newer kenpoint; it is left untouched.
    FormatTooNew = 305,
    /// A checksum or an invariant of the stored data does not hold.
    Corrupt = 306,
    /// An earlier write failed and the store could not be brought back; reopen the base.
    Poisoned = 307,
    /// The base would need more memory than its limit. Nothing was written; reading goes on.
    MemoryLimit = 308,
    /// A part of a snapshot that is loaded on demand is not here yet. Supply the wanted shards and call again.
    NotLoaded = 309,
    /// The text index could not be read or written; it is rebuilt from the store.
    IndexFailed = 401,
    /// A fault of ours. Please report it with the message.
    Internal = 901,
    /// A panic was caught at the boundary of a binding. The base takes no more calls; open it again.
    Panicked = 902,
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name(), self.number())
    }
}

/// What went wrong: a code to branch on, a sentence to read, and the cause underneath.
///
/// ```
/// use kenpoint::{Base, ErrorCode};
/// let base = Base::in_memory().open().unwrap();
/// let error = base.article("no-such-article").unwrap_err();
/// assert_eq!(error.code(), ErrorCode::ArticleNotFound);
/// assert!(error.to_string().contains("no-such-article"));
/// ```
#[derive(Clone)]
pub struct Error {
    inner: Arc<Inner>,
}

#[derive(Clone)]
struct Inner {
    code: ErrorCode,
    message: String,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An error with a code and a sentence. Public so that importers and hosts' callbacks can fail
    /// in the library's own terms.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Error {
        Error {
            inner: Arc::new(Inner {
                code,
                message: message.into(),
                source: None,
            }),
        }
    }

    /// The same, keeping the cause for [`std::error::Error::source`].
    pub fn with_source(
        code: ErrorCode,
        message: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Error {
        Error {
            inner: Arc::new(Inner {
                code,
                message: message.into(),
                source: Some(Arc::from(source.into())),
            }),
        }
    }

    /// A value outside its range or form: names the field, the value and what would be right.
    #[doc(hidden)]
    pub fn invalid(field: &str, value: impl fmt::Display, rule: &str) -> Error {
        Error::new(
            ErrorCode::InvalidValue,
            format!(
                "{field}: {} is not allowed; {rule}",
                excerpt(&value.to_string())
            ),
        )
    }

    /// The same of a number.
    #[doc(hidden)]
    pub fn invalid_number(field: &str, value: f64, rule: &str) -> Error {
        Error::invalid(field, number(value), rule)
    }

    /// Something over its limit: names the field, the size found, the limit and its unit.
    #[doc(hidden)]
    pub fn too_large(field: &str, found: usize, limit: usize, unit: &str) -> Error {
        Error::new(
            ErrorCode::TooLarge,
            format!("{field}: {found} {unit} is over the limit of {limit} {unit}; send less"),
        )
    }

    /// A fault of ours, with what was found to be impossible.
    #[doc(hidden)]
    pub fn internal(what: impl Into<String>) -> Error {
        Error::new(
            ErrorCode::Internal,
            format!("internal fault: {}; please report it", what.into()),
        )
    }

    /// Stored data that does not hold together; says what and what to do.
    #[doc(hidden)]
    pub fn corrupt(what: impl fmt::Display) -> Error {
        Error::new(
            ErrorCode::Corrupt,
            format!("stored data is damaged: {what}; restore the file from a backup"),
        )
    }

    /// The stable code.
    pub fn code(&self) -> ErrorCode {
        self.inner.code
    }

    /// The sentence, without the code.
    pub fn message(&self) -> &str {
        &self.inner.message
    }

    /// The same error with more of its whereabouts in front: `line 12: ...`.
    #[doc(hidden)]
    pub fn at(mut self, place: impl fmt::Display) -> Error {
        let message = format!("{place}: {}", self.inner.message);
        Arc::make_mut(&mut self.inner).message = message;
        self
    }
}

/// A number as text: as `f64` prints, but for the very large and small, which have an exponent. By the printer
/// of JSON, which is there already; that of the standard library would be a twentieth of what a page loads.
pub(crate) fn number(value: f64) -> String {
    if !value.is_finite() {
        let word = if value.is_nan() { "NaN" } else { "inf" };
        return if value < 0.0 {
            format!("-{word}")
        } else {
            word.to_owned()
        };
    }
    let mut text = serde_json::to_string(&value).unwrap_or_default();
    if text.ends_with(".0") {
        text.truncate(text.len() - 2);
    }
    text
}

/// A name in quotes. As `{:?}` writes it, but for what cannot be seen; that needs a table of Unicode.
pub(crate) fn quote(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 2);
    out.push('"');
    for c in name.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(if c.is_control() { '\u{fffd}' } else { c });
    }
    out.push('"');
    out
}

/// Names in quotes, as a list.
pub(crate) fn quote_all(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| quote(name)).collect();
    format!("[{}]", names.join(", "))
}

/// At most 60 characters of a value, quoted, so that a message stays one line.
pub(crate) fn excerpt(value: &str) -> String {
    let mut out = String::with_capacity(64);
    out.push('"');
    for (i, c) in value.chars().enumerate() {
        if i == 60 {
            out.push('…');
            break;
        }
        if c.is_control() {
            out.push('\u{fffd}')
        } else {
            out.push(c)
        }
    }
    out.push('"');
    out
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}]", self.inner.message, self.inner.code)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)?;
        if let Some(source) = &self.inner.source {
            write!(f, ", caused by: {source}")?;
        }
        Ok(())
    }
}

/// So that what cannot fail fits where something may: [`crate::Visit::record`] takes both.
impl From<std::convert::Infallible> for Error {
    fn from(never: std::convert::Infallible) -> Error {
        match never {}
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.inner
            .source
            .as_ref()
            .map(|source| source.as_ref() as &(dyn std::error::Error + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_ascending() {
        let numbers: Vec<u16> = ErrorCode::ALL.iter().map(|code| code.number()).collect();
        assert!(
            numbers.windows(2).all(|pair| pair[0] < pair[1]),
            "{numbers:?}"
        );
        for code in ErrorCode::ALL {
            assert_eq!(ErrorCode::from_number(code.number()), Some(*code));
        }
    }

    #[test]
    fn codes_of_the_boundary_keep_their_numbers() {
        for (code, number) in [
            (ErrorCode::NullArgument, 108),
            (ErrorCode::WrongHandle, 109),
            (ErrorCode::Closed, 212),
            (ErrorCode::NotAllowedHere, 213),
            (ErrorCode::ForkedHandle, 214),
            (ErrorCode::MemoryLimit, 308),
            (ErrorCode::Panicked, 902),
        ] {
            assert_eq!(code.number(), number, "{code}");
        }
    }

    #[test]
    fn names_are_quoted_as_they_print() {
        let names = ["a".to_owned(), "C:\\x \"ü\" don't".to_owned()];
        assert_eq!(quote_all(&names), format!("{names:?}"));
    }

    #[test]
    fn numbers_read_as_they_print() {
        for n in [
            0.0,
            -0.0,
            1.0,
            0.5,
            -2.25,
            1e9,
            0.1 + 0.2,
            f64::NAN,
            f64::INFINITY,
            -f64::INFINITY,
        ] {
            assert_eq!(number(n), n.to_string());
        }
    }

    #[test]
    fn an_excerpt_is_one_short_line() {
        let text = excerpt(&"a\nb".repeat(100));
        assert!(!text.contains('\n'));
        assert_eq!(text.chars().count(), 63);
    }
}
