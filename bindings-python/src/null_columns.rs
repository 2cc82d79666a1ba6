//! Arrow streams of producers that give an array of nulls a buffer.
//!
//! Arrow's columnar format gives the Null type no buffer. Polars exports one, an empty one, and arrow-rs refuses the
//! whole batch. Only the count of buffers stands in the way: nothing ever reads them.

use std::ffi::{c_char, c_int, c_void};

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;

/// The format of the Null type in Arrow's C data interface.
const NULL: &str = "n";

/// `struct ArrowArray` of Arrow's C data interface. arrow-rs has the same layout with private fields.
#[repr(C)]
struct ArrowArray {
    length: i64,
    null_count: i64,
    offset: i64,
    n_buffers: i64,
    n_children: i64,
    buffers: *mut *const c_void,
    children: *mut *mut ArrowArray,
    dictionary: *mut ArrowArray,
    release: Option<unsafe extern "C" fn(*mut ArrowArray)>,
    private_data: *mut c_void,
}

const _: () = assert!(size_of::<ArrowArray>() == size_of::<FFI_ArrowArray>());

/// The stream of the producer, and its schema, which tells where the nulls are.
struct Producer {
    stream: FFI_ArrowArrayStream,
    schema: FFI_ArrowSchema,
}

/// Wraps a stream so that its arrays of nulls have no buffers. Returns it unchanged if it has none, or if it cannot give
/// its schema: its reader then reports why.
pub fn without_buffers(mut stream: FFI_ArrowArrayStream) -> FFI_ArrowArrayStream {
    let mut schema = FFI_ArrowSchema::empty();
    let is_given = stream.get_schema().is_some_and(|get_schema| {
        // SAFETY: the callback belongs to the stream, which is not released.
        unsafe { get_schema(&raw mut stream, &raw mut schema) == 0 }
    });
    if !is_given || !has_nulls(&schema) {
        return stream;
    }
    let producer = Box::into_raw(Box::new(Producer { stream, schema }));
    // SAFETY: the callbacks below take the private data for a `Producer`, and `release` frees it once.
    unsafe {
        FFI_ArrowArrayStream::new_unchecked(
            Some(get_schema),
            Some(get_next),
            Some(get_last_error),
            Some(release),
            producer.cast(),
        )
    }
}

fn has_nulls(schema: &FFI_ArrowSchema) -> bool {
    schema.format() == NULL || schema.children().any(has_nulls)
}

/// Takes the buffers from arrays of nulls.
///
/// # Safety
///
/// `array` must be an array of `schema`, not released, and nobody else may use it meanwhile.
unsafe fn take_buffers(array: *mut ArrowArray, schema: &FFI_ArrowSchema) {
    // SAFETY: the caller grants access to the array. The children of an array that is not released are valid, and
    // there are `n_children` of them.
    let array = unsafe { &mut *array };
    if schema.format() == NULL {
        array.n_buffers = 0;
    }
    let n_children = usize::try_from(array.n_children).unwrap_or(0);
    for (i, child) in schema.children().enumerate().take(n_children) {
        // SAFETY: as above; `i` is less than `n_children`.
        unsafe { take_buffers(*array.children.add(i), child) };
    }
}

/// Returns the producer of a wrapped stream.
///
/// # Safety
///
/// `stream` must be a stream that `without_buffers` made, not released, and not used by anybody else meanwhile.
unsafe fn producer<'a>(stream: *mut FFI_ArrowArrayStream) -> &'a mut Producer {
    // SAFETY: the private data of such a stream is a `Producer`, until `release` frees it.
    unsafe { &mut *(*stream).private_data().cast::<Producer>() }
}

unsafe extern "C" fn get_schema(
    stream: *mut FFI_ArrowArrayStream,
    out: *mut FFI_ArrowSchema,
) -> c_int {
    // SAFETY: Arrow calls this with the stream it belongs to.
    let inner = unsafe { &raw mut producer(stream).stream };
    // SAFETY: the callback belongs to the inner stream. It was there when the stream was wrapped.
    unsafe { (*inner).get_schema().map_or(-1, |call| call(inner, out)) }
}

unsafe extern "C" fn get_next(
    stream: *mut FFI_ArrowArrayStream,
    out: *mut FFI_ArrowArray,
) -> c_int {
    // SAFETY: Arrow calls this with the stream it belongs to.
    let Producer { stream, schema } = unsafe { producer(stream) };
    let Some(call) = stream.get_next() else {
        return -1;
    };
    // SAFETY: the callback belongs to the inner stream; `out` is the caller's.
    let code = unsafe { call(&raw mut *stream, out) };
    // SAFETY: a call that succeeded has written `out`; a released array marks the end of the stream.
    if code == 0 && unsafe { !(*out).is_released() } {
        // SAFETY: the array has the schema of its stream and has just been handed over.
        unsafe { take_buffers(out.cast(), schema) };
    }
    code
}

unsafe extern "C" fn get_last_error(stream: *mut FFI_ArrowArrayStream) -> *const c_char {
    // SAFETY: Arrow calls this with the stream it belongs to, after a call that failed.
    let inner = unsafe { &raw mut producer(stream).stream };
    // SAFETY: the callback belongs to the inner stream.
    unsafe {
        (*inner)
            .get_last_error()
            .map_or(std::ptr::null(), |call| call(inner))
    }
}

unsafe extern "C" fn release(stream: *mut FFI_ArrowArrayStream) {
    // SAFETY: Arrow calls this once with the stream it belongs to. The box frees the inner stream, too.
    unsafe {
        drop(Box::from_raw((*stream).private_data().cast::<Producer>()));
        std::ptr::write(stream, FFI_ArrowArrayStream::empty());
    }
}
