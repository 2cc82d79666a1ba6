"""Self-service: visits, batches of events, handoffs, and completion of a query being typed."""

from __future__ import annotations

import datetime
import json
import pickle
from typing import Any

import kenpoint
import pytest
from conftest import at

NOW = at("2026-11-20T09:00:00")


@pytest.fixture
def snapshot(kb: kenpoint.KnowledgeBase) -> kenpoint.Snapshot:
    return kenpoint.open_snapshot(kb.snapshot("public"))


def a_visit(snapshot: kenpoint.Snapshot, session: str = "v1") -> kenpoint.Visit:
    """A visit with a search, shown results, an opened article, and negative feedback on it."""
    visit = snapshot.visit(session, party="acc-7", channel="web", products=[kenpoint.ProductItem("router"), {"id": "hearth"}])
    answer = snapshot.search("red light", viewer="public", now=NOW)
    visit.record("searched", query="red light", at=NOW)
    visit.record("shown", impression=answer.impression, at=NOW)
    visit.record("viewed", article="red-light", impression=answer.impression, at=NOW + datetime.timedelta(seconds=2))
    visit.record("did-not-solve", article="red-light", at=NOW + datetime.timedelta(seconds=40))
    return visit


def test_a_batch_counts_once(kb: kenpoint.KnowledgeBase, snapshot: kenpoint.Snapshot) -> None:
    visit = a_visit(snapshot)
    assert visit.session == "v1" and repr(visit) == "Visit(session='v1', outcome='silent')"
    before = kb.solve_rate("red-light")
    batch = visit.take_events()
    assert batch["base"] == snapshot.info.base and [event["id"] for event in batch["events"]] == ["v1-1", "v1-2", "v1-3", "v1-4"]
    assert kb.merge_events(batch, audience="public") == kenpoint.MergeReport(new=4, duplicates=0, rejected=())
    after = kb.solve_rate("red-light")
    assert after < before
    assert kb.merge_events(json.dumps(batch), audience="public") == kenpoint.MergeReport(new=0, duplicates=4, rejected=())
    assert kb.solve_rate("red-light") == after
    assert visit.take_events()["events"] == []
    visit.record("solved", article="pppoe-vlan", at=NOW + datetime.timedelta(minutes=1))
    assert [event["id"] for event in visit.take_events()["events"]] == ["v1-5"]
    assert visit.outcome() == kenpoint.VisitOutcome("solved", "pppoe-vlan")
    assert kb.session("v1").intents[0].queries == ("red light",)


def test_a_page_says_no_more_than_a_reader_does(kb: kenpoint.KnowledgeBase, snapshot: kenpoint.Snapshot) -> None:
    batch = a_visit(snapshot).take_events()
    rate = kb.solve_rate("red-light")
    late = {"what": "solved", "id": "x2", "article": "red-light", "at": NOW + datetime.timedelta(days=2)}
    wrong: list[dict[str, Any]] = [{"what": "merged", "id": "x1", "article": "red-light", "into": "pppoe-vlan", "at": NOW}, late]
    merged = kb.merge_events({**batch, "events": [*wrong, *batch["events"]]}, audience="public")
    assert merged.new == 4 and [(each.index, each.event, each.code) for each in merged.rejected] == [(0, "x1", 101), (1, "x2", 101)]
    assert kb.article("red-light").merged_into is None and kb.solve_rate("red-light") < rate
    with pytest.raises(kenpoint.ContradictionError):
        kb.merge_events({"base": "0" * 16, "events": []}, audience="public")
    with pytest.raises(kenpoint.UnknownNameError):
        kb.merge_events(batch, audience="martians")
    for bad in ("", "{}", "[]", {"base": 5}, {**batch, "more": 1}):
        with pytest.raises(kenpoint.InvalidRecordError):
            kb.merge_events(bad, audience="public")
    with pytest.raises((kenpoint.InvalidRecordError, TypeError)):
        kb.merge_events(b"{}", audience="public")  # type: ignore[arg-type]


def test_a_visit_checks_its_events(snapshot: kenpoint.Snapshot) -> None:
    visit = snapshot.visit("v1")
    with pytest.raises(kenpoint.InvalidRecordError, match=r"event\.session"):
        visit.record("searched", query="lamp", session="other")
    with pytest.raises(kenpoint.InvalidRecordError, match="did you mean query"):
        visit.record("searched", quary="lamp")
    with pytest.raises(kenpoint.InvalidRecordError):
        visit.record("dreamt")
    with pytest.raises(kenpoint.InvalidValueError, match="nothing that a reader does"):
        visit.record("merged", article="red-light", into="pppoe-vlan")
    with pytest.raises(kenpoint.InvalidValueError, match="no time zone"):
        visit.record("searched", query="lamp", at=datetime.datetime(2026, 11, 20))
    assert visit.take_events()["events"] == []
    for session in ("", "v" * 300):
        with pytest.raises(kenpoint.InputError):
            snapshot.visit(session)
    with pytest.raises(kenpoint.InvalidRecordError, match="products"):
        snapshot.visit("v2", products=[{"name": "x"}])
    with pytest.raises(kenpoint.InputError):
        snapshot.visit("v2", party="")
    before = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=5)
    visit.record("searched", query="lamp")
    (event,) = visit.take_events()["events"]
    assert before < datetime.datetime.fromisoformat(event["at"]) < before + datetime.timedelta(minutes=5)


def test_a_visit_goes_on_in_another_process(snapshot: kenpoint.Snapshot) -> None:
    visit = a_visit(snapshot)
    first = visit.take_events()
    for again in (kenpoint.Visit.from_json(visit.to_json()), pickle.loads(pickle.dumps(visit))):
        again.record("solved", article="pppoe-vlan", at=NOW)
        assert [event["id"] for event in again.take_events()["events"]] == ["v1-5"]
        assert again.hand_over("", at=NOW).batch["events"][:4] == first["events"]
    assert visit.outcome().ended == "silent"
    for bad in ("", "{}", visit.to_json().replace('"v1"', '""'), visit.to_json().replace('"session"', '"sesion"')):
        with pytest.raises(kenpoint.InputError):
            kenpoint.Visit.from_json(bad)


def test_a_need_is_handed_over(kb: kenpoint.KnowledgeBase, snapshot: kenpoint.Snapshot) -> None:
    visit = a_visit(snapshot)
    handoff = visit.hand_over("The ring is red and reset did not help.", at=NOW + datetime.timedelta(minutes=2))
    assert visit.outcome() == kenpoint.VisitOutcome("handed-over")
    assert (handoff.session, handoff.audience, handoff.party, handoff.channel) == ("v1", "public", "acc-7", "web")
    assert handoff.at == NOW + datetime.timedelta(minutes=2) and [item.id for item in handoff.products] == ["router", "hearth"]
    assert [(words.from_, words.text) for words in handoff.words] == [
        (kenpoint.TextOrigin.QUERY, "red light"), (kenpoint.TextOrigin.MESSAGE, "The ring is red and reset did not help."),
    ]  # fmt: skip
    assert handoff.shown[0] == "red-light" and handoff.leave_out == ("red-light",)
    assert handoff.tried == (kenpoint.Tried("red-light", NOW + datetime.timedelta(seconds=2), kenpoint.TriedOutcome.DID_NOT_SOLVE),)
    again = kenpoint.Handoff.from_json(handoff.to_json())
    assert again == handoff and pickle.loads(pickle.dumps(handoff)) == handoff

    before = kb.suggest(**handoff.request(), viewer="internal", threshold=0.0, limit=5)
    assert "red-light" not in [each.id for each in before] and "pppoe-vlan" in [each.id for each in before]
    for form, outcome in [(handoff, (4, 0)), (handoff.to_json(), (0, 4)), (json.loads(handoff.to_json()), (0, 4))]:
        merged = kb.open_handoff(form, "c9", audience="public")
        assert (merged.new, merged.duplicates, merged.rejected) == (*outcome, ())
    case = kb.case("c9")
    assert (case.session, case.party, case.channel) == ("v1", "acc-7", "web")
    assert [entry.text for entry in case.entries] == ["red light", "The ring is red and reset did not help."]
    assert [each.id for each in kb.suggest("c9", viewer="internal", threshold=0.0)] == ["pppoe-vlan"]
    with pytest.raises(kenpoint.InvalidRecordError, match="handoff"):
        kb.open_handoff("{}", "c10", audience="public")


def test_a_base_has_visits_too(kb: kenpoint.KnowledgeBase) -> None:
    visit = kb.visit("v3", viewer="public", party="acc-7")
    visit.record("rated", article="red-light", value=1.0, at=NOW)
    assert kb.merge_events(visit.take_events(), audience="public").new == 1
    with pytest.raises(kenpoint.UnknownNameError):
        kb.visit("v3", viewer="martians")


def test_typing_is_completed(kb: kenpoint.KnowledgeBase, snapshot: kenpoint.Snapshot) -> None:
    kb.put(kenpoint.ArticleDraft("secret", "product", "The router recall"))
    found = snapshot.complete("the rou", viewer="public", now=NOW)
    assert found == kenpoint.Completions(
        words=(kenpoint.WordCompletion("the router", 1),),
        titles=(kenpoint.TitleCompletion("The router shows a red light", "red-light"),),
    )
    inside = kenpoint.open_snapshot(kb.snapshot("internal"))
    assert [title.article for title in inside.complete("the rou", viewer="internal", now=NOW).titles] == ["secret", "red-light"]
    assert len(inside.complete("the rou", viewer="internal", now=NOW, limit=1).titles) == 1
    assert snapshot.complete("t", viewer="public", now=NOW) == kenpoint.Completions((), ())
    with pytest.raises(kenpoint.UnknownNameError):
        snapshot.complete("the", viewer="internal", now=NOW)
    with pytest.raises(kenpoint.OutOfHistoryError):
        snapshot.complete("the", viewer="public", now=NOW - datetime.timedelta(days=1))
    with pytest.raises(kenpoint.InputError):
        snapshot.complete("the", viewer="public", now=NOW, limit=0)
    with pytest.raises(kenpoint.TooLargeError):
        snapshot.complete("x" * 10_000, viewer="public", now=NOW)
