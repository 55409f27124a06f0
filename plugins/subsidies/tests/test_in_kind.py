"""Donations, visits with gifts, little wishes: from a donor's money to what a child was given."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.sdk import Entry
from app.sdk.testing.papers import text as pdf_text
from app.sdk.testing.world import World
from plugins.subsidies.deciding import approve, given
from plugins.subsidies.eligible import pupils
from plugins.subsidies.lists import publish, submit
from plugins.subsidies.manifest import PAID, VIEW
from plugins.subsidies.papers import signature_pdf
from plugins.subsidies.pay_models import Batch
from plugins.subsidies.payments import payments_of
from plugins.subsidies.queries import money
from plugins.subsidies.reconcile import total
from plugins.subsidies.schemes import add_budget
from plugins.subsidies.services import Opinion, apply, check, review
from plugins.subsidies.tests.scene import MONDAY, PAID_ON, Scene, make_scene


def given_out(scene: Scene, code: str, what: str) -> UUID:
    """Bring one child of a scheme in kind from a donor's money to the hand-over."""
    scene.add("石小满")
    round_id = scene.opened(code, occasion="六一")
    with scene.work("center_admin", school=None) as ctx:
        add_budget(ctx, scene.round(ctx, round_id).scheme, school_year=2026, amount=100_000,
                   source="爱心捐赠", donor="爱心企业")  # fmt: skip
    with scene.work("subsidy_officer") as ctx:
        round_ = scene.round(ctx, round_id)
        [pupil] = pupils(ctx, VIEW, round_.scheme, verdicts=("yes", "unknown", "no"))
        apply(ctx, round_, pupil, text="孩子的心愿", amount=12_800, goods=what)
        rows = scene.rows(ctx, round_id)
        check(ctx, round_, rows, kind="visit", on=MONDAY, text="到家看望")
    with scene.work("school_admin") as ctx:
        said = [Opinion(row, child, True) for row, child in scene.rows(ctx, round_id)]
        review(ctx, scene.round(ctx, round_id), said, on=MONDAY, members="班委")
    with scene.work("subsidy_officer") as ctx:
        found = publish(ctx, scene.round(ctx, round_id), scene.center.schools["north"]).id
    with scene.work("subsidy_officer", MONDAY + timedelta(days=8)) as ctx:
        submit(ctx, scene.list(ctx, found))
    with scene.work("center_admin", MONDAY + timedelta(days=9), None) as ctx:
        approve(ctx, scene.list(ctx, found))
    scene.paid(round_id, "hand")
    return round_id


@pytest.mark.parametrize(
    ("code", "what"), [("donation", ""), ("gift", "大米一袋、食用油一桶"), ("wish", "书包一个")]
)
def test_what_a_donor_gave_reaches_the_child_by_name(world: World, code: str, what: str) -> None:
    scene = make_scene(world)
    round_id = given_out(scene, code, what)
    with scene.work("center_admin", PAID_ON, None) as ctx:
        round_ = scene.round(ctx, round_id)
        assert given(ctx, round_) == 100_000
        whole = total(money(ctx, [round_id]))
        assert (whole.committed, whole.paid) == (12_800, 12_800)
        [entry] = ctx.session.scalars(select(Entry).where(Entry.kind == PAID))
        assert entry.text == (f"{what}（128.00 元）" if what else "128.00 元")
        assert entry.audience == "guardian", "the family reads it and is asked whether it came"


def test_goods_stand_on_the_sheet_that_families_sign(world: World) -> None:
    scene = make_scene(world)
    given_out(scene, "gift", "大米一袋")
    with scene.work("subsidy_officer", PAID_ON) as ctx:
        batch = ctx.session.scalars(select(Batch)).one()
        paper = signature_pdf(batch, payments_of(ctx, batch), "北小学", on=PAID_ON)
    assert "大米一袋" in pdf_text(paper)
