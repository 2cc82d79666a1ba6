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

__all__ = ["__version__", "Base", "Explanation", "Factor", "FixedClock", "Hit", "Rows", "SearchAnswer", "SimilarCase", "Snapshot", "Snippet", "SuggestAnswer", "Suggestion", "Visit", "_all_codes", "_all_names", "_answer_rows", "_cut_snapshot", "_normal", "_open", "_open_snapshot", "_part_names", "_policy", "_policy_numbers", "_question_of", "_time_load", "_visit_of"]

__version__: Final[str]

@disjoint_base
class Base:
    """
    The part of a base that is not Python.
    """
    def __new__(cls, /, base: Base) -> typing.Self: ...
    def _actor(self, /, id: str) -> str: ...
    def _archive(self, /, article: str) -> str: ...
    def _article(self, /, id: str) -> str: ...
    def _as_of(self, /, known: "datetime.datetime", policy: str | None) -> Base:
        """
        The base as it was known at an instant, under the policy of the day or under another.
        """
    def _case(self, /, id: str) -> str: ...
    def _change_state(self, /, article: str, confidence: str | None, audience: str | None, governance: str | None) -> str: ...
    def _close_case(self, /, case: str) -> str: ...
    def _counts(self, /) -> tuple[int, int]: ...
    def _evidence(self, /, id: str) -> str: ...
    def _export_bytes(self, /) -> bytes:
        """
        The log as JSON lines.
        """
    def _export_path(self, /, path: "str | os.PathLike[str]") -> int:
        """
        Writes the log as JSON lines into a file, which must not be there yet.
        """
    def _flag(self, /, article: str, reason: str, by: str) -> str: ...
    def _freshness(self, /, id: str, now: datetime.datetime | None) -> str: ...
    def _import_bytes(self, /, name: str, bytes: "bytes | bytearray", options: str | None, progress: "collections.abc.Callable[[str, int, int, int], object] | None") -> str:
        """
        Imports one source that is in memory; the format is that of its name.
        """
    def _import_path(self, /, path: "str | os.PathLike[str]", options: str | None, progress: "collections.abc.Callable[[str, int, int, int], object] | None") -> str:
        """
        Imports a file or a folder; the progress is called with file, records, skipped, bytes.
        """
    def _impression(self, /, token: str) -> str: ...
    def _judge_link(self, /, case: str, article: str, link: str, verdict: str) -> str: ...
    def _link(self, /, draft: str, by: str) -> str: ...
    def _links_of_article(self, /, id: str) -> str: ...
    def _links_of_case(self, /, id: str) -> str: ...
    def _load(self, /, table: str, rows: "object", columns: "collections.abc.Mapping[str, str]", constants: str, leave_out: SupportsGetItem[int, str], only_mapped: bool, options: str | None, progress: "collections.abc.Callable[[str, int, int, int], object] | None") -> str:
        """
        Imports the rows of an Arrow producer into a table of the base.
        """
    def _merge(self, /, article: str, into: str) -> str: ...
    def _merge_events(self, /, batch: str, audience: str) -> str: ...
    def _note(self, /, case: str, entry: str) -> str: ...
    def _open_case(self, /, draft: str) -> str: ...
    def _open_handoff(self, /, handoff: str, case: str, audience: str) -> str: ...
    def _policy(self, /) -> str: ...
    def _provoke_fault(self, /) -> None:
        """
        A fault on purpose, for the test that no panic reaches Python.
        """
    def _publish(self, /, article: str, audience: str) -> str: ...
    def _put(self, /, draft: str, expects: SupportsIndex | None) -> tuple[int, str]: ...
    def _record_all(self, /, events: SupportsGetItem[int, str]) -> list[str]:
        """
        Events as JSON texts; those without `at` happen at the clock's instant.
        """
    def _relate(self, /, article: str, to: str, relation: str) -> str: ...
    def _reopen_case(self, /, case: str) -> str: ...
    def _replay(self, /, instants: "collections.abc.Sequence[datetime.datetime]", visit: "collections.abc.Callable[[int, Base], object]", policy: str | None) -> None:
        """
        Calls `visit` with each place in `instants` and the base as it was known then.
        """
    def _resolve_case(self, /, case: str, first_contact: bool | None) -> str: ...
    def _retract_link(self, /, case: str, article: str, link: str) -> str: ...
    def _review_queue(self, /, owner: str | None, from_state: str, limit: SupportsIndex, now: datetime.datetime | None) -> str: ...
    def _search_many(self, /, queries: "collections.abc.Iterable[str]", *, viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]", context: "model.Context | collections.abc.Mapping[str, typing.Any] | None", filter: "model.Filter | collections.abc.Mapping[str, typing.Any] | None", limit: SupportsIndex, offset: SupportsIndex, now: "datetime.datetime | None", explain: bool, snippet_chars: SupportsIndex) -> "list[SearchAnswer]":
        """
        Searches with many queries, over all threads of the base.
        """
    def _session(self, /, id: str) -> str: ...
    def _set_fact(self, /, draft: str) -> str: ...
    def _set_policy(self, /, policy: str) -> str: ...
    def _snapshot_bytes(self, /, viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]", at: "datetime.datetime | None", pages: bool) -> bytes:
        """
        What one audience may see, as the bytes of a snapshot.
        """
    def _snapshot_path(self, /, viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]", at: "datetime.datetime | None", pages: bool, path: "str | os.PathLike[str]") -> str:
        """
        The same into a file, in the place of the one that lies there.
        """
    def _stats(self, /) -> str: ...
    def _suggest_many(self, /, cases: "collections.abc.Iterable[str] | None", *, texts: "collections.abc.Iterable[str] | None", viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]", context: "model.Context | collections.abc.Mapping[str, typing.Any] | None", filter: "model.Filter | collections.abc.Mapping[str, typing.Any] | None", limit: SupportsIndex, threshold: SupportsFloat | SupportsIndex | None, now: "datetime.datetime | None", snippet_chars: SupportsIndex) -> "list[SuggestAnswer]":
        """
        Suggests for many cases, or for many texts, over all threads of the base.
        """
    def _table(self, /, table: str, *, text: bool, now: "datetime.datetime | None", owner: str | None = None, from_state: str | None = None, limit: SupportsIndex | None = None) -> Rows:
        """
        The rows of a table of the base.
        """
    def _time_search(self, /, query: str, viewer: str, limit: SupportsIndex) -> int:
        """
        Nanoseconds of one search in Rust: the request made, asked and its answer dropped.
        """
    def _verify(self, /) -> str: ...
    def _verify_article(self, /, article: str, by: str) -> str: ...
    def _version(self, /, id: str, number: SupportsIndex) -> str: ...
    def _versions(self, /, id: str) -> str: ...
    def _visit(self, /, session: str, viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]", party: str | None, channel: str | None, products: str) -> Visit: ...
    def close(self, /) -> None:
        """
        Flushes, brings the index on disk up to date, and gives the files back. Doing it again does
        nothing; every other call then raises ClosedError. Calls of other threads that run go on; the
        files are free when the last one ends.
        """
    @property
    def closed(self, /) -> bool:
        """
        Whether it was closed.
        """
    def digest(self, /) -> str:
        """
        A digest of the whole state: equal for equal logs, whatever the machine.
        """
    def flush(self, /) -> None:
        """
        Makes what was only looked at (searched, shown, viewed) durable, too.
        """
    def now(self, /) -> "datetime.datetime":
        """
        The present instant of the base's clock.
        """
    def search(self, /, query: str, *, viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]", context: "model.Context | collections.abc.Mapping[str, typing.Any] | None" = None, filter: "model.Filter | collections.abc.Mapping[str, typing.Any] | None" = None, limit: SupportsIndex = 10, offset: SupportsIndex = 0, now: "datetime.datetime | None" = None, explain: bool = False, snippet_chars: SupportsIndex = 240) -> SearchAnswer:
        """
        Searches for articles and facts. Writes nothing.

        query: words, "phrases", +must, -not, prefix*, field:word; at most 8 KiB.
        viewer: who looks: an audience label, or a `Viewer` with entitlements. What the viewer may not see
            changes nothing in the answer.
        context: what is known of the situation: products, region, channel, language (`Context`).
        filter: what the answer may hold at all (`Filter`).
        limit: results wanted, from 1; together with `offset` at most 10,000.
        offset: results left out at the front.
        now: the instant of the view; the base's clock, if absent.
        snippet_chars: longest snippet, in characters, to 2,000; with 0 no text of an article is read, which is most
            of the work where articles are long.
        explain: whether each hit carries its explanation.

        Raises InvalidQueryError or TooLargeError for a query over its limits, UnknownNameError for an
        audience that the base has not.

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
        The chance that an article solves when it is read, by all the evidence so far, 0 to 1.

        now: the instant at which evidence is weighed; the base's clock, if absent.

        Raises ArticleNotFoundError.
        """
    def suggest(self, /, case: str | None = None, *, text: str = "", viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]", context: "model.Context | collections.abc.Mapping[str, typing.Any] | None" = None, filter: "model.Filter | collections.abc.Mapping[str, typing.Any] | None" = None, limit: SupportsIndex = 3, threshold: SupportsFloat | SupportsIndex | None = None, now: "datetime.datetime | None" = None, snippet_chars: SupportsIndex = 240) -> SuggestAnswer:
        """
        Suggests articles for the case on the screen, or for a text that is not a case yet. Writes nothing.

        It weighs the words, past cases like it and what solved them, and the situation. It leaves out
        what was already tried, and everything whose chance of solving lies below the threshold.

        case: the id of a case of the base.
        text: more text, or the text of what is not a case yet; at most 256 KiB with the case.
        viewer, context, filter, now: as in `search`; party, products and channel of the case are added to the context.
        limit: suggestions wanted, 1 to 10,000.
        threshold: nothing below this chance of solving, 0 to 1; the policy's, if absent.
        snippet_chars: as in `search`.

        Raises CaseNotFoundError, and what `search` raises.

        >>> import kenpoint
        >>> kb = kenpoint.memory()
        >>> kb.suggest(text="No light since the storm", viewer="internal").suggestions
        []
        """

@final
class Explanation:
    """
    Why a result stands where it stands.
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
        The part of relevance that past cases have, 0 to 1.
        """
    @property
    def factors(self, /) -> list[Factor]:
        """
        The factors, in the order in which they are multiplied.
        """
    def fold(self, /) -> float:
        """
        The factors multiplied in their order: the score, to the bit.
        """
    @classmethod
    def from_json(cls, /, text: str) -> Explanation:
        """
        The value of such a text.
        """
    @property
    def matched(self, /) -> list[tuple[str, float]]:
        """
        The words of the question that the article has, with their share of `text`, best first.
        """
    @property
    def score(self, /) -> float:
        """
        The score.
        """
    @property
    def summary(self, /) -> str:
        """
        One sentence.
        """
    @property
    def text(self, /) -> float:
        """
        The part of relevance that the words have, 0 to 1.
        """
    def to_json(self, /) -> str:
        """
        The value as JSON text, in the form that every language's binding has.
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
        The value of such a text.
        """
    @property
    def name(self, /) -> model.FactorName:
        """
        Which.
        """
    def to_json(self, /) -> str:
        """
        The value as JSON text, in the form that every language's binding has.
        """
    @property
    def value(self, /) -> float:
        """
        What the score is multiplied by.
        """
    @property
    def words(self, /) -> str:
        """
        Why, in words.
        """

@final
class FixedClock:
    """
    A clock that stands still until it is moved: for tests, replays and imports of history.

    Pass it as `clock=` when a base is opened; the base then asks it in place of the machine's clock.

    >>> import datetime, kenpoint
    >>> clock = kenpoint.FixedClock(datetime.datetime(2026, 11, 20, tzinfo=datetime.timezone.utc))
    >>> kb = kenpoint.memory(clock=clock)
    >>> clock.advance(datetime.timedelta(hours=9))
    >>> kb.now().isoformat()
    '2026-11-20T09:00:00+00:00'
    """
    def __new__(cls, /, at: "datetime.datetime") -> FixedClock:
        """
        A clock that shows `at`, an aware `datetime`.
        """
    def __repr__(self, /) -> str: ...
    def advance(self, /, by: "datetime.timedelta") -> None:
        """
        Moves it by a `timedelta`; what is below a millisecond is cut off.
        """
    def now(self, /) -> "datetime.datetime":
        """
        What it shows.
        """
    def set(self, /, at: "datetime.datetime") -> None:
        """
        Sets it; it may go back.
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
        Why it stands here, if `explain=True` asked for it.
        """
    @property
    def freshness(self, /) -> model.FreshnessState:
        """
        How fresh it is.
        """
    @classmethod
    def from_json(cls, /, text: str) -> Hit:
        """
        The value of such a text.
        """
    @property
    def id(self, /) -> str:
        """
        The id of the article.
        """
    @property
    def kind(self, /) -> model.Kind:
        """
        Its kind.
        """
    @property
    def score(self, /) -> float:
        """
        The score; results are ordered by it, then by id.
        """
    @property
    def snippet(self, /) -> Snippet:
        """
        Where it answers.
        """
    @property
    def solve(self, /) -> float:
        """
        The chance that it solves, 0 to 1.
        """
    @property
    def title(self, /) -> str:
        """
        Its title.
        """
    def to_json(self, /) -> str:
        """
        The value as JSON text, in the form that every language's binding has.
        """
    @property
    def version(self, /) -> int:
        """
        The number of its current version.
        """

@disjoint_base
class Rows:
    """
    Rows in columns. `kenpoint.Table` is the Python class on top of it.
    """
    def __arrow_c_schema__(self, /) -> "typing.Any":
        """
        The types of the columns, for whoever reads the Arrow PyCapsule interface.
        """
    def __arrow_c_stream__(self, /, requested_schema: "object" = None) -> "typing.Any":
        """
        The rows as an Arrow stream, for whoever reads the Arrow PyCapsule interface.
        """
    def __len__(self, /) -> int: ...
    def __new__(cls, /, rows: Rows) -> typing.Self: ...
    @property
    def columns(self, /) -> list[str]:
        """
        The names of the columns, in order.
        """
    def to_dicts(self, /, limit: SupportsIndex | None = None) -> "list[dict[str, typing.Any]]":
        """
        Rows as mappings from a column's name to a value: at most `limit` of them, or all.
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
        The result at a place, from 0; a slice gives a list.
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
        The chance that the best hit solves, 0 to 1; 0 if there is none.
        """
    @classmethod
    def from_json(cls, /, text: str) -> SearchAnswer:
        """
        The answer of such a text.
        """
    @property
    def hits(self, /) -> list[Hit]:
        """
        The results, best first; ties by id.
        """
    @property
    def impression(self, /) -> str:
        """
        Names this answer in feedback: pass it with `shown`, `clicked` and `viewed`.
        """
    @property
    def is_partial(self, /) -> bool:
        """
        Whether the work was cut short by its limit.
        """
    def to_json(self, /) -> str:
        """
        The answer as JSON text, in the form that every language's binding has.
        """

@final
class SimilarCase:
    """
    A past case like the one at hand.
    """
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> "tuple[typing.Any, ...]": ...
    def __repr__(self, /) -> str: ...
    @classmethod
    def from_json(cls, /, text: str) -> SimilarCase:
        """
        The value of such a text.
        """
    @property
    def id(self, /) -> str:
        """
        The id of the case.
        """
    @property
    def similarity(self, /) -> float:
        """
        How alike, above 0 and at most 1.
        """
    @property
    def solved_by(self, /) -> list[str]:
        """
        The ids of the articles that resolved it or helped.
        """
    def to_json(self, /) -> str:
        """
        The value as JSON text, in the form that every language's binding has.
        """

@disjoint_base
class Snapshot:
    """
    The part of a snapshot that is not Python.
    """
    def __new__(cls, /, snapshot: Snapshot) -> typing.Self: ...
    def _article(self, /, id: str) -> str: ...
    def _complete(self, /, typed: str, viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]", limit: SupportsIndex, now: "datetime.datetime | None") -> str: ...
    def _info(self, /) -> str: ...
    def _path(self, /) -> Path | None: ...
    def _policy(self, /) -> str: ...
    def _provoke_fault(self, /) -> None:
        """
        A fault on purpose, for the test that no panic reaches Python.
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
        The ids of all its articles, in order.
        """
    def refresh(self, /) -> bool:
        """
        Takes the snapshot that lies under the name of this one's file by now. Calls that begin afterwards are
        answered from it; those that run go on with what they began with.

        Returns whether there was another one: False if it is this one still, or if this one was opened from bytes.

        Raises ContradictionError if the file is of another base or for another viewer; CorruptError, NotABaseError,
        FormatTooNewError and IoError for a file that cannot be read as a snapshot. Calls then go on to be answered
        from this one. Cost while nothing changed: opening a file and reading a few hundred bytes of it.

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
    def search(self, /, query: str, *, viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]", context: "model.Context | collections.abc.Mapping[str, typing.Any] | None" = None, filter: "model.Filter | collections.abc.Mapping[str, typing.Any] | None" = None, limit: SupportsIndex = 10, offset: SupportsIndex = 0, now: "datetime.datetime | None" = None, explain: bool = False, snippet_chars: SupportsIndex = 240) -> SearchAnswer:
        """
        Searches as `KnowledgeBase.search` does, with the same arguments and, to the bit, the same answer.

        viewer: the snapshot's audience, with no entitlements that it was not made for.
        now: the instant of the view, not before the snapshot's `known`; by the machine's clock and not before `known`, if absent.

        Raises what `KnowledgeBase.search` raises; OutOfHistoryError for an earlier instant; UnknownNameError for
        a viewer it was not made for.

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
    def suggest(self, /, case: str | None = None, *, text: str = "", viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]", context: "model.Context | collections.abc.Mapping[str, typing.Any] | None" = None, filter: "model.Filter | collections.abc.Mapping[str, typing.Any] | None" = None, limit: SupportsIndex = 3, threshold: SupportsFloat | SupportsIndex | None = None, now: "datetime.datetime | None" = None, snippet_chars: SupportsIndex = 240) -> SuggestAnswer:
        """
        Suggests articles for a text as `KnowledgeBase.suggest` does, with the same arguments and, to the bit, the
        same answer.

        case: the notes of cases are not in a snapshot, so what is asked stands in `text`; of a case that is named
            what was tried in vain is left out, and it is not its own past.
        viewer, now: as in `search`.

        Raises what `search` raises.

        >>> import kenpoint
        >>> snapshot = kenpoint.open_snapshot(kenpoint.memory().snapshot("internal"))
        >>> snapshot.suggest(text="No light since the storm", viewer="internal").suggestions
        []
        """

@final
class Snippet:
    """
    A stretch of an article's plain text, and the places in it that match.
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
        The value of a JSON text.
        """
    @property
    def is_cut_after(self, /) -> bool:
        """
        Whether text after it was cut off.
        """
    @property
    def is_cut_before(self, /) -> bool:
        """
        Whether text before it was cut off.
        """
    @property
    def ranges(self, /) -> list[tuple[int, int]]:
        """
        Slices of `text` that match, as pairs of a start and an end, counted in characters.
        """
    @property
    def text(self, /) -> str:
        """
        The text, verbatim: no ellipsis, no tag.
        """
    def to_html(self, /) -> str:
        """
        The text as HTML: escaped, with `<mark>` around what matches, and nothing else.
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
        The result at a place, from 0; a slice gives a list.
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
        Whether there were candidates, all of them below the threshold.
        """
    @classmethod
    def from_json(cls, /, text: str) -> SuggestAnswer:
        """
        The answer of such a text.
        """
    @property
    def impression(self, /) -> str:
        """
        Names this answer in feedback: pass it with `suggested`.
        """
    @property
    def similar(self, /) -> list[SimilarCase]:
        """
        The past cases it rests on, most alike first, for viewers who read cases.
        """
    @property
    def suggestions(self, /) -> list[Suggestion]:
        """
        The results, best first; ties by id.
        """
    def to_json(self, /) -> str:
        """
        The answer as JSON text, in the form that every language's binding has.
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
        Why it stands here.
        """
    @property
    def freshness(self, /) -> model.FreshnessState:
        """
        How fresh it is.
        """
    @classmethod
    def from_json(cls, /, text: str) -> Suggestion:
        """
        The value of such a text.
        """
    @property
    def id(self, /) -> str:
        """
        The id of the article.
        """
    @property
    def kind(self, /) -> model.Kind:
        """
        Its kind.
        """
    @property
    def score(self, /) -> float:
        """
        The score; results are ordered by it, then by id.
        """
    @property
    def snippet(self, /) -> Snippet:
        """
        Where it answers.
        """
    @property
    def solve(self, /) -> float:
        """
        The chance that it solves, 0 to 1.
        """
    @property
    def title(self, /) -> str:
        """
        Its title.
        """
    def to_json(self, /) -> str:
        """
        The value as JSON text, in the form that every language's binding has.
        """
    @property
    def version(self, /) -> int:
        """
        The number of its current version.
        """

@disjoint_base
class Visit:
    """
    The part of a visit that is not Python.
    """
    def __new__(cls, /, visit: Visit) -> typing.Self: ...
    def _end(self, /) -> str: ...
    def _hand_over(self, /, message: str, at: "datetime.datetime | None") -> str: ...
    def _record(self, /, what: str, at: "datetime.datetime | None") -> None: ...
    def _take(self, /) -> str: ...
    @property
    def session(self, /) -> str:
        """
        Its id.
        """
    def to_json(self, /) -> str:
        """
        The visit as JSON text: whoever reads it with `from_json` goes on with it, and event ids count on.
        """

def _all_codes() -> list[tuple[int, str]]:
    """
    Every error code of the core: number and name.
    """

def _all_names() -> "dict[str, list[str]]":
    """
    Every named enum of the core with its members, for the test that compares.
    """

def _answer_rows(what: str, answers: "collections.abc.Sequence[SearchAnswer] | collections.abc.Sequence[SuggestAnswer]") -> Rows:
    """
    Rows of answers: their results, their factors, or the past cases they rest on.
    """

def _cut_snapshot(bytes: "bytes | bytearray") -> "tuple[bytes, dict[str, bytes]]":
    """
    A snapshot cut into what a page loads first, and the parts it loads when it wants them.
    """

def _normal(noun: str, text: str) -> str:
    """
    A draft as the core reads it, with its defaults filled in, for the test that compares.
    """

def _open(path: "str | os.PathLike[str] | None", *, clock: FixedClock | None, seed: SupportsIndex, language: str, audiences: "collections.abc.Sequence[model.AudienceLabel] | None", memory_limit: SupportsIndex | None, threads: SupportsIndex | None, cache_bytes: SupportsIndex | None, absorb_after: SupportsIndex | None, background: bool, trust_file: bool, on_notice: "collections.abc.Callable[[str, str, str], object] | None") -> Base:
    """
    Opens a base in a folder, or, without a path, one in memory.
    """

def _open_snapshot(source: "str | os.PathLike[str] | bytes | bytearray") -> Snapshot:
    """
    Opens a snapshot.
    """

def _part_names(front: "bytes | bytearray") -> "list[str]":
    """
    The names of the parts of a front.
    """

def _policy(text: str) -> str:
    """
    A policy with its defaults filled in, checked.
    """

def _policy_numbers() -> list[tuple[str, float, float, float]]:
    """
    Name, lowest, highest and default value of every number of a policy.
    """

def _question_of(handoff: str) -> str:
    """
    The text and the situation of a need that was handed over, as a suggestion asks them.
    """

def _time_load(table: str, rows: "object") -> int:
    """
    Nanoseconds of loading rows into a fresh base in memory in Rust, the batches being at hand.
    """

def _visit_of(text: str) -> Visit:
    """
    The visit of a text.
    """
