"""People of a test who want mail, and terms that make a day a school day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import event

from app.db.scope import Scope
from app.db.session import db
from app.host.context import Ctx
from app.kernel.access import Actor
from app.kernel.clock import CHINA, Clock
from app.notify.services import choose
from app.tenancy.models import Term
from tests.support.world import CenterHandle, Person, World

MONDAY = date(2026, 11, 23)


def at(ctx: Ctx, day: date, hour: int = 9) -> Ctx:
    """Let the work take place on ``day`` at an hour in China."""
    moment = datetime(day.year, day.month, day.day, hour, tzinfo=CHINA)
    ctx.clock = Clock(lambda: moment)
    return ctx


def in_term(world: World, center: CenterHandle) -> None:
    """Give the centre the autumn term of 2026."""
    with world.inside(center.scope) as ctx:
        ctx.session.add(
            Term(school_year=2026, number=1, starts_on=date(2026, 8, 31), ends_on=date(2027, 1, 22))
        )


def own(center: CenterHandle, person: Person, *schools: str) -> Scope:
    """Return the scope of somebody's own pages."""
    return center.own_scope(person, *schools)


def wants_mail(world: World, center: CenterHandle, person: Person, address: str) -> None:
    """Let somebody choose mail on the own page."""
    with world.inside(own(center, person)) as ctx:
        ctx.actor = Actor("somebody", person.account_id, person.id)
        choose(ctx, mail=True, address=address)


def queries(world: World, work: Callable[[], object]) -> int:
    """Return how many statements some work sends to the database."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    with world.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(asked)
