"""Runs the notebooks in new kernels, checks their output, and writes them with their charts.

    python run.py [FOLDER]      FOLDER: the output folder; default: target/python/notebooks
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).resolve().parent

# The required texts and the number of charts of each notebook.
EXPECTED: dict[str, tuple[list[str], int]] = {
    "1_closing_articles": (["834 links", "13 actors", "aurora-router-pppoe-vlan-4-0", "suspect: aurora-router-red-light"], 3),
    "2_replay_policy": (["443 questions, from 2025-11-21", "MRR: current - without learning = +0.086 [+0.057, +0.117]: better", "recall@3: current - without learning = +0.086 [+0.059, +0.115]: better"], 1),
    "3_as_of": (["no article has the id", "firmware then: 3.3.2", "firmware now: 4.0.3", "first flag: 2026-08-20"], 2),
}


def run(source: Path, into: Path) -> None:
    """Runs one notebook. An error in a cell is an error."""
    book = jupytext.read(source)
    # Charts are written as PNG images, which every notebook viewer shows. This cell is not written.
    book.cells.insert(0, nbformat.v4.new_code_cell("import altair; _ = altair.renderers.enable('png', scale_factor=1.5)"))
    begun = time.monotonic()
    NotebookClient(book, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(HERE)}}).execute()
    del book.cells[0]
    texts, charts = [], 0
    for cell in book.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                texts.append(output.text)
                continue
            data = output.get("data", {})
            texts.append(data.get("text/plain", "") + data.get("text/html", ""))
            charts += "image/png" in data
    output_text = "".join(texts)
    required, count = EXPECTED[source.stem]
    missing = [text for text in required if text not in output_text]
    if missing or charts != count:
        print(output_text, file=sys.stderr)
        sys.exit(f"{source.name}: output lacks {missing}; {charts} charts, expected {count}")
    nbformat.write(book, into / f"{source.stem}.ipynb")
    print(f"{source.name}: {len(book.cells)} cells, {charts} charts, {time.monotonic() - begun:.1f} s", flush=True)


def main() -> None:
    """Runs all notebooks."""
    into = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[1] / "target/python/notebooks"
    into.mkdir(parents=True, exist_ok=True)
    sources = sorted(HERE.glob("[0-9]_*.py"))
    if {source.stem for source in sources} != set(EXPECTED):
        sys.exit(f"run.py: EXPECTED does not match the notebooks {[source.stem for source in sources]}")
    for source in sources:
        run(source, into)


if __name__ == "__main__":
    main()
