"""Children who come back, classes that come and go, and how long a workbook is kept."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.children.models import Child, Declaration, Enrolment, Placement
from app.children.roster import batches
from app.children.roster.invented import Numbers
from app.children.roster.keeping import forget_workbooks
from app.children.services.places import leave_school
from app.db.scope import Scope
from app.kernel.errors import Refused
from app.tenancy.models import Homeroom, Setting, Term
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


def leave(world: World, scope: Scope, name: str, last_day: date) -> None:
    with world.inside(scope) as ctx:
        child = ctx.session.scalars(select(Child).where(Child.name == name)).one()
        leave_school(ctx, child, last_day=last_day, reason="moved")


def stays(world: World, scope: Scope, name: str) -> list[tuple[date | None, str, str | None]]:
    """Return when each stay of a child in force ended, why it began and why it ended."""
    with world.inside(scope) as ctx:
        found = ctx.session.scalars(
            select(Enrolment).join(Child, Child.id == Enrolment.child_id)
            .where(Child.name == name).order_by(Enrolment.id)
        )  # fmt: skip
        return [(stay.ends_on, stay.reason_in, stay.reason_out) for stay in found]


def test_a_child_who_left_and_is_on_the_list_again_is_enrolled_again(
    world: World, place: Place, tmp_path: Path
) -> None:
    center, scope = place
    with world.inside(center.scope) as ctx:
        ctx.session.add(Term(school_year=2026, number=1, starts_on=TODAY - timedelta(days=60),
                             ends_on=TODAY + timedelta(days=60)))  # fmt: skip
    rows = invented(numbers=Numbers(none=2))
    path = one_school(tmp_path / "a.xlsx", rows)
    upload(world, scope, path)
    assert rows[0].child
    name, day = rows[0].child.name, TODAY - timedelta(days=2)
    leave(world, scope, name, day)
    batch = upload(world, scope, path)
    told = [p["row"] for p in batch.report["problems"] if p["code"] == "child_returns"]
    assert told == [2]
    assert children(world, scope)[name].left_on is None
    assert stays(world, scope, name) == [(day, "enrolled", "moved"), (None, "returned", None)]
    with world.inside(scope) as ctx:
        child = ctx.session.scalars(select(Child).where(Child.name == name)).one()
        seat = ctx.session.scalars(
            select(Placement).where(Placement.child_id == child.id, Placement.ends_on.is_(None))
        ).one()
        assert seat.starts_on == day + timedelta(days=1)
    undo(world, scope, batch)
    assert children(world, scope)[name].left_on == day
    ended = stays(world, scope, name)[1]
    assert ended[0] is not None
    assert ended[0] <= day


def test_a_child_without_a_class_is_placed_by_a_later_list(
    world: World, place: Place, tmp_path: Path
) -> None:
    center, scope = place
    rows = invented(numbers=Numbers(none=1))
    assert rows[0].child
    world.child(center, "north", name=rows[0].child.name, number=rows[0].child.id_number)
    upload(world, scope, one_school(tmp_path / "a.xlsx", rows))
    assert count(world, scope, Child, Enrolment, Placement) == [1, 1, 1]


def open_classes(world: World, scope: Scope) -> int:
    with world.inside(scope) as ctx:
        wanted = select(func.count()).select_from(Homeroom).where(Homeroom.closed_on.is_(None))
        return ctx.session.scalar(wanted) or 0


def test_classes_that_an_import_opens_are_announced_and_closed_with_it(
    world: World, place: Place, tmp_path: Path
) -> None:
    center, scope = place
    path = tmp_path / "a.csv"
    head = "姓名,出生日期,班级\n"
    path.write_text(
        f"{head}甲一,2018-03-01,三（1）班\n甲二,2019-03-02,二（2）班\n", encoding="utf-8"
    )
    first = upload(world, scope, path)
    assert first.report["new_classes"] == [["north小学", "二（2）班"], ["north小学", "三（1）班"]]
    assert upload(world, scope, path).report["new_classes"] == []
    with world.inside(scope) as ctx:
        room = ctx.session.scalars(select(Homeroom).where(Homeroom.number == 2)).one()
    undo(world, scope, first)
    assert open_classes(world, scope) == 0

    again = upload(world, scope, path)
    assert len(again.report["new_classes"]) == 2
    assert open_classes(world, scope) == 2
    assert count(world, scope, Homeroom) == [2]
    undo(world, scope, again)
    assert open_classes(world, scope) == 0

    third = upload(world, scope, path)
    world.child(center, "north", name="后来", homeroom=room.id)
    undo(world, scope, third)
    assert open_classes(world, scope) == 1


def test_what_a_list_says_of_hardship_and_disability_is_declared(
    world: World, place: Place, tmp_path: Path
) -> None:
    _, scope = place
    path = tmp_path / "a.csv"
    path.write_text(
        "姓名,出生日期,班级,是否孤儿,是否残疾,困境类型,低保,是否建档立卡,是否困境儿童\n"
        "甲一,2018-03-01,301,是,是,,是,是,\n"
        "甲二,2018-03-02,301,否,否,无,否,否,否\n"
        "甲三,2018-03-03,301,,,低保边缘户,,,\n"
        "甲四,2018-03-04,301,,,,否,,是\n"
        "甲五,2018-03-05,301,,,,否,,\n",
        encoding="utf-8",
    )
    upload(world, scope, path)
    with world.inside(scope) as ctx:
        rows = ctx.session.execute(
            select(Child.name, Declaration).join(Declaration, Declaration.child_id == Child.id)
        )
        said = {name: row.said() for name, row in rows}
    assert said == {
        "甲一": {"orphan": "yes", "disability": "残疾", "hardship": "低保"},
        "甲二": {"orphan": "no", "disability": "none", "hardship": "none"},
        "甲三": {"hardship": "低保边缘"},
        "甲四": {"hardship": "其他"},
    }
    assert upload(world, scope, path).report["unchanged"] == 5


@pytest.mark.parametrize(("days", "setting", "kept"), [
    (89, None, True), (91, None, False), (20, 10, False), (91, 200, True),
])  # fmt: skip
def test_workbooks_are_removed_after_their_time_and_the_figures_stay(
    world: World, place: Place, tmp_path: Path, days: int, setting: int | None, kept: bool
) -> None:
    center, scope = place
    batch = upload(world, scope, one_school(tmp_path / "a.xlsx", invented(numbers=Numbers(one=1))))
    with world.inside(center.scope) as ctx:
        if setting is not None:
            ctx.session.add(Setting(key="import_files_days", value={"value": setting}))
        stored = batches.find_batch(ctx, batch.id)
        assert stored.storage_key
        key = stored.storage_key
        stored.applied_at = ctx.now() - timedelta(days=days)
    with world.app.app_context():
        forget_workbooks()
    with world.inside(scope) as ctx:
        stored = batches.find_batch(ctx, batch.id)
        assert (stored.storage_key is not None) == kept
        assert stored.report["children"] == 1
        if not kept:
            with pytest.raises(FileNotFoundError):
                ctx.files.get(key)
            with pytest.raises(Refused):
                batches.corrections(ctx, stored)
