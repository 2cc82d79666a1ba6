//! Threads and cache shared by many bases: bounded in number and size, with the answers of bases on their own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test"
)]

use std::path::Path;

use kenpoint::model::{ArticleDraft, Confidence, Event, EventKind, Kind, Role, Viewer};
use kenpoint::{
    Base, BaseOptions, ErrorCode, FixedClock, SearchRequest, SharedResources, Timestamp,
};

const MIB: usize = 1 << 20;

fn t0() -> Timestamp {
    "2026-03-01T10:00:00Z".parse().unwrap()
}

fn options(folder: &Path) -> BaseOptions {
    Base::on_disk(folder).clock(FixedClock::at(t0())).seed(3)
}

fn article(base: usize, n: usize) -> ArticleDraft {
    let text = format!(
        "Change fuse {n} of lamp {base}, then press reset {}.",
        n * base
    );
    ArticleDraft::new(
        format!("a-{n}"),
        Kind::Product,
        format!("Tenant {base} article {n} about lamps"),
    )
    .section(Role::Resolution, text)
    .audience("public")
    .confidence(Confidence::Validated)
}

fn view(base: &Base) -> Event {
    let what = EventKind::Viewed {
        article: "a-0".into(),
        impression: None,
    };
    Event::new(base.now(), what).session("s")
}

fn requests() -> Vec<SearchRequest> {
    [
        "lamp fuse",
        "reset",
        "\"then press\"",
        "tenant 7 article",
        "lamps 3",
    ]
    .map(|query| SearchRequest::new(query, Viewer::new("public")))
    .to_vec()
}

fn answers(base: &Base) -> String {
    let mut said = String::new();
    for answer in base.search_many(&requests()) {
        for hit in answer.unwrap().hits {
            said += &format!("{} {:x} {} ", hit.id, hit.score.to_bits(), hit.snippet.text);
        }
        said += "| ";
    }
    said
}

/// The threads of this process that a base started, by their names.
#[cfg(target_os = "linux")]
fn n_threads() -> usize {
    std::fs::read_dir("/proc/self/task")
        .unwrap()
        .filter(|entry| {
            let comm = entry.as_ref().unwrap().path().join("comm");
            std::fs::read_to_string(comm).is_ok_and(|name| name.starts_with("kenpoint"))
        })
        .count()
}

#[cfg(not(target_os = "linux"))]
fn n_threads() -> usize {
    0
}

fn rss_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|text| text.trim().split(' ').next()?.parse().ok())
        .unwrap_or(0)
}

/// The larger run: `KENPOINT_BASES=2000 cargo test -p kenpoint --all-features --test resources -- --nocapture`.
#[test]
fn five_hundred_bases_take_few_threads_and_one_cache() {
    let n_bases = std::env::var("KENPOINT_BASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(500);
    let dir = tempfile::tempdir().unwrap();
    let limit = 16 * MIB;
    let shared = SharedResources::options()
        .threads(2)
        .cache_bytes(limit)
        .build()
        .unwrap();
    let before = rss_kib();
    let bases: Vec<Base> = (0..n_bases)
        .map(|i| {
            let folder = dir.path().join(i.to_string());
            let base = options(&folder).resources(&shared).open().unwrap();
            // One durable commit for ten articles, and events of reading for the background.
            let puts = (0..10).map(|n| {
                let article = Box::new(article(i, n));
                let what = EventKind::Put {
                    article,
                    expects: None,
                };
                Event::new(base.now(), what)
            });
            base.record_all(puts.collect()).unwrap();
            base.record(view(&base)).unwrap();
            base
        })
        .collect();
    for base in &bases {
        answers(base);
        assert!(shared.stats().cache_bytes <= limit as u64);
    }
    let stats = shared.stats();
    println!(
        "{n_bases} bases: {} KiB each, {} threads, {stats:?}",
        (rss_kib() - before) / n_bases as u64,
        n_threads(),
    );
    assert_eq!(stats.bases, n_bases as u64);
    assert!((1..=4).contains(&stats.threads), "{stats:?}");
    assert!(n_threads() <= 4, "{} threads", n_threads());
    // A second later every event is durable, whoever made it so.
    for _ in 0..600 {
        if bases
            .iter()
            .all(|base| base.stats().unwrap().relaxed_events == 0)
        {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert!(
        bases
            .iter()
            .all(|base| base.stats().unwrap().relaxed_events == 0)
    );
    drop(bases);
    assert_eq!((shared.stats().bases, shared.stats().cache_bytes), (0, 0));
    drop(shared);
    assert_eq!(n_threads(), 0, "they end with the last of all");
}

#[test]
fn answers_are_those_of_a_base_on_its_own() {
    let dir = tempfile::tempdir().unwrap();
    // So small that blocks are evicted all the time.
    let shared = SharedResources::options()
        .threads(2)
        .cache_bytes(MIB)
        .build()
        .unwrap();
    let fill = |base: &Base, i: usize| {
        for n in 0..60 {
            base.put(article(i, n)).unwrap();
            base.record(view(base)).unwrap();
        }
        base.archive("a-3").unwrap();
        (answers(base), base.digest().unwrap())
    };
    let bases: Vec<Base> = (0..6)
        .map(|i| {
            options(&dir.path().join(format!("shared-{i}")))
                .resources(&shared)
                .index_flush_docs(16)
                .open()
                .unwrap()
        })
        .collect();
    let expected: Vec<_> = (0..6)
        .map(|i| {
            let base = options(&dir.path().join(format!("own-{i}")))
                .open()
                .unwrap();
            fill(&base, i)
        })
        .collect();
    // All at once, so that they compete for threads and cache.
    std::thread::scope(|scope| {
        for (i, (base, expected)) in bases.iter().zip(&expected).enumerate() {
            scope.spawn(move || assert_eq!(fill(base, i), *expected));
        }
    });
    for base in bases {
        base.verify().unwrap();
        base.close().unwrap();
    }
    // Opened again, now from the files, in the other way.
    for (i, expected) in expected.iter().enumerate() {
        let base = options(&dir.path().join(format!("shared-{i}")))
            .open()
            .unwrap();
        assert_eq!((answers(&base), base.digest().unwrap()), *expected);
        let own = options(&dir.path().join(format!("own-{i}")))
            .resources(&shared)
            .read_only(i % 2 == 0)
            .open()
            .unwrap();
        assert_eq!((answers(&own), own.digest().unwrap()), *expected);
    }
}

#[test]
fn they_end_in_any_order() {
    let dir = tempfile::tempdir().unwrap();
    for order in 0..3 {
        let shared = SharedResources::options().threads(1).build().unwrap();
        let open = |name: &str| {
            let folder = dir.path().join(format!("{name}-{order}"));
            let options = options(&folder).resources(&shared).index_flush_docs(2);
            options.open().unwrap()
        };
        let (first, second) = (open("first"), open("second"));
        for n in 0..8 {
            first.put(article(1, n)).unwrap();
            second.put(article(2, n)).unwrap();
            second.record(view(&second)).unwrap();
        }
        match order {
            0 => {
                drop(shared);
                drop(first);
                assert!(!answers(&second).is_empty());
                second.close().unwrap();
            }
            1 => {
                drop(second);
                drop(shared);
                first.put(article(1, 9)).unwrap();
                drop(first);
            }
            _ => {
                first.close().unwrap();
                second.close().unwrap();
                assert_eq!(shared.stats().bases, 0);
            }
        }
        for name in ["first", "second"] {
            let base = options(&dir.path().join(format!("{name}-{order}")))
                .open()
                .unwrap();
            assert!(base.counts().articles >= 8);
            base.verify().unwrap();
        }
    }
}

#[test]
fn numbers_out_of_range_and_contradictions_are_refused() {
    let code = |made: kenpoint::Result<SharedResources>| made.err().unwrap().code();
    let new = SharedResources::options;
    assert_eq!(code(new().threads(0).build()), ErrorCode::InvalidValue);
    assert_eq!(code(new().threads(257).build()), ErrorCode::InvalidValue);
    assert_eq!(
        code(new().cache_bytes(MIB - 1).build()),
        ErrorCode::InvalidValue
    );
    let shared = new().build().unwrap();
    assert_eq!(shared.stats().threads, 0, "they start with the first work");
    let dir = tempfile::tempdir().unwrap();
    let open = |options: BaseOptions| options.open().err().unwrap();
    let with = || options(&dir.path().join("base")).resources(&shared);
    for (error, name) in [
        (open(with().threads(2)), "threads"),
        (open(with().cache_bytes(MIB)), "cache_bytes"),
    ] {
        assert_eq!(error.code(), ErrorCode::Contradiction);
        assert!(error.message().contains(name), "{error}");
    }
    assert!(!dir.path().join("base").exists());
    // A base in memory shares the threads.
    let base = Base::in_memory().resources(&shared).open().unwrap();
    base.put(article(1, 1)).unwrap();
    assert_eq!(answers(&base).matches('|').count(), 5);
    assert_eq!(base.counts().articles, 1);
}
