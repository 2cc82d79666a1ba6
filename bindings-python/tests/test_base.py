"""The calls of a base: opening, writing, reading, views of the past, imports and exports."""

from __future__ import annotations

import datetime
import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import kenpoint
import pytest
from conftest import ROOT, at


def test_a_base_on_disk_lives_on(tmp_path: Path, clock: kenpoint.FixedClock) -> None:
    with kenpoint.open(tmp_path / "base", clock=clock) as kb:
        kb.put({"id": "a", "kind": "product", "title": "Lamp"})
        with pytest.raises(kenpoint.BusyError):
            kenpoint.open(tmp_path / "base")
    assert kb.closed and repr(kb) == "KnowledgeBase(closed)"
    with kenpoint.open(str(tmp_path / "base"), clock=clock, trust_file=True, background=False, cache_bytes=1 << 20) as kb:
        assert kb.article("a").title == "Lamp"
        assert kb.stats().articles == 1 and kb.stats().files.store > 0


def test_read_only_a_base_is_read_and_never_written(tmp_path: Path) -> None:
    folder = tmp_path / "base"
    with pytest.raises(kenpoint.NotABaseError):
        kenpoint.open(folder, read_only=True)
    assert not folder.exists()
    with kenpoint.open(folder) as kb:
        kb.put({"id": "a", "kind": "product", "title": "Lamp"})
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with kenpoint.open(folder, read_only=True) as kb, kenpoint.open(folder, read_only=True) as second:
        assert kb.article("a").title == second.article("a").title == "Lamp"
        with pytest.raises(kenpoint.ReadOnlyError, match="read_only"):
            kb.put({"id": "b", "kind": "product", "title": "Lamp"})
        with pytest.raises(kenpoint.BusyError):
            kenpoint.open(folder)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_many_bases_share_threads_and_a_cache(tmp_path: Path) -> None:
    shared = kenpoint.SharedResources(threads=2, cache_bytes=1 << 20)
    bases = [kenpoint.open(tmp_path / str(n), resources=shared) for n in range(20)]
    for n, kb in enumerate(bases):
        kb.put({"id": "a", "kind": "product", "title": f"Lamp {n}", "audience": "public", "confidence": "validated"})
        assert [answer[0].title for answer in kb.search_many(["lamp", str(n)], viewer="public")] == [f"Lamp {n}"] * 2
    assert shared.bases == 20 and 0 < shared.threads <= 4
    assert 0 < shared.cache_bytes <= shared.cache_limit == 1 << 20
    assert repr(shared).startswith("SharedResources(bases=20, ")
    for kb in bases:
        kb.close()
    assert shared.bases == 0 and shared.cache_bytes == 0
    for wrong in ({"threads": 2}, {"cache_bytes": 1 << 20}):
        with pytest.raises(kenpoint.ContradictionError):
            kenpoint.open(tmp_path / "0", resources=shared, **wrong)
    with pytest.raises(kenpoint.InvalidValueError, match="threads"):
        kenpoint.SharedResources(threads=0)


def test_a_put_after_the_folder_was_moved_raises(tmp_path: Path) -> None:
    folder = tmp_path / "base"
    kb = kenpoint.open(folder)
    kb.put({"id": "a", "kind": "product", "title": "Lamp"})
    folder.rename(tmp_path / "aside")
    with pytest.raises(kenpoint.IoError, match="no longer where it was opened"):
        kb.put({"id": "b", "kind": "product", "title": "Lamp"})
    assert kb.article("a").title == "Lamp"
    (tmp_path / "aside").rename(folder)
    kb.put({"id": "b", "kind": "product", "title": "Lamp"})
    kb.close()


def test_after_close_every_call_raises(kb: kenpoint.KnowledgeBase) -> None:
    kb.close()
    kb.close()
    for call in (kb.now, kb.flush, kb.verify, kb.stats, lambda: kb.search("x", viewer="public"), lambda: kb.policy, kb.tables.cases):
        with pytest.raises(kenpoint.ClosedError, match=r"kenpoint\.open"):
            call()


def test_a_body_that_raises_closes_too() -> None:
    with pytest.raises(ZeroDivisionError), kenpoint.memory() as kb:
        1 / 0  # noqa: B018
    assert kb.closed


def test_options_are_checked(tmp_path: Path) -> None:
    with pytest.raises(kenpoint.InputError):
        kenpoint.memory(threads=1000)
    with pytest.raises(kenpoint.InputError):
        kenpoint.memory(language="no language")
    with pytest.raises(kenpoint.ContradictionError):
        kenpoint.open(tmp_path / "a", cache_bytes=1 << 30, memory_limit=1 << 20)
    with pytest.raises(kenpoint.InputError):
        kenpoint.memory(audiences=[])
    (tmp_path / "file").write_text("x")
    with pytest.raises(kenpoint.StorageError):
        kenpoint.open(tmp_path / "file")


def test_custom_audiences() -> None:
    labels = [
        kenpoint.AudienceLabel("staff", "work-in-progress", True, True),
        kenpoint.AudienceLabel("world", "validated", False, False, inward=["staff"]),
    ]
    kb = kenpoint.memory(audiences=labels)
    kb.put(kenpoint.ArticleDraft("a", "product", "Lamp", audience="world", confidence="validated"))
    kb.put(kenpoint.ArticleDraft("b", "product", "Lamp inside", audience="staff"))
    assert [hit.id for hit in kb.search("lamp", viewer="world")] == ["a"]
    assert len(kb.search("lamp", viewer="staff")) == 2
    with pytest.raises(kenpoint.UnknownNameError):
        kb.search("lamp", viewer="public")


def test_a_memory_limit_refuses_and_reading_goes_on() -> None:
    kb = kenpoint.memory(memory_limit=400_000)
    with pytest.raises(kenpoint.MemoryLimitError):
        for n in range(10_000):
            section = kenpoint.Section("note", f"lamp {n} " + "word " * 200)
            kb.put(kenpoint.ArticleDraft(f"a{n}", "product", f"Lamp {n}", sections=[section]))
    assert len(kb.search("lamp", viewer="internal")) == 10
    kb.verify()


def test_notices_reach_python_and_may_not_call_back(tmp_path: Path) -> None:
    heard: list[tuple[str, str, str]] = []
    raised: list[Exception] = []

    def listen(level: str, topic: str, message: str) -> None:
        heard.append((level, topic, message))
        for kb in bases:
            try:
                kb.now()
            except kenpoint.KenpointError as error:
                raised.append(error)

    bases: list[kenpoint.KnowledgeBase] = []
    kb = kenpoint.open(tmp_path / "base", on_notice=listen)
    bases.append(kb)
    kb.close()
    assert {"open", "close"} <= {topic for _, topic, _ in heard}
    assert all(level in ("error", "warning", "info", "debug") for level, _, _ in heard)
    assert raised and all(isinstance(each, kenpoint.NotAllowedHereError | kenpoint.ClosedError) for each in raised)


def test_states_links_and_evidence(kb: kenpoint.KnowledgeBase, clock: kenpoint.FixedClock) -> None:
    new, same = kenpoint.Recorded.NEW, kenpoint.Recorded.UNCHANGED
    assert kb.put({"id": "d", "kind": "product", "title": "Draft"}).outcome is new
    assert kb.put({"id": "d", "kind": "product", "title": "Draft"}).outcome is same
    assert kb.edit({"id": "d", "kind": "product", "title": "Draft 2"}, expects=1).version == 2
    with pytest.raises(kenpoint.VersionConflictError):
        kb.edit({"id": "d", "kind": "product", "title": "Draft 3"}, expects=1)
    kb.publish("d", "public")
    assert kb.article("d").confidence is kenpoint.Confidence.VALIDATED
    kb.change_state("d", governance=kenpoint.Governance.RESTRICTED)
    assert kb.article("d").governance is kenpoint.Governance.RESTRICTED
    kb.verify_article("d", by="ann")
    assert kb.freshness_of("d").state is kenpoint.FreshnessState.FRESH
    kb.flag("d", kenpoint.FlagReason.UNSAFE, by="bob")
    suspect = kb.article("d").suspect
    assert suspect is not None and suspect.reason is kenpoint.FlagReason.UNSAFE and suspect.since == clock.now()
    assert [item.id for item in kb.reviews.queue()] == ["d"]
    assert [version.title for version in kb.versions("d")] == ["Draft", "Draft 2"]
    assert kb.version("d", 1).title == "Draft"
    with pytest.raises(kenpoint.VersionNotFoundError):
        kb.version("d", 3)
    kb.relate("d", "red-light", kenpoint.Relation.RELATED)
    assert kb.article("d").relations == ((kenpoint.Relation.RELATED, "red-light"),)
    kb.merge("d", into="red-light")
    assert kb.article("d").id == "red-light"
    kb.archive("red-light")
    assert not kb.search("red light", viewer="public").hits or kb.search("red light", viewer="public")[0].id != "red-light"

    before = kb.solve_rate("pppoe-vlan")
    kb.open_case(kenpoint.CaseDraft("c2", party="acc-2"))
    kb.note("c2", kenpoint.EntryDraft("issue", "no sign-in"))
    kb.link("c2", "pppoe-vlan", kenpoint.LinkType.RESOLVED, by="ann", confidence=1.0)
    kb.close_case("c2")
    after = kb.solve_rate("pppoe-vlan")
    assert after > before
    kb.judge_link("c2", "pppoe-vlan", "resolved", kenpoint.Verdict.REJECTED)
    assert kb.solve_rate("pppoe-vlan") == before
    kb.judge_link("c2", "pppoe-vlan", "resolved", "confirmed")
    assert kb.solve_rate("pppoe-vlan") == after
    assert kb.retract_link("c2", "pppoe-vlan", "resolved") is new
    assert kb.solve_rate("pppoe-vlan") == before
    assert kb.links_of_case("c2")[0].retracted_at is not None
    with pytest.raises(kenpoint.LinkNotFoundError):
        kb.retract_link("c2", "pppoe-vlan", "helped")
    clock.advance(datetime.timedelta(minutes=1))
    kb.reopen_case("c2")
    assert kb.case("c2").status is kenpoint.CaseStatus.REOPENED
    assert {row.signal for row in kb.evidence_of("pppoe-vlan")} == {kenpoint.Signal.RESOLVED}
    assert len(kb.links_of_article("pppoe-vlan")) == 2


def test_feedback_changes_the_next_answer(kb: kenpoint.KnowledgeBase) -> None:
    first = kb.search("router update", viewer="customer", explain=True)
    token = first.impression
    assert kb.impression_of(token).articles == tuple(hit.id for hit in first)
    shown = kb.record("shown", impression=token, session="s1")
    assert shown is kenpoint.Recorded.NEW
    once = kb.record("solved", id="e1", article=first[-1].id, session="s1", actor="r1")
    twice = kb.record("solved", id="e1", article=first[-1].id, session="s1", actor="r1")
    assert (once, twice) == (kenpoint.Recorded.NEW, kenpoint.Recorded.DUPLICATE)
    second = kb.search("router update", viewer="customer")
    score = {hit.id: hit.score for hit in second}
    assert score[first[-1].id] > first[-1].score
    with pytest.raises(kenpoint.InvalidImpressionError):
        kb.record("shown", impression="k1-00")
    with pytest.raises(kenpoint.ArticleNotFoundError):
        kb.record_all([{"what": "solved", "article": "red-light", "id": "e2"}, {"what": "solved", "article": "nothing"}])
    assert kb.record("solved", id="e2", article="red-light") is kenpoint.Recorded.NEW, "all or none"
    assert kb.session("s1").intents[0].from_ == kb.now()


def test_the_batch_is_equal_to_single_calls(kb: kenpoint.KnowledgeBase) -> None:
    queries = ["red", "sign-in", "update", "router", "nothing at all"] * 20
    single = [kb.search(query, viewer="internal", explain=True) for query in queries]
    assert kb.search_many(queries, viewer="internal", explain=True) == single
    assert kb.search_many((q for q in queries[:2]), viewer="internal", explain=True) == single[:2]
    texts = ["red light", "no sign-in since the update"] * 10
    assert kb.suggest_many(texts=texts, viewer="internal") == [kb.suggest(text=text, viewer="internal") for text in texts]
    assert kb.suggest_many(["c1"], viewer="internal") == [kb.suggest("c1", viewer="internal")]
    assert kb.suggest_many([], viewer="internal") == []
    with pytest.raises(kenpoint.CaseNotFoundError):
        kb.suggest_many(["c1", "c9"], viewer="internal")
    for wrong in ({}, {"cases": ["c1"], "texts": ["x"]}, {"cases": "c1"}):
        with pytest.raises(TypeError):
            kb.suggest_many(**wrong, viewer="internal")
    with pytest.raises(TypeError):
        kb.search("red")  # type: ignore[call-arg]


def test_context_and_filter_reach_the_core(kb: kenpoint.KnowledgeBase) -> None:
    only = kenpoint.Filter(kinds=[kenpoint.Kind.CRM])
    assert len(kb.search("red light", viewer="internal", filter=only)) == 0
    tried = kenpoint.Context(tried=["red-light"], items=[kenpoint.ProductItem("router", version="4.0")])
    answer = kb.suggest(text="red light", viewer="internal", context=tried)
    assert "red-light" not in [each.id for each in answer]
    assert kb.suggest(text="red light", viewer="internal", threshold=1.0).abstained
    with pytest.raises(kenpoint.ContradictionError):
        late = kenpoint.Filter(edited_from=at("2026-02-01"), edited_to=at("2026-01-01"))
        kb.search("red", viewer="internal", filter=late)


def test_the_past_under_the_policy_of_the_day_and_under_another(kb: kenpoint.KnowledgeBase, clock: kenpoint.FixedClock) -> None:
    then = kb.now()
    text = "red light on the router since the update"
    said = kb.suggest(text=text, viewer="internal")
    clock.advance(datetime.timedelta(days=1))
    kb.set_policy(kb.policy.replace(case_rho=0.0))
    assert kb.policy["case_rho"] == 0.0
    now = kb.suggest(text=text, viewer="internal")
    assert now != said
    view = kb.as_of(then)
    assert isinstance(view, kenpoint.KnowledgeBase) and view.now() == then
    assert [each.score for each in view.suggest(text=text, viewer="internal")] == [each.score for each in said]
    trial = kb.as_of(then, policy=kb.policy).suggest(text=text, viewer="internal")
    assert [each.score for each in trial] != [each.score for each in said]

    kept: list[kenpoint.KnowledgeBase] = []

    def visit(i: int, past: kenpoint.KnowledgeBase) -> tuple[int, float]:
        kept.append(past)
        return i, past.suggest(text=text, viewer="internal")[0].score

    days = [then, clock.now()]
    by_the_day = kb.replay(days, visit)
    assert by_the_day[0] == (0, said[0].score)
    under_the_first = kb.replay(days, visit, policy=kenpoint.RankPolicy())
    assert under_the_first[0] == by_the_day[0] and under_the_first[1] != by_the_day[1]
    assert all(each.closed for each in kept), "a view ends with its visit"
    with pytest.raises(kenpoint.OutOfHistoryError):
        kb.replay(days[::-1], visit)
    with pytest.raises(ZeroDivisionError):
        kb.replay(days, lambda i, past: 1 / 0)
    with pytest.raises(kenpoint.InvalidValueError):
        kb.replay(days, visit, policy=kenpoint.RankPolicy(text_b=5))


def test_imports_report_and_export_comes_back(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "lamp.md").write_text("---\nid: lamp\nkind: product\n---\n# The lamp stays dark\n\nChange the fuse.\n")
    (tmp_path / "in" / "bad.jsonl").write_text('{"type": "case"}\n{"type": "case", "id": "c1"}\n')
    reported: list[tuple[str, int, int, int]] = []
    kb = kenpoint.memory()
    report = kb.import_path(tmp_path / "in", progress=lambda *each: reported.append(each), audience="public", confidence="validated")
    assert (report.created, report.n_skipped, report.taken) == (2, 1, 2)
    assert report.skipped[0].place == kenpoint.SourcePlace("bad.jsonl", 1) and report.skipped[0].code == 107
    assert reported[-1][1:3] == (3, 1)
    assert kb.search("lamp", viewer="public")[0].id == "lamp"
    assert kb.import_path(tmp_path / "in").created == 0
    lines = kb.export()
    assert isinstance(lines, bytes) and len(lines.splitlines()) == kb.stats().records + 1
    assert kb.export(tmp_path / "log.jsonl") == kb.stats().records
    assert (tmp_path / "log.jsonl").read_bytes() == lines
    with pytest.raises(kenpoint.IoError):
        kb.export(tmp_path / "log.jsonl")
    again = kenpoint.memory()
    again.import_bytes("log.jsonl", lines)
    assert again.digest() == kb.digest() == again.verify().digest
    with pytest.raises(kenpoint.IoError):
        kb.import_path(tmp_path / "none")
    with pytest.raises(kenpoint.InvalidRecordError, match="colour"):
        kb.import_path(tmp_path / "in", colour="red")  # type: ignore[call-arg]
    with pytest.raises(kenpoint.InvalidValueError, match="name"):
        kb.import_bytes("lamp.docx", b"")


def test_a_progress_that_raises_ends_the_import() -> None:
    lines = b"".join(json.dumps({"type": "case", "id": f"c{n}"}).encode() + b"\n" for n in range(50_000))
    kb = kenpoint.memory()

    def stop(*_: object) -> None:
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        kb.import_bytes("cases.jsonl", lines, progress=stop)
    assert 0 < kb.stats().cases <= 50_000
    kb.verify()


def test_a_bar_shows_progress(capsys: pytest.CaptureFixture[str]) -> None:
    kenpoint.memory().import_bytes("lamp.md", b"# Lamp\n", progress=True)
    assert "1" in capsys.readouterr().err


CTRL_C = """
import _thread, kenpoint, sys, threading, time
kb = kenpoint.memory()
kb.import_path(sys.argv[1], arrivals="as-dated")
texts = ["red light on the router since the update, no internet on any device"] * 200_000
calls = {
    "suggest_many": lambda: kb.suggest_many(texts=texts, viewer="internal"),
    "replay": lambda: kb.replay([kb.now()] * 200_000, lambda i, then: None),
    "import": lambda: kb.import_bytes("c.jsonl", b"".join(b'{"type": "case", "id": "x%d"}\\n' % n for n in range(400_000))),
}
for name, call in calls.items():
    threading.Timer(0.5, _thread.interrupt_main).start()
    begun = time.monotonic()
    try:
        call()
        print(name, "went through")
    except KeyboardInterrupt:
        print(name, "interrupted" if time.monotonic() - begun < 30 else "late")
kb.verify()
print("sound")
"""


def test_ctrl_c_ends_long_calls() -> None:
    done = subprocess.run([sys.executable, "-c", CTRL_C, str(ROOT / "examples/data")], capture_output=True, text=True, timeout=300)
    assert done.stdout.split("\n") == ["suggest_many interrupted", "replay interrupted", "import interrupted", "sound", ""], done


def test_the_interpreter_goes_on_during_a_call(help_centre: kenpoint.KnowledgeBase) -> None:
    ticks = 0
    stop = threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not stop.is_set():
            ticks += 1
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    begun = time.monotonic()
    help_centre.suggest_many(texts=["red light since the update"] * 2_000, viewer="internal")
    took = time.monotonic() - begun
    stop.set()
    thread.join()
    # If the call held the interpreter's lock, there would be two or three ticks.
    assert ticks > max(10, took * 20), (ticks, took)


def test_signals_are_the_interpreters(kb: kenpoint.KnowledgeBase) -> None:
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_batches_report_progress(help_centre: kenpoint.KnowledgeBase) -> None:
    reported: list[tuple[str, int]] = []

    def tell(what: str, records: int, skipped: int, size: int) -> None:
        reported.append((what, records))

    queries = ["red light"] * 600
    answers = help_centre.search_many(queries, viewer="public", progress=tell)
    assert [hit.id for hit in answers[599]] == [hit.id for hit in help_centre.search("red light", viewer="public")]
    assert reported == [("search_many", 256), ("search_many", 512), ("search_many", 600)]
    reported.clear()
    assert len(help_centre.suggest_many(texts=iter(queries[:10]), viewer="internal", progress=tell)) == 10
    assert reported == [("suggest_many", 10)]
    reported.clear()
    assert help_centre.replay([help_centre.now()] * 2, lambda i, then: i, progress=tell) == [0, 1]
    assert reported == [("replay", 1), ("replay", 2)]


def test_an_export_is_whole_or_not_there(help_centre: kenpoint.KnowledgeBase, tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    n = help_centre.export(path)
    assert len(path.read_bytes().splitlines()) == n + 1
    with pytest.raises(kenpoint.IoError, match="log.jsonl"):
        help_centre.export(path)
    assert len(path.read_bytes().splitlines()) == n + 1
    with pytest.raises(kenpoint.IoError):
        help_centre.export(tmp_path / "no folder" / "log.jsonl")


def test_a_search_without_snippets_is_the_same_search(help_centre: kenpoint.KnowledgeBase) -> None:
    whole = help_centre.search("red light", viewer="internal")
    bare = help_centre.search("red light", viewer="internal", snippet_chars=0)
    assert [(hit.id, hit.score) for hit in bare] == [(hit.id, hit.score) for hit in whole]
    assert {hit.snippet.text for hit in bare} == {""} and "" not in {hit.snippet.text for hit in whole}
    with pytest.raises(kenpoint.TooLargeError, match="snippet_chars"):
        help_centre.search("red light", viewer="internal", snippet_chars=2001)


def test_an_article_for_a_viewer_is_that_of_his_snapshot(kb: kenpoint.KnowledgeBase) -> None:
    snapshot = kenpoint.open_snapshot(kb.snapshot("public"))
    for article in kb.tables.articles().to_dicts():
        try:
            expected = snapshot.article(article["id"])
        except kenpoint.ArticleNotFoundError:
            with pytest.raises(kenpoint.ArticleNotFoundError):
                kb.article(article["id"], viewer="public")
        else:
            seen = kb.article(article["id"], viewer="public")
            assert (seen.title, seen.relations, seen.owner) == (expected.title, expected.relations, None)
    with pytest.raises(kenpoint.ArticleNotFoundError):
        kb.article("absent", viewer="public")
