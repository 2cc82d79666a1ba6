//! `ken_options`: how a base is opened, set by name.

use std::ffi::{c_int, c_void};
use std::str::FromStr;
use std::sync::Arc;

use kenpoint::exchange::json;
use kenpoint::model::AudienceScheme;
use kenpoint::model::audience::AudienceLabel;
use kenpoint::{
    BaseOptions, Clock, Error, ErrorCode, Notice, NoticeLevel, Result, SharedResources, Timestamp,
};

use crate::callback::{
    HostData, KEN_LOG_DEBUG, KEN_LOG_ERROR, KEN_LOG_INFO, KEN_LOG_WARNING, ken_clock_fn,
    ken_drop_fn, ken_log_fn,
};
use crate::error::ken_error;
use crate::gate::Gate;
use crate::guard::{guard, guard_value};
use crate::handle::{self, Object};
use crate::status::ken_status;
use crate::text::{self, ken_str, null};

/// The options of a base. Owned by the caller, who destroys it with `ken_options_destroy`; it may be
/// used for any number of bases, and destroyed while they are open. Not for two threads at once.
pub struct ken_options {
    _opaque: [u8; 0],
}

impl Object for ken_options {
    type Body = Settings;
    const TAG: &'static [u8; 8] = b"kenoptio";
    const NAME: &'static str = "ken_options";
}

/// The options that were set; the core's defaults hold for the rest.
#[derive(Default)]
pub(crate) struct Settings {
    set: Vec<Setting>,
    clock: Option<Arc<HostClock>>,
    log: Option<Arc<HostLog>>,
    resources: Option<SharedResources>,
}

#[derive(Clone)]
enum Setting {
    Seed(u64),
    Language(String),
    Audiences(AudienceScheme),
    Threads(usize),
    MemoryLimit(u64),
    CacheBytes(usize),
    AbsorbAfter(u64),
    Background(bool),
    TrustFile(bool),
    ReadOnly(bool),
}

/// The names, in the order of the header's table.
const NAMES: &str = "seed, language, audiences, threads, memory_limit, cache_bytes, index_flush_docs, background, trust_file, read_only";

impl Setting {
    fn read(name: &str, value: &str) -> Result<Setting> {
        Ok(match name {
            "seed" => Setting::Seed(number(name, value)?),
            "language" => Setting::Language(value.to_owned()),
            "audiences" => Setting::Audiences(audiences(value)?),
            "threads" => Setting::Threads(number(name, value)?),
            "memory_limit" => Setting::MemoryLimit(number(name, value)?),
            "cache_bytes" => Setting::CacheBytes(number(name, value)?),
            "index_flush_docs" => Setting::AbsorbAfter(number(name, value)?),
            "background" => Setting::Background(yes_or_no(name, value)?),
            "trust_file" => Setting::TrustFile(yes_or_no(name, value)?),
            "read_only" => Setting::ReadOnly(yes_or_no(name, value)?),
            other => {
                return Err(Error::new(
                    ErrorCode::UnknownName,
                    format!("name: there is no option {other:?}; it is one of: {NAMES}"),
                ));
            }
        })
    }

    fn apply(self, options: BaseOptions) -> BaseOptions {
        match self {
            Setting::Seed(seed) => options.seed(seed),
            Setting::Language(tag) => options.language(tag),
            Setting::Audiences(scheme) => options.audiences(scheme),
            Setting::Threads(n) => options.threads(n),
            Setting::MemoryLimit(bytes) => options.memory_limit(bytes),
            Setting::CacheBytes(bytes) => options.cache_bytes(bytes),
            Setting::AbsorbAfter(documents) => options.index_flush_docs(documents),
            Setting::Background(on) => options.background(on),
            Setting::TrustFile(on) => options.trust_file(on),
            Setting::ReadOnly(on) => options.read_only(on),
        }
    }
}

fn number<T: FromStr>(name: &str, value: &str) -> Result<T> {
    value
        .parse()
        .map_err(|_| Error::invalid(name, value, "it is a whole number in decimal digits"))
}

fn yes_or_no(name: &str, value: &str) -> Result<bool> {
    match value {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Error::invalid(name, value, "it is true or false")),
    }
}

fn audiences(value: &str) -> Result<AudienceScheme> {
    #[derive(serde::Deserialize)]
    struct Labels {
        labels: Vec<AudienceLabel>,
    }
    let Labels { labels } = json::read("audiences", value)?;
    AudienceScheme::new(labels)
}

impl Settings {
    /// Shares these resources with other bases.
    pub fn share(&mut self, resources: &SharedResources) {
        self.resources = Some(resources.clone());
    }

    /// The core's options, with the settings of these.
    pub fn apply(&self, mut options: BaseOptions, gate: &Arc<Gate>) -> BaseOptions {
        for setting in &self.set {
            options = setting.clone().apply(options);
        }
        if let Some(resources) = &self.resources {
            options = options.resources(resources);
        }
        if let Some(clock) = &self.clock {
            options = options.clock(Arc::clone(clock));
        }
        if let Some(log) = &self.log {
            let (log, gate) = (Arc::clone(log), Arc::clone(gate));
            options = options.on_notice(move |notice| gate.within(|| log.tell(notice)));
        }
        options
    }
}

/// A clock of the host's.
struct HostClock {
    clock: unsafe extern "C" fn(data: *mut c_void) -> i64,
    data: HostData,
}

impl Clock for HostClock {
    fn now(&self) -> Timestamp {
        // SAFETY: the host's function with the host's data, as the header says.
        let ms = unsafe { (self.clock)(self.data.get()) };
        // A clock has nobody to answer an error to: an instant outside of time is its nearest end.
        Timestamp::from_ms(ms).unwrap_or(if ms < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        })
    }
}

/// A log of the host's.
struct HostLog {
    log: unsafe extern "C" fn(data: *mut c_void, level: c_int, topic: ken_str, message: ken_str),
    most: c_int,
    data: HostData,
}

impl HostLog {
    fn tell(&self, notice: &Notice) {
        let level = match notice.level {
            NoticeLevel::Error => KEN_LOG_ERROR,
            NoticeLevel::Warning => KEN_LOG_WARNING,
            NoticeLevel::Info => KEN_LOG_INFO,
            _ => KEN_LOG_DEBUG,
        };
        if level > self.most {
            return;
        }
        let (topic, message) = (ken_str::of(notice.topic), ken_str::of(&notice.message));
        // SAFETY: the host's function with the host's data; the texts live during the call.
        unsafe { (self.log)(self.data.get(), level, topic, message) };
    }
}

/// Makes options in which nothing is set: the defaults of the table at `ken_options_set`.
///
/// - `out`: set to the new options. Owned by the caller; destroy them with `ken_options_destroy`.
///
/// Errors: `KEN_ERR_NULL_ARGUMENT`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_options_new(
    out: *mut *mut ken_options,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a writable `out`.
        unsafe { handle::put(out, handle::give(Settings::default())) };
        Ok(())
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// Sets an option by its name. Setting it again replaces it.
///
/// | name | value | default |
/// |---|---|---|
/// | `seed` | a number from 0 to 2^64-1 that makes the ids of events which come without one; fixed when the base is made | 0 |
/// | `language` | the language tag of cases and facts; fixed when the base is made | en |
/// | `audiences` | JSON `{"labels":[{"name":..,"inward":[..],"floor":..,"reads_cases":..,"sees_expired":..}]}`; fixed when the base is made | team < internal < partner < customer < public |
/// | `threads` | threads for batches, 0 to 256; 0: all work on the caller's thread | one for each core |
/// | `memory_limit` | bytes the base may use; opening and writing beyond it fail with `KEN_ERR_MEMORY_LIMIT` | none |
/// | `cache_bytes` | bytes for pages of the store on disk, at most `memory_limit` | 268435456, or a quarter of `memory_limit` if that is less |
/// | `index_flush_docs` | new documents, at least 1, that stay in memory before they are flushed to the index on disk | 4096 |
/// | `background` | true: a thread of the base keeps the index on disk up to date and makes events of reading durable within a second; false: writers do the former | true |
/// | `trust_file` | true: open without comparing the file with its checksums | false |
/// | `read_only` | true: open a base that exists and write nothing to its folder, which may be on a read-only file system; every write fails with `KEN_ERR_READ_ONLY`; several may have it open so at once, and nobody otherwise | false |
///
/// - `options`: borrowed.
/// - `name`: borrowed.
/// - `value`: borrowed; text, numbers in decimal digits.
///
/// Errors: `KEN_ERR_UNKNOWN_NAME` for a name not in the table, `KEN_ERR_INVALID_VALUE`,
/// `KEN_ERR_INVALID_RECORD`, `KEN_ERR_CONTRADICTION` for a value, `KEN_ERR_NULL_ARGUMENT`,
/// `KEN_ERR_WRONG_HANDLE`, `KEN_ERR_INVALID_UTF8`, `KEN_ERR_TOO_LARGE`. Ranges are checked when a base is opened.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_options_set(
    options: *mut ken_options,
    name: ken_str,
    value: ken_str,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        // SAFETY: the header requires a handle or NULL, and readable views.
        let (settings, name, value) = unsafe {
            (
                handle::body_mut("options", options)?,
                text::text("name", name)?,
                text::text("value", value)?,
            )
        };
        settings.set.push(Setting::read(name, value)?);
        Ok(())
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// Gives a base another clock than the machine's: for tests, replays and imports of history. It is
/// asked in each call that is given no instant of its own, and for when a record arrives.
///
/// - `options`: borrowed.
/// - `clock`: the callback.
/// - `data`: handed to it; may be NULL.
/// - `drop`: frees `data` when neither these options nor a base need it any more, also if this call
///   fails; may be NULL.
///
/// Errors: `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_options_set_clock(
    options: *mut ken_options,
    clock: ken_clock_fn,
    data: *mut c_void,
    drop: ken_drop_fn,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        let data = HostData::new(data, drop);
        // SAFETY: the header requires a handle or NULL.
        let settings = unsafe { handle::body_mut("options", options)? };
        let clock = clock.ok_or_else(|| null("clock", "callback"))?;
        // The previous value is dropped last: its data is freed by the host.
        let _before = settings.clock.replace(Arc::new(HostClock { clock, data }));
        Ok(())
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// Sends log messages to the host. Nothing is logged otherwise.
///
/// - `options`: borrowed.
/// - `level`: the last level that is logged, `KEN_LOG_ERROR` to `KEN_LOG_DEBUG`.
/// - `log`: the callback.
/// - `data`: handed to it; may be NULL.
/// - `drop`: frees `data` when neither these options nor a base need it any more, also if this call
///   fails; may be NULL.
///
/// Errors: `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`, `KEN_ERR_INVALID_VALUE` for the level.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_options_set_log(
    options: *mut ken_options,
    level: c_int,
    log: ken_log_fn,
    data: *mut c_void,
    drop: ken_drop_fn,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        let data = HostData::new(data, drop);
        // SAFETY: the header requires a handle or NULL.
        let settings = unsafe { handle::body_mut("options", options)? };
        let log = log.ok_or_else(|| null("log", "callback"))?;
        if !(KEN_LOG_ERROR..=KEN_LOG_DEBUG).contains(&level) {
            return Err(Error::invalid(
                "level",
                level,
                "it lies from KEN_LOG_ERROR to KEN_LOG_DEBUG",
            ));
        }
        let _before = settings.log.replace(Arc::new(HostLog {
            log,
            most: level,
            data,
        }));
        Ok(())
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// Destroys options and sets the caller's pointer to NULL. Bases opened with them go on.
///
/// - `options`: may be NULL, and may point to NULL: then nothing happens, so it may be called twice.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_options_destroy(options: *mut *mut ken_options) {
    // SAFETY: the header requires a pointer to a handle or to NULL, or NULL.
    guard_value((), || unsafe { handle::destroy(options) });
}
