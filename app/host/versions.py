"""Which versions of the core a plugin is written for."""

from __future__ import annotations

import importlib.metadata
import operator
import re
from collections.abc import Callable, Mapping

_SIGNS: Mapping[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
    ">=": operator.ge, "<=": operator.le, "==": operator.eq, "<": operator.lt, ">": operator.gt,
}  # fmt: skip
_PART = re.compile(r"(>=|<=|==|<|>)\s*(\d+(?:\.\d+)*)")


def core_version() -> str:
    """Return the version of the core that is installed."""
    return importlib.metadata.version("qinchao")


def suits(wanted: str, version: str) -> bool:
    """Tell whether ``version`` lies in a range like ``>=0.1,<1``.

    Raises ``ValueError`` for a range that cannot be read.
    """
    return all(_holds(part.strip(), version) for part in wanted.split(","))


def _holds(part: str, version: str) -> bool:
    found = _PART.fullmatch(part)
    if found is None:
        raise ValueError(f"{part!r} is no range of versions, like >=0.1,<1")
    sign, number = found.groups()
    return _SIGNS[sign](_numbers(version), _numbers(number))


def _numbers(version: str) -> tuple[int, ...]:
    """Return a version as numbers that compare; 1.0 and 1 are the same."""
    found = [int(digits) for digits in re.findall(r"\d+", version)[:4]]
    return tuple(found + [0] * (4 - len(found)))
