"""The session: bound to one scope at the start of each transaction, and loud without one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, event, text
from sqlalchemy.orm import (
    ORMExecuteState,
    SessionTransaction,
    UOWTransaction,
    with_loader_criteria,
)
from sqlalchemy.orm.util import LoaderCriteriaOption

from app.db.base import Base
from app.db.mixins import CenterScoped
from app.db.scope import NOBODY, Scope, ScopeError, current_scope, entered


class Session(FlaskSession):
    """A session whose transactions carry the scope that was current when they began."""

    bound: Scope | None = None


db = SQLAlchemy(
    metadata=Base.metadata,
    session_options={"class_": Session, "expire_on_commit": False},
)

_BIND = text(
    "SELECT bind_scope(:reach, :center, :schools, :children, :account),"
    " set_config('statement_timeout', :limit, true)"
)


def _array(ids: tuple[UUID, ...]) -> str:
    return "{" + ",".join(map(str, ids)) + "}"


def bind(connection: Connection, scope: Scope, seconds: int = 0) -> None:
    """Bind the open transaction of ``connection`` to ``scope``: one round trip.

    A statement in it may take ``seconds``; 0 is without end. (A connection's own limit would not
    outlive a pooler.)
    """
    connection.execute(
        _BIND,
        {
            "reach": scope.reach.value,
            "center": str(scope.center_id),
            "schools": _array(scope.school_ids),
            "children": _array(scope.child_ids),
            "account": str(scope.account_id),
            "limit": f"{seconds}s",
        },
    )


@event.listens_for(Session, "after_transaction_create")
def _remember_scope(session: Session, trans: SessionTransaction) -> None:
    if trans.parent is None:
        session.bound = current_scope()


@event.listens_for(Session, "after_begin")
def _bind_at_begin(session: Session, trans: SessionTransaction, connection: Connection) -> None:
    if not trans.nested and session.bound is not None:
        bind(connection, session.bound, current_app.config.get("QINCHAO_STATEMENT_SECONDS", 0))


@lru_cache
def _of_center(center_id: UUID) -> LoaderCriteriaOption:
    """Name the centre in every ORM query: what lets a planner choose one shard (design, 3)."""
    return with_loader_criteria(
        CenterScoped, lambda mapped: mapped.center_id == center_id, include_aliases=True
    )


def _demand_scope(session: Session, what: str) -> None:
    scope = current_scope()
    if scope is None:
        raise ScopeError(f"{what} needs a scope; enter one with scoped()")
    if session.in_transaction() and session.bound != scope:
        raise ScopeError(f"{what}: the open transaction is bound to another scope")


@event.listens_for(Session, "do_orm_execute")
def _guard_statements(state: ORMExecuteState) -> None:
    if any(issubclass(mapper.class_, CenterScoped) for mapper in state.all_mappers):
        session = state.session
        if isinstance(session, Session):
            _demand_scope(session, "a query over tenant tables")
        if state.is_select and not state.is_column_load and not state.is_relationship_load:
            scope = current_scope()
            center_id = scope.center_id if scope else NOBODY
            state.statement = state.statement.options(_of_center(center_id))


@event.listens_for(Session, "before_flush")
def _guard_flush(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, CenterScoped):
            _demand_scope(session, "writing tenant rows")
            return


@contextmanager
def scoped(scope: Scope | None) -> Iterator[None]:
    """Enter ``scope``; the session begins anew and never outlives it.

    Raises :class:`ScopeError` when a transaction is open under another scope.
    """
    session = db.session()
    if isinstance(session, Session) and session.in_transaction() and session.bound != scope:
        raise ScopeError("leave the open transaction before entering another scope")
    db.session.remove()
    with entered(scope):
        try:
            yield
        finally:
            db.session.remove()
