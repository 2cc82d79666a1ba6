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
    /// The items of a batch that failed, with their places.
    items: Vec<(usize, Item)>,
}

/// The error of an item, which the error of the batch owns.
struct Item(*mut ken_error);

// SAFETY: the handle belongs to this value alone, and what it holds may be used on any thread.
unsafe impl Send for Item {}
// SAFETY: as above; it is only read.
unsafe impl Sync for Item {}

impl Drop for Item {
    fn drop(&mut self) {
        // SAFETY: a handle that `give` made, and that the caller only borrowed.
        drop(unsafe { handle::take(&mut self.0) });
    }
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    items: Vec<ItemDetail<'a>>,
}

#[derive(serde::Serialize)]
struct ItemDetail<'a> {
    item: usize,
    code: u16,
    name: &'a str,
    message: &'a str,
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
    // SAFETY: the same promise.
    unsafe { handle::put(err, handle::give(failure(error))) };
}

fn failure(error: &Error) -> Failure {
    let items = error.items();
    let mut causes = Vec::new();
    // The items are told as such, and not as a cause.
    let mut cause = error.source().filter(|_| items.is_empty());
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
        items: items
            .iter()
            .map(|(item, error)| ItemDetail {
                item: *item,
                code: error.code().number(),
                name: error.code().name(),
                message: error.message(),
            })
            .collect(),
    };
    Failure {
        code: code.number().into(),
        message: error.message().to_owned(),
        json: serde_json::to_string(&detail).unwrap_or_default(),
        items: items
            .iter()
            .map(|(item, error)| (*item, Item(handle::give(failure(error)))))
            .collect(),
    }
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

/// An error as JSON: `{"schema":1,"code":201,"name":"ArticleNotFound","message":"...","causes":["..."]}`. That of a batch
/// also has `"items":[{"item":3,"code":..,"name":..,"message":..}]`.
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

/// The number of items of a batch that failed.
///
/// - `error`: borrowed; may be NULL.
///
/// Returns the number; 0 for an error of a call that takes no batch, of a batch as a whole, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_error_item_count(error: *const ken_error) -> usize {
    guard_value(0, || {
        // SAFETY: the header requires a handle or NULL.
        unsafe { handle::body("error", error) }.map(|failure| failure.items.len())
    })
}

/// The place in its batch of an item that failed.
///
/// - `error`: borrowed; may be NULL.
/// - `i`: from 0 to `ken_error_item_count`; the items are in the order of the batch.
///
/// Returns the place, from 0; 0 if there is no such item.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_error_item_place(error: *const ken_error, i: usize) -> usize {
    guard_value(0, || {
        // SAFETY: the header requires a handle or NULL.
        let failure = unsafe { handle::body("error", error) }?;
        Ok(failure.items.get(i).map_or(0, |(place, _)| *place))
    })
}

/// The error of an item of a batch.
///
/// - `error`: borrowed; may be NULL.
/// - `i`: from 0 to `ken_error_item_count`.
///
/// Returns the error, which belongs to `error` and is not destroyed by the caller; NULL if there is no such item.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_error_item(error: *const ken_error, i: usize) -> *const ken_error {
    guard_value(std::ptr::null(), || {
        // SAFETY: the header requires a handle or NULL.
        let failure = unsafe { handle::body("error", error) }?;
        Ok(failure
            .items
            .get(i)
            .map_or(std::ptr::null(), |(_, item)| item.0.cast_const()))
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
