"""Names, fields and defaults in Python are equal to those of the core."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from enum import StrEnum
from typing import Any

import kenpoint
import pytest
from conftest import at
from kenpoint import _codec, _kenpoint, errors, model

LEAST: dict[str, dict[str, Any]] = {
    "ArticleDraft": {"id": "a", "kind": "product", "title": "t"},
    "CaseDraft": {"id": "c"},
    "Context": {},
    "EntryDraft": {"reuse": "issue", "text": "t"},
    "FactDraft": {"subject": "s", "predicate": "p", "value": "v", "as_of": at("2026-01-01")},
    "Filter": {},
    "FreshnessPolicy": {"interval_days": 3},
    "LinkDraft": {"case": "c", "article": "a", "link": "resolved"},
    "ProductItem": {"id": "p"},
    "ProductScope": {"id": "p"},
    "Scope": {},
    "Section": {"role": "issue", "text": "t"},
    "Source": {"system": "s", "key": "k"},
    "Viewer": {"audience": "public"},
}


def test_every_enum_has_the_members_of_the_core() -> None:
    core = _kenpoint._all_names()
    ours = {name: [str(each) for each in getattr(model, name)] for name in core}
    assert ours == core
    others = {name for name in model.__all__ if issubclass(getattr(model, name), StrEnum)} - set(core)
    assert others == {"Recorded"}


@pytest.mark.parametrize("noun", LEAST)
def test_a_draft_has_the_fields_and_defaults_of_the_core(noun: str) -> None:
    kind = getattr(model, noun)
    draft = kind(**LEAST[noun])
    least = {name: value for name, value in LEAST[noun].items()}
    # The defaults of Python are equal to the defaults of the core for the smallest record.
    from_core = json.loads(_kenpoint._normal(noun, _codec.encode(least)))
    assert json.loads(_kenpoint._normal(noun, _codec.encode(draft))) == from_core
    assert {field.name for field in dataclasses.fields(kind)} == set(from_core)
    written = json.loads(_codec.encode(draft))
    for name, value in written.items():
        if noun == "ArticleDraft" and name == "scope":
            continue
        if name != "as_of":
            assert value == from_core[name], name


def keys(text: str) -> set[str]:
    value = json.loads(text)
    return set(value[0] if isinstance(value, list) else value)


def test_a_result_has_the_fields_of_the_core(kb: kenpoint.KnowledgeBase) -> None:
    kb.flag("red-light", "wrong", by="ann")
    kb.record_all([{"what": "actor-set", "who": {"id": "ann", "licence": "reader"}}])
    kb.record("searched", query="red light", session="s1")
    kb.record("solved", article="red-light", session="s1")
    session = json.loads(kb._session("s1"))
    raw = {
        "Article": kb._article("red-light"),
        "VersionInfo": kb._versions("red-light"),
        "Freshness": kb._freshness("red-light", None),
        "Suspect": json.dumps(json.loads(kb._article("red-light"))["suspect"]),
        "EvidenceRow": kb._evidence("pppoe-vlan"),
        "Case": kb._case("c1"),
        "Entry": json.dumps(json.loads(kb._case("c1"))["entries"]),
        "Link": kb._links_of_case("c1"),
        "Session": json.dumps(session),
        "Intent": json.dumps(session["intents"]),
        "Actor": kb._actor("ann"),
        "Impression": kb._impression_of(kb.search("red", viewer="public").impression),
        "ReviewItem": kb._review_queue(None, "unverified", 10, None),
        "Counts": kb._counts(),
        "Stats": kb._stats(),
        "MemoryUse": json.dumps(json.loads(kb._stats())["memory"]),
        "FileUse": json.dumps(json.loads(kb._stats())["files"]),
        "Verified": kb._verify(),
        "ImportReport": kb._import_bytes("a.jsonl", b"{}", None, None),
        "Skipped": json.dumps(json.loads(kb._import_bytes("a.jsonl", b"{}", None, None))["skipped"]),
        "AdjustedValue": json.dumps(json.loads(kb._import_bytes("a.md", b"---\nkind: odd\n---\nx", None, None))["adjusted"]),
        "HeldBack": json.dumps(json.loads(kb._import_bytes("a.md", b"---\ndraft: true\n---\nx", None, None))["held_back"]),
        "IgnoredFile": json.dumps(json.loads(kb._import_bytes("a.md", b"", None, None))["ignored"]),
    }
    for noun, text in raw.items():
        fields = {field.name.rstrip("_") for field in dataclasses.fields(getattr(model, noun))}
        assert fields == keys(text), noun


def test_counts_and_statistics_are_typed(kb: kenpoint.KnowledgeBase) -> None:
    assert kb.counts() == kenpoint.Counts(articles=2, cases=1)
    stats = kb.stats()
    assert isinstance(stats, kenpoint.Stats) and (stats.articles, stats.cases, stats.links, stats.memory_limit) == (2, 1, 1, None)
    parts = [getattr(stats.memory, field.name) for field in dataclasses.fields(stats.memory) if field.name != "total"]
    assert stats.memory.total == sum(parts) > 0 and stats.files == kenpoint.FileUse(store=0, index=0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        stats.articles = 3  # type: ignore[misc]
    with kenpoint.memory(memory_limit=1 << 30) as limited:
        assert limited.stats().memory_limit == 1 << 30


def test_the_core_decides_which_links_close_a_case(kb: kenpoint.KnowledgeBase) -> None:
    kb.link("c1", "red-light", "helped", by="ann")
    assert {link.article: link.closes_case() for link in kb.links_of_case("c1")} == {"pppoe-vlan": True, "red-light": False}
    kb.judge_link("c1", "pppoe-vlan", "resolved", "rejected")
    assert not any(link.closes_case() for link in kb.links_of_case("c1"))
    kb.judge_link("c1", "pppoe-vlan", "resolved", "confirmed")
    assert kb.links_of_article("pppoe-vlan")[0].closes_case()
    kb.retract_link("c1", "pppoe-vlan", "resolved")
    assert not kb.links_of_article("pppoe-vlan")[0].closes_case()
    (row,) = (row for row in kb.tables.links().to_dicts() if row["link"] == "resolved")
    assert not kenpoint.LinkType(row["link"]).closes_case(row["verdict"], is_retracted=row["retracted_at"] is not None)
    with pytest.raises(kenpoint.InvalidValueError):
        kenpoint.LinkType.RESOLVED.closes_case("perhaps")


def test_every_code_has_its_class_in_its_group() -> None:
    codes = _kenpoint._all_codes()
    assert {code: each.name for code, each in errors.BY_CODE.items()} == dict(codes)
    groups = {1: errors.InputError, 2: errors.StateError, 3: errors.StorageError, 4: errors.IndexingError, 9: errors.InternalError}
    for code, name in codes:
        each = errors.BY_CODE[code]
        assert issubclass(each, groups[code // 100]), name
        assert getattr(kenpoint, each.__name__) is each
        if code != 901:
            assert each.__name__ == f"{name}Error"


def test_a_record_is_read_back_as_it_was_given(kb: kenpoint.KnowledgeBase) -> None:
    draft = kenpoint.ArticleDraft(
        "full",
        "product",
        "Everything",
        sections=[kenpoint.Section("issue", "a", heading="h", audience="internal")],
        scope=kenpoint.Scope(
            products=[kenpoint.ProductScope("router", versions=">=3.0 <4")],
            regions=["eu"],
            valid_from=at("2026-01-01T08:00:00+02:00"),
        ),
        freshness=kenpoint.FreshnessPolicy(ttl_days=30),
        tags=["wifi"],
        owner="ann",
        source=kenpoint.Source("wiki", "42"),
        verified=at("2026-10-01"),
    )
    kb.put(draft)
    full = kb.article("full")
    assert full.sections == (kenpoint.Section("issue", "a", heading="h", audience="internal"),)
    assert full.scope.products == (kenpoint.ProductScope("router", versions=">=3.0 <4"),)
    assert full.scope.valid_from == at("2026-01-01T06:00:00")
    assert full.freshness == kenpoint.FreshnessPolicy(ttl_days=30)
    assert full.kind is kenpoint.Kind.PRODUCT and full.source == kenpoint.Source("wiki", "42")
    # Lists return as tuples. `verified` is a state of the article, not of the draft.
    same = dataclasses.replace(
        draft,
        sections=tuple(draft.sections),
        tags=tuple(draft.tags),
        scope=full.scope,
        verified=None,
    )
    assert full.draft() == same


def test_values_pickle_compare_and_hash(kb: kenpoint.KnowledgeBase) -> None:
    search = kb.search("red light", viewer="internal", explain=True)
    suggest = kb.suggest(text="red light since the update", viewer="internal")
    values: list[Any] = [
        search,
        search[0],
        search[0].explanation,
        search[0].snippet,
        search[0].explanation and search[0].explanation.factors[0],
        suggest,
        suggest[0],
        suggest.similar[0],
        kb.article("red-light"),
        kb.case("c1"),
        kb.links_of_case("c1")[0],
        kb.policy.replace(text_b=0.5),
        kb.freshness_of("red-light"),
    ]
    for value in values:
        again = pickle.loads(pickle.dumps(value))
        assert again == value and again is not value and type(again) is type(value)
        assert repr(again) == repr(value)
        assert copy.copy(value) == value
        if not isinstance(value, kenpoint.SearchAnswer | kenpoint.SuggestAnswer):
            assert hash(again) == hash(value)
        assert value != object()
    assert search[0] != search[1]
    with pytest.raises((AttributeError, TypeError)):
        values[0].impression = "x"
    with pytest.raises(dataclasses.FrozenInstanceError):
        values[8].title = "x"


def test_an_answer_is_a_sequence(kb: kenpoint.KnowledgeBase) -> None:
    answer = kb.search("red light sign-in update", viewer="internal")
    assert len(answer) == 2 and [hit.id for hit in answer] == [hit.id for hit in answer.hits]
    assert answer[-1] == answer.hits[1] and answer[0:1] == answer.hits[:1]
    assert isinstance(answer[0].kind, kenpoint.Kind) and 0 <= answer[0].solve_probability <= 1
    for wrong in (2, -3):
        with pytest.raises(IndexError):
            answer[wrong]
    with pytest.raises(TypeError):
        answer["0"]  # type: ignore[call-overload]


def test_a_misspelt_field_is_an_error_that_names_it(kb: kenpoint.KnowledgeBase) -> None:
    wrong: list[tuple[Any, str]] = [
        ({"id": "x", "kind": "product", "title": "t", "sectons": []}, "sectons"),
        ({"id": "x", "kind": "product", "title": "t", "sections": [{"role": "issue", "text": "", "head": 1}]}, "head"),
        ({"id": "x", "kind": "prodct", "title": "t"}, "kind"),
        ({"id": "x", "kind": "product"}, "title"),
        ({"id": "x", "kind": "product", "title": 5}, "title"),
        (kenpoint.ArticleDraft("x", "product", "t", sections=[{"role": "isue", "text": ""}]), "role"),
        ([], "article"),
        ("x", "article"),
        (5, "article"),
    ]
    for draft, name in wrong:
        with pytest.raises(kenpoint.InvalidRecordError, match=name):
            kb.put(draft)
    with pytest.raises(kenpoint.InvalidRecordError, match="article"):
        kb.record("viewed", artcle="red-light")
    with pytest.raises(kenpoint.InvalidRecordError, match="colour"):
        kb.record("solved", article="red-light", colour="red")
    with pytest.raises(kenpoint.InvalidRecordError, match="tag"):
        kb.search("x", viewer="public", filter={"tag": ["a"]})
    with pytest.raises(kenpoint.InvalidRecordError, match="product"):
        kb.search("x", viewer="public", context={"product": "a"})


def test_naive_times_are_refused_with_advice(kb: kenpoint.KnowledgeBase) -> None:
    naive = at("2026-01-01").replace(tzinfo=None)
    calls = [
        lambda: kb.search("x", viewer="public", now=naive),
        lambda: kb.as_of(naive),
        lambda: kb.replay([naive], lambda i, then: None),
        lambda: kb.record("solved", article="red-light", at=naive),
        lambda: kb.put(kenpoint.ArticleDraft("n", "product", "t", verified=naive)),
        lambda: kb.freshness_of("red-light", now=naive),
        lambda: kb.tables.freshness(now=naive),
        lambda: kenpoint.FixedClock(naive),
    ]
    for call in calls:
        with pytest.raises(kenpoint.InvalidValueError, match="tzinfo") as caught:
            call()
        assert isinstance(caught.value, ValueError)


def test_times_come_back_aware_to_the_millisecond(clock: kenpoint.FixedClock) -> None:
    kb = kenpoint.memory(clock=clock)
    clock.set(at("2026-11-20T10:30:00.123456+01:00"))
    assert kb.now() == at("2026-11-20T09:30:00.123") and kb.now().utcoffset() is not None
    clock.set(at("1969-12-31T23:59:59.998500"))
    assert kb.now() == at("1969-12-31T23:59:59.998")
    kb.open_case(kenpoint.CaseDraft("c", opened=at("1969-12-31T23:59:59.998500")))
    assert kb.case("c").opened == at("1969-12-31T23:59:59.998")


def test_a_policy_is_checked_and_shows_its_changes() -> None:
    policy = kenpoint.RankPolicy(text_b=0.5, interval_days={"crm": 7})
    assert repr(policy) == "RankPolicy(text_b=0.5, interval_days={'crm': 7, 'process': 180, 'product': 180, 'company': 365, 'competitive': 90, 'general': 365, 'analytical': 180, 'community': 180})"
    assert policy["interval_days"]["process"] == 180
    assert dict(policy).keys() == dict(kenpoint.RankPolicy()).keys()
    with pytest.raises(kenpoint.InvalidRecordError, match="textb"):
        policy.replace(textb=1)
    with pytest.raises(kenpoint.ContradictionError):
        policy.replace(half_life_short_days=400)
    with pytest.raises(kenpoint.InvalidRecordError):
        policy.replace(text_b=float("nan"))


def test_a_policy_is_frozen_and_nothing_else_is_one(kb: kenpoint.KnowledgeBase) -> None:
    policy = kb.policy
    with pytest.raises(TypeError):
        policy["interval_days"]["crm"] = 1
    for other in ({}, {"text_b": 0.5}, None):
        with pytest.raises(TypeError, match="RankPolicy"):
            kb.set_policy(other)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="RankPolicy"):
        kb.as_of(kb.now(), policy={})  # type: ignore[arg-type]
    assert kb.policy == policy
