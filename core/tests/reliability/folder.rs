//! The folder of a base in the hands of others: moved away, replaced, copied while in use, and opened read-only.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use kenpoint::model::{ArticleDraft, Confidence, Event, EventKind, Kind, Role, Viewer};
use kenpoint::{
    Base, BaseOptions, Error, ErrorCode, FixedClock, RankPolicy, SearchRequest, Timestamp,
};

use crate::Mount;

fn t0() -> Timestamp {
    "2026-03-01T10:00:00Z".parse().unwrap()
}

fn options(folder: &Path) -> BaseOptions {
    Base::on_disk(folder)
        .clock(FixedClock::at(t0()))
        .background(false)
}

fn article(n: u64) -> ArticleDraft {
    ArticleDraft::new(format!("a-{n}"), Kind::Product, format!("Lamp {n}"))
        .section(Role::Resolution, "Change the fuse.")
        .audience("public")
        .confidence(Confidence::Validated)
}

fn viewed(base: &Base) -> Event {
    let what = EventKind::Viewed {
        article: "a-1".into(),
        impression: None,
    };
    Event::new(base.now(), what).session("s")
}

fn n_found(base: &Base) -> usize {
    let request = SearchRequest::new("lamp", Viewer::new("public")).limit(50);
    base.search(&request).unwrap().hits.len()
}

/// Makes a base of `n` articles, all of them in the index on disk.
fn sample(folder: &Path, n: u64) {
    let base = options(folder).open().unwrap();
    for i in 0..n {
        base.put(article(i)).unwrap();
    }
    base.close().unwrap();
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

/// Every file below a folder, with its bytes and the time of its last change.
fn files(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let changed = fs::metadata(&path).unwrap().modified().unwrap();
        if path.is_dir() {
            found.append(&mut files(&path));
            found.insert(path, (Vec::new(), changed));
        } else {
            found.insert(path.clone(), (fs::read(&path).unwrap(), changed));
        }
    }
    found
}

fn assert_gone(error: &Error) {
    assert_eq!(error.code(), ErrorCode::Io, "{error}");
    assert!(error.message().contains("no longer where"), "{error}");
    assert!(
        error.message().contains("open it at its new place"),
        "{error}"
    );
}

#[test]
fn a_write_after_the_folder_was_moved_is_an_error_and_nothing_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let (folder, aside) = (dir.path().join("base"), dir.path().join("aside"));
    let base = options(&folder).open().unwrap();
    base.put(article(1)).unwrap();
    // Acknowledged and not durable yet: it must survive all of this.
    base.record(viewed(&base)).unwrap();
    fs::rename(&folder, &aside).unwrap();
    for _ in 0..2 {
        assert_gone(&base.put(article(2)).unwrap_err());
        assert_gone(&base.record(viewed(&base)).unwrap_err());
        assert_gone(&base.flush().unwrap_err());
        // Reading goes on.
        assert_eq!(n_found(&base), 1);
        assert_eq!(base.article("a-1").unwrap().title, "Lamp 1");
    }
    assert_gone(&base.clone().close().unwrap_err());
    assert!(!folder.exists(), "nothing was made in its place");

    // Put back, it goes on where it was.
    fs::rename(&aside, &folder).unwrap();
    base.put(article(3)).unwrap();
    base.close().unwrap();
    let base = options(&folder).open().unwrap();
    assert_eq!((base.counts().articles, n_found(&base)), (2, 2));
    let mut log = Vec::new();
    base.export(&mut log).unwrap();
    assert_eq!(
        String::from_utf8(log)
            .unwrap()
            .matches("\"viewed\"")
            .count(),
        1
    );
    base.verify().unwrap();
}

#[test]
fn a_write_after_the_folder_was_removed_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("base");
    let base = options(&folder).open().unwrap();
    base.put(article(1)).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    assert_gone(&base.put(article(2)).unwrap_err());
    assert_gone(&base.close().unwrap_err());
    assert!(!folder.exists(), "nothing was made in its place");
    assert_eq!(options(&folder).open().unwrap().counts().articles, 0);
}

#[test]
fn another_base_in_the_place_of_this_one_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let (folder, aside, other) = (
        dir.path().join("base"),
        dir.path().join("aside"),
        dir.path().join("other"),
    );
    sample(&other, 5);
    let base = options(&folder).open().unwrap();
    base.put(article(1)).unwrap();
    fs::rename(&folder, &aside).unwrap();
    fs::rename(&other, &folder).unwrap();
    let before = files(&folder);
    let error = base.put(article(2)).unwrap_err();
    assert_gone(&error);
    assert!(error.message().contains("another file"), "{error}");
    assert_gone(&base.clone().close().unwrap_err());
    assert_eq!(n_found(&base), 1, "answers come from the own file");
    drop(base);
    assert_eq!(files(&folder), before);
    assert_eq!(options(&folder).open().unwrap().counts().articles, 5);
    assert_eq!(options(&aside).open().unwrap().counts().articles, 1);
}

#[test]
fn opening_and_reading_leave_every_byte_of_the_store_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    sample(dir.path(), 20);
    let before = files(dir.path());
    for trust in [false, true] {
        let base = options(dir.path()).trust_file(trust).open().unwrap();
        assert_eq!(n_found(&base), 20);
        base.verify().unwrap();
        drop(base);
        let base = options(dir.path()).trust_file(trust).open().unwrap();
        base.close().unwrap();
    }
    let (store, index) = ("base.redb", "index");
    let after = files(dir.path());
    assert!(after.get(&dir.path().join(store)) == before.get(&dir.path().join(store)));
    assert!(after.contains_key(&dir.path().join(index)));
    // The first change goes to the file, and the next opening finds it.
    let base = options(dir.path()).open().unwrap();
    base.put(article(100)).unwrap();
    drop(base);
    assert_eq!(options(dir.path()).open().unwrap().counts().articles, 21);
}

#[test]
fn a_base_that_is_read_only_writes_nothing_and_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("base");
    sample(&folder, 12);
    let expected = {
        let base = options(&folder).open().unwrap();
        (n_found(&base), base.digest().unwrap())
    };
    let before = files(&folder);
    for trust in [false, true] {
        let base = options(&folder)
            .trust_file(trust)
            .read_only(true)
            .open()
            .unwrap();
        assert_eq!((n_found(&base), base.digest().unwrap()), expected);
        let stats = base.stats().unwrap();
        assert_eq!(
            (stats.documents_on_disk, stats.documents_in_memory),
            (12, 0)
        );
        assert!(stats.files.store > 0 && stats.files.index > 0, "{stats:?}");
        let writes: [(&str, Result<(), Error>); 5] = [
            ("put", base.put(article(1)).map(drop)),
            ("archive", base.archive("a-1").map(drop)),
            ("view", base.record(viewed(&base)).map(drop)),
            ("policy", base.set_policy(RankPolicy::default()).map(drop)),
            ("flag", base.record_all(vec![viewed(&base)]).map(drop)),
        ];
        for (what, done) in writes {
            let error = done.unwrap_err();
            assert_eq!(error.code(), ErrorCode::ReadOnly, "{what}: {error}");
            assert!(error.message().contains("without read_only"), "{error}");
        }
        // Reading in all its forms.
        base.verify().unwrap();
        base.as_of(t0()).map(drop).unwrap();
        base.export(&mut Vec::new()).unwrap();
        base.flush().unwrap();
        // Readers share it, and keep every writer out.
        let second = options(&folder).read_only(true).open().unwrap();
        assert_eq!(n_found(&second), 12);
        assert_eq!(
            options(&folder).open().err().unwrap().code(),
            ErrorCode::Busy
        );
        drop(second);
        assert_eq!(
            options(&folder).open().err().unwrap().code(),
            ErrorCode::Busy
        );
        base.close().unwrap();
    }
    assert!(files(&folder) == before, "a file was changed");

    // A writer keeps every reader out.
    let writer = options(&folder).open().unwrap();
    let error = options(&folder).read_only(true).open().err().unwrap();
    assert_eq!(error.code(), ErrorCode::Busy, "{error}");
    drop(writer);
    options(&folder).read_only(true).open().unwrap();
}

#[test]
fn a_base_opens_on_a_read_only_file_system() {
    let Some(mount) = Mount::new("24m") else {
        println!("skipped: this machine does not let the test mount a file system");
        return;
    };
    let folder = mount.path().join("base");
    sample(&folder, 7);
    let before = files(&folder);
    assert!(
        mount.make_read_only(),
        "the file system can be mounted anew"
    );
    assert!(fs::write(mount.path().join("x"), "x").is_err());
    let base = options(&folder).read_only(true).open().unwrap();
    assert_eq!(n_found(&base), 7);
    base.verify().unwrap();
    assert_eq!(
        base.put(article(9)).unwrap_err().code(),
        ErrorCode::ReadOnly
    );
    base.close().unwrap();
    assert!(files(&folder) == before);
    // A base that may write needs a place to write to.
    let error = options(&folder).open().err().unwrap();
    assert_eq!(error.code(), ErrorCode::Io, "{error}");
}

#[test]
fn read_only_an_index_that_cannot_be_used_is_made_in_memory() {
    let dir = tempfile::tempdir().unwrap();
    sample(dir.path(), 9);
    let expected = options(dir.path()).open().unwrap().digest().unwrap();
    let index = dir.path().join("index");
    for entry in fs::read_dir(&index).unwrap() {
        let path = entry.unwrap().path();
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&path, bytes).unwrap();
    }
    for what in ["damaged", "absent"] {
        let before = files(dir.path());
        let base = options(dir.path()).read_only(true).open().unwrap();
        assert_eq!(n_found(&base), 9, "{what}");
        assert_eq!(base.digest().unwrap(), expected, "{what}");
        let stats = base.stats().unwrap();
        assert_eq!((stats.documents_on_disk, stats.documents_in_memory), (0, 9));
        base.close().unwrap();
        assert!(files(dir.path()) == before, "{what}");
        fs::remove_dir_all(&index).unwrap_or_default();
    }
    assert!(!index.exists());
}

#[test]
fn read_only_the_image_of_a_running_disk_opens_to_its_last_durable_change() {
    let dir = tempfile::tempdir().unwrap();
    let (folder, image) = (dir.path().join("base"), dir.path().join("image"));
    let base = options(&folder).open().unwrap();
    for n in 0..6 {
        base.put(article(n)).unwrap();
    }
    base.record(viewed(&base)).unwrap();
    copy(&folder, &image);
    base.put(article(6)).unwrap();
    drop(base);
    let before = files(&image);
    for _ in 0..2 {
        let copied = options(&image).read_only(true).open().unwrap();
        assert_eq!((copied.counts().articles, n_found(&copied)), (6, 6));
        copied.verify().unwrap();
        drop(copied);
        assert!(files(&image) == before, "a file was changed");
    }
    // With the right to write, the same image is repaired on disk.
    assert_eq!(options(&image).open().unwrap().counts().articles, 6);
    assert!(files(&image) != before);
    assert_eq!(options(&folder).open().unwrap().counts().articles, 7);
}

#[test]
fn read_only_nothing_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let open = |folder: &Path| options(folder).read_only(true).open().err().unwrap();
    let absent = dir.path().join("absent");
    assert_eq!(open(&absent).code(), ErrorCode::NotABase);
    assert!(!absent.exists());
    let empty = dir.path().join("empty");
    fs::create_dir(&empty).unwrap();
    assert_eq!(open(&empty).code(), ErrorCode::NotABase);
    assert_eq!(fs::read_dir(&empty).unwrap().count(), 0);
    let error = Base::in_memory().read_only(true).open().err().unwrap();
    assert_eq!(error.code(), ErrorCode::Contradiction, "{error}");

    // A store of the host's that holds no base yet.
    use std::sync::Arc;
    let store: Arc<dyn kenpoint::store::Backend> = Arc::new(kenpoint::store::MemoryBackend::new());
    let over = || Base::with_backend(Arc::clone(&store));
    let error = over().read_only(true).open().err().unwrap();
    assert_eq!(error.code(), ErrorCode::NotABase, "{error}");
    over().open().unwrap().put(article(1)).unwrap();
    let base = over().read_only(true).open().unwrap();
    assert_eq!(base.counts().articles, 1);
    assert_eq!(
        base.put(article(2)).unwrap_err().code(),
        ErrorCode::ReadOnly
    );
}

#[test]
fn read_only_a_damaged_store_is_an_error_and_stays() {
    let dir = tempfile::tempdir().unwrap();
    sample(dir.path(), 5);
    let store = dir.path().join("base.redb");
    let whole = fs::read(&store).unwrap();
    let mut n_errors = 0;
    for at in (0..whole.len()).step_by(whole.len() / 60) {
        let mut bytes = whole.clone();
        bytes[at] ^= 4;
        fs::write(&store, &bytes).unwrap();
        match options(dir.path()).read_only(true).open() {
            Ok(base) => assert_eq!(n_found(&base), 5, "byte {at}"),
            Err(error) => {
                assert!(
                    matches!(error.code(), ErrorCode::Corrupt | ErrorCode::NotABase),
                    "byte {at}: {error}"
                );
                n_errors += 1;
            }
        }
        assert!(fs::read(&store).unwrap() == bytes, "byte {at}");
    }
    assert!(n_errors > 4, "{n_errors} of 60 flips were seen");
}
