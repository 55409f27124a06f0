"""Who sees what, with the module on and off; what the demonstration invents."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from app.sdk import CHINA, Ctx, ParentStatus, Term, families
from plugins.home_contact import demo
from plugins.home_contact.tests.school import TODAY, School, visit


def confirm_away(ctx: Ctx, child_id: UUID) -> None:
    """Say that the father of a child works away from home."""
    [adult] = families(ctx, [child_id])[child_id]
    ctx.session.add(
        ParentStatus(
            guardian_id=adult.guardian.id, away="yes", away_since=date(2025, 1, 1),
            confirmed_on=date(2026, 9, 1), source="staff",
        )
    )  # fmt: skip


def test_two_mentors_do_not_see_each_others_children(school: School) -> None:
    ours, theirs = (school.client(school.mentors[n]) for n in ("石小满", "柳青青"))
    ours.submit(school.new("石小满"), visit(text="家里的事"))
    pages = [school.at, f"{school.at}/contacts", f"{school.at}/new?kind=talk"]
    for page in pages:
        assert "石小满" in ours.get(page).text, page
        assert "石小满" not in theirs.get(page).text, page
        assert "家里的事" not in theirs.get(page).text
    assert theirs.get(school.new("石小满")).status_code == 404
    sent = theirs.submit(
        f"{school.at}/new?kind=talk", visit(children=str(school.children["石小满"]))
    )
    assert sent.status_code == 422
    assert (
        theirs.get(f"{school.at}/letters/new?child={school.children['石小满']}").status_code == 404
    )
    assert len(school.entries()) == 1


@pytest.mark.parametrize("role", ["center_admin", "center_inspector", "health_worker"])
def test_who_only_reads_finds_the_contacts_and_no_form(school: School, role: str) -> None:
    teacher = school.client(school.teacher)
    assert teacher.submit(school.new("石小满"), visit(text="看了作业")).status_code == 302
    of_center = role.startswith("center")
    reader = school.client(school.world.person(school.center, role, None if of_center else "north"))
    page = reader.get(school.of("石小满") + "/?tab=home_contact").text
    assert f"{school.at}/contacts?child={school.children['石小满']}" in page
    assert "home_contact/new" not in page
    assert "home_contact/new" not in reader.get(school.at).text
    assert "看了作业" in reader.get(f"{school.at}/contacts?child={school.children['石小满']}").text
    assert reader.get(f"{school.at}/new").status_code == 403


def test_with_the_module_off_nothing_of_it_is_left(school: School) -> None:
    mentor = school.client(school.mentors["石小满"])
    mentor.submit(school.new("石小满"), visit(text="看了作业"))
    admin = school.client(school.world.person(school.center, "school_admin", "north"))
    at = f"/c/{school.center.slug}/s/north/modules"
    assert admin.submit(at, {"module": "home_contact", "enabled": "0"}).status_code == 302
    assert mentor.get(school.at).status_code == 404
    assert mentor.get(school.new("石小满")).status_code == 404
    page = mentor.get(school.of("石小满") + "/").text
    assert "home_contact" not in page
    assert "看了作业" not in page
    family = school.client(school.fathers["石小满"]).get(f"/family/{school.center.slug}/").text
    assert "看了作业" not in family


def test_a_school_changes_what_counts_as_long_and_the_text_of_its_letter(school: School) -> None:
    admin = school.client(school.world.person(school.center, "school_admin", "north"))
    at = f"/c/{school.center.slug}/s/north/modules/home_contact/settings"
    assert admin.submit(at, {"long_days": "0", "tries": "3", "letter": "x"}).status_code == 422
    values = {"long_days": "10", "tries": "2", "letter": "【孩子】的家长请注意"}
    assert admin.submit(at, values).status_code == 302
    teacher = school.client(school.teacher)
    page = teacher.get(f"{school.at}/letters/new?homeroom={school.room}").text
    assert "【孩子】的家长请注意" in page
    assert "超过 10 天" in teacher.get(school.at).text
    assert teacher.get(at).status_code == 403


def test_demonstration_data_are_of_their_day_and_of_their_people(school: School) -> None:
    with school.world.inside(school.center.scope) as ctx:
        for number, begun in enumerate((date(TODAY.year, 2, 1), date(TODAY.year, 8, 25)), 1):
            ends = begun + timedelta(days=170)
            ctx.session.add(
                Term(school_year=TODAY.year, number=number, starts_on=begun, ends_on=ends)
            )
        for child in school.children.values():
            confirm_away(ctx, child)
    with school.world.inside(school.center.school_scope("north")) as ctx:
        demo.load(ctx, school.center.schools["north"], days=120)
    entries = school.entries()
    mentors = {person.id for person in school.mentors.values()}
    assert {"home_contact.visit", "home_contact.call", "home_contact.talk"} <= {
        entry.kind for entry in entries
    }
    assert {entry.recorded_by_id for entry in entries} <= {*mentors, school.teacher.id}
    assert all(entry.happened_on <= TODAY for entry in entries)
    waits = [(e.first_recorded_at.astimezone(CHINA).date() - e.happened_on).days for e in entries]
    assert all(0 <= wait <= 9 for wait in waits)
    assert sum(wait <= 1 for wait in waits) > len(waits) / 2
