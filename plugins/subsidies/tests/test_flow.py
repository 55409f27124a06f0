"""From a scheme to a receipt and back: what each step allows, refuses and leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.sdk import Child, Entry, Refused
from app.sdk.testing.core import AuditEvent, CalendarDay
from app.sdk.testing.world import World
from plugins.subsidies.accounts import set_account
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
from plugins.subsidies.manifest import AWARDED, CHECKED, PAID, REVERSED, REVIEWED, VIEW
from plugins.subsidies.models import Application, PublicList, Rate
from plugins.subsidies.pay_models import Award, Payment, Reversal, Settlement
from plugins.subsidies.payments import (
    BANK,
    HAND,
    PAID_,
    RETURNED,
    cancel,
    due,
    payments_of,
    prepare,
    release,
)
from plugins.subsidies.receipts import (
    ask_reversal,
    confirm_reversal,
    end_award,
    refuse_reversal,
    sign,
)
from plugins.subsidies.schemes import add_budget, add_rate, adopt
from plugins.subsidies.services import Opinion, apply, check, on_moved, propose, review
from plugins.subsidies.settling import Result, settle
from plugins.subsidies.tests.scene import MONDAY, PAID_ON, Scene, make_scene


@pytest.fixture
def scene(world: World) -> Scene:
    return make_scene(world)


def states(scene: Scene, round_id: UUID) -> dict[str, str]:
    with scene.world.inside(scene.center.scope) as ctx:
        rows = ctx.session.execute(
            select(Child.name, Application.state)
            .join(Application, Application.child_id == Child.id)
            .where(Application.round_id == round_id)
        )
        return dict(rows.all())


def entries(scene: Scene, kind: str) -> list[Entry]:
    with scene.world.inside(scene.center.scope) as ctx:
        return list(ctx.session.scalars(select(Entry).where(Entry.kind == kind)))


def refuses(work: Callable[[], object], *words: str) -> None:
    with pytest.raises(Refused) as refused:
        work()
    for word in words:
        assert word in str(refused.value)


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


def test_what_the_bank_returns_is_paid_by_the_next_batch(scene: Scene) -> None:
    scene.add("石小满", "柳青青")
    round_id = scene.opened()
    scene.approved(round_id)
    with scene.work("subsidy_officer") as ctx:
        for name, number in (("石小满", "99010000000001"), ("柳青青", "99010000000002")):
            child = ctx.session.scalars(select(Child).where(Child.id == scene.children[name])).one()
            set_account(ctx, child, holder=f"{name[0]}大山", bank="乡信用社", number=number)
    batch_id = scene.prepared(round_id)
    scene.released(batch_id)
    with scene.work("center_admin", PAID_ON, None) as ctx:
        batch = scene.batch(ctx, batch_id)
        one, two = payments_of(ctx, batch)
        refuses(lambda: settle(ctx, batch, [Result(one, RETURNED, PAID_ON)]), "1")
        left = settle(
            ctx, batch,
            [Result(one, PAID_, PAID_ON), Result(two, RETURNED, PAID_ON, "账号户名不符")],
        )  # fmt: skip
        assert (left, batch.state) == (0, "closed")
        again = due(ctx, scene.round(ctx, round_id), BANK)
        assert [award.id for award in again.ready] == [two.award_id]
        second = prepare(ctx, scene.round(ctx, round_id), way=BANK)
        assert (second.heads, second.number) == (1, 2)
        refuses(lambda: prepare(ctx, scene.round(ctx, round_id), way=BANK))
        cancel(ctx, second, reason="先更正账号")
        assert prepare(ctx, scene.round(ctx, round_id), way=BANK).heads == 1


def test_a_child_without_account_is_named_and_not_paid_by_bank(scene: Scene) -> None:
    scene.add("石小满")
    round_id = scene.opened()
    scene.approved(round_id)
    with scene.work("center_admin", PAID_ON, None) as ctx:
        found = due(ctx, scene.round(ctx, round_id), BANK)
        assert ([a.name for a in found.without_account], found.amount) == (["石小满"], 0)
        refuses(lambda: prepare(ctx, scene.round(ctx, round_id), way=BANK))


def test_a_paid_payment_is_only_ever_reversed(scene: Scene) -> None:
    scene.add("石小满")
    round_id = scene.opened()
    scene.approved(round_id)
    batch_id = scene.paid(round_id)
    with scene.work("center_admin", PAID_ON, None) as ctx:
        batch = scene.batch(ctx, batch_id)
        [payment] = payments_of(ctx, batch)
        award = payment.award
        refuses(lambda: settle(ctx, batch, [Result(payment, RETURNED, PAID_ON, "误")]))
        refuses(lambda: cancel(ctx, batch, reason="误"))
        refuses(lambda: end_award(ctx, award, reason="误"))
    for statement in (
        "UPDATE subsidies_payment SET amount_fen = 1",
        "UPDATE subsidies_settlement SET outcome = 'returned'",
        "UPDATE subsidies_award SET amount_fen = 1",
        "DELETE FROM subsidies_payment",
        "DELETE FROM subsidies_award",
        "UPDATE subsidies_batch SET amount_fen = 1",
        "UPDATE subsidies_reversal SET amount_fen = 1",
    ):
        with (
            pytest.raises(DBAPIError, match="permission denied"),
            scene.world.inside(scene.center.scope) as ctx,
        ):
            ctx.session.execute(text(statement))
    with scene.work("subsidy_officer", PAID_ON) as ctx:
        [payment] = ctx.session.scalars(select(Payment))
        sign(ctx, [payment], day=PAID_ON)
        ask_reversal(ctx, payment, reason="家庭不符合条件")
        refuses(lambda: ask_reversal(ctx, payment, reason="再来"))
    with scene.work("center_admin2", PAID_ON, None) as ctx:
        [row] = ctx.session.scalars(select(Reversal))
        confirm_reversal(ctx, row, day=PAID_ON)
        refuses(lambda: confirm_reversal(ctx, row, day=PAID_ON))
    assert states(scene, round_id) == {"石小满": "reversed"}
    [entry] = entries(scene, REVERSED)
    assert entry.text
    assert "-625.00" in entry.text
    with scene.work("subsidy_officer", PAID_ON) as ctx:
        round_ = scene.round(ctx, round_id)
        assert len(propose(ctx, round_, pupils(ctx, VIEW, round_.scheme))) == 1, "proposed anew"


def test_a_refused_reversal_leaves_everything_as_it_was(scene: Scene) -> None:
    scene.add("石小满")
    round_id = scene.opened()
    scene.approved(round_id)
    scene.paid(round_id)
    with scene.work("subsidy_officer", PAID_ON) as ctx:
        [payment] = ctx.session.scalars(select(Payment))
        ask_reversal(ctx, payment, reason="可能重复")
    with scene.work("center_admin", PAID_ON, None) as ctx:
        [row] = ctx.session.scalars(select(Reversal))
        refuse_reversal(ctx, row, answer="核对过，没有重复")
    with scene.work("subsidy_officer", PAID_ON) as ctx:
        [payment] = ctx.session.scalars(select(Payment))
        assert ask_reversal(ctx, payment, reason="又查到重复").state == "asked"
    assert states(scene, round_id) == {"石小满": "approved"}


def test_what_waits_for_a_child_that_moves_is_closed_and_money_stays_with_the_school(
    scene: Scene,
) -> None:
    scene.add("石小满")
    first = scene.opened()
    scene.approved(first)
    second = scene.opened("relief", occasion="春节")
    with scene.work("subsidy_officer") as ctx:
        round_ = scene.round(ctx, second)
        propose(ctx, round_, pupils(ctx, VIEW, round_.scheme))
        on_moved(ctx, scene.children["石小满"], "转学")
    assert states(scene, second) == {"石小满": "withdrawn"}
    assert states(scene, first) == {"石小满": "approved"}
    with scene.work("center_admin", PAID_ON, None) as ctx:
        award = ctx.session.scalars(select(Award)).one()
        end_award(ctx, award, reason="已转出，不再发放")
        assert (
            ctx.session.scalar(
                select(func.count()).select_from(Award).where(Award.ended_at.is_(None))
            )
            == 0
        )


def test_a_local_rate_is_never_below_the_national_base(scene: Scene) -> None:
    with scene.work("center_admin", school=None) as ctx:
        scheme = adopt(ctx, "living_boarder")

        def add(amount: int, source: str = "县文件") -> Rate:
            return add_rate(
                ctx, scheme, stage="primary", boarding="", amount=amount,
                starts_on=date(2026, 9, 1), source=source,
            )  # fmt: skip

        refuses(lambda: add(124999), "1,250.00")
        refuses(lambda: add(130000, " "))
        assert add(130000).amount_fen == 130000


def test_a_months_round_pays_month_by_month(scene: Scene) -> None:
    round_id = scene.opened("orphan", months=3, first_month=date(2026, 10, 1))
    with scene.work("center_admin", school=None) as ctx:
        round_ = scene.round(ctx, round_id)
        assert (round_.period, round_.ends_on, round_.units) == (
            "2026-10..2026-12", date(2026, 12, 31), 3,
        )  # fmt: skip
    refuses(lambda: scene.opened("orphan", months=1, first_month=date(2026, 12, 1)))
    next_one = scene.opened("orphan", months=1, first_month=date(2027, 1, 1))
    assert next_one != round_id


def test_only_a_school_s_own_money_is_seen_there(scene: Scene) -> None:
    scene.add("石小满")
    scene.add("南小雨", school="south", homeroom=scene.world.homeroom(scene.center, "south"))
    round_id = scene.opened()
    scene.approved(round_id, ("north", "south"))
    scene.paid(round_id)
    with scene.work("subsidy_officer") as ctx:
        assert [a.name for a in ctx.session.scalars(select(Award))] == ["石小满"]
        assert len(ctx.session.scalars(select(Settlement)).all()) == 1
        assert len(ctx.session.scalars(select(PublicList)).all()) == 1
    with scene.work("center_admin", school=None) as ctx:
        assert len(ctx.session.scalars(select(Award)).all()) == 2
        assert ctx.session.scalar(select(func.sum(Payment.amount_fen))) == 125000
