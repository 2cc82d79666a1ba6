"""Progress of long calls: a function of the caller's, or a bar."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Tell = Callable[[str, int, int, int], object]
"""Is called with the source being read, the records read so far, those of them skipped, and the bytes read."""
A = TypeVar("A")

# Questions of a batch between two tellings: enough for all threads, few enough to tell often.
PART = 256


@contextlib.contextmanager
def of(progress: bool | Tell) -> Iterator[Tell | None]:
    """What an import tells how far it is."""
    if progress is False:
        yield None
    elif progress is not True:
        yield progress
    else:
        with _bar() as tell:
            yield tell


@contextlib.contextmanager
def _bar() -> Iterator[Tell]:
    try:
        from tqdm.auto import tqdm
    except ImportError:
        # Without tqdm: one line that is written over.
        def line(source: str, records: int, skipped: int, size: int) -> None:
            print(f"\r{records:,} records, {skipped:,} skipped, {size / 1e6:.1f} MB  {source:.40}", end="", file=sys.stderr)

        yield line
        print(file=sys.stderr)
        return
    with tqdm(unit=" records", unit_scale=True) as bar:

        def tell(source: str, records: int, skipped: int, size: int) -> None:
            bar.set_postfix_str(f"{skipped} skipped, {size / 1e6:.1f} MB, {source:.40}", refresh=False)
            bar.update(records - bar.n)

        yield tell


def in_parts(what: str, questions: Iterable[str], progress: bool | Tell, ask: Callable[[Iterable[str]], list[A]]) -> list[A]:
    """The answers to many questions: in one go, or in parts between which it is told how many there are."""
    if progress is False or isinstance(questions, str):
        # One text is no list of texts, and the binding says so.
        return ask(questions)
    listed = list(questions)
    answers: list[A] = []
    with of(progress) as tell:
        for start in range(0, len(listed), PART):
            answers += ask(listed[start : start + PART])
            if tell is not None:
                tell(what, len(answers), 0, 0)
    return answers
