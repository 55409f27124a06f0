"""Who holds no account signs in at the door: with a code, with digits, and never for others."""

from __future__ import annotations

import re

from app.sdk import Entry
from plugins.guardian_training.models import Attendance
from plugins.guardian_training.tests.school import PARENT_NUMBER, School


def _token(page: str) -> str:
    found = re.search(r'training-code num">(\d{3}) (\d{3})<', page)
    assert found
    return found.group(1) + found.group(2)


def _open(school: School, session: str) -> str:
    assert school.admin.submit(f"{session}/door", {}, page=session).status_code == 302
    return _token(school.admin.get(f"{session}/door").text)


def _public(school: School, session: str) -> str:
    return f"/open/{school.center.slug}/north/m/guardian_training/{session.rsplit('/', 1)[-1]}"


def test_a_guardian_signs_in_with_the_code_and_the_school_takes_it(school: School) -> None:
    session = school.plan()
    code = _open(school, session)
    family = school.world.client(school.grandmother)
    number = session.rsplit("/", 1)[-1]
    page = f"/family/{school.center.slug}/m/guardian_training/{number}"
    assert page in family.get(f"/family/{school.center.slug}/").text
    assert family.submit(f"{page}/sign-in", {"code": "000000"}, page=page).status_code == 302
    assert school.rows(Entry) == []
    family.submit(f"{page}/sign-in", {"code": code}, page=page)
    assert "王桂芳" in school.admin.get(session).text
    assert school.rows(Entry) == []
    school.admin.submit(f"{session}/signed-in", {}, page=session)
    [entry] = school.rows(Entry)
    assert entry.guardian_id == school.grandmother.id
    [row] = school.rows(Attendance)
    assert row.way == "qr"


def test_an_old_phone_signs_in_with_digits_and_tells_no_names(school: School) -> None:
    session = school.plan()
    code, page = _open(school, session), _public(school, session)
    phone = school.world.client()
    wrong = phone.submit(page, {"code": code, "digits": "0000"})
    assert (wrong.status_code, "石" in wrong.text) == (200, False)
    done = phone.submit(page, {"code": code, "digits": PARENT_NUMBER[-4:]})
    assert "石**" in done.text
    assert "石大山" not in done.text
    which = phone.submit(page, {"code": code, "digits": school.grandmother.login[-4:]})
    assert "桂芳" not in which.text
    relation = re.findall(r'name="relation" value="([^"]+)"', which.text)
    assert len(relation) == 2
    phone.submit(
        page, {"code": code, "digits": school.grandmother.login[-4:], "relation": relation[0]}
    )
    shown = school.admin.get(session).text
    assert "石大山" in shown
    assert ("王桂芳" in shown) != ("石根生" in shown)


def test_a_code_dies_of_guessing_and_of_a_new_one(school: School) -> None:
    session = school.plan()
    first, page = _open(school, session), _public(school, session)
    phone = school.world.client()
    second = _open(school, session)
    assert first != second
    old = phone.submit(page, {"code": first, "digits": PARENT_NUMBER[-4:]})
    assert "石**" not in old.text
    for number in range(29):
        phone.submit(page, {"code": f"{number:06}", "digits": "0000"})
    assert 'name="digits"' not in phone.get(page).text
    assert second not in school.admin.get(f"{session}/door").text


def test_the_page_for_all_exists_only_for_sessions_of_a_school_that_has_it(school: School) -> None:
    session = school.plan()
    page = _public(school, session)
    phone = school.world.client()
    assert phone.get(page).status_code == 200
    assert phone.get(page.replace("/north/", "/south/")).status_code == 404
    assert phone.get(page.replace("/north/", "/nowhere/")).status_code == 404
    assert phone.get(page.replace(school.center.slug, "elsewhere")).status_code == 404
