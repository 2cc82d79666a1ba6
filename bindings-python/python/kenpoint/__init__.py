"""An embeddable knowledge-retrieval library.

`open` opens a base in a folder and `memory` makes one in memory; both return a `KnowledgeBase`. `open_snapshot` opens a
read-only file of the content one audience may see. The data model is in `kenpoint.model` and the exceptions in
`kenpoint.errors`; all names are also in `kenpoint`. `python -m kenpoint --help` describes the command line.

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
    SharedResources,
    SimilarCase,
    Snippet,
    SuggestAnswer,
    Suggestion,
    __version__,
)
from ._frames import History
from ._reviews import Reviews
from ._snapshot import Snapshot, open_snapshot, shard_names, split_snapshot
from ._table import Table, factors_table, hits_table, similar_table
from ._tables import Tables
from ._visit import Visit
from .errors import *  # noqa: F403
from .model import *  # noqa: F403

__all__ = [
    "Explanation",
    "Factor",
    "FixedClock",
    "History",
    "Hit",
    "KnowledgeBase",
    "Reviews",
    "SearchAnswer",
    "SharedResources",
    "SimilarCase",
    "Snapshot",
    "Snippet",
    "SuggestAnswer",
    "Suggestion",
    "Table",
    "Tables",
    "Visit",
    "__version__",
    "errors",
    "factors_table",
    "hits_table",
    "memory",
    "model",
    "open",
    "open_snapshot",
    "shard_names",
    "similar_table",
    "split_snapshot",
]
__all__ += errors.__all__
__all__ += model.__all__
