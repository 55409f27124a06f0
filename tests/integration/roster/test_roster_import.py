"""What a sheet says is what is stored, in each layout and each place."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.children.models import (
    Child,
    Declaration,
    Enrolment,
    Guardian,
    IdentityDocument,
    ImportBatch,
    ParentStatus,
    Placement,
)
from app.children.roster import batches
from app.children.roster.apply import Choices
from app.children.roster.invented import Inventor, Numbers
from app.children.roster.layouts import Layout, write_csv, write_layout
from app.children.roster.rows import RosterGuardian
from app.kernel.errors import Refused
from app.tenancy.models import Homeroom
from tests.integration.roster.importing import (
    NUMBERS,
    TODAY,
    Place,
    children,
    count,
    hint,
    invented,
    one_school,
    ties_of,
    upload,
)
from tests.support.world import World


@pytest.mark.parametrize("layout", list(Layout))
def test_each_layout_is_written_as_declared(
    world: World, place: Place, tmp_path: Path, layout: Layout
) -> None:
    _, scope = place
    path = one_school(tmp_path / "a.xlsx", invented(), layout)
    batch = upload(world, scope, path, Choices(join=True))
    said = batch.report
    assert said["created"] == said["children"] == NUMBERS.both + 22
    counted = count(world, scope, Child, Guardian, Enrolment, Placement, IdentityDocument)
    assert counted == [said["children"], said["guardians"], *[said["children"]] * 3]
    with world.inside(scope) as ctx:
        for kind in ("both", "one", "none"):
            rows = select(func.count()).where(Declaration.left_behind == kind)
            assert ctx.session.scalar(rows) == said["by_left_behind"][kind]


def test_what_the_sheet_says_is_what_is_stored(world: World, place: Place, tmp_path: Path) -> None:
    _, scope = place
    rows = invented()
    upload(world, scope, one_school(tmp_path / "a.xlsx", rows))
    wanted = next(row for row in rows if row.child and row.child.left_behind == "both")
    assert wanted.child
    assert wanted.homeroom
    with world.inside(scope) as ctx:
        child = ctx.session.scalars(select(Child).where(Child.name == wanted.child.name)).one()
        assert (child.sex, child.birth_date) == (wanted.child.sex, wanted.child.birth)
        assert child.address == wanted.child.address
        assert child.name_pinyin
        assert [d.number for d in child.identities] == [wanted.child.id_number]
        room = ctx.session.scalars(
            select(Homeroom).join(Placement, Placement.homeroom_id == Homeroom.id)
            .where(Placement.child_id == child.id)
        ).one()  # fmt: skip
        assert (room.intake_year, room.number) == (
            wanted.homeroom.intake_year, wanted.homeroom.number
        )  # fmt: skip
        ties = {tie.relation: tie for tie in child.guardianships}
        adults = {adult.relation: adult for adult in wanted.guardians}
        assert ties.keys() == adults.keys()
        for relation, tie in ties.items():
            assert tie.guardian.name == adults[relation].name
            assert tuple(p.number for p in tie.guardian.phones) == adults[relation].phones
        carer = next(relation for relation in adults if relation.startswith("grand"))
        assert {relation: (tie.legal, tie.cares_daily) for relation, tie in ties.items()} == {
            "father": (True, False), "mother": (True, False), carer: (True, False)
        }  # fmt: skip
        status = ctx.session.scalars(
            select(ParentStatus).where(ParentStatus.guardian_id == ties["father"].guardian_id)
        ).one()
        assert (status.away, status.place) == ("yes", adults["father"].work_place)


def test_a_guardian_by_law_is_not_said_to_look_after_the_child(
    world: World, place: Place, tmp_path: Path
) -> None:
    _, scope = place
    path = tmp_path / "a.csv"
    path.write_text(
        "姓名,班级,成员1姓名,成员1关系,成员1是否监护人,成员2姓名,成员2关系,成员2是否监护人,"
        "实际监护人姓名,实际监护人关系\n"
        "甲一,三（1）班,甲父,父亲,是,甲姑,其他亲属,是,甲祖母,奶奶\n",
        encoding="utf-8",
    )
    upload(world, scope, path)
    assert ties_of(world, scope) == {
        "甲父": (True, False, False), "甲姑": (True, False, False), "甲祖母": (False, True, False)
    }  # fmt: skip


def test_a_child_of_another_school_is_not_doubled(
    world: World, place: Place, tmp_path: Path
) -> None:
    center, scope = place
    rows = invented(numbers=Numbers(none=3))
    path = one_school(tmp_path / "a.xlsx", rows)
    assert rows[0].child
    world.child(center, "south", name="远在他校", number=rows[0].child.id_number)
    said = upload(world, scope, path).report
    found = [p for p in said["problems"] if p["code"] == "already_at_other_school"]
    assert [p["row"] for p in found] == [2]
    assert "south小学" in found[0]["reason"]
    assert (said["created"], said["refused"]) == (2, 1)
    whole = upload(world, center.scope, one_school(tmp_path / "c.xlsx", rows, Layout.NATIONAL))
    assert whole.report["created"] == 0
    assert whole.report["refused"] == 1


def test_a_damaged_number_keeps_its_row_out_and_lets_the_others_in(
    world: World, place: Place, tmp_path: Path
) -> None:
    _, scope = place
    rows = invented(numbers=Numbers(none=3))
    assert rows[1].child
    rows[1].child.id_number = "9.9010120170504E+17"
    rows[1].guardians = [RosterGuardian("father", "father", "独有父", ("19900009999",))]
    said = upload(world, scope, one_school(tmp_path / "a.xlsx", rows)).report
    assert (said["refused"], said["created"]) == (1, 2)
    assert rows[1].child.name not in children(world, scope)
    with world.inside(scope) as ctx:
        assert ctx.session.scalar(select(Guardian).where(Guardian.name == "独有父")) is None


def test_a_known_name_under_another_number_waits_for_a_decision(
    world: World, place: Place, tmp_path: Path
) -> None:
    _, scope = place
    rows = invented(numbers=Numbers(none=1))
    upload(world, scope, one_school(tmp_path / "a.xlsx", rows))
    child = rows[0].child
    assert child
    other = invented(numbers=Numbers(none=1), seed=4)[0].child
    assert other
    child.id_number, child.pupil_number = other.id_number, None
    known = children(world, scope)[child.name]
    path = tmp_path / "b.csv"
    path.write_text(
        f"姓名,性别,出生日期,身份证号,班级\n{child.name},,{known.birth_date},{child.id_number},三（1）班\n",
        encoding="utf-8",
    )
    held = upload(world, scope, path)
    assert held.report["refused"] == 1
    key = held.report["proposals"][0]["key"]
    assert upload(world, scope, path, Choices(answers={key: "same"})).report["created"] == 0
    assert upload(world, scope, path, Choices(answers={key: "other"})).report["created"] == 1


def test_gbk_text_is_read(world: World, place: Place, tmp_path: Path) -> None:
    _, scope = place
    path = tmp_path / "名单.csv"
    write_csv(path, invented(), Layout.CLASS_LIST, today=TODAY, encoding="gbk")
    assert upload(world, scope, path).report["created"] == 30


def test_a_district_workbook_has_a_sheet_a_school(world: World, tmp_path: Path) -> None:
    center = world.center("a1", "a2", "a3")
    inventor = Inventor(5, TODAY)
    sheets = {
        f"{code}小学": inventor.children(hint(code), Numbers(none=4, both=2))
        for code in center.schools
    }
    path = tmp_path / "district.xlsx"
    write_layout(path, sheets, Layout.NATIONAL, today=TODAY)
    assert upload(world, center.scope, path).report["created"] == 18
    for code in center.schools:
        assert count(world, center.school_scope(code), Child) == [6]


def test_two_centres_never_meet(world: World, tmp_path: Path) -> None:
    one, two = world.center("north"), world.center("north")
    path = one_school(tmp_path / "a.xlsx", invented(numbers=Numbers(none=5)))
    first = upload(world, one.school_scope("north"), path)
    said = upload(world, two.school_scope("north"), path).report
    assert (said["created"], said["refused"]) == (5, 0)
    assert count(world, one.scope, Child) == count(world, two.scope, Child) == [5]
    with world.inside(two.scope) as ctx:
        assert ctx.session.scalar(select(ImportBatch).where(ImportBatch.id == first.id)) is None


def test_a_row_of_another_school_is_refused_in_a_school(
    world: World, place: Place, tmp_path: Path
) -> None:
    _, scope = place
    path = tmp_path / "a.xlsx"
    write_layout(path, {"名单": invented("south")}, Layout.REGISTER_2016, today=TODAY)
    with world.inside(scope) as ctx:
        batch = batches.receive(ctx, file_name="a.xlsx", body=path.read_bytes())
        assert (batch.report["accepted"], batch.report["refused"]) == (0, 30)


def test_what_is_no_roster_is_refused_and_not_kept(world: World, place: Place) -> None:
    _, scope = place

    def receive(body: bytes) -> None:
        with world.inside(scope) as ctx:
            batches.receive(ctx, file_name="a.xlsx", body=body)

    for body in (b"", b"%PDF-1.7", "只有,几个,字\n".encode()):
        with pytest.raises(Refused):
            receive(body)
    assert count(world, scope, ImportBatch) == [0]
