"""Two pairs of eyes: held by the rules of each step, and by the database beneath them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.sdk import Refused
from app.sdk.testing.world import World
from plugins.subsidies.eligible import pupils
from plugins.subsidies.manifest import VIEW
from plugins.subsidies.models import Application
from plugins.subsidies.payments import HAND, payments_of
from plugins.subsidies.receipts import ask_reversal, confirm_reversal
from plugins.subsidies.services import Opinion, check, propose, review
from plugins.subsidies.tests.scene import MONDAY, PAID_ON, make_scene

STEPS = {
    "review": "UPDATE subsidies_application SET reviewed_by_id = proposed_by_id",
    "approval by who published": "UPDATE subsidies_list SET state = 'approved',"
    " decided_by_id = published_by_id",
    "approval by who submitted": "UPDATE subsidies_list SET state = 'approved',"
    " decided_by_id = submitted_by_id",
    "approval by nobody": "UPDATE subsidies_list SET state = 'approved', decided_by_id = NULL",
    "release": "UPDATE subsidies_batch SET released_at = now(), released_by_id = prepared_by_id",
    "release by nobody": "UPDATE subsidies_batch SET released_at = now(), released_by_id = NULL",
    "reversal": "UPDATE subsidies_reversal SET state = 'confirmed', decided_by_id = asked_by_id",
    "reversal refused": "UPDATE subsidies_reversal SET state = 'refused',"
    " decided_by_id = asked_by_id",
}


def test_the_database_itself_refuses_one_person_at_both_ends_of_a_step(world: World) -> None:
    scene = make_scene(world)
    scene.add("石小满")
    round_id = scene.opened()
    scene.approved(round_id)
    batch_id = scene.paid(round_id)
    with scene.work("subsidy_officer", PAID_ON) as ctx:
        [payment] = payments_of(ctx, scene.batch(ctx, batch_id))
        ask_reversal(ctx, payment, reason="重复发放")
    for step, statement in STEPS.items():
        with world.inside(scene.center.scope) as ctx:
            with pytest.raises(IntegrityError, match="two_people"):
                ctx.session.execute(text(statement))
            ctx.session.rollback()
            assert step


def test_who_proposes_a_child_does_not_write_down_what_the_class_says_of_it(world: World) -> None:
    scene = make_scene(world)
    scene.add("石小满")
    round_id = scene.opened()
    with scene.work("school_admin") as ctx:
        round_ = scene.round(ctx, round_id)
        propose(ctx, round_, pupils(ctx, VIEW, round_.scheme))
    with scene.work("subsidy_officer") as ctx:
        check(ctx, scene.round(ctx, round_id), scene.rows(ctx, round_id), kind="form", on=MONDAY)
    with scene.work("school_admin") as ctx:
        said = [Opinion(row, child, True) for row, child in scene.rows(ctx, round_id)]
        with pytest.raises(Refused, match="两人"):
            review(ctx, scene.round(ctx, round_id), said, on=MONDAY, members="班主任")
    with scene.work("homeroom_teacher") as ctx:
        said = [Opinion(row, child, True) for row, child in scene.rows(ctx, round_id)]
        review(ctx, scene.round(ctx, round_id), said, on=MONDAY, members="班主任、家长代表")
        assert ctx.session.scalars(select(Application.state)).all() == ["reviewed"]


def test_who_asks_for_a_reversal_never_decides_on_it(world: World) -> None:
    scene = make_scene(world)
    scene.add("石小满")
    round_id = scene.opened()
    scene.approved(round_id)
    batch_id = scene.paid(round_id, HAND)
    with scene.work("center_admin", PAID_ON, None) as ctx:
        [payment] = payments_of(ctx, scene.batch(ctx, batch_id))
        row = ask_reversal(ctx, payment, reason="重复发放")
        with pytest.raises(Refused, match="两人"):
            confirm_reversal(ctx, row, day=PAID_ON)
        row_id = row.id
    with scene.work("center_admin2", PAID_ON + timedelta(days=1), None) as ctx:
        row = ctx.session.get_one(type(row), (scene.center.scope.center_id, row_id))
        confirm_reversal(ctx, row, day=PAID_ON)
        assert row.state == "confirmed"
