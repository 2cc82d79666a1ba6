"""What is given to a base: drafts, who looks, from where, and what an answer may hold."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, TypedDict

from ._names import CaseKind, Change, Confidence, DismissReason, Governance, Kind, LinkType, Provenance, Role

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
