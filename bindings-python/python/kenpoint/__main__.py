"""The command line: `python -m kenpoint snapshot help-centre -o help.ken --audience public`.

Written against the public API of the package alone, so that it is an example of it, too.
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
exit codes: 0 written; 1 failed, and what lay at -o lies there still; 2 called wrongly; 3 written, but records of the
folder that are named on the standard error were not taken; 130 interrupted. What was written is said on the standard
output, progress and errors on the standard error.
"""


def instant(text: str) -> datetime.datetime:
    """An instant of the command line."""
    try:
        at = datetime.datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no instant; write one as 2026-11-20T09:00:00Z") from error
    if at.utcoffset() is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no time zone; write it as 2026-11-20T09:00:00Z or with +01:00")
    return at


def parser() -> argparse.ArgumentParser:
    """What the command line takes."""
    all_of_it = argparse.ArgumentParser(prog="python -m kenpoint", description="Knowledge retrieval that learns, inside your process.")
    all_of_it.add_argument("--version", action="version", version=f"kenpoint {kenpoint.__version__}")
    commands = all_of_it.add_subparsers(dest="command", required=True, metavar="COMMAND")
    snapshot = commands.add_parser(
        "snapshot",
        help="writes what one audience may see into one file, for kenpoint.open_snapshot",
        description="Writes what one audience may see into one file, for kenpoint.open_snapshot. Readers of the file that lies there are not disturbed.",
        epilog=EXIT_CODES,
    )
    add = snapshot.add_argument
    add("source", type=Path, metavar="BASE_OR_FOLDER", help="the folder of a base, or a folder or file of articles (Markdown, HTML, JSON lines), which are read into a base in memory")
    add("-o", "--output", type=Path, required=True, metavar="FILE", help="the file to write or to replace")
    add("--audience", required=True, metavar="LABEL", help="whom it is for")
    add("--entitlement", action="append", default=[], metavar="E", help="what its viewers may hold; may be given more than once")
    add("--at", type=instant, metavar="ISO", help="what was known then is in it: an instant with a time zone; now, if absent")
    add("--pages", action="store_true", help="its articles as HTML that is safe to put into a page; kenpoint's npm package needs it")
    add("--shards", action="store_true", help="what a page needs first into FILE, and the rest in parts into FILE.d/, which are loaded when they are wanted")
    add("--quiet", action="store_true", help="no progress")
    articles = snapshot.add_argument_group("for a folder of articles")
    articles.add_argument("--default-audience", metavar="LABEL", help="the audience of articles that name none; internal, if absent")
    articles.add_argument("--default-confidence", metavar="NAME", help="the confidence of articles that name none; not-validated, if absent")
    articles.add_argument("--default-language", metavar="TAG", help="the language of articles that name none; en, if absent")
    return all_of_it


def is_base(folder: Path) -> bool:
    """Whether the files of a base lie there (`docs/format.md`)."""
    return any((folder / name).exists() for name in ("FORMAT", "base.redb"))


def imported(kb: kenpoint.KnowledgeBase, given: argparse.Namespace) -> int:
    """Reads articles into a base in memory. Returns how many records were not taken, having named them."""
    options = kenpoint.ImportOptions()
    if given.default_audience is not None:
        options["audience"] = given.default_audience
    if given.default_confidence is not None:
        options["confidence"] = given.default_confidence
    if given.default_language is not None:
        options["language"] = given.default_language
    if given.at is not None:
        # A look at the past needs a history, and not what all arrived a moment ago.
        options["arrivals"] = "as-dated"
    report = kb.import_path(given.source, progress=not given.quiet, **options)
    for skipped in report.skipped:
        print(f"{skipped.place.file}:{skipped.place.line}: not taken: {skipped.reason}", file=sys.stderr)
    if report.n_skipped > len(report.skipped):
        print(f"and {report.n_skipped - len(report.skipped):,} more", file=sys.stderr)
    return report.n_skipped


def replace(path: Path, content: bytes) -> None:
    """Puts a file in the place of another, at once and whole: it is written beside it first."""
    unfinished = path.with_name(path.name + ".new")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def write_parts(path: Path, file: bytes) -> int:
    """Cuts a snapshot. The parts are written first: what names them comes when they are there. Those of before stay, for
    processes and pages that have an earlier front open. Returns how many there are."""
    front, parts = kenpoint.cut_snapshot(file)
    folder = path.with_name(path.name + ".d")
    folder.mkdir(exist_ok=True)
    for name, part in parts.items():
        place = folder / name
        if not place.is_file() or place.read_bytes() != part:
            replace(place, part)
    replace(path, front)
    return len(parts)


def snapshot(given: argparse.Namespace) -> int:
    """Writes a snapshot."""
    viewer = kenpoint.Viewer(given.audience, entitlements=given.entitlement)
    of_base = is_base(given.source)
    with kenpoint.open(given.source) if of_base else kenpoint.memory() as kb:
        skipped = 0 if of_base else imported(kb, given)
        if not given.quiet:
            print(f"publishing {kb.stats()['articles']:,} articles for {given.audience}", file=sys.stderr)
        if given.shards:
            file = kb.snapshot(viewer, at=given.at, pages=given.pages)
            info = kenpoint.open_snapshot(file).info
            n_parts = write_parts(given.output, file)
        else:
            info = kb.snapshot(viewer, given.output, at=given.at, pages=given.pages)
            n_parts = 0
    if not info.articles:
        hint = "" if of_base else "; articles that name no audience are internal, and drafts, see --default-audience and --default-confidence"
        print(f"{given.audience} sees none of them{hint}", file=sys.stderr)
    cut = f" in it and in {n_parts:,} parts in {given.output}.d" if given.shards else ""
    print(f"{given.output}: {info.articles:,} articles and {info.cases:,} cases as of {info.known.isoformat()}, {info.bytes:,} bytes{cut}, digest {info.digest}")
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
