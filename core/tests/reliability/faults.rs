//! A store that fails at any one operation: the call returns an error, nothing acknowledged is lost, nothing is half
//! done, and the base continues.
//!
//! This store imitates the worst behaviour of the store on disk: after a failed commit every operation fails until
//! `recover`, and `recover` loses what was not durable.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use kenpoint::model::{
    ArticleDraft, CaseDraft, CaseKind, Confidence, Event, EventKind, FlagReason, Kind, LinkDraft,
    LinkType, Reuse, Role, Viewer,
};
use kenpoint::store::{Backend, Batch, Durability, Table};
use kenpoint::{Base, Error, ErrorCode, FixedClock, RankPolicy, Result, SearchRequest, Timestamp};

type Rows = BTreeMap<(Table, Vec<u8>), Vec<u8>>;

/// The operations that fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Any operation, before it has an effect.
    Any,
    /// A commit, after it took effect.
    CommitAfter,
}

struct Faulty {
    now: Mutex<Rows>,
    durable: Mutex<Rows>,
    mode: Mode,
    armed: AtomicBool,
    /// Number of operations since it was armed. Those from `from` to before `to` fail.
    count: AtomicU64,
    from: u64,
    to: u64,
    broken: AtomicBool,
}

impl Faulty {
    fn new(mode: Mode, from: u64, n: u64) -> Faulty {
        Faulty {
            now: Mutex::default(),
            durable: Mutex::default(),
            mode,
            armed: AtomicBool::new(false),
            count: AtomicU64::new(0),
            from,
            to: from + n,
            broken: AtomicBool::new(false),
        }
    }

    fn copy(&self) -> Faulty {
        let copy = Faulty::new(Mode::Any, 0, 0);
        *copy.now.lock().unwrap() = self.now.lock().unwrap().clone();
        *copy.durable.lock().unwrap() = self.now.lock().unwrap().clone();
        copy
    }

    fn arm(&self, on: bool) {
        self.armed.store(on, Ordering::SeqCst);
    }

    fn was_reached(&self) -> bool {
        self.count.load(Ordering::SeqCst) > self.from
    }

    fn due(&self) -> bool {
        if !self.armed.load(Ordering::SeqCst) {
            return false;
        }
        let n = self.count.fetch_add(1, Ordering::SeqCst);
        (self.from..self.to).contains(&n)
    }

    fn error(what: &str) -> Error {
        Error::new(ErrorCode::Io, format!("injected: {what} fails"))
    }

    fn begin(&self, what: &str) -> Result<()> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(Faulty::error("everything after a failed commit"));
        }
        if self.mode == Mode::Any && self.due() {
            return Err(Faulty::error(what));
        }
        Ok(())
    }
}

impl Backend for Faulty {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>> {
        self.begin("get")?;
        Ok(self
            .now
            .lock()
            .unwrap()
            .get(&(table, key.to_vec()))
            .cloned())
    }

    fn scan(
        &self,
        table: Table,
        from: &[u8],
        visit: &mut dyn FnMut(&[u8], &[u8]) -> Result<bool>,
    ) -> Result<()> {
        self.begin("scan")?;
        let rows: Vec<(Vec<u8>, Vec<u8>)> = self
            .now
            .lock()
            .unwrap()
            .range((table, from.to_vec())..)
            .take_while(|((of, _), _)| *of == table)
            .map(|((_, key), value)| (key.clone(), value.clone()))
            .collect();
        for (key, value) in rows {
            if !visit(&key, &value)? {
                break;
            }
        }
        Ok(())
    }

    fn commit(&self, batch: &Batch, durability: Durability) -> Result<()> {
        if let Err(error) = self.begin("commit") {
            self.broken.store(true, Ordering::SeqCst);
            return Err(error);
        }
        let mut now = self.now.lock().unwrap();
        for (row, value) in batch {
            match value {
                Some(value) => now.insert(row.clone(), value.clone()),
                None => now.remove(row),
            };
        }
        if durability == Durability::Immediate {
            *self.durable.lock().unwrap() = now.clone();
        }
        if self.mode == Mode::CommitAfter && self.due() {
            self.broken.store(true, Ordering::SeqCst);
            return Err(Faulty::error("commit, after it took effect,"));
        }
        Ok(())
    }

    fn recover(&self) -> Result<()> {
        if self.mode == Mode::Any && self.due() {
            return Err(Faulty::error("recover"));
        }
        *self.now.lock().unwrap() = self.durable.lock().unwrap().clone();
        self.broken.store(false, Ordering::SeqCst);
        Ok(())
    }
}

fn t0() -> Timestamp {
    "2026-03-01T10:00:00.123Z".parse().unwrap()
}

fn article(id: &str, title: &str, text: &str) -> ArticleDraft {
    ArticleDraft::new(id, Kind::Product, title)
        .section(Role::Resolution, text)
        .audience("public")
        .confidence(Confidence::Validated)
}

fn event(at: Timestamp, id: &str, what: EventKind) -> Event {
    Event::new(at, what).id(id)
}

type Step = Box<dyn Fn(&Base) -> Result<()>>;

/// The scenario: every kind of write, durable and relaxed, with reads in between. Each step may be repeated.
fn scenario() -> Vec<Step> {
    fn put(draft: ArticleDraft) -> Step {
        Box::new(move |base| base.put(draft.clone()).map(drop))
    }
    fn record(id: &'static str, case: Option<&'static str>, what: EventKind) -> Step {
        Box::new(move |base| {
            let mut one = event(base.now(), id, what.clone()).party("p").session("s");
            one.case = case.map(str::to_owned);
            base.record(one).map(drop)
        })
    }
    let a = || "lamp".to_owned();
    let viewed = |article: &str| EventKind::Viewed {
        article: article.to_owned(),
        impression: None,
    };
    vec![
        put(article("lamp", "The lamp stays dark", "Change the fuse.")),
        put(article(
            "router",
            "The router blinks red",
            "Reset it; see the lamp.",
        )),
        put(article("old", "Dark lamps", "Throw it away.")),
        record(
            "v1",
            None,
            EventKind::Searched {
                query: "dark lamp".into(),
            },
        ),
        record("v2", None, viewed("lamp")),
        record("v3", None, viewed("router")),
        Box::new(|base| {
            let request = SearchRequest::new("dark lamp", Viewer::new("public"));
            base.search(&request).map(drop)
        }),
        record(
            "r1",
            None,
            EventKind::Rated {
                article: a(),
                value: 1.0,
            },
        ),
        record(
            "c1",
            Some("c"),
            EventKind::CaseOpened {
                case: Box::new(
                    CaseDraft::new("c", CaseKind::Service)
                        .entry(Reuse::Section(Role::Issue), "my lamp went dark"),
                ),
            },
        ),
        record(
            "l1",
            Some("c"),
            EventKind::Linked {
                link: LinkDraft::new("c", "lamp", LinkType::Resolved),
            },
        ),
        record("v4", None, viewed("old")),
        put(article("lamp", "The lamp stays dark", "Change the bulb.")),
        record(
            "c2",
            Some("c"),
            EventKind::CaseResolved {
                first_contact: Some(true),
            },
        ),
        record("c3", Some("c"), EventKind::CaseClosed {}),
        record(
            "m1",
            None,
            EventKind::Merged {
                article: "old".into(),
                into: "lamp".into(),
            },
        ),
        record(
            "f1",
            None,
            EventKind::Flagged {
                article: "router".into(),
                reason: FlagReason::Wrong,
            },
        ),
        record("v5", None, viewed("router")),
        record("v6", None, viewed("lamp")),
        Box::new(|base| {
            let now = base.now();
            let both = vec![
                event(
                    now,
                    "g1",
                    EventKind::Solved {
                        article: "lamp".into(),
                    },
                ),
                event(
                    now,
                    "g2",
                    EventKind::DidNotSolve {
                        article: "router".into(),
                    },
                ),
            ];
            base.record_all(both).map(drop)
        }),
        record(
            "p1",
            None,
            EventKind::RankPolicySet {
                policy: Box::new(RankPolicy {
                    weight_title: 9.0,
                    ..RankPolicy::default()
                }),
            },
        ),
        record("v7", None, viewed("lamp")),
        Box::new(|base| {
            let request = kenpoint::SuggestRequest::for_text("dark lamp", Viewer::new("internal"));
            base.suggest(&request).map(drop)
        }),
        Box::new(Base::flush),
        record("v8", None, viewed("router")),
        put(article("fuse", "Fuses", "They melt.")),
    ]
}

/// The answers of the base as text: ids, score bits, counts and evidence.
fn answers(base: &Base) -> String {
    let mut out = format!("{:?}", base.counts());
    for viewer in ["public", "internal"] {
        for query in ["dark lamp", "router red", "fuse", "bulb"] {
            let request = SearchRequest::new(query, Viewer::new(viewer)).now(t0().plus_days(2));
            let answer = base.search(&request).unwrap();
            for hit in answer.hits {
                out += &format!(" {}:{:x}", hit.id, hit.score.to_bits());
            }
            out += "|";
        }
    }
    for id in ["lamp", "router", "old", "fuse"] {
        out += &match base.evidence(id) {
            Ok(rows) => format!("{rows:?}"),
            Err(error) => error.code().name().to_owned(),
        };
    }
    out
}

fn open(store: Arc<Faulty>, clock: Arc<FixedClock>) -> Base {
    Base::with_backend(store)
        .clock(clock)
        .seed(3)
        .open()
        .unwrap()
}

/// Runs the scenario and repeats each failed step. Returns digest, answers and number of failures.
fn run(store: &Arc<Faulty>) -> (String, String, u64) {
    let clock = Arc::new(FixedClock::at(t0()));
    let base = open(Arc::clone(store), Arc::clone(&clock));
    let mut n_failed = 0;
    store.arm(true);
    for (i, step) in scenario().iter().enumerate() {
        clock.set(t0().plus_ms(i as i64 * 60_000));
        let mut tries = 0;
        let mut is_behind = false;
        while let Err(error) = step(&base) {
            tries += 1;
            n_failed += 1;
            assert!(tries < 20, "step {i} never succeeds: {error:?}");
            assert!(
                matches!(error.code(), ErrorCode::Io | ErrorCode::Poisoned),
                "step {i}: {error:?}"
            );
            // The answers equal those of another base over the same store. Only after two failures in a row may the
            // memory be behind until the next write; the error is then `Poisoned`.
            is_behind |= error.code() == ErrorCode::Poisoned;
            store.arm(false);
            if !is_behind && !store.broken.load(Ordering::SeqCst) {
                let other = open(Arc::new(store.copy()), Arc::clone(&clock));
                assert_eq!(answers(&base), answers(&other), "step {i} after {error}");
            }
            store.arm(true);
        }
    }
    store.arm(false);
    base.flush().unwrap();
    base.verify().unwrap();
    // Everything acknowledged is durable now, so it survives reopening the store.
    store.recover().unwrap();
    let again = open(Arc::new(store.copy()), clock);
    assert_eq!(answers(&base), answers(&again));
    (base.digest().unwrap(), answers(&base), n_failed)
}

fn fail_at_every_operation(mode: Mode, n: u64) {
    let whole = run(&Arc::new(Faulty::new(mode, u64::MAX / 2, 0)));
    let mut k = 0;
    let mut n_failed = 0;
    loop {
        let store = Arc::new(Faulty::new(mode, k, n));
        let (digest, said, failed) = run(&store);
        assert_eq!((&digest, &said), (&whole.0, &whole.1), "{mode:?} {k} {n}");
        n_failed += failed;
        if !store.was_reached() {
            break;
        }
        k += 1;
    }
    println!("{mode:?}, {n} in a row: {k} places, {n_failed} calls failed and were repeated");
    assert!(n_failed > 0);
}

#[test]
fn any_one_operation_may_fail() {
    fail_at_every_operation(Mode::Any, 1);
}

#[test]
fn any_run_of_operations_may_fail() {
    for n in [2, 3, 7] {
        fail_at_every_operation(Mode::Any, n);
    }
}

#[test]
fn a_commit_may_fail_after_it_took_effect() {
    for n in [1, 2] {
        fail_at_every_operation(Mode::CommitAfter, n);
    }
}
