"""What a check-up finds stays open until somebody has answered it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.sdk import Child, Entry, Refused, count_open, steps_of, withdraw_follow_up
from app.sdk.testing.core import Concern
from plugins.health_checks.models import Referral
from plugins.health_checks.referrals import REFERRALS, answer, close
from plugins.health_checks.tests.test_pages import School, school

__all__ = ["school"]
TODAY = date.today()  # noqa: DTZ011


def poor_sight(school: School, **more: str) -> str:
    """Fill in a class in which 石小满 sees badly; return the address of the round."""
    page = school.open_round()
    values = {"vision_left": "4.4", "vision_right": "4.9", **more}
    assert school.fill(f"{page}/classes/{school.room}", 石小满=values).status_code == 302
    return page


def open_ones(school: School) -> list[tuple[str, list[str]]]:
    with school.world.inside(school.center.scope) as ctx:
        rows = ctx.session.execute(
            select(Child.name, Referral.findings)
            .join(Child, Child.id == Referral.child_id)
            .where(Referral.closed_on.is_(None), Referral.withdrawn_on.is_(None))
        )
        return [(name, list(findings)) for name, findings in rows]


def test_a_finding_opens_a_referral_and_calls_for_a_visit(school: School) -> None:
    poor_sight(school)
    assert open_ones(school) == [("石小满", ["重度视力不良"])]
    with school.world.inside(school.center.scope) as ctx:
        [concern] = ctx.session.scalars(select(Concern)).all()
        assert (concern.kind, concern.source) == ("health", "health_checks")
        assert "视力" not in (concern.note or "")
        assert count_open(ctx, REFERRALS)[school.center.schools["north"]].count == 1


def test_what_is_normal_opens_nothing(school: School) -> None:
    page = school.open_round()
    values = {"vision_left": "5.0", "vision_right": "5.1", "height_cm": "135", "weight_kg": "29"}
    school.fill(f"{page}/classes/{school.room}", 石小满=values)
    assert open_ones(school) == []


def test_correcting_a_typing_error_takes_the_referral_back(school: School) -> None:
    page = poor_sight(school)
    table = f"{page}/classes/{school.room}"
    school.fill(table, 石小满={"vision_left": "4.5", "teeth_milk": "2"})
    assert open_ones(school) == [("石小满", ["重度视力不良", "龋齿"])]
    school.fill(table, 石小满={"vision_left": "5.0", "vision_right": "5.0", "teeth_milk": ""})
    assert open_ones(school) == []


def test_it_is_answered_step_by_step_and_then_closed(school: School) -> None:
    poor_sight(school)
    listed = school.nurse.get(f"{school.at}/referrals?state=open").text
    address = listed.split("/referrals/")[1].split('"')[0]
    page = f"{school.at}/referrals/{address}"
    assert "4.4" in school.nurse.get(page).text
    wrong = school.nurse.submit(f"{page}/steps", {"happened_on": TODAY.isoformat()}, page=page)
    assert wrong.status_code == 422
    told = {"step": "told", "happened_on": TODAY.isoformat(), "text": "电话告诉了爷爷"}
    assert school.nurse.submit(f"{page}/steps", told, page=page).status_code == 302
    assert "电话告诉了爷爷" in school.nurse.get(page).text
    end = {"outcome": "treated", "closed_on": TODAY.isoformat(), "closing_text": "配镜"}
    assert school.nurse.submit(f"{page}/close", end, page=page).status_code == 302
    assert open_ones(school) == []
    again = school.nurse.submit(f"{page}/close", end, page=f"{school.at}/rounds/new")
    assert again.status_code == 422
    with school.world.inside(school.center.scope) as ctx:
        [row] = ctx.session.scalars(select(Referral)).all()
        done = [step.step for step, _entry in steps_of(ctx, REFERRALS, [row.id])[row.id]]
        assert (row.outcome, done) == ("treated", ["told", "closed"])
        kinds = select(Entry.kind).where(Entry.kind == "health_checks.follow_up")
        assert len(ctx.session.scalars(kinds).all()) == 2


def test_nothing_is_written_about_what_is_closed(school: School) -> None:
    poor_sight(school)
    with school.world.inside(school.center.school_scope("north")) as ctx:
        row = ctx.session.scalars(select(Referral)).one()
        child = ctx.session.scalars(select(Child).where(Child.id == row.child_id)).one()
        close(ctx, row, child, outcome="healthy")
        with pytest.raises(Refused):
            answer(ctx, row, child, step="told")
        with pytest.raises(Refused):
            withdraw_follow_up(ctx, row, reason="错了")


def test_a_mentor_reads_that_something_waits_and_not_what(school: School) -> None:
    poor_sight(school)
    child = school.children["石小满"]
    mentor = school.world.client(
        school.world.person(school.center, "mentor", "north", children=(child,))
    )
    shown = mentor.get(f"/c/{school.center.slug}/children/{child}/?tab=health_checks").text
    assert "需要关注" in shown
    assert "视力不良" not in shown
    other = school.world.client(
        school.world.person(school.center, "mentor", "north", children=(school.children["柳青青"],))
    )
    assert "石小满" not in other.get(f"{school.at}/referrals").text


def test_the_family_is_told_that_there_is_something_to_read(school: School) -> None:
    father = school.world.guardian(school.center, school.children["石小满"], account=True)
    mother = school.world.guardian(school.center, school.children["柳青青"], account=True)
    table = f"{school.open_round()}/classes/{school.room}"
    school.fill(
        table,
        石小满={"vision_left": "4.4", "vision_right": "4.4"},
        柳青青={"vision_left": "5.0", "vision_right": "5.0"},
    )
    told = school.world.client(father).get(f"/family/{school.center.slug}/notices").text
    assert "体检" in told
    assert "石小满" in told
    assert "视力" not in told, "a telephone lies about"
    assert "石小满" not in school.world.client(mother).get(f"/family/{school.center.slug}/").text
