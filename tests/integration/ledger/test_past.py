"""Much history written at once reads like history written act by act."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.children.models import Child, Guardian
from app.host.context import Ctx
from app.kernel.clock import Clock
from app.kernel.errors import Refused
from app.ledger.models import Act, Confirmation, Entry
from app.ledger.past import Past
from app.ledger.services import EntryFor, confirm, record
from tests.support.world import CenterHandle, World

TODAY = date.today()  # noqa: DTZ011
OWN = {"id", "act_id", "root_id", "entry_id"}
VISIT = "home_contact.visit"


def columns(row: Any) -> dict[str, Any]:
    """Return what stands in a row, without the ids that are its own."""
    return {c.key: getattr(row, c.key) for c in type(row).__table__.c if c.key not in OWN}


def family(world: World) -> tuple[CenterHandle, Any, Any]:
    center = world.center()
    world.enable(center, "north", "home_contact")
    child = world.child(center, "north")
    world.guardian(center, child)
    return center, child, world.person(center, "mentor", "north", children=(child,)).id


def people(ctx: Ctx) -> tuple[Child, Guardian]:
    return ctx.session.scalars(select(Child)).one(), ctx.session.scalars(select(Guardian)).one()


def test_a_past_act_and_its_answer_are_those_that_would_have_been_recorded(world: World) -> None:
    center, _child, _staff = family(world)
    day = TODAY - timedelta(days=30)
    with world.inside(center.school_scope("north")) as ctx:
        child, guardian = people(ctx)
        at = ctx.now() - timedelta(days=29)
        whom = [EntryFor(child, guardian, text="看了作业")]
        then = Ctx(
            ctx.scope, ctx.session, ctx.registry, ctx.files, clock=Clock(lambda: at)
        )  # fmt: skip
        act = record(then, kind=VISIT, happened_on=day, title="家访", entries=whom, place="石桥村")
        answer = confirm(then, act.entries[0], guardian_id=guardian.id, answer="yes")

        past = Past(ctx)
        [entry_id] = past.act(VISIT, day, "家访", whom, by=None, at=at, place="石桥村")
        past.answer(entry_id, guardian.id, "yes", at=at)
        assert past.write() == 1
        entry = ctx.session.scalars(select(Entry).where(Entry.id == entry_id)).one()
        told = ctx.session.scalars(
            select(Confirmation).where(Confirmation.entry_id == entry_id)
        ).one()
        written = ctx.session.scalars(select(Act).where(Act.id == entry.act_id)).one()
        assert columns(entry) == columns(act.entries[0])
        assert entry.root_id == entry.id
        assert columns(told) == columns(answer)
        assert columns(written) == columns(act)


def test_history_keeps_the_rules_of_the_ledger(world: World) -> None:
    center, _child, _staff = family(world)
    with world.inside(center.school_scope("north")) as ctx:
        child, guardian = people(ctx)
        past, now = Past(ctx), ctx.now()
        whom = [EntryFor(child)]
        with pytest.raises(Refused):
            past.act(VISIT, TODAY + timedelta(days=2), "家访", whom, by=None, at=now)
        with pytest.raises(Refused):
            past.act("health_checks.check_up", TODAY, "体检", whom, by=None, at=now)
        with pytest.raises(KeyError):
            past.act("home_contact.unheard_of", TODAY, "家访", whom, by=None, at=now)
        with pytest.raises(ValueError, match="20"):
            past.act(VISIT, TODAY, "家访", whom, by=None, at=now - timedelta(days=3))
        missed = [EntryFor(child, outcome="not_reached")]
        day = TODAY - timedelta(days=9)
        [entry_id] = past.act(VISIT, day, "家访", missed, by=None, at=now - timedelta(days=7))
        with pytest.raises(ValueError, match="yes"):
            past.answer(entry_id, guardian.id, "yes", at=now)
