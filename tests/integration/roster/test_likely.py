"""Adults of one name and phone in several families are proposed as one person, never joined."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.children.models import Child, Guardian, GuardianPhone, Guardianship, ImportBatch
from app.children.roster.apply import Choices
from app.children.roster.invented import Numbers
from app.children.roster.layouts import Layout
from app.db.scope import Scope
from tests.integration.roster.importing import (
    Place,
    count,
    invented,
    one_school,
    undo,
    upload,
)
from tests.support.world import World

JOIN = Choices(join=True)
HEAD = "姓名,出生日期,班级,父亲姓名,父亲身份证号,父亲联系电话"
ONE = "甲一,2018-03-01,三（1）班,甲父,,19900004001"
TWO = "甲二,2019-03-01,二（1）班,甲父,,19900004001"
NUMBERED = "甲二,2019-03-01,二（1）班,甲父,{},19900004001"
NUMBERS = ("990101198501011019", "990101198601011012")


def sheet(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / f"{len(list(tmp_path.iterdir()))}.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return path


def fathers(world: World, scope: Scope) -> int:
    """Count the adults who are somebody's now."""
    with world.inside(scope) as ctx:
        tied = select(func.count(Guardianship.guardian_id.distinct()))
        return ctx.session.scalar(tied.where(Guardianship.ends_on.is_(None))) or 0


def asked(batch: ImportBatch) -> list[tuple[str, list[str]]]:
    return [(group["name"], sorted(group["children"])) for group in batch.report["likely"]]


def test_a_father_of_two_is_one_question_and_two_people_until_it_is_answered(
    world: World, place: Place, tmp_path: Path
) -> None:
    _, scope = place
    batch = upload(world, scope, sheet(tmp_path, ONE, TWO))
    assert asked(batch) == [("甲父", ["甲一", "甲二"])]
    assert "19900004001" not in str(batch.report["likely"])
    assert (batch.report["guardians"], batch.report["guardians_created"]) == (1, 2)
    assert fathers(world, scope) == 2


def test_a_father_of_two_is_one_person_once_that_was_said(
    world: World, place: Place, tmp_path: Path
) -> None:
    _, scope = place
    batch = upload(world, scope, sheet(tmp_path, ONE, TWO), JOIN)
    assert (batch.report["guardians"], batch.report["guardians_created"]) == (1, 1)
    assert count(world, scope, Guardian, GuardianPhone, Guardianship) == [1, 1, 2]
    undo(world, scope, batch)
    assert fathers(world, scope) == 0


@pytest.mark.parametrize(("choices", "people"), [(Choices(), 2), (JOIN, 1)])
def test_a_sibling_who_comes_later_raises_the_question_too(
    world: World, place: Place, tmp_path: Path, choices: Choices, people: int
) -> None:
    _, scope = place
    assert asked(upload(world, scope, sheet(tmp_path, ONE))) == []
    batch = upload(world, scope, sheet(tmp_path, TWO), choices)
    assert asked(batch) == [("甲父", ["甲一", "甲二"])]
    assert fathers(world, scope) == people
    again = upload(world, scope, sheet(tmp_path, ONE, TWO), JOIN)
    assert asked(again) == []
    assert fathers(world, scope) == people


def test_one_identity_number_is_one_person_without_a_question(
    world: World, place: Place, tmp_path: Path
) -> None:
    _, scope = place
    one = ONE.replace(",,", f",{NUMBERS[0]},")
    batch = upload(world, scope, sheet(tmp_path, one, NUMBERED.format(NUMBERS[0])))
    assert asked(batch) == []
    assert fathers(world, scope) == 1


def test_two_identity_numbers_are_two_people_whatever_is_said(
    world: World, place: Place, tmp_path: Path
) -> None:
    _, scope = place
    one = ONE.replace(",,", f",{NUMBERS[0]},")
    batch = upload(world, scope, sheet(tmp_path, one, NUMBERED.format(NUMBERS[1])), JOIN)
    assert asked(batch) == []
    assert fathers(world, scope) == 2


@pytest.mark.parametrize("choices", [Choices(), JOIN])
@pytest.mark.parametrize("second", list(Layout))
def test_another_layout_adds_nobody_to_families_with_brothers_and_sisters(
    world: World, place: Place, tmp_path: Path, second: Layout, choices: Choices
) -> None:
    _, scope = place
    rows = invented(numbers=Numbers(none=6))
    for row in rows[1:3]:
        row.guardians = rows[0].guardians
    upload(world, scope, one_school(tmp_path / "a.xlsx", rows), choices)
    tables = (Child, Guardian, GuardianPhone, Guardianship)
    counted = count(world, scope, *tables)
    batch = upload(world, scope, one_school(tmp_path / "b.xlsx", rows, second), choices)
    assert count(world, scope, *tables) == counted
    assert asked(batch) == []
