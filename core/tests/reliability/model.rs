//! Random operations against a plain model that ranks every article by the documented formula.
//!
//! The model compares ids and score bits for the audience `public`. That audience reads no cases, so K is 0, and the
//! policy sets `learned_cap` to 0, so there are no learned terms; the model has neither. It keeps its own articles,
//! states, merges and dates; it takes evidence rows from `Base::evidence` and weighs them itself. The larger run:
//! `KENPOINT_MODEL_OPS=50000 KENPOINT_MODEL_EVERY=10 cargo test -p kenpoint --test reliability model:: -- --nocapture`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kenpoint::model::{
    ArticleDraft, CaseDraft, CaseKind, Change, Confidence, Event, EventKind, FlagReason,
    FreshnessPolicy, Kind, LinkDraft, LinkType, Reuse, Role, Segment, Signal, Viewer,
};
use kenpoint::rank::usefulness;
use kenpoint::text::{Analyzer, Lang, Memo};
use kenpoint::{Base, FixedClock, RankPolicy, Recorded, SearchRequest, Timestamp};

use crate::{Rng, from_env};

/// Two to the power of `x`: the integer part is an exponent, the rest uses `exp`.
fn exp2(x: f64) -> f64 {
    let whole = x.floor();
    libm::exp((x - whole) * std::f64::consts::LN_2) * 2f64.powi(whole as i32)
}

const WORDS: &[&str] = &[
    "lamp", "router", "fuse", "cable", "printer", "paper", "battery", "screen", "window", "garden",
    "river", "stone", "copper", "signal", "button", "carpet", "ladder", "mirror", "engine",
    "bottle",
];
const ONE: f64 = 1_073_741_824.0;

#[derive(Clone)]
struct Doc {
    title: Vec<String>,
    body: Vec<String>,
    validated: bool,
    public: bool,
    days: u32,
    valid_to: Option<Timestamp>,
    edited: Timestamp,
    verified: Option<Timestamp>,
    suspect: Option<Timestamp>,
    changes: Vec<Change>,
    merged: bool,
    merged_from: Vec<String>,
}

impl Doc {
    fn is_shown(&self, now: Timestamp) -> bool {
        !self.merged && self.public && self.validated && self.valid_to.is_none_or(|to| now < to)
    }

    fn frequency(&self, term: &str, policy: &RankPolicy) -> u32 {
        let count = |list: &[String]| list.iter().filter(|w| *w == term).count() as u32;
        let pairs = self
            .title
            .windows(2)
            .filter(|p| format!("{} {}", p[0], p[1]) == term);
        policy.weight_title as u32 * (count(&self.title) + pairs.count() as u32)
            + policy.weight_resolution as u32 * count(&self.body)
    }

    fn length(&self, policy: &RankPolicy) -> u32 {
        policy.weight_title as u32 * self.title.len() as u32
            + policy.weight_resolution as u32 * self.body.len() as u32
    }
}

/// Rounds a length to the precision of the index: exact to 40, then four significant bits above 24.
fn rounded(length: u32) -> u32 {
    if length <= 40 {
        return length;
    }
    let rest = length - 24;
    let low = 32 - rest.leading_zeros() - 4;
    24 + (rest >> low << low)
}

fn idf(df: usize, docs: usize) -> f64 {
    libm::log(1.0 + (docs as f64 - df as f64 + 0.5) / (df as f64 + 0.5))
}

struct World {
    base: Base,
    clock: Arc<FixedClock>,
    policy: RankPolicy,
    analyzer: Analyzer,
    docs: BTreeMap<String, Doc>,
    cases: BTreeSet<String>,
    rng: Rng,
}

impl World {
    fn words(&mut self, least: u64, most: u64) -> String {
        let n = least + self.rng.below(most - least + 1);
        (0..n)
            .map(|_| *self.rng.pick(WORDS))
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn terms(&self, text: &str) -> Vec<String> {
        let mut terms = Vec::new();
        let memo = &mut Memo::default();
        self.analyzer
            .visit_index(text, memo, &mut |token| terms.push(token.term.to_owned()));
        terms
    }

    fn some(&mut self) -> Option<String> {
        let ids: Vec<&String> = self.docs.keys().collect();
        (!ids.is_empty()).then(|| (*self.rng.pick(&ids)).clone())
    }

    fn carry(&self, doc: &Doc, version: u32) -> i128 {
        let mut share: u32 = 1 << 16;
        for change in &doc.changes[(version as usize).min(doc.changes.len())..] {
            let keep = match change {
                Change::Minor => self.policy.carry_minor,
                Change::Major => self.policy.carry_major,
                Change::Fact => self.policy.carry_fact,
                _ => 1.0,
            };
            share = (f64::from(share) * keep) as u32;
        }
        i128::from(share)
    }

    fn usefulness(&self, id: &str, now: Timestamp) -> f64 {
        let p = &self.policy;
        let mut sums: BTreeMap<(usize, usize, usize), i128> = BTreeMap::new();
        let mut any = false;
        for row in self.base.evidence(id).unwrap() {
            let of = row.article.as_str();
            // In this test ripening evidence begins within a day; all other evidence begins at the start of its day.
            let is_of_a_day = row.from == row.from.day().start();
            if (!is_of_a_day && row.from > now) || (is_of_a_day && row.from.day() > now.day()) {
                continue;
            }
            let age = f64::from(row.from.day().age_at(now.day()));
            let amount =
                (row.amount * 1000.0).round() as i128 * self.carry(&self.docs[of], row.version);
            for (h, half) in [p.half_life_long_days, p.half_life_short_days]
                .iter()
                .enumerate()
            {
                let weight = if age > (half * 30.0).floor() {
                    0
                } else {
                    (exp2(-age / half) * ONE) as u32
                };
                let sum = sums
                    .entry((row.segment.index(), row.signal.index(), h))
                    .or_default();
                *sum += amount * i128::from(weight);
                any |= *sum != 0;
            }
        }
        if !any || sums.values().all(|sum| *sum == 0) {
            return 1.0;
        }
        let kind = p.solve_prior.values()[Kind::Product.index()];
        let mut rates = [0.0; 2];
        for (h, rate) in rates.iter_mut().enumerate() {
            let (mut good, mut bad) = (0.0, 0.0);
            for (i, segment) in Segment::ALL.iter().enumerate() {
                let share = if *segment == Segment::Agent {
                    p.agent_weight
                } else {
                    1.0
                };
                for (j, signal) in Signal::ALL.iter().enumerate() {
                    let sum = sums.get(&(i, j, h)).copied().unwrap_or(0);
                    let value = share
                        * usefulness::weight(p, *signal)
                        * (sum as f64 / (1000.0 * (1u64 << 46) as f64));
                    *(if signal.is_success() {
                        &mut good
                    } else {
                        &mut bad
                    }) += value;
                }
            }
            let k = p.usefulness_prior_reads;
            *rate =
                (k * kind + f64::max(good, 0.0)) / (k + f64::max(good, 0.0) + f64::max(bad, 0.0));
        }
        let rate = p.long_share * rates[0] + (1.0 - p.long_share) * rates[1];
        let ratio = power(rate / kind, p.usefulness_exponent);
        power(
            ratio.clamp(p.usefulness_low, p.usefulness_high),
            p.usefulness_weight,
        )
    }

    /// `is_named` is true if the question is the title: then age does not count.
    fn freshness(&self, doc: &Doc, is_named: bool, now: Timestamp) -> f64 {
        let p = &self.policy;
        let since = doc.verified.map_or(doc.edited, |v| v.max(doc.edited));
        let age = (now.day().0 - since.day().0).max(0) as u32;
        let late = age.saturating_sub(doc.days);
        let mut f = if late == 0 || is_named {
            1.0
        } else {
            p.freshness_floor
                + (1.0 - p.freshness_floor) * exp2(-(f64::from(late) / f64::from(doc.days)))
        };
        if doc.suspect.is_some() {
            f *= p.suspect_factor;
        }
        power(f, p.freshness_exponent)
    }

    /// Ranks every article by the formula.
    fn ranked(&self, query: &str, now: Timestamp) -> Vec<(String, u64)> {
        let p = &self.policy;
        let shown: Vec<(&String, &Doc)> =
            self.docs.iter().filter(|(_, d)| d.is_shown(now)).collect();
        let total: u64 = shown.iter().map(|(_, d)| u64::from(d.length(p))).sum();
        let average = total as f64 / shown.len() as f64;
        let words = self.terms(query);
        let mut asked: Vec<(String, f64)> = Vec::new();
        let df = |term: &str| {
            shown
                .iter()
                .filter(|(_, d)| d.frequency(term, p) > 0)
                .count()
        };
        for word in &words {
            asked.push((word.clone(), idf(df(word), shown.len())));
        }
        for pair in words.windows(2) {
            let pair = format!("{} {}", pair[0], pair[1]);
            if df(&pair) > 0 {
                let raw = idf(df(&pair), shown.len()) * 1.0 * p.pair_weight;
                asked.push((pair, raw));
            }
        }
        let steps: Vec<u128> = asked
            .iter()
            .map(|(_, raw)| (raw * 4_294_967_296.0) as u128)
            .collect();
        let sum = steps.iter().sum::<u128>().max(1);
        let mut found = Vec::new();
        for (id, doc) in &shown {
            let k = p.text_k1
                * p.text_unit
                * (1.0 - p.text_b + p.text_b * f64::from(rounded(doc.length(p))) / average);
            let mut text = 0u32;
            for ((term, _), step) in asked.iter().zip(&steps) {
                let weight = (step * (1u128 << 30) / sum) as u32;
                let tf = f64::from(doc.frequency(term, p));
                if tf > 0.0 {
                    text += (f64::from(weight) * tf / (tf + k)) as u32;
                }
            }
            if text > 0 {
                let is_named = doc.title == words;
                let prior = self.freshness(doc, is_named, now) * self.usefulness(id, now);
                found.push(((*id).clone(), prior * (f64::from(text) / ONE)));
            }
        }
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        found.truncate(10);
        found
            .into_iter()
            .map(|(id, score)| (id, score.to_bits()))
            .collect()
    }

    fn put(&mut self) {
        let now = self.base.now();
        let id = format!("a-{:03}", self.rng.below(120));
        let (title, body) = (self.words(1, 4), self.words(0, 30));
        let change = *self
            .rng
            .pick(&[Change::Minor, Change::Major, Change::ReviewOnly]);
        let days = 30 + self.rng.below(300) as u32;
        let public = self.rng.below(5) > 0;
        let validated = self.rng.below(6) > 0;
        let valid_to =
            (self.rng.below(10) == 0).then(|| now.plus_days(5 + self.rng.below(60) as i64));
        let mut draft = ArticleDraft::new(&id, Kind::Product, &title)
            .section(Role::Resolution, &body)
            .audience(if public { "public" } else { "internal" })
            .confidence(if validated {
                Confidence::Validated
            } else {
                Confidence::Archived
            })
            .change(change);
        draft.freshness = Some(FreshnessPolicy::Interval { days });
        draft.scope.valid_to = valid_to;
        let merged = self.docs.get(&id).is_some_and(|doc| doc.merged);
        let done = self.base.put(draft);
        assert_eq!(done.is_err(), merged, "{id}: {done:?}");
        if !done.is_ok_and(|put| put.outcome == Recorded::New) {
            return;
        }
        let (title, body) = (self.terms(&title), self.terms(&body));
        let doc = self.docs.entry(id).or_insert_with(|| Doc {
            title: Vec::new(),
            body: Vec::new(),
            validated,
            public,
            days,
            valid_to,
            edited: now,
            verified: None,
            suspect: None,
            changes: Vec::new(),
            merged: false,
            merged_from: Vec::new(),
        });
        if !doc.changes.is_empty() {
            if change == Change::Major {
                doc.edited = doc.edited.max(now);
            }
            if change == Change::ReviewOnly {
                doc.verified = doc.verified.max(Some(now));
            }
            if change != Change::Minor {
                doc.suspect = None;
            }
        }
        doc.changes.push(change);
        (doc.title, doc.body, doc.days, doc.valid_to) = (title, body, days, valid_to);
        (doc.public, doc.validated) = (public, validated);
    }

    fn step(&mut self, n: u64) {
        let now = self.base.now();
        let id = match self.some() {
            Some(id) if self.rng.below(100) >= 25 => id,
            _ => return self.put(),
        };
        let merged = self.docs[&id].merged;
        let who = format!("who-{}", self.rng.below(50));
        match self.rng.below(20) {
            0..2 => {
                let public = self.rng.below(3) > 0;
                let done = self
                    .base
                    .publish(&id, if public { "public" } else { "internal" });
                let archived = !self.docs[&id].validated;
                assert_eq!(done.is_err(), merged || archived, "{done:?}");
                if done.is_ok() {
                    let doc = self.docs.get_mut(&id).unwrap();
                    (doc.public, doc.validated) = (public, true);
                }
            }
            2 => {
                if self.base.archive(&id).is_ok() {
                    self.docs.get_mut(&id).unwrap().validated = false;
                }
            }
            3 if n.is_multiple_of(4) => {
                let into = self.some().unwrap();
                if self
                    .base
                    .merge(&id, &into)
                    .is_ok_and(|done| done == Recorded::New)
                {
                    let doc = self.docs.get_mut(&id).unwrap();
                    doc.merged = true;
                    let mut all = std::mem::take(&mut doc.merged_from);
                    all.push(id);
                    self.docs.get_mut(&into).unwrap().merged_from.extend(all);
                }
            }
            4 if !merged => {
                self.base.verify_article(&id, "expert").unwrap();
                let doc = self.docs.get_mut(&id).unwrap();
                doc.verified = doc.verified.max(Some(now));
                doc.suspect = doc.suspect.filter(|since| now < *since);
            }
            5 if !merged => {
                self.base.flag(&id, FlagReason::Wrong, &who).unwrap();
                let doc = self.docs.get_mut(&id).unwrap();
                // A verification at a later time clears the suspicion.
                if doc.verified.is_none_or(|verified| verified <= now) {
                    doc.suspect = Some(doc.suspect.map_or(now, |since| since.min(now)));
                }
            }
            6..11 => {
                let what = match self.rng.below(3) {
                    0 => EventKind::Rated {
                        article: id,
                        value: self.rng.below(101) as f64 / 100.0,
                    },
                    1 => EventKind::Solved { article: id },
                    _ => EventKind::DidNotSolve { article: id },
                };
                drop(self.base.record(Event::new(now, what).by(&who)));
            }
            11..15 => {
                let session = format!("s-{}", self.rng.below(200));
                let what = EventKind::Viewed {
                    article: id,
                    impression: None,
                };
                drop(self.base.record(Event::new(now, what).session(session)));
            }
            15..18 => {
                let case = format!("c-{}", self.rng.below(300));
                if self.cases.insert(case.clone()) {
                    let text = self.words(2, 8);
                    let draft = CaseDraft::new(&case, CaseKind::Service)
                        .entry(Reuse::Section(Role::Issue), text);
                    self.base.open_case(draft).unwrap();
                }
                let link =
                    *self
                        .rng
                        .pick(&[LinkType::Resolved, LinkType::Helped, LinkType::TriedFailed]);
                drop(self.base.link(LinkDraft::new(&case, &id, link), &who));
                drop(match self.rng.below(4) {
                    0 => self.base.resolve_case(&case, None),
                    1 => self.base.close_case(&case),
                    2 => self.base.reopen_case(&case),
                    _ => self.base.retract_link(&case, &id, link),
                });
            }
            _ => {
                // Mostly forward, sometimes back, sometimes by weeks.
                let ms = match self.rng.below(6) {
                    0 => -(self.rng.below(86_400_000 * 3) as i64),
                    1 => self.rng.below(86_400_000 * 10) as i64,
                    _ => self.rng.below(3_600_000) as i64,
                };
                // Never the start of a day, so that the model can distinguish ripening rows from rows of a day.
                let to = now.plus_ms(ms);
                self.clock.set(if to == to.day().start() {
                    to.plus_ms(7)
                } else {
                    to
                });
            }
        }
    }

    fn compare(&mut self, n: u64) -> usize {
        let mut words: Vec<&str> = Vec::new();
        for _ in 0..=self.rng.below(3) {
            let word = *self.rng.pick(WORDS);
            if !words.contains(&word) {
                words.push(word);
            }
        }
        let query = words.join(" ");
        let mut now = self.base.now();
        if self.rng.below(3) == 0 {
            now = now.plus_ms(self.rng.below(86_400_000 * 60) as i64 - 86_400_000 * 20);
        }
        let request = SearchRequest::new(&query, Viewer::new("public")).now(now);
        let answer = self.base.search(&request).unwrap();
        let found: Vec<(String, u64)> = answer
            .hits
            .iter()
            .map(|hit| (hit.id.clone(), hit.score.to_bits()))
            .collect();
        let expected = self.ranked(&query, now);
        assert_eq!(found, expected, "after {n} operations, {query:?} at {now}");
        found.len()
    }
}

fn power(x: f64, y: f64) -> f64 {
    if y == 1.0 { x } else { libm::pow(x, y) }
}

#[test]
fn a_base_answers_as_the_plain_model() {
    let ops = from_env("KENPOINT_MODEL_OPS", 5_000);
    let start: Timestamp = "2026-03-01T10:00:00.123Z".parse().unwrap();
    let clock = Arc::new(FixedClock::at(start));
    let base = Base::in_memory().clock(Arc::clone(&clock)).open().unwrap();
    let policy = RankPolicy {
        learned_cap: 0.0,
        ..base.policy()
    };
    base.set_policy(policy).unwrap();
    let mut world = World {
        policy: base.policy(),
        base,
        clock,
        analyzer: Analyzer::new(Lang::of("en")),
        docs: BTreeMap::new(),
        cases: BTreeSet::new(),
        rng: Rng(from_env("KENPOINT_MODEL_SEED", 1)),
    };
    let every = from_env("KENPOINT_MODEL_EVERY", 2).max(1);
    let (mut n_searches, mut n_hits) = (0, 0);
    for n in 0..ops {
        world.step(n);
        if n % every == 0 {
            n_searches += 1;
            n_hits += world.compare(n);
        }
    }
    world.base.verify().unwrap();
    println!("{ops} operations, {n_searches} searches with {n_hits} results equal to the bit");
    assert!(n_hits > n_searches);
}
