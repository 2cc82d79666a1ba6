"""Writes the stub file of the compiled part, `python/kenpoint/_kenpoint.pyi`.

maturin generates the types that it knows from Rust. COMPLETED adds the others. A completion that no longer matches fails,
and with `--check` also a stub file that differs from the one in the repository.

    python stubs.py GENERATED [--check]

GENERATED is the file written by `maturin generate-stubs`.
"""

from __future__ import annotations

import difflib
import re
import sys
from pathlib import Path

STUB = Path(__file__).parent / "python" / "kenpoint" / "_kenpoint.pyi"

IMPORTS = """import collections.abc
import datetime
import os
import typing

from kenpoint import model

"""

# Getters and special methods cannot state a Python type in Rust: the class, the generated text, the completed text.
COMPLETED: list[tuple[str, str, str]] = [
    ("Factor", "def name(self, /) -> Any:", "def name(self, /) -> model.FactorName:"),
    *(
        (each, *pair)
        for each in ("Hit", "Suggestion")
        for pair in (
            ("def kind(self, /) -> Any:", "def kind(self, /) -> model.Kind:"),
            ("def freshness(self, /) -> Any:", "def freshness(self, /) -> model.FreshnessState:"),
        )
    ),
    *(
        (each, *pair)
        for each, item in (("SearchAnswer", "Hit"), ("SuggestAnswer", "Suggestion"))
        for pair in (
            ("def __iter__(self, /) -> Iterator: ...", f"def __iter__(self, /) -> typing.Iterator[{item}]: ..."),
            (
                "    def __getitem__(self, index: Any, /) -> Any:",
                f"    @typing.overload\n    def __getitem__(self, index: slice, /) -> list[{item}]: ...\n"
                f"    @typing.overload\n    def __getitem__(self, index: typing.SupportsIndex, /) -> {item}:",
            ),
        )
    ),
    ("Base", "def __new__(cls, /, base: Base) -> Base:", "def __new__(cls, /, base: Base) -> typing.Self:"),
    ("Snapshot", "def __new__(cls, /, snapshot: Snapshot) -> Snapshot:", "def __new__(cls, /, snapshot: Snapshot) -> typing.Self:"),
    ("Visit", "def __new__(cls, /, visit: Visit) -> Visit:", "def __new__(cls, /, visit: Visit) -> typing.Self:"),
    ("Rows", "def __new__(cls, /, rows: Rows) -> Rows:", "def __new__(cls, /, rows: Rows) -> typing.Self:"),
]


def completed(generated: str) -> str:
    """Returns the stub file for a generated one."""
    head, *classes = re.split(r"^(?=@final\nclass |class |def )", generated, flags=re.MULTILINE)
    for name, old, new in COMPLETED:
        at = next((i for i, text in enumerate(classes) if re.match(rf"(@final\n)?class {name}\b", text)), None)
        if at is None or old not in classes[at]:
            sys.exit(f"stubs.py: {old!r} is not in the generated class {name}: correct COMPLETED")
        classes[at] = classes[at].replace(old, new)
    text = "".join([head.replace("from _typeshed", f"{IMPORTS}from _typeshed", 1), *classes])
    return text


def main() -> None:
    """Writes the stub file, or compares it with the one in the repository."""
    text = completed(Path(sys.argv[1]).read_text())
    if "--check" not in sys.argv:
        STUB.write_text(text)
        return
    old = STUB.read_text() if STUB.exists() else ""
    if old != text:
        diff = difflib.unified_diff(old.splitlines(), text.splitlines(), "in the repository", "generated", lineterm="")
        sys.exit("\n".join(diff) + "\nstubs.py: the types differ; `cargo xtask python --bless` writes them")


if __name__ == "__main__":
    main()
