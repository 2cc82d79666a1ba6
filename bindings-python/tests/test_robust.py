"""Cases that must raise an exception and never crash: forks, threads, garbage, faults, unusual texts and types."""

from __future__ import annotations

import gc
import datetime
import os
import pickle
import random
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from typing import Any

import kenpoint
import pytest
from conftest import ROOT

FORK = """
import gc, kenpoint, os, sys
place = sys.argv[1]
kb = kenpoint.open(place) if place != "memory" else kenpoint.memory()
kb.import_path(sys.argv[2])
kb.suggest_many(texts=["red light"] * 100, viewer="internal")   # the pool has threads now
pid = os.fork()
if pid == 0:
    wrong = []
    calls = [kb.now, kb.flush, kb.close, kb.verify, lambda: kb.search("red", viewer="public"),
             lambda: kb.suggest_many(texts=["red"], viewer="internal"), kb.tables.cases, lambda: kb.put({})]
    for call in calls:
        try:
            call()
            wrong.append("no error")
        except kenpoint.ForkedHandleError as error:
            if error.code != 214 or "fork" not in str(error):
                wrong.append(repr(error))
        except kenpoint.InvalidRecordError:
            pass   # the draft is read before the base is asked
    fresh = kenpoint.memory()
    fresh.put({"id": "a", "kind": "product", "title": "Lamp"})
    if len(fresh.suggest_many(texts=["lamp"] * 10, viewer="internal")) != 10:
        wrong.append("a base of the child does not answer")
    del kb
    gc.collect()
    print("child", wrong, flush=True)
    sys.exit(0)   # with everything that happens at the end of an interpreter
_, status = os.waitpid(pid, 0)
print("status", status)
print("parent", len(kb.search("red", viewer="internal")) > 0, kb.verify().records > 0)
kb.close()
"""


@pytest.mark.parametrize("place", ["memory", "disk"])
def test_a_fork_finds_an_error_and_no_hang(place: str, tmp_path: Path) -> None:
    where = "memory" if place == "memory" else str(tmp_path / "base")
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", FORK, where, str(ROOT / "examples/data/articles")], capture_output=True, text=True, timeout=120)
    assert done.stdout.splitlines() == ["child []", "status 0", "parent True True"], done


ENDS = {
    "open at the end": "kb = kenpoint.open(sys.argv[1]); kb.put(lamp)",
    "in a cycle": "kb = kenpoint.open(sys.argv[1]); kb.put(lamp); kb.me = kb; del kb",
    "a daemon thread searches": (
        "kb = kenpoint.open(sys.argv[1]); kb.put(lamp)\n"
        "def go():\n    while True: kb.search('lamp', viewer='internal')\n"
        "threading.Thread(target=go, daemon=True).start(); time.sleep(.2)"
    ),
    "a notice at the end": "kb = kenpoint.open(sys.argv[1], on_notice=lambda *a: None); kb.put(lamp)",
    "an answer outlives it": "import atexit; kb = kenpoint.open(sys.argv[1]); kb.put(lamp); a = kb.search('lamp', viewer='internal'); del kb; atexit.register(lambda: a[0].title)",
}


@pytest.mark.parametrize("name", ENDS)
def test_an_interpreter_ends_quietly(name: str, tmp_path: Path) -> None:
    code = f"import kenpoint, sys, threading, time\nlamp = {{'id': 'a', 'kind': 'product', 'title': 'Lamp'}}\n{ENDS[name]}\n"
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "base")], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), done
    with kenpoint.open(tmp_path / "base") as kb:
        assert kb.article("a").title == "Lamp"


def test_eight_threads_of_everything(tmp_path: Path) -> None:
    kb = kenpoint.open(tmp_path / "base", index_flush_docs=50)
    failures: list[BaseException] = []

    def work(me: int) -> None:
        dice = random.Random(me)
        try:
            for n in range(60):
                article = f"a{me}-{n}"
                kb.put(kenpoint.ArticleDraft(article, "product", f"Lamp {n} of {me}", audience="public", confidence="validated"))
                answer = kb.search(f"lamp {dice.randrange(60)}", viewer="public", explain=True)
                assert answer.hits and answer[0].explanation
                kb.record("viewed", article=article, session=f"s{me}", impression=answer.impression)
                kb.open_case(kenpoint.CaseDraft(f"c{me}-{n}", entries=[kenpoint.EntryDraft("issue", "lamp dark")]))
                kb.link(f"c{me}-{n}", article, "resolved", by="ann")
                match dice.randrange(8):
                    case 0:
                        kb.suggest_many(texts=["lamp dark"] * 4, viewer="internal")
                    case 1:
                        assert len(kb.tables.articles()) >= n
                    case 2:
                        kb.article(article)
                    case 3:
                        pickle.loads(pickle.dumps(answer))
        except BaseException as failure:  # noqa: BLE001
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(me,)) for me in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert kb.stats().articles == 480 and kb.verify().records >= 480 * 4
    kb.close()


def test_close_while_others_search(kb: kenpoint.KnowledgeBase) -> None:
    seen: list[BaseException] = []

    def search() -> None:
        try:
            while True:
                kb.search("red light", viewer="public")
        except BaseException as end:  # noqa: BLE001
            seen.append(end)

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    kb.close()
    for thread in threads:
        thread.join(timeout=20)
    assert len(seen) == 4 and all(isinstance(each, kenpoint.ClosedError) for each in seen)


def test_garbage_is_collected() -> None:
    kb = kenpoint.memory()
    kb.put({"id": "a", "kind": "product", "title": "Lamp"})
    answer = kb.search("lamp", viewer="internal", explain=True)
    kb.me = kb  # type: ignore[attr-defined]
    gone = weakref.ref(kb)
    del kb
    gc.collect()
    assert gone() is None
    assert answer[0].title == "Lamp" and answer[0].explanation


def test_nothing_leaks_through_many_calls(kb: kenpoint.KnowledgeBase) -> None:
    def once() -> None:
        answer = kb.search("red light", viewer="internal", explain=True)
        [hit.explanation for hit in answer]
        pickle.loads(pickle.dumps(answer))
        kb.tables.articles().to_dicts()
        kb.article("red-light")
        with pytest.raises(kenpoint.NotFoundError):
            kb.article("no")

    for _ in range(20):
        once()
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(50):
        once()
    gc.collect()
    assert len(gc.get_objects()) - before < 20


def test_a_fault_is_an_exception_and_ends_the_base(kb: kenpoint.KnowledgeBase, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(kenpoint.InternalError, match="provoked") as caught:
        kb._provoke_fault()
    assert isinstance(caught.value, Exception) and caught.value.code == 902
    with pytest.raises(kenpoint.PanickedError, match="open it again"):
        kb.search("red", viewer="public")
    kb.close()


TEXTS = {
    "lone surrogate": "a\ud800b",
    "nul": "a\0b",
    "4 MB": "word " * 800_000,
    "one word of 5 MB": "w" * 5_000_000,
    "emoji": "👩‍👩‍👧" * 1000,
    "right to left": "\u202e" + "abc" * 10,
    "combining": "e" + "\u0301" * 5000,
    "quotes": '"' * 1000,
    "brackets": "(" * 5000,
    "stars": "a* " * 2000,
    "empty": "",
}


@pytest.mark.parametrize("name", TEXTS)
def test_strange_texts_are_answered_or_refused(kb: kenpoint.KnowledgeBase, name: str, tmp_path: Path) -> None:
    text = TEXTS[name]
    snapshot = kenpoint.open_snapshot(kb.snapshot("public"))
    calls = [
        lambda: kb.search(text, viewer="public"),
        lambda: kb.search("red", viewer=text),
        lambda: kb.search("red", viewer="public", context={"region": text, "tried": [text]}),
        lambda: kb.search("red", viewer="public", filter={"tags": [text]}),
        lambda: kb.suggest(text=text, viewer="internal"),
        lambda: kb.suggest(text, viewer="internal"),
        lambda: kb.suggest_many(texts=[text], viewer="internal"),
        lambda: kb.put({"id": text, "kind": "product", "title": "t"}),
        lambda: kb.put({"id": "x", "kind": text, "title": text}),
        lambda: kb.put({"id": "x", "kind": "product", "title": "t", "sections": [{"role": "note", "text": text}]}),
        lambda: kb.open_case({"id": "cx", "entries": [{"reuse": "issue", "text": text}]}),
        lambda: kb.record(text, article="red-light"),
        lambda: kb.record("commented", article="red-light", text=text),
        lambda: kb.article(text),
        lambda: kb.impression_of(text),
        lambda: kb.link("c1", "red-light", text, by=text),
        lambda: kb.import_bytes("x.md", text.encode("utf-8", "surrogatepass")),
        lambda: kb.import_bytes(text, b""),
        lambda: kb.import_path(text),
        lambda: kenpoint.open(os.path.join(tmp_path, text or "\0")),
        lambda: kenpoint.memory(language=text),
        lambda: kb.load_cases(text),
        lambda: kb.snapshot(text),
        lambda: kenpoint.open_snapshot(os.path.join(tmp_path, text or "\0")),
        lambda: kenpoint.open_snapshot(text.encode("utf-8", "surrogatepass")),
        lambda: snapshot.search(text, viewer="public", now=kb.now()),
        lambda: snapshot.suggest(text, text=text, viewer="public", now=kb.now()),
        lambda: snapshot.complete(text, viewer="public", now=kb.now()),
        lambda: snapshot.article(text),
        lambda: snapshot.visit(text, party=text, channel=text),
        lambda: snapshot.visit("v").record("commented", article="red-light", text=text),
        lambda: snapshot.visit("v").hand_over(text),
        lambda: kb.merge_events(text, audience=text),
        lambda: kb.open_handoff(text, text, audience="public"),
        lambda: kenpoint.Visit.from_json(text),
    ]
    for n, call in enumerate(calls):
        try:
            call()
        except (kenpoint.KenpointError, TypeError) as error:
            # A mistake in a value is in the tree of kenpoint's errors, whatever Python itself would raise for it.
            assert len(str(error)) < 2_000 or isinstance(error, kenpoint.IoError), n
    assert kb.search("red light", viewer="public").hits
    kb.verify()


@pytest.mark.parametrize("wrong", [None, 5, -1, 2**70, 1.5, float("nan"), b"x", [], {}, object(), ..., lambda: 0, type], ids=repr)
def test_wrong_types_are_errors(kb: kenpoint.KnowledgeBase, wrong: Any) -> None:
    any_kb: Any = kb
    calls = [
        lambda: any_kb.search(wrong, viewer="public"),
        lambda: any_kb.search("red", viewer=wrong),
        lambda: any_kb.search("red", viewer="public", limit=wrong),
        lambda: any_kb.search("red", viewer="public", offset=wrong),
        lambda: any_kb.search("red", viewer="public", now=wrong),
        lambda: any_kb.suggest(wrong, text=wrong, viewer="internal"),
        lambda: any_kb.suggest(text="x", viewer="internal", threshold=wrong),
        lambda: any_kb.search_many(wrong, viewer="public"),
        lambda: any_kb.put(wrong),
        lambda: any_kb.edit({"id": "a", "kind": "product", "title": "t"}, expects=wrong),
        lambda: any_kb.open_case(wrong),
        lambda: any_kb.record(wrong),
        lambda: any_kb.record("solved", article=wrong),
        lambda: any_kb.record_all(wrong),
        lambda: any_kb.as_of(wrong),
        lambda: any_kb.replay(wrong, wrong),
        lambda: any_kb.set_policy(wrong),
        lambda: any_kb.import_path(wrong),
        lambda: any_kb.import_bytes(wrong, wrong),
        lambda: any_kb.load_cases(wrong),
        lambda: kenpoint.memory(clock=wrong, seed=wrong),
        lambda: kenpoint.hits_table(wrong),
        lambda: kenpoint.SearchAnswer.from_json(wrong),
        lambda: kenpoint.Table(wrong),
        lambda: kenpoint.KnowledgeBase(wrong),
        lambda: any_kb.snapshot(wrong),
        lambda: any_kb.snapshot("public", at=wrong or 0),
        lambda: any_kb.merge_events(wrong, audience="public"),
        lambda: any_kb.open_handoff(wrong, wrong, audience=wrong),
        lambda: any_kb.visit(wrong, viewer=wrong),
        lambda: kenpoint.open_snapshot(wrong),
        lambda: kenpoint.Snapshot(wrong),
        lambda: kenpoint.Visit(wrong),
    ]
    raised = 0
    for call in calls:
        try:
            call()
        except (kenpoint.KenpointError, TypeError, AttributeError) as error:
            raised += 1
            assert not isinstance(error, kenpoint.InternalError), error
    assert raised > len(calls) // 2
    assert kb.search("red light", viewer="public").hits
    kb.verify()


def test_numbers_and_texts_out_of_range_name_their_argument(kb: kenpoint.KnowledgeBase) -> None:
    any_kb: Any = kb
    for argument in ("limit", "offset", "snippet_chars"):
        for wrong in (-1, 2**64):
            with pytest.raises(kenpoint.InvalidValueError, match=str(wrong)) as caught:
                any_kb.search("red", viewer="public", **{argument: wrong})
            assert argument in caught.value.__notes__[0]
    for argument in ("threads", "cache_bytes"):
        with pytest.raises(kenpoint.InvalidValueError, match="-1"):
            kenpoint.SharedResources(**{argument: -1})
    with pytest.raises(kenpoint.InvalidUtf8Error, match="ud800.*surrogate") as caught_text:
        kb.search("red \ud800", viewer="public")
    assert "query" in caught_text.value.__notes__[0]
    with pytest.raises(kenpoint.InvalidUtf8Error, match="surrogate"):
        kb.put({"id": "x", "kind": "product", "title": "\ud800"})
    with pytest.raises(kenpoint.InvalidRecordError, match="nesting"):
        nested: list[Any] = []
        for _ in range(100_000):
            nested = [nested]
        kb.put({"id": "x", "kind": "product", "title": nested})
    with pytest.raises(kenpoint.InvalidValueError, match="year"):
        kb.put({"id": "x", "kind": "product", "title": "t", "updated": datetime.datetime.max.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=-1)))})


def test_a_record_without_an_end_is_refused(kb: kenpoint.KnowledgeBase) -> None:
    loop: dict[str, Any] = {"id": "x", "kind": "product", "title": "t"}
    loop["scope"] = loop
    with pytest.raises(kenpoint.InputError):
        kb.put(loop)
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises((RecursionError, kenpoint.InputError)):
        kb.put({"id": "x", "kind": "product", "title": deep})


def test_a_base_cannot_be_pickled(kb: kenpoint.KnowledgeBase) -> None:
    with pytest.raises(TypeError, match="one process owns it"):
        pickle.dumps(kb)


def test_no_thread_is_left_behind(tmp_path: Path) -> None:
    def threads() -> int:
        return len(os.listdir("/proc/self/task"))

    before = threads()
    for n in range(5):
        with kenpoint.open(tmp_path / str(n)) as kb:
            kb.put({"id": "a", "kind": "product", "title": "Lamp"})
            kb.suggest_many(texts=["lamp"] * 8, viewer="internal")
        del kb
    gc.collect()
    assert threads() == before
