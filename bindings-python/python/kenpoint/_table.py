"""Rows of a base and of answers, for data frames."""

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
    """Rows in columns, in memory. Consumers of the Arrow PyCapsule interface read it without a copy:
    `polars.DataFrame(table)`, `pyarrow.table(table)`, `pandas.DataFrame.from_arrow(table)`, and DuckDB by name
    after `to_arrow()`.

    Times are `timestamp[us, UTC]`; enum members are texts.

    >>> import kenpoint
    >>> kb = kenpoint.memory()
    >>> kb.put({"id": "lamp", "kind": "product", "title": "The lamp stays dark"}).version
    1
    >>> [row["title"] for row in kb.tables.articles().to_dicts()]
    ['The lamp stays dark']
    """

    def to_pandas(self) -> pandas.DataFrame:
        """Returns a data frame of pandas. Requires pandas and pyarrow."""
        import pandas

        if hasattr(pandas.DataFrame, "from_arrow"):  # since pandas 3
            return pandas.DataFrame.from_arrow(self)
        return self.to_arrow().to_pandas()

    def to_polars(self) -> polars.DataFrame:
        """Returns a data frame of polars. Requires polars."""
        import polars

        return polars.DataFrame(self)

    def to_arrow(self) -> pyarrow.Table:
        """Returns a table of pyarrow. Requires pyarrow."""
        import pyarrow

        return pyarrow.table(self)

    def __repr__(self) -> str:
        return f"Table({len(self)} rows: {', '.join(self.columns)})"

    def _repr_html_(self) -> str:
        return _html.table(self.columns, self.to_dicts(_html.ROWS), len(self))


def _rows(table: str, answers: Answers) -> Table:
    one = isinstance(answers, SearchAnswer | SuggestAnswer)
    listed: list[Any] = [answers] if one else list(answers)
    return Table(_kenpoint._answer_rows(table, listed))


def hits_table(answers: Answers) -> Table:
    """Returns one row per result of answers: the index of the answer, rank, id, score and the other attributes.

    answers: one answer or many, all of searches or all of suggestions.
    """
    return _rows("results", answers)


def factors_table(answers: Answers) -> Table:
    """Returns one row per factor of each result, for answers with explanations."""
    return _rows("factors", answers)


def similar_table(answers: SuggestAnswer | Iterable[SuggestAnswer]) -> Table:
    """Returns one row per past case behind suggestions."""
    return _rows("similar", answers)
