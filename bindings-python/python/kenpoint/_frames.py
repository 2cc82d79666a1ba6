"""Imports of data frames, by the Arrow PyCapsule interface."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict, Unpack

from . import _codec, _kenpoint, _progress
from ._progress import ProgressCallback
from .model import ImportOptions, ImportReport


class FrameImports(_kenpoint.Base):
    """The methods of a base that import data frames."""

    def load_articles(
        self,
        rows: object,
        *,
        columns: Mapping[str, str] | None = None,
        constants: Mapping[str, Any] | None = None,
        leave_out: Iterable[str] = (),
        only_mapped: bool = False,
        allow_unknown: bool = False,
        progress: bool | ProgressCallback = False,
        **options: Unpack[ImportOptions],
    ) -> ImportReport:
        """Loads articles from a data frame.

        Keys are those of a JSON line (docs/json.md): `id`, `kind`, `title` and so on. Text is read from `body`, or from
        `issue`, `environment`, `cause`, `resolution`, `summary` and `note`, which become one section each.

        rows: any object with the Arrow PyCapsule interface: a data frame of pandas or polars, a table or a reader of
            pyarrow, a relation of DuckDB.
        columns: maps keys to columns with other names.
        constants: maps keys to a value for every row.
        leave_out: columns that are not read.
        only_mapped: reads only the columns in `columns`.
        allow_unknown: reports a column that the table does not have, in place of an error.
        progress, options: as in `import_path`.

        A column of times needs a time zone. An unreadable or rejected row is reported with its number, from 1, and its
        column; the other rows are imported. Loading the same rows again changes nothing.

        Raises TypeError for an object without that interface, InvalidRecordError for an unsupported column type,
        UnknownNameError for a column that the table does not have or that the mapping names and the rows lack.
        """
        return self._load_rows("articles", rows, columns, constants, leave_out, only_mapped, allow_unknown, progress, options)

    def load_cases(
        self,
        rows: object,
        *,
        columns: Mapping[str, str] | None = None,
        constants: Mapping[str, Any] | None = None,
        leave_out: Iterable[str] = (),
        only_mapped: bool = False,
        allow_unknown: bool = False,
        progress: bool | ProgressCallback = False,
        **options: Unpack[ImportOptions],
    ) -> ImportReport:
        """Loads cases from a data frame.

        Keys are those of a JSON line (docs/json.md): `id`, `opened`, `channel`, `party`, `products`, `entries`, `status`,
        `resolved`, `closed`. Text is read from `subject` and `description`.

        Arguments, report and errors are those of `load_articles`.
        """
        return self._load_rows("cases", rows, columns, constants, leave_out, only_mapped, allow_unknown, progress, options)

    def load_links(
        self,
        rows: object,
        *,
        columns: Mapping[str, str] | None = None,
        constants: Mapping[str, Any] | None = None,
        leave_out: Iterable[str] = (),
        only_mapped: bool = False,
        allow_unknown: bool = False,
        progress: bool | ProgressCallback = False,
        **options: Unpack[ImportOptions],
    ) -> ImportReport:
        """Loads links between cases and articles from a data frame. Keys are `case`, `article`, `link`, `at`, `actor`, `provenance`, `confidence`,
        `reason`.

        Arguments, report and errors are those of `load_articles`.
        """
        return self._load_rows("links", rows, columns, constants, leave_out, only_mapped, allow_unknown, progress, options)

    def load_facts(
        self,
        rows: object,
        *,
        columns: Mapping[str, str] | None = None,
        constants: Mapping[str, Any] | None = None,
        leave_out: Iterable[str] = (),
        only_mapped: bool = False,
        allow_unknown: bool = False,
        progress: bool | ProgressCallback = False,
        **options: Unpack[ImportOptions],
    ) -> ImportReport:
        """Loads facts from a data frame. Keys are `subject`, `predicate`, `value`, `as_of`, `ttl_days`, `source`, `kind`,
        `audience`, `title`.

        Arguments, report and errors are those of `load_articles`.
        """
        return self._load_rows("facts", rows, columns, constants, leave_out, only_mapped, allow_unknown, progress, options)

    def load_events(
        self,
        rows: object,
        *,
        columns: Mapping[str, str] | None = None,
        constants: Mapping[str, Any] | None = None,
        leave_out: Iterable[str] = (),
        only_mapped: bool = False,
        allow_unknown: bool = False,
        progress: bool | ProgressCallback = False,
        **options: Unpack[ImportOptions],
    ) -> ImportReport:
        """Loads events from a data frame. Keys are `what` with the kind, `at`, and the fields of `record` for that kind.

        Arguments, report and errors are those of `load_articles`.
        """
        return self._load_rows("events", rows, columns, constants, leave_out, only_mapped, allow_unknown, progress, options)

    def load_actors(
        self,
        rows: object,
        *,
        columns: Mapping[str, str] | None = None,
        constants: Mapping[str, Any] | None = None,
        leave_out: Iterable[str] = (),
        only_mapped: bool = False,
        allow_unknown: bool = False,
        progress: bool | ProgressCallback = False,
        **options: Unpack[ImportOptions],
    ) -> ImportReport:
        """Loads actors from a data frame. Keys are `id` and `licence`.

        Arguments, report and errors are those of `load_articles`.
        """
        return self._load_rows("actors", rows, columns, constants, leave_out, only_mapped, allow_unknown, progress, options)

    def history(self) -> History:
        """Returns an empty batch of tables that are loaded as one history.

        Tables loaded one after another arrive one after another: the links of March, loaded after the cases of September,
        arrive in September, and the report says so. A batch takes the rows of all its tables in the order of their dates, so
        that `as_of` any day gives what was known then.

        >>> import kenpoint, pyarrow
        >>> kb = kenpoint.memory()
        >>> history = kb.history()
        >>> history.cases(pyarrow.table({"id": ["c"], "opened": ["2026-02-01"]}))
        >>> history.articles(pyarrow.table({"id": ["a"], "kind": ["product"], "title": ["Lamp"], "created": ["2026-01-01"]}))
        >>> history.load().created
        2
        """
        return History(self)

    def _load_rows(
        self,
        table: str,
        rows: object,
        columns: Mapping[str, str] | None,
        constants: Mapping[str, Any] | None,
        leave_out: Iterable[str],
        only_mapped: bool,
        allow_unknown: bool,
        progress: bool | ProgressCallback,
        options: ImportOptions,
    ) -> ImportReport:
        return self._load_tables([_table(table, rows, columns, constants, leave_out, only_mapped, allow_unknown)], progress, options)

    def _load_tables(self, tables: list[_Table], progress: bool | ProgressCallback, options: ImportOptions) -> ImportReport:
        with _progress.callback_of(progress) as report:
            return _codec.decode(ImportReport, self._load(tables, _codec.options(options), report))


_Table = tuple[str, object, dict[str, str], str, list[str], bool, bool]


class ColumnMapping(TypedDict, total=False):
    """The mapping of a frame's columns to the keys of a table, see `KnowledgeBase.load_articles`."""

    columns: Mapping[str, str] | None
    constants: Mapping[str, Any] | None
    leave_out: Iterable[str]
    only_mapped: bool
    allow_unknown: bool


def _table(
    table: str,
    rows: object,
    columns: Mapping[str, str] | None = None,
    constants: Mapping[str, Any] | None = None,
    leave_out: Iterable[str] = (),
    only_mapped: bool = False,
    allow_unknown: bool = False,
) -> _Table:
    return table, rows, dict(columns or {}), _codec.encode(constants or {}), list(leave_out), only_mapped, allow_unknown


class History:
    """Tables that are loaded as one history, see `KnowledgeBase.history`.

    Each method adds one data frame; a table may be added several times. `columns`, `constants`, `leave_out`,
    `only_mapped` and `allow_unknown` are those of `KnowledgeBase.load_articles`. Nothing is read before `load`.
    """

    def __init__(self, base: FrameImports) -> None:
        self._base = base
        self._tables: list[_Table] = []

    def articles(self, rows: object, **mapping: Unpack[ColumnMapping]) -> None:
        """Adds articles, with the keys of `KnowledgeBase.load_articles`."""
        self._tables.append(_table("articles", rows, **mapping))

    def cases(self, rows: object, **mapping: Unpack[ColumnMapping]) -> None:
        """Adds cases, with the keys of `KnowledgeBase.load_cases`."""
        self._tables.append(_table("cases", rows, **mapping))

    def links(self, rows: object, **mapping: Unpack[ColumnMapping]) -> None:
        """Adds links, with the keys of `KnowledgeBase.load_links`."""
        self._tables.append(_table("links", rows, **mapping))

    def facts(self, rows: object, **mapping: Unpack[ColumnMapping]) -> None:
        """Adds facts, with the keys of `KnowledgeBase.load_facts`."""
        self._tables.append(_table("facts", rows, **mapping))

    def events(self, rows: object, **mapping: Unpack[ColumnMapping]) -> None:
        """Adds events, with the keys of `KnowledgeBase.load_events`."""
        self._tables.append(_table("events", rows, **mapping))

    def actors(self, rows: object, **mapping: Unpack[ColumnMapping]) -> None:
        """Adds actors, with the keys of `KnowledgeBase.load_actors`."""
        self._tables.append(_table("actors", rows, **mapping))

    def load(self, *, progress: bool | ProgressCallback = False, **options: Unpack[ImportOptions]) -> ImportReport:
        """Loads all tables, each row with the arrival of its date (`arrivals="as-dated"`), and empties the batch.

        progress, options, report and errors are those of `KnowledgeBase.load_articles`. A row's place names its table.
        """
        tables, self._tables = self._tables, []
        dated: ImportOptions = {"arrivals": "as-dated"}
        return self._base._load_tables(tables, progress, {**dated, **options})
