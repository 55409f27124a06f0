"""Who sees which rows: the one scope a transaction is bound to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.kernel.errors import QinchaoError

NOBODY = UUID(int=0)


class Reach(StrEnum):
    """How far a scope reaches; each is a database role with its own policies."""

    CENTER = "qc_center"
    SCHOOL = "qc_school"
    FAMILY = "qc_family"


@dataclass(frozen=True)
class Scope:
    """One centre, and in it all, some schools, or some children.

    ``account_id`` opens the rows that belong to a person alone (drafts, notices).
    """

    reach: Reach
    center_id: UUID
    school_ids: tuple[UUID, ...] = ()
    child_ids: tuple[UUID, ...] = ()
    account_id: UUID = NOBODY

    @classmethod
    def center(cls, center_id: UUID, account_id: UUID = NOBODY) -> Scope:
        """Reach every row of a centre."""
        return cls(Reach.CENTER, center_id, account_id=account_id)

    @classmethod
    def schools(cls, center_id: UUID, *school_ids: UUID, account_id: UUID = NOBODY) -> Scope:
        """Reach the rows of some schools of a centre; none given sees nothing."""
        return cls(Reach.SCHOOL, center_id, tuple(school_ids), account_id=account_id)


class ScopeError(QinchaoError):
    """Tenant data was touched without a scope, or with another one than the transaction's."""


_current: ContextVar[Scope | None] = ContextVar("qinchao_scope", default=None)


def current_scope() -> Scope | None:
    """Return the scope that new transactions of this context are bound to."""
    return _current.get()


@contextmanager
def entered(scope: Scope | None) -> Iterator[None]:
    """Make ``scope`` current; callers go through :func:`app.db.session.scoped`."""
    token = _current.set(scope)
    try:
        yield
    finally:
        _current.reset(token)
