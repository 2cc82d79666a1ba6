"""Reviews: the articles that somebody should check."""

from __future__ import annotations

import datetime
from typing import SupportsIndex

from . import _codec, _kenpoint
from .model import FreshnessState, ReviewItem


class Reviews:
    """The reviews of a base, see `KnowledgeBase.reviews`."""

    def __init__(self, base: _kenpoint.Base) -> None:
        self._base = base

    def queue(
        self,
        *,
        owner: str | None = None,
        from_state: FreshnessState | str = FreshnessState.DUE_SOON,
        limit: SupportsIndex = 50,
        now: datetime.datetime | None = None,
    ) -> list[ReviewItem]:
        """Returns the articles to review first: due, overdue, expired and suspect ones by risk; ties are ordered by id.
        `kb.tables.review()` is the same as a table.

        owner: only articles of this owner.
        from_state: only articles in this state or a worse one, and suspect ones.
        limit: number of articles, 1 to 10,000.
        now: the instant; default: the base's clock.

        Cost: one pass over all articles.

        >>> import kenpoint
        >>> kb = kenpoint.memory()
        >>> kb.put({"id": "lamp", "kind": "product", "title": "The lamp stays dark"}).version
        1
        >>> kb.flag("lamp", "wrong", by="ann")
        <Recorded.NEW: 'new'>
        >>> [item.id for item in kb.reviews.queue()]
        ['lamp']
        """
        return _codec.decode(list[ReviewItem], self._base._review_queue(owner, from_state, limit, now))
