"""What a base gives back: frozen values that compare, pickle, and show themselves in a notebook."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ._drafts import ArticleDraft, FreshnessPolicy, ProductItem, Scope, Section, Source
from ._names import (
    CaseKind,
    CaseRelation,
    CaseStatus,
    Change,
    Confidence,
    DismissReason,
    FlagReason,
    FreshnessState,
    Governance,
    Kind,
    Licence,
    LinkType,
    Provenance,
    Recorded,
    Relation,
    Segment,
    Signal,
    Verdict,
)

__all__ = [
    "Actor",
    "Article",
    "Case",
    "Entry",
    "EvidenceRow",
    "Fact",
    "Freshness",
    "ImportReport",
    "Impression",
    "Intent",
    "Link",
    "Place",
    "Put",
    "ReviewItem",
    "Session",
    "Skipped",
    "SnapshotInfo",
    "Suspect",
    "Verified",
    "VersionInfo",
]


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
class SnapshotInfo:
    """What a snapshot is."""

    base: str
    """The base it was made from. 16 hexadecimal digits."""
    audience: str
    """Whom it is for: the label."""
    entitlements: Sequence[str]
    """What its viewers may hold, sorted."""
    known: datetime.datetime
    """It answers from what the base knew then, and about no earlier instant."""
    articles: int
    """Number of articles."""
    cases: int
    """Number of past cases."""
    markup: Literal["commonmark", "html"]
    """The form of its articles: as they were written, or HTML that a page may show as it is."""
    digest: str
    """Stands for everything in it: equal snapshots have equal digests. 32 hexadecimal digits."""
    bytes: int
    """Bytes of the file."""

    def _repr_html_(self) -> str:
        from . import _html

        return _html.snapshot(self)


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
