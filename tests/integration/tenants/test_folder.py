"""What a county can rely on when it declares a centre as a folder."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.declared import check_roles
from app.accounts.models import Grant, Membership, Staff
from app.cli.demo import TENANTS
from app.cli.tenants import describe, whole_state
from app.cli.work import inside
from app.db.scope import Scope
from app.db.session import db, scoped
from app.kernel.errors import Refused
from app.tenancy.declaration import Declaration, read_folder
from app.tenancy.export import write_folder
from app.tenancy.models import CalendarDay, Center, School, Setting, Term
from tests.integration.tenants.conftest import CENTER, SCHOOLS, STAFF, Folder
from tests.support.world import World


def _scope(folder: Folder) -> Scope:
    with folder.app.app_context(), scoped(None):
        return Scope.center(db.session.scalars(select(Center.id).filter_by(slug=folder.slug)).one())


def _exported(folder: Folder, into: Path) -> dict[str, str]:
    with folder.app.app_context(), inside(folder.app, _scope(folder)) as ctx:
        write_folder(Declaration(folder.slug, whole_state(ctx)), into)
    return {file.name: file.read_text() for file in sorted(into.iterdir())}


def test_what_is_applied_is_exported_unchanged(folder: Folder, tmp_path: Path) -> None:
    folder.apply()
    assert _exported(folder, tmp_path / "out") == folder.texts()
    assert folder.plan().differences == []


def test_a_folder_of_another_name_is_still_the_same_centre(folder: Folder, tmp_path: Path) -> None:
    folder.apply()
    _exported(folder, tmp_path / "Backup 2026")
    moved = Folder(folder.app, folder.world, tmp_path / "Backup 2026")
    plan = moved.plan()
    assert plan.declaration.slug == folder.slug
    assert plan.differences == []


def test_the_name_of_the_folder_counts_when_no_slug_is_written(folder: Folder) -> None:
    folder.write(center=CENTER)
    assert read_folder(folder.path).slug == folder.path.name


@pytest.mark.parametrize("slug", ["Jinnan", "津南", "jin nan", "../x", ""])
def test_a_slug_that_no_address_can_hold_is_refused(folder: Folder, slug: str) -> None:
    folder.write(center=f'slug = "{slug}"\n{CENTER}')
    with pytest.raises(Refused, match="slug"):
        read_folder(folder.path)


def test_the_demonstration_centre_is_exported_unchanged(
    app: Flask, world: World, tmp_path: Path
) -> None:
    copied = Folder(app, world, tmp_path / "jinnan-copy")
    shutil.copytree(TENANTS / "jinnan", copied.path)
    text = (copied.path / "center.toml").read_text()
    copied.write(center=text.replace('slug = "jinnan"', f'slug = "copy-{uuid4().hex[:8]}"'))
    copied.apply()
    extra = {"demo.csv", "notes.csv"}
    declared = {name: text for name, text in copied.texts().items() if name not in extra}
    assert _exported(copied, tmp_path / "out") == declared
    assert copied.plan().differences == []


def test_a_new_centre_has_its_schools_terms_and_staff(folder: Folder) -> None:
    folder.apply()
    with folder.world.inside(_scope(folder)) as ctx:
        schools = {s.code: s for s in ctx.session.scalars(select(School))}
        assert [s.code for s in sorted(schools.values(), key=lambda s: s.position)] == [
            "B2",
            "A1",
            "A2",
        ]
        assert schools["A2"].parent_school_id == schools["A1"].id
        assert schools["A2"].closed_on == date(2026, 8, 31)
        assert ctx.session.scalars(select(Term)).one().code == "2026-2027-1"
        assert ctx.session.scalars(select(CalendarDay)).one().title == "国庆节"
        hotlines = ctx.session.scalars(select(Setting).where(Setting.key == "hotlines")).one()
        assert hotlines.value == {"value": ["青少年服务热线 12355", "报警 110"]}
        held = ctx.session.execute(
            select(Staff.number, Grant.role, Grant.reach, Grant.school_id)
            .join(Membership, Membership.staff_id == Staff.id)
            .join(Grant, Grant.membership_id == Membership.id)
            .order_by(Staff.number, Grant.role)
        ).all()
    assert [tuple(row) for row in held] == [
        ("001", "center_admin", "center", None),
        ("002", "homeroom_teacher", "homerooms", schools["B2"].id),
        ("002", "school_admin", "school", schools["B2"].id),
        ("003", "counsellor", "school", schools["A1"].id),
        ("003", "mentor", "children", schools["B2"].id),
    ]


def test_only_what_differs_is_shown_and_written(folder: Folder) -> None:
    folder.apply()
    folder.write(
        schools=SCHOOLS.replace("安家完小", "安小"),
        staff=STAFF.replace("homeroom_teacher school_admin", "school_admin"),
    )
    plan = folder.plan()
    assert describe(plan.differences) == [
        "~ school/A1 short_name: 安家完小 → 安小",
        "~ membership/002/B2 roles: homeroom_teacher school_admin → school_admin",
    ]
    folder.apply()
    assert folder.plan().differences == []


def test_a_school_missing_from_the_folder_stays(folder: Folder) -> None:
    folder.apply()
    folder.write(schools="\n".join(SCHOOLS.splitlines()[:3]) + "\n")
    folder.apply()
    with folder.world.inside(_scope(folder)) as ctx:
        assert "A2" in set(ctx.session.scalars(select(School.code)))


def test_what_a_page_changed_is_kept_unless_forced(folder: Folder) -> None:
    folder.apply()
    with folder.world.inside(_scope(folder)) as ctx:
        school = ctx.session.scalars(select(School).where(School.code == "A1")).one()
        school.phone = "023-69990000"
    folder.write(schools=SCHOOLS.replace("安家村", "安家村 3 组"))

    (kept, changed) = folder.apply().differences
    assert (kept.field, kept.before, kept.state) == ("phone", "023-69990000", "kept")
    assert (changed.field, changed.state) == ("address", "changed")
    assert [d.state for d in folder.apply().differences] == ["kept"]

    folder.apply(force=True)
    with folder.world.inside(_scope(folder)) as ctx:
        school = ctx.session.scalars(select(School).where(School.code == "A1")).one()
        assert (school.phone, school.address) == ("023-61230000", "安家村 3 组")
    assert folder.plan().differences == []


def test_the_centres_own_name_is_written_by_the_platform_only(folder: Folder) -> None:
    folder.apply()
    folder.write(center=(folder.path / "center.toml").read_text().replace("试验片区教管", "新"))
    folder.apply()
    with folder.app.app_context(), scoped(None):
        center = db.session.scalars(select(Center).filter_by(slug=folder.slug)).one()
    assert center.name == "新中心"


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        ("schools.csv", "primary,5-4,A1", "primary,5-4,B9", (4, "parent")),
        ("schools.csv", "primary junior", "primary high", (2, "stages")),
        ("schools.csv", "primary,5-4,A1", "primary,4-4,A1", (4, "system")),
        ("schools.csv", "A2,安家教学点", "A1,安家教学点", (4, "code")),
        ("schools.csv", "2026-08-31", "31.8.2026", (4, "closed_on")),
        ("staff.csv", "mentor,B2", "mentor,C3", (4, "school")),
        ("staff.csv", "counsellor,A1", "adviser,A1", (5, "role")),
        ("staff.csv", "center_admin,", "center_admin,A1", (2, "role")),
        (
            "staff.csv",
            "003,许汐,female,retired,coun",
            "003,许沙,female,retired,coun",
            (5, "number"),
        ),
        ("staff.csv", "counsellor,A1", "counsellor,B2", (5, "school")),
        ("staff.csv", "001,林禾,female", "001,林禾,f", (2, "sex")),
        ("center.toml", "2026-2027-1", "2026-2028-1", (0, "terms")),
        ("center.toml", "junior_style =", "Junior-Style =", (0, "Junior-Style")),
        ("center.toml", "holiday", "feast", (0, "days")),
        ("center.toml", "region", "country", (0, "country")),
    ],
)
def test_a_fault_is_named_with_its_place_and_nothing_is_written(
    folder: Folder, file: str, old: str, new: str, place: tuple[int, str]
) -> None:
    text = folder.texts()[file]
    assert old in text
    (folder.path / file).write_text(text.replace(old, new, 1))
    declaration = read_folder(folder.path)
    check_roles(declaration)
    (found,) = declaration.problems
    assert (found.file, found.row, found.field) == (file, *place)
    with folder.app.app_context():
        reason = str(found)
    with pytest.raises(Refused, match=re.escape(reason)):
        folder.apply()
    with folder.app.app_context(), scoped(None):
        assert db.session.scalars(select(Center).filter_by(slug=folder.slug)).all() == []


def test_a_file_that_cannot_be_read_is_named(folder: Folder) -> None:
    (folder.path / "schools.csv").write_bytes("代码,名称\n".encode("gb18030"))
    with pytest.raises(Refused, match=r"schools\.csv"):
        read_folder(folder.path)
    folder.write(schools="code,name\nA1,安家\n")
    with pytest.raises(Refused, match="short_name"):
        read_folder(folder.path)
    (folder.path / "center.toml").write_text("slug = " + "[" * 9000, encoding="utf-8")
    with pytest.raises(Refused, match=r"center\.toml"):
        read_folder(folder.path)
