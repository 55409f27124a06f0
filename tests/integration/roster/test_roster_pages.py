"""A school's clerk sends a list, sees what would happen, imports it, and may take it back."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy import func, select

from app.audit.models import AuditEvent
from app.children.models import Child, ImportBatch
from app.children.roster.invented import Numbers, invent_children
from app.children.roster.layouts import Layout, write_layout
from app.children.roster.rows import RosterRow, SchoolHint
from app.config import Config
from app.jobs.worker import ScopedJob, patient_connection, queue_on
from app.kernel.clock import Clock
from tests.support.world import Browser, CenterHandle, World

DAMAGED = "9.9010120170504E+17"
TODAY = Clock().today()


def rows_of(numbers: Numbers) -> list[RosterRow]:
    return invent_children(9, SchoolHint("north", "north小学"), numbers, today=TODAY)


def workbook(path: Path, rows: list[RosterRow], layout: Layout = Layout.CLASS_LIST) -> bytes:
    write_layout(path, {"名单": rows}, layout, today=TODAY)
    return path.read_bytes()


def send(browser: Browser, address: str, body: bytes, name: str = "花名册.xlsx") -> Any:
    return browser.submit(address, {"file": (io.BytesIO(body), name)})


def work_off(world: World, config: Config) -> None:
    """Let a worker do what the page has pushed."""
    connection = patient_connection(config.redis_url)
    with world.app.app_context():
        SimpleWorker(
            [queue_on(connection)], connection=connection, job_class=ScopedJob,
            serializer=JSONSerializer,
        ).work(burst=True, logging_level="ERROR")  # fmt: skip


Clerk = tuple[CenterHandle, Browser, str]


@pytest.fixture
def clerk(world: World) -> Clerk:
    center = world.center("north", "south")
    browser = world.client(world.person(center, "school_admin", "north"))
    return center, browser, f"/c/{center.slug}/s/north/imports"


def test_from_the_file_to_the_children_and_back(
    world: World, config: Config, clerk: Clerk, tmp_path: Path
) -> None:
    center, browser, address = clerk
    rows = rows_of(Numbers(both=4, none=6))
    assert rows[2].child
    rows[2].child.id_number = DAMAGED
    answer = send(browser, address, workbook(tmp_path / "a.xlsx", rows))
    assert answer.status_code == 303
    page = answer.headers["Location"]
    look = browser.get(page).text
    assert "花名册.xlsx" in look
    assert rows[0].child
    assert rows[0].child.name in look
    assert (rows[0].child.id_number or "") not in look
    with world.inside(center.scope) as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Child)) == 0

    started = browser.submit(f"{page}/apply", {}, page=page)
    assert started.status_code == 303
    waiting = browser.get(page).text
    fragment = re.search(r'hx-get="([^"]+)"', waiting)
    assert fragment
    work_off(world, config)
    assert browser.get(fragment.group(1), headers={"HX-Request": "1"}).headers["HX-Refresh"]
    with world.inside(center.scope) as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Child)) == 9
        told = ctx.session.scalars(
            select(AuditEvent).where(AuditEvent.action == "roster.apply")
        ).one()
        assert told.detail["created"] == 9

    corrections = browser.get(f"{page}/corrections.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(corrections.data)).worksheets[0]
    assert rows[2].child.name in {cell.value for line in sheet.iter_rows() for cell in line}
    number = next(cell for line in sheet.iter_rows() for cell in line if cell.value == DAMAGED)
    assert number.number_format == "@"

    assert browser.submit(f"{page}/undo", {}, page=page).status_code == 303
    with world.inside(center.scope) as ctx:
        alive = select(func.count()).select_from(Child).where(Child.voided_at.is_(None))
        assert ctx.session.scalar(alive) == 0
        assert ctx.session.scalars(select(ImportBatch.state)).all() == ["undone"]


def test_a_file_that_is_no_list_is_explained_on_the_form(clerk: Clerk) -> None:
    _, browser, address = clerk
    answer = send(browser, address, b"%PDF-1.7 a letter", "letter.pdf")
    assert answer.status_code == 422
    assert "PDF" in answer.text


def test_a_number_known_under_another_name_is_decided_on_the_page(
    world: World, config: Config, clerk: Clerk, tmp_path: Path
) -> None:
    center, browser, address = clerk
    rows = rows_of(Numbers(none=2))
    assert rows[0].child
    world.child(center, "north", name="曾有此名", number=rows[0].child.id_number)
    page = send(browser, address, workbook(tmp_path / "a.xlsx", rows)).headers["Location"]
    assert "曾有此名" in browser.get(page).text
    browser.submit(f"{page}/apply", {"answer-0": "same", "take_file": "1"}, page=page)
    work_off(world, config)
    with world.inside(center.scope) as ctx:
        names = set(ctx.session.scalars(select(Child.name)))
    assert names == {row.child.name for row in rows if row.child}


def test_another_school_and_a_teacher_find_no_import(
    world: World, clerk: Clerk, tmp_path: Path
) -> None:
    center, browser, address = clerk
    body = workbook(tmp_path / "a.xlsx", rows_of(Numbers(none=2)))
    page = send(browser, address, body).headers["Location"]
    other = world.client(world.person(center, "school_admin", "south"))
    assert other.get(page).status_code == 404
    assert other.get(page.replace("/s/north/", "/s/south/")).status_code == 404
    teacher = world.client(world.person(center, "homeroom_teacher", "north"))
    assert teacher.get(address).status_code == 403
    office = world.client(world.person(center, "center_admin"))
    assert office.get(page.replace("/s/north/", "/")).status_code == 200


def test_the_page_asks_as_many_questions_for_many_problems_as_for_few(
    clerk: Clerk, tmp_path: Path
) -> None:
    _, browser, address = clerk
    rows = rows_of(Numbers(unknown=240))
    for row in rows:
        for adult in row.guardians:
            adult.phones = ("12345",)
    page = send(browser, address, workbook(tmp_path / "a.xlsx", rows)).headers["Location"]
    first = browser.get(page).text
    assert first.count("12345") == 100
    assert browser.get(f"{page}?level=refused").text.count("12345") == 0
    assert browser.get(f"{page}?page=3").status_code == 200
