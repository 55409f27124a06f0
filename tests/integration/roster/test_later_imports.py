"""A second sheet of the same children adds what is missing, and nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.children.models import (
    Child,
    Declaration,
    Enrolment,
    Guardian,
    GuardianPhone,
    Guardianship,
    IdentityDocument,
    ParentStatus,
    Placement,
)
from app.children.roster.apply import Choices
from app.children.roster.invented import Numbers
from app.children.roster.layouts import Layout
from app.tenancy.models import Homeroom
from tests.integration.roster.importing import (
    Place,
    children,
    count,
    invented,
    one_school,
    ties_of,
    upload,
)
from tests.support.world import World


def test_a_later_list_may_name_the_guardian_and_who_looks_after_the_child(
    world: World, place: Place, tmp_path: Path
) -> None:
    _, scope = place
    rows = ["甲一,三（1）班,甲父,甲祖母,,", "甲一,三（1）班,甲父,甲祖母,甲祖母,奶奶"]
    for word in ("监护人", "照护人"):
        for at, row in enumerate(rows):
            path = tmp_path / f"{word}{at}.csv"
            head = f"姓名,班级,父亲姓名,奶奶姓名,{word}姓名,{word}关系,出生日期"
            path.write_text(f"{head}\n{row},2018-03-01\n", encoding="utf-8")
            upload(world, scope, path)
        cares = word == "照护人"
        assert ties_of(world, scope)["甲祖母"] == (True, cares, False)
        assert ties_of(world, scope)["甲父"] == (True, False, False)


@pytest.mark.parametrize("second", list(Layout))
def test_a_second_import_adds_no_child_and_blanks_nothing(
    world: World, place: Place, tmp_path: Path, second: Layout
) -> None:
    _, scope = place
    rows = invented()
    upload(world, scope, one_school(tmp_path / "a.xlsx", rows, Layout.CLASS_LIST))
    before = children(world, scope)
    tables = (Child, Enrolment, Placement, IdentityDocument, Homeroom, Guardian, GuardianPhone)
    counted = count(world, scope, *tables)
    batch = upload(world, scope, one_school(tmp_path / "b.xlsx", rows, second))
    assert batch.report["created"] == 0
    assert batch.report["differences"] == []
    assert count(world, scope, *tables) == counted
    for name, child in children(world, scope).items():
        for column in [c.name for c in Child.__table__.columns]:
            earlier = getattr(before[name], column)
            if earlier is not None and column not in ("version", "updated_at"):
                assert getattr(child, column) == earlier, column


def test_the_same_file_again_changes_nothing(world: World, place: Place, tmp_path: Path) -> None:
    _, scope = place
    path = one_school(tmp_path / "a.xlsx", invented(), Layout.REGISTER_2016)
    upload(world, scope, path)
    tables = (Child, Guardian, GuardianPhone, Guardianship, Declaration, ParentStatus, Placement)
    counted = count(world, scope, *tables)
    said = upload(world, scope, path).report
    assert (said["created"], said["updated"], said["unchanged"]) == (0, 0, said["children"])
    assert count(world, scope, *tables) == counted


def test_a_poor_sheet_is_filled_by_a_richer_one(world: World, place: Place, tmp_path: Path) -> None:
    _, scope = place
    rows = invented(numbers=Numbers(both=3))
    for row in rows:
        assert row.child
        row.child.address = None
    kept = [row.guardians for row in rows]
    for row in rows:
        row.guardians = []
    upload(world, scope, one_school(tmp_path / "a.xlsx", rows))
    assert count(world, scope, Guardian) == [0]
    for row, guardians in zip(rows, kept, strict=True):
        assert row.child
        row.child.address = "清溪镇东岭村1组"
        row.guardians = guardians
    said = upload(world, scope, one_school(tmp_path / "b.xlsx", rows)).report
    assert (said["created"], said["updated"]) == (0, 3)
    assert {child.address for child in children(world, scope).values()} == {"清溪镇东岭村1组"}
    assert count(world, scope, Guardian) == [said["guardians"]]


def test_a_differing_value_is_listed_and_taken_only_when_asked(
    world: World, place: Place, tmp_path: Path
) -> None:
    _, scope = place
    rows = invented(numbers=Numbers(none=2))
    path = one_school(tmp_path / "a.xlsx", rows)
    upload(world, scope, path)
    first = rows[0].child
    assert first
    first.boarding = "day" if first.boarding == "boarding" else "boarding"
    changed = one_school(tmp_path / "b.xlsx", rows)
    said = upload(world, scope, changed).report
    assert [(d["child"], d["field"]) for d in said["differences"]] == [(first.name, "boarding")]
    assert children(world, scope)[first.name].boarding != first.boarding
    upload(world, scope, changed, Choices(take_file=True))
    assert children(world, scope)[first.name].boarding == first.boarding
