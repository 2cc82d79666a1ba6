"""Knowledge retrieval that learns, inside your process.

`open` gives a base in a folder, `memory` one that is gone when it is closed. Everything a base does is a
method of `KnowledgeBase`, and `open_snapshot` answers from a file with what one audience may see of it. What they are
given and give back is in `kenpoint.model`; what can go wrong in `kenpoint.errors`. All of it is here under `kenpoint` as
well. `python -m kenpoint --help` says what the command line does.

>>> import kenpoint
>>> with kenpoint.memory() as kb:
...     put = kb.put(kenpoint.ArticleDraft("lamp", "product", "The lamp stays dark", audience="public",
...         confidence="validated", sections=[kenpoint.Section("resolution", "Change the fuse.")]))
...     print(kb.search("dark lamps", viewer="public")[0].title)
The lamp stays dark
"""

from . import errors, model
from ._base import KnowledgeBase, memory, open
from ._kenpoint import (
    Explanation,
    Factor,
    FixedClock,
    Hit,
    SearchAnswer,
    SimilarCase,
    Snippet,
    SuggestAnswer,
    Suggestion,
    __version__,
)
from ._snapshot import Snapshot, cut_snapshot, open_snapshot, part_names
from ._table import Table, factors_table, hits_table, similar_table
from ._visit import Visit
from .errors import *  # noqa: F403
from .model import *  # noqa: F403

__all__ = [
    "Explanation",
    "Factor",
    "FixedClock",
    "Hit",
    "KnowledgeBase",
    "SearchAnswer",
    "SimilarCase",
    "Snapshot",
    "Snippet",
    "SuggestAnswer",
    "Suggestion",
    "Table",
    "Visit",
    "__version__",
    "cut_snapshot",
    "errors",
    "factors_table",
    "hits_table",
    "memory",
    "model",
    "open",
    "open_snapshot",
    "part_names",
    "similar_table",
]
__all__ += errors.__all__
__all__ += model.__all__
