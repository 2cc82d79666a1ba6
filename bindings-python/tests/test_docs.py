"""Every example in a docstring runs with the stated output."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil

import kenpoint
import pytest

MODULES = ["kenpoint", *(f"kenpoint.{each.name}" for each in pkgutil.iter_modules(kenpoint.__path__))]


def examples() -> list[doctest.DocTest]:
    finder, parser, found = doctest.DocTestFinder(exclude_empty=True), doctest.DocTestParser(), {}
    for name in MODULES:
        module = importlib.import_module(name)
        for test in finder.find(module, name):
            if test.examples:
                found[test.name] = test
    # The finder misses classes and methods of the compiled part, which have no file.
    for name, value in vars(importlib.import_module("kenpoint._kenpoint")).items():
        members = vars(value).items() if inspect.isclass(value) else ()
        for part, text in [(name, inspect.getdoc(value) or ""), *((f"{name}.{k}", inspect.getdoc(v) or "") for k, v in members)]:
            test = parser.get_doctest(text, {}, f"kenpoint._kenpoint.{part}", None, 0)
            if test.examples:
                found[test.name] = test
    return list(found.values())


EXAMPLES = examples()


@pytest.mark.parametrize("test", EXAMPLES, ids=[test.name for test in EXAMPLES])
def test_example(test: doctest.DocTest) -> None:
    runner = doctest.DocTestRunner(optionflags=doctest.IGNORE_EXCEPTION_DETAIL * 0, verbose=False)
    assert runner.run(test).failed == 0


def test_examples_were_found() -> None:
    names = {test.name.rsplit(".", 1)[-1] for test in EXAMPLES}
    assert {"search", "suggest", "search_many", "FixedClock", "put", "replay", "Table", "RankPolicy"} <= names


def test_everything_public_is_documented() -> None:
    missing = []
    for name in kenpoint.__all__:
        value = getattr(kenpoint, name)
        if not inspect.isclass(value) and not inspect.isfunction(value):
            continue
        if not inspect.getdoc(value):
            missing.append(name)
        for part, member in vars(value).items() if inspect.isclass(value) else ():
            public = not part.startswith("_") and not isinstance(member, type(None))
            if public and (callable(member) or isinstance(member, property)) and not inspect.getdoc(member):
                missing.append(f"{name}.{part}")
    assert not missing
