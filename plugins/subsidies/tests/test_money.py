"""Money never loses a fen: rates, shares, sums and what a whole round adds up to."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.sdk import Refused, uuid7
from app.sdk.testing.world import World
from plugins.subsidies.masking import mask_account, mask_name
from plugins.subsidies.money import fen, share, yuan
from plugins.subsidies.pay_models import Award, Payment, Reversal, Settlement
from plugins.subsidies.payments import PAID_, RETURNED, payments_of
from plugins.subsidies.queries import money
from plugins.subsidies.rates import LOCAL, RateRow, national_rates, rate_on
from plugins.subsidies.receipts import ask_reversal, confirm_reversal
from plugins.subsidies.reconcile import Group, Sums, by, merged, total
from plugins.subsidies.settling import Result, settle
from plugins.subsidies.tests.scene import PAID_ON, Scene, make_scene

SCHOOLS = [uuid7() for _ in range(3)]
ROUND = uuid7()


@st.composite
def groups(draw: st.DrawFn) -> list[Group]:
    found = []
    for school in SCHOOLS:
        for boarding in ("boarding", "day"):
            each = draw(st.integers(1, 10**8))
            paid, sent, back, due = (draw(st.integers(0, 400)) for _ in range(4))
            found.append(
                Group(ROUND, school, "primary", boarding, each, paid + sent + back + due, paid,
                      sent, back, draw(st.integers(0, 50)))
            )  # fmt: skip
    return found


@given(groups())
@settings(deadline=None)
def test_schools_add_up_to_the_centre_and_nothing_is_lost(found: list[Group]) -> None:
    whole = total(found)
    by_school = by(found, lambda group: group.school_id)
    assert sum(by_school.values(), Sums()) == whole
    assert sum(by(found, lambda group: group.boarding).values(), Sums()) == whole
    assert total(merged(found)) == whole
    assert whole.committed == sum(g.each * g.heads for g in found)
    assert whole.paid + whole.sent + whole.due == whole.committed
    assert whole.due >= whole.returned
    assert whole.gross - whole.reversed == whole.paid


@given(st.integers(0, 10**12), st.integers(1, 12))
@settings(deadline=None)
def test_shares_are_exactly_the_whole_and_differ_by_a_fen(amount: int, parts: int) -> None:
    found = [share(amount, part, parts) for part in range(1, parts + 1)]
    assert sum(found) == amount
    assert max(found) - min(found) <= 1


@given(st.integers(0, 99_999_999_999))
@settings(deadline=None)
def test_a_sum_reads_back_as_it_is_written(amount: int) -> None:
    assert fen(yuan(amount)) == amount
    assert yuan(-amount) == ("-" if amount else "") + yuan(amount)


def test_ninety_boarders_at_1250_yuan_are_112500_yuan() -> None:
    rate = rate_on(
        [r for r in national_rates() if r.scheme == "living_boarder"], "junior", "boarding",
        date(2023, 9, 1),
    )  # fmt: skip
    assert rate is not None
    assert rate.amount == 125_000
    whole = Group(ROUND, SCHOOLS[0], "junior", "boarding", rate.amount, 90)
    assert yuan(whole.amount) == "112,500.00"
    assert total([whole]).committed == 11_250_000


@pytest.mark.parametrize(
    ("scheme", "stage", "boarding", "day", "amount"),
    [
        ("living_boarder", "primary", "boarding", "2019-08-31", None),
        ("living_boarder", "primary", "boarding", "2019-09-01", 100_000),
        ("living_boarder", "junior", "boarding", "2019-09-01", 125_000),
        ("living_boarder", "primary", "boarding", "2024-01-31", 100_000),
        ("living_boarder", "primary", "boarding", "2024-02-01", 125_000),
        ("living_boarder", "junior", "boarding", "2024-02-01", 150_000),
        ("living_day", "primary", "day", "2019-09-01", 50_000),
        ("living_day", "junior", "day", "2024-01-31", 62_500),
        ("living_day", "primary", "day", "2024-02-01", 62_500),
        ("living_day", "junior", "day", "2024-02-01", 75_000),
        ("living_day", "primary", "boarding", "2024-02-01", None),
        ("meals", "primary", None, "2011-08-31", None),
        ("meals", "primary", None, "2011-09-01", 300),
        ("meals", "junior", "day", "2014-10-31", 300),
        ("meals", "junior", "day", "2014-11-01", 400),
        ("meals", "primary", "boarding", "2021-08-31", 400),
        ("meals", "primary", "boarding", "2021-09-01", 500),
        ("orphan", "primary", None, "2026-09-01", 60_000),
        ("orphan_institution", "junior", None, "2026-09-01", 100_000),
        ("de_facto", "primary", None, "2026-09-01", None),
    ],
)
def test_the_national_base_of_every_day(
    scheme: str, stage: str, boarding: str | None, day: str, amount: int | None
) -> None:
    rows = [row for row in national_rates() if row.scheme == scheme]
    found = rate_on(rows, stage, boarding, date.fromisoformat(day))
    assert (found.amount if found else None) == amount


def test_day_pupils_get_half_and_every_row_keeps_its_source() -> None:
    boarders = {(r.stage, r.starts_on): r.amount for r in national_rates()
                if r.scheme == "living_boarder"}  # fmt: skip
    days = {(r.stage, r.starts_on): r.amount for r in national_rates() if r.scheme == "living_day"}
    assert {key: amount // 2 for key, amount in boarders.items()} == days
    assert all(row.source for row in national_rates())


def test_a_local_rate_counts_until_the_national_base_is_higher() -> None:
    def row(amount: int, day: str, level: str) -> RateRow:
        return RateRow("x", "", "", "year", amount, date.fromisoformat(day), "", level)

    rows = [row(1000, "2020-01-01", "national"), row(1200, "2021-01-01", LOCAL),
            row(1500, "2024-01-01", "national")]  # fmt: skip
    days = ("2020-06-01", "2022-01-01", "2024-01-01")
    found = [rate_on(rows, "primary", "day", date.fromisoformat(day)) for day in days]
    assert [one.amount for one in found if one] == [1000, 1200, 1500]


@pytest.mark.parametrize("typed", ["", "abc", "-5", "1.234", "1e5", "12.", "１２３x"])
def test_what_is_no_money_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        fen(typed)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("石小满", "石*满"),
        ("石满", "石*"),
        ("欧阳小满", "欧阳*满"),
        ("阿依古丽·买买提", "阿*******"),
        ("石", "石*"),
    ],
)
def test_names_on_public_lists_are_masked(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_an_account_shows_its_last_digits() -> None:
    assert mask_account("0001") == "**** 0001"
    assert mask_account(None) == ""


@given(outcomes=st.lists(st.sampled_from(["paid", "returned", "open", "reversed"]),
                         min_size=3, max_size=3))  # fmt: skip
@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_round_adds_up_whatever_becomes_of_its_payments(
    world: World, outcomes: list[str]
) -> None:
    """What the database holds line by line is what the sums say; reversed is zero again."""
    scene = make_scene(world)
    names = ("石小一", "石小二", "石小三")
    scene.add(*names[:2])
    scene.add(names[2], school="south", homeroom=world.homeroom(scene.center, "south"))
    round_id = scene.opened()
    scene.approved(round_id, ("north", "south"))
    batch_id = scene.prepared(round_id, "hand")
    scene.released(batch_id)
    fate = dict(zip((scene.children[name] for name in names), outcomes, strict=True))
    with scene.work("center_admin", PAID_ON, None) as ctx:
        batch = scene.batch(ctx, batch_id)
        results = [
            Result(p, RETURNED if fate[p.child_id] == "returned" else PAID_, PAID_ON, "户名不符")
            for p in payments_of(ctx, batch)
            if fate[p.child_id] != "open"
        ]
        if results:
            settle(ctx, batch, results)
    _reverse(scene, [child for child, what in fate.items() if what == "reversed"])
    with world.inside(scene.center.scope) as ctx:
        whole = total(money(ctx, [round_id]))
        standing = ctx.session.scalar(
            select(func.coalesce(func.sum(Award.amount_fen), 0)).where(Award.ended_at.is_(None))
        )
        arrived = ctx.session.scalar(
            select(func.coalesce(func.sum(Payment.amount_fen), 0))
            .join(Settlement, Settlement.payment_id == Payment.id)
            .where(Settlement.outcome == PAID_)
        )
        back = ctx.session.scalar(
            select(func.coalesce(func.sum(Reversal.amount_fen), 0)).where(
                Reversal.state == "confirmed"
            )
        )
        twice = ctx.session.execute(
            select(Award.child_id)
            .where(Award.ended_at.is_(None))
            .group_by(Award.round_id, Award.child_id)
            .having(func.count() > 1)
        ).all()
    assert whole.committed == standing == 62_500 * (3 - outcomes.count("reversed"))
    assert (whole.gross, whole.reversed) == (arrived, back)
    assert whole.paid == 62_500 * outcomes.count("paid")
    assert whole.sent == 62_500 * outcomes.count("open")
    assert whole.returned == 62_500 * outcomes.count("returned")
    assert whole.paid + whole.sent + whole.due == whole.committed
    assert twice == []
    for code in ("north", "south"):
        with world.inside(scene.center.school_scope(code)) as ctx:
            own = total(money(ctx, [round_id]))
        with world.inside(scene.center.scope) as ctx:
            seen = by(money(ctx, [round_id]), lambda group: group.school_id)
        assert own == seen[scene.center.schools[code]]


def _reverse(scene: Scene, children: list[UUID]) -> None:
    with scene.work("center_admin", PAID_ON + timedelta(days=1), None) as ctx:
        for payment in ctx.session.scalars(select(Payment).where(Payment.child_id.in_(children))):
            ask_reversal(ctx, payment, reason="不符合条件")
    with scene.work("center_admin2", PAID_ON + timedelta(days=1), None) as ctx:
        for row in ctx.session.scalars(select(Reversal)).all():
            confirm_reversal(ctx, row, day=PAID_ON + timedelta(days=1))
