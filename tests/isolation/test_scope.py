"""The database itself keeps centres, schools and families apart."""

from __future__ import annotations

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import ProgrammingError

from app.children.models import Child
from app.db.scope import Reach, Scope, ScopeError
from app.db.session import db, scoped
from tests.support.world import World


def _names(world: World, scope: Scope) -> list[str]:
    with world.inside(scope) as ctx:
        return list(ctx.session.scalars(select(Child.name).order_by(Child.name)))


def test_a_scope_sees_its_own_rows_and_no_others(world: World) -> None:
    one, two = world.center(), world.center()
    here = world.child(one, "north", name="石小满")
    world.child(one, "south", name="安宁")
    world.child(two, "north", name="别处")
    assert _names(world, one.scope) == ["安宁", "石小满"]
    assert _names(world, one.school_scope("north")) == ["石小满"]
    assert _names(world, two.scope) == ["别处"]
    family = Scope(Reach.FAMILY, one.id, (), (here,))
    assert _names(world, family) == ["石小满"]


def test_an_empty_reach_sees_nothing(world: World) -> None:
    center = world.center()
    world.child(center, "north")
    assert _names(world, Scope.schools(center.id)) == []
    assert _names(world, Scope(Reach.FAMILY, center.id)) == []


def test_without_a_scope_the_database_refuses(world: World) -> None:
    with world.app.app_context(), scoped(None):
        with pytest.raises(ScopeError):
            db.session.scalars(select(Child))
        for statement in (text("SELECT 1 FROM child"), select(func.count()).select_from(Child)):
            with pytest.raises((ProgrammingError, ScopeError)):
                db.session.execute(statement)
            db.session.rollback()


def test_another_scope_in_an_open_transaction_is_refused(world: World) -> None:
    one, two = world.center(), world.center()
    with world.inside(one.scope) as ctx:
        ctx.session.scalars(select(Child)).all()
        with pytest.raises(ScopeError), scoped(two.scope):
            pass


def test_a_pooled_connection_keeps_nothing_of_the_last_scope(world: World) -> None:
    one = world.center()
    world.child(one, "north")
    for _ in range(3):
        assert _names(world, one.scope) == ["石小满"]
        with world.app.app_context(), scoped(None), pytest.raises(ProgrammingError):
            db.session.execute(text("SELECT count(*) FROM child"))


def test_every_orm_query_names_the_centre(world: World) -> None:
    """So that a distributed database can send it to one shard."""
    center = world.center()
    child = world.child(center, "north")
    with world.inside(center.scope) as ctx:
        seen: list[str] = []

        @event.listens_for(db.engine, "before_cursor_execute")
        def _note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        try:
            ctx.session.scalars(select(Child).where(Child.id == child)).one()
        finally:
            event.remove(db.engine, "before_cursor_execute", _note)
        assert "child.center_id =" in seen[-1]
