"""Data frames in and out: the tables of a base, by the Arrow PyCapsule interface."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, Unpack

from . import _codec, _kenpoint, _progress
from ._progress import Tell
from ._table import Table
from .model import FreshnessState, ImportOptions, ImportReport


class Frames(_kenpoint.Base):
    """The part of a base that is about rows."""

    # Tables out: rows for data frames

    def articles(self, *, text: bool = False) -> Table:
        """Articles in their current version, by id; with their sections, if `text`."""
        return Table(self._table("articles", text=text, now=None))

    def all_versions(self) -> Table:
        """All versions of all articles, by article, then number."""
        return Table(self._table("versions", text=False, now=None))

    def cases(self, *, text: bool = False) -> Table:
        """Cases, by id; with their notes, if `text`."""
        return Table(self._table("cases", text=text, now=None))

    def links(self) -> Table:
        """Links, by case, then article, then type; retracted ones too."""
        return Table(self._table("links", text=False, now=None))

    def events(self) -> Table:
        """The log, by arrival."""
        return Table(self._table("events", text=False, now=None))

    def evidence(self) -> Table:
        """Sums of evidence, by the article they were said of."""
        return Table(self._table("evidence", text=False, now=None))

    def freshness(self, *, now: datetime.datetime | None = None) -> Table:
        """How fresh each article is at an instant; archived and merged ones are not in it."""
        return Table(self._table("freshness", text=False, now=now))

    def review(
        self,
        *,
        owner: str | None = None,
        from_state: FreshnessState | str = FreshnessState.DUE_SOON,
        limit: int = 50,
        now: datetime.datetime | None = None,
    ) -> Table:
        """The review queue as a table. The arguments are those of `review_queue`."""
        return Table(self._table("review", text=False, now=now, owner=owner, from_state=from_state, limit=limit))

    # Rows in

    def load_articles(
        self,
        rows: object,
        *,
        columns: Mapping[str, str] | None = None,
        constants: Mapping[str, Any] | None = None,
        leave_out: Iterable[str] = (),
        only_mapped: bool = False,
        progress: bool | Tell = False,
        **options: Unpack[ImportOptions],
    ) -> ImportReport:
        """Loads articles from a data frame. Keys are those of a JSON line, `id`, `kind`, `title` and so on; text may stand in `body`, or in `issue`,
        `environment`, `cause`, `resolution`, `summary` and `note`, which become one section each.

        rows: any object with the Arrow PyCapsule interface: a data frame of pandas or polars, a table or a reader of
            pyarrow, a relation of DuckDB.
        columns: our key and the column it is read from, where their names differ.
        constants: our key and the value it has in every row.
        leave_out: columns that are not read.
        only_mapped: leaves out every column that `columns` does not name.
        progress, options: as in `import_path`.

        A column of times must have a time zone. A row that cannot be read, or that the base refuses, is in the
        report with its number, from 1, and the column; the others go on. Loading again what is there changes nothing.

        Raises TypeError for an object without that interface, InvalidRecordError for a column of a type
        that cannot be, UnknownNameError or InvalidValueError for a mapping that cannot be.
        """
        return self._load_rows("articles", rows, columns, constants, leave_out, only_mapped, progress, options)

    def load_cases(
        self,
        rows: object,
        *,
        columns: Mapping[str, str] | None = None,
        constants: Mapping[str, Any] | None = None,
        leave_out: Iterable[str] = (),
        only_mapped: bool = False,
        progress: bool | Tell = False,
        **options: Unpack[ImportOptions],
    ) -> ImportReport:
        """Loads cases from a data frame. Keys are those of a JSON line, `id`, `opened`, `channel`, `party`, `products`, `entries`, `status`, `resolved`,
        `closed`; text may stand in `subject` and `description`.

        The arguments, what is reported and what is raised are as in `load_articles`.
        """
        return self._load_rows("cases", rows, columns, constants, leave_out, only_mapped, progress, options)

    def load_links(
        self,
        rows: object,
        *,
        columns: Mapping[str, str] | None = None,
        constants: Mapping[str, Any] | None = None,
        leave_out: Iterable[str] = (),
        only_mapped: bool = False,
        progress: bool | Tell = False,
        **options: Unpack[ImportOptions],
    ) -> ImportReport:
        """Loads links of cases and articles from a data frame. Keys are `case`, `article`, `link`, `at`, `actor`, `provenance`, `confidence`, `reason`.

        The arguments, what is reported and what is raised are as in `load_articles`.
        """
        return self._load_rows("links", rows, columns, constants, leave_out, only_mapped, progress, options)

    def load_facts(
        self,
        rows: object,
        *,
        columns: Mapping[str, str] | None = None,
        constants: Mapping[str, Any] | None = None,
        leave_out: Iterable[str] = (),
        only_mapped: bool = False,
        progress: bool | Tell = False,
        **options: Unpack[ImportOptions],
    ) -> ImportReport:
        """Loads live facts from a data frame. Keys are `subject`, `predicate`, `value`, `as_of`, `ttl_days`, `source`, `kind`, `audience`, `title`.

        The arguments, what is reported and what is raised are as in `load_articles`.
        """
        return self._load_rows("facts", rows, columns, constants, leave_out, only_mapped, progress, options)

    def load_events(
        self,
        rows: object,
        *,
        columns: Mapping[str, str] | None = None,
        constants: Mapping[str, Any] | None = None,
        leave_out: Iterable[str] = (),
        only_mapped: bool = False,
        progress: bool | Tell = False,
        **options: Unpack[ImportOptions],
    ) -> ImportReport:
        """Loads things that happened from a data frame. Keys are `what`, `at` and those that `record` takes for it.

        The arguments, what is reported and what is raised are as in `load_articles`.
        """
        return self._load_rows("events", rows, columns, constants, leave_out, only_mapped, progress, options)

    def load_actors(
        self,
        rows: object,
        *,
        columns: Mapping[str, str] | None = None,
        constants: Mapping[str, Any] | None = None,
        leave_out: Iterable[str] = (),
        only_mapped: bool = False,
        progress: bool | Tell = False,
        **options: Unpack[ImportOptions],
    ) -> ImportReport:
        """Loads actors from a data frame. Keys are `id` and `licence`.

        The arguments, what is reported and what is raised are as in `load_articles`.
        """
        return self._load_rows("actors", rows, columns, constants, leave_out, only_mapped, progress, options)

    def _load_rows(
        self,
        table: str,
        rows: object,
        columns: Mapping[str, str] | None,
        constants: Mapping[str, Any] | None,
        leave_out: Iterable[str],
        only_mapped: bool,
        progress: bool | Tell,
        options: ImportOptions,
    ) -> ImportReport:
        with _progress.of(progress) as tell:
            return _codec.decode(
                ImportReport,
                self._load(
                    table,
                    rows,
                    dict(columns or {}),
                    _codec.encode(constants or {}),
                    list(leave_out),
                    only_mapped,
                    _codec.options(options),
                    tell,
                ),
            )
