"""Runs the notebooks in fresh kernels, checks what they say, and writes them with their pictures.

    python run.py [FOLDER]      FOLDER: where they are written; target/python/notebooks, if absent
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).resolve().parent

# What each notebook must say, and how many charts it must draw.
EXPECTED: dict[str, tuple[list[str], int]] = {
    "1_what_closes_cases": (["834 links", "13 actors", "aurora-router-pppoe-vlan-4-0", "suspect: aurora-router-red-light"], 3),
    "2_another_policy": (["443 questions, from 2025-11-21", "MRR: in force - without learning = +0.040 [+0.007, +0.074]: better", "recall@3: in force - without learning = +0.056 [+0.027, +0.090]: better"], 1),
    "3_as_of": (["no article has the id", "firmware then: 3.3.2", "firmware now: 4.0.3", "first flag: 2026-08-20"], 2),
}


def run(source: Path, into: Path) -> None:
    """Runs one notebook; any error of a cell is an error."""
    book = jupytext.read(source)
    # Charts as pictures, which every reader of notebooks shows; this cell is not written.
    book.cells.insert(0, nbformat.v4.new_code_cell("import altair; _ = altair.renderers.enable('png', scale_factor=1.5)"))
    begun = time.monotonic()
    NotebookClient(book, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(HERE)}}).execute()
    del book.cells[0]
    said, charts = [], 0
    for cell in book.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                said.append(output.text)
                continue
            data = output.get("data", {})
            said.append(data.get("text/plain", "") + data.get("text/html", ""))
            charts += "image/png" in data
    whole = "".join(said)
    texts, count = EXPECTED[source.stem]
    missing = [text for text in texts if text not in whole]
    if missing or charts != count:
        print(whole, file=sys.stderr)
        sys.exit(f"{source.name}: it does not say {missing}; {charts} charts, expected {count}")
    nbformat.write(book, into / f"{source.stem}.ipynb")
    print(f"{source.name}: {len(book.cells)} cells, {charts} charts, {time.monotonic() - begun:.1f} s", flush=True)


def main() -> None:
    """Runs all of them."""
    into = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[1] / "target/python/notebooks"
    into.mkdir(parents=True, exist_ok=True)
    sources = sorted(HERE.glob("[0-9]_*.py"))
    if {source.stem for source in sources} != set(EXPECTED):
        sys.exit(f"run.py: EXPECTED names other notebooks than {[source.stem for source in sources]}")
    for source in sources:
        run(source, into)


if __name__ == "__main__":
    main()
