"""Sessions are planned, people invited and signed in; who did not come is made up for."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import select

from app.sdk import Attachment, Entry, Guardianship
from app.sdk.testing.papers import text as pdf_text
from app.sdk.testing.schools import counted
from plugins.guardian_training import demo
from plugins.guardian_training.digest import lines_for
from plugins.guardian_training.models import Attendance, Course, TrainingSession
from plugins.guardian_training.tests.school import PNG, TODAY, School

_MOST = 12


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
