"""What boards and the digest of the day say of mentoring."""

from __future__ import annotations

import re
from datetime import date, timedelta

from app.sdk.testing.core import Actor, Figure, HeldGrant, as_of_today, by_school, known
from plugins.mentoring.digest import lines_for
from plugins.mentoring.tests.school import TODAY, School

MONDAY = TODAY + timedelta(days=-TODAY.weekday() % 7)


def board_of(school: School) -> dict[str, Figure]:
    """Return the module's numbers as the centre reads them."""
    with school.world.inside(school.center.scope) as ctx:
        every = frozenset(ctx.registry.permissions)
        ctx.actor = Actor("tester", grants=(HeldGrant("tester", "center", every),))
        seen = {k: one for k, one in known(ctx).items() if k.startswith("mentoring.")}
        board = by_school(ctx, list(seen.values()), as_of_today(ctx))
        return dict(zip(seen, board.whole, strict=True))


def told(school: School, day: date) -> dict[str, list[tuple[str, int]]]:
    """Return what the digest of a day tells the head and the mentors, by name."""
    people = {person.id: name for name, person in school.mentors.items()}
    people[school.head.id] = "head"
    north = school.center.schools["north"]
    with school.world.inside(school.center.scope) as ctx:
        found = lines_for(ctx, list(people), [north], day)
        return {people[s]: [(ln.title.msgid, ln.count) for ln in ls] for s, ls in found.items()}


def plan(school: School, name: str, review_on: date, kind: str = "support") -> None:
    head = school.client(school.head)
    fields = {"situation": "数学跟不上", "starts_on": (TODAY - timedelta(days=30)).isoformat(),
              "review_on": review_on.isoformat()}  # fmt: skip
    path = f"{school.of(name)}/m/mentoring/plans/new/{kind}"
    assert head.submit(path, fields).status_code == 302


def test_a_pairing_counts_as_in_name_only_by_what_its_school_has_set(school: School) -> None:
    school.note("石小满", school.mentors["石小满"], TODAY - timedelta(days=3))
    plan(school, "石小满", TODAY - timedelta(days=1))
    found = board_of(school)
    assert found["mentoring.pairs"] == Figure(2)
    assert found["mentoring.in_name"] == Figure(1, 2)
    assert found["mentoring.planned"] == Figure(1, 2)
    assert found["mentoring.reviews"] == Figure(1)
    school.set(idle_days=2)
    assert board_of(school)["mentoring.in_name"] == Figure(2, 2)


def test_a_contact_of_somebody_else_does_not_revive_a_pairing(school: School) -> None:
    school.note("石小满", school.mentors["柳青青"])
    assert board_of(school)["mentoring.in_name"] == Figure(2, 2)


def test_who_wrote_a_plan_and_who_mentors_the_child_are_told_when_its_day_has_come(
    school: School,
) -> None:
    plan(school, "石小满", MONDAY + timedelta(days=1))
    tuesday = MONDAY + timedelta(days=1)
    assert told(school, tuesday) == {
        "head": [("Plans to look at again", 1)],
        "石小满": [("Plans to look at again", 1)],
    }
    assert told(school, tuesday - timedelta(days=4)) == {}
    page = school.client(school.mentors["石小满"]).get(school.at).text
    assert "石小满" in page.split('id="plans"')[1].split("</section>")[0]


def test_the_digest_keeps_still_about_plans_that_few_may_read(school: School) -> None:
    plan(school, "石小满", MONDAY + timedelta(days=1), "individual")
    assert told(school, MONDAY + timedelta(days=1)) == {}
    page = school.client(school.mentors["石小满"]).get(school.at).text
    assert 'id="plans"' not in page
    assert 'id="plans"' in school.client(school.head).get(school.at).text


def test_on_mondays_mentors_and_who_pairs_hear_of_long_silence(school: School) -> None:
    school.note("石小满", school.mentors["石小满"], TODAY - timedelta(days=3))
    assert told(school, MONDAY) == {
        "head": [("Pairings in name only", 1)],
        "柳青青": [("Children you mentor without a contact for long", 1)],
    }


def test_numbers_of_a_class_and_of_the_school_open_their_rows(school: School) -> None:
    for name, mentor in school.mentors.items():
        school.note(name, mentor, TODAY - timedelta(days=9))
    head = school.client(school.head)
    page = head.get(school.at + "/assessment").text
    totals = re.findall(r'href="([^"]*/assessment/rows/late[^"]*)"[^>]*>2/2', page)
    assert len(totals) == 2
    for path in totals:
        rows = head.get(path.replace("&amp;", "&")).text
        assert rows.count("<tr>") == 1 + 2
        assert "赵满仓" in rows
        assert "孙谷雨" in rows
        assert "钱有余" in rows  # the reader, in the head of the page
    assert head.get(school.at + "/assessment/rows/duties").status_code == 200
    assert head.get(school.at + "/assessment/rows/points").status_code == 404
    own = school.client(school.mentors["石小满"])
    assert own.get(school.at + "/assessment/rows/late").status_code == 403
