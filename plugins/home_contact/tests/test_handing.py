"""What somebody has promised a family to do is not forgotten when the person leaves."""

from __future__ import annotations

from sqlalchemy import select

from app.sdk import Child, EntryFor, Staff, record
from app.sdk.testing.core import Actor, accept, begin, held, propose
from app.sdk.testing.world import World
from plugins.home_contact.handing import STEP, promised_by
from plugins.home_contact.models import NextStep


def test_a_next_step_goes_to_whoever_takes_over_the_child(world: World) -> None:
    center = world.center()
    world.enable(center, "north", "home_contact")
    school, scope = center.schools["north"], center.school_scope("north")
    child_id = world.child(center, "north")
    giver = world.person(center, "mentor", "north", children=(child_id,))
    taker = world.person(center, "mentor", "north", name="周青")
    with world.inside(scope) as ctx:
        ctx.actor = Actor("林安", giver.account_id, giver.id)
        child = ctx.session.scalars(select(Child).where(Child.id == child_id)).one()
        act = record(
            ctx, kind="home_contact.visit", happened_on=ctx.today(), title="家访",
            entries=[EntryFor(child)],
        )  # fmt: skip
        ctx.session.add(
            NextStep(
                school_id=school, child_id=child_id, entry_id=act.entries[0].id, text="送申请表"
            )
        )
        ctx.session.flush()
        pairing, step = held(ctx, giver.id, school)
        assert (step.kind, step.goes_with) == (STEP, pairing.key)
    with world.inside(scope) as ctx:
        staff = ctx.session.scalars(select(Staff).where(Staff.id == giver.id)).one()
        row = begin(ctx, staff, school_id=school, reason="leaves", last_day=ctx.today())
        top = next(item.id for item in row.items if item.parent_id is None)
        # A mentor may be chosen by the system, as from the command line.
        propose(ctx, row, {top: taker.id})
        ctx.actor = Actor("周青", taker.account_id, taker.id)
        accept(ctx, row, [top])
        assert row.state == "done"
        assert promised_by(ctx, giver.id, school) == []
        assert [one.child_id for one in promised_by(ctx, taker.id, school)] == [child_id]
