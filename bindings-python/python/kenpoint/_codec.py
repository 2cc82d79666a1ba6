"""Records between Python and the core: dataclasses, mappings and JSON of the model.

One function writes every record and one reads it. Fields are defined only in `kenpoint.model`, and a test compares them
with the core. Values pass unchanged: the core checks them and reports errors.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import functools
import json
import os
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from . import errors

T = TypeVar("T")


def instant(at: datetime.datetime) -> str:
    """Returns the text of an instant. Rejects naive times, because they mean a different instant on each machine."""
    if at.utcoffset() is None:
        raise errors.InvalidValueError(
            f"time: {at} has no time zone and could be any of 38 instants; "
            "make it aware, for example with .replace(tzinfo=datetime.timezone.utc)"
        )
    try:
        return at.astimezone(datetime.timezone.utc).isoformat(timespec="milliseconds")
    except OverflowError:
        raise errors.InvalidValueError(f"time: {at} lies outside the years 1 to 9999 in UTC") from None


def _plain(value: object) -> object:
    """Converts a value without a JSON form."""
    if isinstance(value, datetime.datetime):
        return instant(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((f.name.rstrip("_"), getattr(value, f.name)) for f in dataclasses.fields(value))
        return {name: item for name, item in pairs if item is not None}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, bytes | bytearray | memoryview):
        return sorted(value) if isinstance(value, set | frozenset) else list(value)
    raise TypeError(f"a record cannot hold a {type(value).__name__}: {value!r:.60}")


def encode(value: object) -> str:
    """Returns the JSON of a record, which is a dataclass of `kenpoint.model` or a mapping."""
    try:
        return json.dumps(value, default=_plain, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (ValueError, OverflowError, RecursionError) as error:
        if isinstance(error, errors.KenpointError):
            raise
        raise errors.InvalidRecordError(f"record: {error}; give finite numbers, and no cycles or deep nesting") from error


def text(value: object) -> str:
    """Returns the JSON of a record, or the text itself if it is JSON already."""
    return value if isinstance(value, str) else encode(value)


def decode(kind: type[T], text: str) -> T:
    """Reads a record, or a list of records, from JSON."""
    return typing.cast("T", _reader(kind)(json.loads(text)))


@functools.cache
def _reader(hint: Any) -> Callable[[Any], Any]:
    """Returns the function that converts JSON to a value of a type."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        # `X | None`, and `X | str` where a draft may use the name.
        kinds = [each for each in arguments if each is not type(None)]
        inner = _reader(kinds[0])
        return lambda value: None if value is None else inner(value)
    if origin in (list, Sequence):
        inner = _reader(arguments[0])
        make = list if origin is list else tuple
        return lambda value: make(map(inner, value))
    if origin is tuple:
        if arguments[-1] is Ellipsis:
            inner = _reader(arguments[0])
            return lambda value: tuple(map(inner, value))
        readers = [_reader(each) for each in arguments]
        return lambda value: tuple(read(item) for read, item in zip(readers, value, strict=True))
    if hint is datetime.datetime:
        return datetime.datetime.fromisoformat
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return hint
    if dataclasses.is_dataclass(hint):
        return _record_reader(hint)
    return lambda value: value


def _record_reader(kind: Any) -> Callable[[Mapping[str, Any]], Any]:
    hints = typing.get_type_hints(kind)
    readers = [(f.name, f.name.rstrip("_"), _reader(hints[f.name])) for f in dataclasses.fields(kind)]

    def read(value: Mapping[str, Any]) -> Any:
        return kind(**{name: reader(value[key]) for name, key, reader in readers if key in value})

    return read


def options(given: Mapping[str, object]) -> str | None:
    """Returns the JSON of import options, or None without options."""
    return encode(given) if given else None


def path(given: str | os.PathLike[str]) -> str:
    """Returns a path as text."""
    return os.fspath(given)


def names(given: Iterable[object]) -> list[str]:
    """Returns texts of names or enum members."""
    return [str(each) for each in given]
