//! The cost of a thousand small bases in one process: memory, threads, file descriptors, time to open.
//!
//! Each configuration runs in a process of its own (this program calls itself), so that memory freed by one is not
//! reused by the next. The figures depend on the machine, so no bar applies. Memory is resident pages from
//! `/proc/self/statm`; without `/proc` the program says so and measures nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use kenpoint::model::{ArticleDraft, Confidence, Event, EventKind, Kind, Role, Viewer};
use kenpoint::{Base, BaseOptions, FixedClock, Result, SearchRequest, Timestamp};

/// Number of articles per base.
const ARTICLES: usize = 20;

/// Page size in bytes of Linux on the machines we use.
const PAGE: u64 = 4_096;

/// The configurations, in order; some need the folder that an earlier one made.
const WAYS: &[&str] = &[
    "memory",
    "disk-make",
    "disk-open",
    "disk-open-no-thread",
    "disk-open-small-cache",
    "disk-open-visited",
    "disk-open-visited-no-thread",
];

/// Runs `hosts [n=1000]`, or `hosts way n folder` for one configuration in this process.
pub fn hosts(args: &[String]) -> std::result::Result<(), String> {
    if let [way, n, folder] = args {
        return one(way, number(n)?, Path::new(folder));
    }
    let n = match args {
        [] => 1_000,
        [n] => number(n.strip_prefix("n=").unwrap_or(n))?,
        _ => return Err("hosts takes the number of bases at most: n=1000".to_owned()),
    };
    if !Path::new("/proc/self/statm").exists() {
        return Err("there is no /proc here to read memory from".to_owned());
    }
    let folder = std::env::temp_dir().join(format!("kenpoint-hosts-{}", std::process::id()));
    println!(
        "{n} bases of {ARTICLES} articles each; memory, threads and files in excess of a process without any"
    );
    println!(
        "{:<28} {:>12} {:>12} {:>12} {:>9} {:>9} {:>9} {:>11}",
        "way", "KiB a base", "searched", "estimated", "threads", "files", "ms a base", "search us"
    );
    let done = WAYS.iter().try_for_each(|way| run(way, n, &folder));
    // If the files cannot be removed, the error names their folder.
    fs::remove_dir_all(&folder)
        .or_else(|e| {
            (e.kind() == std::io::ErrorKind::NotFound)
                .then_some(())
                .ok_or(e)
        })
        .map_err(|e| format!("{}: {e}", folder.display()))?;
    done
}

fn number(text: &str) -> std::result::Result<usize, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is not a number of bases"))
}

fn run(way: &str, n: usize, folder: &Path) -> std::result::Result<(), String> {
    let this = std::env::current_exe().map_err(|e| e.to_string())?;
    let status = Command::new(this)
        .args(["hosts", way, &n.to_string()])
        .arg(folder)
        .status()
        .map_err(|e| e.to_string())?;
    if status.success() {
        Ok(())
    } else {
        Err(format!(
            "{way}: {status}; each base on disk needs a file descriptor (`ulimit -n`)"
        ))
    }
}

fn one(way: &str, n: usize, folder: &Path) -> std::result::Result<(), String> {
    measure(way, n, folder).map_err(|e| format!("{way}: {e}"))
}

fn measure(way: &str, n: usize, folder: &Path) -> Result<()> {
    // Load everything that is paid once per process: the analyzer's tables, the first allocation.
    let warm = Base::in_memory().clock(clock()).open()?;
    warm.record_all(articles(0))?;
    search(&warm)?;
    drop(warm);

    let before = Costs::now();
    let (mut bases, mut took) = (Vec::with_capacity(n), Duration::ZERO);
    for number in 0..n {
        let began = Instant::now();
        let base = options(way, &folder.join(number.to_string()))?
            .clock(clock())
            .open()?;
        if matches!(way, "memory" | "disk-make") {
            base.record_all(articles(number))?;
        }
        if way.contains("visited") {
            base.record(visit())?;
        }
        took += began.elapsed();
        bases.push(base);
    }
    let after = Costs::now();
    let began = Instant::now();
    for base in &bases {
        search(base)?;
    }
    let searching = began.elapsed();
    let searched = Costs::now();
    let mut estimated = 0;
    for base in &bases {
        let memory = base.stats()?.memory;
        estimated += memory.total() - if way == "memory" { 0 } else { memory.store };
    }
    let each = |total: u64| total as f64 / n as f64;
    println!(
        "{way:<28} {:>12.1} {:>12.1} {:>12.1} {:>9} {:>9} {:>9.2} {:>11.1}",
        each(after.bytes.saturating_sub(before.bytes)) / 1024.0,
        each(searched.bytes.saturating_sub(before.bytes)) / 1024.0,
        each(estimated) / 1024.0,
        after.threads - before.threads,
        after.files - before.files,
        each(took.as_micros() as u64) / 1000.0,
        each(searching.as_micros() as u64),
    );
    // Write the index of the new bases, so that the next configurations read it.
    if way == "disk-make" {
        for base in bases {
            base.close()?;
        }
    }
    Ok(())
}

fn options(way: &str, folder: &Path) -> Result<BaseOptions> {
    if way == "memory" {
        return Ok(Base::in_memory());
    }
    let folder: PathBuf = folder.to_owned();
    fs::create_dir_all(&folder).map_err(|e| {
        kenpoint::Error::with_source(kenpoint::ErrorCode::Io, "the folder cannot be made", e)
    })?;
    let options = Base::on_disk(folder).background(!way.ends_with("no-thread"));
    Ok(if way.ends_with("small-cache") {
        options.cache_bytes(1 << 20)
    } else {
        options
    })
}

fn clock() -> FixedClock {
    FixedClock::at(Timestamp::default().plus_days(20_000))
}

fn articles(base: usize) -> Vec<Event> {
    let words = [
        "printer", "router", "invoice", "password", "update", "light", "cable", "server",
        "account", "window", "battery", "screen", "network", "driver", "order", "refund",
        "contract", "mailbox",
    ];
    let word = |i: usize| words[i % words.len()];
    (0..ARTICLES)
        .map(|n| {
            let seed = base * 31 + n * 7;
            let title = format!("The {} of the {} fails", word(seed), word(seed + 5));
            let text = |role: usize| -> String {
                let said = (0..40).map(|i| word(seed + role * 3 + i * (role + 2)));
                said.collect::<Vec<_>>().join(" ")
            };
            let article = ArticleDraft::new(format!("a{n}"), Kind::Product, title)
                .section(Role::Issue, text(1))
                .section(Role::Resolution, text(2))
                .audience("public")
                .confidence(Confidence::Validated);
            let what = EventKind::Put {
                article: Box::new(article),
                expects: None,
            };
            Event::new(Timestamp::default().plus_days(19_000), what)
        })
        .collect()
}

fn visit() -> Event {
    let what = EventKind::Viewed {
        article: "a1".to_owned(),
        impression: None,
    };
    Event::new(Timestamp::default().plus_days(20_000), what).session("visit")
}

fn search(base: &Base) -> Result<()> {
    let request = SearchRequest::new("printer update", Viewer::new("public"));
    base.search(&request).map(drop)
}

/// The costs of a process.
struct Costs {
    bytes: u64,
    threads: usize,
    files: usize,
}

impl Costs {
    fn now() -> Costs {
        let pages = fs::read_to_string("/proc/self/statm")
            .ok()
            .and_then(|text| text.split(' ').nth(1)?.parse::<u64>().ok());
        let entries = |folder| fs::read_dir(folder).map_or(0, Iterator::count);
        Costs {
            bytes: pages.unwrap_or(0) * PAGE,
            threads: entries("/proc/self/task"),
            files: entries("/proc/self/fd"),
        }
    }
}
