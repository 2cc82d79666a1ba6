"""Self-service visits: what one visitor does about one need."""

from __future__ import annotations

import datetime
import json
from typing import Any

from . import _codec, _kenpoint
from .model import Handoff, VisitEnd


class Visit(_kenpoint.Visit):
    """A self-service visit while it goes on. Made by `Snapshot.visit` and `KnowledgeBase.visit`.

    It writes nothing: what `take` gives is taken into the base by `KnowledgeBase.merge_events`, in whatever process that
    is. It pickles, and `to_json` and `from_json` carry it from one request of a page to the next.

    >>> import kenpoint
    >>> kb = kenpoint.memory()
    >>> kb.put({"id": "lamp", "kind": "product", "title": "The lamp stays dark"}).version
    1
    >>> visit = kenpoint.open_snapshot(kb.snapshot("internal")).visit("visit-1")
    >>> visit.record("viewed", article="lamp")
    >>> visit.record("solved", article="lamp")
    >>> kb.merge_events(visit.take(), audience="internal").new
    2
    >>> visit.end()
    VisitEnd(ended='solved', article='lamp')
    """

    @staticmethod
    def from_json(text: str) -> Visit:
        """The visit of what `to_json` gave. Raises InvalidRecordError and what else is wrong with it."""
        return Visit(_kenpoint._visit_of(text))

    def record(self, what: str, /, *, at: datetime.datetime | None = None, **fields: Any) -> None:
        """Records what the visitor did: searched, was shown, opened, said.

        what: as in `KnowledgeBase.record`, and feedback only.
        at: when; the machine's clock, if absent.
        fields: those of this event alone. Id, session, audience, party and channel are the visit's.

        Raises InvalidRecordError for a field that this event has not, InvalidValueError for what no visitor does,
        TooLargeError after 2,000 events.
        """
        self._record(_codec.encode({"what": what, **fields}), at)

    def take(self) -> dict[str, Any]:
        """The events since the last call, for `KnowledgeBase.merge_events`: a mapping that is JSON as it stands.

        What is lost on the way is in the handoff still; what arrives twice counts once.
        """
        batch: dict[str, Any] = json.loads(self._take())
        return batch

    def end(self) -> VisitEnd:
        """What came of it so far. Only what was said counts as solved, unless something was said against it since."""
        return _codec.decode(VisitEnd, self._end())

    def hand_over(self, message: str, *, at: datetime.datetime | None = None) -> Handoff:
        """Hands over with a message: everything an agent needs to go on from here, for `KnowledgeBase.open_handoff`.

        at: when; the machine's clock, if absent.

        Raises TooLargeError for a message over 4 MiB.
        """
        return _codec.decode(Handoff, self._hand_over(message, at))

    def __reduce__(self) -> Any:
        return Visit.from_json, (self.to_json(),)

    def __repr__(self) -> str:
        return f"Visit(session={self.session!r}, end={self.end().ended!r})"
