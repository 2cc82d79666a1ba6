"""Snapshots: answers bit-identical to those of the base, info, damaged files, threads, forks and the command line."""

from __future__ import annotations

import copy
import datetime
import multiprocessing
import os
import pickle
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import kenpoint
import pytest
from conftest import ROOT, at

ARTICLES = ROOT / "examples/data/articles"
QUESTIONS = [
    "red light", '"red light" router', "+battery -app", "fuse*", "title:battery", "BMS-112", "no internet since the update",
    "invoice paid twice", "", "zzzz",
]  # fmt: skip
GOLD = kenpoint.Viewer("public", entitlements=["gold"])


@pytest.fixture(scope="module")
def files(help_centre: kenpoint.KnowledgeBase) -> dict[str, bytes]:
    """Snapshots of the help centre for three audiences."""
    return {label: help_centre.snapshot(label) for label in ("public", "partner", "internal")}


@pytest.fixture
def file(kb: kenpoint.KnowledgeBase, tmp_path: Path) -> Path:
    """A snapshot of two articles for the public."""
    kb.snapshot("public", tmp_path / "help.ken")
    return tmp_path / "help.ken"


def answers(kb: kenpoint.KnowledgeBase | kenpoint.Snapshot, viewer: Any, now: datetime.datetime) -> list[str]:
    """Answers to all questions, as JSON, which keeps every bit of a score."""
    given: list[str] = []
    situations: list[dict[str, Any]] = [{}, {"context": {"items": [{"id": "hearth-battery"}], "region": "es"}, "filter": {"tags": ["battery"]}}]
    for situation in situations:
        for question in QUESTIONS:
            asked = {**situation, "viewer": viewer, "now": now}
            given.append(kb.search(question, explain=True, limit=20, **asked).to_json())
            given.append(kb.search(question, offset=2, snippet_chars=60, **asked).to_json())
            given.append(kb.suggest(text=question, limit=8, threshold=0.0, **asked).to_json())
    return given


@pytest.mark.parametrize("label", ["public", "partner", "internal"])
@pytest.mark.parametrize("days", [0, 40, 400])
def test_it_answers_as_the_base_does(help_centre: kenpoint.KnowledgeBase, files: dict[str, bytes], label: str, days: int) -> None:
    snapshot = kenpoint.open_snapshot(files[label])
    now = help_centre.now() + datetime.timedelta(days=days)
    ours, theirs = answers(snapshot, label, now), answers(help_centre, label, now)
    assert ours == theirs
    assert sum('"score"' in each for each in ours) > len(ours) // 2
    # The doubles themselves, not by way of JSON.
    hits = list(zip(snapshot.search("battery", viewer=label, now=now), help_centre.search("battery", viewer=label, now=now), strict=True))
    assert hits and all(ours.score.hex() == theirs.score.hex() and ours == theirs for ours, theirs in hits)


def test_many_are_as_one_by_one(help_centre: kenpoint.KnowledgeBase, files: dict[str, bytes]) -> None:
    snapshot, now = kenpoint.open_snapshot(files["internal"]), help_centre.now()
    asked: dict[str, Any] = {"viewer": "internal", "now": now}
    queries, reported = QUESTIONS * 60, []
    many = snapshot.search_many(queries, progress=lambda *each: reported.append(each[1]), **asked)
    assert many == [snapshot.search(query, **asked) for query in queries] == help_centre.search_many(queries, **asked)
    assert reported == [256, 512, 600]
    suggested = snapshot.suggest_many(texts=iter(QUESTIONS), **asked)
    assert suggested == help_centre.suggest_many(texts=QUESTIONS, **asked)
    assert snapshot.suggest_many(["c1"], **asked) == [snapshot.suggest("c1", **asked)]
    with pytest.raises(TypeError, match="not one text"):
        snapshot.search_many("lamp", viewer="internal")
    with pytest.raises(TypeError, match="either cases or texts"):
        snapshot.suggest_many(viewer="internal")
    with pytest.raises(kenpoint.TooLargeError):
        snapshot.search_many(["lamp", "lamp " * 5000], **asked)


def test_info(kb: kenpoint.KnowledgeBase, file: Path) -> None:
    snapshot, info = kenpoint.open_snapshot(file), kenpoint.open_snapshot(str(file)).info
    assert (info.audience, info.entitlements, info.articles, info.cases) == ("public", (), 2, 0)
    assert info.known == kb.now() and info.known.tzinfo is not None
    assert info.bytes == file.stat().st_size and re.fullmatch("[0-9a-f]{32}", info.digest)
    assert snapshot.info == info and snapshot.path == file and snapshot.policy == kb.policy
    assert repr(snapshot) == "Snapshot(audience='public', known=2026-11-20T09:00:00+00:00, articles=2, cases=0)"
    assert info.digest in snapshot._repr_html_() == info._repr_html_()
    assert file.read_bytes() == kb.snapshot("public")
    assert kb.snapshot(kenpoint.Viewer("public"), file) == info
    of_gold = kenpoint.open_snapshot(bytearray(kb.snapshot(GOLD)))
    assert of_gold.info.entitlements == ("gold",) and of_gold.path is None
    assert kenpoint.open_snapshot(kb.snapshot("internal")).info.cases == 1
    with pytest.raises(AttributeError):
        info.articles = 3  # type: ignore[misc]


def test_articles_are_redacted_for_their_readers(kb: kenpoint.KnowledgeBase) -> None:
    lamp = kenpoint.ArticleDraft(
        "lamp", "product", "Lamp", audience="public", confidence="validated", owner="ann",
        sections=[kenpoint.Section("resolution", "Fuse."), kenpoint.Section("note", "Recall.", audience="internal")],
    )  # fmt: skip
    kb.put(lamp)
    snapshot = kenpoint.open_snapshot(kb.snapshot("public"))
    assert snapshot.article_ids() == ["lamp", "pppoe-vlan", "red-light"]
    article = snapshot.article("lamp")
    assert isinstance(article, kenpoint.Article) and article.owner is None
    assert [section.text for section in article.sections] == ["Fuse."]
    assert article.created == kb.article("lamp").created
    with pytest.raises(kenpoint.ArticleNotFoundError, match="none"):
        snapshot.article("none")


def test_viewers_and_instants(kb: kenpoint.KnowledgeBase, file: Path) -> None:
    snapshot = kenpoint.open_snapshot(file)
    known = snapshot.info.known
    for ask in (snapshot.search, lambda text, **rest: snapshot.suggest(text=text, **rest)):
        assert len(ask("red light", viewer="public", now=known)) > 0
        with pytest.raises(kenpoint.OutOfHistoryError, match="2026-11-20"):
            ask("red light", viewer="public", now=known - datetime.timedelta(milliseconds=1))
        for other in ("internal", "martians", GOLD, {"audience": "public", "entitlements": ["gold"]}):
            with pytest.raises(kenpoint.UnknownNameError):
                ask("red light", viewer=other, now=known)
        with pytest.raises(kenpoint.InvalidValueError, match="no time zone"):
            ask("red light", viewer="public", now=datetime.datetime(2027, 1, 1))
    with pytest.raises(kenpoint.InvalidValueError, match="no time zone"):
        kb.snapshot("public", at=datetime.datetime(2027, 1, 1))
    with pytest.raises(kenpoint.UnknownNameError):
        kb.snapshot("martians")
    with pytest.raises(TypeError):
        kb.snapshot()  # type: ignore[call-overload]


def test_without_now_it_is_the_machine_s_clock_and_not_before_known() -> None:
    with kenpoint.memory() as kb:
        kb.put(kenpoint.ArticleDraft("lamp", "product", "Lamp", audience="public", confidence="validated"))
        snapshot = kenpoint.open_snapshot(kb.snapshot("public"))
        assert snapshot.search("lamp", viewer="public")[0].score == kb.search("lamp", viewer="public")[0].score
    # The clock of the publisher may be ahead.
    known = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=90)
    with kenpoint.memory(clock=kenpoint.FixedClock(known)) as kb:
        kb.put(kenpoint.ArticleDraft("lamp", "product", "Lamp", audience="public", confidence="validated"))
        ahead = kenpoint.open_snapshot(kb.snapshot("public"))
        then = kb.search("lamp", viewer="public")
        assert ahead.search("lamp", viewer="public") == then
        assert ahead.search_many(["lamp"], viewer="public") == [then]
        with pytest.raises(kenpoint.OutOfHistoryError, match="lies after"):
            kb.snapshot("public", at=known + datetime.timedelta(days=1))


def test_a_snapshot_of_the_past(kb: kenpoint.KnowledgeBase, clock: kenpoint.FixedClock) -> None:
    then = clock.now()
    before = kb.snapshot("internal", at=then)
    clock.advance(datetime.timedelta(days=2))
    kb.archive("red-light")
    assert kb.snapshot("internal", at=then) == before
    past, now = kenpoint.open_snapshot(before), kenpoint.open_snapshot(kb.snapshot("internal"))
    assert past.article_ids() == ["pppoe-vlan", "red-light"] and now.article_ids() == ["pppoe-vlan"]
    assert past.search("red", viewer="internal", now=then) == kb.as_of(then).search("red", viewer="internal")


def test_damage_is_reported(file: Path, tmp_path: Path) -> None:
    whole = file.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    newer = whole[:8] + b"\xff\xff" + whole[10:]
    for damaged, error in [
        (whole[:-1], kenpoint.CorruptError), (whole + b"?", kenpoint.CorruptError), (bytes(flipped), kenpoint.CorruptError),
        (b"", kenpoint.NotABaseError), (b"no snapshot at all", kenpoint.NotABaseError), (newer, kenpoint.FormatTooNewError),
    ]:  # fmt: skip
        with pytest.raises(error):
            kenpoint.open_snapshot(damaged)
        (tmp_path / "damaged.ken").write_bytes(damaged)
        with pytest.raises(error):
            kenpoint.open_snapshot(tmp_path / "damaged.ken")
    with pytest.raises(kenpoint.IoError, match="nowhere"):
        kenpoint.open_snapshot(tmp_path / "nowhere.ken")
    # A damaged text is reported when it is read.
    opened = kenpoint.open_snapshot(file)
    file.write_bytes(whole[:-20] + bytes(20))
    with pytest.raises(kenpoint.CorruptError):
        opened.article("red-light")
    for wrong in (None, 5, [], object()):
        with pytest.raises(TypeError):
            kenpoint.open_snapshot(wrong)  # type: ignore[arg-type]


def test_refresh_reads_the_current_file(kb: kenpoint.KnowledgeBase, file: Path, clock: kenpoint.FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)
    snapshot, other = kenpoint.open_snapshot(file.name), kenpoint.open_snapshot(file.read_bytes())
    monkeypatch.chdir(ROOT)
    first = snapshot.info
    assert snapshot.refresh() is False and other.refresh() is False
    kb.archive("red-light")
    clock.advance(datetime.timedelta(hours=1))
    second = kb.snapshot("public", file)
    assert snapshot.info == first and snapshot.article_ids() == ["pppoe-vlan", "red-light"]
    assert snapshot.refresh() is True and snapshot.refresh() is False
    assert snapshot.info == second != first and snapshot.article_ids() == ["pppoe-vlan"]
    assert not snapshot.search("red light ring", viewer="public", now=second.known).hits

    kb.snapshot("team", file)
    with pytest.raises(kenpoint.ContradictionError):
        snapshot.refresh()
    with kenpoint.memory(seed=8) as another:
        another.snapshot("public", file)
    with pytest.raises(kenpoint.ContradictionError):
        snapshot.refresh()
    file.write_text("no snapshot")
    with pytest.raises(kenpoint.NotABaseError):
        snapshot.refresh()
    file.unlink()
    with pytest.raises(kenpoint.IoError):
        snapshot.refresh()
    assert snapshot.info == second and snapshot.article("pppoe-vlan").sections


def test_threads_ask_while_others_publish_and_refresh(kb: kenpoint.KnowledgeBase, file: Path, clock: kenpoint.FixedClock) -> None:
    snapshot = kenpoint.open_snapshot(file)
    later = clock.now() + datetime.timedelta(days=1)
    failures: list[BaseException] = []
    done = threading.Event()

    def guarded(job: Callable[[], object]) -> None:
        try:
            while not done.is_set():
                job()
        except BaseException as failure:  # noqa: BLE001
            failures.append(failure)

    def ask() -> None:
        assert snapshot.search("sign-in", viewer="public", now=later)[0].id == "pppoe-vlan"
        assert snapshot.suggest_many(texts=["sign-in", "update"], viewer="public", now=later)

    threads = [threading.Thread(target=guarded, args=(job,)) for job in (ask, ask, ask, snapshot.refresh, snapshot.refresh)]
    for thread in threads:
        thread.start()
    for n in range(20):
        kb.put(kenpoint.ArticleDraft(f"a{n}", "product", f"Lamp {n}", audience="public", confidence="validated"))
        kb.snapshot("public", file)
    done.set()
    for thread in threads:
        thread.join()
    assert not failures
    snapshot.refresh()
    assert snapshot.info.articles == 22


def test_other_threads_run_during_a_call(files: dict[str, bytes], help_centre: kenpoint.KnowledgeBase) -> None:
    snapshot, now = kenpoint.open_snapshot(files["internal"]), help_centre.now()
    ticks, done = [0], threading.Event()

    def tick() -> None:
        while not done.is_set():
            ticks[0] += 1
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    before = ticks[0]
    begun = time.monotonic()
    texts = ["my battery does not charge since the update and the app shows an error"] * 300
    snapshot.suggest_many(texts=texts, viewer="internal", now=now)
    took, during = time.monotonic() - begun, ticks[0] - before
    done.set()
    thread.join()
    assert during > took / 0.05, "the interpreter stood still"


def test_ctrl_c_ends_many(files: dict[str, bytes], help_centre: kenpoint.KnowledgeBase) -> None:
    snapshot, now = kenpoint.open_snapshot(files["internal"]), help_centre.now()
    threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        snapshot.suggest_many(texts=["my battery does not charge " * 20] * 100_000, viewer="internal", now=now)
    assert snapshot.search("battery", viewer="internal", now=now).hits


def test_a_fault_is_an_exception_and_the_next_call_answers(kb: kenpoint.KnowledgeBase, file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    snapshot = kenpoint.open_snapshot(file)
    with pytest.raises(kenpoint.PanickedError, match="provoked"):
        snapshot._provoke_fault()
    assert snapshot.search("red", viewer="public", now=kb.now()) == kb.search("red", viewer="public")


def test_it_pickles(file: Path, kb: kenpoint.KnowledgeBase) -> None:
    snapshot, of_bytes = kenpoint.open_snapshot(file), kenpoint.open_snapshot(file.read_bytes())
    pickled = pickle.dumps(snapshot)
    again = pickle.loads(pickled)
    assert again.info == snapshot.info and again.path == file
    assert copy.copy(snapshot).article_ids() == snapshot.article_ids()
    assert pickle.loads(pickle.dumps(snapshot.info)) == snapshot.info
    kb.archive("red-light")
    newer = kb.snapshot("public", file)
    assert pickle.loads(pickled).info == newer != again.info
    file.unlink()
    with pytest.raises(kenpoint.IoError):
        pickle.loads(pickled)
    with pytest.raises(TypeError, match="pass the bytes"):
        pickle.dumps(of_bytes)


def asked_elsewhere(snapshot: kenpoint.Snapshot) -> list[tuple[str, str]]:
    """Answers in another process."""
    now = snapshot.info.known
    return [(hit.id, hit.score.hex()) for hit in snapshot.search("red light", viewer="public", now=now)]


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_other_processes_answer_the_same(file: Path, method: str) -> None:
    snapshot = kenpoint.open_snapshot(file)
    here = asked_elsewhere(snapshot)
    with multiprocessing.get_context(method).Pool(2) as pool:
        assert here and pool.map(asked_elsewhere, [snapshot] * 4) == [here] * 4


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_snapshot_of_bytes_goes_into_a_child(file: Path) -> None:
    snapshot = kenpoint.open_snapshot(file.read_bytes())
    here = asked_elsewhere(snapshot)
    child = os.fork()
    if child == 0:
        os._exit(asked_elsewhere(snapshot) != here)
    assert here and os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


FORK = """
import datetime, gc, kenpoint, os, signal, sys, threading
snapshot = kenpoint.open_snapshot(sys.argv[1])
def ask(days):
    now = snapshot.info.known + datetime.timedelta(days=days)
    return snapshot.search("battery", viewer="internal", now=now, limit=3, snippet_chars=0)
here, ids = ask(0), snapshot.article_ids()
stop = threading.Event()
def go_on(days):
    # Each thread uses its own day, so each replaces the shared cache of one day under its lock.
    while not stop.is_set():
        ask(days)
threads = [threading.Thread(target=go_on, args=(days,)) for days in range(1, 5)]
for thread in threads:
    thread.start()
wrong = []
for n in range(100):
    pid = os.fork()
    if pid == 0:
        signal.alarm(20)   # a lock that is never given back
        bad = sum(ask(0) != here for _ in range(3)) + snapshot.refresh() + (snapshot.article_ids() != ids)
        if n % 2:
            del snapshot
            gc.collect()
        os._exit(bad)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status:
        wrong.append(status)
        break
stop.set()
for thread in threads:
    thread.join()
pid = os.fork()
if pid == 0:
    sys.exit(0)   # with everything that happens at the end of an interpreter
print("wrong", wrong, os.waitpid(pid, 0)[1], ask(0) == here)
"""


def test_children_of_a_fork_go_on_while_the_parent_s_threads_ask(files: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "help.ken").write_bytes(files["internal"])
    line = [sys.executable, "-W", "ignore", "-c", FORK, str(tmp_path / "help.ken")]
    done = subprocess.run(line, capture_output=True, text=True, timeout=120)
    assert done.stdout.splitlines() == ["wrong [] 0 True"], done


# The command line


def command(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs `python -m kenpoint`."""
    line = [sys.executable, "-m", "kenpoint", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, timeout=120, env={**os.environ, **environment})


def test_a_snapshot_of_a_base_by_the_command_line(tmp_path: Path) -> None:
    with kenpoint.open(tmp_path / "base") as kb:
        kb.put(kenpoint.ArticleDraft("lamp", "product", "Lamp", audience="public", confidence="validated"))
        gold = kenpoint.Scope(entitlement=["gold"])
        kb.put(kenpoint.ArticleDraft("gold", "product", "Lamp", audience="public", confidence="validated", scope=gold))
        early = kb.now() - datetime.timedelta(days=1)
        out = tmp_path / "help.ken"
        busy = command("snapshot", tmp_path / "base", "-o", out, "--audience", "public")
        assert busy.returncode == 1 and busy.stderr.startswith("Busy (") and not out.exists()
    done = command("snapshot", tmp_path / "base", "-o", out, "--audience", "public")
    assert done.returncode == 0 and "publishing 2 articles for public" in done.stderr, done
    info = kenpoint.open_snapshot(out).info
    assert done.stdout.startswith(f"{out}: 1 articles and 0 cases as of ") and info.digest in done.stdout
    done = command("snapshot", tmp_path / "base", "-o", out, "--audience", "public", "--entitlement", "gold", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    assert kenpoint.open_snapshot(out).info.entitlements == ("gold",) and kenpoint.open_snapshot(out).info.articles == 2
    done = command("snapshot", tmp_path / "base", "-o", out, "--audience", "public", "--at", early.isoformat(), "--quiet")
    assert done.returncode == 0 and "public sees none of them" in done.stderr and "--default" not in done.stderr
    before = out.read_bytes()
    for wrong in (["--audience", "martians"], ["--audience", "public", "-o", tmp_path / "no/folder/x.ken"]):
        failed = command("snapshot", tmp_path / "base", "-o", out, *wrong)
        assert failed.returncode == 1 and re.search(r"\b(UnknownName|Io) \(\d+\): ", failed.stderr), failed
        assert failed.stdout == "" and out.read_bytes() == before


def test_a_snapshot_of_a_folder_by_the_command_line(tmp_path: Path) -> None:
    out, again = tmp_path / "help.ken", tmp_path / "again.ken"
    arguments = ["--audience", "public", "--at", "2026-11-20T00:00:00Z"]
    for file in (out, again):
        done = command("snapshot", ARTICLES, "-o", file, *arguments)
        assert done.returncode == 0, done
    assert out.read_bytes() == again.read_bytes(), "the same folder as of the same instant gives the same bytes"
    assert "records" in done.stderr and "publishing" in done.stderr
    snapshot = kenpoint.open_snapshot(out)
    with kenpoint.memory(clock=kenpoint.FixedClock(at("2026-11-20T00:00:00"))) as kb:
        kb.import_path(ARTICLES, arrivals="as-dated")
        now = kb.now()
        assert snapshot.info.known == now and snapshot.info.articles > 50
        ours = [hit.score.hex() for hit in snapshot.search("battery", viewer="public", now=now)]
        assert ours and ours == [hit.score.hex() for hit in kb.search("battery", viewer="public")]


def test_articles_that_say_nothing_of_themselves(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/lamp.md").write_text("# The lamp stays dark\n\nChange the fuse.\n")
    out = tmp_path / "help.ken"
    hidden = command("snapshot", tmp_path / "in", "-o", out, "--audience", "public")
    assert hidden.returncode == 0 and "--default-audience" in hidden.stderr and kenpoint.open_snapshot(out).info.articles == 0
    defaults = ["--default-audience", "public", "--default-confidence", "validated", "--default-language", "de"]
    done = command("snapshot", tmp_path / "in", "-o", out, "--audience", "public", *defaults)
    assert done.returncode == 0
    (article,) = kenpoint.open_snapshot(out).article_ids()
    assert kenpoint.open_snapshot(out).article(article).language == "de"
    (tmp_path / "in/bad.jsonl").write_text('{"id": "x"}\n')
    skipped = command("snapshot", tmp_path / "in", "-o", out, "--audience", "public", *defaults)
    assert skipped.returncode == 3 and "bad.jsonl:1: skipped: " in skipped.stderr and out.name in skipped.stdout
    nothing = command("snapshot", tmp_path / "nowhere", "-o", out, "--audience", "public")
    assert nothing.returncode == 1 and "nowhere" in nothing.stderr


def test_the_command_names_what_it_left_out(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/mkdocs.yml").write_text("site_name: x\n")
    (tmp_path / "in/lamp.md").write_text("---\nkind: guide\n---\n# The lamp stays dark\n\nChange the fuse.\n")
    (tmp_path / "in/draft.md").write_text("---\ndraft: true\n---\nSecret.\n")
    done = command("snapshot", tmp_path / "in", "-o", tmp_path / "help.ken", "--audience", "internal")
    assert done.returncode == 0, done.stderr
    for line in ("preset: mkdocs", "draft.md:0: held back: draft is True", "lamp.md:0: kind: guide dropped: ", "mkdocs.yml: ignored: "):
        assert line.lower() in done.stderr.lower(), done.stderr
    quiet = command("snapshot", tmp_path / "in", "-o", tmp_path / "help.ken", "--audience", "internal", "--quiet")
    assert "held back" in quiet.stderr and "ignored" not in quiet.stderr


MIXED = "# The lamp\n\nChange the *fuse*.\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) <b onclick=y>z</b>\n"
PUBLIC = ["--audience", "public", "--default-audience", "public", "--default-confidence", "validated", "--quiet"]


def test_a_snapshot_for_pages(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/lamp.md").write_text(MIXED)
    with kenpoint.memory(clock=kenpoint.FixedClock(at("2026-11-20T00:00:00"))) as kb:
        kb.import_path(tmp_path / "in", audience="public", confidence="validated")
        written, page = kenpoint.open_snapshot(kb.snapshot("public")), kenpoint.open_snapshot(kb.snapshot("public", pages=True))
        info = kb.snapshot("public", tmp_path / "page.ken", pages=True)
        now = kb.now()
    assert info == page.info and (written.info.markup, page.info.markup) == ("commonmark", "html")
    (article,) = page.article_ids()
    assert "<b onclick=y>" in written.article(article).sections[0].text
    html = page.article(article).sections[0].text
    assert "<p>Change the <em>fuse</em>.</p>" in html
    assert not re.search("<script|javascript:|onclick", html)
    hits = [snapshot.search("fuse", viewer="public", now=now).hits for snapshot in (written, page)]
    assert hits[0] and hits[0] == hits[1]
    for flags, markup in ([], "commonmark"), (["--pages"], "html"):
        done = command("snapshot", tmp_path / "in", "-o", tmp_path / "help.ken", *PUBLIC, *flags)
        assert done.returncode == 0, done
        assert kenpoint.open_snapshot(tmp_path / "help.ken").info.markup == markup


def test_a_split_snapshot(tmp_path: Path) -> None:
    out, whole, folder = tmp_path / "help.ken", tmp_path / "whole.ken", tmp_path / "help.ken.d"
    options = ["--audience", "public", "--at", "2026-11-20T00:00:00Z", "--pages", "--quiet"]
    for file, flags in (whole, []), (out, ["--shards"]):
        done = command("snapshot", ARTICLES, "-o", file, *options, *flags)
        assert done.returncode == 0, done
    split = kenpoint.split_snapshot(whole.read_bytes())
    manifest, shards = split.manifest, split.shards
    assert f"in {len(shards):,} shards in {folder}, digest " in done.stdout
    assert out.read_bytes() == manifest and len(shards) > 3
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == shards
    cut, of_whole = kenpoint.open_snapshot(out), kenpoint.open_snapshot(whole)
    assert cut.info == of_whole.info and cut.article_ids() == of_whole.article_ids()
    assert [cut.article(each) for each in cut.article_ids()] == [of_whole.article(each) for each in cut.article_ids()]
    for query in ("battery", '"the battery"', "title:battery"):
        asked = {"viewer": "public", "now": cut.info.known}
        assert cut.search(query, **asked) == of_whole.search(query, **asked)

    # Unchanged shards are left alone, damaged ones are written again, and other files stay.
    kept, damaged, *_ = sorted(shards)
    before = (folder / kept).stat().st_mtime_ns
    (folder / damaged).write_bytes(b"damaged")
    (folder / ("0" * 32)).write_text("of an older manifest")
    again = command("snapshot", ARTICLES, "-o", out, *options, "--shards")
    assert again.returncode == 0 and again.stdout == done.stdout
    assert {each.name for each in folder.iterdir()} == {*shards, "0" * 32}
    assert (folder / kept).stat().st_mtime_ns == before and (folder / damaged).read_bytes() == shards[damaged]
    assert not cut.refresh() and {each.name for each in tmp_path.iterdir()} == {"help.ken", "help.ken.d", "whole.ken"}

    for shard in folder.glob("?" * 32):
        shard.unlink()
    with pytest.raises(kenpoint.IoError, match=re.escape(str(folder))):
        kenpoint.open_snapshot(out).article(cut.article_ids()[0])
    with pytest.raises(kenpoint.CorruptError):
        kenpoint.split_snapshot(manifest)
    with pytest.raises(kenpoint.NotABaseError):
        kenpoint.split_snapshot(b"no snapshot")
    nowhere = command("snapshot", ARTICLES, "-o", tmp_path / "no/folder.ken", *options, "--shards")
    assert nowhere.returncode == 1 and "no/folder.ken.d" in nowhere.stderr and "Traceback" not in nowhere.stderr


def test_shards_of_older_manifests_stay_for_their_readers(tmp_path: Path) -> None:
    out, folder = tmp_path / "help.ken", tmp_path / "help.ken.d"
    (tmp_path / "in").mkdir()
    readers, named = [], []
    for color in ("red", "green", "blue"):
        (tmp_path / "in/lamp.md").write_text(f"# Lamp\n\nIts light is {color}.\n")
        done = command("snapshot", tmp_path / "in", "-o", out, *PUBLIC, "--shards")
        assert done.returncode == 0, done
        readers.append(kenpoint.open_snapshot(out))
        named.append(kenpoint.shard_names(out.read_bytes()))
    texts = [reader.article("lamp").sections[0].text for reader in readers]
    assert texts == ["Its light is red.", "Its light is green.", "Its light is blue."]
    assert named[0] != named[1] and {each.name for each in folder.iterdir()} == set().union(*named)
    with pytest.raises(kenpoint.NotABaseError):
        kenpoint.shard_names(b"no snapshot")


def test_progress_without_tqdm(tmp_path: Path) -> None:
    (tmp_path / "tqdm.py").write_text("raise ImportError('not installed')\n")
    done = command("snapshot", ARTICLES, "-o", tmp_path / "x.ken", "--audience", "public", PYTHONPATH=str(tmp_path))
    assert done.returncode == 0 and re.search(r"^[\d,]+ records, 0 skipped, .*\.md$", done.stderr, re.MULTILINE), done


def test_the_command_line_says_how_it_is_called(tmp_path: Path) -> None:
    usage = command("snapshot", "--help")
    assert usage.returncode == 0 and "--entitlement" in usage.stdout and "exit codes" in usage.stdout
    assert command("--version").stdout.strip() == f"kenpoint {kenpoint.__version__}"
    for wrong in ([], ["nothing"], ["snapshot", tmp_path], ["snapshot", tmp_path, "-o", "x.ken", "--audience", "public", "--at", "now"]):
        assert command(*wrong).returncode == 2
    naive = command("snapshot", tmp_path, "-o", "x.ken", "--audience", "public", "--at", "2026-11-20T00:00:00")
    assert naive.returncode == 2 and "has no time zone" in naive.stderr
