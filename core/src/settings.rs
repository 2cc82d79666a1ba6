//! Every number of the library: with unit, range, default and source.
//!
//! [`RankPolicy`] holds what ranking weighs with; it is data, versioned by its hash, and changes by a
//! logged event. The constants below it are part of the meaning of the log (what an intent is, when a
//! read ripens) or guard the process (limits), and do not change at run time.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorCode, Result, number};
use crate::time::DAY_MS;

/// Longest query text. Bytes. Source: our choice; longer texts are case texts, for `suggest`.
pub const MAX_QUERY_BYTES: usize = 8 << 10;
/// Most clauses of a query (words, phrases, prefixes). Source: pitfalls of query parsers; Elasticsearch allows 1,024.
pub const MAX_QUERY_CLAUSES: usize = 128;
/// Most words of a phrase.
pub const MAX_PHRASE_WORDS: usize = 32;
/// Longest case text that `suggest` reads. Bytes.
pub const MAX_CASE_TEXT_BYTES: usize = 256 << 10;
/// Most distinct words of a case text that are scored; the rarest are kept.
pub const MAX_CASE_TERMS: usize = 512;
/// Most words a prefix stands for; in the order of the alphabet.
pub const MAX_PREFIX_TERMS: usize = 256;
/// Shortest prefix. Characters.
pub const MIN_PREFIX_CHARS: usize = 2;
/// Most results of one answer, offset included.
pub const MAX_RESULTS: usize = 10_000;
/// Longest snippet that can be asked for. Characters. Source: our choice; a longer one is the article itself.
pub const MAX_SNIPPET_CHARS: usize = 2_000;
/// How far ahead of the base's clock an event that comes from outside may lie. Milliseconds. Source: our choice;
/// clocks of devices go wrong by hours, and by years where they were never set.
pub const MAX_AHEAD_MS: i64 = 24 * 3_600_000;
/// Postings that conditions and prefixes of one query may look at; beyond it the answer is partial.
pub const MAX_QUERY_POSTINGS: u64 = 20_000_000;
/// Longest word that is indexed; longer ones are cut into pieces of this length. Bytes.
pub const MAX_TERM_BYTES: usize = 64;
/// Most words stems are remembered of, for each memo. Guards memory: about 10 MB.
pub const MAX_STEM_MEMO: usize = 65_536;
/// Deepest nesting of CommonMark blocks and spans that becomes HTML; deeper ones leave their text.
/// Source: an HTML5 tree builder takes quadratic time in depth (20,000 quotes: 1 s, measured).
pub const MAX_HTML_DEPTH: usize = 64;
/// Most tags of raw HTML in a text that becomes HTML; with more, all raw tags are left out. Source: as above
/// (20,000 unclosed elements: .7 s; 4,000: .03 s).
pub const MAX_RAW_TAGS: usize = 4_000;
/// Most raw tags times elements. Source: HTML5 opens unclosed `b` and `i` again in every paragraph.
pub const MAX_HTML_WORK: usize = 4_000_000;
/// A pause that ends an intent. Milliseconds. Source: the usual session gap of web analytics.
pub const INTENT_GAP_MS: i64 = 30 * 60_000;
/// The share of words (Jaccard) two queries of one intent have in common, at least; a click or read in
/// between keeps the intent. Source: our choice.
pub const INTENT_SIMILARITY: f64 = 0.2;
/// How long after the last read no case may come for the read to count as a silent success. Milliseconds.
/// Source: domain notes (24 h on the web).
pub const RIPEN_MS: i64 = DAY_MS;
/// A return to the list sooner than this counts against the article. Seconds.
pub const BOUNCE_SECONDS: f64 = 5.0;
/// A case reopened within this reverses the credit of the article that resolved it. Milliseconds.
pub const REOPEN_MS: i64 = 7 * DAY_MS;
/// One effective rating per voter, article version and window. Days.
pub const VOTE_WINDOW_DAYS: i32 = 30;
/// Most events kept of one session; later ones are refused. Guards the cost of one write.
pub const MAX_SESSION_EVENTS: usize = 2_000;
/// What a Resolved link of confidence 1 teaches, in thousandths of a lesson. Source: as its evidence.
pub const LESSON_RESOLVED: i64 = 2_000;
/// What a said success teaches, in thousandths of a lesson.
pub const LESSON_SAID: i64 = 2_000;
/// What a silent success teaches, in thousandths of a lesson. Source: design 5, default evidence.
pub const LESSON_SOFT: i64 = 600;
/// Most articles one word leads to, the strongest.
pub const MAX_LEARNED_ARTICLES: usize = 256;
/// Distinct parties a learned term needs before classes that read no cases learn from it (I4).
pub const LEARN_PARTIES: usize = 3;

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

/// A policy in a record: what serde makes for so many members is half of what it makes for all records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct PolicyRecord {
    /// In the order of [`RankPolicy::NUMBERS`].
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
    /// The policy, if it has the numbers of this version.
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

/// Makes the policy with each number's documentation, default and range in one place.
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
            /// The days an article of each kind is good for without a policy of its own. Days; 1 to 36500.
            /// Source: our choice, after the kinds' usual pace of change.
            pub interval_days: PerKind<u32>,
            /// P(solved | read) of an article of each kind about which nothing is known. Above 0, below 1;
            /// default .5. Policy data and never live: a live mean would let one article's success lower
            /// its own factor, and hidden articles move visible ones.
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
            /// Name, lowest, highest and default value of every single number, in order.
            pub const NUMBERS: &'static [(&'static str, f64, f64, f64)] =
                &[$((stringify!($name), $low as f64, $high as f64, $default as f64),)+];

            /// The single numbers in the order of [`RankPolicy::NUMBERS`].
            fn numbers(&self) -> Vec<f64> {
                vec![$(self.$name,)+]
            }

            /// The policy of single numbers in that order.
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
    /// The weighted frequency that counts as one occurrence in the saturation. Source: `bench quality`;
    /// section weights are well above 1, and 1 here would saturate at the first occurrence.
    text_unit: 1.0..=16.0 = 3.0,
    /// Weight of a word in the title. Whole number. Source: design start values, checked by `bench quality`.
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
    /// How much more a code, an identifier or a version in a query weighs than a word of the same rarity.
    identifier_boost: 1.0..=8.0 = 2.0,
    /// How much two words that stand side by side in a title weigh beside one word.
    pair_weight: 0.0..=1.0 = 0.1,
    /// The weight of the text score's certainty: `T · mass/(mass + this)`, mass in the sum of idf.
    answer_mass: 0.0..=100.0 = 8.0,
    /// P(solve) without outcomes: intercept of the logistic curve. Source: hint3, both firms; the level
    /// does not carry over between firms, the order does.
    answer_intercept: -20.0..=20.0 = 2.81,
    /// P(solve) without outcomes: slope of the logistic curve on ln(A + .01).
    answer_slope: 0.0..=20.0 = 1.37,

    /// Exponent of the freshness factor F. 0 switches it off.
    freshness_exponent: 0.0..=4.0 = 1.0,
    /// The share of F that age cannot take away. Source: design 5; domain notes 3.3.
    freshness_floor: 0.01..=1.0 = 0.5,
    /// F is multiplied by this while an article is under suspicion. Source: simulation, domain notes 3.9.
    suspect_factor: 0.01..=1.0 = 0.5,

    /// Exponent of the usefulness factor U. 0 switches it off.
    usefulness_weight: 0.0..=4.0 = 1.0,
    /// Strength of the prior, in reads. Source: simulated users; at 4 the first hundred sessions do harm
    /// (ARCHITECTURE.md, "Where the design was changed").
    usefulness_prior_reads: 0.1..=100.0 = 10.0,
    /// Exponent of posterior over prior. Source: simulation, domain notes 3.9.
    usefulness_exponent: 0.0..=4.0 = 1.5,
    /// The lowest U. Source: design 5.
    usefulness_low: 0.01..=1.0 = 0.25,
    /// The highest U. Source: design 5.
    usefulness_high: 1.0..=16.0 = 4.0,
    /// Half-life of evidence in the long horizon. Days.
    half_life_long_days: 1.0..=3650.0 = 180.0,
    /// Half-life of evidence in the short horizon. Days.
    half_life_short_days: 1.0..=3650.0 = 14.0,
    /// The share of the long horizon.
    long_share: 0.0..=1.0 = 0.7,
    /// What agents' evidence counts beside customers'. Shares that must sum to one would let a success in
    /// one segment lower the factor, so this is a plain weight.
    agent_weight: 0.0..=4.0 = 1.0,
    /// The share of evidence that a minor edit keeps.
    carry_minor: 0.0..=1.0 = 1.0,
    /// The share of evidence that a major edit keeps.
    carry_major: 0.0..=1.0 = 0.5,
    /// The share of evidence that a changed fact keeps.
    carry_fact: 0.0..=1.0 = 0.1,

    /// Failures of: read, then another article read.
    moved_on: 0.0..=10.0 = 0.5,
    /// Failures of: back in the list within five seconds.
    bounced: 0.0..=10.0 = 0.3,
    /// Successes of: last article of an intent, and no case within a day. Source: simulated users. It
    /// teaches words at its full worth; as evidence for the article at large it must count little, or
    /// whatever is clicked rises over what was never shown.
    soft_solved: 0.0..=10.0 = 0.1,
    /// Successes of: said to have solved it.
    solved: 0.0..=10.0 = 2.0,
    /// Failures of: said not to have solved it.
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
    /// Failures of: read, then a case out of the same intent.
    case_after_view: 0.0..=10.0 = 1.0,
    /// Failures of: the case it resolved came back within seven days.
    reopened: 0.0..=10.0 = 1.0,

    /// How far case evidence K can stand in for text: R = 1 - (1-T)(1-ρK).
    case_rho: 0.0..=1.0 = 0.8,
    /// Similar past cases that are asked. Whole number.
    case_neighbours: 1.0..=200.0 = 25.0,
    /// τ of K: the evidence that counts as none. Source: banking77, linked cases per article 1 to all.
    case_tau: 0.0..=10.0 = 0.2,
    /// Half-life of a past case. Days.
    case_half_life_days: 1.0..=36500.0 = 365.0,
    /// How much K⁻ takes away: N = 1 - this·K⁻.
    case_negative: 0.0..=1.0 = 0.5,
    /// Added to the similarity of cases that share a product, as a share of what is missing to 1.
    case_product_bonus: 0.0..=1.0 = 0.1,

    /// Successes a learned term must exceed. Source: discounting, Gao et al. SIGIR 2009.
    learned_discount: 0.0..=10.0 = 0.5,
    /// Most a learned term counts, in occurrences of weight 1.
    learned_cap: 0.0..=16.0 = 3.0,
    /// Exponent of how much of a word's successes are this article's, and of how few articles share the
    /// word. Source: simulated users and banking77.
    learned_focus: 0.0..=4.0 = 0.25,

    /// C when the version lies outside, in the same major version.
    context_adjacent: 0.0..=1.0 = 0.8,
    /// C when the product fits and a version is not known.
    context_unknown: 0.0..=1.0 = 0.95,
    /// C when the version, or every product, lies outside.
    context_outside: 0.0..=1.0 = 0.3,
    /// C when components are known and none fits.
    context_component: 0.0..=1.0 = 0.9,
    /// C when the region does not fit.
    context_region: 0.0..=1.0 = 0.5,
    /// C when the channel does not fit.
    context_channel: 0.0..=1.0 = 0.9,
    /// C when the language is another.
    context_language: 0.0..=1.0 = 0.7,

    /// The chance that an article is wrong when its interval is over. Source: domain notes 2.6.
    wrong_when_due: 0.01..=0.99 = 0.2,
    /// How much more harm a wrong answer does outside. Source: our choice.
    harm_outside: 1.0..=100.0 = 2.0,
    /// How much more harm an article flagged as unsafe does. Source: our choice.
    harm_unsafe: 1.0..=100.0 = 4.0,

    /// `suggest` returns nothing whose P(solve) lies below this.
    suggest_threshold: 0.0..=1.0 = 0.1,
}

impl RankPolicy {
    /// Checks every number against its range, and that the horizons and shares make sense.
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

    /// Equal for equal policies, on every platform and in every version that has the same numbers.
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
