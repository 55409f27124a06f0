"""What somebody inside tries: rows and requests that the pages do not offer."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.db.session import db
from app.kernel.clock import Clock
from app.kernel.ids import uuid7
from tests.support.world import World

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
