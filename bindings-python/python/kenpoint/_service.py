"""Self-service: what one audience may see goes out of a base, and what its readers did comes back."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping, Sequence
from typing import Any, overload

from . import _codec, _kenpoint
from ._visit import Visit
from .model import Handoff, Merged, ProductItem, SnapshotInfo, Viewer


class SelfService(_kenpoint.Base):
    """The part of a base that is about self-service."""

    @overload
    def snapshot(
        self, viewer: str | Viewer | Mapping[str, Any], *, at: datetime.datetime | None = None, pages: bool = False
    ) -> bytes: ...

    @overload
    def snapshot(
        self,
        viewer: str | Viewer | Mapping[str, Any],
        path: str | os.PathLike[str],
        *,
        at: datetime.datetime | None = None,
        pages: bool = False,
    ) -> SnapshotInfo: ...

    def snapshot(
        self,
        viewer: str | Viewer | Mapping[str, Any],
        path: str | os.PathLike[str] | None = None,
        *,
        at: datetime.datetime | None = None,
        pages: bool = False,
    ) -> bytes | SnapshotInfo:
        """The part of the base that one audience may see, for `kenpoint.open_snapshot`: another process, another machine.

        It holds the articles that the viewer may see at the instant, their index and evidence, and for viewers who
        read cases the past cases and links; no people, no texts of cases. An article that is yet to become valid is
        not in it.

        viewer: whom it is for: an audience label, or a `Viewer` with the entitlements that its viewers may hold.
        path: a file in whose place it comes at once and whole, durable when this returns; whoever reads the old one
            goes on to, see `Snapshot.refresh`. What it is is returned. Without it its bytes are returned.
        at: what the base knew then is in it; now, if absent.
        pages: whether its articles are HTML that is safe to put into a page, as the browser's package needs it, and
            not as they were written. It answers the same.

        Raises UnknownNameError for an audience that the base has not; IoError or DiskFullError if the file cannot be
        written, and what lay there lies there still. Ctrl-C ends it. Cost: about what it takes to import what the
        viewer sees; an instant before the last record costs `as_of` in addition.

        >>> import kenpoint
        >>> kb = kenpoint.memory()
        >>> kb.put({"id": "lamp", "kind": "product", "title": "The lamp stays dark"}).version
        1
        >>> [kenpoint.open_snapshot(kb.snapshot(label)).article_ids() for label in ("internal", "public")]
        [['lamp'], []]
        """
        if path is None:
            return self._snapshot_bytes(viewer, at, pages)
        return _codec.decode(SnapshotInfo, self._snapshot_path(viewer, at, pages, path))

    def visit(
        self,
        session: str,
        *,
        viewer: str | Viewer | Mapping[str, Any],
        party: str | None = None,
        channel: str | None = None,
        products: Sequence[ProductItem | Mapping[str, Any]] = (),
    ) -> Visit:
        """A visit to this base itself, for hosts that serve pages from it; see `Snapshot.visit`."""
        return Visit(self._visit(session, viewer, party, channel, _codec.encode(products)))

    def merge_events(self, batch: str | Mapping[str, Any], *, audience: str) -> Merged:
        """Takes in what readers of a snapshot did, exactly once: an event whose id is known changes nothing. All of it
        is durable when this returns.

        A batch is what a page says. So it may hold only what a reader does, of articles that `audience` may see; every event
        counts as that of `audience`; where that label reads cases, it may work on cases, and actors are believed; and an event more than a day ahead of the base's clock is refused. What
        is refused is reported, and the rest counts.

        batch: what `Visit.take` gave, or its JSON text.
        audience: whose page it is: that of the snapshot.

        Raises InvalidRecordError for what is no batch, UnknownNameError for an audience the base has not,
        ContradictionError for a batch of another base.
        """
        return _codec.decode(Merged, self._merge_events(_codec.text(batch), audience))

    def open_handoff(self, handoff: Handoff | str | Mapping[str, Any], case: str, *, audience: str) -> Merged:
        """Takes in the events of a visit, as `merge_events` does, and opens a case of what was handed over, with the
        customer's own words. `suggest` for that case leaves out what the customer said did not solve it.

        handoff: what `Visit.hand_over` gave, or its JSON text. Handing it over again for the same case changes nothing.
        case: the id of the case.

        Raises what `merge_events` and `open_case` raise.

        >>> import kenpoint
        >>> kb = kenpoint.memory()
        >>> kb.put({"id": "lamp", "kind": "product", "title": "The lamp stays dark"}).version
        1
        >>> visit = kenpoint.open_snapshot(kb.snapshot("public")).visit("visit-1")
        >>> visit.record("searched", query="dark lamp")
        >>> handoff = visit.hand_over("My lamp is dark, and the fuse is fine.")
        >>> kb.open_handoff(handoff, "case-1", audience="public").new
        1
        >>> [entry.text for entry in kb.case("case-1").entries]
        ['dark lamp', 'My lamp is dark, and the fuse is fine.']
        """
        return _codec.decode(Merged, self._open_handoff(_codec.text(handoff), case, audience))
