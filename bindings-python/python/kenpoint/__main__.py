"""The command line: `python -m kenpoint snapshot help-centre -o help.ken --audience public`.

It uses only the public API of the package, so it is also an example.
"""

from __future__ import annotations

import argparse
import datetime
import os
import sys
from pathlib import Path

import kenpoint

DONE, FAILED, INCOMPLETE, INTERRUPTED = 0, 1, 3, 130

EXIT_CODES = """
exit codes: 0 written; 1 failed, and the old file at -o is unchanged; 2 invalid arguments; 3 written, but some records of
the folder were skipped (listed on standard error); 130 interrupted. The result is printed to standard output, progress and
errors to standard error.
"""


def instant(text: str) -> datetime.datetime:
    """Reads an instant from the command line."""
    try:
        at = datetime.datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not an instant; write it as 2026-11-20T09:00:00Z") from error
    if at.utcoffset() is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no time zone; write it as 2026-11-20T09:00:00Z or with +01:00")
    return at


def parser() -> argparse.ArgumentParser:
    """Returns the parser of the command line."""
    root = argparse.ArgumentParser(prog="python -m kenpoint", description="An embeddable knowledge-retrieval library.")
    root.add_argument("--version", action="version", version=f"kenpoint {kenpoint.__version__}")
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    snapshot = commands.add_parser(
        "snapshot",
        help="publishes the content of one audience as one file, for kenpoint.open_snapshot",
        description="Publishes the content that one audience may see as one file, for kenpoint.open_snapshot. Readers of an existing file are not disturbed.",
        epilog=EXIT_CODES,
    )
    add = snapshot.add_argument
    add("source", type=Path, metavar="BASE_OR_FOLDER", help="the folder of a base, or a folder or file of articles (Markdown, HTML, JSON lines), which are imported into a base in memory")
    add("-o", "--output", type=Path, required=True, metavar="FILE", help="the file to write or to replace")
    add("--audience", required=True, metavar="LABEL", help="the audience")
    add("--entitlement", action="append", default=[], metavar="E", help="an entitlement of its viewers; may be repeated")
    add("--at", type=instant, metavar="ISO", help="the instant whose knowledge is published, with a time zone; default: now")
    add("--pages", action="store_true", help="write articles as safe HTML, as kenpoint's npm package requires")
    add("--shards", action="store_true", help="write a manifest to FILE and shards to FILE.d/, which are loaded on demand")
    add("--quiet", action="store_true", help="no progress")
    articles = snapshot.add_argument_group("for a folder of articles")
    articles.add_argument("--default-audience", metavar="LABEL", help="the audience of articles without one; default: internal")
    articles.add_argument("--default-confidence", metavar="NAME", help="the confidence of articles without one; default: not-validated")
    articles.add_argument("--default-language", metavar="TAG", help="the language of articles without one; default: en")
    return root


def is_base(folder: Path) -> bool:
    """Returns True if the folder has the files of a base (`docs/format.md`)."""
    return any((folder / name).exists() for name in ("FORMAT", "base.redb"))


def imported(kb: kenpoint.KnowledgeBase, given: argparse.Namespace) -> int:
    """Imports articles into a base in memory. Lists the skipped records and returns their number."""
    options = kenpoint.ImportOptions()
    if given.default_audience is not None:
        options["audience"] = given.default_audience
    if given.default_confidence is not None:
        options["confidence"] = given.default_confidence
    if given.default_language is not None:
        options["language"] = given.default_language
    if given.at is not None:
        # A view of the past needs a history of arrivals.
        options["arrivals"] = "as-dated"
    report = kb.import_path(given.source, progress=not given.quiet, **options)
    explain(report, quiet=given.quiet)
    return report.n_skipped


def explain(report: kenpoint.ImportReport, *, quiet: bool) -> None:
    """Lists what an import did not take as it stands. Files that are no source are listed unless it is to be quiet."""

    def show(n: int, lines: list[str]) -> None:
        for line in lines:
            print(line, file=sys.stderr)
        if n > len(lines):
            print(f"and {n - len(lines):,} more", file=sys.stderr)

    if report.warning is not None:
        print(f"warning: {report.warning}", file=sys.stderr)
    if report.preset is not None and not quiet:
        print(f"preset: {report.preset}", file=sys.stderr)
    show(report.n_skipped, [f"{s.place.file}:{s.place.line}: skipped: {s.reason}" for s in report.skipped])
    show(report.n_held_back, [f"{h.place.file}:{h.place.line}: held back: {h.key} is {h.value}{', withdrawn' if h.withdrawn else ''}" for h in report.held_back])
    show(
        report.n_adjusted,
        [
            f"{a.place.file}:{a.place.line}: {a.key}: {a.value} {'dropped' if a.read_as is None else f'read as {a.read_as}'}: {a.reason}"
            for a in report.adjusted
        ],
    )
    if not quiet:
        show(report.files_ignored, [f"{i.file}: ignored: {i.reason}" for i in report.ignored])


def replace(path: Path, content: bytes) -> None:
    """Replaces a file atomically: writes a new file beside it, then renames it."""
    unfinished = path.with_name(path.name + ".new")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def write_shards(path: Path, snapshot: bytes) -> int:
    """Splits a snapshot into files: the shards first, then the manifest that refers to them. Shards of older manifests stay
    for processes and pages that have one open. Returns the number of shards."""
    split = kenpoint.split_snapshot(snapshot)
    folder = path.with_name(path.name + ".d")
    folder.mkdir(exist_ok=True)
    for name, shard in split.shards.items():
        place = folder / name
        if not place.is_file() or place.read_bytes() != shard:
            replace(place, shard)
    replace(path, split.manifest)
    return len(split.shards)


def snapshot(given: argparse.Namespace) -> int:
    """Writes a snapshot."""
    viewer = kenpoint.Viewer(given.audience, entitlements=given.entitlement)
    of_base = is_base(given.source)
    with kenpoint.open(given.source) if of_base else kenpoint.memory() as kb:
        skipped = 0 if of_base else imported(kb, given)
        if not given.quiet:
            print(f"publishing {kb.counts().articles:,} articles for {given.audience}", file=sys.stderr)
        if given.shards:
            file = kb.snapshot(viewer, at=given.at, pages=given.pages)
            info = kenpoint.open_snapshot(file).info
            n_shards = write_shards(given.output, file)
        else:
            info = kb.snapshot(viewer, given.output, at=given.at, pages=given.pages)
            n_shards = 0
    if not info.articles:
        hint = "" if of_base else "; articles without an audience are internal drafts, see --default-audience and --default-confidence"
        print(f"{given.audience} sees none of them{hint}", file=sys.stderr)
    shards = f" in it and in {n_shards:,} shards in {given.output}.d" if given.shards else ""
    print(f"{given.output}: {info.articles:,} articles and {info.cases:,} cases as of {info.known.isoformat()}, {info.bytes:,} bytes{shards}, digest {info.digest}")
    return INCOMPLETE if skipped else DONE


def main(arguments: list[str] | None = None) -> int:
    """Runs a command and returns its exit code."""
    given = parser().parse_args(arguments)
    try:
        return snapshot(given)
    except kenpoint.KenpointError as error:
        print(f"{error.name} ({error.code}): {error}", file=sys.stderr)
        return FAILED
    except OSError as error:
        print(error, file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
