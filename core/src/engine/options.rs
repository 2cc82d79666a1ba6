//! How a base is opened.

use std::sync::Arc;

use super::shared::{Base, Shared};
use crate::error::{Error, Result};
use crate::model::audience::AudienceScheme;
use crate::model::validate;
use crate::store::backend::{Backend, Batch, Durability, Table};
use crate::store::codec;
use crate::store::fold::Fixed;
use crate::store::memory::MemoryBackend;
use crate::time::Clock;

/// How a base is opened. Made by [`Base::in_memory`] or `Base::on_disk`.
///
/// ```
/// use kenpoint::{Base, FixedClock, Timestamp};
/// let clock = FixedClock::at("2026-11-20".parse().unwrap());
/// let base = Base::in_memory().clock(clock).seed(7).open().unwrap();
/// assert_eq!(base.now().to_string(), "2026-11-20T00:00:00.000Z");
/// ```
pub struct BaseOptions {
    pub(super) place: Place,
    pub(super) clock: Option<Box<dyn Clock>>,
    seed: u64,
    audiences: AudienceScheme,
    language: String,
    #[cfg(feature = "disk")]
    pub(super) check: crate::store::disk::Check,
    #[cfg(feature = "disk")]
    pub(super) cache_bytes: usize,
    #[cfg(feature = "disk")]
    pub(super) absorb_after: u64,
    #[cfg(feature = "disk")]
    pub(super) background: bool,
}

/// Where a base is kept.
pub(super) enum Place {
    Memory,
    Store(Arc<dyn Backend>),
    #[cfg(feature = "disk")]
    Folder(std::path::PathBuf),
}

impl BaseOptions {
    pub(super) fn new(place: Place) -> BaseOptions {
        BaseOptions {
            place,
            clock: None,
            seed: 0,
            audiences: AudienceScheme::default(),
            language: "en".to_owned(),
            #[cfg(feature = "disk")]
            check: crate::store::disk::Check::Full,
            #[cfg(feature = "disk")]
            cache_bytes: 256 << 20,
            #[cfg(feature = "disk")]
            absorb_after: 4_096,
            #[cfg(feature = "disk")]
            background: true,
        }
    }

    /// Where calls that are given no instant ask for it. Default: the machine's clock; there is none on
    /// wasm32-unknown-unknown, so one must be given there.
    pub fn clock(mut self, clock: impl Clock + 'static) -> BaseOptions {
        self.clock = Some(Box::new(clock));
        self
    }

    /// Makes ids of events that come without one. Asked when the base is made, fixed from then on.
    pub fn seed(mut self, seed: u64) -> BaseOptions {
        self.seed = seed;
        self
    }

    /// Who may see what. Asked when the base is made, fixed from then on.
    pub fn audiences(mut self, scheme: AudienceScheme) -> BaseOptions {
        self.audiences = scheme;
        self
    }

    /// The language of cases and facts. Asked when the base is made, fixed from then on. Default: `en`.
    pub fn language(mut self, tag: impl Into<String>) -> BaseOptions {
        self.language = tag.into();
        self
    }

    /// Opens the base, or makes it.
    pub fn open(mut self) -> Result<Base> {
        validate::language("language", &self.language)?;
        let clock = match self.clock.take() {
            Some(clock) => clock,
            None => default_clock()?,
        };
        match std::mem::replace(&mut self.place, Place::Memory) {
            Place::Memory => {
                let store: Arc<dyn Backend> = Arc::new(MemoryBackend::new());
                let fixed = self.fixed(&*store)?;
                Shared::open(store, fixed, clock)
            }
            Place::Store(store) => {
                let fixed = self.fixed(&*store)?;
                Shared::open(store, fixed, clock)
            }
            #[cfg(feature = "disk")]
            Place::Folder(folder) => super::disk::open(&self, &folder, clock),
        }
    }

    /// What is fixed: as the store says, or as the options say for a new one.
    pub(super) fn fixed(&self, store: &dyn Backend) -> Result<Fixed> {
        if let Some(bytes) = store.get(Table::Meta, b"base")? {
            let (audiences, language, seed, base) = codec::decode(&bytes, "the base's own record")?;
            return Ok(Fixed {
                audiences,
                language,
                seed,
                base,
            });
        }
        let name = serde_json::to_vec(&(&self.audiences, &self.language, self.seed))
            .map_err(|e| Error::internal(format!("the scheme cannot be written: {e}")))?;
        let base = codec::hash(&name)
            .iter()
            .take(8)
            .fold(0u64, |word, byte| word << 8 | u64::from(*byte));
        let record = codec::encode(&(&self.audiences, &self.language, self.seed, base))?;
        let mut batch = Batch::new();
        batch.insert((Table::Meta, b"base".to_vec()), Some(record));
        store.commit(&batch, Durability::Immediate)?;
        Ok(Fixed {
            audiences: self.audiences.clone(),
            language: self.language.clone(),
            seed: self.seed,
            base,
        })
    }
}

#[cfg(feature = "disk")]
impl BaseOptions {
    /// Whether the file is checked against its checksums when it is opened. Default: all of it; cost:
    /// one read of the file.
    pub fn trust_file(mut self, trust: bool) -> BaseOptions {
        use crate::store::disk::Check;
        self.check = if trust { Check::Trust } else { Check::Full };
        self
    }

    /// Memory for pages of the store. Bytes; default 256 MiB.
    pub fn cache_bytes(mut self, bytes: usize) -> BaseOptions {
        self.cache_bytes = bytes;
        self
    }

    /// How many new documents stay in memory before they are put into the index on disk. Default 4096.
    pub fn absorb_after(mut self, documents: u64) -> BaseOptions {
        self.absorb_after = documents.max(1);
        self
    }

    /// Whether a thread of this base puts new documents into the index and makes relaxed events durable
    /// within a second. Without it, the writer that crosses the limit does it. Default: yes.
    pub fn background(mut self, background: bool) -> BaseOptions {
        self.background = background;
        self
    }
}

#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
fn default_clock() -> Result<Box<dyn Clock>> {
    Ok(Box::new(crate::time::SystemClock))
}

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
fn default_clock() -> Result<Box<dyn Clock>> {
    Err(Error::invalid(
        "clock",
        "",
        "this platform has no clock of its own: pass one to BaseOptions::clock",
    ))
}
