"""The data model of kenpoint: input and results of a base as plain data.

Names, fields and enum members are the same in every language. Drafts are input; a mapping with the same keys works
wherever a draft does. Results are frozen, compare by value and pickle. Times are aware `datetime`s with milliseconds, in
UTC in results. Enum members are texts: `Kind.PRODUCT == "product"`.
"""

from . import _drafts, _enums, _handoff, _policy, _results
from ._drafts import *
from ._enums import *
from ._handoff import *
from ._policy import *
from ._results import *

__all__: list[str] = []
__all__ += _enums.__all__
__all__ += _drafts.__all__
__all__ += _results.__all__
__all__ += _handoff.__all__
__all__ += _policy.__all__
