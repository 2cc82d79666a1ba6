//! What an answer carries beside the ranking: titles, snippets, grounds, the token, similar cases.

use super::live::Live;
use super::shared::Base;
use crate::error::{Error, Result};
use crate::index::Space;
use crate::model::{Context, Impression, LinkType, Reuse, Role, Viewer};
use crate::rank::usefulness;
use crate::store::backend::Table;
use crate::store::fold;
use crate::store::records::{
    ArticleRecord, CaseRecord, RenditionRecord, VersionRecord, rendition_key, version_key,
};
use crate::store::texts;
use crate::store::txn::Reader;
use crate::suggest::SuggestRequest;
use crate::suggest::answer::SimilarCase;
use crate::suggest::catalog::freshness_facts;
use crate::suggest::explain::Grounds;
use crate::suggest::find::{Found, Ranked};
use crate::text::{Analyzer, Lang, Memo, Snippet, markdown, snippet};
use crate::time::Timestamp;

/// What a result shows of its article.
pub(super) struct Shown {
    pub title: String,
    pub snippet: Snippet,
}

/// How the results of one answer are shown.
pub(super) struct Show {
    snippet_chars: usize,
    /// The words of all its snippets: results of one query say the same things.
    memo: Memo,
}

impl Show {
    /// With snippets of so many characters; with 0, without.
    pub fn new(snippet_chars: usize) -> Show {
        Show {
            snippet_chars,
            memo: Memo::default(),
        }
    }
}

impl Base {
    /// Title and snippet of what the viewer sees of an article.
    pub(super) fn shown<'l>(
        &self,
        live: &'l Live,
        viewer: &Viewer,
        ranked: &Ranked,
        found: &Found,
        show: &mut Show,
    ) -> Result<(&'l ArticleRecord, Shown)> {
        let article = live
            .catalog
            .article(ranked.ordinal)
            .ok_or_else(|| Error::internal("a result names an article that is not there"))?;
        let store = &*self.0.store;
        let class = self.0.fixed.audiences.class(&viewer.audience)?;
        let key = rendition_key(Space::Article, article.ordinal, article.stamp);
        let rendition: RenditionRecord = store.required(Table::Renditions, &key)?;
        let version: VersionRecord = store.required(
            Table::Versions,
            &version_key(article.ordinal, rendition.version),
        )?;
        if show.snippet_chars == 0 {
            let (title, snippet) = (version.title, Snippet::default());
            return Ok((article, Shown { title, snippet }));
        }
        let list = texts::get(store, &version.text)?;
        let part = rendition.parts.iter().find(|part| part.classes.has(class));
        let visible = part
            .map(|part| part.sections.as_slice())
            .unwrap_or_default();
        let plain: Vec<String> = visible
            .iter()
            .filter_map(|position| list.get(usize::from(*position)))
            .map(|text| markdown::plain(text))
            .collect();
        // A fact shows its value; what it is about stands in its title.
        let plain = match &version.fact {
            Some(_) => plain.into_iter().take(1).collect::<Vec<String>>(),
            None => plain,
        };
        let analyzer = Analyzer::new(Lang::of(&version.language));
        let (text, chars) = (plain.join("\n"), show.snippet_chars);
        let snippet = snippet(&text, &analyzer, &found.terms, chars, &mut show.memo);
        Ok((
            article,
            Shown {
                title: version.title,
                snippet,
            },
        ))
    }

    pub(super) fn grounds<'l>(
        &self,
        live: &'l Live,
        article: &'l ArticleRecord,
        ranked: &'l Ranked,
        found: &Found,
        now: Timestamp,
    ) -> Grounds<'l> {
        let inputs = self.0.knowledge(live).inputs();
        let sums = inputs.sums(article, now);
        let solve_rate = (sums != usefulness::Sums::default())
            .then(|| usefulness::solve_rate(&live.policy, inputs.solve_prior(article), &sums));
        Grounds {
            policy: &live.policy,
            article,
            signals: ranked.signals,
            cases: ranked.cases,
            n_similar: found.similar.neighbours.len(),
            fits: &ranked.fits,
            state: freshness_facts(&live.policy, article).state(now),
            matched: ranked.matched.clone(),
            solve_rate,
            now,
        }
    }

    pub(super) fn impression<'i>(
        &self,
        live: &Live,
        now: Timestamp,
        viewer: &Viewer,
        query: Option<&str>,
        case: Option<&str>,
        articles: impl Iterator<Item = &'i String>,
    ) -> Result<String> {
        Impression {
            base: self.0.fixed.base,
            at: now,
            audience: viewer.audience.clone(),
            query: query.map(str::to_owned),
            case: case.map(str::to_owned),
            policy: live.policy_hash,
            articles: articles.cloned().collect(),
        }
        .token()
    }

    /// The text to search with, the situation, and the case itself.
    pub(super) fn situation(
        &self,
        request: &SuggestRequest,
    ) -> Result<(String, Context, Option<u32>)> {
        let mut context = request.context.clone();
        let Some(id) = &request.case else {
            return Ok((request.text.clone(), context, None));
        };
        let record: CaseRecord = fold::case(&*self.0.store, id)?;
        let case = self.case(id)?;
        // Case-only notes are used here, for their own open case, and nowhere else. What was done about
        // it already is not what is asked.
        let mut texts: Vec<&str> = case
            .entries
            .iter()
            .filter(|entry| !matches!(entry.reuse, Reuse::Section(Role::Resolution)))
            .map(|entry| entry.text.as_str())
            .collect();
        texts.push(&request.text);
        context.party = context.party.or(case.party);
        context.channel = context.channel.or(case.channel);
        for item in case.products {
            if !context.items.iter().any(|known| known.id == item.id) {
                context.items.push(item);
            }
        }
        Ok((texts.join("\n"), context, Some(record.ordinal)))
    }
}

/// The past cases an answer rests on; their links are those to articles the viewer sees.
pub(super) fn similar_cases(live: &Live, found: &Found) -> Vec<SimilarCase> {
    found
        .similar
        .neighbours
        .iter()
        .filter_map(|neighbour| {
            let case = live.catalog.case(neighbour.case)?;
            let mut solved_by: Vec<String> = neighbour
                .links
                .iter()
                .filter(|link| matches!(link.link, LinkType::Resolved | LinkType::Helped))
                .filter_map(|link| live.catalog.article(link.article))
                .map(|article| article.id.clone())
                .collect();
            solved_by.sort();
            solved_by.dedup();
            Some(SimilarCase {
                id: case.id.clone(),
                similarity: neighbour.similarity,
                solved_by,
            })
        })
        .collect()
}
