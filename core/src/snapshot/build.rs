//! Builds a snapshot file from the gathered articles, cases and records.

use std::collections::BTreeSet;

use super::blocks::{BODY_BLOCK_BYTES, BlockBuilder, Blocks, PLAIN_BLOCK_BYTES};
use super::complete;
use super::contents::{Contents, PageHead};
use super::format::{self, Header, Markup, Name};
use super::pack::written;
use super::records::{ArticleLine, CaseLine};
use super::redact::{self, Numbers};
use crate::error::{Error, Result};
use crate::index::memory::MemSegment;
use crate::index::packed::{self, Packed};
use crate::index::partition::IndexDoc;
use crate::model::Viewer;
use crate::model::audience::{Class, ClassSet};
use crate::model::rendition::{Space, Window};
use crate::projection::config::BaseConfig;
use crate::projection::records::{ArticleRecord, CaseRecord};
use crate::search::respond::quoted;
use crate::state::links::CountedLink;
use crate::state::read_model::ReadModel;
use crate::text::{Lang, safe_html};
use crate::time::Timestamp;

pub use super::blocks::SectionText;

/// A request for a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SnapshotRequest {
    /// The viewer: a label, and the entitlements of its viewers.
    pub viewer: Viewer,
    /// The end of the log prefix to hold: records that had arrived by then. The current instant if absent.
    pub at: Option<Timestamp>,
    /// The markup of its articles: CommonMark, or HTML for a page.
    pub markup: Markup,
}

impl SnapshotRequest {
    /// Requests everything that a viewer may see now.
    pub fn new(viewer: Viewer) -> SnapshotRequest {
        SnapshotRequest {
            viewer,
            at: None,
            markup: Markup::CommonMark,
        }
    }

    /// Sets the instant.
    pub fn at(mut self, known: Timestamp) -> SnapshotRequest {
        self.at = Some(known);
        self
    }

    /// Sets the markup of its articles.
    pub fn markup(mut self, markup: Markup) -> SnapshotRequest {
        self.markup = markup;
        self
    }
}

/// An article that the viewer sees.
pub struct Shown {
    /// Its record.
    pub record: ArticleRecord,
    /// The title.
    pub title: String,
    /// The language tag.
    pub language: String,
    /// The sections that the viewer sees.
    pub sections: Vec<SectionText>,
    /// The index document of the article for the viewer.
    pub doc: IndexDoc,
}

/// The inputs of a snapshot.
pub struct Material<'a> {
    /// The configuration of the base.
    pub config: &'a BaseConfig,
    /// The read model.
    pub model: &'a ReadModel,
    /// Ids of merged articles that the viewer could see, ascending, each with the number of its target.
    pub aliases: Vec<(String, u32)>,
    /// The viewer it is made for.
    pub viewer: &'a Viewer,
    /// The viewer's class.
    pub class: Class,
    /// The markup of its articles.
    pub markup: Markup,
    /// The end of the log prefix it holds: records that had arrived by then.
    pub known: Timestamp,
    /// Its articles, ascending by their number in the base.
    pub articles: Vec<Shown>,
    /// Its past cases, in the same order, with their index documents.
    pub cases: Vec<(CaseRecord, IndexDoc)>,
}

/// Builds the file.
pub fn build(material: Material<'_>) -> Result<Vec<u8>> {
    let audiences = material.config.audiences.seen_from(material.class)?;
    let own = audiences.class(&material.viewer.audience)?;
    let numbers: Numbers = (0..)
        .zip(&material.articles)
        .map(|(new, shown)| (shown.record.ordinal, new))
        .collect();
    let case_numbers: Numbers = (0..)
        .zip(&material.cases)
        .map(|(new, (case, _))| (case.ordinal, new))
        .collect();
    let ids: BTreeSet<&str> = material
        .articles
        .iter()
        .map(|shown| shown.record.id.as_str())
        .collect();
    let class = |old: Class| {
        let label = material.config.audiences.label(old)?;
        audiences.class(&label.name).ok()
    };
    let number_of = |old: u32| {
        numbers
            .get(&material.model.catalog.merge_target(old))
            .copied()
    };

    let mut docs = Vec::with_capacity(material.articles.len() + material.cases.len());
    let mut plain_texts = BlockBuilder::new(PLAIN_BLOCK_BYTES);
    let mut bodies = BlockBuilder::new(BODY_BLOCK_BYTES);
    let mut words = complete::DictionaryBuilder::default();
    let (mut articles, mut pages, mut evidence) = (Vec::new(), Vec::new(), Vec::new());
    for (new, shown) in (0..).zip(&material.articles) {
        let record = &shown.record;
        let class = class(record.audience);
        let class = class.ok_or_else(|| Error::internal("a label of a snapshot is not in it"))?;
        articles.push(ArticleLine::of(record, class, &|id| ids.contains(id)));
        let (catalog, ledger) = (&material.model.catalog, &material.model.ledger);
        let (policy, known) = (&*material.model.policy, material.known);
        evidence.extend(redact::evidence(
            policy, catalog, ledger, record, new, known,
        ));
        let sections = shown.sections.iter();
        let texts = sections.map(|section| section.text.as_str());
        let plain = quoted(texts, record.fact.is_some());
        let body = body(&shown.sections, material.markup);
        let n_plain = plain.len();
        let n_body = body.iter().map(|section| section.text.len()).sum();
        pages.push(PageHead {
            title: shown.title.clone(),
            language: shown.language.clone(),
            plain: plain_texts.add(plain, n_plain)?,
            body: bodies.add(body, n_body)?,
        });
        let mut said: Vec<&str> = Vec::new();
        for section in &shown.sections {
            said.extend(section.heading.as_deref());
            said.push(&section.text);
        }
        // The dictionary knows neither the user nor the time, so it omits words of articles that require an
        // entitlement or expire.
        let is_open = record.scope.entitlement.is_empty() && shown.doc.window.to == Timestamp::MAX;
        words.add(new, &shown.title, &said, Lang::of(&shown.language), is_open);
        docs.push(renumbered(&shown.doc, new, own, material.known));
    }
    let mut cases = Vec::new();
    for (new, (case, doc)) in (0..).zip(&material.cases) {
        cases.push(CaseLine::of(case));
        docs.push(renumbered(doc, new, own, material.known));
    }
    let is_outside = !material
        .config
        .audiences
        .reads_cases()
        .contains(material.class);
    let learned_terms = redact::learned_terms(
        &material.model.learned_terms,
        &number_of,
        is_outside,
        material.known,
    );
    let Packed {
        columns,
        terms,
        places,
    } = packed::write::write(&MemSegment::build(&docs)?);
    let words = words.finish();
    let in_blocks = [
        Blocks::of(&terms.blocks)?,
        Blocks::of(&words.blocks)?,
        Blocks::of(&places)?,
        plain_texts.finish()?,
        bodies.finish()?,
    ];
    let aliases = material.aliases.iter();
    let aliases = aliases.filter_map(|(id, into)| Some((id.clone(), number_of(*into)?)));
    let aliases = aliases.collect();
    let contents = Contents {
        policy: (&*material.model.policy).into(),
        policy_hash: material.model.policy_hash,
        language: material.config.language.clone(),
        aliases,
        links: links(&material, &case_numbers, &number_of),
        audiences,
        articles,
        pages,
        evidence,
        learned_terms,
        cases,
    };
    let blocks = in_blocks.each_ref().map(|section| &section.blocks);
    let blocks = written(&blocks)?;
    let header = Header {
        base: material.config.base,
        known: material.known,
        audience: material.viewer.audience.clone(),
        entitlements: material.viewer.entitlements.clone(),
        markup: material.markup,
        languages: languages(&contents),
        articles: contents.articles.len() as u32,
        cases: contents.cases.len() as u32,
        sections: Vec::new(),
    };
    let mut sections = vec![
        (Name::Contents, contents.to_bytes()?),
        (Name::Columns, columns),
        (Name::Terms, terms.firsts),
        (Name::Words, words.firsts),
        (Name::Blocks, blocks),
    ];
    let in_blocks = in_blocks.into_iter().map(|section| section.bytes);
    sections.extend(Name::IN_BLOCKS.into_iter().zip(in_blocks));
    format::write(header, &sections)
}

/// Converts sections to the markup of the snapshot.
fn body(sections: &[SectionText], markup: Markup) -> Vec<SectionText> {
    let mut sections = sections.to_vec();
    if markup == Markup::Html {
        for section in &mut sections {
            section.text = safe_html::to_page(&section.text);
        }
    }
    sections
}

/// Returns the languages of the tokenizers: those of its articles, and that of cases.
fn languages(contents: &Contents) -> Vec<String> {
    let tags = contents.pages.iter().map(|page| page.language.as_str());
    let tags = tags.chain([contents.language.as_str()]);
    let languages: BTreeSet<Lang> = tags.map(Lang::of).collect();
    languages.iter().map(Lang::to_string).collect()
}

/// Returns a document under its new number. Its partition reveals nothing about other classes, and its
/// window keeps only the future.
fn renumbered(doc: &IndexDoc, ordinal: u32, own: Class, known: Timestamp) -> IndexDoc {
    let mut doc = doc.clone();
    doc.ordinal = ordinal;
    doc.stamp = 1;
    doc.part.classes = ClassSet::NONE.with(own);
    if doc.window.from <= known {
        doc.window.from = Window::ALWAYS.from;
    }
    doc
}

/// Returns the links from the past cases in the snapshot to its articles.
fn links(
    material: &Material<'_>,
    cases: &Numbers,
    number_of: &dyn Fn(u32) -> Option<u32>,
) -> Vec<(u32, CountedLink)> {
    let mut links = Vec::new();
    for (old, new) in cases {
        for link in material.model.links.weighed(*old) {
            if let Some(article) = number_of(link.article) {
                links.push((*new, CountedLink { article, ..link }));
            }
        }
    }
    links
}

/// Returns true if the class sees the document at `known`, so that it belongs in the snapshot.
pub fn is_shown(doc: &IndexDoc, space: Space, class: Class, known: Timestamp) -> bool {
    doc.part.read_by(space, class) && doc.window.holds(known)
}
