"""Batches of queries, for a base or a snapshot."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, SupportsFloat, SupportsIndex

from . import _progress
from ._kenpoint import SearchAnswer, SuggestAnswer
from ._progress import ProgressCallback
from .model import Context, Filter, Viewer


class _Compiled(Protocol):
    """The methods of the compiled part of a base or a snapshot."""

    def _search_many(self, *args: Any, **kwargs: Any) -> list[SearchAnswer]: ...

    def _suggest_many(self, *args: Any, **kwargs: Any) -> list[SuggestAnswer]: ...


class BatchQueries:
    """The batch methods of a base or a snapshot."""

    def search_many(
        self: _Compiled,
        queries: Iterable[str],
        *,
        viewer: str | Viewer | Mapping[str, Any],
        context: Context | Mapping[str, Any] | None = None,
        filter: Filter | Mapping[str, Any] | None = None,
        limit: SupportsIndex = 10,
        offset: SupportsIndex = 0,
        now: datetime.datetime | None = None,
        explain: bool = False,
        snippet_chars: SupportsIndex = 240,
        progress: bool | ProgressCallback = False,
    ) -> list[SearchAnswer]:
        """Searches with many queries: a base on all its threads, a snapshot one after another.

        The answers are in the order of the queries and equal to those of single calls. The other arguments are those of
        `search` and apply to all queries. The first query that fails raises its error. Ctrl-C ends the call.

        progress: True for a bar, or a callback as in `import_path` with the number of answers so far.

        >>> import kenpoint
        >>> kb = kenpoint.memory()
        >>> [len(answer) for answer in kb.search_many(["lamp", "light"], viewer="public")]
        [0, 0]
        """
        return _progress.in_chunks(
            "search_many",
            queries,
            progress,
            lambda chunk: self._search_many(
                chunk,
                viewer=viewer,
                context=context,
                filter=filter,
                limit=limit,
                offset=offset,
                now=now,
                explain=explain,
                snippet_chars=snippet_chars,
            ),
        )

    def suggest_many(
        self: _Compiled,
        cases: Iterable[str] | None = None,
        *,
        texts: Iterable[str] | None = None,
        viewer: str | Viewer | Mapping[str, Any],
        context: Context | Mapping[str, Any] | None = None,
        filter: Filter | Mapping[str, Any] | None = None,
        limit: SupportsIndex = 3,
        threshold: SupportsFloat | SupportsIndex | None = None,
        now: datetime.datetime | None = None,
        snippet_chars: SupportsIndex = 240,
        progress: bool | ProgressCallback = False,
    ) -> list[SuggestAnswer]:
        """Suggests for many cases, or for many texts: a base on all its threads, a snapshot one after another.

        The answers are in the order given and equal to those of single calls. The other arguments are those of `suggest`
        and apply to all. The first call that fails raises its error. Ctrl-C ends the call.

        cases: ids of cases of the base.
        texts: texts without a case, instead of `cases`.
        progress: True for a bar, or a callback as in `import_path` with the number of answers so far.

        >>> import kenpoint
        >>> kb = kenpoint.memory()
        >>> [answer.abstained for answer in kb.suggest_many(texts=["no light", "red light"], viewer="internal")]
        [False, False]
        """

        def suggest(ids: Iterable[str] | None, words: Iterable[str] | None) -> list[SuggestAnswer]:
            return self._suggest_many(
                ids,
                texts=words,
                viewer=viewer,
                context=context,
                filter=filter,
                limit=limit,
                threshold=threshold,
                now=now,
                snippet_chars=snippet_chars,
            )

        if cases is None and texts is not None:
            return _progress.in_chunks("suggest_many", texts, progress, lambda chunk: suggest(None, chunk))
        if cases is not None and texts is None:
            return _progress.in_chunks("suggest_many", cases, progress, lambda chunk: suggest(chunk, None))
        # Neither or both: the compiled part raises the error.
        return suggest(cases, texts)
