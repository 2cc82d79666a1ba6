//! The error type of the whole library: a stable number, a helpful sentence, and a source.
//!
//! The message names the field, the value found, the limit and the next step. Callers branch on
//! [`Error::code`] and never on the text. There is one opaque type and no enum per layer: a host in C, Python
//! or JavaScript needs one number and one sentence from every layer, and no error type of a dependency may
//! become part of the interface.

use std::fmt;
use std::sync::Arc;

/// The result of every fallible call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

macro_rules! error_codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $number:literal,)+) => {
        /// The kind of error, with a number that is never reused.
        ///
        /// 1xx: invalid input of the caller. 2xx: the state of the base. 3xx: storage and file format. 4xx:
        /// the text index. 9xx: a defect of kenpoint.
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
            /// All codes, ascending by number. The tests of each binding check this list.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$name,)+];

            /// The stable name, the same in all languages.
            pub const fn name(self) -> &'static str {
                match self { $(ErrorCode::$name => stringify!($name),)+ }
            }

            /// The stable number.
            pub const fn number(self) -> u16 {
                match self { $(ErrorCode::$name => $number,)+ }
            }

            /// Returns the code with a number, if there is one.
            pub const fn from_number(number: u16) -> Option<ErrorCode> {
                match number { $($number => Some(ErrorCode::$name),)+ _ => None }
            }
        }
    };
}

error_codes! {
    /// The value of a field is outside its documented range or format.
    InvalidValue = 101,
    /// A text, a list or a count exceeds its documented limit.
    TooLarge = 102,
    /// The bytes are not valid UTF-8.
    InvalidUtf8 = 103,
    /// A query violates the query language. Reserved: every text is read today.
    InvalidQuery = 104,
    /// Two fields contradict each other (a range that ends before it begins, a cyclic order).
    Contradiction = 105,
    /// The base does not know a name (audience label, field, filter).
    UnknownName = 106,
    /// A record of an import is unreadable; the report has the line and the reason.
    InvalidRecord = 107,
    /// A required pointer or object is missing; pass one.
    NullArgument = 108,
    /// A handle is of the wrong type for the call, or was destroyed.
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
    /// The current version of the article is not the one that the call expects.
    VersionConflict = 206,
    /// The id is already in use.
    AlreadyExists = 207,
    /// The current state does not allow the change (editing a merged article, for example).
    InvalidTransition = 208,
    /// An impression token is unknown, damaged or from another base.
    InvalidImpression = 209,
    /// The instant is outside the known history: before the first record, or after the last known one.
    OutOfHistory = 210,
    /// The caller cancelled the call, through a progress callback or a cancel hook.
    Cancelled = 211,
    /// The base was closed; open it again.
    Closed = 212,
    /// A callback made a call that is not allowed there (a log callback that calls back into its base, for
    /// example).
    NotAllowedHere = 213,
    /// The handle was opened before a fork and is used in the child; open the base in the child.
    ForkedHandle = 214,
    /// Another process, or another handle of this process, owns the base.
    Busy = 301,
    /// The file or folder cannot be read or written (missing, permission, not a file).
    Io = 302,
    /// The disk is full. Reads continue; writes continue once there is space.
    DiskFull = 303,
    /// The file is not a kenpoint base.
    NotABase = 304,
    /// The file was written by a newer kenpoint; it is left untouched.
    FormatTooNew = 305,
    /// Stored data violates a checksum or an invariant.
    Corrupt = 306,
    /// An earlier write failed and the store could not be recovered; reopen the base.
    Poisoned = 307,
    /// The base would need more memory than its limit. Nothing was written; reads continue.
    MemoryLimit = 308,
    /// A shard of a snapshot is not loaded yet. Supply the wanted shards and call again.
    NotLoaded = 309,
    /// The base was opened read-only. Nothing was written; open it without `read_only` to change it.
    ReadOnly = 310,
    /// The text index could not be read or written; it is rebuilt from the store.
    IndexFailed = 401,
    /// A defect of kenpoint. Please report it with the message.
    Internal = 901,
    /// A panic was caught at the boundary of a binding. The base accepts no more calls; open it again.
    Panicked = 902,
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name(), self.number())
    }
}

/// An error: a code for the program, a sentence for people, and the underlying cause.
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

/// The errors of the items of a list, as the source of the list's error.
#[derive(Debug)]
struct ItemErrors(Vec<(usize, Error)>);

impl fmt::Display for ItemErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} items failed", self.0.len())
    }
}

impl std::error::Error for ItemErrors {}

impl Error {
    /// Creates an error with a code and a sentence. It is public so that importers and callbacks of the host
    /// can return errors of the library.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Error {
        Error {
            inner: Arc::new(Inner {
                code,
                message: message.into(),
                source: None,
            }),
        }
    }

    /// Creates an error that keeps its cause for [`std::error::Error::source`].
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

    /// Creates an error for a value outside its range or format. It names the field, the value and the rule.
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

    /// Creates the same error for a number.
    #[doc(hidden)]
    pub fn invalid_number(field: &str, value: f64, rule: &str) -> Error {
        Error::invalid(field, number(value), rule)
    }

    /// Creates an error for a size over its limit. It names the field, the size found, the limit and the unit.
    #[doc(hidden)]
    pub fn too_large(field: &str, found: usize, limit: usize, unit: &str) -> Error {
        Error::new(
            ErrorCode::TooLarge,
            format!("{field}: {found} {unit} is over the limit of {limit} {unit}; send less"),
        )
    }

    /// Creates an error for a defect of kenpoint; `what` describes the impossible state.
    #[doc(hidden)]
    pub fn internal(what: impl Into<String>) -> Error {
        Error::new(
            ErrorCode::Internal,
            format!("internal fault: {}; please report it", what.into()),
        )
    }

    /// Creates an error for inconsistent stored data; the message adds the next step.
    #[doc(hidden)]
    pub fn corrupt(what: impl fmt::Display) -> Error {
        Error::new(
            ErrorCode::Corrupt,
            format!("stored data is damaged: {what}; restore the file from a backup"),
        )
    }

    /// Returns the stable code.
    pub fn code(&self) -> ErrorCode {
        self.inner.code
    }

    /// Returns the sentence, without the code.
    pub fn message(&self) -> &str {
        &self.inner.message
    }

    /// Returns the errors of the items of a list, each with the place of its item, from 0; empty for any other error. The
    /// error itself has the code of the first of them.
    ///
    /// ```
    /// use kenpoint::exchange::json;
    /// let text = r#"{"events":[{"what":"solved","article":"a"},{"what":"solvd","article":"a"}]}"#;
    /// let error = json::events(text, Default::default()).unwrap_err();
    /// assert_eq!(error.items()[0].0, 1);
    /// assert!(error.message().starts_with("events[1]: "));
    /// ```
    pub fn items(&self) -> &[(usize, Error)] {
        let source = self.inner.source.as_deref();
        source
            .and_then(|source| source.downcast_ref::<ItemErrors>())
            .map_or(&[], |items| &items.0)
    }

    /// Creates the error of a list out of those of its items, of which there is at least one: the code and the sentence
    /// of the first, and all of them for [`Error::items`].
    #[doc(hidden)]
    pub fn of_items(items: Vec<(usize, Error)>) -> Error {
        match items.first() {
            Some((_, first)) => {
                Error::with_source(first.code(), first.message().to_owned(), ItemErrors(items))
            }
            None => Error::internal("a list failed without an item that did"),
        }
    }

    /// Returns the same error with the place of its first item in front: `events[3]: ...`.
    #[doc(hidden)]
    pub fn in_list(self, list: &str) -> Error {
        let (first, n) = match self.items() {
            [] => (0, 1),
            items @ [(first, _), ..] => (*first, items.len()),
        };
        let mut error = self.at(format_args!("{list}[{first}]"));
        if n > 1 {
            let more = format!("; {} more of the list failed", n - 1);
            Arc::make_mut(&mut error.inner).message.push_str(&more);
        }
        error
    }

    /// Returns the same error with its location in front: `line 12: ...`.
    #[doc(hidden)]
    pub fn at(mut self, place: impl fmt::Display) -> Error {
        let message = format!("{place}: {}", self.inner.message);
        Arc::make_mut(&mut self.inner).message = message;
        self
    }
}

/// Formats a number as `f64` does, but very large and small numbers get an exponent. It uses the JSON
/// printer, which is linked anyway; the printer of the standard library would add a twentieth to a page's
/// download.
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

/// Quotes a name as `{:?}` does, but replaces control characters and needs no Unicode table.
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

/// Quotes names, as a list.
pub(crate) fn quote_all(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| quote(name)).collect();
    format!("[{}]", names.join(", "))
}

/// Quotes at most 60 characters of a value on one line.
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

/// Lets an infallible conversion be used where a fallible one is accepted: [`crate::Visit::record`] takes
/// both.
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
