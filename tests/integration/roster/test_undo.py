"""Taking an import back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.children.models import (
    Child,
    Declaration,
    Guardian,
    GuardianPhone,
    Guardianship,
    Placement,
)
from app.children.roster.apply import Choices
from app.children.roster.invented import Numbers
from app.children.roster.rows import RosterGuardian
from app.host.context import Ctx
from app.kernel.errors import Refused
from tests.integration.roster.importing import (
    TODAY,
    Place,
    children,
    count,
    invented,
    one_school,
    undo,
    upload,
)
from tests.support.world import World


def test_undoing_an_import_leaves_nothing_in_force(
    world: World, place: Place, tmp_path: Path
) -> None:
    _, scope = place
    path = one_school(tmp_path / "a.xlsx", invented())
    batch = upload(world, scope, path)
    assert undo(world, scope, batch) == 30
    assert children(world, scope) == {}
    with world.inside(scope) as ctx:
        open_rows = (
            select(func.count()).where(Guardian.voided_at.is_(None)).select_from(Guardian),
            select(func.count()).where(GuardianPhone.voided_at.is_(None)),
            select(func.count()).where(Guardianship.ends_on.is_(None)),
            select(func.count()).where(Placement.ends_on.is_(None)),
            select(func.count()).where(Declaration.voided_at.is_(None)),
        )
        assert [ctx.session.scalar(wanted) for wanted in open_rows] == [0] * 5
    again = upload(world, scope, path).report
    assert again["created"] == 30


def test_undoing_a_second_import_restores_what_was(
    world: World, place: Place, tmp_path: Path
) -> None:
    _, scope = place
    rows = invented(numbers=Numbers(both=3))
    for row in rows:
        assert row.child
        row.child.address, row.child.pupil_number = None, None
    upload(world, scope, one_school(tmp_path / "a.xlsx", rows))
    before = count(world, scope, Guardian)
    for row in rows:
        assert row.child
        row.child.address = "清溪镇西岭村2组"
        row.child.boarding = "boarding"
        row.guardians.append(
            RosterGuardian("guardian", "relative", f"{row.child.name[0]}远", (), is_guardian=True)
        )
    kept = {name: (c.address, c.boarding) for name, c in children(world, scope).items()}
    second = upload(world, scope, one_school(tmp_path / "b.xlsx", rows), Choices(take_file=True))
    assert {c.address for c in children(world, scope).values()} == {"清溪镇西岭村2组"}
    assert undo(world, scope, second) == 3
    assert {n: (c.address, c.boarding) for n, c in children(world, scope).items()} == kept
    with world.inside(scope) as ctx:
        alive = select(func.count()).select_from(Guardian).where(Guardian.voided_at.is_(None))
        assert [ctx.session.scalar(alive)] == before


def touch_name(ctx: Ctx, child: Child) -> None:
    child.note, child.version = "家访后改", child.version + 1


def touch_grant(ctx: Ctx, child: Child) -> None:
    ctx.session.add(
        Declaration(school_id=child.school_id, child_id=child.id, hardship="low_income",
                    as_of=TODAY, source="form")
    )  # fmt: skip
    child.version += 1


@pytest.mark.parametrize("touch", [touch_name, touch_grant])
def test_an_import_whose_children_were_worked_with_is_not_undone(
    world: World, place: Place, tmp_path: Path, touch: Callable[[Ctx, Child], None]
) -> None:
    _, scope = place
    batch = upload(world, scope, one_school(tmp_path / "a.xlsx", invented()))
    with world.inside(scope) as ctx:
        child = ctx.session.scalars(select(Child)).first()
        assert child
        touch(ctx, child)
        name = child.name
    with pytest.raises(Refused, match=name):
        undo(world, scope, batch)
    assert len(children(world, scope)) == 30


def test_a_mentor_of_an_imported_child_keeps_it_from_being_undone(
    world: World, place: Place, tmp_path: Path
) -> None:
    center, scope = place
    batch = upload(world, scope, one_school(tmp_path / "a.xlsx", invented()))
    name, child = next(iter(children(world, scope).items()))
    world.person(center, "mentor", "north", children=(child.id,))
    with pytest.raises(Refused, match=rf"安排过代理家长.*{name}"):
        undo(world, scope, batch)
