//! A full disk, damaged files, and folders that are no base.
//!
//! The larger run: `KENPOINT_FLIPS=5000 cargo test -p kenpoint --test reliability disk:: -- --nocapture`.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use kenpoint::model::{ArticleDraft, Confidence, Event, EventKind, Kind, Role, Viewer};
use kenpoint::{Base, Error, ErrorCode, FixedClock, SearchRequest, Timestamp};

use crate::{Mount, Rng, from_env};

fn t0() -> Timestamp {
    "2026-03-01T10:00:00Z".parse().unwrap()
}

fn open(folder: &Path) -> Result<Base, Error> {
    Base::on_disk(folder)
        .clock(FixedClock::at(t0()))
        .background(false)
        .index_flush_docs(8)
        .open()
}

fn article(n: u64, text: &str) -> ArticleDraft {
    ArticleDraft::new(format!("a-{n}"), Kind::Product, format!("Lamp number {n}"))
        .section(Role::Resolution, text)
        .audience("public")
        .confidence(Confidence::Validated)
}

fn answers(base: &Base) -> Result<String, Error> {
    let mut out = String::new();
    for query in ["lamp", "number 3", "fuse dark", "\"lamp number\" 7", "num*"] {
        let answer = base.search(&SearchRequest::new(query, Viewer::new("public")))?;
        for hit in answer.hits {
            out += &format!("{} {:x} {} ", hit.id, hit.score.to_bits(), hit.snippet.text);
        }
        out += "| ";
    }
    Ok(out)
}

#[test]
fn a_full_disk_is_said_reading_goes_on_and_so_does_writing_with_space() {
    let Some(mount) = Mount::new("24m") else {
        println!("skipped: this machine does not let the test mount a small file system");
        return;
    };
    let folder = mount.path().join("base");
    let base = open(&folder).unwrap();
    let mut rng = Rng(5);
    let mut text = || {
        (0..4_000)
            .map(|_| format!("w{:x} ", rng.next()))
            .collect::<String>()
    };
    let mut acked = 0;
    for n in 0..10 {
        base.put(article(n, &text())).unwrap();
        acked += 1;
    }
    let view = |n: u64| {
        let what = EventKind::Viewed {
            article: "a-1".into(),
            impression: None,
        };
        Event::new(t0(), what).id(format!("view-{n}")).session("s")
    };
    let filler = mount.path().join("filler");
    for round in 0u64..3 {
        base.record(view(round)).unwrap();
        let _ = fs::write(&filler, vec![7u8; 64 << 20]);
        let before = answers(&base).unwrap();
        let mut n_full = 0;
        for n in 0..60 {
            match base.put(article(1_000 * (round + 1) + n, &text())) {
                Ok(_) => acked += 1,
                Err(error) => {
                    assert_eq!(error.code(), ErrorCode::DiskFull, "{error:?}");
                    assert!(error.message().contains("make space"), "{error}");
                    n_full += 1;
                    // Reading continues, from memory and from the file.
                    answers(&base).unwrap();
                    base.article("a-1").unwrap();
                    base.versions("a-3").unwrap();
                }
            }
            if n_full == 3 {
                break;
            }
        }
        println!(
            "round {round}: {acked} acknowledged, {n_full} refused; before {}",
            before.len()
        );
        assert!(n_full > 0, "the disk was never full");
        fs::remove_file(&filler).unwrap();
        base.put(article(2_000 * (round + 1), "space again"))
            .unwrap();
        acked += 1;
        assert_eq!(base.counts().articles, acked);
        base.verify().unwrap();
    }
    let (said, digest) = (answers(&base).unwrap(), base.digest().unwrap());
    base.close().unwrap();
    let again = open(&folder).unwrap();
    assert_eq!(
        (answers(&again).unwrap(), again.digest().unwrap()),
        (said, digest)
    );
    // Views recorded while the disk was full are in the log.
    let mut log = Vec::new();
    again.export(&mut log).unwrap();
    let log = String::from_utf8(log).unwrap();
    assert!((0..3).all(|n| log.contains(&format!("view-{n}"))));
}

/// Makes a base of some articles in a folder and closes it; returns its answers.
fn sample(folder: &Path) -> String {
    let base = open(folder).unwrap();
    for n in 0..30 {
        base.put(article(
            n,
            if n % 3 == 0 {
                "Change the fuse."
            } else {
                "It is dark."
            },
        ))
        .unwrap();
        let rated = EventKind::Rated {
            article: format!("a-{n}"),
            value: 1.0,
        };
        base.record(Event::new(t0(), rated).by(format!("x{n}")))
            .unwrap();
    }
    let said = answers(&base).unwrap();
    base.close().unwrap();
    said
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Opens a damaged base and asks all questions. Returns true for equal answers, false for an error.
fn ask(folder: &Path, said: &str, what: &str) -> Result<bool, String> {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let base = match open(folder) {
            Ok(base) => base,
            Err(error) => return Ok((false, error.code())),
        };
        match answers(&base) {
            Ok(found) if found == said => Ok((true, ErrorCode::Internal)),
            Ok(found) => Err(format!("{what}: other answers: {found}")),
            Err(error) => Ok((false, error.code())),
        }
    }));
    match outcome {
        Err(_) => Err(format!("{what}: panic")),
        Ok(Err(wrong)) => Err(wrong),
        Ok(Ok((equal, code))) => {
            if !equal
                && !matches!(
                    code,
                    ErrorCode::Corrupt
                        | ErrorCode::NotABase
                        | ErrorCode::FormatTooNew
                        | ErrorCode::Io
                )
            {
                return Err(format!("{what}: {code}"));
            }
            Ok(equal)
        }
    }
}

#[test]
fn a_flipped_bit_in_the_store_gives_an_error_or_the_same_answers() {
    let dir = tempfile::tempdir().unwrap();
    let (whole, damaged) = (dir.path().join("whole"), dir.path().join("damaged"));
    let said = sample(&whole);
    let bytes = fs::read(whole.join("base.redb")).unwrap();
    let mut rng = Rng(99);
    let flips = from_env("KENPOINT_FLIPS", 300);
    let (mut n_equal, mut wrong) = (0, Vec::new());
    for n in 0..flips {
        // A third of the flips hits the header and the first pages.
        let reach = if n % 3 == 0 {
            8_192
        } else {
            bytes.len() as u64
        };
        let (at, bit) = (rng.below(reach) as usize, rng.below(8));
        let _ = fs::remove_dir_all(&damaged);
        copy(&whole, &damaged);
        let mut bytes = bytes.clone();
        bytes[at] ^= 1 << bit;
        fs::write(damaged.join("base.redb"), &bytes).unwrap();
        match ask(&damaged, &said, &format!("byte {at} bit {bit}")) {
            Ok(equal) => n_equal += u64::from(equal),
            Err(what) => wrong.push(what),
        }
    }
    println!(
        "store: {flips} flips: {n_equal} equal answers, {} wrong",
        wrong.len()
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_damaged_index_is_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let (whole, damaged) = (dir.path().join("whole"), dir.path().join("damaged"));
    let said = sample(&whole);
    let files: Vec<_> = fs::read_dir(whole.join("index"))
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    let mut rng = Rng(3);
    let mut n = 0;
    for file in &files {
        let bytes = fs::read(whole.join("index").join(file)).unwrap();
        for round in 0..40 {
            let mut bytes = bytes.clone();
            let at = rng.below(bytes.len() as u64) as usize;
            match round {
                0 => bytes.clear(),
                1 => bytes.truncate(at),
                _ if bytes.is_empty() => {}
                _ => bytes[at] ^= 1 << rng.below(8),
            }
            let _ = fs::remove_dir_all(&damaged);
            copy(&whole, &damaged);
            fs::write(damaged.join("index").join(file), &bytes).unwrap();
            assert_eq!(ask(&damaged, &said, &format!("{file:?} {at}")), Ok(true));
            n += 1;
        }
    }
    let _ = fs::remove_dir_all(damaged.join("index"));
    assert_eq!(ask(&damaged, &said, "no index"), Ok(true));
    println!("index: {n} damages of {} files, equal answers", files.len());
}

#[test]
fn what_is_no_base_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let code = |folder: &Path| {
        let error = catch_unwind(|| open(folder).err())
            .expect("no panic")
            .expect("an error");
        assert!(
            error
                .message()
                .contains(folder.file_name().unwrap().to_str().unwrap()),
            "{error}"
        );
        error.code()
    };
    let other = dir.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("letter.txt"), "dear").unwrap();
    assert_eq!(code(&other), ErrorCode::NotABase);
    assert_eq!(
        fs::read_dir(&other).unwrap().count(),
        1,
        "nothing was put beside it"
    );
    assert_eq!(code(&other.join("letter.txt")), ErrorCode::Io);
    assert_eq!(code(&other.join("letter.txt").join("below")), ErrorCode::Io);

    let strange = dir.path().join("strange");
    sample(&strange);
    fs::write(strange.join("base.redb"), "this is a letter and no store").unwrap();
    assert_eq!(code(&strange), ErrorCode::Corrupt);
    fs::write(strange.join("FORMAT"), [0xff, 0xfe, 0x00]).unwrap();
    assert_eq!(code(&strange), ErrorCode::NotABase);
    // The message names the folder to change, not a file in it.
    let message = open(&strange).err().unwrap().to_string();
    assert!(message.contains("strange: "), "{message}");

    let old = dir.path().join("old");
    sample(&old);
    let mut bytes = fs::read(old.join("base.redb")).unwrap();
    // The format versions of both commit slots of redb.
    bytes[64] = 2;
    bytes[192] = 2;
    fs::write(old.join("base.redb"), bytes).unwrap();
    let error = open(&old).err().unwrap();
    assert_eq!(error.code(), ErrorCode::NotABase);
    assert!(error.message().contains("old redb format 2"), "{error}");

    let newer = dir.path().join("newer");
    sample(&newer);
    fs::write(newer.join("FORMAT"), "kenpoint base, format 77\n").unwrap();
    let before = fs::read(newer.join("base.redb")).unwrap();
    let error = open(&newer).err().unwrap();
    assert_eq!(error.code(), ErrorCode::FormatTooNew);
    assert!(
        error.message().contains("77") && error.message().contains("up to 1"),
        "{error}"
    );
    assert_eq!(fs::read(newer.join("base.redb")).unwrap(), before);
}

#[test]
fn a_creation_cut_short_is_started_again() {
    let dir = tempfile::tempdir().unwrap();
    for (n, (format, new_store)) in [
        (None, None),
        (Some(""), None),
        (None, Some(0)),
        (Some("kenpoint ba"), Some(1 << 16)),
        (Some("kenpoint base, format 1\n"), Some(1 << 16)),
    ]
    .into_iter()
    .enumerate()
    {
        let cut = dir.path().join(format!("cut{n}"));
        fs::create_dir(&cut).unwrap();
        if let Some(text) = format {
            fs::write(cut.join("FORMAT"), text).unwrap();
        }
        if let Some(length) = new_store {
            fs::write(cut.join("base.redb.new"), vec![0u8; length]).unwrap();
        }
        open(&cut).unwrap().put(article(1, "lamp")).unwrap();
        assert_eq!(open(&cut).unwrap().counts().articles, 1);
        let mut names: Vec<_> = fs::read_dir(&cut)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        assert_eq!(names, ["FORMAT", "base.redb", "index"]);
    }
}

/// A folder that lost its store must not open as a new base, and no file may be changed.
#[test]
fn a_lost_store_is_corrupt_and_stays_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let whole = dir.path().join("whole");
    sample(&whole);
    let fresh = dir.path().join("fresh");
    drop(open(&fresh).unwrap());
    type Damage = fn(&Path);
    let damages: [(&str, Damage); 5] = [
        ("missing", |store| fs::remove_file(store).unwrap()),
        ("empty", |store| fs::write(store, "").unwrap()),
        ("short", |store| fs::write(store, "redb").unwrap()),
        ("zeroed", |store| {
            let mut bytes = fs::read(store).unwrap();
            bytes[..4].fill(0);
            fs::write(store, bytes).unwrap();
        }),
        ("another", |store| {
            let fresh = store.with_file_name("../fresh/base.redb");
            fs::copy(fresh, store).unwrap();
        }),
    ];
    for (what, damage) in damages {
        for has_index in [true, false] {
            // Without its index, a new empty store cannot be told from this one.
            if what == "another" && !has_index {
                continue;
            }
            let damaged = dir.path().join(format!("{what}-{has_index}"));
            copy(&whole, &damaged);
            if !has_index {
                fs::remove_dir_all(damaged.join("index")).unwrap();
            }
            let store = damaged.join("base.redb");
            damage(&store);
            let before = fs::read(&store).ok();
            let error = open(&damaged)
                .err()
                .unwrap_or_else(|| panic!("{what} opened"));
            assert_eq!(error.code(), ErrorCode::Corrupt, "{what}: {error}");
            assert!(error.message().contains("backup"), "{what}: {error}");
            if what != "another" {
                assert_eq!(fs::read(&store).ok(), before, "{what}");
            }
        }
    }
}

#[test]
fn the_files_are_free_when_the_last_handle_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    for round in 0u64..20 {
        // The background thread is at work when the handle is dropped.
        let base = Base::on_disk(dir.path().join("base"))
            .clock(FixedClock::at(t0()))
            .index_flush_docs(2)
            .open()
            .unwrap_or_else(|e| panic!("round {round}: {e}"));
        let viewed = EventKind::Viewed {
            article: "a-0".into(),
            impression: None,
        };
        for n in 0..5 {
            base.put(article(round * 5 + n, "dark")).unwrap();
        }
        let id = format!("view-{round}");
        base.record(Event::new(t0(), viewed).id(&id).session("s"))
            .unwrap();
        // The relaxed views of all earlier rounds are in the log.
        let mut log = Vec::new();
        base.export(&mut log).unwrap();
        let log = String::from_utf8(log).unwrap();
        assert_eq!(log.matches("\"view-").count() as u64, round + 1);
    }
}
