"""Tables of a base, as rows for data frames."""

from __future__ import annotations

import datetime

from . import _kenpoint
from ._table import Table
from .model import FreshnessState


class Tables:
    """The tables of a base, see `KnowledgeBase.tables`.

    Each method returns a whole table with one row per article, version, case, link, event and so on. Methods of the base
    itself, such as `kb.article(id)` and `kb.freshness_of(id)`, look up one article or one case.

    They take no viewer and hide nothing (docs/viewers.md).

    >>> import kenpoint
    >>> kb = kenpoint.memory()
    >>> kb.put({"id": "lamp", "kind": "product", "title": "The lamp stays dark"}).version
    1
    >>> kb.tables.freshness().to_dicts()[0]["state"], str(kb.freshness_of("lamp").state)
    ('unverified', 'unverified')
    """

    def __init__(self, base: _kenpoint.Base) -> None:
        self._base = base

    def articles(self, *, text: bool = False) -> Table:
        """Returns the articles in their current version, ordered by id.

        text: adds the sections.
        """
        return Table(self._base._table("articles", text=text, now=None))

    def versions(self) -> Table:
        """Returns all versions of all articles, ordered by article, then number."""
        return Table(self._base._table("versions", text=False, now=None))

    def cases(self, *, text: bool = False) -> Table:
        """Returns the cases, ordered by id.

        text: adds the notes.
        """
        return Table(self._base._table("cases", text=text, now=None))

    def links(self) -> Table:
        """Returns the links, ordered by case, article and type; retracted ones included."""
        return Table(self._base._table("links", text=False, now=None))

    def events(self) -> Table:
        """Returns the log, in order of arrival."""
        return Table(self._base._table("events", text=False, now=None))

    def evidence(self) -> Table:
        """Returns the sums of evidence, ordered by article."""
        return Table(self._base._table("evidence", text=False, now=None))

    def freshness(self, *, now: datetime.datetime | None = None) -> Table:
        """Returns the freshness of each article at an instant, without archived and merged articles.

        now: the instant; default: the base's clock.
        """
        return Table(self._base._table("freshness", text=False, now=now))

    def review(
        self,
        *,
        owner: str | None = None,
        from_state: FreshnessState | str = FreshnessState.DUE_SOON,
        limit: int = 50,
        now: datetime.datetime | None = None,
    ) -> Table:
        """Returns the review queue. The arguments are those of `kb.reviews.queue`."""
        return Table(self._base._table("review", text=False, now=now, owner=owner, from_state=from_state, limit=limit))
