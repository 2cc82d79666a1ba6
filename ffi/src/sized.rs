//! Structs that say their size, so that they can grow at their end.
//!
//! A program of an earlier header hands over a shorter struct: the fields it lacks take their defaults. One of a later
//! header hands over a longer one: it is read if everything behind the known fields is zero, as the init function of
//! this library leaves it. So a library and a program of different versions work together until one of them needs a
//! field that the other does not know.

use kenpoint::{Error, Result};

use crate::text::{self, KEN_MAX_BYTES, null};
use crate::version::KEN_ABI_VERSION;

/// Greatest size of a struct of a later header, in bytes. A larger number is no size but memory that nobody filled.
const MAX_SIZE: usize = 4096;

/// A struct of the header whose first field is its size, a `u32`.
///
/// # Safety
/// The type is `repr(C)`, begins with that field, and has no bytes between or behind its fields.
pub(crate) unsafe trait SizedStruct: Copy {
    /// The offsets of the fields that an earlier header may lack, ascending, and at the end the size of the struct. No
    /// field before the first of them can be left out.
    const ENDS: &'static [usize];

    /// The size in the first release. A language without the macros of the header has this layout.
    const FIRST: usize;

    /// The struct with its defaults; its size is set later.
    fn defaults() -> Self;
}

/// Makes a struct one that says its size. Names the fields that an earlier header may lack.
macro_rules! sized {
    ($name:ident, $first:expr, [$($field:ident),+ $(,)?], $defaults:expr) => {
        // SAFETY: the struct is declared with `repr(C)`; the assertions below hold the rest.
        unsafe impl crate::sized::SizedStruct for $name {
            const ENDS: &'static [usize] = &[$(std::mem::offset_of!($name, $field),)+ size_of::<$name>()];
            const FIRST: usize = $first;

            fn defaults() -> $name {
                $defaults
            }
        }

        const _: () = assert!(
            std::mem::offset_of!($name, struct_size) == 0 && <$name as crate::sized::SizedStruct>::FIRST <= size_of::<$name>()
        );
    };
}
pub(crate) use sized;

/// The size that a struct states.
///
/// # Safety
/// `given` is NULL or points to the four bytes of the size at least.
unsafe fn stated<T: SizedStruct>(field: &str, given: *const T) -> Result<usize> {
    if given.is_null() {
        return Err(null(field, "struct"));
    }
    text::aligned(field, given)?;
    // SAFETY: not NULL, aligned, and each of these structs begins with its size.
    Ok(unsafe { *given.cast::<u32>() } as usize)
}

/// Tells if a header gave, or may give, the struct this size.
fn is_size<T: SizedStruct>(size: usize) -> bool {
    T::ENDS.contains(&size) || (size_of::<T>()..=MAX_SIZE).contains(&size)
}

/// A struct of the caller's, with the defaults of the fields that its header lacks.
///
/// # Safety
/// `given` is NULL or can be read as far as its size says.
pub(crate) unsafe fn read<T: SizedStruct>(field: &str, given: *const T) -> Result<T> {
    // SAFETY: the same promise.
    let size = unsafe { stated(field, given) }?;
    let known = size_of::<T>();
    if !is_size::<T>(size) {
        return Err(unknown_size::<T>(field, size));
    }
    let bytes = given.cast::<u8>();
    for at in known..size {
        // SAFETY: below the size that the struct states.
        if unsafe { *bytes.add(at) } != 0 {
            return Err(Error::invalid(
                &format!("{field}.struct_size"),
                size,
                &format!(
                    "this library, {}, knows the struct up to byte {known}, and the field at offset {at} is set; leave it at its default, or use a library of the version of the header",
                    ours()
                ),
            ));
        }
    }
    let mut read = T::defaults();
    // SAFETY: both are readable and writable that far; every bit pattern is one of the numbers, pointers and views that
    // these structs hold.
    unsafe {
        std::ptr::copy_nonoverlapping(bytes, (&raw mut read).cast(), size.min(known));
    }
    Ok(read)
}

/// The structs of an array, each read by `item`. They lie as far apart as the size of the first says.
///
/// # Safety
/// `n` structs of that size can be read at `first`.
pub(crate) unsafe fn each<T: SizedStruct, R>(
    field: &str,
    first: *const T,
    n: usize,
    item: impl Fn(*const T) -> Result<R>,
) -> Result<Vec<Result<R>>> {
    if n == 0 {
        return Ok(Vec::new());
    }
    // SAFETY: the same promise.
    let size = unsafe { stated(field, first) }?;
    if !is_size::<T>(size) {
        // Nothing tells where the second one lies.
        return item(first).map(|_| Vec::new());
    }
    if n > KEN_MAX_BYTES / size.clamp(size_of::<T>(), MAX_SIZE) {
        return Err(text::too_many(field, n));
    }
    let read = (0..n).map(|i| {
        let one = first.cast::<u8>().wrapping_add(i * size).cast::<T>();
        // SAFETY: the same promise.
        match unsafe { stated(field, one) }? {
            found if found == size => item(one),
            found => Err(Error::invalid(
                "struct_size",
                found,
                &format!("all structs of an array have the size of the first, {size}"),
            )),
        }
    });
    Ok(read.collect())
}

/// Fills a struct of `size` bytes with defaults, as the init function of a header where it has that size: the known
/// fields that fit, and zeros behind them.
///
/// # Safety
/// `out` is NULL, or `size` bytes can be written there.
pub(crate) unsafe fn init<T: SizedStruct>(out: *mut T, size: usize) -> Result<()> {
    let stated = u32::try_from(size).unwrap_or(u32::MAX);
    if out.is_null() || size < size_of_val(&stated) {
        return Ok(());
    }
    let (mut filled, known) = (T::defaults(), size_of::<T>());
    // SAFETY: each of these structs begins with its size; `out` can be written that far, and need not be aligned.
    unsafe {
        (&raw mut filled).cast::<u32>().write(stated);
        std::ptr::copy_nonoverlapping(
            (&raw const filled).cast(),
            out.cast::<u8>(),
            size.min(known),
        );
        if size > known {
            out.cast::<u8>().add(known).write_bytes(0, size - known);
        }
    }
    Ok(())
}

/// Writes an output into a struct that the caller's init function filled: the fields that it knows, and zeros behind
/// those that this library knows.
///
/// # Safety
/// `out` is NULL, or can be written as far as its size says.
pub(crate) unsafe fn write<T: SizedStruct>(field: &str, out: *mut T, value: T) -> Result<()> {
    // SAFETY: the same promise.
    let size = unsafe { stated(field, out.cast_const()) }?;
    if !is_size::<T>(size) {
        return Err(unknown_size::<T>(field, size));
    }
    let (mut value, known) = (value, size_of::<T>());
    // SAFETY: each of these structs begins with its size; `out` can be written as far as that.
    unsafe {
        (&raw mut value).cast::<u32>().write(size as u32);
        std::ptr::copy_nonoverlapping((&raw const value).cast(), out.cast::<u8>(), size.min(known));
        if size > known {
            out.cast::<u8>().add(known).write_bytes(0, size - known);
        }
    }
    Ok(())
}

fn unknown_size<T>(field: &str, size: usize) -> Error {
    Error::invalid(
        &format!("{field}.struct_size"),
        size,
        &format!(
            "this library, {}, knows {} bytes, and no header gave the struct this size; fill it with its init function",
            ours(),
            size_of::<T>()
        ),
    )
}

/// The version of this library, in errors.
fn ours() -> String {
    format!(
        "version {} with the binary interface {KEN_ABI_VERSION}",
        env!("CARGO_PKG_VERSION")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Today's struct, of 24 bytes; yesterday's had no `limit`.
    #[repr(C)]
    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Today {
        struct_size: u32,
        explain: u32,
        offset: u64,
        limit: u64,
    }
    sized!(
        Today,
        16,
        [limit],
        Today {
            struct_size: 0,
            explain: 0,
            offset: 3,
            limit: 10,
        }
    );

    fn read_words(words: &[u64]) -> Result<Today> {
        // SAFETY: the words are aligned and as many as each test states.
        unsafe { read("request", words.as_ptr().cast()) }
    }

    fn sized(size: u64, explain: u64) -> u64 {
        if cfg!(target_endian = "little") {
            size | explain << 32
        } else {
            size << 32 | explain
        }
    }

    #[test]
    fn a_field_that_yesterday_lacked_has_its_default() {
        let read = read_words(&[sized(16, 1), 7]).unwrap();
        assert_eq!((read.explain, read.offset, read.limit), (1, 7, 10));
        let read = read_words(&[sized(24, 1), 7, 5]).unwrap();
        assert_eq!((read.offset, read.limit), (7, 5));
    }

    #[test]
    fn a_field_of_tomorrow_is_read_while_it_is_zero() {
        assert_eq!(read_words(&[sized(40, 0), 7, 5, 0, 0]).unwrap().limit, 5);
        let error = read_words(&[sized(40, 0), 7, 5, 0, sized(0, 1)]).unwrap_err();
        let at = if cfg!(target_endian = "little") {
            36
        } else {
            39
        };
        assert!(
            error.message().contains("request.struct_size: \"40\""),
            "{error}"
        );
        assert!(
            error.message().contains(&format!("offset {at} ")),
            "{error}"
        );
        assert!(
            error.message().contains("knows the struct up to byte 24"),
            "{error}"
        );
        assert!(
            error.message().contains(env!("CARGO_PKG_VERSION")),
            "{error}"
        );
    }

    #[test]
    fn a_size_that_no_header_gave_is_refused() {
        for size in [0, 8, 12, 17, 23, 4097, u64::from(u32::MAX)] {
            let error = read_words(&[sized(size, 0), 7, 5]).unwrap_err();
            assert!(
                error
                    .message()
                    .contains(&format!("struct_size: \"{size}\" ")),
                "{error}"
            );
        }
        // SAFETY: NULL may be given.
        assert!(unsafe { read::<Today>("request", std::ptr::null()) }.is_err());
    }

    #[test]
    fn an_array_lies_as_its_first_struct_says() {
        let all = |words: &[u64], n| {
            // SAFETY: the words are aligned and as many as the structs.
            unsafe {
                each("requests", words.as_ptr().cast::<Today>(), n, |one| {
                    Ok(read("request", one)?.offset)
                })
            }
        };
        let found = all(&[sized(16, 0), 1, sized(16, 0), 2, sized(24, 0), 3], 3).unwrap();
        assert_eq!(*found[1].as_ref().unwrap(), 2);
        let error = found[2].as_ref().unwrap_err().message();
        assert!(error.starts_with("struct_size: \"24\""), "{error}");
        assert!(all(&[sized(8, 0), 1], 1).is_err());
        assert!(
            all(&[sized(16, 0)], 1 << 40)
                .unwrap_err()
                .message()
                .contains("requests")
        );
        assert!(all(&[], 0).unwrap().is_empty());
    }

    #[test]
    fn an_output_is_written_as_far_as_the_caller_knows_it() {
        let value = Today {
            struct_size: 0,
            explain: 1,
            offset: 2,
            limit: 3,
        };
        for (size, written) in [
            (16, [sized(16, 1), 2, 9, 9, 9]),
            (24, [sized(24, 1), 2, 3, 9, 9]),
            (32, [sized(32, 1), 2, 3, 0, 9]),
        ] {
            let mut words = [sized(size, 0), 9, 9, 9, 9];
            // SAFETY: the words have room for the size.
            unsafe { write("out", words.as_mut_ptr().cast(), value) }.unwrap();
            assert_eq!(words, written, "{size}");
        }
        let mut words = [sized(8, 0), 9, 9];
        // SAFETY: as above.
        let error = unsafe { write("out", words.as_mut_ptr().cast::<Today>(), value) };
        assert!(
            error
                .unwrap_err()
                .message()
                .starts_with("out.struct_size: \"8\" ")
        );
        assert_eq!(words, [sized(8, 0), 9, 9]);
    }

    #[test]
    fn init_writes_no_byte_behind_the_size() {
        for (size, filled) in [
            (16, [sized(16, 0), 3, u64::MAX, u64::MAX, u64::MAX]),
            (24, [sized(24, 0), 3, 10, u64::MAX, u64::MAX]),
            (32, [sized(32, 0), 3, 10, 0, u64::MAX]),
            (0, [u64::MAX; 5]),
        ] {
            let mut words = [u64::MAX; 5];
            // SAFETY: the words have room for the size.
            unsafe { init(words.as_mut_ptr().cast::<Today>(), size) }.unwrap();
            assert_eq!(words, filled, "{size}");
        }
    }
}
