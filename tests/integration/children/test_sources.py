"""What a file says of a parent is shown as said, not as confirmed."""

from __future__ import annotations

from datetime import date

import pytest

from app.children.models import ParentStatus
from tests.support.world import World


@pytest.mark.parametrize(("source", "words"), [("roster", "尚未核实"), ("staff", "核实")])
def test_a_whereabouts_says_where_it_comes_from(world: World, source: str, words: str) -> None:
    center = world.center()
    child = world.child(center, "north")
    father = world.guardian(center, child)
    with world.inside(center.scope) as ctx:
        ctx.session.add(
            ParentStatus(
                guardian_id=father.id, away="yes", confirmed_on=date(2026, 9, 10), source=source
            )
        )
    page = world.client(world.person(center, "school_admin", "north"))
    text = page.get(f"/c/{center.slug}/children/{child}/").text
    assert words in text
    assert ("尚未核实" in text) is (source == "roster")
