//! The services of a base to its host beside answers: notices for the host's log, the threads of the base, and
//! cancellation of long calls.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test"
)]

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use kenpoint::exchange::{Format, ImportOptions};
use kenpoint::model::{ArticleDraft, Confidence, Event, EventKind, Kind, Role, Viewer};
use kenpoint::store::{Backend, Batch, Durability, MemoryBackend, RowVisitor, Table};
use kenpoint::{
    Base, BaseOptions, Error, ErrorCode, FixedClock, NoticeLevel, Result, SearchRequest,
    SuggestRequest,
};

fn article(n: usize) -> ArticleDraft {
    let title = format!("The lamp number {n} stays dark");
    ArticleDraft::new(format!("a{n:04}"), Kind::Product, title)
        .section(
            Role::Issue,
            format!("Lamp {n} gives no light since the storm."),
        )
        .section(
            Role::Resolution,
            format!("Change fuse {} of the lamp.", n % 7),
        )
        .audience("public")
        .confidence(Confidence::Validated)
}

fn fill(base: &Base, n: usize) {
    for i in 0..n {
        base.put(article(i)).unwrap();
    }
}

fn clock() -> FixedClock {
    FixedClock::at("2026-11-20T09:00:00Z".parse().unwrap())
}

fn viewed(base: &Base, article: &str) -> Event {
    let article = article.to_owned();
    let impression = None;
    Event::new(
        base.now(),
        EventKind::Viewed {
            article,
            impression,
        },
    )
    .session("s")
}

/// The received notices as (level, topic, message).
type Log = Arc<Mutex<Vec<(NoticeLevel, &'static str, String)>>>;

fn listening(options: BaseOptions) -> (BaseOptions, Log) {
    let log = Log::default();
    let into = Arc::clone(&log);
    let options = options.on_notice(move |notice| {
        let told = (notice.level, notice.topic, notice.message.clone());
        into.lock().unwrap().push(told);
    });
    (options, log)
}

fn told(log: &Log, level: NoticeLevel, topic: &str, part: &str) -> usize {
    let log = log.lock().unwrap();
    let found = log
        .iter()
        .filter(|(l, t, m)| *l == level && *t == topic && m.contains(part));
    found.count()
}

#[cfg(target_os = "linux")]
/// Counts the threads of this process whose name begins with `name`. Tests that call it hold `THREADS`.
fn threads(name: &str) -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let names =
        tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok());
    names
        .filter(|found| found.trim_end().starts_with(name))
        .count()
}

/// Waits until the count is `n`, since a thread takes its name shortly after its start and stays listed shortly after
/// its end.
#[cfg(target_os = "linux")]
fn settles(n: usize, count: impl Fn() -> usize) -> bool {
    let began = std::time::Instant::now();
    while count() != n && began.elapsed().as_secs() < 20 {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    count() == n
}

static THREADS: Mutex<()> = Mutex::new(());

#[test]
fn opening_and_closing_are_told() {
    let (options, log) = listening(Base::in_memory());
    let base = options.open().unwrap();
    assert_eq!(told(&log, NoticeLevel::Info, "open", "0 articles"), 1);
    let other = base.clone();
    drop(base);
    assert_eq!(told(&log, NoticeLevel::Info, "close", ""), 0);
    // A view of the past is not a base of its own to the host.
    drop(other.as_of(other.now()).unwrap());
    assert_eq!(told(&log, NoticeLevel::Info, "close", ""), 0);
    drop(other);
    assert_eq!(told(&log, NoticeLevel::Info, "close", "closed"), 1);
}

#[test]
fn an_index_that_is_made_again_is_told_with_the_reason() {
    let dir = tempfile::tempdir().unwrap();
    let open = || listening(Base::on_disk(dir.path()).background(false).clock(clock()));
    let (options, log) = open();
    let base = options.open().unwrap();
    assert_eq!(
        told(&log, NoticeLevel::Warning, "index", ""),
        0,
        "new is not damaged"
    );
    fill(&base, 3);
    base.close().unwrap();
    assert_eq!(told(&log, NoticeLevel::Debug, "index", "began: 3"), 1);
    assert_eq!(
        told(
            &log,
            NoticeLevel::Info,
            "index",
            "3 documents in 1 segments"
        ),
        1
    );

    let (options, log) = open();
    drop(options.open().unwrap());
    assert_eq!(told(&log, NoticeLevel::Warning, "index", ""), 0);
    assert_eq!(
        told(
            &log,
            NoticeLevel::Info,
            "open",
            "3 documents loaded from the text index, 0 indexed now"
        ),
        1
    );

    for (spoil, why) in [
        (spoil_pack as fn(&Path), "a file of it"),
        (
            |index: &Path| std::fs::remove_file(index.join("manifest.kenidx")).unwrap(),
            "manifest",
        ),
    ] {
        spoil(&dir.path().join("index"));
        let (options, log) = open();
        let base = options.open().unwrap();
        assert_eq!(told(&log, NoticeLevel::Warning, "index", why), 1, "{log:?}");
        assert_eq!(
            told(
                &log,
                NoticeLevel::Info,
                "open",
                "0 documents loaded from the text index, 3 indexed now"
            ),
            1
        );
        base.close().unwrap();
    }
}

fn spoil_pack(index: &Path) {
    let mut packs = std::fs::read_dir(index)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let pack = packs
        .find(|path| path.extension().is_some_and(|e| e == "kenpack"))
        .unwrap();
    let mut bytes = std::fs::read(&pack).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(pack, bytes).unwrap();
}

/// A store in memory whose commits fail while a switch is set.
#[derive(Default)]
struct Failing {
    store: MemoryBackend,
    fails: AtomicBool,
}

impl Backend for Failing {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>> {
        self.store.get(table, key)
    }
    fn scan(&self, table: Table, from: &[u8], visit: RowVisitor<'_>) -> Result<()> {
        self.store.scan(table, from, visit)
    }
    fn commit(&self, batch: &Batch, durability: Durability) -> Result<()> {
        if self.fails.load(Ordering::SeqCst) {
            return Err(Error::new(ErrorCode::Io, "the disk is on fire"));
        }
        self.store.commit(batch, durability)
    }
    fn recover(&self) -> Result<()> {
        if self.fails.load(Ordering::SeqCst) {
            return Err(Error::new(ErrorCode::Io, "the disk is on fire"));
        }
        Ok(())
    }
}

#[test]
fn a_store_that_fails_and_comes_back_is_told() {
    let store = Arc::new(Failing::default());
    let (options, log) = listening(Base::with_backend(store.clone()));
    let base = options.open().unwrap();
    fill(&base, 1);
    store.fails.store(true, Ordering::SeqCst);
    assert_eq!(base.put(article(1)).unwrap_err().code(), ErrorCode::Io);
    assert_eq!(
        told(&log, NoticeLevel::Error, "store", "a commit failed"),
        1
    );
    assert_eq!(
        told(
            &log,
            NoticeLevel::Error,
            "store",
            "could not be brought back"
        ),
        1
    );
    store.fails.store(false, Ordering::SeqCst);
    base.put(article(1)).unwrap();
    assert_eq!(
        told(&log, NoticeLevel::Info, "store", "was brought back"),
        1
    );
    base.verify().unwrap();
}

#[test]
fn a_listener_that_panics_stops_nothing() {
    let store = Arc::new(Failing::default());
    let base = Base::with_backend(store.clone())
        .on_notice(|notice| assert_eq!(notice.topic, "open", "a panic of the listener"))
        .open()
        .unwrap();
    store.fails.store(true, Ordering::SeqCst);
    assert_eq!(base.put(article(0)).unwrap_err().code(), ErrorCode::Io);
    store.fails.store(false, Ordering::SeqCst);
    assert_eq!(base.put(article(0)).unwrap().version, 1);
    base.verify().unwrap();
}

#[test]
fn batches_answer_as_single_calls_do_on_any_number_of_threads() {
    let _threads = THREADS.lock();
    let searches: Vec<SearchRequest> = (0..40)
        .map(|n| SearchRequest::new(format!("lamp fuse {}", n % 9), Viewer::new("public")))
        .collect();
    let suggestions: Vec<SuggestRequest> = (0..40)
        .map(|n| SuggestRequest::for_text(format!("no light of lamp {n}"), Viewer::new("public")))
        .collect();
    let mut spoken = Vec::new();
    for n_threads in [0, 1, 2, 7, 256] {
        let base = Base::in_memory()
            .clock(clock())
            .threads(n_threads)
            .open()
            .unwrap();
        fill(&base, 30);
        #[cfg(target_os = "linux")]
        assert!(
            settles(0, || threads("kenpoint-batch")),
            "none before the first batch"
        );
        let found: Vec<_> = base
            .search_many(&searches)
            .into_iter()
            .map(Result::unwrap)
            .collect();
        let single: Vec<_> = searches.iter().map(|r| base.search(r).unwrap()).collect();
        assert_eq!(found, single);
        let n_started = if n_threads < 2 { 0 } else { n_threads };
        #[cfg(target_os = "linux")]
        assert!(settles(n_started, || threads("kenpoint-batch")));
        let past = base.as_of(base.now()).unwrap();
        drop(base);
        let suggested: Vec<_> = past
            .suggest_many(&suggestions)
            .into_iter()
            .map(Result::unwrap)
            .collect();
        #[cfg(target_os = "linux")]
        assert!(
            settles(n_started, || threads("kenpoint-batch")),
            "the past shares them"
        );
        spoken.push((found, suggested));
        drop(past);
        #[cfg(target_os = "linux")]
        assert!(
            settles(0, || threads("kenpoint-batch")),
            "they end with the last handle"
        );
    }
    assert!(spoken.windows(2).all(|pair| pair[0] == pair[1]));
    let error = Base::in_memory().threads(257).open().err().unwrap();
    assert_eq!(error.code(), ErrorCode::InvalidValue);
    assert!(error.to_string().contains("threads"), "{error}");
}

#[test]
fn a_hit_says_its_chance_of_solving_as_a_suggestion_does() {
    let base = Base::in_memory().clock(clock()).open().unwrap();
    fill(&base, 5);
    let answer = base
        .search(&SearchRequest::new("lamp", Viewer::new("public")))
        .unwrap();
    assert!(
        answer
            .hits
            .iter()
            .all(|hit| (0.0..=1.0).contains(&hit.solve_probability))
    );
    assert_eq!(
        answer.hits[0].solve_probability.to_bits(),
        answer.answerable.to_bits()
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_base_has_a_thread_once_it_has_something_to_do_and_none_after() {
    let _threads = THREADS.lock();
    let dir = tempfile::tempdir().unwrap();
    // Threads of batches have longer names.
    let own = || threads("kenpoint") - threads("kenpoint-batch");
    let base = Base::on_disk(dir.path()).clock(clock()).open().unwrap();
    fill(&base, 2);
    assert_eq!(own(), 0, "durable writes need none");
    base.record(viewed(&base, "a0001")).unwrap();
    assert!(settles(1, own));
    drop(base);
    assert!(settles(0, own));
    let base = Base::on_disk(dir.path()).clock(clock()).open().unwrap();
    assert_eq!(
        base.session("s").unwrap().intents.len(),
        1,
        "flushed at the end"
    );
    assert_eq!(own(), 0);
}

/// A handle whose cancel hook stops at the call after `n`, and the number of its calls.
fn stopping_after(base: &Base, n: usize) -> (Base, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let base = base.with_cancellation(move || {
        if count.fetch_add(1, Ordering::SeqCst) >= n {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    (base, asked)
}

#[test]
fn every_long_call_asks_and_stops() {
    let dir = tempfile::tempdir().unwrap();
    let base = Base::on_disk(dir.path())
        .clock(clock())
        .background(false)
        .open()
        .unwrap();
    fill(&base, 600);
    let now = base.now();
    type Call = fn(&Base, kenpoint::Timestamp) -> Result<()>;
    let calls: [(&str, Call); 4] = [
        ("as_of", |base, now| base.as_of(now).map(drop)),
        ("replay", |base, now| base.replay([now, now], |_, _| Ok(()))),
        ("verify", |base, _| base.verify().map(drop)),
        ("export", |base, _| {
            base.export(&mut std::io::sink()).map(drop)
        }),
    ];
    for (name, call) in calls {
        let (with_cancellation, asked) = stopping_after(&base, usize::MAX);
        call(&with_cancellation, now).unwrap();
        let n_asked = asked.load(Ordering::SeqCst);
        assert!(
            n_asked > 600 / 256,
            "{name}: asked {n_asked} times for 600 records"
        );
        for stop in [0, 1, n_asked - 1] {
            let (with_cancellation, asked) = stopping_after(&base, stop);
            let error = call(&with_cancellation, now).unwrap_err();
            assert_eq!(error.code(), ErrorCode::Cancelled, "{name}: {error}");
            assert_eq!(
                asked.load(Ordering::SeqCst),
                stop + 1,
                "{name}: stop is stop"
            );
        }
        call(&base, now).unwrap();
    }

    batches_and_the_past(&base);

    // Closing is cancelled, and the next opening brings the index up to date.
    let (with_cancellation, _) = stopping_after(&base, 2);
    drop(base);
    assert_eq!(
        with_cancellation.close().unwrap_err().code(),
        ErrorCode::Cancelled
    );
    let base = Base::on_disk(dir.path()).clock(clock()).open().unwrap();
    assert_eq!(base.counts().articles, 600);
    base.verify().unwrap();
    base.close().unwrap();
}

fn batches_and_the_past(base: &Base) {
    // A batch keeps the answers made before the cancellation.
    let requests = vec![SearchRequest::new("lamp", Viewer::new("public")); 10];
    let (with_cancellation, _) = stopping_after(base, 4);
    let answers = with_cancellation.search_many(&requests);
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 4);
    let refused = answers.iter().filter_map(|answer| answer.as_ref().err());
    assert!(
        refused
            .clone()
            .all(|error| error.code() == ErrorCode::Cancelled)
    );
    assert_eq!(refused.count(), 6);

    // A view of the past inherits the cancel hook of its handle.
    let (with_cancellation, asked) = stopping_after(base, usize::MAX);
    let past = with_cancellation.as_of(base.now()).unwrap();
    let before = asked.load(Ordering::SeqCst);
    past.verify().unwrap();
    assert!(asked.load(Ordering::SeqCst) > before);
}

#[test]
fn a_stopped_import_keeps_whole_records_and_goes_on_when_called_again() {
    let base = Base::in_memory().clock(clock()).open().unwrap();
    let lines: String = (0..500)
        .map(|n| format!("{{\"type\":\"article\",\"id\":\"i{n}\",\"title\":\"Lamp {n}\"}}\n"))
        .collect();
    let options = ImportOptions::new();
    let mut seen = 0;
    let (with_cancellation, _) = stopping_after(&base, 3);
    let error = with_cancellation
        .import_bytes(
            Format::JsonLines,
            "lamps.jsonl",
            lines.as_bytes(),
            &options,
            &mut |_| {
                seen += 1;
                ControlFlow::Continue(())
            },
        )
        .unwrap_err();
    assert_eq!(error.code(), ErrorCode::Cancelled);
    let taken = base.counts().articles;
    assert!(taken > 0 && taken < 500 && seen > 0);
    assert!(
        error
            .to_string()
            .contains(&format!("{taken} records were taken")),
        "{error}"
    );
    base.verify().unwrap();

    // The progress callback of the call stops it, too, and the report says so.
    let report = base
        .import_bytes(
            Format::JsonLines,
            "lamps.jsonl",
            lines.as_bytes(),
            &options,
            &mut |so_far| {
                if so_far.records >= 400 {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            },
        )
        .unwrap();
    assert!(
        report.stopped && report.created < 500 - u64::from(taken),
        "{report:?}"
    );
    let report = base
        .import_bytes(
            Format::JsonLines,
            "lamps.jsonl",
            lines.as_bytes(),
            &options,
            &mut |_| ControlFlow::Continue(()),
        )
        .unwrap();
    assert!(!report.stopped);
    assert_eq!(base.counts().articles, 500);
    base.verify().unwrap();
}
