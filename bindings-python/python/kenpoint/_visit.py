"""Self-service visits: the events of one visitor about one problem."""

from __future__ import annotations

import datetime
import json
from typing import Any

from . import _codec, _kenpoint
from .model import Handoff, VisitOutcome


class Visit(_kenpoint.Visit):
    """A self-service visit in progress. Made by `Snapshot.visit` and `KnowledgeBase.visit`.

    A visit writes nothing. `KnowledgeBase.merge_events` merges the batches of `take_events` into the base, in any
    process. A visit pickles, and `to_json` and `from_json` carry it from one request of a page to the next.

    >>> import kenpoint
    >>> kb = kenpoint.memory()
    >>> kb.put({"id": "lamp", "kind": "product", "title": "The lamp stays dark"}).version
    1
    >>> visit = kenpoint.open_snapshot(kb.snapshot("internal")).visit("visit-1")
    >>> visit.record("viewed", article="lamp")
    >>> visit.record("solved", article="lamp")
    >>> kb.merge_events(visit.take_events(), audience="internal").new
    2
    >>> visit.outcome()
    VisitOutcome(ended='solved', article='lamp')
    """

    @staticmethod
    def from_json(text: str) -> Visit:
        """Continues the visit of a text from `to_json`. Raises InputError for a text that is not a visit."""
        return Visit(_kenpoint._read_visit(text))

    def record(self, kind: str, /, *, at: datetime.datetime | None = None, **fields: Any) -> None:
        """Records an event of the visitor, such as a search, a view or a rating.

        kind: the kind of event, as in `KnowledgeBase.record`; only feedback of a reader.
        at: the instant; default: the machine's clock.
        fields: the fields of this kind. The visit sets id, session, audience, party and channel.

        Raises InvalidRecordError for an unknown field, InvalidValueError for an event that no visitor makes,
        TooLargeError after 2,000 events.
        """
        self._record(_codec.encode({"what": kind, **fields}), at)

    def take_events(self) -> dict[str, Any]:
        """Returns the events since the last call, as a JSON-compatible mapping for `KnowledgeBase.merge_events`.

        A lost batch loses nothing, since a handoff contains all events. A batch that arrives twice counts once.
        """
        batch: dict[str, Any] = json.loads(self._take_events())
        return batch

    def outcome(self) -> VisitOutcome:
        """Returns the outcome so far. Only an explicit `solved` event counts as solved, unless a later statement about the
        same article contradicts it.
        """
        return _codec.decode(VisitOutcome, self._outcome())

    def hand_over(self, message: str, *, at: datetime.datetime | None = None) -> Handoff:
        """Makes the handoff, with a message: everything an agent needs to continue, for `KnowledgeBase.open_handoff`.

        at: the instant; default: the machine's clock.

        Raises TooLargeError for a message over 4 MiB.
        """
        return _codec.decode(Handoff, self._hand_over(message, at))

    def __reduce__(self) -> Any:
        return Visit.from_json, (self.to_json(),)

    def __repr__(self) -> str:
        return f"Visit(session={self.session!r}, outcome={self.outcome().ended!r})"
