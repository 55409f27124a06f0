"""What somebody inside tries: rows and requests that the pages do not offer."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.children.models import Child, Declaration, Guardianship
from app.db.session import db
from app.kernel.clock import Clock
from app.kernel.ids import uuid7
from tests.documents.readers import text as pdf_text
from tests.support.world import World, identity_number

_WANTED = text(
    "INSERT INTO transfer (center_id, id, from_school_id, to_school_id, child_id, child_name,"
    " child_sex, state, requested_at)"
    " VALUES (:center, :id, :giving, :taking, :child, '石小满', 'female', 'requested', :now)"
)


def test_a_school_cannot_ask_for_another_schools_child_in_its_name(world: World) -> None:
    center = world.center("a", "b")
    child = world.child(center, "b")
    wanted = {
        "center": center.id, "id": uuid7(), "giving": center.schools["b"],
        "taking": center.schools["a"], "child": child, "now": Clock().now(),
    }  # fmt: skip
    with (
        pytest.raises(DBAPIError, match="row-level security"),
        world.inside(center.school_scope("a")) as ctx,
    ):
        ctx.session.execute(_WANTED, wanted)


def test_a_school_cannot_point_a_request_at_another_child(world: World) -> None:
    center = world.center("a", "b")
    own, foreign = world.child(center, "a"), world.child(center, "b")
    row = {
        "center": center.id, "id": uuid7(), "giving": center.schools["a"],
        "taking": center.schools["b"], "child": own, "now": Clock().now(),
    }  # fmt: skip
    with world.inside(center.school_scope("a")) as ctx:
        ctx.session.execute(_WANTED, row)
    change = text("UPDATE transfer SET child_id = :child, from_school_id = :b, to_school_id = :a")
    with (
        pytest.raises(DBAPIError, match="permission denied"),
        world.inside(center.school_scope("a")) as ctx,
    ):
        ctx.session.execute(
            change, {"child": foreign, "a": center.schools["a"], "b": center.schools["b"]}
        )


def test_a_school_cannot_hang_a_row_of_its_own_on_another_schools_child(world: World) -> None:
    center = world.center("a", "b")
    foreign = world.child(center, "b")
    said = {"school_id": center.schools["a"], "child_id": foreign, "orphan": "yes",
            "as_of": Clock().today(), "source": "x"}  # fmt: skip
    with (
        pytest.raises(DBAPIError, match="fk_declaration_center_id_school_id_child_id"),
        world.inside(center.school_scope("a")) as ctx,
    ):
        ctx.session.add(Declaration(**said))


def test_a_failing_statement_tells_the_log_no_personal_data(world: World) -> None:
    with world.app.app_context():
        failing = text("SELECT CAST(:name AS integer)")
        with pytest.raises(DBAPIError) as caught, db.engine.begin() as connection:
            connection.execute(failing, {"name": "990101201705041225"})
    assert "SQL parameters hidden" in str(caught.value)


def test_choosing_a_language_never_leads_away(world: World) -> None:
    came_from = {"Referer": "http://localhost//elsewhere.example/"}
    answer = world.client().get("/language/en", headers=came_from)
    assert not answer.headers["Location"].startswith("//")


def test_who_is_kept_away_stands_on_no_printed_roster_as_the_guardian(world: World) -> None:
    center = world.center("a")
    child = world.child(center, "a", homeroom=world.homeroom(center, "a"))
    world.guardian(center, child, name="石大山", phone="19900008123")
    with world.inside(center.scope) as ctx:
        bond = ctx.session.scalars(select(Guardianship).where(Guardianship.child_id == child)).one()
        bond.barred, bond.barred_reason = True, "法院禁止接触"
    admin = world.client(world.person(center, "school_admin", "a"))
    printed = pdf_text(admin.get(f"/c/{center.slug}/s/a/children/roster.pdf").data)
    assert "石小满" in printed
    assert "石大山" not in printed
    assert "19900008123" not in printed


def test_a_merged_double_does_not_keep_its_number_from_the_child(world: World) -> None:
    center = world.center("a")
    number = identity_number(date(2017, 5, 4), 122)
    stands = world.child(center, "a")
    double = world.child(center, "a", number=number)
    admin = world.client(world.person(center, "center_admin"))
    with world.inside(center.scope) as ctx:
        row = ctx.session.scalars(select(Child).where(Child.id == double)).one()
        row.merged_into_id = stands
    page = f"/c/{center.slug}/children/{stands}/identities/new"
    assert admin.submit(page, {"number": number}).status_code == 302


@pytest.mark.parametrize(
    "page",
    [
        "s/a/children?q=%00",
        "s/a/children?grade=primary-99999999999",
        "s/a/staff?page=99999999999999999999",
        "s/a/audit?since=9999-12-31&until=9999-12-31",
        "s/a/audit?until=0001-01-01",
    ],
)
def test_what_no_page_asks_for_breaks_nothing(world: World, page: str) -> None:
    center = world.center("a")
    admin = world.client(world.person(center, "school_admin", "a"))
    assert admin.get(f"/c/{center.slug}/{page}").status_code in (200, 400)
