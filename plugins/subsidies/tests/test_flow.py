"""From a scheme to an award: what each step allows, refuses and leaves behind."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.sdk import Child, Refused
from app.sdk.testing.core import AuditEvent, CalendarDay
from plugins.subsidies.deciding import approve, send_back
from plugins.subsidies.eligible import pupils
from plugins.subsidies.lists import (
    answer,
    object_to,
    objections,
    on_list,
    publish,
    submit,
    take_back,
)
from plugins.subsidies.manifest import AWARDED, CHECKED, PAID, REVIEWED, VIEW
from plugins.subsidies.models import Application
from plugins.subsidies.payments import (
    HAND,
    PAID_,
    payments_of,
    release,
)
from plugins.subsidies.receipts import (
    ask_reversal,
    confirm_reversal,
)
from plugins.subsidies.schemes import add_budget
from plugins.subsidies.services import Opinion, apply, check, propose, review
from plugins.subsidies.settling import Result, settle
from plugins.subsidies.tests.scene import MONDAY, PAID_ON, Scene, entries, refuses, states


def test_facts_propose_and_what_nobody_asked_stays_unknown(scene: Scene) -> None:
    scene.add("石小满")
    scene.add("柳青青", boarding="day")
    scene.add("江小渔", hardship=None)
    scene.add("高小远", hardship="none")
    scene.add("周念安", boarding=None)
    round_id = scene.opened()
    with scene.work("subsidy_officer") as ctx:
        scheme = scene.round(ctx, round_id).scheme
        found = {
            p.child.name: (p.verdict, list(p.reasons))
            for p in pupils(ctx, VIEW, scheme, verdicts=("yes", "no", "unknown"))
        }
    assert found["石小满"] == ("yes", ["hardship:低保"])
    assert found["柳青青"][0] == "no"
    assert found["江小渔"] == ("unknown", [])
    assert found["高小远"][0] == "unknown", "an orphan or not: nobody has asked"
    assert found["周念安"][0] == "unknown"


def test_a_teacher_is_given_only_the_own_class(scene: Scene) -> None:
    other = scene.world.homeroom(scene.center, "north", intake=2023)
    scene.add("石小满")
    scene.add("柳青青", homeroom=other)
    round_id = scene.opened()
    with scene.work("homeroom_teacher") as ctx:
        found = pupils(ctx, VIEW, scene.round(ctx, round_id).scheme)
        assert [p.child.name for p in found] == ["石小满"]


def test_a_child_goes_all_the_way_and_every_step_is_in_the_ledger(scene: Scene) -> None:
    scene.add("石小满", "柳青青")
    round_id = scene.opened()
    scene.approved(round_id)
    batch_id = scene.paid(round_id)
    assert states(scene, round_id) == {"石小满": "approved", "柳青青": "approved"}
    for kind in (CHECKED, REVIEWED, AWARDED, PAID):
        assert len(entries(scene, kind)) == 2, kind
    assert {e.text for e in entries(scene, PAID)} == {"625.00 元"}
    assert {e.audience for e in entries(scene, PAID)} == {"guardian"}
    assert {e.audience for e in entries(scene, REVIEWED)} == {"restricted"}
    with scene.work("center_admin", PAID_ON, None) as ctx:
        batch = scene.batch(ctx, batch_id)
        assert (batch.state, batch.heads, batch.amount_fen) == ("closed", 2, 125000)
        audited = set(ctx.session.scalars(select(AuditEvent.action)))
    assert {
        "subsidies.round.propose", "subsidies.list.publish", "subsidies.list.submit",
        "subsidies.list.approve", "subsidies.batch.add", "subsidies.batch.approve",
        "subsidies.batch.pay",
    } <= audited  # fmt: skip


def test_who_proposes_never_approves(scene: Scene) -> None:
    """Not even when the same person holds both roles."""
    scene.add("石小满")
    round_id = scene.opened()
    with scene.work("center_admin", school=None) as ctx:
        round_ = scene.round(ctx, round_id)
        propose(ctx, round_, pupils(ctx, None, round_.scheme))
    with scene.work("subsidy_officer") as ctx:
        round_ = scene.round(ctx, round_id)
        rows = scene.rows(ctx, round_id)
        check(ctx, round_, rows, kind="form", on=MONDAY)
        opinions = [Opinion(row, child, True) for row, child in rows]
        review(ctx, round_, opinions, on=MONDAY, members="班主任")
        list_id = publish(ctx, round_, scene.center.schools["north"]).id
    later = MONDAY + timedelta(days=8)
    with scene.work("subsidy_officer", later) as ctx:
        submit(ctx, scene.list(ctx, list_id))
    with scene.work("center_admin", later, None) as ctx:
        refuses(lambda: approve(ctx, scene.list(ctx, list_id)), "两人")
    with scene.world.inside(scene.center.scope) as ctx:
        refuses(lambda: approve(ctx, scene.list(ctx, list_id)))
    with scene.work("center_admin2", later, None) as ctx:
        assert len(approve(ctx, scene.list(ctx, list_id))) == 1


def test_who_prepares_a_batch_never_releases_it_nor_confirms_the_own_reversal(
    scene: Scene,
) -> None:
    scene.add("石小满")
    round_id = scene.opened()
    scene.approved(round_id)
    batch_id = scene.prepared(round_id, HAND)
    day = MONDAY + timedelta(days=11)
    with scene.work("center_admin", day, None) as ctx:
        refuses(lambda: release(ctx, scene.batch(ctx, batch_id)), "两人")
    scene.released(batch_id)
    with scene.work("center_admin", PAID_ON, None) as ctx:
        batch = scene.batch(ctx, batch_id)
        [payment] = payments_of(ctx, batch)
        settle(ctx, batch, [Result(payment, PAID_, PAID_ON)])
        row = ask_reversal(ctx, payment, reason="重复发放")
        refuses(lambda: confirm_reversal(ctx, row, day=PAID_ON), "两人")


def test_publicity_lasts_the_school_days_and_every_objection_is_answered(scene: Scene) -> None:
    scene.add("石小满", "柳青青")
    with scene.world.inside(scene.center.scope) as ctx:
        ctx.session.add(CalendarDay(day=date(2026, 11, 5), kind="holiday"))
        ctx.session.add(CalendarDay(day=date(2026, 11, 7), kind="workday"))
    round_id = scene.opened()
    list_id = scene.published(round_id)
    last = date(2026, 11, 9)
    with scene.work("subsidy_officer", last) as ctx:
        found = scene.list(ctx, list_id)
        assert found.until_on == last, "five working days, the holiday left out, the Saturday in"
        refuses(lambda: submit(ctx, found), "2026-11-09")
        child = scene.children["柳青青"]
        with pytest.raises(Refused):
            object_to(ctx, found, text="不实", said_by="", said_on=last, child_id=UUID(int=3))
        row = object_to(ctx, found, text="家里有车", said_by="", said_on=last, child_id=child)
    with scene.work("subsidy_officer", last + timedelta(days=1)) as ctx:
        found = scene.list(ctx, list_id)
        refuses(lambda: submit(ctx, found), "1")
        [row] = objections(ctx, found)
        answer(ctx, found, row, text="已到家核实，情况属实", upheld=True)
        refuses(lambda: answer(ctx, found, row, text="再答", upheld=False))
        assert [child.name for _row, child in on_list(ctx, found)] == ["石小满"]
        submit(ctx, found)
        assert found.state == "submitted"
    assert states(scene, round_id)["柳青青"] == "declined"


def test_the_centre_sends_a_list_back_and_the_school_publishes_anew(scene: Scene) -> None:
    scene.add("石小满")
    round_id = scene.opened()
    list_id = scene.submitted(round_id)
    with scene.work("center_admin", MONDAY + timedelta(days=9), None) as ctx:
        refuses(lambda: send_back(ctx, scene.list(ctx, list_id), reason=" "))
        send_back(ctx, scene.list(ctx, list_id), reason="名单缺班级")
    assert states(scene, round_id) == {"石小满": "reviewed"}
    with scene.work("subsidy_officer", MONDAY + timedelta(days=9)) as ctx:
        again = publish(ctx, scene.round(ctx, round_id), scene.center.schools["north"])
        assert again.number == 2
        take_back(ctx, again, reason="照片贴错")
    assert states(scene, round_id) == {"石小满": "reviewed"}


def test_no_list_without_a_rate_and_no_award_beyond_the_budget(scene: Scene) -> None:
    scene.add("石小满", "柳青青", hardship=None)
    with scene.world.inside(scene.center.scope) as ctx:
        for child in scene.children.values():
            row = ctx.session.scalars(select(Child).where(Child.id == child)).one()
            row.boarding = "boarding"
    round_id = scene.opened("relief", occasion="火灾")
    with scene.work("subsidy_officer") as ctx:
        round_ = scene.round(ctx, round_id)
        for pupil in pupils(ctx, VIEW, round_.scheme, verdicts=("yes", "unknown", "no")):
            apply(ctx, round_, pupil, text="家中失火")
        rows = scene.rows(ctx, round_id)
        check(ctx, round_, rows, kind="visit", on=MONDAY, text="看过房屋")
    with scene.work("school_admin") as ctx:
        round_, rows = scene.round(ctx, round_id), scene.rows(ctx, round_id)
        review(ctx, round_, [Opinion(r, c, True) for r, c in rows], on=MONDAY, members="班委")
    with scene.work("subsidy_officer") as ctx:
        round_, rows = scene.round(ctx, round_id), scene.rows(ctx, round_id)
        refuses(lambda: publish(ctx, round_, scene.center.schools["north"]), "2")
        for found, _child in rows:
            found.amount_fen = 80000
        list_id = publish(ctx, round_, scene.center.schools["north"]).id
    with scene.work("center_admin", school=None) as ctx:
        add_budget(ctx, scene.round(ctx, round_id).scheme, school_year=2026, amount=100000,
                   source="乡财政")  # fmt: skip
    day = MONDAY + timedelta(days=8)
    with scene.work("subsidy_officer", day) as ctx:
        submit(ctx, scene.list(ctx, list_id))
    with scene.work("center_admin", day, None) as ctx:
        refuses(lambda: approve(ctx, scene.list(ctx, list_id)), "1,600.00", "1,000.00")
        add_budget(ctx, scene.round(ctx, round_id).scheme, school_year=2026, amount=60000,
                   source="捐款", donor="爱心企业")  # fmt: skip
        assert len(approve(ctx, scene.list(ctx, list_id))) == 2


def test_a_child_stands_once_in_a_scheme_and_term(scene: Scene) -> None:
    scene.add("石小满")
    round_id = scene.opened()
    refuses(scene.opened)
    with scene.work("subsidy_officer") as ctx:
        round_ = scene.round(ctx, round_id)
        scheme = round_.scheme
        found = pupils(ctx, VIEW, scheme)
        assert len(propose(ctx, round_, found)) == 1
        assert propose(ctx, round_, found) == []
        refuses(lambda: apply(ctx, round_, found[0], text="再申请"))
        ctx.session.add(
            Application(
                round_id=round_id, school_id=found[0].child.school_id,
                child_id=found[0].child.id, at_school_id=found[0].child.school_id, source="facts",
                reasons=[], stage="primary", state="proposed", proposed_at=ctx.now(),
            )
        )  # fmt: skip
        with pytest.raises(IntegrityError):
            ctx.session.flush()
        ctx.session.rollback()


def test_schemes_that_exclude_each_other_are_not_both_awarded(scene: Scene) -> None:
    scene.add("石小满")
    boarders, day = scene.opened("living_boarder"), scene.opened("living_day")
    scene.approved(boarders)
    with scene.world.inside(scene.center.scope) as ctx:
        row = ctx.session.scalars(select(Child).where(Child.id == scene.children["石小满"])).one()
        row.boarding = "day"
    list_id = scene.submitted(day)
    with scene.work("center_admin", MONDAY + timedelta(days=9), None) as ctx:
        refuses(lambda: approve(ctx, scene.list(ctx, list_id)), "石小满")
