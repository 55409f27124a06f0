"""A term of mentoring: facts that open their rows, own words, a review that is signed."""

from __future__ import annotations

import re
from datetime import timedelta

from plugins.mentoring.tests.school import TODAY, School


def test_numbers_open_their_rows_and_the_person_explains_them(school: School) -> None:
    person = school.mentors["石小满"]
    for number in range(9):
        school.note("石小满", person, TODAY - timedelta(days=9 if number else 1))
    head, own = school.client(school.head), school.client(person)
    table = head.get(school.at + "/assessment").text
    # By name, whatever the numbers.
    assert table.index("孙谷雨") < table.index("赵满仓")
    page = f"{school.at}/assessment/{person.id}"
    facts = own.get(page).text
    for what, count in (("late", "8/9"), ("many", "9/9"), ("contacts", "")):
        assert re.search(rf"/rows/{what}[^>]*>{count}", facts), what
    rows = head.get(f"{page}/rows/late").text
    assert rows.count("<tr>") == 1 + 8
    assert own.get(f"{page}/rows/duties").status_code == 200
    sent = own.submit(page + "/explain", {"fact": "late", "text": "村里断网一周"}, page=page)
    assert sent.status_code == 302
    assert "村里断网一周" in head.get(page).text
    school.set(late_days=30)
    assert re.search(r"/rows/late[^>]*>0/9", own.get(page).text)


def test_the_centre_records_inspections_and_what_was_written_before_them_shows(
    school: School,
) -> None:
    admin = school.client(school.world.person(school.center, "center_admin"))
    at = f"/c/{school.center.slug}/m/mentoring"
    person = school.mentors["石小满"]
    school.note("石小满", person)
    day = (TODAY + timedelta(days=3)).isoformat()
    assert admin.submit(at, {"day": day, "title": "县级督导"}).status_code == 302
    page = school.client(person).get(f"{school.at}/assessment/{person.id}").text
    assert re.search(r"/rows/before[^>]*>1/1", page)
    assert "县级督导" in page
    assert school.client(school.head).get(at).status_code == 403


def test_a_review_is_signed_once_and_stands_in_the_ledger(school: School) -> None:
    person = school.mentors["石小满"]
    head, own = school.client(school.head), school.client(person)
    page = f"{school.at}/assessment/{person.id}"
    words = own.submit(page + "/statement", {"statement": "每周都去"}, page=page)
    assert words.status_code == 302
    empty = head.submit(page + "/review", {"review": "", "sign": "1"}, page=page)
    assert empty.status_code == 422
    fields = {"review": "认真负责", "level": "优秀", "commend": "y"}
    assert head.submit(page + "/review", fields, page=page).status_code == 422
    fields |= {"commend_reason": "坚持家访"}
    assert head.submit(page + "/review", fields, page=page).status_code == 302
    assert school.entries("mentoring.assessment") == []
    assert "认真负责" not in own.get(page).text
    assert head.submit(page + "/review", fields | {"sign": "1"}, page=page).status_code == 302
    [entry] = school.entries("mentoring.assessment")
    assert (entry.text, entry.child_id) == ("认真负责", None)
    assert "认真负责" in own.get(page).text
    assert "坚持家访" in head.get(school.at + "/assessment").text
    again = own.submit(page + "/statement", {"statement": "改"}, page=page + "?term=x")
    assert again.status_code == 422
    assert own.submit(page + "/review", fields, page=page).status_code == 403
