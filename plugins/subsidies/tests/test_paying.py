"""From an award to a receipt and back: what each step allows, refuses and leaves behind."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.sdk import Child
from plugins.subsidies.accounts import set_account
from plugins.subsidies.eligible import pupils
from plugins.subsidies.manifest import REVERSED, VIEW
from plugins.subsidies.models import PublicList, Rate
from plugins.subsidies.pay_models import Award, Payment, Reversal, Settlement
from plugins.subsidies.payments import (
    BANK,
    PAID_,
    RETURNED,
    cancel,
    due,
    payments_of,
    prepare,
)
from plugins.subsidies.receipts import (
    ask_reversal,
    confirm_reversal,
    end_award,
    refuse_reversal,
    sign,
)
from plugins.subsidies.schemes import add_rate, adopt
from plugins.subsidies.services import on_moved, propose
from plugins.subsidies.settling import Result, settle
from plugins.subsidies.tests.scene import PAID_ON, Scene, entries, refuses, states


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
