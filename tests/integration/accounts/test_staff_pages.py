"""Managing staff on pages: what an administrator can do, and what is refused."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy import event, select

from app.accounts.models import Grant, Membership, Staff
from app.accounts.passwords import give_first_passwords
from app.accounts.services import take_on
from app.accounts.staff_import import plan_import
from app.accounts.staff_sheet import StaffRow
from app.db.session import db
from app.kernel.errors import Refused
from tests.documents.readers import text as pdf_text
from tests.support.world import PASSWORD, CenterHandle, World


def _staff(world: World, center: CenterHandle, number: str) -> Staff:
    with world.inside(center.scope) as ctx:
        return ctx.session.scalars(select(Staff).where(Staff.number == number)).one()


def _roles(world: World, center: CenterHandle, staff: Staff) -> list[str]:
    with world.inside(center.scope) as ctx:
        found = ctx.session.scalars(
            select(Grant.role)
            .join(Grant.membership)
            .where(Membership.staff_id == staff.id, Grant.ends_on.is_(None))
        )
        return sorted(found)


def test_a_school_adds_a_class_teacher_who_comes_in_with_the_slip(world: World) -> None:
    center = world.center()
    room = world.homeroom(center, "north")
    browser = world.client(world.person(center, "school_admin", "north"))
    base = f"/c/{center.slug}/s/north/staff"
    data = {"name": "周 小禾", "number": "N77", "phone": "199 0000 7701", "sex": "female",
            "kind": "teacher"}  # fmt: skip
    answer = browser.submit(f"{base}/new", data)
    assert answer.status_code == 302, answer.text
    staff = _staff(world, center, "N77")
    assert (staff.name, staff.phone) == ("周小禾", "19900007701")
    member = f"{base}/{staff.id}"
    given = browser.submit(
        f"{member}/roles", {"role": "homeroom_teacher", "homerooms": [str(room)]}, page=member
    )
    assert given.status_code == 302, given.text
    slip = browser.submit(f"{base}/slips", {"staff": str(staff.id)}, page=base)
    assert slip.mimetype == "application/pdf"
    assert "周小禾" in pdf_text(slip.data)
    listed = browser.get(base).text
    assert "三（1）班" in listed
    with world.inside(center.scope) as ctx:
        fresh = ctx.session.scalars(select(Staff).where(Staff.id == staff.id)).one()
        secret = give_first_passwords(ctx, [fresh])[0].password
    teacher = world.client()
    assert teacher.submit("/sign-in", {"login": "n77", "secret": secret}).status_code == 302
    assert teacher.get(f"/c/{center.slug}/s/north/").location == "/account/secret"


def test_a_class_teacher_needs_a_class_and_a_school_gives_no_centre_role(world: World) -> None:
    center = world.center()
    world.homeroom(center, "north")
    browser = world.client(world.person(center, "school_admin", "north"))
    teacher = world.person(center, "counsellor", "north")
    member = f"/c/{center.slug}/s/north/staff/{teacher.id}"
    for data in ({"role": "homeroom_teacher"}, {"role": "center_admin"}):
        assert browser.submit(f"{member}/roles", data, page=member).status_code == 422
    staff = _staff(world, center, teacher.login)
    assert _roles(world, center, staff) == ["counsellor"]


def test_another_schools_people_do_not_exist_for_a_school(world: World) -> None:
    center = world.center()
    browser = world.client(world.person(center, "school_admin", "north"))
    other = world.person(center, "homeroom_teacher", "south")
    base = f"/c/{center.slug}/s/north/staff"
    assert browser.get(f"{base}/{other.id}").status_code == 404
    answer = browser.submit(f"{base}/slips", {"staff": str(other.id)}, page=base)
    assert answer.status_code == 302
    assert world.client(other)


def test_taking_somebody_on_does_not_give_the_school_their_password(world: World) -> None:
    center = world.center()
    other = world.person(center, "school_admin", "south", name="方南")
    office = world.person(center, "center_admin", name="方中")
    for person in (other, office):
        with world.inside(center.scope) as ctx:
            staff = ctx.session.scalars(select(Staff).where(Staff.id == person.id)).one()
            take_on(ctx, staff, school_id=center.schools["north"])
        with world.inside(center.school_scope("north")) as ctx:
            staff = ctx.session.scalars(select(Staff).where(Staff.id == person.id)).one()
            with pytest.raises(Refused):
                give_first_passwords(ctx, [staff])


def test_a_school_takes_on_nobody_of_another_school_by_name_and_number(world: World) -> None:
    """Whoever knows number and name could otherwise see the phone and act around the person."""
    center = world.center()
    other = world.person(center, "school_admin", "south", name="方南")
    north = world.client(world.person(center, "school_admin", "north"))
    page = f"/c/{center.slug}/s/north/staff/new"
    data = {"name": "方南", "number": other.login, "sex": "female", "kind": "teacher"}
    assert north.submit(page, data).status_code == 422
    chief = world.client(world.person(center, "center_admin"))
    page = f"/c/{center.slug}/staff/{other.id}"
    where = {"school": str(center.schools["north"])}
    assert chief.submit(f"{page}/schools", where, page=page).status_code == 302
    assert "方南" in north.get(f"/c/{center.slug}/s/north/staff").text
    assert "安排人员到学校工作" in north.get(f"/c/{center.slug}/s/north/audit").text


def test_who_has_left_the_other_school_may_be_taken_on(world: World) -> None:
    center = world.center()
    other = world.person(center, "counsellor", "south", name="方南")
    south = world.client(world.person(center, "school_admin", "south"))
    page = f"/c/{center.slug}/s/south/staff/{other.id}"
    assert south.submit(f"{page}/leave", {"orphan": "1"}, page=page).status_code == 302
    north = world.client(world.person(center, "school_admin", "north"))
    page = f"/c/{center.slug}/s/north/staff/new"
    data = {"name": "方南", "number": other.login, "sex": "female", "kind": "teacher"}
    assert north.submit(page, data).status_code == 302


def test_a_list_of_staff_brings_in_nobody_of_another_school(world: World) -> None:
    center = world.center()
    other = world.person(center, "counsellor", "south", name="方南")
    row = StaffRow("表", 2, number=other.login, name="方南")
    with world.inside(center.school_scope("north")) as ctx:
        plan = plan_import(ctx, [row], school_id=center.schools["north"])
        assert plan.refused == 1
        assert not any("方南" in str(problem.reason) for problem in row.problems)


def test_a_reset_ends_the_old_password_and_the_open_sessions(world: World) -> None:
    center = world.center()
    admin = world.client(world.person(center, "school_admin", "north"))
    teacher = world.person(center, "counsellor", "north")
    open_session = world.client(teacher)
    base = f"/c/{center.slug}/s/north/staff"
    page = f"{base}/{teacher.id}"
    slip = admin.submit(f"{base}/slips", {"staff": str(teacher.id)}, page=page)
    assert slip.mimetype == "application/pdf"
    assert open_session.get("/account/secret").status_code == 302
    data = {"login": teacher.login, "secret": PASSWORD}
    assert world.client().submit("/sign-in", data).status_code == 422


def test_who_leaves_or_loses_a_role_sees_nothing_more(world: World) -> None:
    center = world.center()
    admin = world.client(world.person(center, "school_admin", "north"))
    teacher = world.person(center, "counsellor", "north")
    browser = world.client(teacher)
    page = f"/c/{center.slug}/s/north/staff/{teacher.id}"
    assert browser.get(f"/c/{center.slug}/s/north/").status_code == 200
    assert admin.submit(f"{page}/leave", {"orphan": "1"}, page=page).status_code == 302
    assert browser.get(f"/c/{center.slug}/s/north/").status_code == 404
    assert admin.get(page).status_code == 404


def test_nobody_takes_away_their_own_administration(world: World) -> None:
    center = world.center()
    person = world.person(center, "school_admin", "north")
    browser = world.client(person)
    page = f"/c/{center.slug}/s/north/staff/{person.id}"
    assert browser.submit(f"{page}/leave", {}, page=page).status_code == 400
    assert browser.submit(f"{page}/access", {"disabled": "1"}, page=page).status_code == 400
    assert browser.get(page).status_code == 200


def test_a_number_that_belongs_to_somebody_else_is_refused_by_name(world: World) -> None:
    center = world.center()
    browser = world.client(world.person(center, "school_admin", "north"))
    known = world.person(center, "counsellor", "north", name="方南")
    page = f"/c/{center.slug}/s/north/staff/new"
    data = {"name": "周禾", "number": known.login, "phone": "12", "sex": "female",
            "kind": "teacher"}  # fmt: skip
    refused = browser.submit(page, data)
    assert refused.status_code == 422
    assert "方南" in refused.text
    assert browser.submit(page, data | {"number": "N1"}).status_code == 422  # the phone


def test_the_list_costs_the_same_number_of_queries_for_any_number_of_people(
    world: World,
) -> None:
    center = world.center()
    admin = world.client(world.person(center, "center_admin"))
    page = f"/c/{center.slug}/staff"
    few = _queries(world, admin, page)
    for number in range(4):
        world.person(center, "counsellor", "south", name=f"方{number}")
    assert _queries(world, admin, page) == few
    assert "方3" in admin.get(page).text


def _queries(world: World, browser: Any, page: str) -> int:
    seen = []

    def count(*_arguments: Any) -> None:
        seen.append(1)

    with world.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        assert browser.get(page).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len(seen)


def _upload(world: World, browser: Any, page: str, rows: list[list[str]]) -> Any:
    text = "\n".join(",".join(row) for row in rows).encode("gbk")
    return browser.submit(page, {"file": (io.BytesIO(text), "名单.csv")})


HEAD = ["工号", "姓名", "性别", "手机", "岗位/角色", "学校", "任教班级(班主任)"]


def test_a_list_is_shown_first_then_imported_once(world: World) -> None:
    center = world.center()
    world.homeroom(center, "north")
    browser = world.client(world.person(center, "center_admin"))
    base = f"/c/{center.slug}/staff"
    rows = [
        HEAD,
        ["S1", "周禾", "女", "19900008801", "班主任、帮扶教师", "north小学", "三（1）班"],
        ["S2", "吴川", "男", "", "园丁", "south", ""],
    ]
    assert _upload(world, browser, f"{base}/import", rows).status_code == 302
    preview = browser.get(f"{base}/import/preview").text
    assert "周禾" in preview
    assert "园丁" in preview  # a word that gives no role is pointed out
    done = browser.submit(f"{base}/import/apply", {}, page=f"{base}/import/preview")
    assert done.status_code == 302
    staff = _staff(world, center, "S1")
    assert _roles(world, center, staff) == ["homeroom_teacher", "mentor"]
    assert browser.get(f"{base}/import/preview").status_code == 302  # nothing is kept
    assert _upload(world, browser, f"{base}/import", rows).status_code == 302
    again = browser.submit(f"{base}/import/apply", {}, page=f"{base}/import/preview")
    assert again.status_code == 302
    assert _roles(world, center, staff) == ["homeroom_teacher", "mentor"]


def test_one_wrong_row_keeps_the_whole_list_out_and_says_which(world: World) -> None:
    center = world.center()
    browser = world.client(world.person(center, "school_admin", "north"))
    base = f"/c/{center.slug}/s/north/staff"
    rows = [
        HEAD,
        ["S1", "周禾", "女", "19900008801", "教师", "", ""],
        ["", "吴川", "男", "", "", "", ""],
        ["S3", "郑山", "男", "1234", "", "", ""],
        ["S4", "孙海", "男", "", "班主任", "", "三（9）班"],
        ["S5", "李岭", "男", "", "教管中心管理员", "", ""],
        ["S6", "钱江", "男", "", "", "south小学", ""],
    ]
    assert _upload(world, browser, f"{base}/import", rows).status_code == 302
    preview = browser.get(f"{base}/import/preview").text
    for part in ("1234", "三（9）班", "south小学"):
        assert part in preview
    assert preview.count("pill-danger") == 5
    refused = browser.submit(f"{base}/import/apply", {}, page=f"{base}/import/preview")
    assert refused.location.endswith("/import/preview")
    with world.inside(center.scope) as ctx:
        assert ctx.session.scalar(select(Staff).where(Staff.number == "S1")) is None


def test_what_is_no_list_is_refused_with_a_reason(world: World) -> None:
    center = world.center()
    browser = world.client(world.person(center, "school_admin", "north"))
    page = f"/c/{center.slug}/s/north/staff/import"
    for body in (b"%PDF-1.7", b"", "名单,其他\n甲,乙".encode()):
        answer = browser.submit(page, {"file": (io.BytesIO(body), "x.xlsx")})
        assert answer.status_code == 422
    assert browser.get(f"{page}/template").data[:2] == b"PK"


def test_the_centre_adds_a_person_at_a_school_and_lets_go_everywhere(world: World) -> None:
    center = world.center()
    browser = world.client(world.person(center, "center_admin"))
    base = f"/c/{center.slug}/staff"
    data = {"name": "周禾", "number": "C9", "phone": "", "sex": "female", "kind": "teacher",
            "school": str(center.schools["south"])}  # fmt: skip
    added = browser.submit(f"{base}/new", data)
    staff = _staff(world, center, "C9")
    assert added.location == f"/c/{center.slug}/s/south/staff/{staff.id}"
    more = browser.submit(
        f"{base}/{staff.id}/schools",
        {"school": str(center.schools["north"])},
        page=f"{base}/{staff.id}",
    )
    assert more.location == f"/c/{center.slug}/s/north/staff/{staff.id}"
    assert (
        browser.submit(f"{base}/{staff.id}/leave", {}, page=f"{base}/{staff.id}").status_code == 302
    )
    for school in ("north", "south"):
        assert browser.get(f"/c/{center.slug}/s/{school}/staff/{staff.id}").status_code == 404


def test_somebody_at_two_schools_adds_nobody_without_saying_where(world: World) -> None:
    center = world.center()
    person = world.person(center, "school_admin", "north")
    browser = world.client(person)
    data = {"name": "周禾", "number": "C10", "phone": "", "sex": "female", "kind": "teacher",
            "school": ""}  # fmt: skip
    assert browser.submit(f"/c/{center.slug}/staff/new", data).status_code == 422
