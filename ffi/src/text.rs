//! Text that crosses the border: a view of bytes, checked before it is read as UTF-8.

use kenpoint::{Error, ErrorCode, Result};

/// The longest text or buffer a call takes: a byte less than 2 GiB, in bytes. Most texts have a smaller limit of their
/// own; an error names it.
pub const KEN_MAX_BYTES: usize = 2_147_483_647;

/// A view of UTF-8 text. It owns nothing and does not end with a NUL byte.
///
/// Given to a call, it is read during the call only. Returned by one, it lives as long as the object
/// that it was asked of, unless the function says otherwise. `ptr` may be NULL if `len` is 0: the empty
/// text, which for an optional argument means that it is absent.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ken_str {
    /// The first byte.
    pub ptr: *const std::ffi::c_char,
    /// The number of bytes.
    pub len: usize,
}

impl ken_str {
    /// A view of a text of ours.
    pub(crate) fn of(text: &str) -> ken_str {
        ken_str {
            ptr: text.as_ptr().cast(),
            len: text.len(),
        }
    }

    /// The view of nothing.
    pub(crate) const fn empty() -> ken_str {
        ken_str {
            ptr: std::ptr::null(),
            len: 0,
        }
    }
}

/// The bytes of a view.
///
/// # Safety
/// If `ptr` is not NULL and `len` is at most `KEN_MAX_BYTES`, `len` bytes can be read at `ptr` until the
/// call of the caller's returns.
pub(crate) unsafe fn bytes<'a>(field: &str, ptr: *const u8, len: usize) -> Result<&'a [u8]> {
    if len > KEN_MAX_BYTES {
        return Err(Error::new(
            ErrorCode::TooLarge,
            format!(
                "{field}: {len} bytes is over the limit of {KEN_MAX_BYTES} bytes; check the length"
            ),
        ));
    }
    if ptr.is_null() {
        return if len == 0 {
            Ok(&[])
        } else {
            Err(null(field, "text with a length"))
        };
    }
    // SAFETY: not NULL, of a length that fits, and readable by the caller's promise.
    Ok(unsafe { std::slice::from_raw_parts(ptr, len) })
}

/// The text of a view.
///
/// # Safety
/// As for [`bytes`].
pub(crate) unsafe fn text<'a>(field: &str, view: ken_str) -> Result<&'a str> {
    // SAFETY: the same promise.
    let bytes = unsafe { bytes(field, view.ptr.cast(), view.len) }?;
    std::str::from_utf8(bytes).map_err(|error| {
        let place = error.valid_up_to();
        Error::with_source(
            ErrorCode::InvalidUtf8,
            format!("{field}: byte {place} begins no UTF-8 character; convert the text to UTF-8"),
            error,
        )
    })
}

/// An optional text: absent if it is empty.
///
/// # Safety
/// As for [`bytes`].
pub(crate) unsafe fn optional<'a>(field: &str, view: ken_str) -> Result<Option<&'a str>> {
    // SAFETY: the same promise.
    let text = unsafe { text(field, view) }?;
    Ok((!text.is_empty()).then_some(text))
}

/// The texts of an array of views.
///
/// # Safety
/// `n` views can be read at `views`, and each is as [`bytes`] wants it.
pub(crate) unsafe fn texts(field: &str, views: *const ken_str, n: usize) -> Result<Vec<String>> {
    // SAFETY: the same promise.
    let views = unsafe { array(field, views, n) }?;
    views
        .iter()
        // SAFETY: the same promise.
        .map(|view| unsafe { text(field, *view) }.map(str::to_owned))
        .collect()
}

/// An array of the caller's.
///
/// # Safety
/// If `items` is not NULL and the whole is at most `KEN_MAX_BYTES`, `n` items can be read there.
pub(crate) unsafe fn array<'a, T>(field: &str, items: *const T, n: usize) -> Result<&'a [T]> {
    if n == 0 {
        return Ok(&[]);
    }
    if n > KEN_MAX_BYTES / size_of::<T>() {
        return Err(too_many(field, n));
    }
    if items.is_null() {
        return Err(null(field, "array with items"));
    }
    aligned(field, items)?;
    // SAFETY: not NULL, aligned, of a size that fits, and readable by the caller's promise.
    Ok(unsafe { std::slice::from_raw_parts(items, n) })
}

/// The error for an array that is longer than a call takes.
pub(crate) fn too_many(field: &str, n: usize) -> Error {
    Error::new(
        ErrorCode::TooLarge,
        format!("{field}: {n} items are more than a call takes; check the number"),
    )
}

/// Checks that a struct of the caller's can be read where its pointer says.
pub(crate) fn aligned<T>(field: &str, item: *const T) -> Result<()> {
    if item.is_aligned() {
        return Ok(());
    }
    Err(Error::invalid(
        field,
        format!("{item:p}"),
        "the pointer is aligned as its type wants it",
    ))
}

/// The error for a required pointer that is NULL.
pub(crate) fn null(field: &str, what: &str) -> Error {
    Error::new(
        ErrorCode::NullArgument,
        format!("{field}: NULL is no {what}; pass one"),
    )
}
