"""The nouns of kenpoint as plain data: what is given to a base, and what it gives back.

Names, fields and enum members are those of the core and equal in every language. Drafts are what you
give; wherever one is taken, a mapping with the same keys is taken too. What a base gives back is frozen,
compares by value, and pickles. Times are aware `datetime`s, in UTC where they come from a base; what is
below a millisecond is cut off. Enum members are texts: `Kind.PRODUCT == "product"`.
"""

from . import _drafts, _handoff, _names, _policy, _results
from ._drafts import *
from ._handoff import *
from ._names import *
from ._policy import *
from ._results import *

__all__: list[str] = []
__all__ += _names.__all__
__all__ += _drafts.__all__
__all__ += _results.__all__
__all__ += _handoff.__all__
__all__ += _policy.__all__
