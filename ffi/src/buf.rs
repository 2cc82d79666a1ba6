//! `ken_buf`: bytes that a call made for its caller.

use serde::Serialize;

use kenpoint::Result;

use crate::guard::guard_value;
use crate::handle::{self, Object};
use crate::json;
use crate::text::ken_str;

/// Text that a call made: JSON, HTML, a report. Owned by the caller, who destroys it with
/// `ken_buf_destroy`. It depends on no other object.
pub struct ken_buf {
    _opaque: [u8; 0],
}

impl Object for ken_buf {
    type Body = String;
    const TAG: &'static [u8; 8] = b"kenbuf\0\0";
    const NAME: &'static str = "ken_buf";
}

/// Gives a text to the caller.
///
/// # Safety
/// `out` is NULL or can be written.
pub(crate) unsafe fn give(out: *mut *mut ken_buf, text: String) {
    if !out.is_null() {
        // SAFETY: the same promise.
        unsafe { handle::put(out, handle::give(text)) };
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
/// Returns a view that lives as long as `buf`, or the empty text for NULL. The byte behind the last one
/// is not a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_buf_text(buf: *const ken_buf) -> ken_str {
    guard_value(ken_str::empty(), || {
        // SAFETY: by the contract of the header, a handle or NULL.
        unsafe { handle::body("buf", buf) }.map(|text| ken_str::of(text))
    })
}

/// Destroys a buffer and sets the caller's pointer to NULL.
///
/// - `buf`: may be NULL, and may point to NULL: then nothing happens. So it may be called twice.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_buf_destroy(buf: *mut *mut ken_buf) {
    // SAFETY: by the contract of the header, a pointer to a handle or to NULL, or NULL.
    guard_value((), || unsafe { handle::destroy(buf) });
}
