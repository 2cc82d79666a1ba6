"""Charts of a base, by altair: JSON specifications that notebooks draw and that need no display.

Colours are those of the Okabe-Ito palette, distinguishable with colour blindness. Backgrounds are transparent, for light
and dark pages.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from ._table import Answers, factors_table
from .model import FactorName, LinkType

if TYPE_CHECKING:
    import altair

    from ._base import KnowledgeBase

# The states in the order of the bars, from good to bad.
_STATES = ["fresh", "unverified", "due-soon", "due", "overdue", "expired"]
_COLOURS = ["#009e73", "#56b4e9", "#f0e442", "#e69f00", "#d55e00", "#888888"]
_INK = "#888888"


def _altair() -> Any:
    try:
        import altair
    except ImportError as error:
        raise ImportError("charts are drawn by altair: pip install 'kenpoint[viz]'") from error
    return altair


def _styled(chart: Any, title: str) -> Any:
    """Adds the title, and colours that work on light and dark pages."""
    return (
        chart.properties(title=title, background="transparent")
        .configure_axis(labelColor=_INK, titleColor=_INK, gridColor=_INK, gridOpacity=0.25, domainColor=_INK)
        .configure_legend(labelColor=_INK, titleColor=_INK)
        .configure_title(color=_INK, anchor="start")
        .configure_view(stroke=None)
    )


def _plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Converts the times of rows to texts, as the JSON specification requires."""
    return [
        {name: value.isoformat() if isinstance(value, datetime.datetime) else value for name, value in row.items()}
        for row in rows
    ]


class Plot:
    """Charts of a base, see `KnowledgeBase.plot`."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb

    def freshness(self, *, now: datetime.datetime | None = None) -> altair.Chart:
        """Draws the number of articles by kind and freshness state."""
        alt = _altair()
        kinds = {row["id"]: row["kind"] for row in self._kb.tables.articles().to_dicts()}
        rows = [
            {"kind": kinds.get(row["article"], ""), "state": row["state"], "order": _STATES.index(row["state"])}
            for row in self._kb.tables.freshness(now=now).to_dicts()
        ]
        chart = (
            alt.Chart(alt.Data(values=rows))
            .mark_bar()
            .encode(
                x=alt.X("count():Q", title="articles"),
                y=alt.Y("kind:N", title=None),
                color=alt.Color("state:N", sort=_STATES, scale=alt.Scale(domain=_STATES, range=_COLOURS)),
                order=alt.Order("order:Q"),
                tooltip=["kind:N", "state:N", "count():Q"],
            )
        )
        return _styled(chart, "Freshness")

    def evidence(self, article: str) -> altair.Chart:
        """Draws the evidence about an article, week by week."""
        alt = _altair()
        rows = [
            {"from": row.from_.isoformat(), "signal": str(row.signal), "amount": row.amount}
            for row in self._kb.evidence_of(article)
        ]
        chart = (
            alt.Chart(alt.Data(values=rows))
            .mark_bar()
            .encode(
                x=alt.X("yearmonthdate(from):T", title=None, bin=alt.Bin(maxbins=52)),
                y=alt.Y("sum(amount):Q", title="observations"),
                color=alt.Color("signal:N"),
                tooltip=["signal:N", "sum(amount):Q"],
            )
        )
        return _styled(chart, f"Evidence about {article}")

    def closers(self, *, limit: int = 20) -> altair.Chart:
        """Draws the articles that closed the most cases."""
        alt = _altair()
        counts: dict[str, int] = {}
        for row in self._kb.tables.links().to_dicts():
            if LinkType(row["link"]).closes_case(row["verdict"], is_retracted=row["retracted_at"] is not None):
                counts[row["article"]] = counts.get(row["article"], 0) + 1
        best = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
        rows = [{"article": article, "cases": n} for article, n in best]
        chart = (
            alt.Chart(alt.Data(values=rows))
            .mark_bar(color="#0072b2")
            .encode(
                x=alt.X("cases:Q", title="cases closed"),
                y=alt.Y("article:N", sort="-x", title=None, axis=alt.Axis(labelLimit=300)),
                tooltip=["article:N", "cases:Q"],
            )
        )
        return _styled(chart, "Articles that close cases")

    def factors(self, answers: Answers) -> altair.Chart:
        """Draws the explanation of each result, with a bar for each factor; 1 is neutral."""
        alt = _altair()
        rows = _plain(factors_table(answers).to_dicts())
        chart = (
            alt.Chart(alt.Data(values=rows))
            .mark_bar()
            .encode(
                x=alt.X("value:Q", scale=alt.Scale(type="log", base=2), title="factor"),
                x2=alt.datum(1),
                y=alt.Y("factor:N", sort=[str(name) for name in FactorName], title=None),
                row=alt.Row("id:N", sort=alt.EncodingSortField("rank"), title=None, header=alt.Header(labelAngle=0, labelAlign="left", labelColor=_INK)),
                color=alt.condition("datum.value >= 1", alt.value("#0072b2"), alt.value("#d55e00")),
                tooltip=["id:N", "factor:N", "value:Q", "words:N"],
            )
            .properties(height=70)
        )
        return _styled(chart, "Factors of the score")
