"""The ranking policy: every constant of the ranking by name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from . import _codec, _kenpoint

__all__ = ["RankPolicy"]


class RankPolicy(Mapping[str, Any]):
    """Every constant of the ranking by name. Frozen; `replace` returns a changed policy.

    >>> import kenpoint
    >>> policy = kenpoint.RankPolicy()
    >>> policy["usefulness_exponent"]
    1.5
    >>> policy.replace(usefulness_exponent=0.0)
    RankPolicy(usefulness_exponent=0.0)
    >>> policy.replace(usefulness_exponent=9.0)
    Traceback (most recent call last):
    kenpoint.errors.InvalidValueError: policy.usefulness_exponent: "9" is not allowed; it lies from 0 to 4
    """

    __slots__ = ("_text", "_values")

    def __init__(self, **changes: Any) -> None:
        """Makes the default policy with these changes.

        `interval_days` and `solve_prior` are mappings from a kind to its number; omitted kinds keep theirs.
        """
        self._take(json.loads(_kenpoint._policy("{}")), changes)

    def _take(self, values: dict[str, Any], changes: Mapping[str, Any]) -> None:
        for name, value in changes.items():
            old = values.get(name)
            values[name] = {**old, **value} if isinstance(old, dict) and isinstance(value, Mapping) else value
        self._text = _kenpoint._policy(_codec.encode(values))
        self._values = {
            name: MappingProxyType(value) if isinstance(value, dict) else value
            for name, value in json.loads(self._text).items()
        }

    @classmethod
    def _of(cls, text: str) -> RankPolicy:
        policy = cls.__new__(cls)
        policy._take(json.loads(text), {})
        return policy

    def replace(self, **changes: Any) -> RankPolicy:
        """Returns this policy with these changes. Raises InvalidValueError for a number out of its range."""
        policy = self.__class__.__new__(self.__class__)
        policy._take(json.loads(self._text), changes)
        return policy

    @staticmethod
    def _text_of(policy: RankPolicy) -> str:
        """Returns the JSON of a policy. Rejects mappings, because omitted keys would become defaults."""
        if not isinstance(policy, RankPolicy):
            raise TypeError(f"policy: a {type(policy).__name__} is not a RankPolicy; give RankPolicy(...) or kb.policy.replace(...)")
        return policy._text

    @staticmethod
    def numbers() -> list[tuple[str, float, float, float]]:
        """Returns the name, lowest, highest and default value of every number."""
        return _kenpoint._policy_numbers()

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        return self._text == other._text if isinstance(other, RankPolicy) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        default = RankPolicy()
        changed = (
            f"{name}={dict(value) if isinstance(value, Mapping) else value!r}"
            for name, value in self.items()
            if value != default[name]
        )
        return f"RankPolicy({', '.join(changed)})"

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return RankPolicy._of, (self._text,)

    def _repr_html_(self) -> str:
        from . import _html

        return _html.policy(self)
