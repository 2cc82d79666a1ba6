"""Progress of long calls: a callback, or a progress bar."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

ProgressCallback = Callable[[str, int, int, int], object]
"""A callback with the source being read, the records read so far, the skipped ones among them, and the bytes read."""
A = TypeVar("A")

# Number of queries between two progress reports: enough for all threads, and few enough to report often.
CHUNK = 256


@contextlib.contextmanager
def callback_of(progress: bool | ProgressCallback) -> Iterator[ProgressCallback | None]:
    """Yields the callback of a `progress` argument."""
    if progress is False:
        yield None
    elif progress is not True:
        yield progress
    else:
        with _bar() as report:
            yield report


@contextlib.contextmanager
def _bar() -> Iterator[ProgressCallback]:
    try:
        from tqdm.auto import tqdm
    except ImportError:
        # Without tqdm: one line that is overwritten.
        def line(source: str, records: int, skipped: int, size: int) -> None:
            print(f"\r{records:,} records, {skipped:,} skipped, {size / 1e6:.1f} MB  {source:.40}", end="", file=sys.stderr)

        yield line
        print(file=sys.stderr)
        return
    with tqdm(unit=" records", unit_scale=True) as bar:

        def report(source: str, records: int, skipped: int, size: int) -> None:
            bar.set_postfix_str(f"{skipped} skipped, {size / 1e6:.1f} MB, {source:.40}", refresh=False)
            bar.update(records - bar.n)

        yield report


def in_chunks(call: str, queries: Iterable[str], progress: bool | ProgressCallback, answer: Callable[[Iterable[str]], list[A]]) -> list[A]:
    """Answers many queries: in one call, or in chunks with a progress report after each."""
    if progress is False or isinstance(queries, str):
        # The compiled part rejects one text in place of a list of texts.
        return answer(queries)
    listed = list(queries)
    answers: list[A] = []
    with callback_of(progress) as report:
        for start in range(0, len(listed), CHUNK):
            answers += answer(listed[start : start + CHUNK])
            if report is not None:
                report(call, len(answers), 0, 0)
    return answers
