"""A family gets a copy of all that is held: to read, as data, with the files, and nobody else's."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from library_loans.services import lend
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.children.models import Child
from app.jobs.runner import run_job
from app.kernel.clock import Clock
from app.ledger.services import EntryFor, Upload, attach, record
from tests.integration.ledger.test_ledger import PNG
from tests.support.world import CenterHandle, World, identity_number

TODAY = Clock().today()
NUMBER = identity_number(date(2017, 5, 4), 772)
Copy = Callable[..., tuple[dict[str, list[list[Any]]], dict[str, Any], list[str]]]


@pytest.fixture
def center(world: World) -> CenterHandle:
    return world.center("north")


@pytest.fixture
def child(world: World, center: CenterHandle) -> UUID:
    world.enable(center, "north", "library_loans")
    room = world.homeroom(center, "north")
    return world.child(center, "north", name="石离离", homeroom=room, number=NUMBER)


@pytest.fixture
def copy(world: World, center: CenterHandle, child: UUID) -> Copy:
    admin = world.client(world.person(center, "center_admin"))
    page = f"/c/{center.slug}/children/{child}/personal-data"

    def make(**asked: str) -> tuple[dict[str, list[list[Any]]], dict[str, Any], list[str]]:
        answer = admin.submit(f"{page}/copy", asked, page=page)
        job = re.search(r"/jobs/([0-9a-f-]{36})", answer.headers["Location"])
        assert job
        with world.app.app_context():
            assert run_job(UUID(job.group(1))) == "done"
        body = admin.get(f"/c/{center.slug}/jobs/{job.group(1)}/file").data
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = archive.namelist()
            book = openpyxl.load_workbook(io.BytesIO(archive.read(names[0])))
            data = json.loads(archive.read("data.json"))
        sheets = {
            sheet.title.split(" ", 1)[1]: [list(row) for row in sheet.iter_rows(values_only=True)]
            for sheet in book
        }
        return sheets, data["tables"], names

    return make


def _write(world: World, center: CenterHandle, *children: UUID, kind: str = "note") -> None:
    with world.inside(center.school_scope("north")) as ctx:
        rows = ctx.session.scalars(select(Child).where(Child.id.in_(children))).all()
        about = [EntryFor(row, text="在家做作业。") for row in rows]
        act = record(
            ctx, kind=kind, happened_on=TODAY, title="走访", entries=about, place="石家湾",
        )  # fmt: skip
        attach(ctx, act, Upload("照片.png", PNG))
        lend(ctx, rows[0], "《草房子》")


def test_it_holds_everything_in_plain_words(
    world: World, center: CenterHandle, child: UUID, copy: Copy
) -> None:
    world.guardian(center, child, name="石阿秀", relation="mother")
    _write(world, center, child)
    sheets, data, names = copy()
    assert sheets["基本情况"][3][1] == "石离离"
    assert NUMBER in str(sheets["身份证号"])
    assert "在家做作业。" in str(sheets["成长记录条目"])
    assert "石家湾" in str(sheets["活动地点"])
    assert "《草房子》" in str(sheets["Books at home"])
    assert sheets["家长"][3][:2] == ["石阿秀", "母亲"]
    assert data["identity_document"][0]["number"] == NUMBER
    assert "number_index" not in data["identity_document"][0]
    assert any(name.endswith("照片.png") for name in names)


def test_a_picture_with_other_children_is_named_but_not_given_out(
    world: World, center: CenterHandle, child: UUID, copy: Copy
) -> None:
    other = world.child(center, "north", name="石留留")
    _write(world, center, child, other)
    sheets, data, names = copy()
    assert not any(name.startswith("files/") for name in names)
    assert sheets["附件"][3][1] == "照片.png"
    assert "石留留" not in str(sheets) + str(data)


def test_what_few_may_read_is_left_out_unless_asked_for(
    world: World, center: CenterHandle, child: UUID, copy: Copy
) -> None:
    _write(world, center, child, kind="library_loans.worry")
    assert "在家做作业。" not in str(copy())
    assert "在家做作业。" in str(copy(restricted="1"))


def test_an_adult_gets_the_own_data_and_no_childs(
    world: World, center: CenterHandle, child: UUID, copy: Copy
) -> None:
    father = world.guardian(center, child, name="石大山", phone="19900007703")
    world.guardian(center, child, name="石阿秀", phone="19900007704", relation="mother")
    _write(world, center, child)
    sheets, data, _names = copy(guardian_id=str(father.id))
    assert "19900007703" in str(sheets["电话号码"])
    everything = str(sheets)
    for foreign in ("石阿秀", "19900007704", "在家做作业。", NUMBER):
        assert foreign not in everything
    assert "须与孩子隔离" not in str(sheets["家长"])
    assert set(data) == {"guardian", "guardian_phone", "guardianship"}


def test_the_audit_tells_who_had_a_copy_made(
    world: World, center: CenterHandle, child: UUID, copy: Copy
) -> None:
    copy()
    with world.inside(center.scope) as ctx:
        event = ctx.session.scalars(
            select(AuditEvent).where(AuditEvent.action == "privacy.copy")
        ).one()
        assert event.child_id == child
        assert event.detail["rows"] > 2


def test_a_school_makes_no_copy(world: World, center: CenterHandle, child: UUID) -> None:
    admin = world.client(world.person(center, "school_admin", "north"))
    page = f"/c/{center.slug}/children/{child}/personal-data"
    assert admin.get(page).status_code in (403, 404)
