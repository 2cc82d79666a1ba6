"""What comes back from self-service: what a visit was, what was taken in of it, and how typing may go on."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import _codec, _kenpoint
from ._drafts import ProductItem
from ._names import Came, WordsFrom

__all__ = ["Completions", "Handoff", "Merged", "Refused", "TitleCompletion", "Tried", "VisitEnd", "WordCompletion", "Words"]


@dataclass(frozen=True, slots=True)
class WordCompletion:
    """The text with its last word completed."""

    text: str
    """The whole text."""
    articles: int
    """Articles that have the word."""


@dataclass(frozen=True, slots=True)
class TitleCompletion:
    """A title."""

    text: str
    """The title."""
    article: str
    """The article."""


@dataclass(frozen=True, slots=True)
class Completions:
    """How what is being typed may go on."""

    words: Sequence[WordCompletion]
    """The text with its last word completed: words of more articles first."""
    titles: Sequence[TitleCompletion]
    """Titles that begin so: shorter ones first."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An event of a batch that was refused."""

    index: int
    """Its place in the batch, from 0."""
    event: str
    """Its id."""
    code: int
    """The stable number of the error."""
    message: str
    """The error."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of a batch."""

    new: int
    """Events that count from now on."""
    known: int
    """Events that counted before."""
    refused: Sequence[Refused]
    """Events that were refused; the others count all the same."""


@dataclass(frozen=True, slots=True)
class VisitEnd:
    """What came of a visit so far."""

    ended: str
    """`solved`: the visitor said so; `handed-over`; `silent`: left in silence, or is still there."""
    article: str | None = None
    """The article that solved the problem, if one did."""


@dataclass(frozen=True, slots=True)
class Words:
    """Words of the customer's own."""

    at: datetime.datetime
    """When."""
    from_: WordsFrom
    """Where they come from."""
    text: str
    """As they were typed."""


@dataclass(frozen=True, slots=True)
class Tried:
    """An article that was opened or spoken of."""

    article: str
    """The article."""
    at: datetime.datetime
    """When, for the first time."""
    came: Came
    """What was last said of it."""


@dataclass(frozen=True, slots=True)
class Handoff:
    """A need that self-service did not meet, with what was done about it. Made by `Visit.hand_over`."""

    session: str
    """The visit."""
    at: datetime.datetime
    """When it was handed over."""
    audience: str
    """The label that the visitor looked as."""
    words: Sequence[Words]
    """The customer's own words, in order of time."""
    shown: Sequence[str]
    """The articles that were shown, in the order in which they first were."""
    tried: Sequence[Tried]
    """The articles that were opened, in order of time."""
    leave_out: Sequence[str]
    """The articles not to suggest again: those of which the customer said that they did not solve it."""
    batch: Mapping[str, Any]
    """Everything that was done in the visit, as `Visit.take` gives it. What was taken in before counts once."""
    party: str | None = None
    """Who it is, if that is known."""
    channel: str | None = None
    """web, app, chat..."""
    products: Sequence[ProductItem] = ()
    """What it is about."""

    def to_json(self) -> str:
        """The handoff as JSON text, in the form that every language's binding has."""
        return _codec.encode(self)

    @staticmethod
    def from_json(text: str) -> Handoff:
        """The handoff of such a text. It is checked where it is opened."""
        return _codec.decode(Handoff, text)

    def question(self) -> dict[str, Any]:
        """The need as arguments of `suggest`, without what did not solve it.

        >>> import kenpoint
        >>> kb = kenpoint.memory()
        >>> visit = kb.visit("visit-1", viewer="public")
        >>> visit.record("searched", query="dark lamp")
        >>> kb.suggest(**visit.hand_over("No light").question(), viewer="internal").suggestions
        []
        """
        asked: dict[str, Any] = json.loads(_kenpoint._question_of(self.to_json()))
        return asked
