"""Shared fixtures: a manual clock, a small base and the sample help centre."""

from __future__ import annotations

import datetime
import signal
from collections.abc import Iterator
from pathlib import Path

import kenpoint
import pytest

# A runner that was started in the background passes on a SIGINT that is ignored; the tests are about Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parents[2]
UTC = datetime.timezone.utc


def at(text: str) -> datetime.datetime:
    """Reads an instant; without an offset it is UTC."""
    found = datetime.datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@pytest.fixture
def clock() -> kenpoint.FixedClock:
    return kenpoint.FixedClock(at("2026-11-20T09:00:00"))


@pytest.fixture
def kb(clock: kenpoint.FixedClock) -> Iterator[kenpoint.KnowledgeBase]:
    """A base with two articles and a case that one of them resolved."""
    with kenpoint.memory(clock=clock, seed=7) as base:
        for article, title, issue, fix in [
            ("red-light", "The router shows a red light", "The ring is red, no internet.", "Hold the reset button."),
            ("pppoe-vlan", "No sign-in since firmware 4.0", "Since the update no sign-in.", "Enter the VLAN under WAN."),
        ]:
            base.put(
                kenpoint.ArticleDraft(
                    article,
                    kenpoint.Kind.PRODUCT,
                    title,
                    audience="public",
                    confidence="validated",
                    sections=[kenpoint.Section("issue", issue), kenpoint.Section("resolution", fix)],
                )
            )
        note = kenpoint.EntryDraft("issue", "Red light on the router since the update, no internet.")
        base.open_case(kenpoint.CaseDraft("c1", party="acc-1", entries=[note]))
        base.link("c1", "pppoe-vlan", "resolved", by="ann")
        base.resolve_case("c1", first_contact=True)
        yield base


@pytest.fixture(scope="session")
def help_centre() -> Iterator[kenpoint.KnowledgeBase]:
    """One year of the sample help centre, as of its last day."""
    with kenpoint.memory(clock=kenpoint.FixedClock(at("2026-11-20T00:00:00"))) as base:
        report = base.import_path(ROOT / "examples/data", arrivals="as-dated", survey_scale=(1, 5))
        assert report.created > 7000 and not report.n_skipped, report
        yield base
