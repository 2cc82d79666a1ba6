"""
The compiled part of kenpoint.
"""

import collections.abc
import datetime
import os
import typing

from kenpoint import model

from _typeshed import SupportsGetItem
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, SupportsFloat, SupportsIndex, final
from typing_extensions import disjoint_base

__all__ = ["__version__", "Base", "Explanation", "Factor", "FixedClock", "Hit", "Rows", "SearchAnswer", "SharedResources", "SimilarCase", "Snapshot", "Snippet", "SuggestAnswer", "Suggestion", "Visit", "_all_codes", "_all_names", "_answer_rows", "_closes_case", "_handoff_request", "_normal", "_open", "_open_snapshot", "_policy", "_policy_numbers", "_read_visit", "_shard_names", "_split_snapshot", "_time_load"]

__version__: Final[str]

@disjoint_base
class Base:
    """
    The compiled part of a base.
    """
    def __new__(cls, /, base: Base) -> typing.Self: ...
    def _actor(self, /, id: str) -> str: ...
    def _archive(self, /, article: str) -> str: ...
    def _article(self, /, id: str) -> str: ...
    def _article_for(self, /, id: str, viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]", now: "datetime.datetime | None") -> str:
        """
        Returns an article as a viewer sees it.
        """
    def _as_of(self, /, known: "datetime.datetime", policy: str | None) -> Base:
        """
        Returns the base as it was known at an instant, under the policy of that time or another one.
        """
    def _case(self, /, id: str) -> str: ...
    def _change_state(self, /, article: str, confidence: str | None, audience: str | None, governance: str | None) -> str: ...
    def _close_case(self, /, case: str) -> str: ...
    def _counts(self, /) -> str: ...
    def _evidence(self, /, id: str) -> str: ...
    def _export_bytes(self, /) -> bytes:
        """
        Returns the log as JSON lines.
        """
    def _export_path(self, /, path: "str | os.PathLike[str]") -> int:
        """
        Writes the log as JSON lines to a new file.
        """
    def _flag(self, /, article: str, reason: str, by: str) -> str: ...
    def _freshness(self, /, id: str, now: "datetime.datetime | None") -> str: ...
    def _import_bytes(self, /, name: str, bytes: "bytes | bytearray", options: str | None, progress: "collections.abc.Callable[[str, int, int, int], object] | None") -> str:
        """
        Imports one source from memory; its name determines the format.
        """
    def _import_path(self, /, path: "str | os.PathLike[str]", options: str | None, progress: "collections.abc.Callable[[str, int, int, int], object] | None") -> str:
        """
        Imports a file or a folder. The progress callback gets file, records, skipped, bytes.
        """
    def _impression_of(self, /, token: str) -> str: ...
    def _judge_link(self, /, case: str, article: str, link: str, verdict: str) -> str: ...
    def _link(self, /, draft: str, by: str) -> str: ...
    def _links_of_article(self, /, id: str) -> str: ...
    def _links_of_case(self, /, id: str) -> str: ...
    def _load(self, /, tables: "collections.abc.Sequence[tuple[str, object, collections.abc.Mapping[str, str], str, collections.abc.Sequence[str], bool, bool]]", options: str | None, progress: "collections.abc.Callable[[str, int, int, int], object] | None") -> str:
        """
        Imports the rows of Arrow producers into tables of the base, as one import.
        """
    def _merge(self, /, article: str, into: str) -> str: ...
    def _merge_events(self, /, batch: str, viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]") -> str: ...
    def _note(self, /, case: str, entry: str) -> str: ...
    def _open_case(self, /, draft: str) -> str: ...
    def _open_handoff(self, /, handoff: str, case: str, viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]") -> str: ...
    def _policy(self, /) -> str: ...
    def _provoke_fault(self, /) -> None:
        """
        Panics, for the test that no panic reaches Python.
        """
    def _publish(self, /, article: str, audience: str) -> str: ...
    def _put(self, /, draft: str, expects: SupportsIndex | None) -> tuple[int, str]: ...
    def _record_all(self, /, events: SupportsGetItem[int, str]) -> list[str]:
        """
        Records events, given as JSON texts.
        """
    def _relate(self, /, article: str, to: str, relation: str) -> str: ...
    def _reopen_case(self, /, case: str) -> str: ...
    def _replay(self, /, instants: "collections.abc.Sequence[datetime.datetime]", visit: "collections.abc.Callable[[int, Base], object]", policy: str | None) -> None:
        """
        Calls `visit` for each instant with its index and the base as it was known then.
        """
    def _resolve_case(self, /, case: str, first_contact: bool | None) -> str: ...
    def _retract_link(self, /, case: str, article: str, link: str) -> str: ...
    def _review_queue(self, /, owner: str | None, from_state: str, limit: SupportsIndex, now: "datetime.datetime | None") -> str: ...
    def _search_many(self, /, queries: "collections.abc.Iterable[str]", *, viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]", context: "model.Context | collections.abc.Mapping[str, typing.Any] | None", filter: "model.Filter | collections.abc.Mapping[str, typing.Any] | None", limit: SupportsIndex, offset: SupportsIndex, now: "datetime.datetime | None", explain: bool, snippet_chars: SupportsIndex) -> "list[SearchAnswer]":
        """
        Searches with many queries, on all threads of the base.
        """
    def _session(self, /, id: str) -> str: ...
    def _set_fact(self, /, draft: str) -> str: ...
    def _set_policy(self, /, policy: str) -> str: ...
    def _snapshot_bytes(self, /, viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]", at: "datetime.datetime | None", pages: bool) -> bytes:
        """
        Returns the snapshot of one audience as bytes.
        """
    def _snapshot_path(self, /, viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]", at: "datetime.datetime | None", pages: bool, path: "str | os.PathLike[str]") -> str:
        """
        Writes the snapshot of one audience to a file, replacing an existing one.
        """
    def _stats(self, /) -> str: ...
    def _suggest_many(self, /, cases: "collections.abc.Iterable[str] | None", *, texts: "collections.abc.Iterable[str] | None", viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]", context: "model.Context | collections.abc.Mapping[str, typing.Any] | None", filter: "model.Filter | collections.abc.Mapping[str, typing.Any] | None", limit: SupportsIndex, threshold: SupportsFloat | SupportsIndex | None, now: "datetime.datetime | None", snippet_chars: SupportsIndex) -> "list[SuggestAnswer]":
        """
        Suggests for many cases, or for many texts, on all threads of the base.
        """
    def _table(self, /, table: str, *, text: bool, now: "datetime.datetime | None", owner: str | None = None, from_state: str | None = None, limit: SupportsIndex | None = None) -> Rows:
        """
        Returns the rows of a table of the base.
        """
    def _time_search(self, /, query: str, viewer: str, limit: SupportsIndex) -> int:
        """
        Returns the nanoseconds of one search in Rust, from making the request to dropping the answer.
        """
    def _verify(self, /) -> str: ...
    def _verify_article(self, /, article: str, by: str) -> str: ...
    def _version(self, /, id: str, number: SupportsIndex) -> str: ...
    def _versions(self, /, id: str) -> str: ...
    def _visit(self, /, session: str, viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]", party: str | None, channel: str | None, products: str) -> Visit: ...
    def close(self, /) -> None:
        """
        Flushes, updates the index on disk and closes the files. Closing a closed base does nothing; every other call
        then raises ClosedError. Running calls of other threads continue, and the files are released when the last one
        ends.
        """
    @property
    def closed(self, /) -> bool:
        """
        True if the base was closed.
        """
    def digest(self, /) -> str:
        """
        Returns a digest of the state. Equal logs give equal digests on every machine.

        It takes no viewer and hides nothing (docs/viewers.md).
        """
    def flush(self, /) -> None:
        """
        Makes all recorded events durable, including relaxed ones such as `searched`, `shown` and `viewed`.
        """
    def now(self, /) -> "datetime.datetime":
        """
        Returns the current instant of the base's clock.
        """
    def search(self, /, query: str, *, viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]", context: "model.Context | collections.abc.Mapping[str, typing.Any] | None" = None, filter: "model.Filter | collections.abc.Mapping[str, typing.Any] | None" = None, limit: "typing.SupportsIndex" = 10, offset: "typing.SupportsIndex" = 0, now: "datetime.datetime | None" = None, explain: bool = False, snippet_chars: "typing.SupportsIndex" = 240) -> SearchAnswer:
        """
        Searches for articles and facts. Writes nothing.

        query: words, "phrases", +must, -not, prefix*, field:word; at most 8 KiB.
        viewer: an audience label, or a `Viewer` with entitlements. Articles that the viewer may not see do not influence
            the answer.
        context: known facts about the customer's situation: products, region, channel, language (`Context`).
        filter: conditions that every hit satisfies (`Filter`).
        limit: number of hits, from 1; `limit + offset` is at most 10,000.
        offset: number of leading hits to skip.
        now: the instant of the view; default: the base's clock.
        snippet_chars: length limit of a snippet in characters, at most 2,000. With 0 no article text is read, which
            saves most of the work for long articles.
        explain: adds an explanation to each hit.

        Raises TooLargeError for a query over its limit, UnknownNameError for an unknown audience.

        >>> import kenpoint
        >>> kb = kenpoint.memory()
        >>> lamp = kenpoint.ArticleDraft("lamp", "product", "The lamp stays dark", audience="public",
        ...     confidence="validated", sections=[kenpoint.Section("resolution", "Change the fuse.")])
        >>> kb.put(lamp).version
        1
        >>> kb.search("dark lamps", viewer="public")[0].id
        'lamp'
        """
    def solve_rate(self, /, article: str, *, now: "datetime.datetime | None" = None) -> float:
        """
        Returns the probability, 0 to 1, that an article solves the problem of its reader, by all evidence so far.

        It takes no viewer and hides nothing (docs/viewers.md).

        now: the instant at which evidence is weighed; default: the base's clock.

        Raises ArticleNotFoundError.
        """
    def suggest(self, /, case: str | None = None, *, text: str | None = None, viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]", context: "model.Context | collections.abc.Mapping[str, typing.Any] | None" = None, filter: "model.Filter | collections.abc.Mapping[str, typing.Any] | None" = None, limit: "typing.SupportsIndex" = 3, threshold: SupportsFloat | SupportsIndex | None = None, now: "datetime.datetime | None" = None, snippet_chars: "typing.SupportsIndex" = 240) -> SuggestAnswer:
        """
        Suggests articles for a case, or for a text without a case. Writes nothing.

        Suggestions are ranked by words, by similar past cases and the articles that solved them, and by the context.
        Articles that were already tried and articles with a solve probability below the threshold are left out.

        case: the id of a case of the base.
        text: text without a case, or text in addition to the case; at most 256 KiB with the case.
        viewer, context, filter, now: as in `search`. Party, products and channel of the case are added to the context.
        limit: number of suggestions, 1 to 10,000.
        threshold: lowest solve probability, 0 to 1; default: the policy's.
        snippet_chars: as in `search`.

        Raises CaseNotFoundError, and the errors of `search`.

        >>> import kenpoint
        >>> kb = kenpoint.memory()
        >>> kb.suggest(text="No light since the storm", viewer="internal").suggestions
        []
        """

@final
class Explanation:
    """
    The explanation of a score.
    """
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> "tuple[typing.Any, ...]": ...
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str: ...
    @property
    def case_evidence(self, /) -> float:
        """
        The share of relevance that comes from past cases, 0 to 1.
        """
    @property
    def factors(self, /) -> list[Factor]:
        """
        The factors, in the order of multiplication.
        """
    def fold(self, /) -> float:
        """
        Returns the product of the factors in their order, which is bit-identical to the score.
        """
    @classmethod
    def from_json(cls, /, text: str) -> Explanation:
        """
        Reads a value from its JSON text.
        """
    @property
    def matched(self, /) -> list[tuple[str, float]]:
        """
        The matched words of the query with their share of `text`, best first.
        """
    @property
    def score(self, /) -> float:
        """
        The score.
        """
    @property
    def summary(self, /) -> str:
        """
        The explanation in one sentence.
        """
    @property
    def text(self, /) -> float:
        """
        The share of relevance that comes from the text, 0 to 1.
        """
    def to_json(self, /) -> str:
        """
        Returns the value as JSON text, in the form that all languages share.
        """

@final
class Factor:
    """
    One factor of a score.
    """
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> "tuple[typing.Any, ...]": ...
    def __repr__(self, /) -> str: ...
    @classmethod
    def from_json(cls, /, text: str) -> Factor:
        """
        Reads a value from its JSON text.
        """
    @property
    def name(self, /) -> model.FactorName:
        """
        The name of the factor.
        """
    def to_json(self, /) -> str:
        """
        Returns the value as JSON text, in the form that all languages share.
        """
    @property
    def value(self, /) -> float:
        """
        The number that the score is multiplied by.
        """
    @property
    def words(self, /) -> str:
        """
        The reason, in words.
        """

@final
class FixedClock:
    """
    A clock that changes only when it is set: for tests, replays and imports of history.

    Pass it as `clock=` when you open a base. The base then reads it instead of the machine's clock.

    >>> import datetime, kenpoint
    >>> clock = kenpoint.FixedClock(datetime.datetime(2026, 11, 20, tzinfo=datetime.timezone.utc))
    >>> kb = kenpoint.memory(clock=clock)
    >>> clock.advance(datetime.timedelta(hours=9))
    >>> kb.now().isoformat()
    '2026-11-20T09:00:00+00:00'
    """
    def __new__(cls, /, at: "datetime.datetime") -> FixedClock:
        """
        Makes a clock that is set to `at`, an aware `datetime`.
        """
    def __repr__(self, /) -> str: ...
    def advance(self, /, by: "datetime.timedelta") -> None:
        """
        Advances the clock by a `timedelta`, truncated to milliseconds.
        """
    def now(self, /) -> "datetime.datetime":
        """
        Returns the instant that the clock is set to.
        """
    def set(self, /, at: "datetime.datetime") -> None:
        """
        Sets the clock to an instant, earlier ones included.
        """

@final
class Hit:
    """
    One result of a search.
    """
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> "tuple[typing.Any, ...]": ...
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str: ...
    @property
    def explanation(self, /) -> Explanation | None:
        """
        The explanation of the score, if the search was called with `explain=True`.
        """
    @property
    def freshness(self, /) -> model.FreshnessState:
        """
        The freshness state of the article.
        """
    @classmethod
    def from_json(cls, /, text: str) -> Hit:
        """
        Reads a value from its JSON text.
        """
    @property
    def id(self, /) -> str:
        """
        The id of the article.
        """
    @property
    def kind(self, /) -> model.Kind:
        """
        The kind of the article.
        """
    @property
    def score(self, /) -> float:
        """
        The score. Results are ordered by score, then by id.
        """
    @property
    def snippet(self, /) -> Snippet:
        """
        The passage that matches.
        """
    @property
    def solve_probability(self, /) -> float:
        """
        The probability that the article solves the problem, 0 to 1.
        """
    @property
    def title(self, /) -> str:
        """
        The title of the article.
        """
    def to_json(self, /) -> str:
        """
        Returns the value as JSON text, in the form that all languages share.
        """
    @property
    def version(self, /) -> int:
        """
        The number of the current version.
        """

@disjoint_base
class Rows:
    """
    Rows in columns, the base class of `kenpoint.Table`.
    """
    def __arrow_c_schema__(self, /) -> "typing.Any":
        """
        Returns the types of the columns, for consumers of the Arrow PyCapsule interface.
        """
    def __arrow_c_stream__(self, /, requested_schema: "object" = None) -> "typing.Any":
        """
        Returns the rows as an Arrow stream, for consumers of the Arrow PyCapsule interface.
        """
    def __len__(self, /) -> int: ...
    def __new__(cls, /, rows: Rows) -> typing.Self: ...
    @property
    def columns(self, /) -> list[str]:
        """
        Names of the columns, in order.
        """
    def to_dicts(self, /, limit: SupportsIndex | None = None) -> "list[dict[str, typing.Any]]":
        """
        Returns the rows as mappings from column name to value, at most `limit` of them.
        """

@final
class SearchAnswer:
    """
    The answer to a search: a sequence of hits, best first.
    """
    def __eq__(self, value: object, /) -> bool: ...
    @typing.overload
    def __getitem__(self, index: slice, /) -> list[Hit]: ...
    @typing.overload
    def __getitem__(self, index: typing.SupportsIndex, /) -> Hit:
        """
        Returns the result at an index, from 0; a slice gives a list.
        """
    def __iter__(self, /) -> typing.Iterator[Hit]: ...
    def __len__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> "tuple[typing.Any, ...]": ...
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str: ...
    @property
    def answerable(self, /) -> float:
        """
        The probability that the best hit solves the problem, 0 to 1; 0 without hits.
        """
    @classmethod
    def from_json(cls, /, text: str) -> SearchAnswer:
        """
        Reads an answer from its JSON text.
        """
    @property
    def hits(self, /) -> list[Hit]:
        """
        The results, best first; ties are ordered by id.
        """
    @property
    def impression(self, /) -> str:
        """
        The impression token that identifies this answer in feedback: pass it with `shown`, `clicked` and `viewed`.
        """
    @property
    def is_partial(self, /) -> bool:
        """
        True if a work limit cut the search short.
        """
    @property
    def relaxed(self, /) -> list[str]:
        """
        The parts of the query, as typed, that were read as plain words although their signs ask for more, or dropped:
        conditions that no visible article meets, signs in a pasted text or a command, words of a long text. Empty for
        most queries.
        """
    def to_json(self, /) -> str:
        """
        Returns the answer as JSON text, in the form that all languages share.
        """

@final
class SharedResources:
    """
    Threads and one cache that many bases share, so that neither grows with the number of bases.

    threads: the greatest number of threads for batches, and of those for background work, 1 to 256; default: the number
        of cores. They start with their first work.
    cache_bytes: the ceiling of the memory for pages of all stores, in bytes, at least 1 MiB; default: 256 MiB.

    Pass it as `resources=` when you open a base. Bases keep it alive. A process that forks should make it in the child.

    >>> import kenpoint, tempfile
    >>> shared = kenpoint.SharedResources(threads=2, cache_bytes=64 << 20)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with kenpoint.open(folder, resources=shared) as kb:
    ...         print(shared.bases)
    1
    """
    def __new__(cls, /, *, threads: SupportsIndex | None = None, cache_bytes: SupportsIndex | None = None) -> SharedResources:
        """
        Makes resources. Raises InvalidValueError for a number outside its range.
        """
    def __repr__(self, /) -> str: ...
    @property
    def bases(self, /) -> int:
        """
        Number of bases in folders that are open with these resources.
        """
    @property
    def cache_bytes(self, /) -> int:
        """
        Bytes of the cache that hold pages of stores, and those reserved for the stores' own caches.
        """
    @property
    def cache_limit(self, /) -> int:
        """
        The ceiling of `cache_bytes`.
        """
    @property
    def threads(self, /) -> int:
        """
        Number of threads that were started, for batches and for background work.
        """

@final
class SimilarCase:
    """
    A past case that is similar to the question.
    """
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> "tuple[typing.Any, ...]": ...
    def __repr__(self, /) -> str: ...
    @classmethod
    def from_json(cls, /, text: str) -> SimilarCase:
        """
        Reads a value from its JSON text.
        """
    @property
    def id(self, /) -> str:
        """
        The id of the case.
        """
    @property
    def similarity(self, /) -> float:
        """
        The similarity, above 0 and at most 1.
        """
    @property
    def solved_by(self, /) -> list[str]:
        """
        Ids of the articles that resolved the case or helped.
        """
    def to_json(self, /) -> str:
        """
        Returns the value as JSON text, in the form that all languages share.
        """

@disjoint_base
class Snapshot:
    """
    The compiled part of a snapshot.
    """
    def __new__(cls, /, snapshot: Snapshot) -> typing.Self: ...
    def _article(self, /, id: str) -> str: ...
    def _complete(self, /, typed: str, viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]", limit: SupportsIndex, now: "datetime.datetime | None") -> str: ...
    def _info(self, /) -> str: ...
    def _path(self, /) -> Path | None: ...
    def _policy(self, /) -> str: ...
    def _provoke_fault(self, /) -> None:
        """
        Panics, for the test that no panic reaches Python.
        """
    def _search_many(self, /, queries: "collections.abc.Iterable[str]", *, viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]", context: "model.Context | collections.abc.Mapping[str, typing.Any] | None", filter: "model.Filter | collections.abc.Mapping[str, typing.Any] | None", limit: SupportsIndex, offset: SupportsIndex, now: "datetime.datetime | None", explain: bool, snippet_chars: SupportsIndex) -> "list[SearchAnswer]":
        """
        Searches with many queries, one after another.
        """
    def _suggest_many(self, /, cases: "collections.abc.Iterable[str] | None", *, texts: "collections.abc.Iterable[str] | None", viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]", context: "model.Context | collections.abc.Mapping[str, typing.Any] | None", filter: "model.Filter | collections.abc.Mapping[str, typing.Any] | None", limit: SupportsIndex, threshold: SupportsFloat | SupportsIndex | None, now: "datetime.datetime | None", snippet_chars: SupportsIndex) -> "list[SuggestAnswer]":
        """
        Suggests for many cases, or for many texts, one after another.
        """
    def _visit(self, /, session: str, party: str | None, channel: str | None, products: str) -> Visit: ...
    def article_ids(self, /) -> list[str]:
        """
        Returns the ids of all articles, in order.
        """
    def refresh(self, /) -> bool:
        """
        Reads the file again if a newer snapshot has replaced it. Later calls use the new snapshot; running calls finish
        with the old one.

        Returns True if there was a newer snapshot; False if the file is unchanged or the snapshot was opened from bytes.

        Raises ContradictionError for a file of another base or another viewer; CorruptError, NotABaseError,
        FormatTooNewError and IoError for a file that is not a readable snapshot. The old snapshot then stays in use.
        Cost for an unchanged file: opening it and reading a few hundred bytes.

        >>> import kenpoint, pathlib, tempfile
        >>> kb = kenpoint.memory()
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = pathlib.Path(folder, "help.ken")
        ...     articles = kb.snapshot("internal", file).articles
        ...     snapshot = kenpoint.open_snapshot(file)
        ...     put = kb.put({"id": "lamp", "kind": "product", "title": "The lamp stays dark"})
        ...     articles = kb.snapshot("internal", file).articles
        ...     print(snapshot.refresh(), snapshot.refresh(), snapshot.article_ids())
        True False ['lamp']
        """
    def search(self, /, query: str, *, viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]", context: "model.Context | collections.abc.Mapping[str, typing.Any] | None" = None, filter: "model.Filter | collections.abc.Mapping[str, typing.Any] | None" = None, limit: "typing.SupportsIndex" = 10, offset: "typing.SupportsIndex" = 0, now: "datetime.datetime | None" = None, explain: bool = False, snippet_chars: "typing.SupportsIndex" = 240) -> SearchAnswer:
        """
        Searches like `KnowledgeBase.search`, with the same arguments and bit-identical answers.

        viewer: the audience of the snapshot, with at most its entitlements.
        now: the instant of the view, not before `info.known`; default: the later of the machine's clock and `info.known`.

        Raises the errors of `KnowledgeBase.search`, OutOfHistoryError for an earlier instant, UnknownNameError for
        another viewer.

        >>> import kenpoint
        >>> kb = kenpoint.memory()
        >>> lamp = kenpoint.ArticleDraft("lamp", "product", "The lamp stays dark", audience="public",
        ...     confidence="validated", sections=[kenpoint.Section("resolution", "Change the fuse.")])
        >>> kb.put(lamp).version
        1
        >>> snapshot = kenpoint.open_snapshot(kb.snapshot("public"))
        >>> now = kb.now()
        >>> snapshot.search("dark lamps", viewer="public", now=now) == kb.search("dark lamps", viewer="public", now=now)
        True
        """
    def suggest(self, /, case: str | None = None, *, text: str | None = None, viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]", context: "model.Context | collections.abc.Mapping[str, typing.Any] | None" = None, filter: "model.Filter | collections.abc.Mapping[str, typing.Any] | None" = None, limit: "typing.SupportsIndex" = 3, threshold: SupportsFloat | SupportsIndex | None = None, now: "datetime.datetime | None" = None, snippet_chars: "typing.SupportsIndex" = 240) -> SuggestAnswer:
        """
        Suggests articles for a text like `KnowledgeBase.suggest`, with the same arguments and bit-identical answers.

        case: a snapshot has no notes of cases, so give the text in `text`. A named case contributes only its failed
            articles, which are left out, and is never its own precedent.
        viewer, now: as in `search`.

        Raises the errors of `search`.

        >>> import kenpoint
        >>> snapshot = kenpoint.open_snapshot(kenpoint.memory().snapshot("internal"))
        >>> snapshot.suggest(text="No light since the storm", viewer="internal").suggestions
        []
        """

@final
class Snippet:
    """
    A passage of an article's plain text with the ranges that match.
    """
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> "tuple[typing.Any, ...]": ...
    def __repr__(self, /) -> str: ...
    def __str__(self, /) -> str: ...
    @classmethod
    def from_json(cls, /, text: str) -> Snippet:
        """
        Reads a snippet from its JSON text.
        """
    @property
    def is_cut_after(self, /) -> bool:
        """
        True if text after the passage was cut off.
        """
    @property
    def is_cut_before(self, /) -> bool:
        """
        True if text before the passage was cut off.
        """
    @property
    def ranges(self, /) -> list[tuple[int, int]]:
        """
        Ranges of `text` that match, as pairs of start and end in characters.
        """
    @property
    def text(self, /) -> str:
        """
        The text, verbatim, without ellipsis or tags.
        """
    def to_html(self, /) -> str:
        """
        Returns the text as escaped HTML, with `<mark>` around matches as the only tag.
        """

@final
class SuggestAnswer:
    """
    The answer to a suggestion: a sequence of suggestions, best first.
    """
    def __eq__(self, value: object, /) -> bool: ...
    @typing.overload
    def __getitem__(self, index: slice, /) -> list[Suggestion]: ...
    @typing.overload
    def __getitem__(self, index: typing.SupportsIndex, /) -> Suggestion:
        """
        Returns the result at an index, from 0; a slice gives a list.
        """
    def __iter__(self, /) -> typing.Iterator[Suggestion]: ...
    def __len__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> "tuple[typing.Any, ...]": ...
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str: ...
    @property
    def abstained(self, /) -> bool:
        """
        True if there were candidates and all of them were below the threshold.
        """
    @classmethod
    def from_json(cls, /, text: str) -> SuggestAnswer:
        """
        Reads an answer from its JSON text.
        """
    @property
    def impression(self, /) -> str:
        """
        The impression token that identifies this answer in feedback: pass it with `suggested`.
        """
    @property
    def similar(self, /) -> list[SimilarCase]:
        """
        The past cases behind the suggestions, most similar first, for viewers who may read cases.
        """
    @property
    def suggestions(self, /) -> list[Suggestion]:
        """
        The results, best first; ties are ordered by id.
        """
    def to_json(self, /) -> str:
        """
        Returns the answer as JSON text, in the form that all languages share.
        """

@final
class Suggestion:
    """
    One suggestion for a case.
    """
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> "tuple[typing.Any, ...]": ...
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str: ...
    @property
    def explanation(self, /) -> Explanation:
        """
        The explanation of the score.
        """
    @property
    def freshness(self, /) -> model.FreshnessState:
        """
        The freshness state of the article.
        """
    @classmethod
    def from_json(cls, /, text: str) -> Suggestion:
        """
        Reads a value from its JSON text.
        """
    @property
    def id(self, /) -> str:
        """
        The id of the article.
        """
    @property
    def kind(self, /) -> model.Kind:
        """
        The kind of the article.
        """
    @property
    def score(self, /) -> float:
        """
        The score. Results are ordered by score, then by id.
        """
    @property
    def snippet(self, /) -> Snippet:
        """
        The passage that matches.
        """
    @property
    def solve_probability(self, /) -> float:
        """
        The probability that the article solves the problem, 0 to 1.
        """
    @property
    def title(self, /) -> str:
        """
        The title of the article.
        """
    def to_json(self, /) -> str:
        """
        Returns the value as JSON text, in the form that all languages share.
        """
    @property
    def version(self, /) -> int:
        """
        The number of the current version.
        """

@disjoint_base
class Visit:
    """
    The compiled part of a visit.
    """
    def __new__(cls, /, visit: Visit) -> typing.Self: ...
    def _hand_over(self, /, message: str, at: "datetime.datetime | None") -> str: ...
    def _outcome(self, /) -> str: ...
    def _record(self, /, kind: str, at: "datetime.datetime | None") -> None: ...
    def _take_events(self, /) -> str: ...
    @property
    def session(self, /) -> str:
        """
        The id of the session.
        """
    def to_json(self, /) -> str:
        """
        Returns the visit as JSON text. `from_json` continues it with the next event number.
        """

def _all_codes() -> list[tuple[int, str]]:
    """
    Returns the number and name of every error code of the core.
    """

def _all_names() -> "dict[str, list[str]]":
    """
    Returns every named enum of the core with its members, for the test that compares them.
    """

def _answer_rows(table: str, answers: "collections.abc.Sequence[SearchAnswer] | collections.abc.Sequence[SuggestAnswer]") -> Rows:
    """
    Returns rows of answers: results, factors, or the past cases behind suggestions.
    """

def _closes_case(link: str, verdict: str | None, is_retracted: bool) -> bool:
    """
    Returns true if a link of this type, with this verdict, closes its case.
    """

def _handoff_request(handoff: str) -> str:
    """
    Returns the arguments of `suggest` for a handoff: its text and its context.
    """

def _normal(noun: str, text: str) -> str:
    """
    Returns a draft as the core reads it, with its defaults, for the test that compares them.
    """

def _open(path: "str | os.PathLike[str] | None", *, clock: FixedClock | None, seed: SupportsIndex, language: str, audiences: "collections.abc.Sequence[model.AudienceLabel] | None", memory_limit: SupportsIndex | None, threads: SupportsIndex | None, cache_bytes: SupportsIndex | None, index_flush_docs: SupportsIndex | None, background: bool, trust_file: bool, read_only: bool, resources: SharedResources | None, on_notice: "collections.abc.Callable[[str, str, str], object] | None") -> Base:
    """
    Opens a base in a folder, or in memory without a path.
    """

def _open_snapshot(source: "str | os.PathLike[str] | bytes | bytearray") -> Snapshot:
    """
    Opens a snapshot.
    """

def _policy(text: str) -> str:
    """
    Checks a policy and returns it with its defaults.
    """

def _policy_numbers() -> list[tuple[str, float, float, float]]:
    """
    Returns the name, lowest, highest and default value of every number of a policy.
    """

def _read_visit(text: str) -> Visit:
    """
    Reads a visit from its JSON text.
    """

def _shard_names(manifest: "bytes | bytearray") -> "list[str]":
    """
    Lists the shards that a manifest names.
    """

def _split_snapshot(snapshot: "bytes | bytearray") -> "tuple[bytes, dict[str, bytes]]":
    """
    Splits a snapshot into its manifest and its shards.
    """

def _time_load(table: str, rows: "object") -> int:
    """
    Returns the nanoseconds of loading rows into a new base in memory, without reading the batches.
    """
