"""Every tenant table, swept: two centres, two schools, two families see their own rows only."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import DBAPIError

from app.config import Config
from app.db.base import Base
from app.db.ddl import security_of
from app.db.scope import Reach, Scope
from tests.isolation.rows import Corner, Rows
from tests.support.world import World

TENANT = [t.name for t in Base.metadata.sorted_tables if not security_of(t).is_global]
# What everybody of a centre may read, whatever the school.
_CENTER_WIDE = {"center-read", "place", "staff", "choice"}
_NO_SCHOOL = {"center", "outbox"}
_PERSONAL = {"account", "notice"}
_REFUSALS = "permission denied|row-level security|violates foreign key"


@dataclass(frozen=True)
class Made:
    here: Corner
    next_school: Corner
    elsewhere: Corner


@pytest.fixture(scope="module")
def made(app: object, config: Config) -> Made:
    """Rows in every table for a school, for another school of its centre, for another centre."""
    here = Corner.new()
    corners = [here, Corner.new(center=here.center), Corner.new()]
    assert config.owner_url
    engine = create_engine(config.owner_url)
    with engine.begin() as connection:
        for number, corner in enumerate(corners):
            if number != 1:
                connection.execute(
                    text("INSERT INTO center (id, slug, name) VALUES (:id, :slug, 'x')"),
                    {"id": corner.center, "slug": f"sweep-{corner.center.hex}"},
                )
            Rows(connection, corner).make(set())
    engine.dispose()
    return Made(*corners)


def _count(world: World, scope: Scope, table: str) -> dict[str, int]:
    """Count what a scope sees of a table, through SQL that names no tenant."""
    with world.inside(scope) as ctx:
        target = Base.metadata.tables[table]
        try:
            rows = ctx.session.execute(
                select(target.c.center_id, func.count()).group_by(target.c.center_id)
            )
            return {str(center): number for center, number in rows}
        except DBAPIError as refusal:
            # No grant at all keeps rows apart as well.
            if "permission denied" not in str(refusal):
                raise
            ctx.session.rollback()
            return {}


@pytest.mark.parametrize("table", TENANT)
def test_a_centre_sees_its_own_rows_only(world: World, made: Made, table: str) -> None:
    scope = Scope.center(made.here.center, made.here.account)
    seen = _count(world, scope, table)
    expected = 1 if security_of(Base.metadata.tables[table]).kind in _PERSONAL else 2
    assert seen == {str(made.here.center): expected}


@pytest.mark.parametrize("table", TENANT)
def test_a_school_sees_its_own_rows_only(world: World, made: Made, table: str) -> None:
    scope = Scope.schools(made.here.center, made.here.school, account_id=made.here.account)
    seen = _count(world, scope, table)
    kind = security_of(Base.metadata.tables[table]).kind
    if kind in _NO_SCHOOL:
        assert seen == {}
    else:
        expected = 2 if kind in _CENTER_WIDE else 1
        assert seen == {str(made.here.center): expected}


@pytest.mark.parametrize("table", TENANT)
def test_a_family_sees_its_own_child_only(world: World, made: Made, table: str) -> None:
    here = made.here
    scope = Scope(Reach.FAMILY, here.center, (here.school,), (here.child,), here.account)
    seen = _count(world, scope, table)
    kind = security_of(Base.metadata.tables[table]).kind
    if kind in _CENTER_WIDE - {"choice", "staff"}:
        assert seen == {str(here.center): 2}
    else:
        assert set(seen.values()) <= {1}
        assert set(seen) <= {str(here.center)}


@pytest.mark.parametrize("table", TENANT)
def test_nothing_is_written_into_another_school_or_centre(
    world: World, made: Made, table: str
) -> None:
    """Copying one's own row to a place out of reach is refused by the database."""
    target = Base.metadata.tables[table]
    scope = Scope.schools(made.here.center, made.here.school, account_id=made.here.account)
    places = [("center_id", made.elsewhere.center)]
    if "school_id" in target.c:
        places.append(("school_id", made.next_school.school))
    for column, value in places:
        with world.inside(scope) as ctx:
            try:
                changed = ctx.session.execute(target.update().values({column: value})).rowcount
            except DBAPIError as refusal:
                changed = 0 if re.search(_REFUSALS, str(refusal)) else 1
            assert changed == 0
            ctx.session.rollback()
