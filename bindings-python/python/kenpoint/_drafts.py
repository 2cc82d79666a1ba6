"""Input of a base: drafts, viewers, contexts, filters and import options."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, TypedDict

from ._enums import CaseKind, Change, Confidence, DismissReason, Governance, Kind, LinkType, Provenance, Role

__all__ = [
    "ArticleDraft",
    "AudienceLabel",
    "CaseDraft",
    "Context",
    "EntryDraft",
    "FactDraft",
    "Filter",
    "FreshnessPolicy",
    "ImportOptions",
    "LinkDraft",
    "ProductItem",
    "ProductScope",
    "Scope",
    "Section",
    "Source",
    "Viewer",
]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of an article: CommonMark, kept as given."""

    role: Role | str
    """The purpose of the section."""
    text: str
    """CommonMark with tables."""
    _: KW_ONLY
    heading: str | None = None
    """The heading."""
    audience: str | None = None
    """An audience narrower than that of the article."""


@dataclass(frozen=True, slots=True)
class ProductScope:
    """A product that an article applies to, in a range of versions or in all."""

    id: str
    """The product's id in the host."""
    _: KW_ONLY
    versions: str | None = None
    """The range of versions; default: all."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The scope in which an article applies."""

    _: KW_ONLY
    products: Sequence[ProductScope | Mapping[str, Any]] = ()
    """Products the article applies to; empty: the article is not about a product."""
    components: Sequence[str] = ()
    """Components of these products."""
    regions: Sequence[str] = ()
    """Regions; empty: all."""
    channels: Sequence[str] = ()
    """Channels; empty: all."""
    valid_from: datetime.datetime | None = None
    """The start of validity."""
    valid_to: datetime.datetime | None = None
    """The first instant at which it is no longer valid. A bare date, as a text or a `datetime.date`, lasts through that
    day in UTC."""
    entitlement: Sequence[str] = ()
    """Entitlements that a viewer must hold, all of them (contracts, trainings)."""


@dataclass(frozen=True, slots=True)
class Source:
    """The origin of an article, so that importing it again changes nothing."""

    system: str
    """The system, such as `zendesk` or `folder`."""
    key: str
    """The key in that system."""


@dataclass(frozen=True, slots=True)
class FreshnessPolicy:
    """The review rule of an article. Exactly one field is set."""

    _: KW_ONLY
    interval_days: int | None = None
    """Days from the last verification or substantial edit until the article is due, 1 to 36500."""
    date: datetime.datetime | None = None
    """The instant at which the article is due."""
    ttl_days: int | None = None
    """Days from the last verification or substantial edit until the article expires, 1 to 36500."""


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """The input of a put: a new article, or a new version of an existing one."""

    id: str
    """The id, chosen by the host. It never changes."""
    kind: Kind | str
    """The kind of knowledge."""
    title: str
    """The title, one line."""
    _: KW_ONLY
    sections: Sequence[Section | Mapping[str, Any]] = ()
    """The sections, in order."""
    language: str = "en"
    """A language tag; default `en`."""
    audience: str = "internal"
    """The label of the widest audience; default `internal`."""
    confidence: Confidence | str = Confidence.NOT_VALIDATED
    """Default: not-validated."""
    governance: Governance | str = Governance.OPEN
    """Default: open."""
    scope: Scope | Mapping[str, Any] = Scope()
    """The scope."""
    freshness: FreshnessPolicy | Mapping[str, Any] | None = None
    """The review rule; default: that of the kind."""
    tags: Sequence[str] = ()
    """Tags."""
    owner: str | None = None
    """The actor responsible for the article."""
    author: str | None = None
    """The author of this version."""
    family: str | None = None
    """The family; translations of one text share it."""
    change: Change | str = Change.MAJOR
    """The size of the change."""
    created: datetime.datetime | None = None
    """The instant of the first version, if before the import."""
    updated: datetime.datetime | None = None
    """The instant of this version, if before the import."""
    verified: datetime.datetime | None = None
    """The instant of the last verification, if known."""
    source: Source | Mapping[str, Any] | None = None
    """The origin."""


@dataclass(frozen=True, slots=True)
class ProductItem:
    """A product of a customer, with its version if known."""

    id: str
    """The product's id in the host."""
    _: KW_ONLY
    version: str | None = None
    """The installed version."""


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """The input of a new note of a case."""

    reuse: Role | str
    """The permitted reuse: `case-only`, or the role of a section that may take over the text."""
    text: str
    """Plain text or CommonMark."""
    _: KW_ONLY
    at: datetime.datetime | None = None
    """The instant of the note; default: that of the call."""
    author: str | None = None
    """The author."""


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """The input of a new case."""

    id: str
    """The id, chosen by the host."""
    _: KW_ONLY
    kind: CaseKind | str = CaseKind.SERVICE
    """Default: service."""
    opened: datetime.datetime | None = None
    """The instant of opening; default: that of the call."""
    channel: str | None = None
    """The channel: phone, email, web, chat..."""
    party: str | None = None
    """The customer: an account id or person id of the host."""
    products: Sequence[ProductItem | Mapping[str, Any]] = ()
    """The products concerned."""
    session: str | None = None
    """The self-service visit that led to the case."""
    entries: Sequence[EntryDraft | Mapping[str, Any]] = ()
    """The first notes."""


@dataclass(frozen=True, slots=True)
class LinkDraft:
    """The input of a link between a case and an article. Linking again changes nothing."""

    case: str
    """The case."""
    article: str
    """The article."""
    link: LinkType | str
    """The role of the article in the case."""
    _: KW_ONLY
    provenance: Provenance | str = Provenance.HUMAN
    """Default: human."""
    confidence: float | None = None
    """0 to 1; default: that of the provenance and the actor's licence."""
    reason: DismissReason | str | None = None
    """The reason of a dismissal."""


@dataclass(frozen=True, slots=True)
class FactDraft:
    """The input of a fact. The newest `as_of` of a subject and predicate is current; older ones are kept."""

    subject: str
    """The subject, such as `order 10-4471`."""
    predicate: str
    """The property, such as `status`."""
    value: str
    """The value as text."""
    as_of: datetime.datetime
    """The instant at which the value was true."""
    _: KW_ONLY
    ttl_days: float | None = None
    """Days for which the value is trusted, greater than 0, fractions allowed; default: for ever."""
    source: str | None = None
    """The source system."""
    kind: Kind | str = Kind.CRM
    """Default: crm."""
    audience: str = "internal"
    """Default: internal."""
    title: str | None = None
    """The title; default: `subject: predicate`."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """A viewer: an audience label and entitlements."""

    audience: str
    """An audience label of the base."""
    _: KW_ONLY
    entitlements: Sequence[str] = ()
    """The entitlements of the viewer, sorted."""


@dataclass(frozen=True, slots=True)
class Context:
    """The known facts about the situation of a customer. Every field is optional; an unknown fact is neutral."""

    _: KW_ONLY
    party: str | None = None
    """The customer: an account id or person id of the host."""
    items: Sequence[ProductItem | Mapping[str, Any]] = ()
    """The installed products."""
    components: Sequence[str] = ()
    """The components concerned."""
    region: str | None = None
    """The region."""
    channel: str | None = None
    """The channel: phone, email, web, chat..."""
    language: str | None = None
    """The language of the answer."""
    tried: Sequence[str] = ()
    """Ids of articles that were already tried. Suggestions leave them out."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions on results. Empty lists and absent values match everything; a list matches any of its items."""

    _: KW_ONLY
    kinds: Sequence[Kind | str] = ()
    """Kinds of knowledge."""
    product: ProductItem | Mapping[str, Any] | None = None
    """A product; with a version, only articles for that version match."""
    language: str | None = None
    """A language tag; `en` also matches `en-GB`."""
    channel: str | None = None
    """A channel; articles for all channels match too."""
    confidence: Sequence[Confidence | str] = ()
    """Confidence states."""
    tags: Sequence[str] = ()
    """Tags."""
    edited_from: datetime.datetime | None = None
    """The earliest instant of the last substantial edit."""
    edited_to: datetime.datetime | None = None
    """The end, exclusive, of the instants of the last substantial edit."""


@dataclass(frozen=True, slots=True)
class AudienceLabel:
    """A label of an audience scheme."""

    name: str
    """The label used by articles and viewers, lower case by convention."""
    floor: Confidence | str
    """The lowest confidence of articles shown to viewers of this label."""
    reads_cases: bool
    """True if viewers of this label may read past cases and their evidence."""
    sees_expired: bool
    """True if expired articles are shown to viewers of this label."""
    _: KW_ONLY
    inward: Sequence[str] = ()
    """The labels directly inside this one. Their viewers see everything that viewers of this label see."""


class ImportOptions(TypedDict, total=False):
    """Keyword arguments of imports: defaults for missing values, and limits."""

    system: str
    """The system of source keys. Default: `folder`."""
    kind: Kind | str
    """The kind of articles without one. Default: general."""
    audience: str
    """The audience label of articles without one. Default: `internal`."""
    confidence: Confidence | str
    """The confidence of articles without one. Default: not-validated."""
    language: str
    """The language tag of articles without one. Default: `en`."""
    audiences: Sequence[tuple[str, str]]
    """Pairs of a foreign audience label, case-insensitive, and its label in the base. Default: none."""
    survey_scale: tuple[float, float]
    """The lowest and highest survey score of the source. Default: 0 and 1."""
    arrivals: str
    """The arrival time of records. `now`: the time of the import. `as-dated`: the time of each record, to import a
    history into an empty base and use `as_of` with any day. Default: `now`."""
    dates_ahead: str
    """The treatment of dates more than a day ahead of the base's clock. `refuse`: such a record is skipped and reported.
    `set-to-now`: the date becomes the time of the import, which mends the log of a base whose clock ran ahead. Default:
    `refuse`."""
    max_records: int
    """Maximum number of records. Default: 10 million."""
    max_file_bytes: int
    """Maximum size of a file, or of a line of a JSON-lines file, in bytes. Default: 16 MiB."""
    max_total_bytes: int
    """Maximum size of the import, in bytes. Default: 2 GiB."""
    max_folder_depth: int
    """Maximum depth of folders. Default: 32."""
    max_nesting: int
    """Maximum nesting of YAML and JSON. Default: 64."""
