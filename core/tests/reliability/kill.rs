//! Killed processes: a writing process is killed at random moments and loses nothing it acknowledged.
//!
//! The larger run: `KENPOINT_KILLS=500 cargo test -p kenpoint --test reliability kill:: -- --nocapture`.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use kenpoint::model::{
    ArticleDraft, CaseDraft, CaseKind, Confidence, Event, EventKind, Kind, LinkDraft, LinkType,
    Reuse, Role, Viewer,
};
use kenpoint::{Base, ErrorCode, SearchRequest};

use crate::{Rng, from_env};

const FOLDER: &str = "KENPOINT_TEST_KILL_FOLDER";
const ROUND: &str = "KENPOINT_TEST_KILL_ROUND";

/// The process to kill; not a test of its own.
#[test]
#[ignore = "run by the tests of this module, as a process of its own"]
fn child() {
    let Ok(folder) = std::env::var(FOLDER) else {
        return;
    };
    let round = from_env(ROUND, 0);
    let folder = Path::new(&folder);
    let base = Base::on_disk(folder.join("base"))
        .index_flush_docs(16)
        .open()
        .unwrap();
    fs::write(folder.join("open"), "").unwrap();
    std::thread::scope(|scope| {
        for thread in 0..3 {
            let base = &base;
            scope.spawn(move || write(base, folder, round, thread));
        }
    });
}

/// Writes in a loop. After an id is acknowledged as durable, it is appended to a file.
fn write(base: &Base, folder: &Path, round: u64, thread: u64) {
    let mut acks = File::options()
        .append(true)
        .create(true)
        .open(folder.join(format!("acked-{thread}")))
        .unwrap();
    let mut rng = Rng(round * 16 + thread);
    let words = ["lamp", "fuse", "router", "red", "dark", "reset", "cable"];
    for n in 0u64.. {
        let id = format!("e-{round}-{thread}-{n}");
        let article = format!("a-{}", rng.below(40));
        let case = format!("c-{}", rng.below(20));
        let what = match rng.below(8) {
            0..3 => {
                let text = format!("{} {} of {id}", rng.pick(&words), rng.pick(&words));
                let draft = ArticleDraft::new(&article, Kind::Product, text)
                    .section(Role::Resolution, format!("change the {}", rng.pick(&words)))
                    .audience("public")
                    .confidence(Confidence::Validated);
                EventKind::Put {
                    article: Box::new(draft),
                    expects: None,
                }
            }
            3 => EventKind::Solved { article },
            4 => EventKind::Viewed {
                article,
                impression: None,
            },
            5 => {
                let draft = CaseDraft::new(&case, CaseKind::Service).entry(
                    Reuse::Section(Role::Issue),
                    format!("the {} is {}", rng.pick(&words), rng.pick(&words)),
                );
                EventKind::CaseOpened {
                    case: Box::new(draft),
                }
            }
            6 => EventKind::Linked {
                link: LinkDraft::new(&case, article, LinkType::Resolved),
            },
            _ => EventKind::CaseResolved {
                first_contact: None,
            },
        };
        let mut event = Event::new(base.now(), what).id(&id);
        if matches!(
            event.what,
            EventKind::CaseOpened { .. }
                | EventKind::Linked { .. }
                | EventKind::CaseResolved { .. }
        ) {
            event = event.case(&case);
        }
        let durable = event.is_durable();
        // Opening an existing case, or an event of an absent case, is rejected and acknowledges nothing.
        let taken = base
            .record(event)
            .is_ok_and(|done| done == kenpoint::Recorded::New);
        if taken && durable {
            acks.write_all(format!("{id}\n").as_bytes()).unwrap();
        }
    }
}

fn start(folder: &Path, round: u64) -> Child {
    let _ = fs::remove_file(folder.join("open"));
    Command::new(std::env::current_exe().unwrap())
        .args(["kill::child", "--exact", "--ignored"])
        .env(FOLDER, folder)
        .env(ROUND, round.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Kills by SIGKILL on Unix, so that the process cannot react.
fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

fn acked(folder: &Path) -> Vec<String> {
    let mut ids = Vec::new();
    for thread in 0..3 {
        let text = fs::read_to_string(folder.join(format!("acked-{thread}"))).unwrap_or_default();
        ids.extend(
            text.split_inclusive('\n')
                .filter_map(|line| line.strip_suffix('\n'))
                .map(str::to_owned),
        );
    }
    ids
}

fn recorded(base: &Base) -> BTreeSet<String> {
    let mut out = Vec::new();
    base.export(&mut out).unwrap();
    let mut ids = BTreeSet::new();
    for line in String::from_utf8(out).unwrap().lines() {
        // No other value begins with a string of this form.
        for part in line.split("\"e-").skip(1) {
            ids.insert(format!("e-{}", part.split('"').next().unwrap()));
        }
    }
    ids
}

/// Opens the base of a killed process and compares it with the acknowledged ids. Returns its number of records.
fn check(folder: &Path, what: &str) -> u64 {
    let base = Base::on_disk(folder.join("base"))
        .index_flush_docs(16)
        .open()
        .unwrap_or_else(|e| panic!("{what}: {e:?}"));
    let verified = base.verify().unwrap_or_else(|e| panic!("{what}: {e:?}"));
    let there = recorded(&base);
    for id in acked(folder) {
        assert!(
            there.contains(&id),
            "{what}: {id} was acknowledged and is lost"
        );
    }
    let search = SearchRequest::new("lamp fuse dark", Viewer::new("public"));
    base.search(&search)
        .unwrap_or_else(|e| panic!("{what}: {e:?}"));
    verified.records
}

#[test]
fn sixty_kills_lose_nothing_that_was_acknowledged() {
    let kills = from_env("KENPOINT_KILLS", 60);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut rng = Rng(20_261_123);
    let (mut n_busy, mut n_writing, mut last) = (0, 0, 0);
    for round in 0..kills {
        let before = acked(folder).len();
        let child = start(folder, round);
        // Three of four processes are killed at work, one while it opens.
        if rng.below(4) > 0 {
            let begun = Instant::now();
            while !folder.join("open").exists() && begun.elapsed() < Duration::from_secs(20) {
                std::thread::sleep(Duration::from_millis(1));
            }
            let error = Base::on_disk(folder.join("base")).open().err();
            let code = error.as_ref().map(kenpoint::Error::code);
            assert_eq!(code, Some(ErrorCode::Busy), "round {round}: {error:?}");
            n_busy += 1;
            std::thread::sleep(Duration::from_micros(rng.below(120_000)));
        } else {
            std::thread::sleep(Duration::from_micros(rng.below(30_000)));
        }
        kill(child);
        let records = check(folder, &format!("kill {round}"));
        assert!(
            records >= last,
            "kill {round}: {records} records, {last} before"
        );
        last = records;
        n_writing += u64::from(acked(folder).len() > before);
    }
    println!(
        "{kills} kills: {n_busy} times Busy, {n_writing} times at work, {} acknowledged, {last} records",
        acked(folder).len()
    );
    assert!(
        n_writing > kills / 4,
        "most were killed before they wrote: {n_writing}"
    );
}

#[test]
fn a_base_killed_while_it_is_made_can_be_made_again() {
    let kills = from_env("KENPOINT_KILLS", 60) / 2;
    let mut rng = Rng(7);
    let mut states = BTreeSet::new();
    for round in 0..kills {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let child = start(folder, round);
        let begun = Instant::now();
        while !folder.join("base").exists() && begun.elapsed() < Duration::from_secs(20) {
            std::thread::yield_now();
        }
        std::thread::sleep(Duration::from_micros(rng.below(20_000)));
        kill(child);
        let left: Vec<String> = fs::read_dir(folder.join("base"))
            .map(|dir| {
                dir.filter_map(|e| Some(e.ok()?.file_name().to_string_lossy().into_owned()))
                    .collect()
            })
            .unwrap_or_default();
        states.insert(left.len());
        check(folder, &format!("made and killed {round}, left {left:?}"));
    }
    println!("{kills} kills while a base is made left {states:?} files");
}
