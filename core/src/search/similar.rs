//! Past cases like the one at hand, and what they say of articles.

use std::cmp::Ordering;

use super::plan::{self, Repeats};
use super::searcher::{SearchView, Searcher};
use crate::codec::sorted::Sorted;
use crate::error::Result;
use crate::index::bitset::BitSet;
use crate::index::scorer::{self, Signals};
use crate::index::{DocId, Space};
use crate::model::{LinkType, ProductItem, Viewer};
use crate::rank::{CaseEvidence, Neighbour, NeighbourLink, blend, case_evidence};
use crate::state::filter::Filter;
use crate::time::Timestamp;

/// The past cases most like a text, and what follows from them.
#[derive(Clone, Debug, Default)]
pub struct Similar {
    /// Most alike first; ties by id.
    pub neighbours: Vec<Neighbour>,
    /// For and against each article.
    pub evidence: Sorted<u32, CaseEvidence>,
}

/// Every case is as good as every other but for its words and products.
struct ByText<'a> {
    view: SearchView<'a>,
    products: &'a [ProductItem],
}

impl ByText<'_> {
    /// Text score, raised by a share of what is missing to 1 when a product is shared.
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

/// With a shared product the similarity is at most 1, and so is the bound at a text score of 1; below
/// it the bonus breaks `score ≤ text · prior`, so the prior is the greatest ratio there can be.
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

/// Whether a link of this type says something for or against an article.
fn says(link: LinkType) -> bool {
    matches!(
        link,
        LinkType::Resolved | LinkType::Helped | LinkType::TriedFailed | LinkType::Dismissed
    )
}

/// The past cases most like `text` that say something of an article the viewer sees. Nothing for
/// viewers who read no cases. `own` is the case at hand, which is not its own past. A case that only
/// knows hidden articles is not asked: it would take a neighbour's place and thin out what others say.
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
        view.model.links.of(case).iter().filter_map(|link| {
            let article = view.model.catalog.today(link.article);
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
                let is_past =
                    |case| Some(case) != own && links_of(case).any(|link| says(link.link));
                if !ordinal.is_some_and(is_past) {
                    asked.clear(doc);
                }
            }
            asked
        })
        .collect();
    // A past case's issue is one text: its section weight is what one occurrence counts.
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
    let evidence = case_evidence::evidence(&view.model.policy, &neighbours, now);
    Ok(Similar {
        neighbours,
        evidence,
    })
}
