//! The searcher: the index as one viewer sees it at one instant. It lives for one query.

use std::sync::Arc;

use super::plan::PlannedWord;
use super::term_stats::{TermStats, Terms};
use crate::error::{Error, Result};
use crate::index::bitset::BitSet;
use crate::index::boolean::{Budget, Clause, VisibleSegment, expand, matching};
use crate::index::impact_cache::ImpactCache;
use crate::index::scope::{ReadScope, Scope};
use crate::index::scorer::ScoredSegment;
use crate::index::weights::{Saturation, Word, weigh};
use crate::index::{Space, fieldnorm};
use crate::model::Viewer;
use crate::model::audience::Class;
use crate::projection::config::BaseConfig;
use crate::settings::{MAX_PREFIX_TERMS, MAX_QUERY_POSTINGS, MIN_PREFIX_CHARS};
use crate::state::caches::VisibilityKey;
use crate::state::filter::Filter;
use crate::state::index_reader::IndexReader;
use crate::state::read_model::ReadModel;
use crate::text::{Analyzer, Lang, is_run_char};
use crate::time::Timestamp;

/// The data that queries are answered from, borrowed for one answer.
#[derive(Clone, Copy)]
pub struct SearchView<'a> {
    /// The configuration, set when the base was created.
    pub config: &'a BaseConfig,
    /// The read model.
    pub model: &'a ReadModel,
    /// The text index.
    pub index: &'a IndexReader,
}

/// A search over one space of the index.
pub struct Searcher<'a> {
    /// The data to search.
    pub view: SearchView<'a>,
    /// The viewer's class.
    pub class: Class,
    /// The instant.
    pub now: Timestamp,
    scope: Scope<'a>,
    /// The partitions that the viewer reads, by segment.
    parts: Vec<Vec<usize>>,
    /// The visible documents that match the filter, by segment.
    allowed: Vec<Arc<BitSet>>,
    /// The visible documents that count in statistics, independent of the filter, by segment.
    counted: Vec<Arc<BitSet>>,
    impacts: Vec<Arc<ImpactCache>>,
    languages: Vec<Lang>,
}

impl<'a> Searcher<'a> {
    /// Creates a searcher over one space.
    pub fn new(
        view: SearchView<'a>,
        space: Space,
        viewer: &Viewer,
        filter: &Filter,
        now: Timestamp,
    ) -> Result<Searcher<'a>> {
        let class = view.config.audiences.class(&viewer.audience)?;
        let scope = view.index.view.scope(ReadScope { space, class, now });
        let n_segments = view.index.view.segments().len();
        let mut parts = vec![Vec::new(); n_segments];
        let mut languages = Vec::new();
        for part in scope.parts() {
            if let Some(list) = parts.get_mut(part.segment) {
                list.push(part.part);
            }
            languages.push(part.key.lang);
        }
        let space_and_class = (space as u8, class.0);
        let everything = VisibilityKey {
            space_and_class,
            entitlements: viewer.entitlements.clone(),
            filter: (Vec::new(), 0),
        };
        let counted = view.index.caches.visible_docs(
            &scope,
            &everything,
            &Filter::default(),
            &view.model.catalog,
        );
        let allowed = if filter.is_empty() {
            counted.clone()
        } else {
            let bytes = crate::codec::record::encode(filter)
                .map_err(|e| Error::internal(format!("a filter cannot be written: {e}")))?;
            let key = VisibilityKey {
                filter: (bytes, view.index.generation),
                ..everything
            };
            view.index
                .caches
                .visible_docs(&scope, &key, filter, &view.model.catalog)
        };
        // A language counts only if a visible document has it; otherwise hidden documents would be
        // noticeable.
        languages.sort_unstable();
        languages.dedup();
        languages.retain(|lang| {
            scope.stats_in(*lang).docs > 0 || has_restricted(&scope, &counted, *lang)
        });
        let impacts = view.index.caches.impacts(view.index.view.segments());
        Ok(Searcher {
            view,
            class,
            now,
            scope,
            parts,
            allowed,
            counted,
            impacts,
            languages,
        })
    }

    /// Returns the index as the viewer's class sees it.
    pub fn scope(&self) -> &Scope<'a> {
        &self.scope
    }

    /// Returns the documents that may be in the answer, by segment.
    pub fn allowed(&self) -> &[Arc<BitSet>] {
        &self.allowed
    }

    /// Returns the visible documents, whatever the filter, by segment.
    pub fn counted(&self) -> &[Arc<BitSet>] {
        &self.counted
    }

    /// Returns the saturation of term frequency for this viewer. `unit` is the weighted frequency of one
    /// occurrence.
    pub fn saturation(&self, unit: f64) -> Saturation {
        let (policy, stats) = (&*self.view.model.policy, self.scope.stats());
        Saturation::new(
            policy.text_k1,
            policy.text_b,
            unit,
            stats.docs,
            stats.length,
            fieldnorm::from_id,
        )
    }

    /// Returns the segments as input of the scorer, with the documents that may be in the answer.
    pub fn sources<'s>(&'s self, allowed: &'s [BitSet]) -> Vec<ScoredSegment<'s>> {
        self.scope
            .view()
            .segments()
            .iter()
            .zip(&self.parts)
            .zip(allowed)
            .zip(&self.impacts)
            .map(|(((view, parts), allowed), impacts)| ScoredSegment {
                segment: &**view.segment(),
                parts,
                allowed,
                impacts,
            })
            .collect()
    }

    /// Returns the segments as input of boolean conditions.
    pub fn visible_segments<'s>(&'s self, visible: &'s [Arc<BitSet>]) -> Vec<VisibleSegment<'s>> {
        self.scope
            .view()
            .segments()
            .iter()
            .zip(&self.parts)
            .zip(visible)
            .map(|((view, parts), visible)| VisibleSegment {
                segment: &**view.segment(),
                parts,
                visible,
            })
            .collect()
    }

    /// Returns the segment and document of an article or case, if the viewer sees it.
    pub fn locate(&self, space: Space, ordinal: u32) -> Option<(usize, u32)> {
        self.scope
            .view()
            .locate(space, self.class, true, self.now, ordinal)
            .filter(|(segment, doc)| {
                self.counted
                    .get(*segment)
                    .is_some_and(|bits| bits.get(*doc))
            })
    }

    /// Returns the planned words with their integer weights.
    pub fn words(planned: &[PlannedWord]) -> Vec<Word> {
        let raw: Vec<f64> = planned.iter().map(|word| word.raw).collect();
        weigh(&raw)
            .into_iter()
            .zip(planned)
            .map(|(weight, word)| Word {
                weight,
                terms: word
                    .terms
                    .iter()
                    .map(|(lang, terms)| (*lang, terms.clone()))
                    .collect(),
            })
            .collect()
    }
}

fn has_restricted(scope: &Scope<'_>, counted: &[Arc<BitSet>], lang: Lang) -> bool {
    scope
        .parts()
        .iter()
        .filter(|part| part.restricted() && part.key.lang == lang)
        .any(|part| {
            let columns = scope
                .view()
                .segments()
                .get(part.segment)
                .map(|view| view.segment().columns());
            columns
                .zip(counted.get(part.segment))
                .is_some_and(|(columns, bits)| {
                    bits.iter().any(|doc| {
                        columns
                            .part
                            .get(doc as usize)
                            .is_some_and(|p| usize::from(*p) == part.part)
                    })
                })
        })
}

impl TermStats for Searcher<'_> {
    fn docs(&self) -> u64 {
        self.scope.stats().docs
    }

    fn doc_freq(&self, terms: &Terms) -> u64 {
        let mut sum = 0;
        for (lang, list) in terms {
            match list.as_slice() {
                [] => {}
                [term] => sum += self.scope.doc_freq(*lang, term),
                _ => sum += self.union_freq(*lang, list),
            }
        }
        sum
    }

    fn expand(&self, lang: Lang, prefixes: &[String], stems: &[String]) -> Result<Vec<String>> {
        let mut budget = Budget::new(MAX_QUERY_POSTINGS);
        let visible_segments = self.visible_segments(&self.counted);
        let mut terms: Vec<String> = stems
            .iter()
            .filter(|stem| {
                let one = Clause::Word(vec![(lang, vec![(*stem).clone()])]);
                visible_segments
                    .iter()
                    .any(|place| !matching(place, &one, place.visible, &mut budget).is_empty())
            })
            .cloned()
            .collect();
        for prefix in prefixes
            .iter()
            .filter(|p| p.chars().count() >= MIN_PREFIX_CHARS || p.starts_with(is_run_char))
        {
            for (of, found) in expand(&visible_segments, prefix, MAX_PREFIX_TERMS, &mut budget) {
                if of == lang {
                    // Pairs of words and whole titles are terms too, but never the completion of a prefix.
                    terms.extend(found.into_iter().filter(|term| !term.contains(' ')));
                }
            }
        }
        terms.sort();
        terms.dedup();
        Ok(terms)
    }

    fn analyzer(&self, lang: Lang) -> Analyzer {
        Analyzer::with(lang, &self.view.config.stemmers)
    }

    fn languages(&self) -> &[Lang] {
        &self.languages
    }
}

impl Searcher<'_> {
    /// Returns the number of counted documents with any of several terms.
    fn union_freq(&self, lang: Lang, terms: &[String]) -> u64 {
        let mut budget = Budget::new(u64::MAX);
        let clause = Clause::Word(vec![(lang, terms.to_vec())]);
        let segments = self.scope.view().segments();
        segments
            .iter()
            .zip(&self.parts)
            .zip(&self.counted)
            .map(|((view, parts), visible)| {
                let keys = view.segment().parts();
                let open: Vec<usize> = parts
                    .iter()
                    .copied()
                    .filter(|p| keys.get(*p).is_some_and(|key| !key.restricted))
                    .collect();
                let place = VisibleSegment {
                    segment: &**view.segment(),
                    parts: &open,
                    visible,
                };
                matching(&place, &clause, visible, &mut budget).count()
            })
            .sum()
    }
}
