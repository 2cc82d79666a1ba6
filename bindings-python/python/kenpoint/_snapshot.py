"""Snapshots: read-only files of the content that one audience may see."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, SupportsIndex

from . import _codec, _html, _kenpoint
from ._batch import BatchQueries
from ._visit import Visit
from .model import Article, Completions, ProductItem, RankPolicy, SnapshotInfo, SnapshotShards, Viewer


def open_snapshot(source: str | os.PathLike[str] | bytes | bytearray) -> Snapshot:
    """Opens a snapshot made by `KnowledgeBase.snapshot`, from a file or from its bytes.

    Any number of processes may open one file. Each holds the index in memory and reads texts from the file when they are
    shown; everything else is checked against its digest here. A file may also be the manifest of `split_snapshot`: its
    shards are then read from the folder beside it, and a call that needs a missing shard raises IoError.

    Raises NotABaseError for another file, FormatTooNewError for a file of a later version, CorruptError for a damaged,
    truncated or extended file, IoError for a file that cannot be read.

    >>> import kenpoint
    >>> kenpoint.open_snapshot(kenpoint.memory().snapshot("public")).info.audience
    'public'
    """
    # An absolute path, so that `refresh` and a pickle find the file after the process changed its folder.
    where = Path(source).absolute() if isinstance(source, str | os.PathLike) else source
    return Snapshot(_kenpoint._open_snapshot(where))


def split_snapshot(snapshot: bytes | bytearray) -> SnapshotShards:
    """Splits a snapshot for pages that load it on demand: into a manifest, which opens it, and shards of some KiB each.

    Write the manifest to a file and the shards, each under its name, to the folder with the name of that file and `.d`
    appended; `open_snapshot` opens that file too. An unchanged shard keeps its name, so shards may be cached for ever.

    Raises the errors of `open_snapshot`.

    >>> import kenpoint
    >>> kb = kenpoint.memory()
    >>> lamp = {"id": "lamp", "kind": "product", "title": "The lamp", "sections": [{"role": "resolution", "text": "A fuse."}]}
    >>> kb.put(lamp).version
    1
    >>> split = kenpoint.split_snapshot(kb.snapshot("internal", pages=True))
    >>> len(split.manifest) > 100, len(split.shards), {len(name) for name in split.shards}
    (True, 5, {32})
    """
    manifest, shards = _kenpoint._split_snapshot(snapshot)
    return SnapshotShards(manifest, shards)


def shard_names(manifest: bytes | bytearray) -> list[str]:
    """Lists the shards that a manifest refers to, in order, so that stale ones can be deleted. For a whole snapshot, lists
    the shards of its split.

    Readers with an older manifest still need its shards: delete only shards that no manifest in use refers to.

    Raises NotABaseError, FormatTooNewError or CorruptError.

    >>> import kenpoint
    >>> split = kenpoint.split_snapshot(kenpoint.memory().snapshot("internal"))
    >>> kenpoint.shard_names(split.manifest) == sorted(split.shards)
    True
    """
    return _kenpoint._shard_names(manifest)


class Snapshot(BatchQueries, _kenpoint.Snapshot):
    """The content of a base that one audience may see, as of an instant. Made by `kenpoint.open_snapshot`.

    Answers are bit-identical to those of the base. A snapshot is read-only and may be used from many threads and in the
    child of a fork. A snapshot of a file pickles by its path: the other process opens the current file at that path.

    >>> import kenpoint
    >>> snapshot = kenpoint.open_snapshot(kenpoint.memory().snapshot("public"))
    >>> snapshot.info.articles
    0
    """

    @property
    def info(self) -> SnapshotInfo:
        """The description of the snapshot; after `refresh`, that of the newer one."""
        return _codec.decode(SnapshotInfo, self._info())

    @property
    def path(self) -> Path | None:
        """The file it was opened from; None if it was opened from bytes."""
        return self._path()

    @property
    def policy(self) -> RankPolicy:
        """The ranking policy it was made under."""
        return RankPolicy._of(self._policy())

    def article(self, article: str) -> Article:
        """Returns an article as viewers of the snapshot see it, by its id or the id of an article merged into it.

        Owner, author, source, family and sections for narrower audiences are not in a snapshot.

        Raises ArticleNotFoundError.
        """
        return _codec.decode(Article, self._article(article))

    def complete(
        self,
        typed: str,
        *,
        viewer: str | Viewer | Mapping[str, Any],
        limit: SupportsIndex = 10,
        now: datetime.datetime | None = None,
    ) -> Completions:
        """Completes a query being typed: returns up to `limit` completions of its last word, and up to `limit` titles of
        articles shown at `now`. Returns nothing for less than two characters.

        viewer, now: as in `search`.
        limit: 1 to 10,000.

        Raises the errors of `search` for viewer and instant, TooLargeError for a text over 8 KiB. Cost: one pass over the
        words with that prefix.

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
        """Starts a visit, which records the events of one visitor about one problem.

        session: its id, unique among all visits.
        party: the customer, if known.
        channel: web, app, chat...
        products: the products concerned.

        Raises InvalidValueError and TooLargeError for a malformed id.
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
