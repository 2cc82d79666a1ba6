//! The projection of case and link events: cases, their notes and status, and the links between cases and articles.

use super::Projector;
use super::records::{
    CaseRecord, Contribution, EntryRecord, LearnedTerm, LinkKey, LinkRecord, PartyRow,
    RenditionPart, RenditionRecord, SessionAction, SessionEvent, Side, SourceId, Statement,
    StatusChange, When, party_day_key, rendition_key,
};
use crate::error::{Error, ErrorCode, Result};
use crate::model::evidence::UNIT;
use crate::model::rendition::Space;
use crate::model::{
    Actor, CaseDraft, CaseRelation, CaseStatus, DismissReason, EntryDraft, Event, EventKind,
    Licence, LinkDraft, LinkType, Provenance, Reuse, Role, Segment, Signal, Verdict,
};
use crate::settings::{LEARNED_RESOLVED, REOPEN_MS};
use crate::store::backend::Table;
use crate::store::blobs;
use crate::store::txn::Reader;
use crate::text;
use crate::time::Timestamp;

impl Projector<'_, '_> {
    pub fn open_case(&mut self, event: &Event, draft: &CaseDraft) -> Result<()> {
        if self.txn.bytes(Table::Cases, draft.id.as_bytes())?.is_some() {
            return Err(Error::new(
                ErrorCode::AlreadyExists,
                format!("case {:?} is open already; add a note instead", draft.id),
            ));
        }
        let ordinal = self.head.cases;
        self.head.cases = ordinal
            .checked_add(1)
            .ok_or_else(|| Error::internal("more than 4 billion cases"))?;
        self.txn.put_bytes(
            Table::CaseIds,
            ordinal.to_be_bytes().to_vec(),
            draft.id.as_bytes().to_vec(),
        );
        let opened = draft.opened.unwrap_or(event.at);
        let text = blobs::put(
            self.txn,
            &draft
                .entries
                .iter()
                .map(|e| e.text.clone())
                .collect::<Vec<_>>(),
        )?;
        let entries = draft
            .entries
            .iter()
            .zip(0u32..)
            .map(|(entry, position)| EntryRecord {
                at: entry.at.unwrap_or(opened),
                text,
                position,
                reuse: entry.reuse,
                author: entry.author.clone(),
            })
            .collect();
        let mut case = CaseRecord {
            id: draft.id.clone(),
            ordinal,
            stamp: 0,
            kind: draft.kind,
            opened,
            channel: draft.channel.clone().or_else(|| event.channel.clone()),
            party: draft.party.clone().or_else(|| event.party.clone()),
            products: draft.products.clone(),
            session: draft.session.clone().or_else(|| event.session.clone()),
            entries,
            history: Vec::new(),
            relations: Vec::new(),
        };
        self.render_case(&mut case)?;
        self.save_case(&case)?;
        if let Some(session) = case.session.clone() {
            let did = SessionEvent {
                at: opened,
                event: event.id.clone(),
                party: case.party.clone(),
                segment: Segment::Customer,
                did: SessionAction::Case(ordinal),
                arrived: None,
            };
            self.add_to_session(&session, did)?;
        }
        if let Some(party) = &case.party {
            let key = party_day_key(party, PartyRow::Case, opened.day());
            self.txn
                .mark(Table::Parties, key.i64(opened.ms()).u32(ordinal).0);
            self.recount_party_sessions(party, opened)?;
        }
        Ok(())
    }

    pub fn note(&mut self, event: &Event, draft: &EntryDraft) -> Result<()> {
        let mut case = self.case_of(event)?;
        crate::model::validate::count(
            "case.entries",
            case.entries.len() + 1,
            crate::model::validate::MAX_ENTRIES,
            "entries",
        )?;
        let text = blobs::put(self.txn, std::slice::from_ref(&draft.text))?;
        case.entries.push(EntryRecord {
            at: draft.at.unwrap_or(event.at),
            text,
            position: 0,
            reuse: draft.reuse,
            author: draft.author.clone().or_else(|| event.actor.clone()),
        });
        let old_terms = self.case_learned_terms(&self.case(&case.id)?)?;
        if draft.reuse != Reuse::CaseOnly {
            self.render_case(&mut case)?;
        }
        self.save_case(&case)?;
        let learned_terms = self.case_learned_terms(&case)?;
        self.replace_learned_terms(&old_terms, &learned_terms)
    }

    /// Gives the case its next stamp. The rendition holds the number of notes at that stamp.
    fn render_case(&mut self, case: &mut CaseRecord) -> Result<()> {
        if case
            .entries
            .iter()
            .all(|entry| entry.reuse == Reuse::CaseOnly)
        {
            return Ok(());
        }
        case.stamp += 1;
        let rendition = RenditionRecord {
            version: case.entries.len() as u32,
            restricted: false,
            parts: vec![RenditionPart {
                classes: self.config.audiences.reads_cases(),
                from: Timestamp::MIN,
                to: Timestamp::MAX,
                sections: Vec::new(),
            }],
        };
        self.txn.put(
            Table::Renditions,
            rendition_key(Space::Case, case.ordinal, case.stamp),
            &rendition,
        )
    }

    pub fn change_status(&mut self, event: &Event) -> Result<()> {
        let mut case = self.case_of(event)?;
        let (to, first_contact) = match &event.what {
            EventKind::CaseWaiting { waiting: true } => (CaseStatus::Waiting, None),
            EventKind::CaseWaiting { waiting: false } => (CaseStatus::Open, None),
            EventKind::CaseResolved { first_contact } => (CaseStatus::Resolved, *first_contact),
            EventKind::CaseClosed {} => (CaseStatus::Closed, None),
            EventKind::CaseReopened {} => (CaseStatus::Reopened, None),
            _ => (CaseStatus::Abandoned, None),
        };
        let (evidence, learned_terms) =
            (self.case_evidence(&case)?, self.case_learned_terms(&case)?);
        let change = StatusChange {
            at: event.at,
            event: event.id.clone(),
            to,
            first_contact,
        };
        let at = case.history.partition_point(|other| *other < change);
        case.history.insert(at, change);
        self.save_case(&case)?;
        self.recount_case(&case, &evidence, &learned_terms)
    }

    pub fn relate_case(&mut self, event: &Event, to: &str, relation: CaseRelation) -> Result<()> {
        let mut case = self.case_of(event)?;
        self.case(to)?;
        let row = (relation, to.to_owned());
        if !case.relations.contains(&row) {
            case.relations.push(row);
            case.relations.sort_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
        }
        self.save_case(&case)
    }

    /// Records the link that an event of an assisting agent implies.
    pub fn link_of(
        &mut self,
        event: &Event,
        article: &str,
        link: LinkType,
        reason: Option<DismissReason>,
    ) -> Result<()> {
        let case = self.case_of(event)?;
        let draft = LinkDraft {
            reason,
            ..LinkDraft::new(case.id, article, link)
        };
        self.link(event, &draft)
    }

    pub fn link(&mut self, event: &Event, draft: &LinkDraft) -> Result<()> {
        if event.case.as_ref().is_some_and(|case| *case != draft.case) {
            return Err(Error::new(
                ErrorCode::Contradiction,
                format!(
                    "event.case {:?} is not link.case {:?}; leave one out",
                    event.case, draft.case
                ),
            ));
        }
        let key = self.link_key(&draft.case, &draft.article, draft.link)?;
        let confidence = match draft.confidence {
            Some(confidence) => confidence,
            None => self.default_confidence(draft.provenance, event.actor.as_deref())?,
        };
        let old: Option<LinkRecord> = self.txn.record(Table::Links, &key.forth())?;
        if old
            .as_ref()
            .is_some_and(|old| (old.at, &old.event) > (event.at, &event.id))
        {
            return Ok(());
        }
        let verdict = old
            .as_ref()
            .map(|old| (old.verdict, old.verdict_at.clone()));
        let (verdict, verdict_at) = verdict.unwrap_or((None, None));
        let record = LinkRecord {
            version: self.version_at(&self.article(&draft.article)?, event.at)?,
            provenance: draft.provenance,
            confidence: (confidence * 1000.0 + 0.5) as u16,
            at: event.at,
            event: event.id.clone(),
            actor: event.actor.clone(),
            reason: draft.reason,
            retracted: None,
            verdict,
            verdict_at,
        };
        self.save_link(key, &draft.case, &record)
    }

    pub fn retract(&mut self, event: &Event, article: &str, link: LinkType) -> Result<()> {
        let case = self.case_of(event)?;
        let (key, old) = self.known_link(&case.id, article, link)?;
        if (old.at, &old.event) > (event.at, &event.id) {
            return Ok(());
        }
        let record = LinkRecord {
            at: event.at,
            event: event.id.clone(),
            retracted: Some(event.at),
            ..old
        };
        self.save_link(key, &case.id, &record)
    }

    pub fn judge(
        &mut self,
        event: &Event,
        article: &str,
        link: LinkType,
        verdict: Verdict,
    ) -> Result<()> {
        let case = self.case_of(event)?;
        let (key, old) = self.known_link(&case.id, article, link)?;
        let stamp = (event.at, event.id.clone());
        if old.verdict_at.as_ref().is_some_and(|at| *at > stamp) {
            return Ok(());
        }
        let record = LinkRecord {
            verdict: Some(verdict),
            verdict_at: Some(stamp),
            ..old
        };
        self.save_link(key, &case.id, &record)
    }

    fn link_key(&self, case: &str, article: &str, link: LinkType) -> Result<LinkKey> {
        Ok(LinkKey {
            case: self.case(case)?.ordinal,
            article: self.article(article)?.ordinal,
            link,
        })
    }

    fn known_link(
        &self,
        case: &str,
        article: &str,
        link: LinkType,
    ) -> Result<(LinkKey, LinkRecord)> {
        let key = self.link_key(case, article, link)?;
        let record = self
            .txn
            .record(Table::Links, &key.forth())?
            .ok_or_else(|| {
                Error::new(
                    ErrorCode::LinkNotFound,
                    format!("link: case {case:?} has no {link} link to article {article:?}"),
                )
            })?;
        Ok((key, record))
    }

    fn save_link(&mut self, key: LinkKey, case: &str, record: &LinkRecord) -> Result<()> {
        let case = self.case(case)?;
        let (evidence, learned_terms) =
            (self.case_evidence(&case)?, self.case_learned_terms(&case)?);
        self.txn.put(Table::Links, key.forth(), record)?;
        self.txn.mark(Table::LinksBack, key.back());
        self.effects.cases.insert(case.ordinal);
        self.recount_case(&case, &evidence, &learned_terms)
    }

    /// Returns the confidence of a link that states none: by the licence of a person (KCS), lower for an import or
    /// rule.
    fn default_confidence(&self, provenance: Provenance, actor: Option<&str>) -> Result<f64> {
        let licence = match actor {
            Some(id) => self
                .txn
                .record::<Actor>(Table::Actors, id.as_bytes())?
                .map(|actor| actor.licence),
            None => None,
        };
        Ok(match (provenance, licence) {
            (Provenance::Imported, _) => 0.7,
            (Provenance::Rule | Provenance::Learned, _) => 0.5,
            (
                Provenance::Human,
                Some(Licence::Publisher | Licence::Coach | Licence::DomainExpert),
            ) => 1.0,
            (Provenance::Human, Some(Licence::Candidate | Licence::Reader)) => 0.7,
            (Provenance::Human, Some(Licence::Contributor) | None) => 0.9,
        })
    }

    fn recount_case(
        &mut self,
        case: &CaseRecord,
        evidence: &[Statement],
        learned_terms: &[LearnedTerm],
    ) -> Result<()> {
        let (now, learned) = (self.case_evidence(case)?, self.case_learned_terms(case)?);
        self.replace_evidence(evidence, &now)?;
        self.replace_learned_terms(learned_terms, &learned)
    }

    /// Returns the effective links of a case in key order.
    fn effective_links(&self, case: u32) -> Result<Vec<(LinkKey, LinkRecord)>> {
        let mut links = Vec::new();
        self.txn
            .each(Table::Links, &case.to_be_bytes(), &mut |key, value| {
                let record: LinkRecord = crate::store::codec::decode(value, "links")?;
                if record.is_effective() {
                    links.push((LinkKey::read(key)?, record));
                }
                Ok(true)
            })?;
        Ok(links)
    }

    /// Computes the evidence a case gives about its linked articles, from the case and its links alone.
    fn case_evidence(&self, case: &CaseRecord) -> Result<Vec<Statement>> {
        let done = case.done();
        let came_back = case.came_back(REOPEN_MS);
        let mut out = Vec::new();
        for (key, link) in self.effective_links(case.ordinal)? {
            let version = link.version;
            let voice = Some(linker(case, &link));
            let mut add = |signal, at: Timestamp, amount: i64| {
                let what = Contribution {
                    article: key.article,
                    version,
                    segment: Segment::Agent,
                    signal,
                    when: When::Day(at.day()),
                    side: Side::Voice,
                    amount,
                };
                out.push(Statement { voice, what });
            };
            let confidence = i64::from(link.confidence);
            match key.link {
                LinkType::Resolved => {
                    if let Some(done) = done {
                        add(Signal::Resolved, done, confidence);
                    }
                    for at in came_back.iter().filter(|at| **at >= link.at) {
                        add(Signal::Reopened, *at, UNIT);
                    }
                }
                LinkType::Helped => add(Signal::Helped, link.at, confidence),
                LinkType::TriedFailed => add(Signal::TriedFailed, link.at, UNIT),
                LinkType::Dismissed
                    if matches!(
                        link.reason,
                        Some(DismissReason::Wrong | DismissReason::Outdated)
                    ) =>
                {
                    add(Signal::DismissedWrong, link.at, UNIT);
                }
                _ => {}
            }
        }
        Ok(out)
    }

    /// Computes the terms learned from a done case for the articles that resolved it. Only reusable issue notes count:
    /// case-only text is never learned (I4).
    fn case_learned_terms(&self, case: &CaseRecord) -> Result<Vec<LearnedTerm>> {
        let Some(done) = case.done() else {
            return Ok(Vec::new());
        };
        let resolved: Vec<_> = self
            .effective_links(case.ordinal)?
            .into_iter()
            .filter(|(key, _)| key.link == LinkType::Resolved)
            .collect();
        if resolved.is_empty() {
            return Ok(Vec::new());
        }
        let mut words = Vec::new();
        for entry in case
            .entries
            .iter()
            .filter(|entry| entry.reuse == Reuse::Section(Role::Issue))
        {
            let list = blobs::get(self.txn, &entry.text)?;
            if let Some(text) = list.get(entry.position as usize) {
                words.extend(text::learnable_terms(&self.config.analyzer(), text));
            }
        }
        words.sort();
        words.dedup();
        let party = owner(case).hash();
        let learned_terms = resolved.iter().flat_map(|(key, link)| {
            words.iter().map(|term| LearnedTerm {
                article: key.article,
                term: term.clone(),
                party,
                teacher: teacher(link),
                from: done,
                amount: i64::from(link.confidence) * LEARNED_RESOLVED / UNIT,
            })
        });
        Ok(learned_terms.collect())
    }
}

/// The voice behind a link: the actor who made it, else the customer of the case, else the case.
fn linker(case: &CaseRecord, link: &LinkRecord) -> u64 {
    let named = link.actor.as_deref().map(SourceId::Actor);
    named.unwrap_or_else(|| owner(case)).hash()
}

/// Whoever teaches words by a link: its actor, else the link itself. It is never the customer, who teaches by visits.
fn teacher(link: &LinkRecord) -> u64 {
    let named = link.actor.as_deref().map(SourceId::Actor);
    named.unwrap_or(SourceId::Event(&link.event)).hash()
}

/// The customer of a case, else the case itself.
fn owner(case: &CaseRecord) -> SourceId<'_> {
    case.party
        .as_deref()
        .map_or(SourceId::Case(&case.id), SourceId::Party)
}
