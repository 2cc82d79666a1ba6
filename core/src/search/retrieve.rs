//! Retrieval: from a question to ranked articles, through words, candidates, signals and scores.

use std::cmp::Ordering;
use std::sync::Arc;

use super::compound_words::{OtherForm, other_forms};
use super::named::{Named, named};
use super::plan::{self, Plan, PlannedWord, Repeats};
use super::searcher::{SearchView, Searcher};
use super::similar::{Similar, similar};
use super::term_stats::Terms;
use crate::codec::sorted::Sorted;
use crate::error::Result;
use crate::index::bitset::BitSet;
use crate::index::boolean::{self, Budget, Clause, Condition, Evaluated, matching};
use crate::index::scorer::{self, Enumerated, ScoredSegment, Share};
use crate::index::weights::{ONE, Saturation, Word};
use crate::index::{DocId, Space};
use crate::model::{Context, Viewer};
use crate::rank::context::{self, Fit};
use crate::rank::freshness::Age;
use crate::rank::{CaseEvidence, Signals, blend, learned, solve_probability};
use crate::settings::{MAX_LEARNED_ARTICLES, MAX_QUERY_POSTINGS};
use crate::state::filter::Filter;
use crate::state::priors::Priors;
use crate::text::Lang;
use crate::time::Timestamp;

/// The question to answer.
pub enum Question<'q> {
    /// A query in the query language.
    Query(&'q str),
    /// The text of a case, and the ordinal of the case if it is known.
    Case(&'q str, Option<u32>),
}

impl Question<'_> {
    fn text(&self) -> &str {
        match self {
            Question::Query(text) | Question::Case(text, _) => text,
        }
    }
}

/// The complete input of a retrieval, besides the search view.
pub struct Query<'q> {
    /// The question.
    pub question: Question<'q>,
    /// The viewer.
    pub viewer: &'q Viewer,
    /// The context of the request.
    pub context: &'q Context,
    /// The filter on the articles of the answer.
    pub filter: &'q Filter,
    /// Articles to omit, ascending.
    pub left_out: &'q [u32],
    /// The number of results.
    pub k: usize,
    /// The instant.
    pub now: Timestamp,
}

/// One ranked article with the parts of its score.
pub struct Ranked {
    /// The article.
    pub ordinal: u32,
    /// S.
    pub score: f64,
    /// The signals whose product is S.
    pub signals: Signals,
    /// The parts of C that are not 1.
    pub fits: Vec<Fit>,
    /// The evidence of past cases.
    pub cases: CaseEvidence,
    /// The part of its age in F.
    pub age: Age,
    /// The matched words with their share of T, largest first.
    pub matched: Vec<(String, f64)>,
    /// P(solve).
    pub solve_probability: f64,
}

/// The ranked articles and the evidence behind them.
pub struct Retrieved {
    /// Best first.
    pub ranked: Vec<Ranked>,
    /// The similar past cases.
    pub similar: Similar,
    /// The words of the plan.
    words: Vec<PlannedWord>,
    /// True if the search stopped at its work limit.
    pub is_partial: bool,
    /// The parts of the query, as typed, that are no conditions although they could be read so.
    pub relaxed: Vec<String>,
}

struct Blend<'a> {
    view: SearchView<'a>,
    priors: &'a Priors,
    /// The priors of the named articles, all of which are enumerated.
    named: &'a Named,
    context: &'a Context,
    cases: &'a Sorted<u32, CaseEvidence>,
}

impl Blend<'_> {
    fn fits(&self, ordinal: u32) -> Vec<Fit> {
        self.view
            .model
            .catalog
            .article(ordinal)
            .map_or_else(Vec::new, |article| {
                context::fits(
                    &self.view.model.policy,
                    &article.scope,
                    &article.language,
                    self.context,
                )
            })
    }
}

impl scorer::Signals for Blend<'_> {
    fn max_prior(&self, segment: usize, from: DocId, to: DocId) -> f64 {
        match self.view.index.view.segments().get(segment) {
            Some(view) => self.priors.max(view.segment(), from, to),
            None => f64::INFINITY,
        }
    }

    fn prior(&self, ordinal: u32) -> f64 {
        self.priors.get(ordinal)
    }

    fn score(&self, ordinal: u32, text: u32) -> Option<f64> {
        let policy = &self.view.model.policy;
        let cases = self.cases.get(&ordinal).copied().unwrap_or_default();
        let relevance = blend::relevance(policy, blend::text(text), cases.helped);
        let prior = self.named.get(&ordinal).copied();
        // Multiplies in the same order as `Signals::score`; the prior already is F · U.
        let score = prior.unwrap_or_else(|| self.priors.get(ordinal))
            * relevance
            * context::factor(&self.fits(ordinal))
            * (1.0 - policy.case_negative * cases.failed);
        (score > 0.0).then_some(score)
    }

    fn tie(&self, a: u32, b: u32) -> Ordering {
        let id = |ordinal| {
            self.view
                .model
                .catalog
                .article(ordinal)
                .map(|article| article.id.as_str())
        };
        id(a).cmp(&id(b))
    }
}

/// Retrieves the best `k` articles for a question. Reads only.
pub fn retrieve(view: SearchView<'_>, ask: &Query<'_>) -> Result<Retrieved> {
    let searcher = Searcher::new(view, Space::Article, ask.viewer, ask.filter, ask.now)?;
    let (plan, own) = match ask.question {
        Question::Query(text) => (plan::of_query(&view.model.policy, text, &searcher)?, None),
        Question::Case(text, own) => (
            plan::of_case(&view.model.policy, text, Repeats::Count, &searcher),
            own,
        ),
    };
    let text = ask.question.text();
    let similar = similar(
        view,
        ask.viewer,
        text,
        &ask.context.items,
        own,
        ask.now,
        &|article| searcher.locate(Space::Article, article).is_some(),
    )?;
    let open = without(&searcher, ask.left_out);
    let mut candidates = candidates(&searcher, &plan, &open, Scored::Any);
    let words = Searcher::words(&plan.words);
    let priors: Arc<Priors> = view
        .index
        .priors
        .at(view.model, ask.now, view.index.view.segments());
    let mut budget = Budget::new(MAX_QUERY_POSTINGS);
    let other_forms = other_forms(&searcher, &plan, text, &open, &mut budget);
    let learned = learned_by(&searcher, &plan, other_forms);
    let named = named(&searcher, &plan, text, &priors);
    let enumerated = enumerate(&searcher, &learned, &similar.evidence, &named);
    let blend = Blend {
        view,
        priors: &priors,
        named: &named,
        context: ask.context,
        cases: &similar.evidence,
    };
    let saturation = searcher.saturation(view.model.policy.text_unit);
    let top_k = |candidates: &Candidates| {
        let sources = searcher.sources(&candidates.docs);
        scorer::top_k(&sources, &words, &saturation, &enumerated, &blend, ask.k)
    };
    let mut hits = top_k(&candidates);
    if hits.is_empty() && plan.conditions.iter().any(|one| one.condition.negated) {
        // The exclusions leave articles, but none with a word of the query.
        candidates = self::candidates(&searcher, &plan, &open, Scored::ByWords);
        hits = top_k(&candidates);
    }
    let sources = searcher.sources(&candidates.docs);
    let mass = plan.mass();
    let shares = shares(&sources, &words, &saturation, &hits, &learned);
    let ranked = hits
        .iter()
        .zip(&shares)
        .filter_map(|(hit, shares)| {
            let article = view.model.catalog.article(hit.ordinal)?;
            let cases = similar
                .evidence
                .get(&hit.ordinal)
                .copied()
                .unwrap_or_default();
            let age = match named.get(&hit.ordinal) {
                Some(_) => Age::Waived,
                None => Age::Counts,
            };
            let (freshness, usefulness) = view.model.factors(article, age, ask.now);
            let fits = blend.fits(hit.ordinal);
            let signals = Signals {
                freshness,
                usefulness,
                text: hit.text,
                helped: cases.helped,
                failed: cases.failed,
                context: context::factor(&fits),
            };
            let n_matched = plan
                .words
                .iter()
                .zip(shares)
                .filter(|(word, share)| word.is_word && share.text > 0)
                .count();
            let answer = solve_probability::Answer {
                text: blend::text(hit.text),
                mass,
                n_matched,
                helped: cases.helped,
                failed: cases.failed,
            };
            Some(Ranked {
                ordinal: hit.ordinal,
                score: hit.score,
                signals,
                fits,
                cases,
                age,
                matched: matched(&plan, &words, shares),
                solve_probability: solve_probability::solve(&view.model.policy, &answer),
            })
        })
        .collect();
    let mut relaxed = plan.relaxed;
    relaxed.extend(candidates.unmet);
    Ok(Retrieved {
        ranked,
        similar,
        words: plan.words,
        is_partial: candidates.is_partial || budget.is_partial(),
        relaxed,
    })
}

impl Retrieved {
    /// Returns the query terms in a language, for snippets; sorted and without duplicates.
    pub fn terms(&self, lang: Lang) -> Vec<String> {
        let words = self.words.iter().filter(|word| word.is_word);
        let mut terms: Vec<String> = words
            .filter_map(|word| word.terms.get(&lang))
            .flatten()
            .cloned()
            .collect();
        terms.sort();
        terms.dedup();
        terms
    }
}

/// Computes the share of each word in the score of each hit. The postings of a word are read once for all hits
/// of a segment.
fn shares(
    sources: &[ScoredSegment<'_>],
    words: &[Word],
    saturation: &Saturation,
    hits: &[scorer::ScoredDoc],
    learned: &Learned,
) -> Vec<Vec<Share>> {
    let mut shares = vec![Vec::new(); hits.len()];
    for (segment, source) in sources.iter().enumerate() {
        let here = hits.iter().enumerate();
        let mut here: Vec<(usize, scorer::Document<'_>)> = here
            .filter(|(_, hit)| hit.segment == segment)
            .map(|(number, hit)| {
                let extra = learned.get(&hit.ordinal).map(Vec::as_slice);
                (number, (hit.doc, extra.unwrap_or_default()))
            })
            .collect();
        here.sort_unstable_by_key(|(_, (doc, _))| *doc);
        let documents: Vec<scorer::Document<'_>> = here.iter().map(|(_, of)| *of).collect();
        let found = scorer::shares(source, words, saturation, &documents);
        for ((number, _), of) in here.iter().zip(found) {
            if let Some(place) = shares.get_mut(*number) {
                *place = of;
            }
        }
    }
    shares
}

fn matched(plan: &Plan, words: &[Word], shares: &[Share]) -> Vec<(String, f64)> {
    let mut matched: Vec<(String, f64)> = plan
        .words
        .iter()
        .zip(words)
        .zip(shares)
        .filter(|(_, share)| share.text > 0)
        .map(|((planned, _), share)| {
            (
                planned.surface.clone(),
                f64::from(share.text) / f64::from(ONE),
            )
        })
        .collect();
    matched.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    matched
}

/// Returns, by segment, the documents that are visible, match the filter and are not left out.
fn without(searcher: &Searcher<'_>, left_out: &[u32]) -> Vec<Arc<BitSet>> {
    let mut open = searcher.allowed().to_vec();
    if left_out.is_empty() {
        return open;
    }
    for (view, bits) in searcher.scope().view().segments().iter().zip(&mut open) {
        for ordinal in left_out {
            for doc in view.segment().columns().of_ordinal(*ordinal) {
                // Cases have ordinals of their own, but are never in the partitions of articles.
                Arc::make_mut(bits).clear(doc);
            }
        }
    }
    open
}

/// The documents that may answer.
struct Candidates {
    /// The documents, by segment.
    docs: Vec<BitSet>,
    /// The conditions that no document meets together with the ones before them, as typed.
    unmet: Vec<String>,
    /// True if the search stopped at its work limit.
    is_partial: bool,
}

/// The documents that a condition must leave some of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scored {
    /// Any document.
    Any,
    /// Documents with a word of the query.
    ByWords,
}

/// Returns the documents of `open` that meet the conditions. A condition that would leave none is relaxed.
///
/// The filter, the audience and the left-out articles are in `open`, so they are never relaxed, and a document outside
/// has no influence on the decision (I3).
fn candidates(
    searcher: &Searcher<'_>,
    plan: &Plan,
    open: &[Arc<BitSet>],
    scored: Scored,
) -> Candidates {
    let mut budget = Budget::new(MAX_QUERY_POSTINGS);
    let mut visible_segments = searcher.visible_segments(open);
    let with_words: Vec<BitSet>;
    if scored == Scored::ByWords {
        let mut terms = Terms::new();
        for (lang, list) in plan.words.iter().flat_map(|word| &word.terms) {
            terms.or_default(*lang).extend_from_slice(list);
        }
        let any_word = Clause::Word(terms.into_iter().collect());
        with_words = visible_segments
            .iter()
            .map(|place| matching(place, &any_word, place.visible, &mut budget))
            .collect();
        for (place, docs) in visible_segments.iter_mut().zip(&with_words) {
            place.visible = docs;
        }
    }
    let conditions: Vec<Condition> = plan
        .conditions
        .iter()
        .map(|planned| planned.condition.clone())
        .collect();
    let Evaluated { docs, unmet } = boolean::evaluate(&visible_segments, &conditions, &mut budget);
    let unmet = unmet
        .iter()
        .filter_map(|number| plan.conditions.get(*number))
        .map(|planned| planned.typed.clone())
        .collect();
    Candidates {
        docs,
        unmet,
        is_partial: budget.is_partial(),
    }
}

/// By article: words of the plan with their extra frequency.
type Learned = Sorted<u32, Vec<(usize, u32)>>;

/// Returns, by article, the words of the plan that led to it before, with their extra term frequency in units of
/// [`crate::index::weights::LEARNED_ONE`]. `other_forms` has words that
/// articles contain as two or as one.
fn learned_by(searcher: &Searcher<'_>, plan: &Plan, other_forms: Vec<OtherForm>) -> Learned {
    let view = searcher.view;
    let lang = Lang::of(&view.config.language);
    let is_outside = !view.config.audiences.reads_cases().contains(searcher.class);
    let mut all = other_forms;
    for (number, word) in plan
        .words
        .iter()
        .enumerate()
        .filter(|(_, word)| word.is_word)
    {
        // Learned terms are kept in the language of the base, independent of the viewer's other languages.
        let in_own = word.terms.get(&lang).and_then(|terms| terms.first());
        let Some(term) = in_own.or_else(|| word.terms.values().flatten().next()) else {
            continue;
        };
        let evidence_for = view.model.learned_terms.evidence_for(
            term,
            searcher.now,
            is_outside,
            &|ordinal| view.model.catalog.merge_target(ordinal),
            &|ordinal| view.model.learned_about(ordinal),
            &|ordinal| searcher.locate(Space::Article, ordinal).is_some(),
        );
        // In the saturation, one occurrence of weight 1 equals `text_unit` weighted occurrences.
        let unit = view.model.policy.text_unit;
        let mut extra: Vec<(u32, u32)> = learned::extra(&view.model.policy, &evidence_for)
            .into_iter()
            .map(|(article, x)| (article, (f64::from(x) * unit) as u32))
            .collect();
        if extra.len() > MAX_LEARNED_ARTICLES {
            let id = |article| view.model.catalog.article(article).map(|a| a.id.as_str());
            extra.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| id(a.0).cmp(&id(b.0))));
            extra.truncate(MAX_LEARNED_ARTICLES);
        }
        all.extend(extra.into_iter().map(|(article, x)| (article, (number, x))));
    }
    // Sorted by article, so that each insertion is at the end, and by word.
    all.sort_unstable();
    let mut by_article = Learned::new();
    for (article, (number, extra)) in all {
        let words = by_article.or_default(article);
        match words.last_mut() {
            Some((last, sum)) if *last == number => *sum = sum.saturating_add(extra),
            _ => words.push((number, extra)),
        }
    }
    by_article
}

/// Returns the articles that are scored exactly, independent of their text.
fn enumerate(
    searcher: &Searcher<'_>,
    learned: &Learned,
    cases: &Sorted<u32, CaseEvidence>,
    named: &Named,
) -> Vec<Enumerated> {
    let mut ordinals: Vec<u32> = learned.keys().chain(named.keys()).copied().collect();
    ordinals.extend(
        cases
            .iter()
            .filter(|(_, evidence)| evidence.helped > 0.0)
            .map(|(ordinal, _)| *ordinal),
    );
    ordinals.sort_unstable();
    ordinals.dedup();
    ordinals
        .into_iter()
        .filter_map(|ordinal| {
            let (segment, doc) = searcher.locate(Space::Article, ordinal)?;
            let learned = learned.get(&ordinal).cloned().unwrap_or_default();
            Some(Enumerated {
                segment,
                doc,
                learned,
            })
        })
        .collect()
}
