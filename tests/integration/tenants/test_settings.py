"""What a centre declares in its own way is what its people read."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.children.cards import one_card
from app.children.models import Child
from app.cli.demo import TENANTS
from app.tenancy.declaration import read_folder
from app.tenancy.models import Homeroom, Setting
from app.tenancy.naming import class_title
from app.tenancy.settings import setting
from tests.documents.readers import text
from tests.support.world import CenterHandle, World


@pytest.fixture
def center(world: World) -> CenterHandle:
    return world.center()


def _declare(world: World, center: CenterHandle, **values: Any) -> None:
    with world.inside(center.scope) as ctx:
        ctx.session.add_all(Setting(key=k, value={"value": v}) for k, v in values.items())


def test_a_junior_class_is_called_as_the_centre_calls_it(
    world: World, center: CenterHandle
) -> None:
    room = Homeroom(stage="junior", intake_year=2026, number=3)
    with world.inside(center.scope) as ctx:
        assert class_title(ctx, room, "6-3") == "初一3班"
    _declare(world, center, junior_style="continued")
    with world.inside(center.scope) as ctx:
        assert class_title(ctx, room, "6-3") == "七（3）班"


def test_a_value_that_is_missing_or_of_another_kind_is_the_default(
    world: World, center: CenterHandle
) -> None:
    _declare(world, center, hotlines="110")
    with world.inside(center.scope) as ctx:
        assert setting(ctx, "hotlines", ["12355"]) == ["12355"]
        assert setting(ctx, "slogan", "…") == "…"


def test_a_contact_card_says_what_the_demonstration_centre_declares(
    world: World, center: CenterHandle
) -> None:
    objects = read_folder(TENANTS / "jinnan")
    values = {k: v["value"] for k, v in objects.of("setting").items()}
    values |= {f"wording.{k}": v["value"] for k, v in objects.of("wording").items()}
    _declare(world, center, **values)
    child_id = world.child(center, "north")
    with world.inside(center.scope) as ctx:
        child = ctx.session.scalars(select(Child).where(Child.id == child_id)).one()
        card = text(one_card(ctx, child, family_url="https://qinchao.example/family/sign-in"))
    for said in ("留守儿童联系卡", "家校同心", "妇女儿童维权热线", "12338"):
        assert said in card
