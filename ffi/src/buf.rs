//! `ken_buf`: bytes that a call made for its caller.

use serde::Serialize;

use kenpoint::Result;

use crate::guard::guard_value;
use crate::handle::{self, Object};
use crate::json;
use crate::text::ken_str;

/// Bytes that a call made: text (JSON, HTML, a report), or a snapshot. Owned by the caller, who
/// destroys it with `ken_buf_destroy`. It depends on no other object.
pub struct ken_buf {
    _opaque: [u8; 0],
}

impl Object for ken_buf {
    type Body = Contents;
    const TAG: &'static [u8; 8] = b"kenbuf\0\0";
    const NAME: &'static str = "ken_buf";
}

/// The contents of a buffer.
pub(crate) enum Contents {
    Text(String),
    Bytes(Vec<u8>),
}

impl Contents {
    fn bytes(&self) -> &[u8] {
        match self {
            Contents::Text(text) => text.as_bytes(),
            Contents::Bytes(bytes) => bytes,
        }
    }
}

/// Gives a text to the caller.
///
/// # Safety
/// `out` is NULL or can be written.
pub(crate) unsafe fn give(out: *mut *mut ken_buf, text: String) {
    // SAFETY: the same promise.
    unsafe { give_contents(out, Contents::Text(text)) };
}

/// Gives bytes that are no text to the caller.
///
/// # Safety
/// As for [`give`].
pub(crate) unsafe fn give_bytes(out: *mut *mut ken_buf, bytes: Vec<u8>) {
    // SAFETY: the same promise.
    unsafe { give_contents(out, Contents::Bytes(bytes)) };
}

/// # Safety
/// As for [`give`].
unsafe fn give_contents(out: *mut *mut ken_buf, contents: Contents) {
    if !out.is_null() {
        // SAFETY: the same promise.
        unsafe { handle::put(out, handle::give(contents)) };
    }
}

/// Gives a value to the caller, as JSON with the number of its schema.
///
/// # Safety
/// As for [`give`].
pub(crate) unsafe fn give_json<T: Serialize>(out: *mut *mut ken_buf, value: &T) -> Result<()> {
    let text = json::write(value)?;
    // SAFETY: the same promise.
    unsafe { give(out, text) };
    Ok(())
}

/// The text of a buffer.
///
/// - `buf`: borrowed; may be NULL.
///
/// Returns a view that lives as long as `buf`, or the empty text for NULL and for bytes that are not text. No
/// NUL follows the last byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_buf_text(buf: *const ken_buf) -> ken_str {
    guard_value(ken_str::empty(), || {
        // SAFETY: the header requires a handle or NULL.
        Ok(match unsafe { handle::body("buf", buf) }? {
            Contents::Text(text) => ken_str::of(text),
            Contents::Bytes(_) => ken_str::empty(),
        })
    })
}

/// The bytes of a buffer, text or not; `ken_buf_size` gives their number.
///
/// - `buf`: borrowed; may be NULL.
///
/// Returns the first byte, which lives as long as `buf`, or NULL for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_buf_data(buf: *const ken_buf) -> *const u8 {
    guard_value(std::ptr::null(), || {
        // SAFETY: the header requires a handle or NULL.
        unsafe { handle::body("buf", buf) }.map(|contents| contents.bytes().as_ptr())
    })
}

/// The number of bytes in a buffer.
///
/// - `buf`: borrowed; may be NULL.
///
/// Returns the number; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_buf_size(buf: *const ken_buf) -> usize {
    guard_value(0, || {
        // SAFETY: the header requires a handle or NULL.
        unsafe { handle::body("buf", buf) }.map(|contents| contents.bytes().len())
    })
}

/// Destroys a buffer and sets the caller's pointer to NULL.
///
/// - `buf`: may be NULL, and may point to NULL: then nothing happens, so it may be called twice.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_buf_destroy(buf: *mut *mut ken_buf) {
    // SAFETY: the header requires a pointer to a handle or to NULL, or NULL.
    guard_value((), || unsafe { handle::destroy(buf) });
}
