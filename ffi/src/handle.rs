//! Handles: opaque objects on the heap, each that begin with a tag of their type. The only casts of
//! handles are here.
//!
//! The tag tells a handle of another type and a NULL apart from a right one. A handle that was
//! destroyed cannot be detected safely, since its memory belongs to somebody else; its tag is wiped first,
//! so that such a mistake is refused while the memory still says so.

use std::sync::atomic::{AtomicU64, Ordering};

use kenpoint::{Error, ErrorCode, Result};

use crate::text::null;

/// The inside of a handle type of the header.
pub(crate) trait Object {
    /// The body of the handle.
    type Body;
    /// Its tag: the name in the header, as eight letters.
    const TAG: &'static [u8; 8];
    /// Its name in messages.
    const NAME: &'static str;
}

/// The memory of a handle.
#[repr(C)]
pub(crate) struct Handle<B> {
    tag: AtomicU64,
    pub body: B,
}

/// The tag of a destroyed handle.
const GONE: u64 = 0;

fn tag<O: Object>() -> u64 {
    u64::from_be_bytes(*O::TAG)
}

/// Gives a new handle to the caller, who destroys it.
pub(crate) fn give<O: Object>(body: O::Body) -> *mut O {
    let handle = Handle {
        tag: AtomicU64::new(tag::<O>()),
        body,
    };
    Box::into_raw(Box::new(handle)).cast()
}

/// The body of a handle.
///
/// # Safety
/// `object` is NULL or a handle of this library that was not destroyed, and nobody changes it during
/// the caller's call.
pub(crate) unsafe fn body<'a, O: Object>(field: &str, object: *const O) -> Result<&'a O::Body> {
    // SAFETY: the same promise.
    Ok(unsafe { &(*checked::<O>(field, object)?).body })
}

/// The body of a handle, to be changed.
///
/// # Safety
/// As for [`body`]; also, nobody else uses the handle during the caller's call.
pub(crate) unsafe fn body_mut<'a, O: Object>(
    field: &str,
    object: *mut O,
) -> Result<&'a mut O::Body> {
    // SAFETY: the same promise.
    let handle = unsafe { checked::<O>(field, object)? }.cast_mut();
    // SAFETY: the same promise; the memory came from `give`, so it may be changed.
    Ok(unsafe { &mut (*handle).body })
}

/// The handle behind a pointer, if it is of the type.
///
/// # Safety
/// `object` is NULL or a handle of this library that was not destroyed.
unsafe fn checked<O: Object>(field: &str, object: *const O) -> Result<*const Handle<O::Body>> {
    if object.is_null() {
        return Err(null(field, O::NAME));
    }
    let handle = object.cast::<Handle<O::Body>>();
    if !handle.is_aligned() {
        return Err(wrong::<O>(field));
    }
    // SAFETY: each handle begins with its tag, of any type.
    let found = unsafe { &*object.cast::<AtomicU64>() }.load(Ordering::Relaxed);
    if found == tag::<O>() {
        Ok(handle)
    } else {
        Err(wrong::<O>(field))
    }
}

fn wrong<O: Object>(field: &str) -> Error {
    Error::new(
        ErrorCode::WrongHandle,
        format!(
            "{field}: this is no {}, or it was destroyed; pass the handle that the library gave",
            O::NAME
        ),
    )
}

/// Takes a handle back: sets the caller's pointer to NULL and returns the body of the handle. `None` for
/// NULL, and for any other object, which is left alone.
///
/// # Safety
/// `slot` is NULL or points to NULL or to a handle of this library that was not destroyed and that
/// nobody else uses.
pub(crate) unsafe fn take<O: Object>(slot: *mut *mut O) -> Option<O::Body> {
    if slot.is_null() || !slot.is_aligned() {
        return None;
    }
    // SAFETY: `slot` is not NULL, aligned and the caller's.
    let object = unsafe { *slot };
    // SAFETY: the same promise.
    let handle = unsafe { checked::<O>("handle", object) }.ok()?.cast_mut();
    // SAFETY: as above.
    unsafe { *slot = std::ptr::null_mut() };
    // SAFETY: the tag says that `give` made it; so it is a box, and the caller uses it no more.
    let handle = unsafe { Box::from_raw(handle) };
    handle.tag.store(GONE, Ordering::Relaxed);
    Some(handle.body)
}

/// Destroys the body of a handle, if it is one: the work of each `ken_x_destroy`.
///
/// # Safety
/// As for [`take`].
pub(crate) unsafe fn destroy<O: Object>(slot: *mut *mut O) -> Result<()> {
    // SAFETY: the same promise.
    drop(unsafe { take(slot) });
    Ok(())
}

/// Writes an output of a call; the last thing a call does.
///
/// # Safety
/// `out` is NULL or can be written.
pub(crate) unsafe fn put<T>(out: *mut T, value: T) {
    if !out.is_null() {
        // SAFETY: not NULL, and the caller's to be written. What was there is not dropped: it is the
        // caller's, too. It need not be aligned if a foreign language packs its structs.
        unsafe { out.write_unaligned(value) };
    }
}

/// Checks a required output before the work is done.
pub(crate) fn wanted<T>(field: &str, out: *mut T) -> Result<()> {
    if out.is_null() {
        Err(null(field, "place for the result"))
    } else {
        Ok(())
    }
}
