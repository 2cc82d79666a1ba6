//! The projection of article and fact events: articles, versions, states, renditions, merges.

use super::Projector;
use super::records::{
    ArticleRecord, RenditionPart, RenditionRecord, SectionRecord, VersionRecord, rendition_key,
    version_key,
};
use crate::error::{Error, ErrorCode, Result};
use crate::model::audience::{Class, ClassSet};
use crate::model::rendition::{Space, Window};
use crate::model::{
    ArticleDraft, Change, Confidence, Event, Fact, FactDraft, FreshnessPolicy, Governance,
    Relation, Role, Scope,
};
use crate::store::backend::Table;
use crate::store::blobs;
use crate::store::codec::{self, Hash, Key};
use crate::store::txn::Reader;
use crate::text::Lang;
use crate::time::Timestamp;

impl Projector<'_, '_> {
    pub fn put(&mut self, event: &Event, draft: &ArticleDraft, expects: Option<u32>) -> Result<()> {
        let content = content_hash(draft)?;
        let audience = self.class(&draft.audience)?;
        let sections = draft
            .sections
            .iter()
            .map(|section| {
                let narrower = section.audience.as_deref().map(|label| self.class(label)).transpose()?;
                if let Some(class) = narrower
                    && !self.config.audiences.is_inward(class, audience)
                {
                    return Err(Error::new(
                        ErrorCode::Contradiction,
                        format!(
                            "article.section.audience: {:?} is not inward of the article's {:?}; a section may only be narrower",
                            section.audience.as_deref().unwrap_or_default(),
                            draft.audience
                        ),
                    ));
                }
                Ok(SectionRecord { role: section.role, heading: section.heading.clone(), audience: narrower })
            })
            .collect::<Result<Vec<_>>>()?;
        let old: Option<ArticleRecord> = self.txn.record(Table::Articles, draft.id.as_bytes())?;
        let edited = edited(event.at, draft, old.as_ref());
        self.check_put(draft, expects, old.as_ref())?;
        self.config.stemmers.check(Lang::of(&draft.language))?;
        if old.as_ref().is_some_and(|old| old.content == content) {
            self.effects.is_unchanged = true;
            return Ok(());
        }
        let version = VersionRecord {
            title: draft.title.clone(),
            language: draft.language.clone(),
            sections,
            text: self.store_sections(draft.sections.iter().map(|s| s.text.clone()).collect())?,
            author: draft.author.clone().or_else(|| event.actor.clone()),
            change: draft.change,
            at: edited,
            fact: None,
        };
        let reach = self.reached(audience, draft.confidence);
        let scope = sorted_scope(&draft.scope);
        if let Some(old) = old.as_ref().filter(|old| {
            self.reached(old.audience, old.confidence) != reach
                || old.scope.entitlement != scope.entitlement
        }) {
            self.remember_readers(old)?;
        }
        let mut article = match old {
            Some(old) => {
                let substance = matches!(draft.change, Change::Major | Change::Fact);
                let reviewed = (draft.change == Change::ReviewOnly).then_some(edited);
                let verified = draft.verified.max(reviewed).max(old.verified);
                let cleared = substance || reviewed.is_some();
                ArticleRecord {
                    edited: if substance {
                        edited.max(old.edited)
                    } else {
                        old.edited
                    },
                    verified,
                    suspect: if cleared { None } else { old.suspect.clone() },
                    flags: if cleared {
                        Vec::new()
                    } else {
                        old.flags.clone()
                    },
                    owner: draft.owner.clone().or_else(|| old.owner.clone()),
                    ..old
                }
            }
            None => {
                let created = draft.created.unwrap_or(edited);
                self.new_article(&draft.id, audience, created, edited, draft.verified)?
            }
        };
        article.kind = draft.kind;
        article.confidence = draft.confidence;
        article.governance = draft.governance;
        article.scope = scope;
        article.freshness = draft.freshness;
        article.tags = sorted(&draft.tags);
        if draft.owner.is_some() {
            article.owner = draft.owner.clone();
        }
        article.family = draft.family.clone();
        article.language = draft.language.clone();
        article.source = draft.source.clone();
        article.content = content;
        article.changes.push(draft.change);
        article.version = article.changes.len() as u32;
        article.audience = audience;
        self.txn.put(
            Table::Versions,
            version_key(article.ordinal, article.version),
            &version,
        )?;
        if let Some(source) = &draft.source {
            let key = Key::new().text(&source.system).text(&source.key).0;
            self.txn
                .put_bytes(Table::Sources, key, draft.id.clone().into_bytes());
        }
        self.render(&mut article)?;
        self.save_article(&article)?;
        self.recount_readers()
    }

    fn check_put(
        &self,
        draft: &ArticleDraft,
        expects: Option<u32>,
        old: Option<&ArticleRecord>,
    ) -> Result<()> {
        let found = old.map_or(0, |old| old.version);
        if let Some(expected) = expects
            && expected != found
        {
            return Err(Error::new(
                ErrorCode::VersionConflict,
                format!(
                    "article {:?}: expected version {expected}, found version {found}; read it again and put your change on top",
                    draft.id
                ),
            ));
        }
        match old {
            Some(old) if old.merged_into.is_some() => Err(merged(old)),
            Some(old) if old.fact.is_some() => Err(Error::new(
                ErrorCode::AlreadyExists,
                format!(
                    "article {:?}: this id is a fact's; set the fact instead",
                    draft.id
                ),
            )),
            _ => Ok(()),
        }
    }

    /// Sets a fact. A fact is an article of its own; its current version is the newest by (`as_of`, event id).
    pub fn fact(&mut self, event: &Event, draft: &FactDraft) -> Result<()> {
        let id = draft.article_id();
        let audience = self.class(&draft.audience)?;
        let json = crate::codec::value::text(draft)
            .map_err(|e| Error::with_source(ErrorCode::Internal, "a fact cannot be written", e))?;
        let content = codec::hash(&json);
        let old: Option<ArticleRecord> = self.txn.record(Table::Articles, id.as_bytes())?;
        if let Some(old) = &old {
            if old.merged_into.is_some() {
                return Err(merged(old));
            }
            if old.fact.is_none() {
                return Err(Error::new(
                    ErrorCode::AlreadyExists,
                    format!(
                        "fact: an article has the id {id:?}; give the fact another subject or predicate"
                    ),
                ));
            }
            if old.content == content {
                self.effects.is_unchanged = true;
                return Ok(());
            }
        }
        let fact = Fact {
            subject: draft.subject.clone(),
            predicate: draft.predicate.clone(),
            as_of: draft.as_of,
            expires: draft.expires(),
            source: draft.source.clone(),
        };
        let version = VersionRecord {
            title: draft.shown_title(),
            language: self.config.language.clone(),
            sections: vec![
                SectionRecord {
                    role: Role::Summary,
                    heading: None,
                    audience: None,
                },
                SectionRecord {
                    role: Role::Environment,
                    heading: None,
                    audience: None,
                },
            ],
            // Search finds the subject and the predicate as well as the value.
            text: self.store_sections(vec![
                draft.value.clone(),
                format!("{} {}", draft.subject, draft.predicate),
            ])?,
            author: event.actor.clone(),
            change: Change::Fact,
            at: draft.as_of,
            fact: Some(fact.clone()),
        };
        let is_newest = old
            .as_ref()
            .and_then(|old| old.fact.as_ref())
            .is_none_or(|now| draft.as_of >= now.as_of);
        if let Some(old) = old.as_ref().filter(|_| !is_newest)
            && self.has_version(old, &version)?
        {
            self.effects.is_unchanged = true;
            return Ok(());
        }
        let mut article = match old {
            Some(old) => old,
            None => {
                let mut new =
                    self.new_article(&id, audience, draft.as_of, draft.as_of, Some(draft.as_of))?;
                new.language = self.config.language.clone();
                new.confidence = Confidence::Validated;
                new
            }
        };
        article.changes.push(Change::Fact);
        let number = article.changes.len() as u32;
        self.txn.put(
            Table::Versions,
            version_key(article.ordinal, number),
            &version,
        )?;
        if is_newest {
            let reach = self.reached(audience, article.confidence);
            if self.reached(article.audience, article.confidence) != reach {
                self.remember_readers(&article)?;
            }
            article.version = number;
            article.kind = draft.kind;
            article.audience = audience;
            article.edited = draft.as_of;
            article.verified = Some(draft.as_of);
            article.scope.valid_to = fact.expires;
            article.fact = Some(fact);
            article.content = content;
            self.render(&mut article)?;
        }
        self.save_article(&article)?;
        self.recount_readers()
    }

    /// Returns true if the article ever had this version, by any author. A superseded fact that arrives
    /// again changes nothing.
    fn has_version(&self, article: &ArticleRecord, version: &VersionRecord) -> Result<bool> {
        for number in 1..=article.changes.len() as u32 {
            let known: VersionRecord = self
                .txn
                .required(Table::Versions, &version_key(article.ordinal, number))?;
            let same = VersionRecord {
                author: version.author.clone(),
                ..known
            };
            if same == *version {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn new_article(
        &mut self,
        id: &str,
        audience: Class,
        created: Timestamp,
        edited: Timestamp,
        verified: Option<Timestamp>,
    ) -> Result<ArticleRecord> {
        let ordinal = self.head.articles;
        self.head.articles = ordinal
            .checked_add(1)
            .ok_or_else(|| Error::internal("more than 4 billion articles"))?;
        self.txn.put_bytes(
            Table::ArticleIds,
            ordinal.to_be_bytes().to_vec(),
            id.as_bytes().to_vec(),
        );
        Ok(ArticleRecord {
            id: id.to_owned(),
            ordinal,
            stamp: 0,
            version: 0,
            changes: Vec::new(),
            kind: crate::model::Kind::General,
            audience,
            confidence: Confidence::NotValidated,
            governance: Governance::Open,
            scope: Scope::default(),
            freshness: None,
            tags: Vec::new(),
            owner: None,
            family: None,
            language: String::new(),
            created,
            edited,
            verified,
            suspect: None,
            flags: Vec::new(),
            merged_into: None,
            merged_from: Vec::new(),
            relations: Vec::new(),
            source: None,
            fact: None,
            content: [0; 16],
        })
    }

    fn store_sections(&mut self, list: Vec<String>) -> Result<Hash> {
        blobs::put(self.txn, &list)
    }

    pub fn change_state(
        &mut self,
        id: &str,
        confidence: Option<Confidence>,
        to: Option<&str>,
        governance: Option<Governance>,
    ) -> Result<()> {
        let mut article = self.article(id)?;
        if article.merged_into.is_some() {
            return Err(merged(&article));
        }
        let audience = to
            .map(|label| self.class(label))
            .transpose()?
            .unwrap_or(article.audience);
        let confidence = confidence.unwrap_or(article.confidence);
        // An archived article returns as not-validated only, since it has to be reviewed before use.
        if article.confidence == Confidence::Archived
            && !matches!(confidence, Confidence::Archived | Confidence::NotValidated)
        {
            return Err(Error::new(
                ErrorCode::InvalidTransition,
                format!(
                    "article {id:?}: archived goes to not-validated, not to {confidence}; restore it first"
                ),
            ));
        }
        let moved = article.audience != audience;
        if moved {
            // The audiences of the sections were checked against the old label.
            let version: VersionRecord = self.txn.required(
                Table::Versions,
                &version_key(article.ordinal, article.version),
            )?;
            let wide = version
                .sections
                .iter()
                .filter_map(|section| section.audience)
                .find(|class| !self.config.audiences.is_inward(*class, audience));
            if wide.is_some() {
                return Err(Error::new(
                    ErrorCode::Contradiction,
                    format!(
                        "article {id:?}: a section is for a wider audience than {to:?}; put a version without it first"
                    ),
                ));
            }
        }
        let reach = self.reached(audience, confidence);
        if self.reached(article.audience, article.confidence) != reach {
            self.remember_readers(&article)?;
        }
        article.audience = audience;
        article.confidence = confidence;
        article.governance = governance.unwrap_or(article.governance);
        // A later put of the current draft must take effect again.
        article.content = [0; 16];
        self.render(&mut article)?;
        self.save_article(&article)?;
        self.recount_readers()
    }

    pub fn verify(&mut self, at: Timestamp, id: &str) -> Result<()> {
        let mut article = self.article(id)?;
        article.verified = article.verified.max(Some(at));
        if article
            .suspect
            .as_ref()
            .is_some_and(|suspect| at >= suspect.since)
        {
            article.suspect = None;
        }
        article.flags.retain(|flag| flag.at > at);
        self.render(&mut article)?;
        self.save_article(&article)
    }

    /// Merges one article into another. Its evidence, links and sessions count for the target from now on, its id still
    /// resolves, and it is no longer shown.
    pub fn merge(&mut self, id: &str, into: &str) -> Result<()> {
        let mut from = self.article(id)?;
        let mut target = self.article(into)?;
        if from.ordinal == target.ordinal {
            return Err(Error::new(
                ErrorCode::Contradiction,
                format!("article {id:?} cannot be merged into itself; name another article"),
            ));
        }
        for article in [&from, &target] {
            if article.merged_into.is_some() {
                return Err(merged(article));
            }
        }
        self.remember_readers(&from)?;
        from.merged_into = Some(target.id.clone());
        from.confidence = Confidence::Archived;
        target.merged_from.push(from.ordinal);
        target.merged_from.append(&mut from.merged_from);
        target.merged_from.sort_unstable();
        // Articles merged into `from` earlier now point to the target.
        for ordinal in target.merged_from.clone() {
            if ordinal != from.ordinal {
                let mut earlier = crate::projection::article_at(self.txn, ordinal)?;
                earlier.merged_into = Some(target.id.clone());
                self.save_article(&earlier)?;
            }
        }
        from.content = [0; 16];
        self.render(&mut from)?;
        self.save_article(&from)?;
        self.save_article(&target)?;
        self.recount_readers()
    }

    /// Returns the classes that may see an article of this label and confidence.
    pub fn reached(&self, audience: Class, confidence: Confidence) -> ClassSet {
        self.config.audiences.reached(audience, confidence)
    }

    pub fn relate(&mut self, id: &str, to: &str, relation: Relation, ended: bool) -> Result<()> {
        let mut article = self.article(id)?;
        self.article(to)?;
        let row = (relation, to.to_owned());
        article.relations.retain(|r| *r != row);
        if !ended {
            article.relations.push(row);
        }
        article
            .relations
            .sort_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
        self.save_article(&article)
    }

    /// Writes the rendition of the article (the sections each class sees) under the next stamp.
    fn render(&mut self, article: &mut ArticleRecord) -> Result<()> {
        let version: VersionRecord = self.txn.required(
            Table::Versions,
            &version_key(article.ordinal, article.version),
        )?;
        let scheme = &self.config.audiences;
        let Window { from, to } = article.scope.window();
        let since = article
            .verified
            .map_or(article.edited, |verified| verified.max(article.edited));
        let ends_outside = match article.freshness {
            Some(FreshnessPolicy::Ttl { days }) => to.min(since.plus_days(i64::from(days))),
            _ => to,
        };
        let mut parts: Vec<RenditionPart> = Vec::new();
        for class in self.reached(article.audience, article.confidence).iter() {
            let sections: Vec<u16> = version
                .sections
                .iter()
                .zip(0u16..)
                .filter(|(section, _)| {
                    section
                        .audience
                        .is_none_or(|narrow| scheme.is_inward(class, narrow))
                })
                .map(|(_, position)| position)
                .collect();
            let to = if scheme.sees_expired().contains(class) {
                to
            } else {
                ends_outside
            };
            match parts
                .iter_mut()
                .find(|p| p.sections == sections && p.to == to)
            {
                Some(part) => part.classes = part.classes.with(class),
                None => parts.push(RenditionPart {
                    classes: ClassSet::NONE.with(class),
                    from,
                    to,
                    sections,
                }),
            }
        }
        let rendition = RenditionRecord {
            version: article.version,
            restricted: !article.scope.entitlement.is_empty(),
            parts,
        };
        let current = rendition_key(Space::Article, article.ordinal, article.stamp);
        let before: Option<RenditionRecord> = self.txn.record(Table::Renditions, &current)?;
        // A change that no class sees keeps the stamp, so the documents in the index stay valid.
        if before.as_ref() != Some(&rendition) {
            article.stamp += 1;
            let key = rendition_key(Space::Article, article.ordinal, article.stamp);
            self.txn.put(Table::Renditions, key, &rendition)?;
        }
        Ok(())
    }
}

/// Returns the instant at which a version was written.
///
/// A text that was verified on a day is no younger than that day, so a verification without a date of edit bounds the
/// edit. It says nothing of a later version that carries the line on, whose change this base saw.
fn edited(at: Timestamp, draft: &ArticleDraft, old: Option<&ArticleRecord>) -> Timestamp {
    let verified = draft
        .verified
        .filter(|verified| old.is_none_or(|old| *verified > old.edited));
    let dated = draft.updated.or(draft.created);
    dated
        .or(verified.map(|verified| verified.min(at)))
        .unwrap_or(at)
}

fn merged(article: &ArticleRecord) -> Error {
    Error::new(
        ErrorCode::InvalidTransition,
        format!(
            "article {:?} was merged into {:?}; change that one",
            article.id,
            article.merged_into.as_deref().unwrap_or_default()
        ),
    )
}

/// Hashes a draft without its author and its change class: drafts with equal hashes are equal content.
fn content_hash(draft: &ArticleDraft) -> Result<Hash> {
    let plain = ArticleDraft {
        author: None,
        change: Change::Minor,
        tags: sorted(&draft.tags),
        scope: sorted_scope(&draft.scope),
        ..draft.clone()
    };
    let json = crate::codec::value::text(&plain)
        .map_err(|e| Error::with_source(ErrorCode::Internal, "an article cannot be written", e))?;
    Ok(codec::hash(&json))
}

fn sorted(list: &[String]) -> Vec<String> {
    let mut list = list.to_vec();
    list.sort();
    list.dedup();
    list
}

fn sorted_scope(scope: &Scope) -> Scope {
    Scope {
        components: sorted(&scope.components),
        regions: sorted(&scope.regions),
        channels: sorted(&scope.channels),
        entitlement: sorted(&scope.entitlement),
        ..scope.clone()
    }
}
