"""Results of self-service: outcomes of visits, merged batches, handoffs, and completions of a query being typed."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import _codec, _kenpoint
from ._drafts import ProductItem
from ._enums import TextOrigin, TriedOutcome

__all__ = [
    "Completions",
    "CustomerText",
    "Handoff",
    "MergeReport",
    "RejectedEvent",
    "TitleCompletion",
    "Tried",
    "VisitOutcome",
    "WordCompletion",
]


@dataclass(frozen=True, slots=True)
class WordCompletion:
    """The typed text with its last word completed."""

    text: str
    """The whole text."""
    articles: int
    """Number of articles that contain the word."""


@dataclass(frozen=True, slots=True)
class TitleCompletion:
    """An article with a matching title."""

    text: str
    """The title."""
    article: str
    """The id of the article."""


@dataclass(frozen=True, slots=True)
class Completions:
    """Completions of a query being typed."""

    words: Sequence[WordCompletion]
    """The text with its last word completed, ordered by the number of articles, highest first."""
    titles: Sequence[TitleCompletion]
    """Titles that begin with the text, shortest first."""


@dataclass(frozen=True, slots=True)
class RejectedEvent:
    """A rejected event of a batch."""

    index: int
    """Its index in the batch, from 0."""
    event: str
    """Its id."""
    code: int
    """The stable number of the error."""
    message: str
    """The message of the error."""


@dataclass(frozen=True, slots=True)
class MergeReport:
    """The result of merging a batch of events."""

    new: int
    """Number of events that were recorded."""
    duplicates: int
    """Number of events with a known id. They count once."""
    rejected: Sequence[RejectedEvent]
    """The rejected events. All other events count."""


@dataclass(frozen=True, slots=True)
class VisitOutcome:
    """The outcome of a visit so far."""

    ended: str
    """`solved`: the visitor said so; `handed-over`; `silent`: the visitor left in silence, or is still there."""
    article: str | None = None
    """The article that solved the problem, for `solved`."""


@dataclass(frozen=True, slots=True)
class CustomerText:
    """A text in the customer's own words."""

    at: datetime.datetime
    """The instant."""
    from_: TextOrigin
    """The origin."""
    text: str
    """The text as typed."""


@dataclass(frozen=True, slots=True)
class Tried:
    """An article that the visitor opened or gave feedback on."""

    article: str
    """The id of the article."""
    at: datetime.datetime
    """The instant of the first contact."""
    came: TriedOutcome
    """The last statement about it."""


@dataclass(frozen=True, slots=True)
class Handoff:
    """A problem that self-service did not solve, with the history of the visit. Made by `Visit.hand_over`."""

    session: str
    """The id of the visit."""
    at: datetime.datetime
    """The instant of the handoff."""
    audience: str
    """The audience label of the visitor."""
    words: Sequence[CustomerText]
    """The customer's own words, in order of time."""
    shown: Sequence[str]
    """Ids of the articles that were shown, in order of first appearance."""
    tried: Sequence[Tried]
    """The articles that were opened, in order of time."""
    leave_out: Sequence[str]
    """Ids of the articles not to suggest again, because they did not solve the problem."""
    batch: Mapping[str, Any]
    """All events of the visit, in the form of `Visit.take_events`. Events merged before count once."""
    party: str | None = None
    """The customer, if known."""
    channel: str | None = None
    """The channel: web, app, chat..."""
    products: Sequence[ProductItem] = ()
    """The products concerned."""

    def to_json(self) -> str:
        """Returns the handoff as JSON text, in the form that all languages share."""
        return _codec.encode(self)

    @staticmethod
    def from_json(text: str) -> Handoff:
        """Reads a handoff from its JSON text. `KnowledgeBase.open_handoff` checks it."""
        return _codec.decode(Handoff, text)

    def request(self) -> dict[str, Any]:
        """Returns arguments for `suggest`, which leave out the articles that did not solve the problem.

        >>> import kenpoint
        >>> kb = kenpoint.memory()
        >>> visit = kb.visit("visit-1", viewer="public")
        >>> visit.record("searched", query="dark lamp")
        >>> kb.suggest(**visit.hand_over("No light").request(), viewer="internal").suggestions
        []
        """
        arguments: dict[str, Any] = json.loads(_kenpoint._handoff_request(self.to_json()))
        return arguments
