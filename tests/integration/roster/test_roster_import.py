"""A roster is written whole or not at all, never doubles or blanks a child, and can be undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.children.models import (
    Child,
    Declaration,
    Enrolment,
    Guardian,
    GuardianPhone,
    Guardianship,
    IdentityDocument,
    ImportBatch,
    ParentStatus,
    Placement,
)
from app.children.roster import batches
from app.children.roster.apply import Choices
from app.children.roster.invented import Inventor, Numbers, invent_children
from app.children.roster.layouts import Layout, write_csv, write_layout
from app.children.roster.rows import RosterGuardian, RosterRow, SchoolHint
from app.db.scope import Scope
from app.host.context import Ctx
from app.jobs.progress import Silent
from app.kernel.clock import Clock
from app.kernel.errors import Refused
from app.tenancy.models import Homeroom
from tests.support.world import CenterHandle, World

TODAY = Clock().today()
NUMBERS = Numbers(both=8, one=6, none=12, unknown=4)
Table = type[Any]


def hint(code: str) -> SchoolHint:
    return SchoolHint(code, f"{code}小学")


def invented(code: str = "north", numbers: Numbers = NUMBERS, seed: int = 3) -> list[RosterRow]:
    return invent_children(seed, hint(code), numbers, today=TODAY)


def upload(
    world: World,
    scope: Scope,
    path: Path,
    choices: Choices | None = None,
) -> ImportBatch:
    """Check and apply a file, as a job does."""
    choices = choices or Choices()
    with world.inside(scope) as ctx:
        batch = batches.receive(ctx, file_name=path.name, body=path.read_bytes())
        batch.state = "applying"
        ctx.session.commit()
        batches.apply_job(
            ctx, Silent(), str(batch.id), choices.take_file, dict(choices.answers), choices.join
        )
        return batch


def one_school(path: Path, rows: list[RosterRow], layout: Layout = Layout.CLASS_LIST) -> Path:
    write_layout(path, {"名单": rows}, layout, today=TODAY)
    return path


def count(world: World, scope: Scope, *models: Table) -> list[int]:
    with world.inside(scope) as ctx:
        return [ctx.session.scalar(select(func.count()).select_from(m)) or 0 for m in models]


def children(world: World, scope: Scope) -> dict[str, Child]:
    with world.inside(scope) as ctx:
        found = ctx.session.scalars(select(Child).where(Child.voided_at.is_(None)))
        return {child.name: child for child in found}


Place = tuple[CenterHandle, Scope]


@pytest.fixture
def place(world: World) -> Place:
    center = world.center("north", "south")
    return center, center.school_scope("north")


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
            rows = select(func.count()).where(
                Declaration.scheme == "left_behind", Declaration.value == kind
            )
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


def ties_of(world: World, scope: Scope) -> dict[str, tuple[bool, bool, bool]]:
    """Return by name who is guardian by law, who looks after the child, who is entrusted."""
    with world.inside(scope) as ctx:
        found = ctx.session.scalars(select(Guardianship))
        return {t.guardian.name or "": (t.legal, t.cares_daily, t.entrusted) for t in found}


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


def undo(world: World, scope: Scope, batch: ImportBatch) -> int:
    with world.inside(scope) as ctx:
        return batches.take_back(ctx, batches.find_batch(ctx, batch.id))


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
        Declaration(school_id=child.school_id, child_id=child.id, scheme="hardship",
                    value="low_income", as_of=TODAY, source="form")
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
