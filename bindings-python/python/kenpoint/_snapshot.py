"""Snapshots as Python has them: what one audience may see, in a file, without the base."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, SupportsIndex

from . import _codec, _html, _kenpoint
from ._many import Many
from ._visit import Visit
from .model import Article, Completions, ProductItem, RankPolicy, SnapshotInfo, Viewer


def open_snapshot(source: str | os.PathLike[str] | bytes | bytearray) -> Snapshot:
    """Opens what `KnowledgeBase.snapshot` made: a file, by its path, or its bytes.

    Any number of processes may open one file; each has the index in memory, and reads texts from the file when they
    are shown. Everything else is compared with its digest here. A file may be the front that `cut_snapshot` gives: its
    parts are then read from the folder beside it, and a call that wants one that is not there raises IoError.

    Raises NotABaseError for something else, FormatTooNewError for a file of a later version, CorruptError if a byte
    is not as it was written or there are too few or too many, IoError if the file cannot be read.

    >>> import kenpoint
    >>> kenpoint.open_snapshot(kenpoint.memory().snapshot("public")).info.audience
    'public'
    """
    # Absolute, so that `refresh` and a pickle find the file wherever the process is by then.
    where = Path(source).absolute() if isinstance(source, str | os.PathLike) else source
    return Snapshot(_kenpoint._open_snapshot(where))


def cut_snapshot(bytes: bytes | bytearray) -> tuple[bytes, dict[str, bytes]]:
    """Cuts what `KnowledgeBase.snapshot` returned for a page that does not load it as a whole: into the front, by which
    it is opened, and parts of some KiB each by their names, which a page loads when it wants them.

    The front is a file, and the parts are files in the folder beside it that is called as it is with `.d` behind its
    name; `open_snapshot` opens that as well. A part that did not change keeps its name, so it may be kept for ever.

    Raises what `open_snapshot` raises.

    >>> import kenpoint
    >>> kb = kenpoint.memory()
    >>> lamp = {"id": "lamp", "kind": "product", "title": "The lamp", "sections": [{"role": "resolution", "text": "A fuse."}]}
    >>> kb.put(lamp).version
    1
    >>> front, parts = kenpoint.cut_snapshot(kb.snapshot("internal", pages=True))
    >>> len(front) > 100, len(parts), {len(name) for name in parts}
    (True, 5, {32})
    """
    return _kenpoint._cut_snapshot(bytes)


def part_names(front: bytes | bytearray) -> list[str]:
    """The names of the parts of a front that `cut_snapshot` gave, in order, without opening it; of a whole file those it
    is cut into.

    Who has an earlier front open, or keeps it, still asks for its parts: remove those only that none of these fronts
    names.

    Raises NotABaseError, FormatTooNewError or CorruptError.

    >>> import kenpoint
    >>> front, parts = kenpoint.cut_snapshot(kenpoint.memory().snapshot("internal"))
    >>> kenpoint.part_names(front) == sorted(parts)
    True
    """
    return _kenpoint._part_names(front)


class Snapshot(Many, _kenpoint.Snapshot):
    """What one audience may see of a base, as of an instant. Made by `kenpoint.open_snapshot`.

    It answers as the base does, to the bit, and writes nothing. It may be used from many threads, and in the child of
    a fork. One of a file pickles by its path, where another process finds what lies there by then.

    >>> import kenpoint
    >>> snapshot = kenpoint.open_snapshot(kenpoint.memory().snapshot("public"))
    >>> snapshot.info.articles
    0
    """

    @property
    def info(self) -> SnapshotInfo:
        """What it is; of the newer one after `refresh`."""
        return _codec.decode(SnapshotInfo, self._info())

    @property
    def path(self) -> Path | None:
        """The file it was opened from; nothing, if it was opened from bytes."""
        return self._path()

    @property
    def policy(self) -> RankPolicy:
        """The ranking policy it was made under."""
        return RankPolicy._of(self._policy())

    def article(self, id: str) -> Article:
        """An article as the snapshot's viewers see it, by its id or by that of one merged into it.

        What may not leave the base is not there: owner, author, source, family, sections for narrower audiences.

        Raises ArticleNotFoundError.
        """
        return _codec.decode(Article, self._article(id))

    def complete(
        self,
        typed: str,
        *,
        viewer: str | Viewer | Mapping[str, Any],
        limit: SupportsIndex = 10,
        now: datetime.datetime | None = None,
    ) -> Completions:
        """How what is being typed may go on: up to `limit` completions of its last word, and up to `limit` titles of
        articles that are shown at `now`. Nothing for less than two characters.

        viewer, now: as in `search`.
        limit: 1 to 10,000.

        Raises what `search` raises for viewer and instant, TooLargeError for a text over 8 KiB. Cost: a pass over the
        words that begin so.

        >>> import kenpoint
        >>> kb = kenpoint.memory()
        >>> kb.put({"id": "lamp", "kind": "product", "title": "The lamp stays dark"}).version
        1
        >>> snapshot = kenpoint.open_snapshot(kb.snapshot("internal"))
        >>> [word.text for word in snapshot.complete("the la", viewer="internal").words]
        ['the lamp']
        """
        return _codec.decode(Completions, self._complete(typed, viewer, limit, now))

    def visit(
        self,
        session: str,
        *,
        party: str | None = None,
        channel: str | None = None,
        products: Sequence[ProductItem | Mapping[str, Any]] = (),
    ) -> Visit:
        """A visit of its viewers, to which every event of one need is told.

        session: its id, unique among all visits.
        party: who it is, if that is known.
        channel: web, app, chat...
        products: what it is about.

        Raises InvalidValueError and TooLargeError for an id of the wrong form.
        """
        return Visit(self._visit(session, party, channel, _codec.encode(products)))

    def __reduce__(self) -> Any:
        if self.path is None:
            raise TypeError("a snapshot of bytes cannot be pickled: it does not keep them; pass the bytes, or open it from a file")
        return open_snapshot, (self.path,)

    def __repr__(self) -> str:
        info = self.info
        return f"Snapshot(audience={info.audience!r}, known={info.known.isoformat()}, articles={info.articles}, cases={info.cases})"

    def _repr_html_(self) -> str:
        return _html.snapshot(self.info)
