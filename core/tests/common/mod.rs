//! A random base that grows by a seed: articles, edits, states, sessions, cases, links, merges.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test"
)]
#![allow(dead_code)]

use kenpoint::model::{
    ArticleDraft, AudienceScheme, CaseDraft, CaseKind, Change, Confidence, Context, DismissReason,
    EntryDraft, Event, EventKind, FactDraft, FlagReason, FreshnessPolicy, Kind, LinkDraft,
    LinkType, ProductItem, Reuse, Role, Section, Verdict, Viewer,
};
use kenpoint::{
    Base, Filter, FixedClock, RankPolicy, SearchAnswer, SearchRequest, Snapshot, SuggestAnswer,
    SuggestRequest, Timestamp,
};

pub const LABELS: [&str; 5] = ["team", "internal", "partner", "customer", "public"];

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Reads a size from the environment, for longer runs.
pub fn size(name: &str, default: usize) -> usize {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

/// An empty base in memory with a fixed clock.
pub fn empty() -> Base {
    empty_at("2026-01-01")
}

/// An empty base in memory whose clock stands still at an instant.
pub fn empty_at(now: &str) -> Base {
    Base::in_memory()
        .clock(FixedClock::at(at(now)))
        .seed(7)
        .open()
        .unwrap()
}

/// The generator splitmix64.
#[derive(Clone)]
pub struct Rng(pub u64);

impl Rng {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            list.swap(i, self.below(i + 1));
        }
    }
}

const WORDS: [&str; 44] = [
    "router",
    "light",
    "red",
    "reset",
    "camera",
    "battery",
    "offline",
    "update",
    "firmware",
    "password",
    "printer",
    "slow",
    "network",
    "cable",
    "power",
    "restart",
    "charger",
    "plug",
    "sensor",
    "leak",
    "invoice",
    "refund",
    "order",
    "shipping",
    "warranty",
    "thermostat",
    "heating",
    "E-4071",
    "0x80070643",
    "KB3126599",
    "4.0.2",
    "wifi",
    "mesh",
    "pairing",
    "button",
    "screen",
    "Licht",
    "Gerät",
    "rouge",
    "voyant",
    "connection",
    "connecting",
    "connected",
    "re-pair",
];

/// Draws `n` words: mostly frequent ones, sometimes a rare one.
pub fn words(rng: &mut Rng, n: usize) -> String {
    let mut list = Vec::new();
    for _ in 0..n {
        let (a, b) = (rng.below(WORDS.len()), rng.below(WORDS.len()));
        list.push(match rng.below(12) {
            0 => format!("rare{}", rng.below(60)),
            1 => format!("con{}", ["nector", "sole", "trol", "figure"][rng.below(4)]),
            _ => WORDS[a.min(b)].to_owned(),
        });
    }
    list.join(" ")
}

/// A base, and every event it accepted, in order.
pub struct World {
    pub rng: Rng,
    pub now: Timestamp,
    pub base: Base,
    pub log: Vec<(Timestamp, Event)>,
    pub articles: Vec<String>,
    pub cases: Vec<String>,
    n: usize,
}

impl World {
    pub fn new(seed: u64) -> World {
        World::over(seed, empty_at("2026-12-31"))
    }

    pub fn over(seed: u64, base: Base) -> World {
        World {
            rng: Rng(seed),
            now: at("2026-02-01T08:00:00Z"),
            base,
            log: Vec::new(),
            articles: Vec::new(),
            cases: Vec::new(),
            n: 0,
        }
    }

    pub fn event(&mut self, what: EventKind) -> Event {
        self.n += 1;
        Event::new(self.now, what).id(format!("e{:06}", self.n))
    }

    /// Records an event. An event that the base rejects does not enter the log.
    pub fn push(&mut self, event: Event) -> bool {
        let done = self.base.record_arrived(vec![event.clone()], self.now);
        if done.is_ok() {
            self.log.push((self.now, event));
        }
        done.is_ok()
    }

    fn wait(&mut self, most_minutes: usize) {
        let minutes = self.rng.below(most_minutes + 1) as i64;
        self.now = self.now.plus_ms(minutes * 60_000);
    }

    pub fn draft(&mut self, id: &str) -> ArticleDraft {
        let rng = &mut self.rng;
        let n_title = 2 + rng.below(3);
        let title = words(rng, n_title);
        let mut draft = ArticleDraft::new(id, *rng.pick(Kind::ALL), title);
        let label = rng.below(5);
        draft.audience = LABELS[label].to_owned();
        draft.confidence = match rng.below(8) {
            0 => Confidence::NotValidated,
            1 => Confidence::WorkInProgress,
            _ => Confidence::Validated,
        };
        draft.language = ["en", "en", "en", "de", "fr"][rng.below(5)].to_owned();
        draft.change = *rng.pick(Change::ALL);
        for _ in 0..1 + rng.below(3) {
            let n_words = 4 + rng.below(12);
            let mut section = Section::new(*rng.pick(Role::ALL), words(rng, n_words));
            if rng.one_in(4) {
                section.audience = Some(LABELS[rng.below(label + 1)].to_owned());
            }
            if rng.one_in(3) {
                section.heading = Some(words(rng, 2));
            }
            draft.sections.push(section);
        }
        if rng.one_in(3) {
            draft = draft.product(format!("p{}", rng.below(3)));
        }
        if rng.one_in(3) {
            draft.tags.push(format!("t{}", rng.below(3)));
        }
        if rng.one_in(6) {
            draft
                .scope
                .entitlement
                .push(format!("gold{}", rng.below(2)));
        }
        if id.starts_with("win") {
            let from = self.now.plus_days(self.rng.below(40) as i64 - 20);
            draft.scope.valid_from = Some(from);
            draft.scope.valid_to = Some(from.plus_days(1 + self.rng.below(30) as i64));
            if self.rng.one_in(2) {
                draft.freshness = Some(FreshnessPolicy::Ttl { days: 9 });
            }
        }
        draft
    }

    fn put(&mut self) {
        let is_new = self.articles.len() < 12 || self.rng.one_in(2);
        let id = if is_new {
            let prefix = if self.rng.one_in(6) { "win" } else { "a" };
            format!("{prefix}-{}", (self.rng.next() % 997 + 1000))
        } else {
            self.rng.pick(&self.articles).clone()
        };
        let draft = self.draft(&id);
        let event = self.event(EventKind::Put {
            article: Box::new(draft),
            expects: None,
        });
        if self.push(event) && !self.articles.contains(&id) {
            self.articles.push(id);
        }
    }

    fn article(&mut self) -> String {
        self.rng.pick(&self.articles).clone()
    }

    /// Draws an article without dates of validity, since the reach of a read ignores dates.
    fn lasting(&mut self) -> String {
        loop {
            let id = self.article();
            if id.starts_with("a-") {
                return id;
            }
        }
    }

    fn visit(&mut self) {
        let session = format!("s{}", self.rng.below(400));
        let label = LABELS[self.rng.below(5)];
        let party = format!("party{}", self.rng.below(30));
        let n = 1 + self.rng.below(6);
        for _ in 0..n {
            let article = self.lasting();
            let what = match self.rng.below(9) {
                0..=2 => EventKind::Searched {
                    query: words(&mut self.rng, 3),
                },
                3..=5 => EventKind::Viewed {
                    article,
                    impression: None,
                },
                6 => EventKind::Solved { article },
                7 => EventKind::Returned {
                    article,
                    after_s: self.rng.below(9) as f64,
                },
                _ => EventKind::Rated {
                    article,
                    value: self.rng.below(5) as f64 / 4.0,
                },
            };
            let mut event = self.event(what).session(session.clone()).audience(label);
            if self.rng.one_in(2) {
                event = event.party(party.clone());
            }
            self.push(event);
            self.wait(25);
        }
        if self.rng.one_in(3) {
            let mut case = self.case();
            case.session = self.rng.one_in(2).then_some(session);
            case.party = self.rng.one_in(2).then_some(party);
            self.open(case);
        }
    }

    fn case(&mut self) -> CaseDraft {
        let id = format!("c{}", self.cases.len());
        let text = words(&mut self.rng, 8);
        let secret = words(&mut self.rng, 4);
        let mut case = CaseDraft::new(id, *self.rng.pick(CaseKind::ALL))
            .entry(Reuse::Section(Role::Issue), text)
            .entry(Reuse::CaseOnly, format!("secret {secret}"));
        if self.rng.one_in(2) {
            case = case.product(ProductItem::new(format!("p{}", self.rng.below(3))));
        }
        case
    }

    fn open(&mut self, case: CaseDraft) {
        let id = case.id.clone();
        let event = self.event(EventKind::CaseOpened {
            case: Box::new(case),
        });
        if self.push(event) {
            self.cases.push(id);
        }
    }

    fn work_on_case(&mut self) {
        if self.cases.is_empty() || self.rng.one_in(3) {
            let mut case = self.case();
            if self.rng.one_in(2) {
                case.party = Some(format!("party{}", self.rng.below(30)));
            }
            self.open(case);
            return;
        }
        let case = self.rng.pick(&self.cases).clone();
        let article = self.article();
        let link = *self.rng.pick(LinkType::ALL);
        let what = match self.rng.below(14) {
            12 => EventKind::CaseNoted {
                entry: EntryDraft::new(Reuse::Section(Role::Issue), words(&mut self.rng, 4)),
            },
            13 => EventKind::CaseNoted {
                entry: EntryDraft::new(Reuse::CaseOnly, words(&mut self.rng, 4)),
            },
            0..=3 => {
                let mut draft = LinkDraft::new(case.clone(), article, LinkType::Resolved);
                if self.rng.one_in(2) {
                    draft.link = link;
                    draft.reason = Some(*self.rng.pick(DismissReason::ALL));
                }
                EventKind::Linked { link: draft }
            }
            4..=6 => EventKind::CaseResolved {
                first_contact: None,
            },
            7 => EventKind::CaseClosed {},
            8 => EventKind::CaseReopened {},
            9 => EventKind::LinkRetracted { article, link },
            10 => EventKind::LinkVerdict {
                article,
                link,
                verdict: *self.rng.pick(Verdict::ALL),
            },
            _ => EventKind::Accepted { article },
        };
        let event = self.event(what).case(case).by("anna");
        self.push(event);
    }

    fn govern(&mut self) {
        let article = self.article();
        if self.rng.one_in(12) {
            let mut policy = Box::new(RankPolicy::default());
            policy.weight_title = [4.0, 6.0, 8.0][self.rng.below(3)];
            policy.case_product_bonus = [0.0, 0.3][self.rng.below(2)];
            let event = self.event(EventKind::RankPolicySet { policy });
            self.push(event);
            return;
        }
        let what = match self.rng.below(10) {
            0..=1 => EventKind::StateChanged {
                article,
                confidence: None,
                to: Some(LABELS[self.rng.below(5)].to_owned()),
                governance: None,
            },
            2..=4 => EventKind::StateChanged {
                article,
                confidence: Some(*self.rng.pick(Confidence::ALL)),
                to: None,
                governance: None,
            },
            5 => EventKind::Merged {
                article: self.lasting(),
                into: self.lasting(),
            },
            6 => EventKind::Verified { article },
            _ => EventKind::Flagged {
                article,
                reason: *self.rng.pick(FlagReason::ALL),
            },
        };
        let event = self.event(what).by("bert");
        self.push(event);
    }

    fn fact(&mut self) {
        let subject = format!("order {}", self.rng.below(8));
        let late = self.rng.below(5) as i64;
        let value = words(&mut self.rng, 3);
        let mut fact = FactDraft::new(subject, "status", value, self.now.plus_days(-late));
        fact.audience = LABELS[self.rng.below(5)].to_owned();
        fact.ttl_days = self.rng.one_in(2).then_some(20.0);
        let event = self.event(EventKind::FactSet { fact });
        self.push(event);
    }

    /// Makes one random change.
    pub fn step(&mut self) {
        if self.articles.len() < 12 {
            return self.put();
        }
        match self.rng.below(20) {
            0..=3 => self.put(),
            4 => self.fact(),
            5..=6 => self.govern(),
            7..=12 => self.visit(),
            _ => self.work_on_case(),
        }
        self.wait(300);
    }

    pub fn live(mut self, steps: usize) -> World {
        for _ in 0..steps {
            self.step();
        }
        self
    }

    /// Returns true if a viewer sees the article of an id.
    pub fn sees(&self, viewer: &Viewer, now: Timestamp, id: &str) -> bool {
        let scheme = AudienceScheme::default();
        let article = self.base.article(id).unwrap();
        let class = scheme.class(&viewer.audience).unwrap();
        let label = scheme.class(&article.audience).unwrap();
        let since = article.verified.max(Some(article.edited)).unwrap();
        let expired = matches!(article.freshness, Some(FreshnessPolicy::Ttl { days })
            if !scheme.sees_expired().contains(class) && since.plus_days(i64::from(days)) <= now);
        scheme.viewers(label).contains(class)
            && scheme.reached_by(article.confidence).contains(class)
            && article.scope.valid_from.is_none_or(|from| from <= now)
            && article.scope.valid_to.is_none_or(|to| now < to)
            && !expired
            && article
                .scope
                .entitlement
                .iter()
                .all(|e| viewer.entitlements.contains(e))
    }
}

/// Returns the articles an event names.
pub fn named(event: &Event) -> Vec<String> {
    let mut ids: Vec<String> = event.article().map(str::to_owned).into_iter().collect();
    match &event.what {
        EventKind::Merged { into, .. } => ids.push(into.clone()),
        EventKind::Related { to, .. } => ids.push(to.clone()),
        EventKind::FactSet { fact } => ids.push(fact.article_id()),
        _ => {}
    }
    ids
}

/// Records a log into a base.
pub fn replay<'e>(base: &Base, log: impl IntoIterator<Item = &'e (Timestamp, Event)>) {
    for (arrived, event) in log {
        base.record_arrived(vec![event.clone()], *arrived)
            .unwrap_or_else(|error| panic!("{event:?}: {error}"));
    }
}

const HOSTILE: [&str; 22] = [
    "",
    " ",
    "\"",
    "\"red light",
    "+",
    "-",
    "*",
    "a*",
    "re*",
    "con*",
    "title:",
    "title:red",
    "issue:\"red light\"",
    "nope:red",
    "-red",
    "+red -light",
    "+rare7",
    "(red OR light)",
    "\u{0}",
    "🔥🔥",
    "+title:con* -issue:reset",
    "e\u{301}\u{301} ﬀ İ",
];

pub fn query(rng: &mut Rng) -> String {
    if rng.one_in(6) {
        return HOSTILE[rng.below(HOSTILE.len())].to_owned();
    }
    if rng.one_in(60) {
        return "word ".repeat(140);
    }
    let mut parts = Vec::new();
    for _ in 0..1 + rng.below(4) {
        let word = words(rng, 1);
        let part = match rng.below(10) {
            0 => format!("+{word}"),
            1 => format!("-{word}"),
            2 => format!("{}*", word.chars().take(3).collect::<String>()),
            3 => format!("\"{word} {}\"", words(rng, 1)),
            4 => format!("{}:{word}", rng.pick(&["title", "issue", "resolution"])),
            _ => word,
        };
        parts.push(part);
    }
    parts.join(" ")
}

pub fn filter(rng: &mut Rng, now: Timestamp) -> Filter {
    let mut filter = Filter::default();
    match rng.below(14) {
        0 => filter.kinds = vec![*rng.pick(Kind::ALL), *rng.pick(Kind::ALL)],
        1 => filter.tags = vec![format!("t{}", rng.below(3))],
        2 => filter.product = Some(ProductItem::new(format!("p{}", rng.below(3)))),
        3 => filter.language = Some("de".into()),
        4 => filter.edited_from = Some(now.plus_days(-20)),
        5 => filter.confidence = vec![Confidence::Validated],
        _ => {}
    }
    filter
}

pub fn context(rng: &mut Rng, articles: &[String]) -> Context {
    let mut context = Context::new();
    if rng.one_in(3) {
        context = context.item(ProductItem::new(format!("p{}", rng.below(3))));
    }
    if rng.one_in(4) {
        context = context.language(*rng.pick(&["en", "de", "fr"]));
    }
    if rng.one_in(4) && !articles.is_empty() {
        context = context.tried(rng.pick(articles).clone());
    }
    context
}

/// A base or a snapshot that answers questions.
pub trait Answers {
    fn search(&self, request: &SearchRequest) -> kenpoint::Result<SearchAnswer>;
    fn suggest(&self, request: &SuggestRequest) -> kenpoint::Result<SuggestAnswer>;
}

impl Answers for Base {
    fn search(&self, request: &SearchRequest) -> kenpoint::Result<SearchAnswer> {
        Base::search(self, request)
    }
    fn suggest(&self, request: &SuggestRequest) -> kenpoint::Result<SuggestAnswer> {
        Base::suggest(self, request)
    }
}

impl Answers for Snapshot {
    fn search(&self, request: &SearchRequest) -> kenpoint::Result<SearchAnswer> {
        Snapshot::search(self, request)
    }
    fn suggest(&self, request: &SuggestRequest) -> kenpoint::Result<SuggestAnswer> {
        Snapshot::suggest(self, request)
    }
}

/// Asks a random question and returns the answer as JSON, or its error as text.
pub fn ask(base: &Base, seed: u64, viewer: &Viewer, now: Timestamp, world: &World) -> String {
    ask_of(base, seed, viewer, now, &world.articles, &world.cases)
}

/// Asks a random question of any answerer; the question may name these ids.
pub fn ask_of(
    base: &dyn Answers,
    seed: u64,
    viewer: &Viewer,
    now: Timestamp,
    articles: &[String],
    cases: &[String],
) -> String {
    let mut rng = Rng(seed);
    let rng = &mut rng;
    if rng.one_in(3) {
        let mut request = if rng.one_in(2) && !cases.is_empty() {
            SuggestRequest::for_case(rng.pick(cases).clone(), viewer.clone())
        } else {
            SuggestRequest::for_text(words(rng, 7), viewer.clone())
        };
        request = request
            .now(now)
            .limit(1 + rng.below(12))
            .context(context(rng, articles));
        request.filter = filter(rng, now);
        if rng.one_in(2) {
            request = request.threshold(0.0);
        }
        return match base.suggest(&request) {
            Ok(answer) => serde_json::to_string(&answer).unwrap(),
            Err(error) => format!("{:?} {error}", error.code()),
        };
    }
    let request = SearchRequest::new(query(rng), viewer.clone())
        .now(now)
        .limit(1 + rng.below(30))
        .offset(rng.below(3))
        .context(context(rng, articles))
        .filter(filter(rng, now))
        .explain(true);
    match base.search(&request) {
        Ok(answer) => serde_json::to_string(&answer).unwrap(),
        Err(error) => format!("{:?} {error}", error.code()),
    }
}
