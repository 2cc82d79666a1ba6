//! `ken_resources`: threads and one cache that many bases share.

use kenpoint::{Error, ErrorCode, Result, SharedResources};

use crate::buf::{self, ken_buf};
use crate::error::ken_error;
use crate::fork::Birthplace;
use crate::guard::{guard, guard_value};
use crate::handle::{self, Object};
use crate::options::ken_options;
use crate::status::ken_status;

/// Threads and one cache that many bases share, so that neither grows with the number of bases. Owned by the caller,
/// who destroys it with `ken_resources_destroy`; bases opened with it go on, and it ends with the last of them. Any
/// number of threads may use it at once. A process that forks makes these in the child, like its bases: there a base
/// that is opened with those of the parent fails with `KEN_ERR_FORKED_HANDLE`.
pub struct ken_resources {
    _opaque: [u8; 0],
}

/// The body of the handle.
pub(crate) struct Body {
    resources: SharedResources,
    born: Birthplace,
}

impl Object for ken_resources {
    type Body = Body;
    const TAG: &'static [u8; 8] = b"kenresou";
    const NAME: &'static str = "ken_resources";
}

/// Makes resources for many bases. `ken_options_set_resources` gives them to the options of each.
///
/// - `threads`: the greatest number of threads for batches, and of those for background work, 1 to 256; 0: one for each
///   core. They start with their first work.
/// - `cache_bytes`: the ceiling of the memory for pages of all stores on disk, at least 1048576; 0: 268435456.
/// - `out`: set to the resources. Owned by the caller; destroy them with `ken_resources_destroy`.
///
/// Errors: `KEN_ERR_INVALID_VALUE` for a number out of its range, `KEN_ERR_NULL_ARGUMENT`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_resources_new(
    threads: u32,
    cache_bytes: u64,
    out: *mut *mut ken_resources,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        handle::wanted("out", out)?;
        let mut options = SharedResources::options();
        if threads > 0 {
            options = options.threads(threads as usize);
        }
        if cache_bytes > 0 {
            options = options.cache_bytes(bytes("cache_bytes", cache_bytes)?);
        }
        // SAFETY: the header requires a writable `out`.
        unsafe {
            handle::put(
                out,
                handle::give(Body {
                    resources: options.build()?,
                    born: Birthplace::here(),
                }),
            )
        };
        Ok(())
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

fn bytes(name: &str, value: u64) -> Result<usize> {
    usize::try_from(value)
        .map_err(|_| Error::invalid(name, value, "this machine addresses less memory"))
}

/// Gives a base the threads and the cache of these resources in place of its own. Opening fails with
/// `KEN_ERR_CONTRADICTION` if `threads` or `cache_bytes` is set in the options too.
///
/// - `options`: borrowed.
/// - `resources`: borrowed; may be destroyed while the options or the bases live.
///
/// Errors: `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_options_set_resources(
    options: *mut ken_options,
    resources: *const ken_resources,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        // SAFETY: the header requires handles or NULL.
        let (settings, resources) = unsafe {
            (
                handle::body_mut("options", options)?,
                handle::body("resources", resources)?,
            )
        };
        settings.share(&resources.resources);
        Ok(())
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// The present use of resources: bases on disk that are open with them, threads that were started, bytes of the cache
/// and its ceiling.
///
/// - `resources`: borrowed.
/// - `out`: set to JSON, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`, `KEN_ERR_FORKED_HANDLE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_resources_stats(
    resources: *const ken_resources,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a handle or NULL.
        let body = unsafe { handle::body("resources", resources) }?;
        if !body.born.is_here() {
            return Err(Error::new(
                ErrorCode::ForkedHandle,
                "resources: they were made before a fork, in another process; make them in the process that uses them",
            ));
        }
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, &body.resources.stats()) }
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// Destroys resources and sets the caller's pointer to NULL. Bases opened with them go on.
///
/// - `resources`: may be NULL, and may point to NULL: then nothing happens, so it may be called twice.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_resources_destroy(resources: *mut *mut ken_resources) {
    // SAFETY: the header requires a pointer to a handle or to NULL, or NULL.
    guard_value((), || unsafe { handle::destroy(resources) });
}
