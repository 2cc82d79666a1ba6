//! `ken_error`: the error of a call, as an object of its own.

use std::error::Error as _;

use kenpoint::Error;

use crate::guard::guard_value;
use crate::handle::{self, Object};
use crate::status::ken_status;
use crate::text::ken_str;

/// The error of a failed call, if the call was given a place for it; owned by the caller,
/// who destroys it with `ken_error_destroy`. It depends on no other object.
pub struct ken_error {
    _opaque: [u8; 0],
}

pub(crate) struct Failure {
    code: ken_status,
    message: String,
    json: String,
}

impl Object for ken_error {
    type Body = Failure;
    const TAG: &'static [u8; 8] = b"kenerror";
    const NAME: &'static str = "ken_error";
}

#[derive(serde::Serialize)]
struct Detail<'a> {
    schema: u32,
    code: u16,
    name: &'a str,
    message: &'a str,
    causes: Vec<String>,
}

/// Sets the caller's slot to no error.
///
/// # Safety
/// `err` is NULL or can be written.
pub(crate) unsafe fn clear(err: *mut *mut ken_error) {
    // SAFETY: the same promise.
    unsafe { handle::put(err, std::ptr::null_mut()) };
}

/// Puts an error into the caller's slot, if there is one. Nothing is allocated otherwise.
///
/// # Safety
/// `err` is NULL or can be written.
pub(crate) unsafe fn write(err: *mut *mut ken_error, error: &Error) {
    if err.is_null() {
        return;
    }
    let mut causes = Vec::new();
    let mut cause = error.source();
    while let Some(error) = cause {
        causes.push(error.to_string());
        cause = error.source();
    }
    let code = error.code();
    let detail = Detail {
        schema: crate::json::SCHEMA,
        code: code.number(),
        name: code.name(),
        message: error.message(),
        causes,
    };
    let failure = Failure {
        code: code.number().into(),
        message: error.message().to_owned(),
        json: serde_json::to_string(&detail).unwrap_or_default(),
    };
    // SAFETY: the same promise.
    unsafe { handle::put(err, handle::give(failure)) };
}

/// The code of an error, the same as the status of the call that made it.
///
/// - `error`: borrowed; may be NULL.
///
/// Returns the code, or KEN_OK for NULL and for any other object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_error_code(error: *const ken_error) -> ken_status {
    guard_value(0, || {
        // SAFETY: the header requires a handle or NULL.
        unsafe { handle::body("error", error) }.map(|failure| failure.code)
    })
}

/// The sentence of an error: the field, the value found, the limit, and the next step. For people; code
/// branches on the status.
///
/// - `error`: borrowed; may be NULL.
///
/// Returns a view that lives as long as `error`, or the empty text for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_error_message(error: *const ken_error) -> ken_str {
    guard_value(ken_str::empty(), || {
        // SAFETY: the header requires a handle or NULL.
        unsafe { handle::body("error", error) }.map(|failure| ken_str::of(&failure.message))
    })
}

/// An error as JSON: `{"schema":1,"code":201,"name":"ArticleNotFound","message":"...","causes":["..."]}`.
///
/// - `error`: borrowed; may be NULL.
///
/// Returns a view that lives as long as `error`, or the empty text for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_error_json(error: *const ken_error) -> ken_str {
    guard_value(ken_str::empty(), || {
        // SAFETY: the header requires a handle or NULL.
        unsafe { handle::body("error", error) }.map(|failure| ken_str::of(&failure.json))
    })
}

/// Destroys an error and sets the caller's pointer to NULL.
///
/// - `error`: may be NULL, and may point to NULL: then nothing happens, so it may be called twice.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_error_destroy(error: *mut *mut ken_error) {
    // SAFETY: the header requires a pointer to a handle or to NULL, or NULL.
    guard_value((), || unsafe { handle::destroy(error) });
}
