"""Results of a base: frozen values that compare, pickle and render in notebooks."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ._drafts import ArticleDraft, FreshnessPolicy, ProductItem, Scope, Section, Source
from ._enums import (
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
    "AdjustedValue",
    "Article",
    "Case",
    "Counts",
    "Entry",
    "EvidenceRow",
    "Fact",
    "FileUse",
    "Freshness",
    "HeldBack",
    "IgnoredFile",
    "ImportReport",
    "Impression",
    "Intent",
    "Link",
    "MemoryUse",
    "Put",
    "ReviewItem",
    "Session",
    "Skipped",
    "SnapshotInfo",
    "SnapshotShards",
    "SourcePlace",
    "Stats",
    "Suspect",
    "Verified",
    "VersionInfo",
]


@dataclass(frozen=True, slots=True)
class Put:
    """The outcome of a put."""

    version: int
    """The number of the current version."""
    outcome: Recorded
    """The outcome: new or unchanged."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """The suspicion against an article."""

    reason: FlagReason
    """The reason of the flag."""
    since: datetime.datetime
    """The instant."""
    event: str
    """The event of the flag."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """The freshness of an article at an instant."""

    state: FreshnessState
    """The state."""
    since: datetime.datetime
    """The instant of the last verification or substantial edit."""
    factor: float
    """The factor F of the ranking, in (0, 1]."""
    due: datetime.datetime | None = None
    """The instant at which it is or was due; None: never."""
    expires: datetime.datetime | None = None
    """The instant from which it is hidden outside; None: never."""
    suspect: Suspect | None = None
    """The suspicion, if any."""


@dataclass(frozen=True, slots=True)
class Fact:
    """The fact of an article."""

    subject: str
    """The subject."""
    predicate: str
    """The property."""
    as_of: datetime.datetime
    """The instant at which the value was true."""
    expires: datetime.datetime | None = None
    """The end of trust, exclusive."""
    source: str | None = None
    """The source system."""


@dataclass(frozen=True, slots=True)
class Article:
    """An article: its current version and its states."""

    id: str
    """The id."""
    kind: Kind
    """The kind of knowledge."""
    version: int
    """The number of the current version, from 1."""
    change: Change
    """The size of the last change."""
    title: str
    """The title, one line."""
    sections: Sequence[Section]
    """The sections, in order."""
    language: str
    """The language tag."""
    audience: str
    """The label of the widest audience."""
    confidence: Confidence
    """The confidence state."""
    governance: Governance
    """The actors that may edit."""
    scope: Scope
    """The scope."""
    tags: Sequence[str]
    """Tags."""
    created: datetime.datetime
    """The instant of the first version."""
    edited: datetime.datetime
    """The instant of the last substantial edit."""
    relations: Sequence[tuple[Relation, str]]
    """Relations to other articles, in order of the other's id."""
    freshness: FreshnessPolicy | None = None
    """The review rule; None: that of the kind."""
    owner: str | None = None
    """The actor responsible for the article."""
    author: str | None = None
    """The author of this version."""
    family: str | None = None
    """The family; translations of one text share it."""
    verified: datetime.datetime | None = None
    """The instant of the last verification."""
    suspect: Suspect | None = None
    """The suspicion, if any."""
    merged_into: str | None = None
    """The article it was merged into, if any."""
    fact: Fact | None = None
    """The fact, if the article is one."""
    source: Source | None = None
    """The origin."""

    def draft(self) -> ArticleDraft:
        """Returns the draft that would put this version again. Change it with `dataclasses.replace`, then call `kb.edit`.

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
    """A version of an article, without its text."""

    number: int
    """Its number, from 1."""
    title: str
    """The title."""
    change: Change
    """The size of the change from the previous version."""
    at: datetime.datetime
    """The instant of writing."""
    author: str | None = None
    """The author."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A note of a case."""

    at: datetime.datetime
    """The instant of the note."""
    text: str
    """The text as given."""
    reuse: str
    """The permitted reuse: `case-only`, or the role of a section that may take over the text."""
    author: str | None = None
    """The author."""


@dataclass(frozen=True, slots=True)
class Case:
    """The current state of a case."""

    id: str
    """The id."""
    kind: CaseKind
    """The department that serves the customer."""
    opened: datetime.datetime
    """The instant of opening."""
    products: Sequence[ProductItem]
    """The products concerned."""
    status: CaseStatus
    """The status."""
    entries: Sequence[Entry]
    """The notes, ordered by time, then by arrival."""
    relations: Sequence[tuple[CaseRelation, str]]
    """Relations to other cases, in order of the other's id."""
    channel: str | None = None
    """The channel it came through."""
    party: str | None = None
    """The customer."""
    session: str | None = None
    """The self-service visit that led to the case."""
    done: datetime.datetime | None = None
    """The instant at which it was last resolved or closed."""
    first_contact: bool | None = None
    """True if it was resolved in the first contact; None: unknown."""


@dataclass(frozen=True, slots=True)
class Link:
    """The current state of a link."""

    case: str
    """The case."""
    article: str
    """The article as named in the link; it may have been merged since."""
    link: LinkType
    """The role of the article in the case."""
    provenance: Provenance
    """The origin."""
    confidence: float
    """0 to 1."""
    at: datetime.datetime
    """The instant of linking."""
    actor: str | None = None
    """The actor."""
    reason: DismissReason | None = None
    """The reason of a dismissal."""
    verdict: Verdict | None = None
    """The verdict of an audit."""
    retracted_at: datetime.datetime | None = None
    """The instant of its retraction."""

    def closes_case(self) -> bool:
        """Returns True if the link closes its case: the article resolved the case, and the link was neither retracted nor
        rejected by an audit.
        """
        return self.link.closes_case(self.verdict, is_retracted=self.retracted_at is not None)


@dataclass(frozen=True, slots=True)
class Session:
    """A self-service visit."""

    id: str
    """The id, chosen by the host."""
    intents: Sequence[Intent]
    """The intents, in order of time."""
    party: str | None = None
    """The customer, if known."""


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
    """True if the intent led to a case."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or system known by an id of the host."""

    id: str
    """The id."""
    licence: Licence
    """The licence."""


@dataclass(frozen=True, slots=True)
class Impression:
    """The answer that an impression token identifies."""

    base: int
    """The base that gave the answer."""
    at: datetime.datetime
    """The instant."""
    audience: str
    """The audience label of the viewer."""
    policy: int
    """The hash of the ranking policy."""
    articles: Sequence[str]
    """The articles, best first."""
    query: str | None = None
    """The query; None for the text of a case."""
    case: str | None = None
    """The case, for suggestions."""


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A row of the evidence ledger."""

    article: str
    """The article; it may have been merged since."""
    version: int
    """The version."""
    segment: Segment
    """The source of the evidence."""
    signal: Signal
    """The signal."""
    from_: datetime.datetime
    """The start of its effect: the start of a day, or an instant."""
    amount: float
    """The amount; 1 is one observation."""


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """An article that should be reviewed."""

    id: str
    """The article."""
    kind: Kind
    """Its kind."""
    state: FreshnessState
    """The freshness state."""
    since: datetime.datetime
    """The instant of the last verification or substantial edit."""
    due: datetime.datetime
    """The instant at which it was or will be due."""
    wrong: float
    """The probability that it is wrong, in [0, 1]."""
    demand: float
    """The decayed number of uses in the long horizon."""
    harm: float
    """The harm of a wrong answer; 1 for articles that only insiders see."""
    risk: float
    """`wrong · (1 + demand) · harm`."""
    owner: str | None = None
    """The actor responsible for it."""
    suspect: Suspect | None = None
    """The suspicion, if any."""


@dataclass(frozen=True, slots=True)
class Verified:
    """The result of `verify`."""

    records: int
    """Number of records of the log."""
    rows: int
    """Number of rows of all tables, each read and checked against its checksum."""
    digest: str
    """A digest of the state. Equal logs give equal digests."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Number of articles and cases of a base."""

    articles: int
    """Number of articles, archived ones included."""
    cases: int
    """Number of cases."""


@dataclass(frozen=True, slots=True)
class MemoryUse:
    """Memory by part, in bytes. Estimates from lengths and capacities, without the allocator's overhead."""

    index_fresh: int
    """The part of the text index that is only in memory."""
    index_segments: int
    """Segments of the text index that were read from files."""
    catalog: int
    """States of articles and cases."""
    links: int
    """Links between cases and articles."""
    ledger: int
    """Evidence."""
    learned_words: int
    """Learned words."""
    ranking: int
    """Caches of the ranking: priors, bounds, visibility."""
    relaxed_events: int
    """Events that are kept until they are durable."""
    store: int
    """The store: its rows if it is in memory, else the pages in its cache. A memory limit counts that cache in full."""
    total: int
    """The sum of all parts."""


@dataclass(frozen=True, slots=True)
class FileUse:
    """Files, in bytes; all 0 for a base in memory."""

    store: int
    """The store: the log, the tables and free pages."""
    index: int
    """The text index."""


@dataclass(frozen=True, slots=True)
class Stats:
    """The size of a base and its memory and file use at one moment."""

    articles: int
    """Number of articles ever put, including archived and merged ones."""
    cases: int
    """Number of cases ever opened."""
    links: int
    """Number of links that are neither retracted nor rejected."""
    records: int
    """Number of records of the log."""
    documents_in_memory: int
    """Live documents of the text index that are only in memory. An article is one document per distinct view of its
    readers; a case with searchable text is one."""
    documents_on_disk: int
    """Live documents of the text index that are in files too."""
    index_segments: int
    """Number of segments of the text index, including those that are only in memory."""
    relaxed_events: int
    """Number of acknowledged events that are not durable yet."""
    memory: MemoryUse
    """Memory by part."""
    files: FileUse
    """Files."""
    memory_limit: int | None = None
    """The limit of `memory.total` in bytes, if any."""


@dataclass(frozen=True, slots=True)
class SnapshotShards:
    """A snapshot split into a manifest and shards, made by `kenpoint.split_snapshot`."""

    manifest: bytes
    """The manifest, for `kenpoint.open_snapshot`."""
    shards: Mapping[str, bytes]
    """The shards by name, 32 hexadecimal digits each."""


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """The description of a snapshot."""

    base: str
    """The base it was made from, 16 hexadecimal digits."""
    audience: str
    """The audience label."""
    entitlements: Sequence[str]
    """The entitlements of its viewers, sorted."""
    known: datetime.datetime
    """The instant whose knowledge it contains. It answers about no earlier instant."""
    articles: int
    """Number of articles."""
    cases: int
    """Number of past cases."""
    markup: Literal["commonmark", "html"]
    """The markup of its articles: CommonMark as written, or safe HTML for pages."""
    digest: str
    """A digest of its contents, 32 hexadecimal digits. Equal snapshots have equal digests."""
    bytes: int
    """The size of the file in bytes."""

    def _repr_html_(self) -> str:
        from . import _html

        return _html.snapshot(self)


@dataclass(frozen=True, slots=True)
class SourcePlace:
    """A position in a source."""

    file: str
    """The file, relative to what was imported, with `/` between folders."""
    line: int
    """The line, or the position in a JSON array, from 1; 0 for the whole file."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A skipped record."""

    place: SourcePlace
    """Its position in the source."""
    code: int
    """The stable number of the error."""
    reason: str
    """The reason, and the next step."""


@dataclass(frozen=True, slots=True)
class AdjustedValue:
    """A value of a foreign file that was not taken as it stands. The rest of its record was taken."""

    place: SourcePlace
    """The position of its record in the source."""
    key: str
    """The key."""
    value: str
    """The value, cut to 100 characters."""
    read_as: str | None
    """The value taken in its place; None if the value was dropped."""
    reason: str
    """The reason."""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A page that its site holds back from readers or from search, such as a draft. It was not taken."""

    place: SourcePlace
    """Its position in the source."""
    key: str
    """The key that holds it back, such as `draft`."""
    value: str
    """The value of the key."""
    withdrawn: bool
    """True if an earlier import had taken the page. Its article is work in progress now."""


@dataclass(frozen=True, slots=True)
class IgnoredFile:
    """A file that is no source of knowledge."""

    file: str
    """The file, relative to what was imported; a folder ends with `/`."""
    reason: str
    """The reason."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The report of an import."""

    warning: str | None
    """A sentence for the operator if the import took nothing, or refused more than it took; it names the option that helps."""
    created: int
    """Number of new records."""
    updated: int
    """Number of records that changed an existing one."""
    unchanged: int
    """Number of records that existed already."""
    n_skipped: int
    """Number of skipped records."""
    skipped: Sequence[Skipped]
    """The first 1,000 skipped records."""
    n_adjusted: int
    """Number of values that were dropped or read as another value."""
    adjusted: Sequence[AdjustedValue]
    """The first 1,000 of these values."""
    unknown_keys: Mapping[str, int]
    """Unknown keys, each with the number of records that had it. They were left out."""
    n_held_back: int
    """Number of pages that their site holds back: drafts, unlisted and hidden pages."""
    held_back: Sequence[HeldBack]
    """The first 1,000 of these pages."""
    files_ignored: int
    """Number of files that are no source: pictures, hidden files, templates, pages without text."""
    ignored: Sequence[IgnoredFile]
    """The first 1,000 of these files, each with the reason."""
    preset: str | None
    """The system that the folder was written for (`hugo`, `docusaurus`, ...), if its files tell."""
    stopped: bool
    """True if the import stopped early, by the progress callback or a limit."""

    @property
    def taken(self) -> int:
        """Number of records taken: created, updated and unchanged."""
        return self.created + self.updated + self.unchanged

    def _repr_html_(self) -> str:
        from . import _html

        return _html.report(self)
