"""Many questions at once: of a base or of a snapshot."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, SupportsFloat, SupportsIndex

from . import _progress
from ._kenpoint import SearchAnswer, SuggestAnswer
from ._progress import Tell
from .model import Context, Filter, Viewer


class _Asked(Protocol):
    """What the compiled part of a base and of a snapshot has for this."""

    def _search_many(self, *args: Any, **kwargs: Any) -> list[SearchAnswer]: ...

    def _suggest_many(self, *args: Any, **kwargs: Any) -> list[SuggestAnswer]: ...


class Many:
    """The part of a base or of a snapshot that is about many questions."""

    def search_many(
        self: _Asked,
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
        progress: bool | Tell = False,
    ) -> list[SearchAnswer]:
        """Searches with many queries: a base over all its threads, a snapshot with one after another.

        The answers are in the order of the queries and equal to those of single calls; the arguments are
        those of `search`, the same for all. The first query that fails raises its error. Ctrl-C ends it.

        progress: True for a bar, or a function, as in `import_path`; it is told the number of answers so far.

        >>> import kenpoint
        >>> kb = kenpoint.memory()
        >>> [len(answer) for answer in kb.search_many(["lamp", "light"], viewer="public")]
        [0, 0]
        """
        return _progress.in_parts(
            "search_many",
            queries,
            progress,
            lambda part: self._search_many(
                part,
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
        self: _Asked,
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
        progress: bool | Tell = False,
    ) -> list[SuggestAnswer]:
        """Suggests for many cases, or for many texts: a base over all its threads, a snapshot for one after another.

        cases: ids of cases of the base.
        texts: in place of `cases`, texts that are not cases yet.
        progress: True for a bar, or a function, as in `import_path`; it is told the number of answers so far.
        The other arguments are those of `suggest`, the same for all. The answers are in the order given and
        equal to those of single calls. The first that fails raises its error. Ctrl-C ends it.

        >>> import kenpoint
        >>> kb = kenpoint.memory()
        >>> [answer.abstained for answer in kb.suggest_many(texts=["no light", "red light"], viewer="internal")]
        [False, False]
        """

        def ask(part: Iterable[str] | None, words: Iterable[str] | None) -> list[SuggestAnswer]:
            return self._suggest_many(
                part,
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
            return _progress.in_parts("suggest_many", texts, progress, lambda part: ask(None, part))
        if cases is not None and texts is None:
            return _progress.in_parts("suggest_many", cases, progress, lambda part: ask(part, None))
        # Neither or both: the core's binding says what is wrong.
        return ask(cases, texts)
