"""HTML and charts in notebooks: escaped, complete, and drawn without a display."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import kenpoint
import pytest
import vl_convert
from conftest import at

EVIL = "<script>alert('x')</script> & \"<b>"


class Parsed(HTMLParser):
    """The open tags, texts and attributes of a piece of HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.add(tag)
        assert not any(name.startswith("on") for name, _ in attrs), attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def evil() -> kenpoint.KnowledgeBase:
    kb = kenpoint.memory(clock=kenpoint.FixedClock(at("2026-01-01")))
    sections = [kenpoint.Section("resolution", f"lamp {EVIL}", heading=EVIL, audience="team")]
    kb.put(kenpoint.ArticleDraft("lamp", "product", f"lamp {EVIL}", sections=sections, tags=["a"]))
    kb.flag("lamp", "wrong", by="ann")
    note = kenpoint.EntryDraft("issue", f"lamp {EVIL}")
    kb.open_case(kenpoint.CaseDraft("c1", entries=[note]))
    kb.link("c1", "lamp", "resolved", by="ann")
    kb.resolve_case("c1")
    return kb


def shown(kb: kenpoint.KnowledgeBase) -> dict[str, Any]:
    search = kb.search("lamp", viewer="team", explain=True)
    suggest = kb.suggest(text="lamp alert", viewer="team")
    return {
        "article": kb.article("lamp"),
        "search": search,
        "hit": search[0],
        "suggest": suggest,
        "suggestion": suggest[0],
        "explanation": suggest[0].explanation,
        "table": kb.tables.articles(text=True),
        "cases": kb.tables.cases(text=True),
        "report": kb.import_bytes("x.jsonl", b'{"type": "<b>"}\n{"type": "case", "id": "c2", "<i>": 1}\n'),
        "policy": kb.policy.replace(text_b=0.5),
        "nothing": kb.search("zebra", viewer="team"),
    }


@pytest.mark.parametrize("name", shown(evil()))
def test_html_is_escaped_and_well_formed(name: str) -> None:
    html = shown(evil())[name]._repr_html_()
    parsed = Parsed(html)
    assert parsed.tags <= {"div", "span", "b", "code", "mark", "table", "thead", "tbody", "tr", "td", "th", "ol", "li"}
    assert "script" not in parsed.tags
    if name in ("article", "search", "hit", "suggest", "suggestion", "table"):
        assert "<script>" in "".join(parsed.texts), "the text itself is shown"


def test_an_explanation_has_a_bar_for_each_factor() -> None:
    html = shown(evil())["explanation"]._repr_html_()
    assert html.count("position:relative") == 5
    for name in kenpoint.FactorName:
        assert name in html


def test_colours_do_not_depend_on_a_light_ground() -> None:
    for value in shown(evil()).values():
        assert not re.search(r"color:\s*(#000|#fff|black|white)|background:\s*(#fff|white)", value._repr_html_())


@pytest.mark.parametrize("name", ["freshness", "evidence", "closers", "factors"])
def test_charts_are_drawn_from_the_base(help_centre: kenpoint.KnowledgeBase, name: str) -> None:
    plot = help_centre.plot
    answer = help_centre.suggest(text="Red light since the update", viewer="internal")
    argument = {"evidence": ["aurora-router-red-light"], "factors": [answer]}.get(name, [])
    chart = getattr(plot, name)(*argument)
    spec = chart.to_dict()
    rows = spec["data"]["values"]
    assert spec["background"] == "transparent"
    match name:
        case "freshness":
            assert len(rows) == len(help_centre.tables.freshness())
        case "evidence":
            total = sum(row.amount for row in help_centre.evidence_of("aurora-router-red-light"))
            assert sum(row["amount"] for row in rows) == pytest.approx(total)
        case "closers":
            links = help_centre.links_of_article(rows[0]["article"])
            assert rows[0]["cases"] == sum(link.closes_case() for link in links)
        case "factors":
            assert len(rows) == 5 * len(answer)
    picture = vl_convert.vegalite_to_svg(chart.to_json())
    assert picture.startswith("<svg") and len(picture) > 2_000
