"""Rows of a base and of its answers, for data frames."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from . import _html, _kenpoint
from ._kenpoint import SearchAnswer, SuggestAnswer

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

Answers = SearchAnswer | SuggestAnswer | Iterable[SearchAnswer] | Iterable[SuggestAnswer]


class Table(_kenpoint.Rows):
    """Rows in columns, in memory. Any consumer of the Arrow PyCapsule interface reads it without a copy:
    `polars.DataFrame(table)`, `pyarrow.table(table)`, `pandas.DataFrame.from_arrow(table)`, and DuckDB by name
    after `to_arrow()`.

    Times are `timestamp[us, UTC]`; names of enums are texts.

    >>> import kenpoint
    >>> kb = kenpoint.memory()
    >>> kb.put({"id": "lamp", "kind": "product", "title": "The lamp stays dark"}).version
    1
    >>> [row["title"] for row in kb.articles().to_dicts()]
    ['The lamp stays dark']
    """

    def to_pandas(self) -> pandas.DataFrame:
        """A data frame of pandas, which must be installed, and pyarrow with it."""
        import pandas

        if hasattr(pandas.DataFrame, "from_arrow"):  # since pandas 3
            return pandas.DataFrame.from_arrow(self)
        return self.to_arrow().to_pandas()

    def to_polars(self) -> polars.DataFrame:
        """A data frame of polars, which must be installed."""
        import polars

        return polars.DataFrame(self)

    def to_arrow(self) -> pyarrow.Table:
        """A table of pyarrow, which must be installed."""
        import pyarrow

        return pyarrow.table(self)

    def __repr__(self) -> str:
        return f"Table({len(self)} rows: {', '.join(self.columns)})"

    def _repr_html_(self) -> str:
        return _html.table(self.columns, self.to_dicts(_html.ROWS), len(self))


def _rows(what: str, answers: Answers) -> Table:
    one = isinstance(answers, SearchAnswer | SuggestAnswer)
    listed: list[Any] = [answers] if one else list(answers)
    return Table(_kenpoint._answer_rows(what, listed))


def hits_table(answers: Answers) -> Table:
    """One row a result of answers: the number of the answer, rank, id, score and the rest.

    answers: one answer, or many, all of searches or all of suggestions.
    """
    return _rows("results", answers)


def factors_table(answers: Answers) -> Table:
    """One row a factor of each result of answers that carry explanations."""
    return _rows("factors", answers)


def similar_table(answers: SuggestAnswer | Iterable[SuggestAnswer]) -> Table:
    """One row a past case that suggestions rest on."""
    return _rows("similar", answers)
