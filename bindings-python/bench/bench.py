"""Benchmarks of the package with their limits: `cargo xtask bench python [calls | load | search] ...`.

calls   overhead of a search over the same search in Rust, interleaved: at most 2 us + .3 us per result
load    time to load 100,000 cases from Arrow, over the same in Rust: at most 1.3 times
search  ten best results in real collections: at least 2 times as fast as bm25s, 20 times as fast as SQLite's FTS5

Real collections are read from the folder in KNOWLEDGE_DATA, else from ~/.cache/knowledge-data; without them `search` is
skipped with a message. Ratios are of one run: of medians for `calls`, of minimum times for `load`, of means for `search`. A
figure outside its limit gives exit code 1.
"""

from __future__ import annotations

import datetime
import json
import os
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import kenpoint
from kenpoint import _kenpoint

ROOT = Path(__file__).resolve().parents[2]
FAILED: list[str] = []


def bar(what: str, value: float, limit: float, unit: str, least: bool = False) -> None:
    """Prints a figure with its limit."""
    holds = value >= limit if least else value <= limit
    print(f"  {what:58} {value:9.3f} {unit:4} bar {'>=' if least else '<='} {limit:<6g} {'holds' if holds else 'MISSED'}")
    if not holds:
        FAILED.append(what)


def clock(job: Callable[[], object]) -> int:
    begun = time.perf_counter_ns()
    job()
    return time.perf_counter_ns() - begun


def calls() -> None:
    """Measures the overhead of a call."""
    # Short articles, so that the work of the core does not hide the overhead.
    kb = kenpoint.memory()
    for i in range(12):
        section = kenpoint.Section("resolution", "Change the fuse.")
        kb.put(kenpoint.ArticleDraft(f"lamp-{i:02}", "product", f"The lamp stays dark {i}", audience="public", confidence="validated", sections=[section]))
    for query in ("lamp", "dark lamp fuse"):
        n = len(kb.search(query, viewer="internal"))
        in_rust, bare, read = [], [], []

        def touch(query: str = query) -> None:
            for hit in kb.search(query, viewer="internal"):
                hit.id, hit.title, hit.score, hit.solve_probability  # noqa: B018

        for round_ in range(6_000):
            once = kb._time_search(query, "internal", 10)
            call = clock(lambda: kb.search(query, viewer="internal"))
            whole = clock(touch)
            if round_ >= 500:
                in_rust.append(once), bare.append(call), read.append(whole)
        core = statistics.median(in_rust)
        nothing = statistics.median(clock(lambda: None) for _ in range(20_000))
        print(f"calls: {query!r}, {n} results, core {core / 1e3:.2f} us (median of {len(in_rust)}, interleaved)")
        over = statistics.median(a - b for a, b in zip(bare, in_rust, strict=True)) / 1e3 - nothing / 1e3
        bar("call over the core", over, 2.0 + 0.3 * n, "us")
        over = statistics.median(a - b for a, b in zip(read, in_rust, strict=True)) / 1e3 - nothing / 1e3
        print(f"  {'the same, and four attributes of each result read':58} {over:9.3f} us")


def load() -> None:
    """Measures loading from Arrow."""
    import pandas
    import polars
    import pyarrow

    dice = random.Random(7)
    words = ["lamp", "dark", "router", "light", "fuse", "reset", "camera", "offline", "door"]
    day = datetime.datetime(2025, 1, 1, tzinfo=datetime.timezone.utc)
    rows = [
        {
            "id": f"c-{i:06}",
            "opened": day + datetime.timedelta(minutes=i),
            "channel": "web",
            "subject": " ".join(dice.choices(words, k=12)),
            "status": "closed",
        }
        for i in range(100_000)
    ]
    table = pyarrow.Table.from_pylist(rows)
    frames = {"pyarrow": table, "polars": polars.DataFrame(rows), "pandas": pandas.DataFrame(rows)}
    took: dict[str, list[int]] = {name: [] for name in ("rust", *frames)}
    for _ in range(3):
        took["rust"].append(_kenpoint._time_load("cases", table))
        for name, frame in frames.items():
            kb = kenpoint.memory()
            took[name].append(clock(lambda: kb.load_cases(frame)))
            kb.close()
    rust = min(took["rust"])
    print(f"load: 100,000 cases in memory, {rust / 1e9:.2f} s in Rust out of the same batches (least of 3, interleaved)")
    for name in frames:
        bar(f"load_cases from {name} / the same in Rust", min(took[name]) / rust, 1.3, "x")


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.open(encoding="utf-8")]


def search() -> None:
    """Measures searches in real collections."""
    data = Path(os.environ.get("KNOWLEDGE_DATA") or Path.home() / ".cache/knowledge-data")
    for name in ("msoffice-kb", "awsdocs-qa"):
        if not (data / name / "corpus.jsonl").exists():
            print(f"search: {name} is not in {data}; skipped (lay it out there, or name its folder by KNOWLEDGE_DATA)")
            continue
        collection(name, data / name)


def collection(name: str, folder: Path) -> None:
    import bm25s

    corpus = lines(folder / "corpus.jsonl")
    # Plain words only, since each engine has its own query language.
    plain = lambda text: " ".join(w for w in "".join(c if c.isalnum() else " " for c in text).split())  # noqa: E731
    queries = [plain(query["text"])[:400] for query in lines(folder / "queries.jsonl")]
    queries = [query for query in queries if query][:500]
    text = {doc["id"]: doc.get("text") or "" for doc in corpus}

    begun = time.perf_counter()
    folder = tempfile.TemporaryDirectory()
    kb = kenpoint.open(folder.name)
    events = []
    for doc in corpus:
        sections = [kenpoint.Section("note", part) for part in pieces(text[doc["id"]])]
        title = (doc.get("title") or doc["id"])[:500]
        draft = kenpoint.ArticleDraft(doc["id"][:200], "product", title, audience="public", confidence="validated", sections=sections)
        events.append({"what": "put", "article": draft})
        if len(events) == 256:
            kb.record_all(events)
            events = []
    kb.record_all(events)
    built = time.perf_counter() - begun
    # Opened again, so that the whole index is on disk and nothing is in memory only.
    kb.close()
    kb = kenpoint.open(folder.name)

    index = bm25s.BM25()
    index.index(bm25s.tokenize([f"{doc.get('title') or ''} {text[doc['id']]}" for doc in corpus], stopwords="en", show_progress=False), show_progress=False)

    db = sqlite3.connect(":memory:")
    db.execute("create virtual table docs using fts5(id unindexed, title, body, tokenize='porter unicode61')")
    db.executemany("insert into docs values (?, ?, ?)", ((doc["id"], doc.get("title") or "", text[doc["id"]]) for doc in corpus))
    db.execute("insert into docs(docs) values ('optimize')")

    def ours(query: str) -> object:
        # Ids and scores only, like the other engines; the cost of snippets is printed separately.
        return [hit.id for hit in kb.search(query, viewer="public", snippet_chars=0)]

    def shown(query: str) -> object:
        return [hit.snippet for hit in kb.search(query, viewer="public")]

    def theirs(query: str) -> object:
        return index.retrieve(bm25s.tokenize([query], stopwords="en", show_progress=False), k=10, show_progress=False, sorted=True)

    def sql(query: str) -> object:
        match = " OR ".join(f'"{word}"' for word in query.split())
        return db.execute("select id from docs where docs match ? order by bm25(docs) limit 10", (match,)).fetchall()

    took: dict[str, list[int]] = {"kenpoint": [], "with snippets": [], "bm25s": [], "fts5": []}
    for query in queries[:20]:
        ours(query), shown(query), theirs(query), sql(query)
    for query in queries:
        took["kenpoint"].append(clock(lambda: ours(query)))
        took["with snippets"].append(clock(lambda: shown(query)))
        took["bm25s"].append(clock(lambda: theirs(query)))
        took["fts5"].append(clock(lambda: sql(query)))
    mean = {engine: statistics.mean(times) / 1e3 for engine, times in took.items()}
    middle = {engine: statistics.median(times) / 1e3 for engine, times in took.items()}
    words = statistics.mean(len(query.split()) for query in queries)
    print(
        f"search: {name}, {len(corpus):,} articles ({built:.0f} s to put), {len(queries)} queries of {words:.1f} words, ten best, ranking on; "
        + ", ".join(f"{engine} mean {mean[engine]:.0f} us, median {middle[engine]:.0f} us" for engine in took)
    )
    bar(f"{name}: bm25s / kenpoint, means", mean["bm25s"] / mean["kenpoint"], 2, "x", least=True)
    bar(f"{name}: SQLite FTS5 / kenpoint, means", mean["fts5"] / mean["kenpoint"], 20, "x", least=True)


def pieces(text: str, size: int = 200_000) -> list[str]:
    """Splits a long text into sections of a permitted size."""
    return [text[at : at + size] for at in range(0, min(len(text), 900_000), size)] or [""]


def main() -> None:
    """Runs the named benchmarks, or all."""
    benches = {"calls": calls, "load": load, "search": search}
    wanted = sys.argv[1:] or list(benches)
    for name in wanted:
        if name not in benches:
            sys.exit(f"bench.py: {name} is none of {', '.join(benches)}")
        benches[name]()
    if FAILED:
        print("missed:", "; ".join(FAILED))
        sys.exit(1)


if __name__ == "__main__":
    main()
