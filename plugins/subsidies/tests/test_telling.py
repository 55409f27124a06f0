"""Who is told: the centre what waits for it, officers what was decided, families what has come."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from app.sdk.testing.core import Notice
from app.sdk.testing.world import Person, World
from plugins.subsidies.deciding import approve
from plugins.subsidies.digest import lines_for
from plugins.subsidies.lists import submit
from plugins.subsidies.payments import payments_of
from plugins.subsidies.receipts import ask_reversal
from plugins.subsidies.settling import Result, settle
from plugins.subsidies.tests.scene import MONDAY, PAID_ON, Scene, make_scene


def lines(scene: Scene, who: str, day: date = PAID_ON) -> dict[str, int]:
    """Return the digest of a day: counts by title."""
    staff = scene.people[who].id
    with scene.world.inside(scene.center.scope) as ctx:
        found = lines_for(ctx, [staff], list(scene.center.schools.values()), day)
        return {line.title.msgid: line.count for line in found.get(staff, [])}


def notices(scene: Scene, whom: Person, kind: str) -> int:
    with scene.world.inside(scene.center.own_scope(whom)) as ctx:
        return len(ctx.session.scalars(select(Notice).where(Notice.kind == kind)).all())


def test_the_digest_says_what_waits_for_each_and_leaves_out_ones_own(world: World) -> None:
    scene = make_scene(world)
    scene.add("石小满", "柳青青")
    round_id = scene.opened()
    scene.reviewed(round_id)
    assert lines(scene, "subsidy_officer") == {"Children passed by the class and on no list": 2}
    assert lines(scene, "subsidy_officer_at_south") == {}
    assert lines(scene, "center_admin") == {}


def test_a_list_is_followed_from_publicity_to_the_payment(world: World) -> None:
    scene = make_scene(world)
    scene.add("石小满", "柳青青")
    mother = world.guardian(scene.center, scene.children["石小满"], account=True)
    one, two, officer = (
        scene.people[who] for who in ("center_admin", "center_admin2", "subsidy_officer")
    )
    round_id = scene.opened()
    list_id = scene.published(round_id)
    assert lines(scene, "subsidy_officer") == {"Lists whose publicity is over, to submit": 1}
    with scene.work("subsidy_officer", MONDAY + timedelta(days=8)) as ctx:
        submit(ctx, scene.list(ctx, list_id))
    assert lines(scene, "subsidy_officer") == {}
    assert lines(scene, "center_admin") == {"Subsidy lists to approve": 1}
    assert [notices(scene, who, "subsidies.submitted") for who in (one, two)] == [1, 1]
    with scene.work("center_admin", MONDAY + timedelta(days=9), None) as ctx:
        approve(ctx, scene.list(ctx, list_id))
    assert notices(scene, officer, "subsidies.decided") == 1
    assert notices(scene, mother, "ledger.new") == 1, "it is approved"
    assert lines(scene, "center_admin2")["Approved and in no payment batch"] == 2
    batch_id = scene.prepared(round_id, "hand")
    assert "Payment batches to release" not in lines(scene, "center_admin"), "prepared by herself"
    assert lines(scene, "center_admin2")["Payment batches to release"] == 1
    assert [notices(scene, who, "subsidies.prepared") for who in (one, two)] == [0, 1]
    scene.released(batch_id)
    with scene.work("center_admin", PAID_ON, None) as ctx:
        batch = scene.batch(ctx, batch_id)
        every = payments_of(ctx, batch)
        hers = next(p for p in every if p.child_id == scene.children["石小满"])
        other = next(p for p in every if p is not hers)
        settle(
            ctx, batch, [Result(hers, "paid", PAID_ON), Result(other, "returned", PAID_ON, "无")]
        )
    assert notices(scene, mother, "ledger.new") == 2, "it has come: she is asked on her page"
    assert lines(scene, "subsidy_officer")["Payments the bank returned, to put right"] == 1
    with scene.work("subsidy_officer", PAID_ON) as ctx:
        every = payments_of(ctx, scene.batch(ctx, batch_id))
        hers = next(p for p in every if p.child_id == scene.children["石小满"])
        ask_reversal(ctx, hers, reason="重复发放")
    assert lines(scene, "center_admin")["Reversals to decide"] == 1
    assert [notices(scene, who, "subsidies.reversal") for who in (one, two)] == [1, 1]
