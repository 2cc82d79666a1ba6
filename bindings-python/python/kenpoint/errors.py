"""Exceptions: one class for each error code of the core, in a tree::

    KenpointError
    ├── InputError          1xx: invalid input (also a ValueError)
    ├── StateError          2xx: the state of the base
    │   └── NotFoundError   201-205: no such article, case, session, link or version (also a LookupError)
    ├── StorageError        3xx: files and storage
    ├── IndexingError       4xx: the text index
    └── InternalError       9xx: a fault of ours

The class of an error code has its stable number as `code` and its name as `name`, both the same in every language. The
message states the field, the value, the limit and the next step.

>>> import kenpoint
>>> kb = kenpoint.memory()
>>> try:
...     kb.article("lamp")
... except kenpoint.NotFoundError as error:
...     print(error.code, error.name)
201 ArticleNotFound
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "AlreadyExistsError",
    "ArticleNotFoundError",
    "BusyError",
    "CancelledError",
    "CaseNotFoundError",
    "ClosedError",
    "ContradictionError",
    "CorruptError",
    "DiskFullError",
    "ForkedHandleError",
    "FormatTooNewError",
    "IndexFailedError",
    "IndexingError",
    "InputError",
    "InternalError",
    "InvalidImpressionError",
    "InvalidQueryError",
    "InvalidRecordError",
    "InvalidTransitionError",
    "InvalidUtf8Error",
    "InvalidValueError",
    "IoError",
    "KenpointError",
    "LinkNotFoundError",
    "MemoryLimitError",
    "NotABaseError",
    "NotAllowedHereError",
    "NotFoundError",
    "NotLoadedError",
    "NullArgumentError",
    "OutOfHistoryError",
    "PanickedError",
    "PoisonedError",
    "ReadOnlyError",
    "SessionNotFoundError",
    "StateError",
    "StorageError",
    "TooLargeError",
    "UnknownNameError",
    "VersionConflictError",
    "VersionNotFoundError",
    "WrongHandleError",
]


class KenpointError(Exception):
    """The base class of all errors of kenpoint."""

    code: int = 0
    """The stable number; 0 for a group."""
    name: str = ""
    """The stable name; empty for a group."""


class InputError(KenpointError, ValueError):
    """1xx: invalid input."""


class StateError(KenpointError):
    """2xx: the state of the base does not allow the call."""


class NotFoundError(StateError, LookupError):
    """201 to 205: the requested object does not exist."""


class StorageError(KenpointError):
    """3xx: files and storage."""


class IndexingError(KenpointError):
    """4xx: the text index."""


class InternalError(KenpointError):
    """A fault of ours. Please report it with the message."""

    code, name = 901, "Internal"


class InvalidValueError(InputError):
    """A field holds a value outside its documented range or form; a `datetime` without a time zone."""

    code, name = 101, "InvalidValue"


class TooLargeError(InputError):
    """A text, list or number of items is over its documented limit."""

    code, name = 102, "TooLarge"


class InvalidUtf8Error(InputError):
    """The bytes are not valid UTF-8."""

    code, name = 103, "InvalidUtf8"


class InvalidQueryError(InputError):
    """A query is not valid in the query language, or is over its limits."""

    code, name = 104, "InvalidQuery"


class ContradictionError(InputError):
    """Two fields contradict each other."""

    code, name = 105, "Contradiction"


class UnknownNameError(InputError):
    """An unknown name: an audience label, a field or a filter."""

    code, name = 106, "UnknownName"


class InvalidRecordError(InputError):
    """A record cannot be read: a field is missing, unknown or of another type."""

    code, name = 107, "InvalidRecord"


class NullArgumentError(InputError):
    """A required object is missing. Other languages raise it; Python raises TypeError."""

    code, name = 108, "NullArgument"


class WrongHandleError(InputError):
    """A handle of another type. Other languages raise it; Python raises TypeError."""

    code, name = 109, "WrongHandle"


class ArticleNotFoundError(NotFoundError):
    """No article has this id."""

    code, name = 201, "ArticleNotFound"


class CaseNotFoundError(NotFoundError):
    """No case has this id."""

    code, name = 202, "CaseNotFound"


class SessionNotFoundError(NotFoundError):
    """No session has this id."""

    code, name = 203, "SessionNotFound"


class LinkNotFoundError(NotFoundError):
    """No link of this type joins the case and the article."""

    code, name = 204, "LinkNotFound"


class VersionNotFoundError(NotFoundError):
    """No version of the article has this number."""

    code, name = 205, "VersionNotFound"


class VersionConflictError(StateError):
    """The article has a newer version than the call expects."""

    code, name = 206, "VersionConflict"


class AlreadyExistsError(StateError):
    """The id is already in use."""

    code, name = 207, "AlreadyExists"


class InvalidTransitionError(StateError):
    """The change is not allowed from the present state."""

    code, name = 208, "InvalidTransition"


class InvalidImpressionError(StateError):
    """An impression token is unknown, damaged or of another base."""

    code, name = 209, "InvalidImpression"


class OutOfHistoryError(StateError):
    """The instant is before the first record or after the known history, or instants do not ascend."""

    code, name = 210, "OutOfHistory"


class CancelledError(StateError):
    """The call was cancelled. Ctrl-C raises KeyboardInterrupt instead."""

    code, name = 211, "Cancelled"


class ClosedError(StateError):
    """The base was closed."""

    code, name = 212, "Closed"


class NotAllowedHereError(StateError):
    """A callback called a base while the base may hold a lock."""

    code, name = 213, "NotAllowedHere"


class ForkedHandleError(StateError):
    """The base was opened before a fork and used in the child. Open it in the child, after the fork."""

    code, name = 214, "ForkedHandle"


class BusyError(StorageError):
    """Another process, or another handle of this process, has the base open."""

    code, name = 301, "Busy"


class IoError(StorageError):
    """A file or folder cannot be read or written."""

    code, name = 302, "Io"


class DiskFullError(StorageError):
    """The disk is full. Reading works; writing works again once there is space."""

    code, name = 303, "DiskFull"


class NotABaseError(StorageError):
    """The file is not a kenpoint base."""

    code, name = 304, "NotABase"


class FormatTooNewError(StorageError):
    """The file was written by a newer kenpoint and is left unchanged."""

    code, name = 305, "FormatTooNew"


class CorruptError(StorageError):
    """A checksum or an invariant of the stored data is violated."""

    code, name = 306, "Corrupt"


class PoisonedError(StorageError):
    """An earlier write failed and the store could not be recovered. Open the base again."""

    code, name = 307, "Poisoned"


class MemoryLimitError(StorageError):
    """The write would exceed the memory limit of the base. Nothing was written."""

    code, name = 308, "MemoryLimit"


class NotLoadedError(StorageError):
    """A shard of a snapshot is not loaded yet. Supply the wanted shards and call again."""

    code, name = 309, "NotLoaded"


class ReadOnlyError(StorageError):
    """The base was opened read-only. Nothing was written; open it without `read_only` to change it."""

    code, name = 310, "ReadOnly"


class IndexFailedError(IndexingError):
    """The text index cannot be read or written. It is rebuilt from the store."""

    code, name = 401, "IndexFailed"


class PanickedError(InternalError):
    """A fault of ours was caught. The base accepts no more calls; open it again."""

    code, name = 902, "Panicked"


def _classes(root: type[KenpointError]) -> list[type[KenpointError]]:
    return [root, *(deeper for child in root.__subclasses__() for deeper in _classes(child))]


BY_CODE: Final[dict[int, type[KenpointError]]] = {each.code: each for each in _classes(KenpointError) if each.code}
"""Maps each code to its class."""
