"""Lists that leave the house: long ones by a job, and never more than each grant may show."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from uuid import UUID

import pytest
from openpyxl import load_workbook

from app.accounts.grants import give_role
from app.accounts.models import Staff
from app.children import exports
from app.db.session import db
from app.jobs.runner import run_job
from tests.support.world import World, identity_number


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
