"""HTML of articles, answers and tables, for notebooks.

All content of a base is escaped, because titles and texts are untrusted. Colours are inherited from the page or have
their own background, so that dark and light pages work.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._kenpoint import Explanation, Hit, SearchAnswer, SuggestAnswer, Suggestion
    from .model import Article, ImportReport, RankPolicy, SnapshotInfo

ROWS = 20
"""Maximum number of rows of a table in a notebook."""

_CELL = "padding:.25em .6em;text-align:left;vertical-align:top;border:0"
_QUIET = "opacity:.7;font-size:90%"
_RULE = "border-top:1px solid rgba(128,128,128,.4)"
# Blue and vermilion of the Okabe-Ito palette, distinguishable with colour blindness and on any background.
_UP, _DOWN, _TRACK = "#0072b2", "#d55e00", "rgba(128,128,128,.25)"


def text(value: object) -> str:
    """Returns any value as escaped text."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.isoformat(sep=" ", timespec="minutes" if value.second == 0 else "seconds").replace("+00:00", "Z")
    elif isinstance(value, float):
        value = f"{value:.4g}"
    return html.escape(str(value), quote=True)


def _row(cells: Iterable[str], rule: bool = True) -> str:
    inner = "".join(f'<td style="{_CELL}">{cell}</td>' for cell in cells)
    return f'<tr style="background:none;{_RULE if rule else ""}">{inner}</tr>'


def _table(head: Sequence[str], rows: Iterable[str]) -> str:
    cells = "".join(f'<th style="{_CELL}">{text(name)}</th>' for name in head)
    return f'<table style="border-collapse:collapse"><thead><tr>{cells}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def table(columns: Sequence[str], rows: Sequence[Mapping[str, Any]], count: int) -> str:
    """Returns the first rows of a table."""
    body = (_row(_short(row[name]) for name in columns) for row in rows)
    more = f'<div style="{_QUIET}">{count:,} rows{f", the first {len(rows)} shown" if count > len(rows) else ""}</div>'
    return _table(columns, body) + more


def _short(value: object) -> str:
    whole = text(value)
    return whole if len(whole) <= 120 else text(str(value)[:100]) + "…"


def _bar(value: float, words: str) -> str:
    """Returns the bar of a factor: 1 is in the middle, one half and double reach a third to the side."""
    reach = max(-1.0, min(1.0, math.log2(value) / 3)) if value > 0 else -1.0
    left, width = (50.0, reach * 50) if reach >= 0 else (50 + reach * 50, -reach * 50)
    colour = _UP if reach >= 0 else _DOWN
    return (
        f'<div title="{text(words)}" style="position:relative;width:12em;height:.9em;background:{_TRACK};border-radius:2px">'
        f'<div style="position:absolute;left:{left:.1f}%;width:{max(width, 0.6):.1f}%;height:100%;background:{colour};border-radius:2px"></div>'
        "</div>"
    )


def explanation(value: Explanation) -> str:
    """Returns a bar for each factor, with its value and reason."""
    rows = (
        _row((text(factor.name), _bar(factor.value, factor.words), f"× {factor.value:.3f}", text(factor.words)), rule=False)
        for factor in value.factors
    )
    return f'<div>{text(value.summary)}</div><table style="border-collapse:collapse">{"".join(rows)}</table>'


def result(value: Hit | Suggestion) -> str:
    """Returns one result: title, snippet and explanation."""
    explained = value.explanation
    return (
        f'<div style="margin:.4em 0"><b>{text(value.title)}</b> <code>{text(value.id)}</code> '
        f'<span style="{_QUIET}">score {value.score:.4f} · solves {value.solve_probability:.0%} · {text(value.freshness)}</span>'
        f'<div style="{_QUIET}">{value.snippet.to_html()}</div>{explanation(explained) if explained else ""}</div>'
    )


def answer(value: SearchAnswer | SuggestAnswer) -> str:
    """Returns the results of an answer, best first."""
    results = list(value)
    if not results:
        abstained = getattr(value, "abstained", False)
        return f"<div>{'No article is likely enough to solve the problem.' if abstained else 'Nothing found.'}</div>"
    items = "".join(f"<li>{result(each)}</li>" for each in results[:ROWS])
    similar = getattr(value, "similar", [])
    past = f'<div style="{_QUIET}">based on {len(similar)} similar past cases</div>' if similar else ""
    return f"<ol>{items}</ol>{past}"


def article(value: Article) -> str:
    """Returns the states and sections of an article, as text."""
    states = [value.kind, value.confidence, value.audience, f"version {value.version}"]
    if value.suspect:
        states.append(f"flagged as {value.suspect.reason}")
    sections = "".join(
        f'<div style="margin:.5em 0"><span style="{_QUIET}">{text(section.role)}'
        f"{f' · only {text(section.audience)}' if section.audience else ''}</span>"
        f"{f'<div><b>{text(section.heading)}</b></div>' if section.heading else ''}"
        f'<div style="white-space:pre-wrap">{text(section.text)}</div></div>'
        for section in value.sections
    )
    return (
        f'<div><b>{text(value.title)}</b> <code>{text(value.id)}</code>'
        f'<div style="{_QUIET}">{text(" · ".join(states))}</div>{sections}</div>'
    )


def snapshot(value: SnapshotInfo) -> str:
    """Returns the description of a snapshot."""
    entitlements = f", with entitlements {', '.join(value.entitlements)}" if value.entitlements else ""
    counts = f"{value.articles:,} articles as {value.markup}, {value.cases:,} cases, {value.bytes:,} bytes"
    return (
        f"<div><b>Snapshot</b> for {text(value.audience + entitlements)} as of {text(value.known)}"
        f'<div style="{_QUIET}">{counts}, digest <code>{text(value.digest)}</code></div></div>'
    )


def report(value: ImportReport) -> str:
    """Returns the counts of an import and its first skipped records."""
    counts = f"{value.created:,} new, {value.updated:,} changed, {value.unchanged:,} unchanged, {value.n_skipped:,} skipped"
    counts += f", {value.n_held_back:,} held back, {value.n_adjusted:,} values adjusted, {value.files_ignored:,} files ignored"
    rows = (_row((text(f"{s.place.file}:{s.place.line}"), text(s.code), text(s.reason))) for s in value.skipped[:ROWS])
    skipped = _table(("place", "code", "reason"), rows) if value.skipped else ""
    unknown = ", ".join(f"{key} ({n})" for key, n in value.unknown_keys.items())
    warning = f"<div><b>{text(value.warning)}</b></div>" if value.warning else ""
    return f"{warning}<div>{text(counts)}</div>{skipped}{f'<div>Unknown keys: {text(unknown)}</div>' if unknown else ''}"


def policy(value: RankPolicy) -> str:
    """Returns every number of a policy with its range and default; changed numbers are bold."""
    rows = (
        _row((f"<b>{text(name)}</b>" if value[name] != default else text(name), text(value[name]), text(low), text(high), text(default)))
        for name, low, high, default in value.numbers()
    )
    return _table(("number", "value", "lowest", "highest", "default"), rows)
