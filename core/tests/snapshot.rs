//! I12: a snapshot gives the same answers for its class, bit for bit, as the base as of its `known`. Also its format:
//! complete, of one version, for one viewer, from one instant on.
//!
//! `KENPOINT_QUERIES` sets the number of questions (default 1000).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test"
)]

mod common;

use common::{World, ask, ask_of, at, empty, empty_at, named, replay, size, words};
use kenpoint::model::{ArticleDraft, Confidence, Kind, Role, Viewer};
use kenpoint::{
    Base, ErrorCode, Markup, SearchRequest, Snapshot, SnapshotRequest, SnapshotShards,
    SnapshotSource, SuggestRequest, Timestamp, markdown_to_page,
};
use std::path::Path;

fn viewers() -> Vec<Viewer> {
    let mut viewers: Vec<Viewer> = ["public", "partner", "internal", "team"]
        .into_iter()
        .map(Viewer::new)
        .collect();
    viewers.push(Viewer::new("public").entitled_to("gold0"));
    viewers.push(
        Viewer::new("internal")
            .entitled_to("gold0")
            .entitled_to("gold1"),
    );
    viewers
}

fn snapshot(base: &Base, viewer: &Viewer, known: Timestamp) -> Snapshot {
    let request = SnapshotRequest::new(viewer.clone()).at(known);
    Snapshot::open(base.snapshot(&request).unwrap()).unwrap()
}

/// The base without the articles hidden from the viewer at `known`. By I3 its answers equal those of the whole base,
/// and unlike the whole base it does not change when a hidden article becomes valid later.
fn without_hidden(world: &World, viewer: &Viewer, known: Timestamp) -> Base {
    let base = empty_at("2026-12-31");
    let seen = |id: &String| world.sees(viewer, known, id);
    let log = world.log.iter();
    replay(
        &base,
        log.filter(|(_, event)| named(event).iter().all(seen)),
    );
    base
}

/// The ids the viewer may know. The id of a merged article is in the snapshots of viewers who saw that article.
fn known_ids(snapshot: &Snapshot, world: &World) -> Vec<String> {
    let ids = world.articles.iter();
    ids.filter(|id| snapshot.article(id).is_ok() || world.base.article(id).unwrap().id == **id)
        .cloned()
        .collect()
}

#[test]
fn i12_a_snapshot_answers_as_the_base_does() {
    let n_queries = size("KENPOINT_QUERIES", 1_000);
    let (mut asked, mut hits, mut seed) = (0, 0, 100);
    while asked < n_queries {
        let world = World::new(seed).live(160);
        let known = world.log.last().unwrap().0;
        for viewer in viewers() {
            let snapshot = snapshot(&world.base, &viewer, known);
            let base = without_hidden(&world, &viewer, known);
            let ids = known_ids(&snapshot, &world);
            for (number, days) in [(0, 0), (1, 1), (2, 40), (3, 400), (4, 7), (5, 0)] {
                let now = known.plus_days(days);
                for question in 0..6 {
                    let question = seed * 1_000 + number * 10 + question;
                    let of =
                        |all: &dyn common::Answers| ask_of(all, question, &viewer, now, &ids, &[]);
                    let (a, b) = (of(&snapshot), of(&base));
                    assert_eq!(a, b, "seed {seed}, {viewer:?}, in {days} days, {question}");
                    hits += usize::from(a.contains("\"score\""));
                    asked += 1;
                }
            }
        }
        seed += 1;
    }
    assert!(
        hits * 3 > asked,
        "only {hits} of {asked} answers had results"
    );
}

/// An article for a viewer is that of the viewer's snapshot, and a hidden one is an error as an absent one is.
#[test]
fn an_article_for_a_viewer_is_that_of_the_snapshot() {
    let (mut n_seen, mut n_hidden) = (0, 0);
    for seed in 0..6 {
        let world = World::new(seed + 300).live(160);
        let known = world.log.last().unwrap().0;
        for viewer in viewers() {
            let snapshot = snapshot(&world.base, &viewer, known);
            let absent = |id: &str| {
                let error = world
                    .base
                    .article_for(id, &viewer, Some(known))
                    .unwrap_err();
                (error.code(), error.message().replace(id, "ID"))
            };
            for id in &world.articles {
                match snapshot.article(id) {
                    Ok(article) => {
                        let seen = world.base.article_for(id, &viewer, Some(known)).unwrap();
                        assert_eq!(seen, article, "seed {seed}, {viewer:?}, {id}");
                        n_seen += 1;
                    }
                    Err(_) => {
                        assert_eq!(absent(id), absent("never-there"));
                        n_hidden += 1;
                    }
                }
            }
        }
    }
    assert!(n_seen > 50 && n_hidden > 50, "{n_seen} {n_hidden}");
}

#[test]
fn a_snapshot_of_the_past_answers_as_the_past() {
    let world = World::new(5).live(260);
    let known = world.log[world.log.len() / 2].0;
    let past = world.base.as_of(known).unwrap();
    for viewer in viewers() {
        let snapshot = snapshot(&world.base, &viewer, known);
        let ids = known_ids(&snapshot, &world);
        assert_eq!(snapshot.info().known, known);
        for question in 0..60 {
            let of = |all: &dyn common::Answers| ask_of(all, question, &viewer, known, &ids, &[]);
            assert_eq!(of(&snapshot), of(&past), "{viewer:?}, question {question}");
        }
    }
}

#[test]
fn equal_logs_give_equal_files() {
    let world = World::new(8).live(150);
    let again = empty_at("2026-12-31");
    replay(&again, &world.log);
    // Earlier questions leave no trace in the file.
    for question in 0..20 {
        ask(&again, question, &Viewer::new("team"), world.now, &world);
    }
    for viewer in viewers() {
        let request = SnapshotRequest::new(viewer.clone());
        let (a, b) = (world.base.snapshot(&request), again.snapshot(&request));
        assert_eq!(a.unwrap(), b.unwrap(), "{viewer:?}");
    }
}

fn small() -> (Base, Vec<u8>) {
    let base = empty();
    for (id, issue) in [
        ("lamp", "The lamp stays dark."),
        ("fuse", "The fuse is blown; the lamp is dark, too."),
    ] {
        let draft = ArticleDraft::new(id, Kind::Product, format!("About the {id}"))
            .section(Role::Issue, issue)
            .section(Role::Resolution, "Change it for another of the same kind.")
            .audience("public")
            .confidence(Confidence::Validated);
        base.put(draft).unwrap();
    }
    let request = SnapshotRequest::new(Viewer::new("public"));
    let file = base.snapshot(&request).unwrap();
    (base, file)
}

fn answers(snapshot: &Snapshot) -> Result<String, ErrorCode> {
    let viewer = Viewer::new("public");
    let now = at("2026-01-05");
    let search = SearchRequest::new("dark \"the lamp\" fu*", viewer.clone()).now(now);
    let suggest = SuggestRequest::for_text("my lamp is dark", viewer).now(now);
    let code = |error: kenpoint::Error| error.code();
    let found = snapshot.search(&search.explain(true)).map_err(code)?;
    let suggested = snapshot.suggest(&suggest).map_err(code)?;
    let article = snapshot.article("lamp").map_err(code)?;
    Ok(format!("{found:?} {suggested:?} {article:?}"))
}

#[test]
fn every_flipped_bit_and_every_cut_is_told() {
    let (_, file) = small();
    let whole = answers(&Snapshot::open(file.clone()).unwrap()).unwrap();
    assert!(whole.contains("About the fuse"));
    for bit in 0..file.len() * 8 {
        let mut damaged = file.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        let told = Snapshot::open(damaged).map_err(|error| error.code());
        let code = told.and_then(|snapshot| answers(&snapshot)).unwrap_err();
        let of_a_header = [ErrorCode::NotABase, ErrorCode::FormatTooNew];
        assert!(
            code == ErrorCode::Corrupt || (bit < 80 && of_a_header.contains(&code)),
            "bit {bit}: {code}"
        );
    }
    for len in 0..file.len() {
        let code = Snapshot::open(file[..len].to_vec()).unwrap_err().code();
        assert!(
            matches!(code, ErrorCode::Corrupt | ErrorCode::NotABase),
            "{len}: {code}"
        );
    }
    let longer = [file.as_slice(), b"?"].concat();
    assert_eq!(
        Snapshot::open(longer).unwrap_err().code(),
        ErrorCode::Corrupt
    );
}

#[test]
fn another_format_is_left_alone() {
    let (_, file) = small();
    let opened = |format: u16| {
        let mut other = file.clone();
        other[8..10].copy_from_slice(&format.to_le_bytes());
        Snapshot::open(other).unwrap_err()
    };
    let (newer, older) = (opened(7), opened(5));
    assert_eq!(newer.code(), ErrorCode::FormatTooNew);
    assert!(
        newer
            .message()
            .contains("format 7; this version reads 6; use a newer kenpoint")
    );
    assert_eq!(older.code(), ErrorCode::Corrupt);
    assert!(
        older
            .message()
            .contains("format 5; this version reads 6 alone; make it again")
    );
}

#[test]
fn it_answers_whom_and_when_it_was_made_for() {
    let (base, file) = small();
    let snapshot = Snapshot::open(file).unwrap();
    let ask = |viewer: Viewer, now: &str| {
        let request = SearchRequest::new("lamp", viewer).now(at(now));
        snapshot.search(&request).map_err(|error| error.code())
    };
    assert_eq!(
        ask(Viewer::new("public"), "2026-01-01").unwrap().hits.len(),
        2
    );
    let early = ask(Viewer::new("public"), "2025-12-31");
    assert_eq!(early.unwrap_err(), ErrorCode::OutOfHistory);
    for other in [
        Viewer::new("internal"),
        Viewer::new("public").entitled_to("gold"),
    ] {
        assert_eq!(
            ask(other, "2026-01-01").unwrap_err(),
            ErrorCode::UnknownName
        );
    }
    let timeless = SearchRequest::new("lamp", Viewer::new("public"));
    let error = snapshot.search(&timeless).unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidValue);
    assert!(snapshot.now() > at("2026-01-01"));
    // A snapshot published by a clock ahead of ours.
    let clock = kenpoint::FixedClock::at(at("2999-01-01"));
    let ahead = Base::in_memory().clock(clock).open().unwrap();
    let ahead = ahead
        .snapshot(&SnapshotRequest::new(Viewer::new("public")))
        .unwrap();
    assert_eq!(Snapshot::open(ahead).unwrap().now(), at("2999-01-01"));
    assert_eq!(snapshot.article_ids(), ["fuse", "lamp"]);
    let error = snapshot.article("none").unwrap_err();
    assert_eq!(error.code(), ErrorCode::ArticleNotFound);
    let nobody = SnapshotRequest::new(Viewer::new("martians"));
    let error = base.snapshot(&nobody).unwrap_err();
    assert_eq!(error.code(), ErrorCode::UnknownName);
}

#[test]
fn it_goes_on_after_a_fork() {
    let (_, file) = small();
    let before = Snapshot::open(file).unwrap();
    let whole = answers(&before).unwrap();
    let child = before.clone().after_fork();
    assert_eq!(answers(&child).unwrap(), whole);
    assert_eq!(answers(&before).unwrap(), whole);
}

#[test]
fn an_article_is_what_its_readers_see_of_it() {
    let base = empty();
    let mut draft = ArticleDraft::new("lamp", Kind::Product, "The lamp")
        .section(Role::Resolution, "Change the fuse.")
        .audience("public")
        .confidence(Confidence::Validated);
    draft.owner = Some("ann".into());
    draft.author = Some("bob".into());
    let mut secret = kenpoint::model::Section::new(Role::Note, "The recall is on page 9.");
    secret.audience = Some("internal".into());
    draft.sections.push(secret);
    base.put(draft).unwrap();
    // The public saw one article before it was merged; the other was never validated.
    let old = ArticleDraft::new("old-lamp", Kind::Product, "Old lamp").audience("public");
    base.put(old.confidence(Confidence::Validated)).unwrap();
    let draft = ArticleDraft::new("takeover-of-lamp-inc", Kind::Product, "Lamps");
    base.put(draft.audience("public")).unwrap();
    base.merge("old-lamp", "lamp").unwrap();
    base.merge("takeover-of-lamp-inc", "lamp").unwrap();
    let public = snapshot(&base, &Viewer::new("public"), base.now());
    let article = public.article("old-lamp").unwrap();
    assert_eq!((article.id.as_str(), article.sections.len()), ("lamp", 1));
    assert_eq!((article.owner, article.author), (None, None));
    let code = public.article("takeover-of-lamp-inc").unwrap_err().code();
    assert_eq!(code, ErrorCode::ArticleNotFound);
    let internal = snapshot(&base, &Viewer::new("internal"), base.now());
    assert_eq!(internal.article("takeover-of-lamp-inc").unwrap().id, "lamp");
    assert_eq!(internal.article("lamp").unwrap().sections.len(), 2);
    assert_eq!(internal.article("lamp").unwrap().audience, "public");
}

#[test]
fn a_file_is_replaced_under_its_readers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("help.ken");
    let (base, file) = small();
    let public = || SnapshotRequest::new(Viewer::new("public"));
    let info = base.snapshot_file(&public(), &path).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), file);
    assert_eq!(info.bytes, file.len() as u64);

    let first = Snapshot::open(&path).unwrap();
    assert_eq!(*first.info(), info);
    let before = answers(&first).unwrap();
    assert_eq!(before, answers(&Snapshot::open(file).unwrap()).unwrap());
    assert!(first.newer().unwrap().is_none());

    base.archive("fuse").unwrap();
    base.snapshot_file(&public(), &path).unwrap();
    let second = first.newer().unwrap().unwrap();
    assert_eq!(second.article_ids(), ["lamp"]);
    assert!(second.newer().unwrap().is_none());
    // The open handle of the old file still reads its texts.
    assert_eq!(answers(&first).unwrap(), before);

    // A file for another viewer, a damaged file or no file: an error, and the old snapshot stays in use.
    let told = |code| assert_eq!(second.newer().unwrap_err().code(), code);
    base.snapshot_file(&SnapshotRequest::new(Viewer::new("team")), &path)
        .unwrap();
    told(ErrorCode::Contradiction);
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    told(ErrorCode::Corrupt);
    std::fs::write(&path, "no snapshot").unwrap();
    told(ErrorCode::NotABase);
    std::fs::remove_file(&path).unwrap();
    told(ErrorCode::Io);
    assert!(answers(&first).is_ok());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_file_that_is_cut_while_it_is_open_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("help.ken");
    let (base, file) = small();
    base.snapshot_file(&SnapshotRequest::new(Viewer::new("public")), &path)
        .unwrap();
    let snapshot = Snapshot::open(&path).unwrap();
    std::fs::write(&path, &file[..file.len() / 2]).unwrap();
    assert_eq!(answers(&snapshot).unwrap_err(), ErrorCode::Corrupt);
    let front = Snapshot::split(&file).unwrap().manifest.len();
    for len in 0..file.len() {
        std::fs::write(&path, &file[..len]).unwrap();
        if len == front {
            // This prefix is the manifest, as a page opens it; the shards are missing.
            let opened = Snapshot::open(&path).unwrap();
            assert_eq!(answers(&opened).unwrap_err(), ErrorCode::Io);
            continue;
        }
        let code = Snapshot::open(&path).unwrap_err().code();
        assert!(
            matches!(code, ErrorCode::Corrupt | ErrorCode::NotABase),
            "{len}: {code}"
        );
    }
}

// Shards

/// A snapshot with several blocks of each kind, taken at the last change of the base.
fn of_many_parts() -> (World, Viewer, Timestamp, Vec<u8>) {
    let world = World::new(11).live(260);
    let mut rng = common::Rng(3);
    for n in 0..30 {
        let draft = ArticleDraft::new(format!("long{n}"), Kind::Product, words(&mut rng, 4))
            .section(Role::Issue, words(&mut rng, 200))
            .section(Role::Resolution, words(&mut rng, 200))
            .audience("public")
            .confidence(Confidence::Validated);
        world.base.put(draft).unwrap();
    }
    let viewer = Viewer::new("team");
    let request = SnapshotRequest::new(viewer.clone());
    let bytes = world.base.snapshot(&request).unwrap();
    let known = Snapshot::open(bytes.clone()).unwrap().info().known;
    (world, viewer, known, bytes)
}

/// Asks until no shard is missing, and supplies the missing ones: terms, then positions if needed, then texts. Returns
/// the answer and the number of rounds.
fn once_supplied<T>(front: &Snapshot, cut: &SnapshotShards, ask: impl Fn() -> T) -> (T, usize) {
    for round in 0..4 {
        let answer = ask();
        let wanted = front.wanted();
        if wanted.is_empty() {
            return (answer, round);
        }
        for part in wanted {
            front.supply(&part, cut.shards[&part].clone()).unwrap();
        }
    }
    panic!("it wants something else each time");
}

#[test]
fn a_front_answers_as_the_whole_once_it_has_what_it_wants() {
    let (world, viewer, known, bytes) = of_many_parts();
    let whole = Snapshot::open(bytes.clone()).unwrap();
    let cut = Snapshot::split(&bytes).unwrap();
    assert!(cut.shards.len() > 20, "{} parts", cut.shards.len());
    assert!(
        Snapshot::is_manifest(&cut.manifest).unwrap() && !Snapshot::is_manifest(&bytes).unwrap()
    );
    let new = || Snapshot::open(SnapshotSource::Manifest(cut.manifest.clone())).unwrap();
    let mut front = new();
    assert_eq!(front.info(), whole.info());
    assert_eq!(front.article_ids(), whole.article_ids());
    let names: Vec<String> = cut.shards.keys().cloned().collect();
    assert_eq!(
        (front.shards(), whole.shards()),
        (names.clone(), names.clone())
    );
    for file in [&cut.manifest, &bytes] {
        assert_eq!(Snapshot::shard_names(file).unwrap(), names);
    }
    let ids = known_ids(&whole, &world);
    let mut n_rounds = [0; 4];
    for question in 0..300 {
        if question % 10 == 0 {
            front = new();
        }
        let of = |all: &Snapshot| ask_of(all, question, &viewer, known, &ids, &[]);
        let (answer, rounds) = once_supplied(&front, &cut, || of(&front));
        assert_eq!(answer, of(&whole), "question {question}");
        n_rounds[rounds] += 1;

        let mut rng = common::Rng(question);
        let typed = words(&mut rng, 2);
        let typed = &typed[..typed.len().min(3 + question as usize % 9)];
        let of = |all: &Snapshot| all.complete(typed, &viewer, 9, Some(known));
        let (completed, rounds) = once_supplied(&front, &cut, || of(&front));
        assert_eq!(completed.unwrap(), of(&whole).unwrap(), "{typed:?}");
        assert!(rounds < 2, "{typed:?}");
    }
    let [_, one, two, three] = n_rounds;
    assert!(one > 9 && two > 9 && three > 0, "rounds: {n_rounds:?}");
    let front = new();
    for id in whole.article_ids() {
        let (article, rounds) = once_supplied(&front, &cut, || front.article(&id));
        assert_eq!(article.unwrap(), whole.article(&id).unwrap());
        assert!(rounds < 2);
    }
    // The whole file misses nothing, and accepts a shard it already has.
    assert!(whole.wanted().is_empty());
    let (name, part) = cut.shards.first_key_value().unwrap();
    whole.supply(name, part.clone()).unwrap();
}

/// A distinct word for each number; words with a common prefix have distant numbers.
fn word(n: usize) -> String {
    let syllables = ["ba", "de", "fi", "go", "lu", "ma", "ne", "pi", "ro", "tu"];
    let digits = [n % 10, n / 10 % 10, n / 100 % 10, n / 1_000 % 10];
    digits.map(|digit| syllables[digit]).concat()
}

/// 200 articles of 3,000 distinct words, so that the terms span many blocks.
fn of_many_words() -> (Viewer, Timestamp, Vec<u8>) {
    let base = empty();
    for n in 0..200 {
        let text: Vec<String> = (0..60).map(|i| word(n * 15 + i)).collect();
        let title = format!("About {} {}", word(n * 15), word(n * 15 + 1));
        let draft = ArticleDraft::new(format!("article{n}"), Kind::Product, title)
            .section(Role::Issue, text.join(" "))
            .audience("public")
            .confidence(Confidence::Validated);
        base.put(draft).unwrap();
    }
    let viewer = Viewer::new("public");
    let request = SnapshotRequest::new(viewer.clone());
    (viewer, base.now(), base.snapshot(&request).unwrap())
}

/// Whatever the number of words: one round for all terms, one for all positions, one for all texts.
#[test]
fn words_cost_two_rounds_and_phrases_three() {
    let (viewer, known, bytes) = of_many_words();
    let cut = Snapshot::split(&bytes).unwrap();
    let whole = Snapshot::open(bytes).unwrap();
    // With phrases these are 24 words: the signs of a longer query do not count.
    let some: Vec<usize> = (0..8).map(|n| 100 + n * 200).collect();
    let rounds = |of_word: &dyn Fn(usize) -> String| {
        let front = Snapshot::open(SnapshotSource::Manifest(cut.manifest.clone())).unwrap();
        let query: Vec<String> = some.iter().map(|n| of_word(*n)).collect();
        let request = SearchRequest::new(query.join(" "), viewer.clone()).now(known);
        let (answer, rounds) = once_supplied(&front, &cut, || front.search(&request));
        let answer = answer.unwrap();
        assert!(!answer.hits.is_empty());
        assert_eq!(answer, whole.search(&request).unwrap());
        rounds
    };
    assert_eq!(rounds(&word), 2);
    assert_eq!(rounds(&|n| format!("{}*", &word(n)[..5])), 2);
    let first = word(some[0]);
    assert_eq!(rounds(&|n| format!("{first} -title:{}", word(n + 20))), 3);
    assert_eq!(
        rounds(&|n| format!("{first} -\"{} {}\"", word(n + 20), word(n + 21))),
        3
    );
}

#[test]
fn what_is_wanted_is_what_the_question_needs() {
    let (_, bytes) = small();
    let whole = Snapshot::open(bytes.clone()).unwrap();
    let cut = Snapshot::split(&bytes).unwrap();
    assert_eq!(
        cut.shards.len(),
        5,
        "terms, completions, positions, texts, bodies"
    );
    let front = Snapshot::open(SnapshotSource::Manifest(cut.manifest.clone())).unwrap();
    let (viewer, now) = (Viewer::new("public"), at("2026-01-05"));
    let ask = |of: &Snapshot, query: &str, chars: usize| {
        let request = SearchRequest::new(query, viewer.clone()).now(now);
        let found = of.search(&request.snippet_chars(chars));
        found.map_err(|error| error.code())
    };
    let mut seen = std::collections::BTreeSet::new();
    // Supplies the missing shard; exactly one is missing, and it was not missing before.
    let mut supply = || {
        let wanted = front.wanted();
        assert!(wanted.len() == 1 && seen.insert(wanted[0].clone()));
        front
            .supply(&wanted[0], cut.shards[&wanted[0]].clone())
            .unwrap();
    };
    let same = |query: &str, chars: usize| {
        let answer = ask(&front, query, chars);
        assert_eq!(answer, ask(&whole, query, chars), "{query}");
        assert!(!answer.unwrap().hits.is_empty() && front.wanted().is_empty());
    };
    let complete = |of: &Snapshot| {
        let typed = of.complete("about the l", &viewer, 5, Some(now));
        typed.map_err(|error| error.code())
    };
    assert_eq!(complete(&front), Err(ErrorCode::NotLoaded));
    supply();
    assert_eq!(complete(&front), complete(&whole));
    assert_eq!(complete(&front).unwrap().titles.len(), 1);

    assert_eq!(ask(&front, "dark lamp", 0), Err(ErrorCode::NotLoaded));
    supply();
    same("dark lamp", 0);

    let phrase = "\"lamp stays\"";
    assert_eq!(ask(&front, phrase, 0), Err(ErrorCode::NotLoaded));
    // A question without a phrase is answered in the meantime.
    let request = SearchRequest::new("dark lamp", viewer.clone()).now(now);
    assert!(front.search(&request.snippet_chars(0)).is_ok());
    supply();
    same(phrase, 0);

    assert_eq!(ask(&front, "dark lamp", 240), Err(ErrorCode::NotLoaded));
    supply();
    same("dark lamp", 240);

    assert_eq!(
        front.article("lamp").unwrap_err().code(),
        ErrorCode::NotLoaded
    );
    supply();
    assert_eq!(
        front.article("lamp").unwrap(),
        whole.article("lamp").unwrap()
    );
    assert_eq!(seen.len(), 5);
    assert_eq!(answers(&front), answers(&whole));
}

/// A question that lacks terms cannot know its results yet, so it requests no texts.
#[test]
fn texts_are_wanted_of_what_is_shown_only() {
    let (viewer, known, bytes) = of_many_words();
    let cut = Snapshot::split(&bytes).unwrap();
    let new = || Snapshot::open(SnapshotSource::Manifest(cut.manifest.clone())).unwrap();
    let (front, bare) = (new(), new());
    let wanted_by = |front: &Snapshot, request: &SearchRequest| {
        let all = std::cell::RefCell::new(std::collections::BTreeSet::new());
        let (is_answered, _) = once_supplied(front, &cut, || {
            let answer = front.search(request);
            all.borrow_mut().extend(front.wanted());
            answer.is_ok()
        });
        assert!(is_answered);
        all.into_inner()
    };
    let (mut terms, mut texts) = (0, 0);
    for n in 0..40 {
        let query = format!("{} {}", word(n * 70), word(n * 31 + 900));
        let request = SearchRequest::new(query, viewer.clone());
        let request = request.now(known).limit(1);
        let of_terms = wanted_by(&bare, &request.clone().snippet_chars(0));
        let all = wanted_by(&front, &request);
        assert!(all.is_superset(&of_terms));
        let of_texts = all.difference(&of_terms).count();
        assert!(of_texts <= 1, "{of_texts} texts for one result");
        terms += of_terms.len();
        texts += of_texts;
    }
    assert!(terms > 9 && texts > 9, "{terms} of terms, {texts} of texts");
}

#[test]
fn parts_and_fronts_that_are_not_as_they_were_cut_are_told() {
    let (_, bytes) = small();
    let cut = Snapshot::split(&bytes).unwrap();
    let open = |bytes: &[u8]| Snapshot::open(SnapshotSource::Manifest(bytes.to_vec()));
    let front = open(&cut.manifest).unwrap();
    let supply = |name: &str, bytes: Vec<u8>| front.supply(name, bytes).unwrap_err().code();
    for (name, part) in &cut.shards {
        for bit in 0..part.len() * 8 {
            let mut damaged = part.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(supply(name, damaged), ErrorCode::Corrupt);
        }
        assert_eq!(supply(name, Vec::new()), ErrorCode::Corrupt);
        assert_eq!(supply(name, [part, &b"?"[..]].concat()), ErrorCode::Corrupt);
        for other in [&name[1..], &name.to_uppercase(), "", "../front"] {
            let is_same = other == name;
            assert!(is_same || supply(other, part.clone()) == ErrorCode::InvalidValue);
        }
    }
    // None of the invalid shards was accepted.
    assert_eq!(answers(&front), Err(ErrorCode::NotLoaded));
    let told = |error: kenpoint::Error| {
        let code = error.code();
        assert!(
            matches!(code, ErrorCode::Corrupt | ErrorCode::NotABase),
            "{code}"
        );
    };
    for len in 0..cut.manifest.len() {
        told(open(&cut.manifest[..len]).unwrap_err());
        told(Snapshot::is_manifest(&cut.manifest[..len]).unwrap_err());
    }
    let longer = [cut.manifest.as_slice(), b"?"].concat();
    for wrong in [&longer, &bytes] {
        assert_eq!(open(wrong).unwrap_err().code(), ErrorCode::Corrupt);
    }
    assert!(Snapshot::is_manifest(&longer).is_err());
    assert!(Snapshot::shard_names(&longer).is_err());
    assert_eq!(
        Snapshot::open(cut.manifest.clone()).unwrap_err().code(),
        ErrorCode::Corrupt
    );
    for wrong in [&cut.manifest[..], &bytes[..bytes.len() - 1], &longer] {
        assert_eq!(
            Snapshot::split(wrong).unwrap_err().code(),
            ErrorCode::Corrupt
        );
    }
    let mut damaged = bytes.clone();
    *damaged.last_mut().unwrap() ^= 1;
    assert_eq!(
        Snapshot::split(&damaged).unwrap_err().code(),
        ErrorCode::Corrupt
    );
}

#[test]
fn a_snapshot_of_nothing_is_whole_and_its_own_front() {
    let request = SnapshotRequest::new(Viewer::new("public"));
    let bytes = empty().snapshot(&request).unwrap();
    let cut = Snapshot::split(&bytes).unwrap();
    assert!(cut.shards.is_empty() && cut.manifest == bytes);
    assert!(!Snapshot::is_manifest(&bytes).unwrap());
    let front = Snapshot::open(SnapshotSource::Manifest(cut.manifest)).unwrap();
    assert_eq!(front.info().articles, 0);
    assert!(front.shards().is_empty() && front.wanted().is_empty());
}

/// Writes a manifest and its shards as a page loads them, the shards first.
fn write(path: &Path, cut: &SnapshotShards) {
    let folder = folder_of(path);
    std::fs::create_dir_all(&folder).unwrap();
    for (name, bytes) in &cut.shards {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
    std::fs::write(path, &cut.manifest).unwrap();
}

fn folder_of(path: &Path) -> std::path::PathBuf {
    let mut folder = path.as_os_str().to_owned();
    folder.push(".d");
    folder.into()
}

#[test]
fn a_front_in_a_file_reads_its_parts_from_the_folder_beside_it() {
    let (world, viewer, known, bytes) = of_many_parts();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("help.ken");
    let cut = Snapshot::split(&bytes).unwrap();
    write(&path, &cut);
    let whole = Snapshot::open(bytes.clone()).unwrap();
    let opened = Snapshot::open(&path).unwrap();
    assert_eq!(opened.info(), whole.info());
    let ids = known_ids(&whole, &world);
    for question in 0..50 {
        let of = |all: &Snapshot| ask_of(all, question, &viewer, known, &ids, &[]);
        assert_eq!(of(&opened), of(&whole), "question {question}");
    }
    for id in whole.article_ids() {
        assert_eq!(opened.article(&id).unwrap(), whole.article(&id).unwrap());
    }
    assert!(opened.wanted().is_empty() && opened.newer().unwrap().is_none());

    // The same snapshot as a whole file is not newer; another snapshot is newer, whole or split.
    std::fs::write(&path, &bytes).unwrap();
    assert!(opened.newer().unwrap().is_none());
    world.base.archive(&whole.article_ids()[0]).unwrap();
    let request = SnapshotRequest::new(viewer.clone());
    let bytes = world.base.snapshot(&request).unwrap();
    write(&path, &Snapshot::split(&bytes).unwrap());
    let newer = opened.newer().unwrap().unwrap();
    assert!(newer.info().articles < opened.info().articles);
    std::fs::write(&path, &bytes).unwrap();
    assert!(newer.newer().unwrap().is_none());
    assert!(opened.newer().unwrap().is_some());
    for id in newer.article_ids() {
        newer.article(&id).unwrap();
        opened.article(&id).unwrap();
    }
}

#[test]
fn a_part_that_is_gone_or_damaged_is_named() {
    let (_, bytes) = small();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("help.ken");
    let cut = Snapshot::split(&bytes).unwrap();
    write(&path, &cut);
    let sound = answers(&Snapshot::open(bytes).unwrap());
    let (viewer, now) = (Viewer::new("public"), at("2026-01-05"));
    let told = |name: &str, code: ErrorCode| {
        let opened = Snapshot::open(&path).unwrap();
        let request = SearchRequest::new("\"the lamp\"", viewer.clone()).now(now);
        let failed = [
            opened.search(&request).err(),
            opened.article("lamp").err(),
            opened.complete("the l", &viewer, 5, Some(now)).err(),
        ];
        let mut failed = failed.into_iter().flatten().peekable();
        assert!(failed.peek().is_some());
        for error in failed {
            assert_eq!(error.code(), code, "{error}");
            assert!(error.message().contains(name), "{error}");
        }
    };
    for (name, part) in &cut.shards {
        let file = folder_of(&path).join(name);
        std::fs::remove_file(&file).unwrap();
        told(name, ErrorCode::Io);
        let mut damaged = part.clone();
        damaged[part.len() / 2] ^= 1;
        let longer = [part, &b"?"[..]].concat();
        for wrong in [&damaged, &longer, &part[1..].to_vec(), &Vec::new()] {
            std::fs::write(&file, wrong).unwrap();
            told(name, ErrorCode::Corrupt);
        }
        std::fs::write(&file, part).unwrap();
        assert_eq!(answers(&Snapshot::open(&path).unwrap()), sound);
    }
    for len in 0..cut.manifest.len() {
        std::fs::write(&path, &cut.manifest[..len]).unwrap();
        let code = Snapshot::open(&path).unwrap_err().code();
        assert!(matches!(code, ErrorCode::Corrupt | ErrorCode::NotABase));
    }
}

// Pages

#[test]
fn a_snapshot_for_pages_holds_safe_html_and_ranks_as_the_other() {
    let base = empty();
    let text = "Change the *fuse*.\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) <b onclick=y>z</b>";
    let draft = ArticleDraft::new("lamp", Kind::Product, "The lamp")
        .section(Role::Resolution, text)
        .audience("public")
        .confidence(Confidence::Validated);
    base.put(draft).unwrap();
    let request = SnapshotRequest::new(Viewer::new("public"));
    let written = Snapshot::open(base.snapshot(&request).unwrap()).unwrap();
    let request = request.markup(Markup::Html);
    let page = Snapshot::open(base.snapshot(&request).unwrap()).unwrap();
    assert_eq!(
        (written.info().markup, page.info().markup),
        (Markup::CommonMark, Markup::Html)
    );
    assert_ne!(written.info().digest, page.info().digest);
    assert_eq!(written.article("lamp").unwrap().sections[0].text, text);
    let error = written.page("lamp").unwrap_err();
    assert_eq!(error.code(), ErrorCode::Contradiction);

    let shown = page.page("lamp").unwrap();
    let html = &shown.sections[0].text;
    assert_eq!(*html, markdown_to_page(text));
    assert!(
        html.starts_with("<p>Change the <em>fuse</em>.</p>"),
        "{html}"
    );
    for danger in ["<script", "javascript:", "onclick"] {
        assert!(!html.contains(danger), "{html}");
    }
    assert_eq!(page.article("lamp").unwrap(), shown);
    let code = page.page("none").unwrap_err().code();
    assert_eq!(code, ErrorCode::ArticleNotFound);
    for query in ["fuse", "\"the fuse\"", "script", "lamp"] {
        let request = SearchRequest::new(query, Viewer::new("public")).now(base.now());
        let (a, b) = (page.search(&request), written.search(&request));
        assert_eq!(a.unwrap().hits, b.unwrap().hits, "{query}");
    }
}
