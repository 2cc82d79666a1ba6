//! Past states of a base: what it knew at an instant, and the answers it would have given.

use std::sync::Arc;

use super::handle::Base;
use super::inner::{Env, WriteAccess};
use super::notice::Notices;
use crate::cancel::Checkpoint;
use crate::error::{Error, ErrorCode, Result};
use crate::model::EventKind;
use crate::projection::config::BaseConfig;
use crate::projection::log;
use crate::projection::{self, Effects};
use crate::settings::RankPolicy;
use crate::state::delta;
use crate::store::backend::{Backend, Batch, Durability, Table};
use crate::store::codec;
use crate::store::memory::MemoryBackend;
use crate::store::txn::Txn;
use crate::time::Timestamp;

/// A past state to query: an instant, and optionally a policy to try. A `Timestamp` alone converts into it.
///
/// ```
/// use kenpoint::{AsOf, Base, RankPolicy};
/// let base = Base::in_memory().open().unwrap();
/// let policy = RankPolicy { usefulness_exponent: 1.0, ..base.policy() };
/// let past = base.as_of(AsOf::new(base.now()).policy(policy)).unwrap();
/// assert_eq!(past.policy().usefulness_exponent, 1.0);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AsOf {
    /// Only the events that had arrived by this instant are known.
    pub known: Timestamp,
    /// A policy that ranks as if it had always been in force. Policy changes in the log are ignored. Readers' events
    /// stay as they happened under the policies of their time.
    pub policy: Option<RankPolicy>,
}

impl AsOf {
    /// The base as it was at this instant.
    pub fn new(known: Timestamp) -> AsOf {
        AsOf {
            known,
            policy: None,
        }
    }

    /// Sets a policy to try.
    pub fn policy(mut self, policy: RankPolicy) -> AsOf {
        self.policy = Some(policy);
        self
    }
}

impl From<Timestamp> for AsOf {
    fn from(known: Timestamp) -> AsOf {
        AsOf::new(known)
    }
}

/// A sweep over past states: ascending instants, and optionally a policy to try. A list of instants alone converts
/// into it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Replay {
    /// The instants, ascending.
    pub instants: Vec<Timestamp>,
    /// A policy that ranks as if it had always been in force, see [`AsOf::policy`].
    pub policy: Option<RankPolicy>,
}

impl Replay {
    /// The base as it was at each of these instants.
    pub fn new(instants: impl Into<Vec<Timestamp>>) -> Replay {
        Replay {
            instants: instants.into(),
            policy: None,
        }
    }

    /// Sets a policy to try.
    pub fn policy(mut self, policy: RankPolicy) -> Replay {
        self.policy = Some(policy);
        self
    }
}

impl<T: Into<Vec<Timestamp>>> From<T> for Replay {
    fn from(instants: T) -> Replay {
        Replay::new(instants)
    }
}

impl Base {
    /// Returns the base as it was at an instant. It knows the prefix of the log that had arrived by then, its clock
    /// stands at that instant, it answers as the base would have answered, and it rejects writes.
    ///
    /// Cost: one projection of the log up to that instant, one read of the instant of every record of the log, and the
    /// texts of that time in memory. For many instants use
    /// [`Base::replay`].
    ///
    /// Fails with `InvalidValue` or `Contradiction` for an invalid policy.
    pub fn as_of(&self, past: impl Into<AsOf>) -> Result<Base> {
        let AsOf { known, policy } = past.into();
        let mut sweep = Sweep::new(self, policy.as_ref())?;
        sweep.advance(known, &mut self.1.checkpoint())?;
        sweep.finish(known)
    }

    /// Sweeps the log once and calls `visit` with the base as it was at each instant.
    ///
    /// Cost: one projection of the log in all, independent of the number of instants. Fails with `OutOfHistory` if the
    /// instants do not ascend, like [`Base::as_of`] for an invalid policy, and with any error of `visit`.
    pub fn replay(
        &self,
        replay: impl Into<Replay>,
        mut visit: impl FnMut(usize, &Base) -> Result<()>,
    ) -> Result<()> {
        let Replay { instants, policy } = replay.into();
        if let Some(pair) = instants.windows(2).find(|pair| pair.first() > pair.last()) {
            return Err(Error::new(
                ErrorCode::OutOfHistory,
                format!("instants: {pair:?} do not ascend; sort them"),
            ));
        }
        let mut sweep = Sweep::new(self, policy.as_ref())?;
        for (i, instant) in instants.iter().enumerate() {
            sweep.advance(*instant, &mut self.1.checkpoint())?;
            visit(i, sweep.at(*instant)?)?;
        }
        Ok(())
    }
}

/// A scratch base that is filled from the log of another base.
struct Sweep<'a> {
    from: &'a Base,
    clock: Arc<crate::time::FixedClock>,
    scratch: Base,
    /// True if the policy is one to try, which overrides policy changes in the log.
    is_trial: bool,
    next: u64,
    /// The instant from which each record is known, from the first; ascending.
    known_at: Vec<Timestamp>,
}

impl<'a> Sweep<'a> {
    fn new(from: &'a Base, policy: Option<&RankPolicy>) -> Result<Sweep<'a>> {
        let store: Arc<dyn Backend> = Arc::new(MemoryBackend::new());
        let mut batch = Batch::new();
        if let Some(own) = from.0.store.get(Table::Meta, b"base")? {
            batch.insert((Table::Meta, b"base".to_vec()), Some(own));
        }
        if let Some(policy) = policy {
            policy.check()?;
            batch.insert(
                (Table::Meta, b"policy".to_vec()),
                Some(codec::policy(policy)?),
            );
        }
        store.commit(&batch, Durability::Immediate)?;
        let source = &from.0.config;
        let config = BaseConfig {
            audiences: source.audiences.clone(),
            language: source.language.clone(),
            seed: source.seed,
            base: source.base,
            stemmers: source.stemmers.clone(),
        };
        let clock = Arc::new(crate::time::FixedClock::at(Timestamp::MIN));
        // The host gets notices about its own base, not about a scratch base made for a query.
        let env = Env {
            clock: Box::new(Arc::clone(&clock)),
            notices: Notices::default(),
            pool: Arc::clone(&from.0.env.pool),
            memory_limit: None,
        };
        let mut scratch = Base::over_store(store, config, env, WriteAccess::Past)?;
        scratch.1 = from.1.clone();
        let last = from.0.read().head.seq;
        let known_at = log::known_at(&*from.0.store, last)?;
        Ok(Sweep {
            from,
            clock,
            scratch,
            is_trial: policy.is_some(),
            next: 1,
            known_at,
        })
    }

    /// Applies the events that were known by `known`.
    fn advance(&mut self, known: Timestamp, checkpoint: &mut Checkpoint<'_>) -> Result<()> {
        let inner = &self.scratch.0;
        let mut effects = Effects::default();
        let mut n_folded = 0;
        let mut txn = Txn::new(&*inner.store);
        let n_known = self.known_at.partition_point(|at| *at <= known) as u64;
        while self.next <= n_known {
            checkpoint.step()?;
            let record = log::get(&*self.from.0.store, self.next)?;
            if self.is_trial && matches!(record.event.what, EventKind::RankPolicySet { .. }) {
                self.next += 1;
                continue;
            }
            effects.join(projection::apply(
                &mut txn,
                &inner.config,
                record.arrived,
                record.event,
            )?);
            self.next += 1;
            n_folded += 1;
            // Every read searches the uncommitted writes, so regular commits keep them few.
            if n_folded % 256 == 0 {
                inner.store.commit(&txn.into_batch(), Durability::Relaxed)?;
                txn = Txn::new(&*inner.store);
            }
        }
        inner.store.commit(&txn.into_batch(), Durability::Relaxed)?;
        if n_folded > 0 {
            let delta = {
                let state = inner.read();
                delta::prepare(&state, &*inner.store, &inner.config, effects, checkpoint)?
            };
            let mut state = inner
                .state
                .write()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            state.apply(delta);
        }
        Ok(())
    }

    fn at(&self, now: Timestamp) -> Result<&Base> {
        self.clock.set(now);
        Ok(&self.scratch)
    }

    fn finish(self, now: Timestamp) -> Result<Base> {
        self.clock.set(now);
        Ok(self.scratch)
    }
}
