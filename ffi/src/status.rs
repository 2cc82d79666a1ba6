//! Status codes.

use std::ffi::c_int;

use kenpoint::ErrorCode;

use crate::guard::guard_value;
use crate::text::ken_str;

/// The answer of a call: `KEN_OK`, or one of the codes below. The numbers are those of the library in
/// every language, and never used for anything else. Callers must accept unknown numbers: a later
/// library may answer with them.
pub type ken_status = c_int;

/// The call succeeded.
pub const KEN_OK: ken_status = 0;
/// A field holds a value outside its documented range or form.
pub const KEN_ERR_INVALID_VALUE: ken_status = 101;
/// A text, list or number of items is over its documented limit.
pub const KEN_ERR_TOO_LARGE: ken_status = 102;
/// Bytes that must be UTF-8 are not.
pub const KEN_ERR_INVALID_UTF8: ken_status = 103;
/// A query does not follow the query language, or is over its limits.
pub const KEN_ERR_INVALID_QUERY: ken_status = 104;
/// Two fields contradict each other (a range that ends before it begins, a cyclic order).
pub const KEN_ERR_CONTRADICTION: ken_status = 105;
/// A name that is not in the base's vocabulary (audience label, field, filter).
pub const KEN_ERR_UNKNOWN_NAME: ken_status = 106;
/// A record of an import could not be read; the report names line and reason.
pub const KEN_ERR_INVALID_RECORD: ken_status = 107;
/// A required pointer or object is missing; pass one.
pub const KEN_ERR_NULL_ARGUMENT: ken_status = 108;
/// A handle is of another type than the call wants, or was destroyed.
pub const KEN_ERR_WRONG_HANDLE: ken_status = 109;
/// No article has this id.
pub const KEN_ERR_ARTICLE_NOT_FOUND: ken_status = 201;
/// No case has this id.
pub const KEN_ERR_CASE_NOT_FOUND: ken_status = 202;
/// No session has this id.
pub const KEN_ERR_SESSION_NOT_FOUND: ken_status = 203;
/// No link of this type joins the case and the article.
pub const KEN_ERR_LINK_NOT_FOUND: ken_status = 204;
/// No version of the article has this number.
pub const KEN_ERR_VERSION_NOT_FOUND: ken_status = 205;
/// The article changed since the version that the call expects.
pub const KEN_ERR_VERSION_CONFLICT: ken_status = 206;
/// The id is taken by something else.
pub const KEN_ERR_ALREADY_EXISTS: ken_status = 207;
/// The change is not allowed from the present state (a merged article is edited, say).
pub const KEN_ERR_INVALID_TRANSITION: ken_status = 208;
/// An impression token is unknown, damaged or of another base.
pub const KEN_ERR_INVALID_IMPRESSION: ken_status = 209;
/// The instant lies before the first record, or after the last known one.
pub const KEN_ERR_OUT_OF_HISTORY: ken_status = 210;
/// The caller asked to stop, through a progress callback or a cancel callback.
pub const KEN_ERR_CANCELLED: ken_status = 211;
/// The base was closed; open it again.
pub const KEN_ERR_CLOSED: ken_status = 212;
/// A callback made a call that is not allowed there: a log callback that calls its own base, for example.
pub const KEN_ERR_NOT_ALLOWED_HERE: ken_status = 213;
/// The handle was opened before a fork and is used in the child; open the base in the child.
pub const KEN_ERR_FORKED_HANDLE: ken_status = 214;
/// Another process, or another handle of this one, owns the base.
pub const KEN_ERR_BUSY: ken_status = 301;
/// The file or folder cannot be read or written (missing, permission, not a file).
pub const KEN_ERR_IO: ken_status = 302;
/// The disk is full. Reading goes on; writing goes on once there is space.
pub const KEN_ERR_DISK_FULL: ken_status = 303;
/// The file is not a kenpoint base.
pub const KEN_ERR_NOT_A_BASE: ken_status = 304;
/// The file was written by a newer kenpoint; it is left untouched.
pub const KEN_ERR_FORMAT_TOO_NEW: ken_status = 305;
/// A checksum or an invariant of the stored data does not hold.
pub const KEN_ERR_CORRUPT: ken_status = 306;
/// An earlier write failed and the store could not be brought back; reopen the base.
pub const KEN_ERR_POISONED: ken_status = 307;
/// The base would need more memory than its limit. Nothing was written; reading goes on.
pub const KEN_ERR_MEMORY_LIMIT: ken_status = 308;
/// A shard of a snapshot that is loaded on demand is not here yet. The C library loads shards itself.
pub const KEN_ERR_NOT_LOADED: ken_status = 309;
/// The base was opened read-only. Nothing was written; open it without `read_only` to change it.
pub const KEN_ERR_READ_ONLY: ken_status = 310;
/// The text index could not be read or written; it is rebuilt from the store.
pub const KEN_ERR_INDEX_FAILED: ken_status = 401;
/// A fault of ours. Please report it with the message.
pub const KEN_ERR_INTERNAL: ken_status = 901;
/// A panic was caught at the boundary of a binding. The base takes no more calls; open it again.
pub const KEN_ERR_PANICKED: ken_status = 902;

/// The name of a status: `KEN_OK` is `Ok`, `KEN_ERR_ARTICLE_NOT_FOUND` is `ArticleNotFound`.
///
/// - `status`: the status of a call.
///
/// Returns a view that lives for ever, or the empty text for a number that is no status.
#[unsafe(no_mangle)]
pub extern "C" fn ken_status_name(status: ken_status) -> ken_str {
    guard_value(ken_str::empty(), || {
        let code = u16::try_from(status).ok().and_then(ErrorCode::from_number);
        Ok(match (status, code) {
            (KEN_OK, _) => ken_str::of("Ok"),
            (_, Some(code)) => ken_str::of(code.name()),
            _ => ken_str::empty(),
        })
    })
}
