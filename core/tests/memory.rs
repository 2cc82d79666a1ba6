//! The memory statistics of a base, and its memory limit.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test"
)]

mod common;

use common::{Rng, words};
use kenpoint::exchange::{Format, ImportOptions};
use kenpoint::model::{
    ArticleDraft, CaseDraft, CaseKind, Confidence, Event, EventKind, Kind, LinkDraft, LinkType,
    Reuse, Role, Viewer,
};
use kenpoint::{Base, BaseOptions, ErrorCode, FixedClock, SearchRequest, Stats};
use std::ops::ControlFlow;

const MIB: u64 = 1 << 20;

fn clock() -> FixedClock {
    FixedClock::at("2026-11-20T09:00:00Z".parse().unwrap())
}

fn article(rng: &mut Rng, n: u32, n_words: usize) -> ArticleDraft {
    ArticleDraft::new(
        format!("a{n:05}"),
        Kind::Product,
        format!("Lamp {n} {}", words(rng, 4)),
    )
    .section(Role::Resolution, words(rng, n_words))
    .audience("public")
    .confidence(Confidence::Validated)
}

/// Puts articles until one is rejected; returns the number of accepted ones and the error.
fn fill(base: &Base, rng: &mut Rng, from: u32) -> (u32, kenpoint::Error) {
    for n in from..100_000 {
        if let Err(error) = base.put(article(rng, n, 120)) {
            return (n - from, error);
        }
    }
    panic!("100,000 articles fit");
}

fn finds(base: &Base) -> bool {
    let request = SearchRequest::new("lamp", Viewer::new("public"));
    !base.search(&request).unwrap().hits.is_empty()
}

fn grown(base: &Base, before: &Stats) -> u64 {
    base.stats().unwrap().memory.total() - before.memory.total()
}

#[test]
fn stats_count_what_is_there() {
    let dir = tempfile::tempdir().unwrap();
    let base = Base::on_disk(dir.path())
        .clock(clock())
        .background(false)
        .open()
        .unwrap();
    let mut rng = Rng(1);
    for n in 0..20 {
        base.put(article(&mut rng, n, 30)).unwrap();
    }
    base.archive("a00003").unwrap();
    let case =
        CaseDraft::new("c", CaseKind::Service).entry(Reuse::Section(Role::Issue), "No light.");
    base.open_case(case).unwrap();
    for article in ["a00001", "a00002"] {
        base.link(LinkDraft::new("c", article, LinkType::Resolved), "ann")
            .unwrap();
    }
    base.retract_link("c", "a00002", LinkType::Resolved)
        .unwrap();
    let view = |n: u32| {
        let what = EventKind::Viewed {
            article: format!("a{n:05}"),
            impression: None,
        };
        Event::new(base.now(), what).session("s")
    };
    base.record(view(1)).unwrap();
    base.record_all(vec![view(4), view(5)]).unwrap();
    finds(&base);

    let stats = base.stats().unwrap();
    assert_eq!((stats.articles, stats.cases, stats.links), (20, 1, 1));
    assert_eq!(stats.records, 20 + 1 + 1 + 3 + 3);
    assert_eq!(
        (stats.documents_in_memory, stats.documents_on_disk),
        (20, 0),
        "19 and a case"
    );
    assert_eq!(stats.relaxed_events, 3);
    assert_eq!(stats.memory_limit, None);
    let memory = stats.memory;
    for part in [
        memory.index_fresh,
        memory.catalog,
        memory.links,
        memory.ranking,
        memory.relaxed_events,
    ] {
        assert!(part > 0, "{memory:?}");
    }
    assert_eq!(memory.index_segments, 0);
    // The pages that the cache of 256 MiB holds, and the parts of an open store.
    assert!((64 << 10..MIB).contains(&memory.store), "{memory:?}");
    let on_disk = std::fs::metadata(dir.path().join("base.redb"))
        .unwrap()
        .len();
    assert_eq!((stats.files.store, stats.files.index), (on_disk, 0));
    let json = serde_json::to_value(&stats).unwrap();
    assert_eq!(json["memory"]["store"], memory.store);

    base.flush().unwrap();
    let flushed = base.stats().unwrap();
    assert_eq!(
        (flushed.relaxed_events, flushed.memory.relaxed_events),
        (0, 0)
    );
    base.clone().close().unwrap();
    let closed = base.stats().unwrap();
    assert_eq!(
        (closed.documents_in_memory, closed.documents_on_disk),
        (0, 20)
    );
    assert_eq!(closed.memory.index_fresh, 0);
    assert!(closed.memory.index_segments > 0 && closed.files.index > 0);
    drop(base);
    // The loaded statistics equal the incrementally kept ones.
    let base = Base::on_disk(dir.path()).clock(clock()).open().unwrap();
    finds(&base);
    let again = base.stats().unwrap();
    assert_eq!(again.memory.ledger > 0, closed.memory.ledger > 0);
    assert_eq!(
        (
            again.memory.catalog.abs_diff(closed.memory.catalog) < 256,
            again.links,
            again.records
        ),
        (true, closed.links, closed.records)
    );
}

#[test]
fn sums_that_are_kept_equal_those_of_a_base_that_is_loaded() {
    use std::sync::Arc;
    let store: Arc<dyn kenpoint::store::Backend> = Arc::new(kenpoint::store::MemoryBackend::new());
    let base = Base::with_backend(Arc::clone(&store))
        .clock(clock())
        .open()
        .unwrap();
    let mut rng = Rng(2);
    for n in 0..60 {
        base.put(article(&mut rng, n % 40, 30)).unwrap();
    }
    for n in 0..10 {
        let case = CaseDraft::new(format!("c{n}"), CaseKind::Service)
            .entry(Reuse::Section(Role::Issue), words(&mut rng, 12));
        base.open_case(case).unwrap();
        let case = format!("c{n}");
        base.link(
            LinkDraft::new(&case, format!("a{n:05}"), LinkType::Resolved),
            "ann",
        )
        .unwrap();
        base.resolve_case(&case, None).unwrap();
        if n % 3 == 0 {
            base.retract_link(&case, &format!("a{n:05}"), LinkType::Resolved)
                .unwrap();
        }
    }
    let kept = base.stats().unwrap();
    drop(base);
    let loaded = Base::with_backend(store)
        .clock(clock())
        .open()
        .unwrap()
        .stats()
        .unwrap();
    let near = |a: u64, b: u64| a > 0 && a.abs_diff(b) <= 512 + a / 4;
    assert_eq!((kept.links, kept.records), (loaded.links, loaded.records));
    assert_eq!(kept.memory.learned_words, loaded.memory.learned_words);
    assert!(kept.memory.learned_words > 0);
    assert_eq!(kept.memory.store, loaded.memory.store);
    // Vectors grow in steps, so the capacities may differ.
    assert!(
        near(kept.memory.catalog, loaded.memory.catalog),
        "{kept:?} {loaded:?}"
    );
    assert!(
        near(kept.memory.ledger, loaded.memory.ledger),
        "{kept:?} {loaded:?}"
    );
    assert!(
        near(kept.memory.links, loaded.memory.links),
        "{kept:?} {loaded:?}"
    );
}

#[test]
fn a_limit_refuses_what_does_not_fit_and_reading_goes_on() {
    let limit = 2 * MIB;
    let base = Base::in_memory()
        .clock(clock())
        .memory_limit(limit)
        .open()
        .unwrap();
    let mut rng = Rng(3);
    let (n, error) = fill(&base, &mut rng, 0);
    assert_eq!(error.code(), ErrorCode::MemoryLimit);
    assert!(error.to_string().contains(&limit.to_string()), "{error}");
    assert!(n > 50, "{n} articles of 120 words in 2 MiB");
    let stats = base.stats().unwrap();
    assert!(stats.memory.total() <= limit, "{stats:?}");
    assert!(stats.memory.total() > limit / 2, "{stats:?}");
    assert_eq!(
        (stats.articles, stats.records),
        (u64::from(n), u64::from(n)),
        "nothing was written"
    );
    assert!(finds(&base));
    base.verify().unwrap();

    // The events of one call are rejected together.
    let put = |n: u32, rng: &mut Rng| {
        let article = Box::new(article(rng, n, 120));
        Event::new(
            base.now(),
            EventKind::Put {
                article,
                expects: None,
            },
        )
    };
    let events = vec![
        put(90_000, &mut rng),
        put(90_001, &mut rng),
        put(90_002, &mut rng),
    ];
    assert_eq!(
        base.record_all(events).unwrap_err().code(),
        ErrorCode::MemoryLimit
    );
    assert_eq!(base.counts().articles, n);

    // An import stops at the limit, and every accepted record is complete.
    let line = r#"{"type":"article","id":"i","title":"Lamp","sections":[{"role":"cause","text":"WORDS"}]}"#
        .replace("WORDS", &words(&mut rng, 4_000));
    let error = base
        .import_bytes(
            Format::JsonLines,
            "a.jsonl",
            line.as_bytes(),
            &ImportOptions::new(),
            &mut |_| ControlFlow::Continue(()),
        )
        .unwrap_err();
    assert_eq!(error.code(), ErrorCode::MemoryLimit);

    // A write that frees memory is never rejected; afterwards there is room.
    for n in 0..n * 2 / 3 {
        base.archive(&format!("a{n:05}")).unwrap();
    }
    let (more, error) = fill(&base, &mut rng, n);
    assert_eq!(error.code(), ErrorCode::MemoryLimit);
    assert!(
        more > 5,
        "{more} more after {} of {n} were archived",
        n * 2 / 3
    );
    assert!(base.stats().unwrap().memory.total() <= limit);
    base.verify().unwrap();
}

#[test]
fn what_a_write_takes_is_within_what_it_is_expected_to_take() {
    let base = Base::in_memory().clock(clock()).open().unwrap();
    let mut rng = Rng(4);
    base.put(article(&mut rng, 0, 10)).unwrap();
    // Texts from a small vocabulary, and texts of distinct words.
    let few = |rng: &mut Rng, n: usize| words(rng, n);
    let many = |rng: &mut Rng, n: usize| {
        let distinct: Vec<String> = (0..n).map(|_| letters(rng, 8)).collect();
        distinct.join(" ")
    };
    type Text<'a> = &'a dyn Fn(&mut Rng, usize) -> String;
    let texts: [(&str, Text<'_>, usize); 5] = [
        ("few words", &few, 40),
        ("few words", &few, 600),
        ("all distinct", &many, 40),
        ("all distinct", &many, 150),
        ("all distinct", &many, 600),
    ];
    for (i, (name, text, n_words)) in texts.into_iter().enumerate() {
        let before = base.stats().unwrap();
        let (mut expected, mut n_bytes) = (0, 0);
        for n in 0..100 {
            let draft = ArticleDraft::new(format!("{i}-{n}"), Kind::Product, text(&mut rng, 5))
                .section(Role::Resolution, text(&mut rng, n_words))
                .audience("public")
                .confidence(Confidence::Validated);
            let bytes = (draft.title.len() + draft.sections[0].text.len()) as u64;
            expected += 2_048 + 20 * bytes;
            n_bytes += bytes;
            base.put(draft).unwrap();
        }
        let grown = grown(&base, &before);
        let share = grown as f64 / expected as f64;
        eprintln!(
            "{name}, {n_words}: {grown} bytes, {:.1} for each of text, {share:.2} of what is expected",
            grown as f64 / n_bytes as f64
        );
        assert!((0.1..=1.0).contains(&share), "{name}, {n_words}: {share}");
    }
}

/// A random word of `n` letters.
fn letters(rng: &mut Rng, n: usize) -> String {
    (0..n)
        .map(|_| char::from(b'a' + rng.below(26) as u8))
        .collect()
}

#[test]
fn a_base_on_disk_moves_documents_to_its_index_before_it_refuses() {
    let dir = tempfile::tempdir().unwrap();
    let limit = 4 * MIB;
    let open = |options: BaseOptions| {
        options
            .clock(clock())
            .background(false)
            .index_flush_docs(1_000_000)
            .memory_limit(limit)
            .open()
    };
    let base = open(Base::on_disk(dir.path())).unwrap();
    // The cache may grow to a quarter, and the parts of an open store are counted too.
    let store = base.stats().unwrap().memory.store;
    assert!((64 << 10..limit / 4).contains(&store), "{store}");
    let mut rng = Rng(5);
    let (n, error) = fill(&base, &mut rng, 0);
    assert_eq!(error.code(), ErrorCode::MemoryLimit);
    let stats = base.stats().unwrap();
    eprintln!("{n} articles in {limit} bytes: {stats:?}");
    assert!(stats.documents_on_disk > u64::from(n) / 2, "{stats:?}");
    assert!(stats.memory.total() <= limit, "{stats:?}");
    assert!(finds(&base));
    base.verify().unwrap();
    drop(base);

    // The base opens again under the limit it was filled under, but not under a smaller one.
    let base = open(Base::on_disk(dir.path()));
    let base = base.unwrap();
    assert_eq!(base.counts().articles, n);
    drop(base);
    let small = || {
        Base::on_disk(dir.path())
            .clock(clock())
            .memory_limit(limit / 4)
    };
    let error = small().open().err().unwrap();
    assert_eq!(error.code(), ErrorCode::MemoryLimit);
    assert!(
        error.to_string().contains(&(limit / 4).to_string()),
        "{error}"
    );
    let base = Base::on_disk(dir.path()).clock(clock()).open().unwrap();
    assert_eq!(base.counts().articles, n, "nothing was changed by that");
    base.verify().unwrap();
}

#[test]
fn limits_that_cannot_be_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("base");
    let error = Base::on_disk(&folder)
        .memory_limit(1_000)
        .cache_bytes(1_001)
        .open()
        .err()
        .unwrap();
    assert_eq!(error.code(), ErrorCode::Contradiction);
    let error = Base::on_disk(&folder).memory_limit(0).open().err().unwrap();
    assert_eq!(error.code(), ErrorCode::InvalidValue);
    assert!(!folder.exists(), "nothing was touched");
    let error = Base::in_memory().memory_limit(1).open().err().unwrap();
    assert_eq!(error.code(), ErrorCode::MemoryLimit);
}

const LIMIT: &str = "KENPOINT_TEST_MEMORY_LIMIT";
const ON_DISK: &str = "KENPOINT_TEST_MEMORY_ON_DISK";

/// A value of the process from the system, in bytes.
fn from_status(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib << 10
}

/// A process that fills one base to its limit; not a test of its own.
#[test]
#[ignore = "run by the test below, as a process of its own"]
fn child_fills_a_base() {
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|text| text.parse::<u64>().ok())
    };
    let (Some(limit), Some(on_disk)) = (number(LIMIT), number(ON_DISK)) else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    // Without the pages of the program itself, of which it uses more with each new call.
    let before = from_status("RssAnon");
    let options = if on_disk == 1 {
        Base::on_disk(dir.path())
    } else {
        Base::in_memory()
    };
    let base = options.clock(clock()).memory_limit(limit).open().unwrap();
    let mut rng = Rng(9);
    let (mut n, mut most) = (0u64, 0);
    let error = loop {
        // 300 words of a vocabulary of 50,000, and a word of its own.
        let text: Vec<String> = (0..300)
            .map(|_| format!("word{}", rng.below(50_000)))
            .collect();
        let draft = ArticleDraft::new(
            format!("a{n}"),
            Kind::Product,
            format!("Article {n} thing{}", n * 7_919),
        )
        .section(Role::Resolution, text.join(" "))
        .audience("public")
        .confidence(Confidence::Validated);
        if let Err(error) = base.put(draft) {
            break error;
        }
        n += 1;
        most = most.max(from_status("RssAnon"));
        if n.is_multiple_of(64) {
            let request = SearchRequest::new(format!("word{} thing7919", n), Viewer::new("public"));
            base.search(&request).unwrap();
        }
    };
    assert_eq!(error.code(), ErrorCode::MemoryLimit, "{error}");
    let (now, most) = (from_status("RssAnon") - before, most - before);
    let stats = base.stats().unwrap();
    println!(
        "filled: limit {limit} on disk {on_disk}: {n} articles, rss {:.2} of it, greatest {:.2}, counted {:.2}; {:?}",
        now as f64 / limit as f64,
        most as f64 / limit as f64,
        stats.memory.total() as f64 / limit as f64,
        stats.memory
    );
    let stays_within = most as f64 <= 1.3 * limit as f64;
    assert!(stays_within, "{most} bytes of {limit}");
}

/// The limit bounds what the process takes, and not only what the base counts.
/// The larger run: `KENPOINT_LIMITS=16,64,256 cargo test -p kenpoint --all-features --test memory within -- --nocapture`.
#[test]
#[cfg(target_os = "linux")]
fn a_process_stays_within_its_limit() {
    let limits = std::env::var("KENPOINT_LIMITS").unwrap_or_else(|_| "16,32".to_owned());
    let mut failed = Vec::new();
    for limit in limits.split(',') {
        let bytes = limit.parse::<u64>().unwrap() * MIB;
        for on_disk in ["0", "1"] {
            let done = std::process::Command::new(std::env::current_exe().unwrap())
                .args(["child_fills_a_base", "--exact", "--ignored", "--nocapture"])
                .env(LIMIT, bytes.to_string())
                .env(ON_DISK, on_disk)
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&done.stdout);
            let line = said
                .lines()
                .find(|line| line.contains("filled:"))
                .unwrap_or(&said);
            println!("{line}");
            if !done.status.success() {
                failed.push(format!("{limit} MiB, on disk {on_disk}: {line}"));
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}
