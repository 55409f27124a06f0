"""Every route says who may open it; one that says nothing keeps the application from starting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
_NAME = "_qinchao_mark"


@dataclass(frozen=True)
class Mark:
    """Exactly one is set: a permission, or the reason why the route is open.

    ``signed_in`` marks a route for anyone signed in, whatever their grants.
    """

    permission: str | None = None
    public_reason: str | None = None
    signed_in: str | None = None


def permission(name: str) -> Callable[[View], View]:
    """Open the route to who holds ``name`` in the page's context."""
    return _marking(Mark(permission=name))


def public(reason: str) -> Callable[[View], View]:
    """Open the route to everybody, for a stated reason."""
    return _marking(Mark(public_reason=reason))


def signed_in(reason: str) -> Callable[[View], View]:
    """Open the route to everybody who is signed in, for a stated reason."""
    return _marking(Mark(signed_in=reason))


def _marking(mark: Mark) -> Callable[[View], View]:
    def put(view: View) -> View:
        setattr(view, _NAME, mark)
        return view

    return put


def mark_of(view: Callable[..., Any]) -> Mark | None:
    """Return what a view function says, or None when it says nothing."""
    found: Mark | None = getattr(view, _NAME, None)
    return found
