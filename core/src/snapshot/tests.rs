//! A snapshot contains nothing that must not leave a base: every section of the file is unpacked and
//! searched.

use super::blocks::InMemory;
use super::build::SnapshotRequest;
use super::contents::Contents;
use super::format::Name;
use super::*;
use crate::error::{Error, ErrorCode};
use crate::index::packed::SortedTable;
use crate::model::Viewer;
use crate::model::{
    ArticleDraft, CaseDraft, CaseKind, Confidence, Event, EventKind, FactDraft, FlagReason, Kind,
    LinkDraft, LinkType, Relation, Reuse, Role, Source,
};
use crate::time::Timestamp;
use crate::{Base, FixedClock};

/// Returns all contents of a file, unpacked.
fn everything(file: &[u8]) -> String {
    let front = format::read(file).unwrap();
    let part = |name: Name| {
        let (at, section) = front.section(name).unwrap();
        file[at as usize..(at + section.len) as usize].to_vec()
    };
    let contents = Contents::read(&part(Name::Contents)).unwrap();
    let mut all = format!("{:?} {contents:?}", front.header);
    let whole = InMemory {
        at: 0,
        bytes: file.to_vec(),
    };
    let block_indexes = open::block_indexes(&front, &part(Name::Blocks)).unwrap();
    let [postings, completions, _, plain_texts, bodies] = &block_indexes;
    for head in &contents.pages {
        let plain: String = blocks::read(plain_texts, &whole, head.plain).unwrap();
        let body: Vec<build::SectionText> = blocks::read(bodies, &whole, head.body).unwrap();
        all += &format!("{plain} {body:?}");
    }
    for (name, block_index) in [(Name::Terms, postings), (Name::Words, completions)] {
        let table = SortedTable::open(&part(name)).unwrap();
        for number in 0..block_index.blocks().len() {
            let block = block_index.block(&whole, number as u32).unwrap();
            table.lazy_blocks().set(number, block);
        }
        let mut add = |key: &[u8], value: &[u8]| {
            all += &format!(
                " {} {}",
                String::from_utf8_lossy(key),
                String::from_utf8_lossy(value)
            );
            true
        };
        table.each(b"", usize::MAX, &mut add).unwrap();
    }
    all.to_lowercase()
}

fn article(id: &str, text: &str, audience: &str) -> ArticleDraft {
    ArticleDraft::new(id, Kind::Product, format!("The {id}"))
        .section(Role::Resolution, text)
        .audience(audience)
        .confidence(Confidence::Validated)
}

fn base() -> Base {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let clock = FixedClock::at(at("2026-03-01T09:00:00Z"));
    let base = Base::in_memory().clock(clock).seed(1).open().unwrap();
    let put = |draft: ArticleDraft| base.put(draft).map(drop).unwrap();

    let mut lamp = article("lamp", "Change the fuse.", "public").section_for(
        "internal",
        Role::Note,
        "Zinnober costs us a fortune.",
    );
    lamp.owner = Some("olga".into());
    lamp.author = Some("arthur".into());
    lamp.family = Some("familia".into());
    lamp.source = Some(Source {
        system: "sourcerer".into(),
        key: "keyhole".into(),
    });
    put(lamp);
    put(article("mauve", "Ochre for the inner circle.", "internal"));
    let mut draft = article("cerise", "Not checked yet: puce.", "public");
    draft.confidence = Confidence::WorkInProgress;
    put(draft);
    let mut early = article("vermilion", "Sienna comes in May.", "public");
    early.scope.valid_from = Some(at("2026-05-01"));
    put(early);
    let mut late = article("bisque", "Taupe was a year ago.", "public");
    late.scope.valid_to = Some(at("2026-01-01"));
    put(late);
    let mut paid = article("fuchsia", "Only for the goldmembers.", "public");
    paid.scope.entitlement = vec!["bullion".into()];
    put(paid);
    put(article("carmine", "The former lilac.", "internal"));
    base.merge("carmine", "lamp").unwrap();
    put(article("lantern", "The former lanterns text.", "public"));
    base.merge("lantern", "lamp").unwrap();
    base.relate("lamp", "mauve", Relation::DependsOn).unwrap();
    let mut fact = FactDraft::new("order 7", "status", "shipped", at("2026-02-28"));
    fact.audience = "public".into();
    fact.source = Some("erpsystem".into());
    base.set_fact(fact).unwrap();
    base.flag("lamp", FlagReason::Outdated, "flagger").unwrap();

    let taught = [("indigo", 3), ("scarlet", 2)];
    for (word, parties) in taught {
        for n in 0..parties {
            let id = format!("{word}case{n}");
            let case = CaseDraft::new(&id, CaseKind::Service)
                .party(format!("{word}party{n}"))
                .entry(Reuse::Section(Role::Issue), format!("my {word} thing"))
                .entry(Reuse::CaseOnly, "Her password is saffron.")
                .opened(at("2026-02-01"));
            base.open_case(case).unwrap();
            base.link(LinkDraft::new(&id, "lamp", LinkType::Resolved), "linker")
                .unwrap();
            base.resolve_case(&id, None).unwrap();
        }
    }
    for what in [
        EventKind::Searched {
            query: "azure queries".into(),
        },
        EventKind::Viewed {
            article: "lamp".into(),
            impression: None,
        },
        EventKind::Solved {
            article: "lamp".into(),
        },
    ] {
        // Each event needs an id of its own.
        let id: String = format!("eventide{what:?}").chars().take(16).collect();
        let event = Event::new(at("2026-02-20"), what)
            .id(id)
            .session("sessionid")
            .party("partisan")
            .by("actress");
        base.record(event).unwrap();
    }
    base
}

const PEOPLE: [&str; 12] = [
    "olga",
    "arthur",
    "familia",
    "sourcerer",
    "keyhole",
    "erpsystem",
    "flagger",
    "linker",
    "sessionid",
    "partisan",
    "actress",
    "eventide",
];

#[test]
fn what_is_hidden_is_not_in_the_file() {
    let base = base();
    let file = base.snapshot(&SnapshotRequest::new(Viewer::new("public")));
    let all = everything(&file.unwrap());
    for shown in [
        "fuse", "order 7", "shipped", "indigo", "lantern", "the lamp",
    ] {
        assert!(all.contains(shown), "{shown} is missing");
    }
    let hidden = [
        "zinnober",
        "mauve",
        "ochre",
        "cerise",
        "puce",
        "vermilion",
        "sienna",
        "bisque",
        "taupe",
        "fuchsia",
        "goldmember",
        "bullion",
        "carmine",
        "lilac",
        "lanterns",
        "scarlet",
        "saffron",
        "password",
        "azure",
        "internal",
        "partner",
        "indigoparty",
        "indigocase",
        "dependson",
    ];
    for word in hidden.iter().chain(&PEOPLE) {
        assert!(!all.contains(word), "{word} is in the file: {all}");
    }
}

#[test]
fn agents_get_cases_without_people_and_notes() {
    let base = base();
    let viewer = Viewer::new("internal").entitled_to("bullion");
    let all = everything(&base.snapshot(&SnapshotRequest::new(viewer)).unwrap());
    for shown in [
        "zinnober",
        "mauve",
        "goldmember",
        "scarlet",
        "indigocase0",
        "thing",
    ] {
        assert!(all.contains(shown), "{shown} is missing");
    }
    for word in [
        "saffron",
        "password",
        "scarletparty",
        "vermilion",
        "azure",
        "lilac",
    ]
    .iter()
    .chain(&PEOPLE)
    {
        assert!(!all.contains(word), "{word} is in the file");
    }
}

#[test]
fn what_is_typed_goes_on_with_what_is_visible() {
    let base = base();
    let file = base.snapshot(&SnapshotRequest::new(Viewer::new("public")));
    let snapshot = Snapshot::open(file.unwrap()).unwrap();
    let now: Timestamp = "2026-03-02".parse().unwrap();
    let viewer = Viewer::new("public");
    let of = |typed: &str| snapshot.complete(typed, &viewer, 5, Some(now)).unwrap();
    let words = |typed: &str| -> Vec<(String, u32)> {
        let found = of(typed).words.into_iter();
        found.map(|one| (one.text, one.articles)).collect()
    };
    assert_eq!(words("my FU"), [("my fuse".to_owned(), 1)]);
    assert_eq!(words("ch"), [("Change".to_owned(), 1)]);
    let titles = of("the la").titles;
    assert_eq!(titles.len(), 1);
    assert_eq!(
        (titles[0].text.as_str(), titles[0].article.as_str()),
        ("The lamp", "lamp")
    );
    // No completion for a hidden word, a function word, a single letter, or text that ends with a space.
    for typed in ["och", "mau", "th", "f", "fuse ", "  ", "golds"] {
        assert!(words(typed).is_empty(), "{typed}");
    }
    assert!(of("the ver").titles.is_empty());
    let code = |error: Error| error.code();
    let long = "x".repeat(9 << 10);
    assert_eq!(
        snapshot
            .complete(&long, &viewer, 5, Some(now))
            .map_err(code),
        Err(ErrorCode::TooLarge)
    );
    assert_eq!(
        snapshot.complete("fu", &viewer, 0, Some(now)).map_err(code),
        Err(ErrorCode::InvalidValue)
    );
    assert_eq!(
        snapshot.complete("fu", &viewer, 5, None).map_err(code),
        Err(ErrorCode::InvalidValue)
    );
}

/// Forged bytes with correct digests request no more memory than they can fill.
#[test]
fn a_length_that_cannot_be_is_not_believed() {
    for bytes in [&[0xff; 9][..], &[0, 0, 0, 0x40, 1, 2, 3], &[1, 0], &[]] {
        let error = pack::unpack::<Vec<u8>>(bytes, "contents").unwrap_err();
        assert_eq!(error.code(), ErrorCode::Corrupt);
    }
}
