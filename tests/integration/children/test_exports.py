"""Lists that leave the house: long ones by a job, and never more than each grant may show."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO
from uuid import UUID

import pytest
from openpyxl import load_workbook
from sqlalchemy import create_engine, select, text, update

from app.accounts.grants import give_role
from app.accounts.models import Grant, GrantHomeroom, RolePermission, Staff
from app.children import exports
from app.db.session import db
from app.jobs.keeping import forget_old
from app.jobs.models import Job
from app.jobs.runner import run_job
from tests.support.world import Browser, CenterHandle, Person, World, identity_number


def _cells(body: bytes) -> list[str]:
    sheet = load_workbook(BytesIO(body)).active
    return [str(c) for row in sheet.iter_rows(values_only=True) for c in row if c is not None]


def test_a_long_list_is_written_by_a_job(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MOST_AT_ONCE", 1)
    center = world.center()
    for name in ("石小满", "安宁"):
        world.child(center, "north", name=name)
    browser = world.client(world.person(center, "center_admin"))
    asked = browser.get(f"/c/{center.slug}/children/export.xlsx")
    assert asked.status_code == 302
    job_id = re.search(r"/jobs/([0-9a-f-]+)", asked.location)
    assert job_id
    assert "/file" not in browser.get(asked.location).text
    with world.app.app_context():
        assert run_job(UUID(job_id.group(1))) == "done"
        db.session.remove()
    page = browser.get(asked.location).text
    assert f"{asked.location}/file" in page
    sent = browser.get(f"{asked.location}/file")
    assert {"石小满", "安宁"} <= set(_cells(sent.data))
    stranger = world.client(world.person(center, "center_admin"))
    assert stranger.get(f"{asked.location}/file").status_code == 404
    log = browser.get(f"/c/{center.slug}/audit").text
    assert "取走了做好的文件" in log


def test_a_class_is_named_and_numbers_are_text(world: World) -> None:
    center = world.center()
    room = world.homeroom(center, "north")
    number = identity_number(date(2017, 5, 4), 122)
    world.child(center, "north", homeroom=room, number=number)
    browser = world.client(world.person(center, "school_admin", "north"))
    sent = browser.get(f"/c/{center.slug}/s/north/children/export.xlsx?homeroom={room}")
    sheet = load_workbook(BytesIO(sent.data)).worksheets[0]
    assert "三（1）班" in str(sheet["A1"].value)
    formats = [c.number_format for row in sheet.iter_rows() for c in row if c.value == number]
    assert formats == ["@"]


def _ask_and_run(world: World, browser: Browser, address: str) -> str:
    """Ask for a list, let it be written, and return the address of the job."""
    asked = browser.get(address)
    found = re.search(r"/jobs/([0-9a-f-]+)", asked.location)
    assert found
    with world.app.app_context():
        assert run_job(UUID(found.group(1))) == "done"
        db.session.remove()
    return str(asked.location)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every list be too long to be written at once."""
    monkeypatch.setattr(exports, "MOST_AT_ONCE", 0)


def _of_both(world: World, center: CenterHandle) -> Person:
    person = world.person(center, "school_admin", "north")
    with world.inside(center.scope) as ctx:
        staff = ctx.session.get_one(Staff, (center.id, person.id))
        give_role(ctx, staff, role="school_admin", school_id=center.schools["south"])
    return person


@pytest.mark.usefixtures("short")
def test_somebody_of_two_schools_gets_the_long_list_of_both_and_no_other(world: World) -> None:
    center = world.center("north", "south", "west")
    for school, name in (("north", "石小满"), ("south", "安宁"), ("west", "江远")):
        world.child(center, school, name=name)
    person = _of_both(world, center)
    browser = world.client(person)
    job = _ask_and_run(world, browser, f"/c/{center.slug}/children/export.xlsx")
    cells = _cells(browser.get(f"{job}/file").data)
    assert {"石小满", "安宁"} <= set(cells)
    assert "江远" not in cells


@pytest.mark.usefixtures("short")
def test_the_list_of_two_schools_is_not_written_when_one_was_lost_meanwhile(world: World) -> None:
    center = world.center("north", "south")
    world.child(center, "north")
    browser = world.client(_of_both(world, center))
    asked = browser.get(f"/c/{center.slug}/children/export.xlsx").location
    with world.inside(center.scope) as ctx:
        lost = Grant.school_id == center.schools["north"]
        ctx.session.execute(update(Grant).where(lost).values(ends_on=date(2026, 9, 2)))
    with world.app.app_context():
        assert run_job(UUID(asked.rsplit("/", 1)[1])) == "failed"


@pytest.mark.usefixtures("short")
def test_what_was_searched_for_is_not_kept_readable(world: World) -> None:
    center = world.center()
    world.child(center, "north", name="石小满")
    browser = world.client(world.person(center, "center_admin"))
    asked = browser.get(f"/c/{center.slug}/children/export.xlsx?q=石小满").location
    assert world.config.owner_url
    engine = create_engine(world.config.owner_url)
    row = text("SELECT to_jsonb(job)::text, arguments FROM job WHERE id = :id")
    values = {"id": UUID(asked.rsplit("/", 1)[1])}
    with engine.connect() as connection:
        readable, sealed = connection.execute(row, values).one()
    assert "石小满" not in readable
    assert "石小满".encode() not in bytes(sealed)
    with world.app.app_context():
        assert run_job(values["id"]) == "done"
    with engine.connect() as connection:
        assert connection.execute(row, values).one()[1] is None
    engine.dispose()


@pytest.mark.usefixtures("short")
def test_a_file_is_not_fetched_without_the_right_to_make_it(world: World) -> None:
    center = world.center()
    rooms = [world.homeroom(center, "north", number=number) for number in (1, 2)]
    world.child(center, "north", homeroom=rooms[0])
    person = world.person(center, "homeroom_teacher", "north", homerooms=(rooms[0],))
    browser = world.client(person)
    job = _ask_and_run(world, browser, f"/c/{center.slug}/s/north/children/export.xlsx")
    assert browser.get(f"{job}/file").status_code == 200
    with world.inside(center.scope) as ctx:
        charge = ctx.session.scalars(select(GrantHomeroom)).one()
        charge.homeroom_id = rooms[1]
    assert browser.get(f"{job}/file").status_code == 403
    with world.inside(center.scope) as ctx:
        ctx.session.scalars(select(GrantHomeroom)).one().homeroom_id = rooms[0]
        never = RolePermission(role="homeroom_teacher", permission="children.export", allowed=False)
        ctx.session.add(never)
    assert browser.get(f"{job}/file").status_code == 403


@pytest.mark.usefixtures("short")
def test_a_file_and_what_was_asked_are_removed_after_a_week(world: World) -> None:
    center = world.center()
    world.child(center, "north")
    browser = world.client(world.person(center, "center_admin"))
    job = _ask_and_run(world, browser, f"/c/{center.slug}/children/export.xlsx")
    with world.inside(center.scope) as ctx:
        row = ctx.session.scalars(select(Job)).one()
        key, row.finished_at = row.result["file"], ctx.now() - timedelta(days=8)
        files = ctx.files
    with world.app.app_context():
        assert forget_old(files) == 1
        assert forget_old(files) == 0
    with pytest.raises(FileNotFoundError):
        files.get(key)
    assert browser.get(f"{job}/file").status_code == 404
    assert browser.get(job).status_code == 200


def test_what_lies_in_the_file_store_is_encrypted(world: World) -> None:
    center = world.center()
    with world.inside(center.scope) as ctx:
        key = ctx.files.put(center.id, "test", b"990101201705040012")
        assert ctx.files.get(key) == b"990101201705040012"
    stored = (world.config.data / "files" / key).read_bytes()
    assert b"990101" not in stored


def test_grants_do_not_combine_in_an_export(world: World) -> None:
    """Class teacher at one school, subsidy officer at another: numbers only where the second is."""
    center = world.center()
    room = world.homeroom(center, "north")
    number = identity_number(date(2017, 5, 4), 12)
    world.child(center, "north", name="石小满", homeroom=room, number=number)
    person = world.person(center, "homeroom_teacher", "north", homerooms=(room,))
    with world.inside(center.scope) as ctx:
        staff = ctx.session.get_one(Staff, (center.id, person.id))
        give_role(ctx, staff, role="subsidy_officer", school_id=center.schools["south"])
    browser = world.client(person)
    for address in (f"/c/{center.slug}/children", f"/c/{center.slug}/s/north/children"):
        cells = _cells(browser.get(f"{address}/export.xlsx").data)
        assert "石小满" in cells
        assert number not in cells
        assert "石小满" not in browser.get(f"{address}?q={number[-4:]}").text
