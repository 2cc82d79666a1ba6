//! Reads the texts that an answer needs from the store: the texts of articles, and the open case of a
//! suggestion.

use std::collections::BTreeSet;

use super::handle::Base;
use super::inner::Inner;
use crate::error::{Error, ErrorCode, Result};
use crate::index::Space;
use crate::model::audience::Class;
use crate::model::{Reuse, Role};
use crate::projection;
use crate::projection::records::{
    ArticleRecord, CaseRecord, RenditionRecord, SessionAction, SessionRecord, VersionRecord,
    rendition_key, version_key,
};
use crate::search::SuggestRequest;
use crate::search::respond::{ArticleText, CaseQuery, Responder, TextSource, quoted};
use crate::state::current::State;
use crate::store::backend::Table;
use crate::store::blobs;
use crate::store::txn::Reader;
use crate::time::Timestamp;

impl TextSource for Inner {
    fn page(&self, article: &ArticleRecord, class: Class, wants_text: bool) -> Result<ArticleText> {
        let store = &*self.store;
        let key = rendition_key(Space::Article, article.ordinal, article.stamp);
        let rendition: RenditionRecord = store.required(Table::Renditions, &key)?;
        let version: VersionRecord = store.required(
            Table::Versions,
            &version_key(article.ordinal, rendition.version),
        )?;
        let mut text = String::new();
        if wants_text {
            let list = blobs::get(store, &version.text)?;
            let part = rendition
                .parts
                .iter()
                .find(|part| part.classes.contains(class));
            let visible = part.map(|part| part.sections.as_slice());
            let sections = visible
                .unwrap_or_default()
                .iter()
                .filter_map(|position| list.get(usize::from(*position)).map(String::as_str));
            text = quoted(sections, version.fact.is_some());
        }
        Ok(ArticleText {
            title: version.title,
            language: version.language,
            text,
        })
    }
}

impl Base {
    /// Builds the responder for an instant, over a state that is locked for reading.
    pub(super) fn responder<'a>(&'a self, state: &'a State, now: Timestamp) -> Responder<'a> {
        Responder {
            view: self.0.view(state),
            pages: &*self.0.0,
            now,
        }
    }

    /// Collects the query text, the context and the case of a suggestion.
    pub(super) fn case_query(&self, request: &SuggestRequest) -> Result<CaseQuery> {
        let mut context = request.context.clone();
        let Some(id) = &request.case else {
            return Ok(CaseQuery {
                text: request.text.clone(),
                context,
                case: None,
                unhelpful: Vec::new(),
            });
        };
        let audiences = &self.0.config.audiences;
        let class = audiences.class(&request.viewer.audience)?;
        if !audiences.reads_cases().contains(class) {
            // One error for every id, so that it does not tell which cases exist.
            return Err(Error::new(
                ErrorCode::CaseNotFound,
                format!(
                    "case: viewers of audience {:?} read no cases; give the text of the case",
                    request.viewer.audience
                ),
            ));
        }
        let record: CaseRecord = projection::case(&*self.0.store, id)?;
        let case = self.case(id)?;
        // Case-only entries are used here, for their own open case, and nowhere else. Resolution
        // entries say what was already done, so they are not part of the query.
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
        Ok(CaseQuery {
            text: texts.join("\n"),
            context,
            case: Some(record.ordinal),
            unhelpful: self.unhelpful(record.session.as_deref())?,
        })
    }

    /// Returns the articles whose last verdict in the session was that they did not solve the problem.
    fn unhelpful(&self, session: Option<&str>) -> Result<Vec<u32>> {
        let visit: Option<SessionRecord> = match session {
            Some(id) => self.0.store.record(Table::Sessions, id.as_bytes())?,
            None => None,
        };
        let mut unhelpful = BTreeSet::new();
        for event in visit.iter().flat_map(|visit| &visit.events) {
            match event.did {
                SessionAction::Said(article, false) => unhelpful.insert(article),
                SessionAction::Said(article, true) => unhelpful.remove(&article),
                _ => false,
            };
        }
        Ok(unhelpful.into_iter().collect())
    }
}
