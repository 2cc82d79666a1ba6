//! Every number of the library, with unit, range, default and source.
//!
//! [`RankPolicy`] holds the weights of the ranking. It is data: its hash is its version, and a logged event changes
//! it. The constants in front of it belong to the meaning of the log (the limits of an intent, the age at which a
//! read counts) or guard the process, and do not change at run time.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorCode, Result, number};
use crate::time::DAY_MS;

/// Longest query text. Bytes. Source: our choice; longer texts are case texts, for `suggest`.
pub const MAX_QUERY_BYTES: usize = 8 << 10;
/// Most clauses of a query (words, phrases, prefixes) that is read as typed; a longer one is read as a text, of which
/// the rarest words of this number are scored. Source: our choice; Elasticsearch allows 1,024 clauses.
pub const MAX_QUERY_CLAUSES: usize = 128;
/// Most words of a query whose signs count; a longer one is read as a text. Words between spaces. Source: the longest
/// titles and link texts that people typed in `msoffice-kb` have 24 words, and half of its error texts have 64.
pub const MAX_TYPED_WORDS: usize = 24;
/// Most words of a phrase.
pub const MAX_PHRASE_WORDS: usize = 32;
/// Longest case text that `suggest` reads. Bytes.
pub const MAX_CASE_TEXT_BYTES: usize = 256 << 10;
/// Most distinct words of a case text that are scored; the rarest are kept.
pub const MAX_CASE_TERMS: usize = 512;
/// Most terms a prefix is expanded to: the first in byte order.
pub const MAX_PREFIX_TERMS: usize = 256;
/// Shortest prefix. Characters.
pub const MIN_PREFIX_CHARS: usize = 2;
/// Most results of one answer, offset included.
pub const MAX_RESULTS: usize = 10_000;
/// Longest snippet a caller may request. Characters. Source: our choice; a longer one is the article itself.
pub const MAX_SNIPPET_CHARS: usize = 2_000;
/// Greatest lead over the base's clock that an event from outside may have. Milliseconds. Source: our choice; clocks
/// of devices are wrong by hours, or by years if never set.
pub const MAX_AHEAD_MS: i64 = 24 * 3_600_000;
/// Most postings that the conditions and prefixes of one query may read; beyond it the answer is partial.
pub const MAX_QUERY_POSTINGS: u64 = 20_000_000;
/// Longest indexed word; longer ones are cut into pieces of this length. Bytes.
pub const MAX_TERM_BYTES: usize = 64;
/// Most threads of a pool for batches, and of those for background work. Source: our choice; guards the process.
#[cfg(any(feature = "rayon", feature = "disk"))]
pub const MAX_THREADS: usize = 256;
/// Memory for pages of the store of a base, or of all stores that share a cache, by default. Bytes. Source: our choice.
#[cfg(feature = "disk")]
pub const CACHE_BYTES: usize = 256 << 20;
/// Least memory of a shared cache. Bytes. Source: our choice; in less, each store would get too little for the pages of
/// one commit (some 50 of 4 KiB).
#[cfg(feature = "disk")]
pub const MIN_SHARED_CACHE_BYTES: usize = 1 << 20;
/// Most words of a memo of stems. Guards memory: about 10 MB.
pub const MAX_STEM_MEMO: usize = 65_536;
/// Deepest nesting of CommonMark blocks and spans that becomes HTML; deeper ones keep only their text. Source: an
/// HTML5 tree builder takes quadratic time in depth (20,000 quotes: 1 s, measured).
pub const MAX_HTML_DEPTH: usize = 64;
/// Most tags of raw HTML in a text that becomes HTML; with more, all raw tags are dropped. Source: as above (20,000
/// unclosed elements: .7 s; 4,000: .03 s).
pub const MAX_RAW_TAGS: usize = 4_000;
/// Greatest product of raw tags and elements. Source: HTML5 reopens unclosed `b` and `i` in every paragraph.
pub const MAX_HTML_WORK: usize = 4_000_000;
/// The pause that ends an intent. Milliseconds. Source: the usual session gap of web analytics.
pub const INTENT_GAP_MS: i64 = 30 * 60_000;
/// The least share of words (Jaccard) that a query has in common with the earlier queries of its intent; with less it
/// begins a new intent. Source: our choice.
pub const INTENT_SIMILARITY: f64 = 0.2;
/// The time after the last read without a case that makes the read a silent success. Milliseconds. Source: design 5.8
/// (24 hours).
pub const RIPEN_MS: i64 = DAY_MS;
/// A return to the list within this time counts against the article. Seconds.
pub const BOUNCE_SECONDS: f64 = 5.0;
/// A case reopened within this time reverses the credit of the article that resolved it. Milliseconds.
pub const REOPEN_MS: i64 = 7 * DAY_MS;
/// Most events of one batch from a page; those after them are rejected. Source: our choice; a visit has at most 2,000
/// events that count.
pub const MAX_BATCH_EVENTS: u64 = 10_000;
/// Most voices (actors, customers, visits) of one batch from a page; events of further ones are rejected. Source: our
/// choice; a page tells of one visit, a host may gather those of an hour.
pub const MAX_BATCH_VOICES: usize = 1_000;
/// The window in which a voter has one effective rating per article version. Days.
pub const VOTE_WINDOW_DAYS: i32 = 30;
/// The least chance that an article is wrong which one reader flagged, for the review queue. Source: our choice, half of
/// that under suspicion.
pub const WAITING_FLAG_WRONG: f64 = 0.25;
/// Judged links from which on an actor's links weigh by the share that was confirmed. Source: domain practice of audits;
/// fewer say little.
pub const AUDITED_LINKS: u64 = 10;
/// Cases without a link that are added to those of a base, when the usual share of an article among past cases is
/// computed. Source: our choice; a single link keeps .95 of its weight, 1,000 links of one article to unrelated cases a
/// tenth.
pub const USUAL_PRIOR_CASES: f64 = 20.0;
/// Most events kept of one session; later ones are rejected. Guards the cost of one write.
pub const MAX_SESSION_EVENTS: usize = 2_000;
/// Learned successes of a Resolved link of confidence 1. Thousandths. Source: its weight as evidence (design 5.8).
pub const LEARNED_RESOLVED: i64 = 2_000;
/// Learned successes of an explicit success. Thousandths.
pub const LEARNED_EXPLICIT: i64 = 2_000;
/// Learned successes of a silent success. Thousandths. Source: design 5.6, 5.8.
pub const LEARNED_SILENT: i64 = 600;
/// Most articles that one question names by a title or an identifier, so that their age does not count. An identifier
/// of more articles names none. Source: our choice; each is scored exactly, as those of a learned term.
pub const MAX_NAMED_ARTICLES: usize = 256;
/// Most articles that one learned term leads to: the strongest.
pub const MAX_LEARNED_ARTICLES: usize = 256;
/// Distinct customers or visits that a term learned from visits needs. Source: our choice; one visitor is no evidence of
/// what others mean by a word.
pub const LEARNED_MIN_VISITORS: usize = 2;
/// Distinct days (UTC) that a term learned from visits needs. Source: our choice; a batch or a wave of visits is one day.
pub const LEARNED_MIN_DAYS: usize = 2;
/// Most learned successes that count of one teacher, for one word and article. Thousandths. Source: our choice, one link
/// of confidence 1 or one explicit success.
pub const LEARNED_MOST_OF_ONE: i64 = 2_000;
/// The share of all that was learned for an article from which on a word counts in full. Source: our choice: a question
/// has some eight words, so that a word of one case in fifty counts in full, and one of a case in a thousand a twentieth.
pub const LEARNED_FULL_SHARE: f64 = 1.0 / 400.0;
/// Distinct parties a learned term needs before it reaches classes that read no cases (I4).
pub const LEARNED_MIN_PARTIES: usize = 3;

/// One value for each kind of knowledge.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)] // The fields are the members of `model::Kind`.
pub struct PerKind<T> {
    pub crm: T,
    pub process: T,
    pub product: T,
    pub company: T,
    pub competitive: T,
    pub general: T,
    pub analytical: T,
    pub community: T,
}

impl<T: Copy> PerKind<T> {
    /// The same value for all.
    pub fn all(value: T) -> PerKind<T> {
        PerKind {
            crm: value,
            process: value,
            product: value,
            company: value,
            competitive: value,
            general: value,
            analytical: value,
            community: value,
        }
    }

    /// One value each, in the order of `model::Kind::ALL`.
    fn of(values: [T; 8]) -> PerKind<T> {
        let [
            crm,
            process,
            product,
            company,
            competitive,
            general,
            analytical,
            community,
        ] = values;
        PerKind {
            crm,
            process,
            product,
            company,
            competitive,
            general,
            analytical,
            community,
        }
    }

    /// The values in the order of `model::Kind::ALL`.
    pub fn values(&self) -> [T; 8] {
        [
            self.crm,
            self.process,
            self.product,
            self.company,
            self.competitive,
            self.general,
            self.analytical,
            self.community,
        ]
    }
}

/// A policy in a record. The code that serde derives for so many members is half of that for all records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct PolicyRecord {
    /// The numbers, in the order of [`RankPolicy::NUMBERS`].
    numbers: Vec<f64>,
    interval_days: [u32; 8],
    solve_prior: [f64; 8],
}

impl From<&RankPolicy> for PolicyRecord {
    fn from(policy: &RankPolicy) -> PolicyRecord {
        PolicyRecord {
            numbers: policy.numbers(),
            interval_days: policy.interval_days.values(),
            solve_prior: policy.solve_prior.values(),
        }
    }
}

impl PolicyRecord {
    /// Returns the policy; `None` if the count of numbers is not that of this version.
    pub fn policy(&self) -> Option<RankPolicy> {
        if self.numbers.len() != RankPolicy::NUMBERS.len() {
            return None;
        }
        let (days, priors) = (
            PerKind::of(self.interval_days),
            PerKind::of(self.solve_prior),
        );
        Some(RankPolicy::of(
            &mut self.numbers.iter().copied(),
            days,
            priors,
        ))
    }
}

/// Defines the policy with each number's documentation, default and range in one place.
macro_rules! policy {
    ($($(#[doc = $doc:literal])+ $name:ident: $low:literal ..= $high:literal = $default:literal,)+) => {
        /// Every constant of the ranking. The hash of the policy is in each impression token.
        ///
        /// ```
        /// use kenpoint::RankPolicy;
        /// let policy = RankPolicy::default();
        /// assert!(policy.check().is_ok());
        /// let steeper = RankPolicy { usefulness_exponent: 9.0, ..policy.clone() };
        /// assert!(steeper.check().unwrap_err().message().contains("usefulness_exponent"));
        /// assert_ne!(policy.hash(), RankPolicy { usefulness_exponent: 2.0, ..policy.clone() }.hash());
        /// ```
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct RankPolicy {
            $($(#[doc = $doc])+ #[doc = concat!("\n\nRange ", stringify!($low), " to ", stringify!($high), "; default ", stringify!($default), ".")] pub $name: f64,)+
            /// Days after which an article of each kind is due, if it has no policy of its own. 1 to 36500. Source:
            /// our choice, after the usual pace of change of each kind.
            pub interval_days: PerKind<u32>,
            /// P(solved | read) of an article of each kind without evidence. Above 0, below 1; default .5. Policy
            /// data and never a live mean: with a live mean one article's success would lower its own factor, and
            /// hidden articles would move visible ones.
            pub solve_prior: PerKind<f64>,
        }

        impl Default for RankPolicy {
            fn default() -> RankPolicy {
                let interval_days = PerKind {
                    crm: 30,
                    process: 180,
                    product: 180,
                    company: 365,
                    competitive: 90,
                    general: 365,
                    analytical: 180,
                    community: 180,
                };
                let mut defaults = RankPolicy::NUMBERS.iter().map(|number| number.3);
                RankPolicy::of(&mut defaults, interval_days, PerKind::all(0.5))
            }
        }

        impl RankPolicy {
            /// Name, lowest, highest and default value of every number, in order.
            pub const NUMBERS: &'static [(&'static str, f64, f64, f64)] =
                &[$((stringify!($name), $low as f64, $high as f64, $default as f64),)+];

            /// Returns the numbers in the order of [`RankPolicy::NUMBERS`].
            fn numbers(&self) -> Vec<f64> {
                vec![$(self.$name,)+]
            }

            /// Makes the policy from its numbers in that order.
            fn of(
                numbers: &mut dyn Iterator<Item = f64>,
                interval_days: PerKind<u32>,
                solve_prior: PerKind<f64>,
            ) -> RankPolicy {
                let mut next = || numbers.next().unwrap_or_default();
                RankPolicy {
                    $($name: next(),)+
                    interval_days,
                    solve_prior,
                }
            }
        }
    };
}

policy! {
    /// BM25 saturation, in units of a word of weight [`RankPolicy::text_unit`].
    /// Source: Robertson and Zaragoza 2009, the usual value.
    text_k1: 0.0..=10.0 = 1.2,
    /// BM25 length normalisation. Source: as above.
    text_b: 0.0..=1.0 = 0.75,
    /// The weighted frequency that the saturation counts as one occurrence. Source: `bench quality`; section weights
    /// are well above 1, and with a unit of 1 the first occurrence would saturate.
    text_unit: 1.0..=16.0 = 3.0,
    /// Weight of a word in the title. Whole number. Source: our start values, checked by `bench quality`.
    weight_title: 1.0..=16.0 = 6.0,
    /// Weight of a word in an issue section. Whole number.
    weight_issue: 1.0..=16.0 = 5.0,
    /// Weight of a word in an environment section. Whole number.
    weight_environment: 1.0..=16.0 = 3.0,
    /// Weight of a word in a cause section. Whole number.
    weight_cause: 1.0..=16.0 = 2.0,
    /// Weight of a word in a resolution section. Whole number.
    weight_resolution: 1.0..=16.0 = 2.0,
    /// Weight of a word in a summary. Whole number.
    weight_summary: 1.0..=16.0 = 4.0,
    /// Weight of a word in a section's heading. Whole number.
    weight_heading: 1.0..=16.0 = 4.0,
    /// Weight of a word in a note. Whole number.
    weight_note: 1.0..=16.0 = 2.0,
    /// Weight of a code, an identifier or a version in a query beside a word of the same idf.
    identifier_boost: 1.0..=8.0 = 2.0,
    /// Weight of a pair of neighbouring words of a title beside one word.
    pair_weight: 0.0..=1.0 = 0.1,
    /// Strength against which the mass of a query is weighed in P(solve): `T · mass/(mass + this)`; mass is a sum of
    /// idf.
    answer_mass: 0.0..=100.0 = 8.0,
    /// P(solve) without outcomes: intercept of the logistic curve. Source: hint3, both firms; the level
    /// does not carry over between firms, the order does.
    answer_intercept: -20.0..=20.0 = 2.81,
    /// P(solve) without outcomes: slope of the logistic curve on ln(A + .01).
    answer_slope: 0.0..=20.0 = 1.37,

    /// Exponent of the freshness factor F. 0 switches it off.
    freshness_exponent: 0.0..=4.0 = 1.0,
    /// The share of F that age cannot take away. Source: `bench quality dates`: with .9 the true dates of 2,448 articles
    /// lose up to .018 of nDCG@10, with .98 up to .011, with .99 up to .002.
    freshness_floor: 0.01..=1.0 = 0.99,
    /// The share of F that age cannot take away from an expired article, where it is still shown. Source: design 5.2.
    expired_floor: 0.01..=1.0 = 0.5,
    /// Factor of F while an article is under suspicion. Source: simulation, design 5.10.
    suspect_factor: 0.01..=1.0 = 0.5,

    /// Exponent of the usefulness factor U. 0 switches it off. Source: `bench quality demand`, `users` and `changes`:
    /// with 1, 2,000 right links under Zipf's law lower nDCG@10 by up to .16, with .25 by .018, with .1 by less than .01.
    usefulness_weight: 0.0..=4.0 = 0.1,
    /// Strength of the prior, in reads. Source: simulated users; a value of 4 does harm in the first hundred sessions
    /// (ARCHITECTURE.md, "Where the design was changed").
    usefulness_prior_reads: 0.1..=100.0 = 10.0,
    /// Exponent of posterior over prior. Source: simulation, design 5.10.
    usefulness_exponent: 0.0..=4.0 = 1.5,
    /// The lowest U. Source: design 5.3.
    usefulness_low: 0.01..=1.0 = 0.25,
    /// The highest U. Source: design 5.3.
    usefulness_high: 1.0..=16.0 = 4.0,
    /// Half-life of evidence in the long horizon. Days.
    half_life_long_days: 1.0..=3650.0 = 180.0,
    /// Half-life of evidence in the short horizon. Days.
    half_life_short_days: 1.0..=3650.0 = 14.0,
    /// The share of the long horizon in the posterior.
    long_share: 0.0..=1.0 = 0.7,
    /// Weight of agents' evidence beside customers'. Shares that must sum to one would let a success in one segment
    /// lower the factor (I6), so this is a plain weight.
    agent_weight: 0.0..=4.0 = 1.0,
    /// The share of evidence that a minor edit keeps.
    carry_minor: 0.0..=1.0 = 1.0,
    /// The share of evidence that a major edit keeps.
    carry_major: 0.0..=1.0 = 0.5,
    /// The share of evidence that a changed fact keeps.
    carry_fact: 0.0..=1.0 = 0.1,

    /// Failures of a read that is followed by a read of another article in the same intent.
    moved_on: 0.0..=10.0 = 0.5,
    /// Failures of a return to the list within five seconds.
    bounced: 0.0..=10.0 = 0.3,
    /// Successes of the last read article of an intent without a case within a day. Source: simulated users. For
    /// learned terms it counts more (`LEARNED_SILENT`). As evidence for the article it must count little, or every
    /// clicked article rises above those that were never shown.
    soft_solved: 0.0..=10.0 = 0.1,
    /// Successes of an explicit report that the article solved the need.
    solved: 0.0..=10.0 = 2.0,
    /// Failures of an explicit report that the article did not solve the need.
    did_not_solve: 0.0..=10.0 = 2.0,
    /// Successes of a rating of 1, and failures of a rating of 0.
    rated: 0.0..=10.0 = 1.5,
    /// Failures of a flag.
    flagged: 0.0..=10.0 = 0.5,
    /// Successes of a copy made by an agent.
    copied: 0.0..=10.0 = 0.3,
    /// Successes of a Resolved link of confidence 1, when the case is done.
    link_resolved: 0.0..=10.0 = 2.0,
    /// Successes of a Helped link of confidence 1.
    link_helped: 0.0..=10.0 = 1.0,
    /// Failures of a TriedFailed link.
    link_tried_failed: 0.0..=10.0 = 1.5,
    /// Failures of a dismissal as wrong or outdated.
    dismissed_wrong: 0.0..=10.0 = 1.0,
    /// Failures of a read that is followed by a case out of the same intent.
    case_after_view: 0.0..=10.0 = 1.0,
    /// Failures of a resolved case that is reopened within seven days.
    reopened: 0.0..=10.0 = 1.0,

    /// ρ: the share of case evidence K that can replace text: R = 1 - (1-T)(1-ρK).
    case_rho: 0.0..=1.0 = 0.8,
    /// Most similar past cases that count as neighbours. Whole number.
    case_neighbours: 1.0..=200.0 = 25.0,
    /// τ of K: added to the denominator, so that little evidence counts little. Source: banking77, linked cases per
    /// article 1 to all.
    case_tau: 0.0..=10.0 = 0.2,
    /// Half-life of a past case. Days.
    case_half_life_days: 1.0..=36500.0 = 365.0,
    /// Weight of K⁻: N = 1 - this·K⁻.
    case_negative: 0.0..=1.0 = 0.5,
    /// Increase of the similarity of two cases with a common product, as a share of the distance to 1.
    case_product_bonus: 0.0..=1.0 = 0.1,

    /// δ of learned terms: successes subtracted from each sum. Source: discounting, Gao et al. SIGIR 2009.
    learned_discount: 0.0..=10.0 = 0.5,
    /// Most extra frequency of a learned term, in occurrences of weight 1.
    learned_cap: 0.0..=16.0 = 3.0,
    /// Exponent of share · purity of a learned term: the share of the word's successes that this article has, and the
    /// concentration of the word on few articles. Source: simulated users and banking77.
    learned_focus: 0.0..=4.0 = 0.25,

    /// C if the version lies outside the range, in the same major version.
    context_adjacent: 0.0..=1.0 = 0.8,
    /// C if the product fits and its version is not known.
    context_unknown: 0.0..=1.0 = 0.95,
    /// C if the version, or every product, lies outside.
    context_outside: 0.0..=1.0 = 0.3,
    /// C if components are known and none fits.
    context_component: 0.0..=1.0 = 0.9,
    /// C if the region does not fit.
    context_region: 0.0..=1.0 = 0.5,
    /// C if the channel does not fit.
    context_channel: 0.0..=1.0 = 0.9,
    /// C if the primary language differs.
    context_language: 0.0..=1.0 = 0.7,

    /// The chance that an article is wrong when its interval is over. Source: design 5.11.
    wrong_when_due: 0.01..=0.99 = 0.2,
    /// Factor of harm of an article whose audience reads no cases. Source: our choice.
    harm_outside: 1.0..=100.0 = 2.0,
    /// Factor of harm of an article flagged as unsafe. Source: our choice.
    harm_unsafe: 1.0..=100.0 = 4.0,

    /// Least P(solve) of an answer of `suggest`.
    suggest_threshold: 0.0..=1.0 = 0.1,
}

impl RankPolicy {
    /// Checks every number against its range, and that the short half-life is not above the long one.
    pub fn check(&self) -> Result<()> {
        for ((name, low, high, _), value) in RankPolicy::NUMBERS.iter().zip(self.numbers()) {
            if !(value >= *low && value <= *high) {
                return Err(Error::invalid(
                    &format!("policy.{name}"),
                    number(value),
                    &format!("it lies from {} to {}", number(*low), number(*high)),
                ));
            }
            let is_whole = name.starts_with("weight_") || *name == "case_neighbours";
            if is_whole && value != value.trunc() {
                return Err(Error::invalid(
                    &format!("policy.{name}"),
                    number(value),
                    "it is a whole number",
                ));
            }
        }
        if self.half_life_short_days > self.half_life_long_days {
            return Err(Error::new(
                ErrorCode::Contradiction,
                "policy.half_life_short_days is longer than half_life_long_days; exchange them",
            ));
        }
        for days in self.interval_days.values() {
            if days == 0 || days > 36_500 {
                return Err(Error::invalid(
                    "policy.interval_days",
                    days,
                    "it is 1 to 36500 days",
                ));
            }
        }
        for prior in self.solve_prior.values() {
            if !(prior > 0.0 && prior < 1.0) {
                return Err(Error::invalid(
                    "policy.solve_prior",
                    number(prior),
                    "it lies above 0 and below 1",
                ));
            }
        }
        Ok(())
    }

    /// A hash of all numbers: equal for equal policies, on every platform and in every version that has the same
    /// numbers.
    pub fn hash(&self) -> u64 {
        let mut hasher = blake3::Hasher::new();
        for ((name, ..), value) in RankPolicy::NUMBERS.iter().zip(self.numbers()) {
            hasher.update(name.as_bytes());
            hasher.update(&value.to_bits().to_le_bytes());
        }
        for days in self.interval_days.values() {
            hasher.update(&days.to_le_bytes());
        }
        for prior in self.solve_prior.values() {
            hasher.update(&prior.to_bits().to_le_bytes());
        }
        hasher
            .finalize()
            .as_bytes()
            .iter()
            .take(8)
            .fold(0, |word, byte| word << 8 | u64::from(*byte))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_lies_in_its_range() {
        RankPolicy::default().check().unwrap();
        for (name, low, high, default) in RankPolicy::NUMBERS {
            assert!(low <= default && default <= high, "{name}");
        }
    }

    #[test]
    fn a_policy_of_fewer_numbers_reads_with_the_defaults_of_the_others() {
        let old: RankPolicy = serde_json::from_str(r#"{"freshness_floor":0.5}"#).unwrap();
        let expected = RankPolicy {
            freshness_floor: 0.5,
            ..RankPolicy::default()
        };
        assert_eq!(old, expected);
    }

    #[test]
    fn nan_is_refused() {
        let policy = RankPolicy {
            text_k1: f64::NAN,
            ..RankPolicy::default()
        };
        assert!(policy.check().is_err());
    }

    #[test]
    fn a_record_reads_as_it_was_written() {
        let mut numbers = (1..).map(f64::from);
        let mut policy = RankPolicy::of(&mut numbers, PerKind::all(9), PerKind::all(0.5));
        policy.interval_days.crm = 7;
        policy.solve_prior.community = 0.25;
        let mut record = PolicyRecord::from(&policy);
        assert_eq!(record.policy(), Some(policy));
        record.numbers.pop();
        assert_eq!(record.policy(), None);
    }
}
