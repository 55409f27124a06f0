"""Sessions are planned, people invited and signed in; who did not come is made up for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from sqlalchemy import select

from app.sdk import Attachment, Clock, Entry, Guardianship, Term
from app.sdk.testing.papers import text as pdf_text
from app.sdk.testing.schools import counted
from app.sdk.testing.world import Browser, CenterHandle, Person, World
from plugins.guardian_training import demo
from plugins.guardian_training.digest import lines_for
from plugins.guardian_training.models import Attendance, Course, TrainingSession

TODAY = Clock().today()
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
_MOST = 12
PARENT_NUMBER = "19900001234"


@dataclass
class School:
    """Two schools; 小满 at the north has a grandmother who also cares for 安安 at the south."""

    world: World
    center: CenterHandle
    room: UUID
    children: dict[str, UUID]
    grandmother: Person
    grandfather: Person
    father: Person
    admin: Browser

    @property
    def at(self) -> str:
        return f"/c/{self.center.slug}/s/north/m/guardian_training"

    @property
    def at_south(self) -> str:
        return f"/c/{self.center.slug}/s/south/m/guardian_training"

    def plan(self, browser: Browser | None = None, **values: Any) -> str:
        """Plan a session of today; return its address."""
        told = {"course": "", "title": "隔代家长的沟通", "kind": "training",
                "audience": ["grandparent"], "homeroom": "", "day": TODAY.isoformat(),
                "starts_at": "14:30", "mode": "hall", "place": "三楼会议室"}  # fmt: skip
        sent = (browser or self.admin).submit(f"{self.at}/sessions/new", told | values)
        assert sent.status_code == 302, sent.text
        return str(sent.location)

    def mark(self, session: str, present: list[Person], **reasons: str) -> Any:
        everybody = [self.grandmother, self.grandfather, self.father]
        data: dict[str, Any] = {
            "shown": [str(one.id) for one in everybody],
            "present": [str(one.id) for one in present],
            "way": "sheet",
        }
        return self.admin.submit(f"{session}/attendance", data | reasons)

    def rows(self, table: Any, **wanted: Any) -> list[Any]:
        with self.world.inside(self.center.scope) as ctx:
            return list(ctx.session.scalars(select(table).filter_by(**wanted)).all())


@pytest.fixture
def school(world: World) -> School:
    center = world.center()
    world.enable(center, "north", "guardian_training")
    world.enable(center, "south", "guardian_training")
    room = world.homeroom(center, "north")
    children = {
        "石小满": world.child(center, "north", name="石小满", homeroom=room),
        "石小星": world.child(center, "north", name="石小星", homeroom=room),
        "石安安": world.child(center, "south", name="石安安"),
    }
    grandmother = world.guardian(center, *children.values(), name="王桂芳",
                                 relation="grandmother", account=True)  # fmt: skip
    grandfather = world.guardian(center, children["石小满"], name="石根生", phone=grandmother.login,
                                 relation="grandfather")  # fmt: skip
    father = world.guardian(center, children["石小满"], name="石大山", phone=PARENT_NUMBER)
    with world.inside(center.scope) as ctx:
        year = TODAY.year - (TODAY.month < 8)
        ctx.session.add(Term(school_year=year, number=1, starts_on=TODAY - timedelta(days=60),
                             ends_on=TODAY + timedelta(days=60)))  # fmt: skip
    admin = world.client(world.person(center, "school_admin", "north"))
    return School(world, center, room, children, grandmother, grandfather, father, admin)


def test_one_guardian_of_three_children_in_two_schools_is_one_attendance(school: School) -> None:
    session = school.plan()
    assert school.mark(session, [school.grandmother]).status_code == 302
    [entry] = [e for e in school.rows(Entry) if e.guardian_id == school.grandmother.id]
    assert (entry.kind, entry.child_id) == ("guardian_training.session", None)
    [row] = school.rows(Attendance, guardian_id=school.grandmother.id)
    assert (row.state, row.way) == ("present", "sheet")
    for name in ("石小满", "石小星"):
        tab = school.admin.get(
            f"/c/{school.center.slug}/children/{school.children[name]}/?tab=guardian_training"
        ).text
        assert "隔代家长的沟通" in tab
    south = school.world.client(school.world.person(school.center, "school_admin", "south"))
    child = school.children["石安安"]
    assert (
        "隔代家长的沟通"
        in south.get(f"/c/{school.center.slug}/children/{child}/?tab=guardian_training").text
    )
    assert "王桂芳" not in south.get(f"{school.at_south}/never").text


def test_marking_twice_writes_one_act_and_taking_off_voids(school: School) -> None:
    session = school.plan()
    school.mark(session, [school.grandmother])
    school.mark(session, [school.grandmother, school.grandfather])
    entries = school.rows(Entry, kind="guardian_training.session")
    assert len(entries) == 2
    assert len({entry.act_id for entry in entries}) == 1
    school.mark(session, [school.grandfather])
    standing = [e for e in school.rows(Entry) if e.voided_at is None]
    assert [e.guardian_id for e in standing] == [school.grandfather.id]
    [row] = school.rows(Attendance, guardian_id=school.grandmother.id)
    assert (row.state, row.entry_id) == ("absent", None)


def test_a_session_is_written_down_only_on_its_day(school: School) -> None:
    session = school.plan(day=(TODAY + timedelta(days=3)).isoformat())
    assert school.mark(session, [school.grandmother]).status_code == 422
    assert school.rows(Entry) == []


def test_closing_makes_the_rest_absent_and_a_make_up_session_ends_it(school: School) -> None:
    session = school.plan()
    reasons = {f"reason-{school.grandfather.id}": "ill"}
    school.mark(session, [school.grandmother], **reasons)
    sent = school.admin.submit(f"{session}/close", {"summary": "讲了三种说话的办法",
                               "photo": (BytesIO(PNG), "会场.png")}, page=session)  # fmt: skip
    assert sent.status_code == 302, sent.text
    [photo] = school.rows(Attachment)
    assert school.admin.get(f"{session}/files/{photo.id}").data == PNG
    assert "会场.png" in school.admin.get(session).text
    listed = school.admin.get(f"{school.at}/make-up").text
    assert "石根生" in listed
    assert "王桂芳" not in listed
    assert "石根生" in school.admin.get(f"{school.at}/never?reason=ill").text
    [held] = school.rows(TrainingSession)
    made = school.admin.submit(
        f"{school.at}/sessions/new?makeup_of={held.id}",
        {"homeroom": "", "day": TODAY.isoformat(), "mode": "hall"},
    )
    assert made.status_code == 302, made.text
    data = {"shown": [str(school.grandfather.id)], "present": [str(school.grandfather.id)],
            "way": "list"}  # fmt: skip
    assert "王桂芳" not in school.admin.get(f"{made.location}/attendance").text
    assert school.admin.submit(f"{made.location}/attendance", data).status_code == 302
    kinds = {e.kind for e in school.rows(Entry, guardian_id=school.grandfather.id)}
    assert kinds == {"guardian_training.makeup"}
    assert "石根生" not in school.admin.get(f"{school.at}/make-up").text
    assert "石根生" not in school.admin.get(f"{school.at}/never").text


def test_training_at_home_counts_with_evidence(school: School) -> None:
    data = {"guardians": [str(school.grandfather.id)], "course": "", "title": "用火用电安全",
            "day": TODAY.isoformat(), "summary": "上门讲了一小时",
            "photo": (BytesIO(PNG), "门口.png")}  # fmt: skip
    sent = school.admin.submit(f"{school.at}/home?guardian={school.grandfather.id}", data)
    assert sent.status_code == 302, sent.text
    [entry] = school.rows(Entry, guardian_id=school.grandfather.id)
    assert (entry.kind, entry.outcome) == ("guardian_training.home", "done")
    assert "石根生" not in school.admin.get(f"{school.at}/never").text
    nobody = data | {"guardians": [], "photo": (BytesIO(PNG), "x.png")}
    assert (
        school.admin.submit(
            f"{school.at}/home?guardian={school.grandfather.id}", nobody
        ).status_code
        == 422
    )


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


def test_the_family_answers_an_invitation_and_one_question(school: School) -> None:
    course = {"kind": "training", "title": "手机管理", "audience": ["grandparent"],
              "question": "今天讲的听懂了吗？", "answers": "都听懂了\n没听懂"}  # fmt: skip
    assert school.admin.submit(f"{school.at}/courses/new", course).status_code == 302
    [made] = school.rows(Course)
    session = school.plan(course=str(made.id), title="")
    school.admin.submit(f"{session}/invite", {"way": "message"}, page=session)
    family = school.world.client(school.grandmother)
    page = f"/family/{school.center.slug}/m/guardian_training/{session.rsplit('/', 1)[-1]}"
    family.submit(f"{page}/reply", {"coming": "yes"}, page=page)
    early = family.submit(f"{page}/answer", {"value": "1"}, page=page)
    assert early.status_code == 400
    school.mark(session, [school.grandmother])
    assert "都听懂了" in family.get(page).text
    assert family.submit(f"{page}/answer", {"value": "2"}, page=page).status_code == 302
    family.submit(f"{page}/answer", {"value": "1"}, page=page)
    shown = school.admin.get(session).text
    assert "1 / 1" in shown
    stranger = school.world.guardian(
        school.center, school.world.child(school.center, "south"), account=True
    )
    assert school.world.client(stranger).get(page).status_code == 404


def test_papers_are_printed_from_the_data(school: School) -> None:
    session = school.plan()
    school.mark(session, [school.grandmother], **{f"reason-{school.grandfather.id}": "farm"})
    signing = pdf_text(school.admin.get(f"{session}/sign-in.pdf").data)
    assert "王桂芳" in signing
    assert school.grandmother.login not in signing
    log = pdf_text(school.admin.get(f"{session}/log.pdf").data)
    assert "隔代家长的沟通" in log
    assert "王桂芳" in log
    assert "王桂芳" in pdf_text(school.admin.get(f"{session}/certificates.pdf").data)
    paper = school.admin.submit(f"{session}/invitations.pdf", {}, page=session)
    assert "石根生" in pdf_text(paper.data)
    [row] = school.rows(Attendance, guardian_id=school.grandfather.id)
    assert row.invited_way == "paper"


def test_attendance_goes_out_as_a_spreadsheet(school: School) -> None:
    session = school.plan()
    school.mark(session, [school.grandmother])
    book = openpyxl.load_workbook(BytesIO(school.admin.get(f"{school.at}/attendance.xlsx").data))
    words = [str(cell.value) for row in book.worksheets[0] for cell in row]
    assert "王桂芳" in words


def test_teachers_earn_credits(school: School) -> None:
    course = {"kind": "staff", "title": "班主任心理技能", "credits": "2.5"}
    assert school.admin.submit(f"{school.at}/courses/new", course).status_code == 302
    [made] = school.rows(Course)
    session = school.plan(course=str(made.id), title="")
    teacher = school.world.person(school.center, "mentor", "north", name="赵满仓")
    sent = school.admin.submit(f"{session}/staff", {"staff": [str(teacher.id)]})
    assert sent.status_code == 302, sent.text
    assert ">2.5<" in school.admin.get(f"{school.at}/credits").text
    [entry] = [e for e in school.rows(Entry) if e.on_behalf_of_id == teacher.id]
    assert entry.kind == "guardian_training.staff"
    school.admin.submit(f"{session}/staff", {})
    assert ">2.5<" not in school.admin.get(f"{school.at}/credits").text


def test_a_class_teacher_holds_the_own_class_only(school: School) -> None:
    world, center = school.world, school.center
    other = world.homeroom(center, "north", number=2)
    pupil = world.child(center, "north", name="高小远", homeroom=other)
    stranger = world.guardian(center, pupil, name="高奶奶", relation="grandmother")
    teacher = world.client(
        world.person(center, "homeroom_teacher", "north", homerooms=(school.room,))
    )
    own = school.plan(teacher, homeroom=str(school.room), kind="meeting", title="期初家长会")
    whole = school.plan()
    listed = teacher.get(f"{whole}/attendance").text
    assert "王桂芳" in listed
    assert "高奶奶" not in listed
    data = {"shown": [str(stranger.id)], "present": [str(stranger.id)], "way": "list"}
    teacher.submit(f"{whole}/attendance", data)
    assert school.rows(Entry) == []
    assert teacher.submit(f"{whole}/close", {"summary": ""}, page=own).status_code == 403
    assert teacher.submit(f"{own}/close", {"summary": ""}, page=own).status_code == 302
    sent = teacher.submit(
        f"{school.at}/sessions/new",
        {"title": "x", "kind": "training", "homeroom": "", "day": TODAY.isoformat(),
         "mode": "hall", "course": ""},
    )  # fmt: skip
    assert sent.status_code in (403, 422)


def test_who_is_kept_away_from_a_child_is_not_invited(school: School) -> None:
    with school.world.inside(school.center.scope) as ctx:
        bond = ctx.session.scalars(
            select(Guardianship).where(Guardianship.guardian_id == school.grandfather.id)
        ).one()
        bond.barred, bond.barred_reason = True, "法院裁定"
    session = school.plan()
    assert "石根生" not in school.admin.get(f"{session}/attendance").text


@pytest.mark.parametrize("more", [0, 12])
def test_pages_cost_the_same_for_any_number_of_guardians(school: School, more: int) -> None:
    world, center = school.world, school.center
    for number in range(more):
        pupil = world.child(center, "north", name=f"甲{number}", homeroom=school.room)
        world.guardian(center, pupil, name=f"奶奶{number}", relation="grandmother")
    session = school.plan()
    school.mark(session, [school.grandmother])
    costs: dict[str, int] = {}
    for page in ("", "/never", "/make-up", "/attendance", "/courses", "/credits"):
        with school.world.app.app_context(), counted(school.world.app) as sent:
            school.admin.get(f"{school.at}{page}")
        costs[page] = len(sent)
    for page in ("", "/attendance"):
        with school.world.app.app_context(), counted(school.world.app) as sent:
            school.admin.get(f"{session}{page}")
        costs[f"session{page}"] = len(sent)
    assert all(cost <= _MOST for cost in costs.values()), costs


def test_the_demonstration_has_a_term_with_people_who_never_came(school: School) -> None:
    for number in range(9):
        pupil = school.world.child(school.center, "north", name=f"乙{number}", homeroom=school.room)
        school.world.guardian(school.center, pupil, name=f"爷爷{number}", relation="grandfather")
    with school.world.inside(school.center.school_scope("north")) as ctx:
        demo.load(ctx, school.center.schools["north"], 120)
    page = school.admin.get(school.at).text
    assert "和孙辈好好说话" in page
    kinds = {entry.kind.rpartition(".")[2] for entry in school.rows(Entry)}
    assert {"session", "meeting", "makeup", "staff"} <= kinds


def test_the_digest_names_sessions_that_nobody_closed(school: School) -> None:
    head = school.world.person(school.center, "school_admin", "north")
    school.plan(day=(TODAY - timedelta(days=2)).isoformat())
    monday = TODAY + timedelta(days=-TODAY.weekday() % 7 + 7)
    with school.world.inside(school.center.scope) as ctx:
        found = lines_for(ctx, [head.id], [school.center.schools["north"]], monday)
    assert [line.count for line in found[head.id]] == [1]
