"""The nouns of kenpoint as plain data: what is given to a base, and what it gives back.

Names, fields and enum members are those of the core and equal in every language. Drafts are what you
give; wherever one is taken, a mapping with the same keys is taken too. What a base gives back is frozen,
compares by value, and pickles. Times are aware `datetime`s, in UTC where they come from a base; what is
below a millisecond is cut off. Enum members are texts: `Kind.PRODUCT == "product"`.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum
from typing import Any, TypedDict

from . import _codec, _kenpoint

__all__ = [
    "Actor",
    "Article",
    "ArticleDraft",
    "AudienceLabel",
    "Case",
    "CaseDraft",
    "CaseKind",
    "CaseRelation",
    "CaseStatus",
    "Change",
    "Confidence",
    "Context",
    "DismissReason",
    "Entry",
    "EntryDraft",
    "EvidenceRow",
    "Fact",
    "FactDraft",
    "FactorName",
    "Filter",
    "FlagReason",
    "Freshness",
    "FreshnessPolicy",
    "FreshnessState",
    "Governance",
    "ImportOptions",
    "ImportReport",
    "Impression",
    "Intent",
    "Kind",
    "Licence",
    "Link",
    "LinkDraft",
    "LinkType",
    "Place",
    "ProductItem",
    "ProductScope",
    "Provenance",
    "Put",
    "RankPolicy",
    "Recorded",
    "Relation",
    "ReviewItem",
    "Role",
    "Scope",
    "Section",
    "Segment",
    "Session",
    "Signal",
    "Skipped",
    "Source",
    "Suspect",
    "Verdict",
    "Verified",
    "VersionInfo",
    "Viewer",
]


class Recorded(StrEnum):
    """What came of a write."""

    NEW = "new"
    """It was recorded."""
    KNOWN = "known"
    """Its id was known: it counts once."""
    UNCHANGED = "unchanged"
    """It was a put of what is there already: nothing was recorded."""


class Kind(StrEnum):
    """The seven kinds of knowledge a customer-facing company has, and community posts."""

    CRM = "crm"
    """Live facts of the CRM: orders, installations, contracts."""
    PROCESS = "process"
    """The state and the rules of a process: sales stages, escalation, returns."""
    PRODUCT = "product"
    """Products and services."""
    COMPANY = "company"
    """The company itself: locations, policies, opening hours."""
    COMPETITIVE = "competitive"
    """Competitors."""
    GENERAL = "general"
    """Technology, regulation, market."""
    ANALYTICAL = "analytical"
    """Insight from analysis."""
    COMMUNITY = "community"
    """A post by customers or partners."""


class Role(StrEnum):
    """What a section is for. Weights of the text score go by it."""

    ISSUE = "issue"
    """Symptoms: the problem in the words of those who have it."""
    ENVIRONMENT = "environment"
    """Where it occurs."""
    CAUSE = "cause"
    """Why it occurs."""
    RESOLUTION = "resolution"
    """What to do."""
    SUMMARY = "summary"
    """The article in short."""
    NOTE = "note"
    """Anything else."""


class Confidence(StrEnum):
    """How sure the company is of an article (KCS v6, technique 5.2)."""

    WORK_IN_PROGRESS = "work-in-progress"
    """Being written."""
    NOT_VALIDATED = "not-validated"
    """Complete, not yet reviewed."""
    VALIDATED = "validated"
    """Reviewed."""
    ARCHIVED = "archived"
    """Out of use: kept, never shown."""


class Governance(StrEnum):
    """Who may edit."""

    OPEN = "open"
    """Anyone with the licence for it."""
    RESTRICTED = "restricted"
    """Named editors only (regulated text)."""


class Change(StrEnum):
    """How much a new version changes; decides how much evidence carries over."""

    MINOR = "minor"
    """Wording. All evidence stays."""
    MAJOR = "major"
    """Content. Half the evidence stays."""
    FACT = "fact"
    """A fact turned. A tenth stays."""
    REVIEW_ONLY = "review-only"
    """Nothing but a review date. All evidence stays."""


class Relation(StrEnum):
    """How two articles relate."""

    RELATED = "related"
    """See also."""
    DUPLICATE_OF = "duplicate-of"
    """Says the same."""
    SUPERSEDES = "supersedes"
    """Replaces."""
    TRANSLATES = "translates"
    """The same in another language."""
    VARIANT_FOR = "variant-for"
    """The same for another audience."""
    DEPENDS_ON = "depends-on"
    """Is true only while the other is."""
    CONTRADICTS = "contradicts"
    """Says otherwise."""


class CaseKind(StrEnum):
    """Which part of the company meets the customer."""

    SERVICE = "service"
    """A question or a fault."""
    SALES = "sales"
    """An opportunity."""
    MARKETING = "marketing"
    """A response to a campaign."""
    COMMUNITY = "community"
    """A thread of a forum."""


class CaseStatus(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    """Being worked on."""
    WAITING = "waiting"
    """Waiting for the customer."""
    RESOLVED = "resolved"
    """Answered."""
    CLOSED = "closed"
    """Done."""
    REOPENED = "reopened"
    """Came back after it was resolved or closed."""
    ABANDONED = "abandoned"
    """Given up by the customer."""


class CaseRelation(StrEnum):
    """How two cases relate."""

    DUPLICATE_OF = "duplicate-of"
    """The same report again."""
    CHILD_OF = "child-of"
    """Part of a larger one."""
    SAME_CAUSE = "same-cause"
    """Another symptom of one cause."""


class LinkType(StrEnum):
    """What the article was to the case."""

    RESOLVED = "resolved"
    """It closed the case."""
    HELPED = "helped"
    """It helped."""
    REFERENCED = "referenced"
    """It was named."""
    SENT = "sent"
    """It was sent to the customer."""
    CREATED_FROM = "created-from"
    """It was written out of the case."""
    TRIED_FAILED = "tried-failed"
    """It was tried and did not help."""
    DISMISSED = "dismissed"
    """It was looked at and put aside."""
    SUGGESTED = "suggested"
    """It was suggested."""
    IMPROVED = "improved"
    """It was made better while it was used."""


class Provenance(StrEnum):
    """Where a link comes from."""

    HUMAN = "human"
    """A person said so."""
    RULE = "rule"
    """A rule of the host said so."""
    LEARNED = "learned"
    """It was learned."""
    IMPORTED = "imported"
    """It came with an import."""


class DismissReason(StrEnum):
    """Why a suggestion was put aside."""

    NOT_RELEVANT = "not-relevant"
    """It is about something else: counts against it for cases like this one only."""
    ALREADY_TRIED = "already-tried"
    """It was already tried."""
    WRONG = "wrong"
    """It says something wrong: counts against the article."""
    OUTDATED = "outdated"
    """It is out of date: counts against the article."""


class Verdict(StrEnum):
    """What an audit says of a link."""

    CONFIRMED = "confirmed"
    """It is right."""
    REJECTED = "rejected"
    """It is wrong: it counts no more."""


class FlagReason(StrEnum):
    """What is wrong with an article."""

    OUTDATED = "outdated"
    """No longer true."""
    WRONG = "wrong"
    """Never was true."""
    UNCLEAR = "unclear"
    """Hard to understand."""
    DUPLICATE = "duplicate"
    """Said elsewhere."""
    UNSAFE = "unsafe"
    """Following it does harm."""


class Licence(StrEnum):
    """What an actor is trusted with (KCS v6). A plain field for now: no rule asks for it yet, but the confidence of a link takes its default from it."""

    READER = "reader"
    """Reads, rates, flags."""
    CANDIDATE = "candidate"
    """Learns: links and drafts."""
    CONTRIBUTOR = "contributor"
    """Validates."""
    PUBLISHER = "publisher"
    """Publishes to any audience."""
    COACH = "coach"
    """Coaches others."""
    DOMAIN_EXPERT = "domain-expert"
    """Answers for a domain."""


class Segment(StrEnum):
    """Whose experience it is. Customers' and agents' evidence is kept apart and mixed by policy."""

    CUSTOMER = "customer"
    """Readers of self-service."""
    AGENT = "agent"
    """Agents, and the outcome of assisted cases."""


class Signal(StrEnum):
    """What was observed. How much a signal weighs is policy; the ledger only counts."""

    MOVED_ON = "moved-on"
    """Read, then another article read in the same intent."""
    BOUNCED = "bounced"
    """Back in the list within five seconds."""
    SOFT_SOLVED = "soft-solved"
    """The last article of an intent, and no case within a day."""
    SOLVED = "solved"
    """Said to have solved it."""
    DID_NOT_SOLVE = "did-not-solve"
    """Said not to have solved it."""
    RATED_UP = "rated-up"
    """A rating's share of yes."""
    RATED_DOWN = "rated-down"
    """A rating's share of no."""
    FLAGGED = "flagged"
    """Flagged."""
    COPIED = "copied"
    """Copied by an agent."""
    RESOLVED = "resolved"
    """Linked as what resolved a case that is done, times confidence."""
    HELPED = "helped"
    """Linked as a help, times confidence."""
    TRIED_FAILED = "tried-failed"
    """Tried in a case, in vain."""
    DISMISSED_WRONG = "dismissed-wrong"
    """Dismissed as wrong or outdated."""
    CASE_AFTER_VIEW = "case-after-view"
    """Read, then a case out of the same intent."""
    REOPENED = "reopened"
    """The case it resolved came back."""


class FreshnessState(StrEnum):
    """How an article stands at an instant, best first."""

    UNVERIFIED = "unverified"
    """Never verified, not yet due."""
    FRESH = "fresh"
    """Verified, not yet due."""
    DUE_SOON = "due-soon"
    """Due within a tenth of its interval."""
    DUE = "due"
    """Due."""
    OVERDUE = "overdue"
    """Due for more than a fifth of its interval."""
    EXPIRED = "expired"
    """Past its time to live or its validity."""


class FactorName(StrEnum):
    """The factors of a score, in the order in which they are multiplied."""

    FRESHNESS = "freshness"
    """F: freshness."""
    USEFULNESS = "usefulness"
    """U: usefulness."""
    RELEVANCE = "relevance"
    """R: relevance, of text and case evidence."""
    CONTEXT = "context"
    """C: fit to the situation."""
    FAILURES = "failures"
    """N: what similar cases tried in vain."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of an article: CommonMark, kept as given."""

    role: Role | str
    """What it is for."""
    text: str
    """CommonMark with tables."""
    _: KW_ONLY
    heading: str | None = None
    """Its heading as the author wrote it."""
    audience: str | None = None
    """A narrower audience than the article's, if any."""


@dataclass(frozen=True, slots=True)
class ProductScope:
    """A product an article is written for, in some versions or (without a range) in all."""

    id: str
    """The product's id in the host."""
    _: KW_ONLY
    versions: str | None = None
    """The versions it is written for; all, if absent."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where and for what an article applies."""

    _: KW_ONLY
    products: Sequence[ProductScope | Mapping[str, Any]] = ()
    """Products it is written for; none means it is not about a product."""
    components: Sequence[str] = ()
    """Components of those products."""
    regions: Sequence[str] = ()
    """Regions it holds in; all, if empty."""
    channels: Sequence[str] = ()
    """Channels it suits; all, if empty."""
    valid_from: datetime.datetime | None = None
    """The first instant at which it holds."""
    valid_to: datetime.datetime | None = None
    """The first instant at which it holds no longer."""
    entitlement: Sequence[str] = ()
    """Viewers must hold all of these to see it (contracts, trainings)."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where an article came from, so that importing it again changes nothing."""

    system: str
    """The system: `zendesk`, `folder`."""
    key: str
    """The key in that system."""


@dataclass(frozen=True, slots=True)
class FreshnessPolicy:
    """When an article must be looked at again: exactly one of the three."""

    _: KW_ONLY
    interval_days: int | None = None
    """Due so many days after the last verification or edit in substance, 1 to 36500."""
    date: datetime.datetime | None = None
    """Due at this instant."""
    ttl_days: int | None = None
    """Expires so many days after the last verification or edit in substance, 1 to 36500."""


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """What is given to put an article: a new one, or a new version of one that exists."""

    id: str
    """The id, chosen by the host; stable for ever."""
    kind: Kind | str
    """The kind of knowledge."""
    title: str
    """One line."""
    _: KW_ONLY
    sections: Sequence[Section | Mapping[str, Any]] = ()
    """The parts, in order."""
    language: str = "en"
    """A language tag; default `en`."""
    audience: str = "internal"
    """The label of the widest audience; default `internal`."""
    confidence: Confidence | str = Confidence.NOT_VALIDATED
    """Default: not-validated."""
    governance: Governance | str = Governance.OPEN
    """Default: open."""
    scope: Scope | Mapping[str, Any] = Scope()
    """Where it applies."""
    freshness: FreshnessPolicy | Mapping[str, Any] | None = None
    """When it must be looked at again; the default of its kind, if absent."""
    tags: Sequence[str] = ()
    """Words to file it under."""
    owner: str | None = None
    """The actor who answers for it."""
    author: str | None = None
    """The actor who wrote this version."""
    family: str | None = None
    """Translations of one text share a family."""
    change: Change | str = Change.MAJOR
    """How much this version changes."""
    created: datetime.datetime | None = None
    """When it was first written, if that was before it came here."""
    updated: datetime.datetime | None = None
    """When this version was written, if that was before it came here."""
    verified: datetime.datetime | None = None
    """When it was last verified, if that is known."""
    source: Source | Mapping[str, Any] | None = None
    """Where it came from."""


@dataclass(frozen=True, slots=True)
class ProductItem:
    """A product somebody has, in a version if it is known."""

    id: str
    """The product's id in the host."""
    _: KW_ONLY
    version: str | None = None
    """The installed version."""


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """A note to be added to a case."""

    reuse: Role | str
    """What may become of it: `case-only`, or the role of a section that it could be text of."""
    text: str
    """Plain text or CommonMark."""
    _: KW_ONLY
    at: datetime.datetime | None = None
    """When it was said; the instant of the call, if absent."""
    author: str | None = None
    """Who said it."""


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """What is given to open a case."""

    id: str
    """The id, chosen by the host."""
    _: KW_ONLY
    kind: CaseKind | str = CaseKind.SERVICE
    """Default: service."""
    opened: datetime.datetime | None = None
    """When it was opened; the instant of the call, if absent."""
    channel: str | None = None
    """phone, email, web, chat..."""
    party: str | None = None
    """Who brought it: an account or person id of the host."""
    products: Sequence[ProductItem | Mapping[str, Any]] = ()
    """What it is about."""
    session: str | None = None
    """The visit to self-service it came out of."""
    entries: Sequence[EntryDraft | Mapping[str, Any]] = ()
    """The first notes."""


@dataclass(frozen=True, slots=True)
class LinkDraft:
    """What is given to link an article to a case. Doing it again changes nothing."""

    case: str
    """The case."""
    article: str
    """The article."""
    link: LinkType | str
    """What it was to the case."""
    _: KW_ONLY
    provenance: Provenance | str = Provenance.HUMAN
    """Default: human."""
    confidence: float | None = None
    """0 to 1; the default of the provenance and the actor's licence, if absent."""
    reason: DismissReason | str | None = None
    """For dismissals."""


@dataclass(frozen=True, slots=True)
class FactDraft:
    """What is given to set a fact. The newer `as_of` of a subject and predicate wins; older ones are kept."""

    subject: str
    """What it is about: `order 10-4471`."""
    predicate: str
    """Which property: `status`."""
    value: str
    """The value in words."""
    as_of: datetime.datetime
    """When it was true."""
    _: KW_ONLY
    ttl_days: float | None = None
    """How long it is trusted, in days; greater than 0, fractions allowed; for ever, if absent."""
    source: str | None = None
    """The system it comes from."""
    kind: Kind | str = Kind.CRM
    """Default: crm."""
    audience: str = "internal"
    """Default: internal."""
    title: str | None = None
    """The line shown; `subject: predicate`, if absent."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: an audience label and the entitlements held."""

    audience: str
    """A label of the base's audience scheme."""
    _: KW_ONLY
    entitlements: Sequence[str] = ()
    """What the viewer holds, sorted."""


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of the situation. Everything is optional; what is unknown is neutral."""

    _: KW_ONLY
    party: str | None = None
    """Who is met: an account or person id of the host."""
    items: Sequence[ProductItem | Mapping[str, Any]] = ()
    """What they have installed."""
    components: Sequence[str] = ()
    """Components in play."""
    region: str | None = None
    """The region."""
    channel: str | None = None
    """phone, email, web, chat..."""
    language: str | None = None
    """The language to answer in."""
    tried: Sequence[str] = ()
    """Ids of articles that were already tried: left out of suggestions."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What an answer may hold. Empty lists and absent values let everything through; lists are "any of"."""

    _: KW_ONLY
    kinds: Sequence[Kind | str] = ()
    """Kinds of knowledge."""
    product: ProductItem | Mapping[str, Any] | None = None
    """A product, and if its version is given, articles written for that version."""
    language: str | None = None
    """A language tag; `en` also lets `en-GB` through."""
    channel: str | None = None
    """A channel; articles for all channels are let through."""
    confidence: Sequence[Confidence | str] = ()
    """States of confidence."""
    tags: Sequence[str] = ()
    """Tags, any of them."""
    edited_from: datetime.datetime | None = None
    """Changed in substance at or after this."""
    edited_to: datetime.datetime | None = None
    """Changed in substance before this."""


@dataclass(frozen=True, slots=True)
class AudienceLabel:
    """One label of a scheme."""

    name: str
    """The label, as articles and viewers name it. Lower case by convention."""
    floor: Confidence | str
    """The least confidence an article needs to be shown to this label's viewers."""
    reads_cases: bool
    """Whether viewers of this label read past cases (and their evidence)."""
    sees_expired: bool
    """Whether viewers of this label are shown articles that have expired."""
    _: KW_ONLY
    inward: Sequence[str] = ()
    """The labels directly inward of this one: their viewers see what this label's viewers see."""


@dataclass(frozen=True, slots=True)
class Put:
    """What a put did."""

    version: int
    """The number of the version that is current now."""
    outcome: Recorded
    """Whether something changed."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """Why an article is under suspicion, and since when."""

    reason: FlagReason
    """What was said of it."""
    since: datetime.datetime
    """When."""
    event: str
    """The event that said so."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """How an article stands at an instant. A total function of the article and `now`."""

    state: FreshnessState
    """The state."""
    since: datetime.datetime
    """When it was last verified or changed in substance."""
    factor: float
    """The factor F of the ranking, in (0, 1]."""
    due: datetime.datetime | None = None
    """When it is or was due; never, if absent."""
    expires: datetime.datetime | None = None
    """When it is no longer shown outside; never, if absent."""
    suspect: Suspect | None = None
    """The overlay, if it is under suspicion."""


@dataclass(frozen=True, slots=True)
class Fact:
    """The fact an article carries."""

    subject: str
    """What it is about."""
    predicate: str
    """Which property."""
    as_of: datetime.datetime
    """When it was true."""
    expires: datetime.datetime | None = None
    """The first instant at which it is no longer trusted."""
    source: str | None = None
    """The system it comes from."""


@dataclass(frozen=True, slots=True)
class Article:
    """An article as a viewer of the base's owner gets it: the current version and its states."""

    id: str
    """The id."""
    kind: Kind
    """The kind of knowledge."""
    version: int
    """The number of the current version, from 1."""
    change: Change
    """How much the current version changed."""
    title: str
    """One line."""
    sections: Sequence[Section]
    """The parts, in order."""
    language: str
    """The language tag."""
    audience: str
    """The label of the widest audience."""
    confidence: Confidence
    """How sure the company is of it."""
    governance: Governance
    """Who may edit."""
    scope: Scope
    """Where it applies."""
    tags: Sequence[str]
    """Words to file it under."""
    created: datetime.datetime
    """When it was first written."""
    edited: datetime.datetime
    """When its content last changed in substance."""
    relations: Sequence[tuple[Relation, str]]
    """Relations to other articles, in order of the other's id."""
    freshness: FreshnessPolicy | None = None
    """When it must be looked at again; the default of its kind, if absent."""
    owner: str | None = None
    """The actor who answers for it."""
    author: str | None = None
    """The actor who wrote this version."""
    family: str | None = None
    """Translations of one text share a family."""
    verified: datetime.datetime | None = None
    """When it was last verified."""
    suspect: Suspect | None = None
    """Why it is under suspicion, if it is."""
    merged_into: str | None = None
    """The article it was merged into, if it was."""
    fact: Fact | None = None
    """The fact it carries, if it is one."""
    source: Source | None = None
    """Where it came from."""

    def draft(self) -> ArticleDraft:
        """What would put this version again: change it with `dataclasses.replace`, then `kb.edit` it.

        >>> import dataclasses, kenpoint
        >>> kb = kenpoint.memory()
        >>> kb.put(kenpoint.ArticleDraft("lamp", "product", "The lamp stays dark")).version
        1
        >>> lamp = kb.article("lamp")
        >>> kb.edit(dataclasses.replace(lamp.draft(), title="The lamp gives no light"), expects=lamp.version).version
        2
        """
        ours = {field.name for field in dataclasses.fields(self)}
        names = (field.name for field in dataclasses.fields(ArticleDraft) if field.name in ours)
        same = {name: getattr(self, name) for name in names if name not in ("change", "author", "created", "verified")}
        return ArticleDraft(**same)

    def _repr_html_(self) -> str:
        from . import _html

        return _html.article(self)


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """One version of an article, without its text."""

    number: int
    """Its number, from 1."""
    title: str
    """Its title."""
    change: Change
    """How it changed the one before."""
    at: datetime.datetime
    """When it was written."""
    author: str | None = None
    """Who wrote it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A note of a case."""

    at: datetime.datetime
    """When it was said."""
    text: str
    """The text as given."""
    reuse: str
    """What may become of it: `case-only`, or the role of a section that it could be text of."""
    author: str | None = None
    """Who said it."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it stands."""

    id: str
    """The id."""
    kind: CaseKind
    """Which part of the company meets the customer."""
    opened: datetime.datetime
    """When it was opened."""
    products: Sequence[ProductItem]
    """What it is about."""
    status: CaseStatus
    """Where it stands."""
    entries: Sequence[Entry]
    """The notes, by time, then order of arrival."""
    relations: Sequence[tuple[CaseRelation, str]]
    """Relations to other cases, in order of the other's id."""
    channel: str | None = None
    """The channel it came through."""
    party: str | None = None
    """Who brought it."""
    session: str | None = None
    """The visit to self-service it came out of."""
    done: datetime.datetime | None = None
    """When it was last resolved or closed."""
    first_contact: bool | None = None
    """Whether it was resolved in the first contact, if that was said."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it stands."""

    case: str
    """The case."""
    article: str
    """The article, as it was named (it may have been merged since)."""
    link: LinkType
    """What it was to the case."""
    provenance: Provenance
    """Where it comes from."""
    confidence: float
    """0 to 1."""
    at: datetime.datetime
    """When it was made."""
    actor: str | None = None
    """Who made it."""
    reason: DismissReason | None = None
    """For dismissals."""
    verdict: Verdict | None = None
    """What an audit said."""
    retracted_at: datetime.datetime | None = None
    """When it was taken back, if it was."""


@dataclass(frozen=True, slots=True)
class Session:
    """A visit."""

    id: str
    """The id, chosen by the host."""
    intents: Sequence[Intent]
    """Its runs of queries and reads about one need, in order of time."""
    party: str | None = None
    """Who it was, if that is known."""


@dataclass(frozen=True, slots=True)
class Intent:
    """A run of queries and reads about one need.

    A new one begins after a gap of 30 minutes, or with a query that shares too few words with those before it.
    """

    from_: datetime.datetime
    """Its first event."""
    to: datetime.datetime
    """Its last event."""
    queries: Sequence[str]
    """Its queries, in order of time."""
    read: Sequence[str]
    """The ids of the articles read, in order of time."""
    became_case: bool
    """Whether a case came out of it."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody known by an id of the host."""

    id: str
    """The id."""
    licence: Licence
    """What the actor is trusted with."""


@dataclass(frozen=True, slots=True)
class Impression:
    """What an answer was."""

    base: int
    """The base that answered."""
    at: datetime.datetime
    """When."""
    audience: str
    """The label it was made for."""
    policy: int
    """The hash of the ranking policy."""
    articles: Sequence[str]
    """The articles, best first."""
    query: str | None = None
    """The query, or nothing for the text of a case."""
    case: str | None = None
    """The case, for suggestions."""


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One sum, as a data team sees it."""

    article: str
    """The article it was said of, which may have been merged into another since."""
    version: int
    """The version it is about."""
    segment: Segment
    """Whose experience."""
    signal: Signal
    """What was observed."""
    from_: datetime.datetime
    """From when it counts: the start of a day, or an instant."""
    amount: float
    """How much: 1 is one observation."""


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """An article to look at."""

    id: str
    """The article."""
    kind: Kind
    """Its kind."""
    state: FreshnessState
    """How fresh it is."""
    since: datetime.datetime
    """When it was last known to be right."""
    due: datetime.datetime
    """When it was or will be due."""
    wrong: float
    """The chance that it is wrong, in [0, 1]."""
    demand: float
    """Uses in the long horizon, decayed."""
    harm: float
    """How much harm a wrong answer does; 1 inside."""
    risk: float
    """`wrong · (1 + demand) · harm`."""
    owner: str | None = None
    """Who answers for it."""
    suspect: Suspect | None = None
    """Why it is under suspicion, if it is."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What `verify` found."""

    records: int
    """Records of the log."""
    rows: int
    """Rows of all tables, each read and its checksum proved."""
    digest: str
    """A digest of the state: equal logs give equal digests."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a source something stands."""

    file: str
    """The file, relative to what was imported, with `/` between folders."""
    line: int
    """The line, or the number of the item in a JSON array, from 1; 0 for the file as a whole."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that was not taken."""

    place: Place
    """Where it stands."""
    code: int
    """The stable number of the error."""
    reason: str
    """Why, and what to do."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did."""

    created: int
    """Records that were new."""
    updated: int
    """Records that changed something."""
    unchanged: int
    """Records that were there already."""
    n_skipped: int
    """How many records were not taken."""
    skipped: Sequence[Skipped]
    """The first of them, at most 1,000."""
    unknown_keys: Mapping[str, int]
    """Keys that mean nothing to us, and how many records had them. They were left out."""
    files_ignored: int
    """Files of a folder that hold no knowledge by their name (pictures, README, hidden files)."""
    stopped: bool
    """Whether it ended before the end: the callback said so, or a limit was met."""

    @property
    def taken(self) -> int:
        """Records taken: created, updated and unchanged."""
        return self.created + self.updated + self.unchanged

    def _repr_html_(self) -> str:
        from . import _html

        return _html.report(self)


class ImportOptions(TypedDict, total=False):
    """What an import assumes where a source is silent, and where it stops: keyword arguments of imports."""

    system: str
    """The system that source keys belong to. Default `folder`."""
    kind: Kind | str
    """The kind of articles that name none. Default general."""
    audience: str
    """The audience label of articles that name none. Default `internal`."""
    confidence: Confidence | str
    """The confidence of articles that name none. Default not-validated."""
    language: str
    """The language tag of articles that name none. Default `en`."""
    audiences: Sequence[tuple[str, str]]
    """Foreign audience labels and ours, compared without regard to case. Default none."""
    survey_scale: tuple[float, float]
    """The least and the greatest survey score of the source. Default 0 and 1."""
    arrivals: str
    """`now`: records arrive as they are read. `as-dated`: each when it happened, for a history that is
    brought into an empty base, to be looked at as of any day. Default `now`."""
    max_records: int
    """Most records of one import. Default 10 million."""
    max_file_bytes: int
    """Largest file, or line of a JSON-lines file. Bytes; default 16 MiB."""
    max_total_bytes: int
    """Most bytes of one import. Default 2 GiB."""
    max_folder_depth: int
    """Deepest folder below the one given. Default 32."""
    max_nesting: int
    """Deepest nesting of YAML and JSON. Default 64."""


class RankPolicy(Mapping[str, Any]):
    """Every constant of the ranking, by name. Frozen: `replace` gives another one.

    >>> import kenpoint
    >>> policy = kenpoint.RankPolicy()
    >>> policy["usefulness_exponent"]
    1.5
    >>> policy.replace(usefulness_exponent=0.0)
    RankPolicy(usefulness_exponent=0.0)
    >>> policy.replace(usefulness_exponent=9.0)
    Traceback (most recent call last):
    kenpoint.errors.InvalidValueError: policy.usefulness_exponent: "9" is not allowed; it lies from 0 to 4
    """

    __slots__ = ("_text", "_values")

    def __init__(self, **changes: Any) -> None:
        """The default policy with these numbers changed.

        `interval_days` and `solve_prior` are mappings from a kind to its number; kinds left out keep theirs.
        """
        self._take(json.loads(_kenpoint._policy("{}")), changes)

    def _take(self, values: dict[str, Any], changes: Mapping[str, Any]) -> None:
        for name, value in changes.items():
            old = values.get(name)
            values[name] = {**old, **value} if isinstance(old, dict) and isinstance(value, Mapping) else value
        self._text = _kenpoint._policy(_codec.encode(values))
        self._values = json.loads(self._text)

    @classmethod
    def _of(cls, text: str) -> RankPolicy:
        policy = cls.__new__(cls)
        policy._take(json.loads(text), {})
        return policy

    def replace(self, **changes: Any) -> RankPolicy:
        """The same policy with these numbers changed. Raises InvalidValueError for one out of its range."""
        policy = self.__class__.__new__(self.__class__)
        policy._take(json.loads(self._text), changes)
        return policy

    @staticmethod
    def numbers() -> list[tuple[str, float, float, float]]:
        """Name, lowest, highest and default value of every single number."""
        return _kenpoint._policy_numbers()

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        return self._text == other._text if isinstance(other, RankPolicy) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        default = RankPolicy()
        changed = (f"{name}={value!r}" for name, value in self.items() if value != default[name])
        return f"RankPolicy({', '.join(changed)})"

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return RankPolicy._of, (self._text,)

    def _repr_html_(self) -> str:
        from . import _html

        return _html.policy(self)
