"""The self-service methods of a base: snapshots, visits, merged events and handoffs."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping, Sequence
from typing import Any, overload

from . import _codec, _kenpoint
from ._visit import Visit
from .model import Handoff, MergeReport, ProductItem, SnapshotInfo, Viewer


class SelfService(_kenpoint.Base):
    """The self-service methods of a base."""

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
        """Publishes a snapshot: a read-only file of the content one audience may see, for `kenpoint.open_snapshot`.

        It contains the articles that the viewer may see at the instant, their index and evidence, and for viewers who may
        read cases also past cases and links. It contains no people and no texts of cases, and no article that becomes
        valid later.

        viewer: an audience label, or a `Viewer` with the entitlements of its viewers.
        path: the file to write. It is replaced atomically and is durable when this returns; readers keep the old one
            until `Snapshot.refresh`. Returns its info. Without a path, returns the bytes.
        at: the instant whose knowledge is published; default: now.
        pages: writes articles as safe HTML, as the browser package requires, instead of their markup. Answers are equal.

        Raises UnknownNameError for an unknown audience; IoError or DiskFullError if the file cannot be written, and the
        old file then stays. Ctrl-C ends it. Cost: about that of importing what the viewer sees; an instant before the
        last record adds the cost of `as_of`.

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
        """Starts a visit to this base itself, for hosts that serve pages from it; see `Snapshot.visit`."""
        return Visit(self._visit(session, viewer, party, channel, _codec.encode(products)))

    def merge_events(
        self, batch: str | Mapping[str, Any], *, audience: str | Viewer | Mapping[str, Any]
    ) -> MergeReport:
        """Merges the events of a visit, each exactly once by its id. All of them are durable when this returns.

        A batch comes from a page and is not trusted. It may contain only events of a reader, about articles that
        `audience` may see, and that were valid when the event happened. Every event counts as one of `audience`. If that
        label may read cases, events about cases are accepted and actors are believed. Events more than a day ahead of the
        base's clock are rejected. Rejected events are reported; the other events count. In the log, the ids of these
        events begin with `page:`.

        batch: the result of `Visit.take_events`, or its JSON text.
        audience: the audience of the page, which is that of its snapshot; a `Viewer` if it has entitlements.

        Raises InvalidRecordError for a malformed batch, UnknownNameError for an unknown audience, ContradictionError for a
        batch of another base.
        """
        return _codec.decode(MergeReport, self._merge_events(_codec.text(batch), audience))

    def open_handoff(
        self,
        handoff: Handoff | str | Mapping[str, Any],
        case: str,
        *,
        audience: str | Viewer | Mapping[str, Any],
    ) -> MergeReport:
        """Merges the events of a visit like `merge_events`, and opens a case with the customer's own words. `suggest` for
        that case leaves out the articles that did not solve the problem.

        handoff: the result of `Visit.hand_over`, or its JSON text. Repeating it for the same case changes nothing.
        case: the id of the new case.

        Raises the errors of `merge_events` and `open_case`.

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
        return _codec.decode(MergeReport, self._open_handoff(_codec.text(handoff), case, audience))
