//! Similar past cases, and their evidence about articles.

use std::cmp::Ordering;

use super::plan::{self, Repeats};
use super::searcher::{SearchView, Searcher};
use crate::codec::sorted::Sorted;
use crate::error::Result;
use crate::index::bitset::BitSet;
use crate::index::scorer::{self, Signals};
use crate::index::{DocId, Space};
use crate::model::{ProductItem, Viewer};
use crate::rank::{CaseEvidence, Neighbour, NeighbourLink, blend, case_evidence};
use crate::state::filter::Filter;
use crate::state::links::side;
use crate::time::Timestamp;

/// The past cases most similar to a text, and their evidence.
#[derive(Clone, Debug, Default)]
pub struct Similar {
    /// The past cases, most similar first; ties ordered by id.
    pub neighbours: Vec<Neighbour>,
    /// The evidence for and against each article.
    pub evidence: Sorted<u32, CaseEvidence>,
}

/// The signals for cases: only words and products distinguish them.
struct ByText<'a> {
    view: SearchView<'a>,
    products: &'a [ProductItem],
}

impl ByText<'_> {
    /// Returns the text score. A shared product raises it by a fraction of its distance to 1.
    fn similarity(&self, ordinal: u32, text: u32) -> f64 {
        let text = blend::text(text);
        let shares_product = self.view.model.catalog.case(ordinal).is_some_and(|case| {
            case.products
                .iter()
                .any(|item| self.products.iter().any(|known| known.id == item.id))
        });
        if shares_product {
            text + (1.0 - text) * self.view.model.policy.case_product_bonus
        } else {
            text
        }
    }
}

/// With a shared product, the bound `score ≤ text · prior` has no finite prior: at a low text score
/// the bonus can exceed any ratio. The prior is therefore infinite if a bonus is possible, and 1
/// otherwise.
impl Signals for ByText<'_> {
    fn max_prior(&self, _: usize, _: DocId, _: DocId) -> f64 {
        self.prior(0)
    }

    fn prior(&self, _: u32) -> f64 {
        if self.products.is_empty() || self.view.model.policy.case_product_bonus == 0.0 {
            1.0
        } else {
            f64::INFINITY
        }
    }

    fn score(&self, ordinal: u32, text: u32) -> Option<f64> {
        Some(self.similarity(ordinal, text))
    }

    fn tie(&self, a: u32, b: u32) -> Ordering {
        let id = |ordinal| {
            self.view
                .model
                .catalog
                .case(ordinal)
                .map(|case| case.id.as_str())
        };
        id(a).cmp(&id(b))
    }
}

/// Returns the past cases most similar to `text` that have evidence about an article the viewer sees.
/// Returns nothing for viewers who read no cases. The open case `own` is never its own precedent. A
/// case with links to hidden articles only is skipped, because it would take the position of another
/// neighbour and dilute the evidence of the rest.
pub fn similar(
    view: SearchView<'_>,
    viewer: &Viewer,
    text: &str,
    products: &[ProductItem],
    own: Option<u32>,
    now: Timestamp,
    sees: &dyn Fn(u32) -> bool,
) -> Result<Similar> {
    let class = view.config.audiences.class(&viewer.audience)?;
    if !view.config.audiences.reads_cases().contains(class) || text.trim().is_empty() {
        return Ok(Similar::default());
    }
    let searcher = Searcher::new(view, Space::Case, viewer, &Filter::default(), now)?;
    let plan = plan::of_case(&view.model.policy, text, Repeats::Once, &searcher);
    if plan.words.is_empty() {
        return Ok(Similar::default());
    }
    let links_of = |case: u32| {
        view.model.links.weighed(case).filter_map(|link| {
            let article = view.model.catalog.merge_target(link.article);
            sees(article).then_some(NeighbourLink {
                article,
                link: link.link,
                confidence: link.confidence,
                at: link.at,
            })
        })
    };
    let asked: Vec<BitSet> = view
        .index
        .view
        .segments()
        .iter()
        .zip(searcher.allowed())
        .map(|(view, allowed)| {
            let mut asked = (**allowed).clone();
            for doc in allowed.iter() {
                let ordinal = view.segment().columns().ordinal.get(doc as usize).copied();
                let is_past = |case| {
                    Some(case) != own && links_of(case).any(|link| side(link.link).is_some())
                };
                if !ordinal.is_some_and(is_past) {
                    asked.clear(doc);
                }
            }
            asked
        })
        .collect();
    // The issue of a past case is one text, so one occurrence counts as much as its section weight.
    let saturation = searcher.saturation(view.model.policy.weight_issue);
    let words = Searcher::words(&plan.words);
    let signals = ByText { view, products };
    let k = view.model.policy.case_neighbours as usize;
    let hits = scorer::top_k(
        &searcher.sources(&asked),
        &words,
        &saturation,
        &[],
        &signals,
        k,
    );
    let neighbours: Vec<Neighbour> = hits
        .iter()
        .map(|hit| Neighbour {
            case: hit.ordinal,
            similarity: hit.score,
            links: links_of(hit.ordinal).collect(),
        })
        .collect();
    let n_past: u64 = asked.iter().map(BitSet::count).sum();
    let usual =
        |article, is_for| case_evidence::usual(view.model.links_about(article, is_for), n_past);
    let evidence = case_evidence::evidence(&view.model.policy, &neighbours, &usual, now);
    Ok(Similar {
        neighbours,
        evidence,
    })
}
