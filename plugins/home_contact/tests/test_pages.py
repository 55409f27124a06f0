"""Contacts are written down on a page, shown to who looks after the child, and to the family."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from sqlalchemy import event, select

from app.children.family import families
from app.children.models import Child, GuardianPhone, ParentStatus
from app.db.session import db
from app.host.context import Ctx
from app.kernel.clock import CHINA, Clock
from app.ledger.models import Attachment, Entry
from app.tenancy.models import Term
from plugins.home_contact import demo
from plugins.home_contact.kinds import KINDS
from plugins.home_contact.models import Contact, NextStep
from tests.documents.readers import text as pdf_text
from tests.support.world import Browser, CenterHandle, Person, World

TODAY = Clock().today()
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@dataclass
class School:
    """A class of two children with a teacher, each child with a mentor and a father."""

    world: World
    center: CenterHandle
    room: UUID
    children: dict[str, UUID]
    fathers: dict[str, Person]
    teacher: Person
    mentors: dict[str, Person] = field(default_factory=dict)

    @property
    def at(self) -> str:
        return f"/c/{self.center.slug}/s/north/m/home_contact"

    def of(self, name: str) -> str:
        return f"/c/{self.center.slug}/children/{self.children[name]}"

    def new(self, name: str, kind: str = "visit") -> str:
        return f"{self.of(name)}/m/home_contact/new?kind={kind}"

    def client(self, person: Person) -> Browser:
        return self.world.client(person)

    def entries(self, **wanted: Any) -> list[Entry]:
        with self.world.inside(self.center.scope) as ctx:
            return list(
                ctx.session.scalars(select(Entry).filter_by(**wanted).order_by(Entry.id)).all()
            )

    def phone(self, name: str) -> GuardianPhone:
        with self.world.inside(self.center.scope) as ctx:
            return ctx.session.scalars(
                select(GuardianPhone).where(GuardianPhone.guardian_id == self.fathers[name].id)
            ).one()


@pytest.fixture
def school(world: World) -> School:
    center = world.center()
    world.enable(center, "north", "home_contact")
    room = world.homeroom(center, "north")
    names = ("石小满", "柳青青")
    children = {n: world.child(center, "north", name=n, homeroom=room) for n in names}
    fathers = {
        n: world.guardian(center, children[n], name=f"{n[0]}大山", account=True) for n in names
    }
    teacher = world.person(center, "homeroom_teacher", "north", homerooms=(room,), name="赵满仓")
    made = School(world, center, room, children, fathers, teacher)
    for n in names:
        made.mentors[n] = world.person(center, "mentor", "north", children=(children[n],))
    return made


def visit(**values: Any) -> dict[str, Any]:
    """Return what the form sends of a visit today."""
    return {"outcome": "done", "happened_on": TODAY.isoformat()} | values


def test_a_mentor_writes_a_visit_down_with_nothing_but_save(school: School) -> None:
    mentor = school.client(school.mentors["石小满"])
    page = mentor.get(school.of("石小满") + "/").text
    assert f"{school.of('石小满')}/m/home_contact/new" in page
    assert f'href="{school.at}"' in page
    shown = mentor.get(school.new("石小满")).text
    assert f'value="{TODAY.isoformat()}"' in shown
    checked = re.findall(r'<input checked[^>]*name="(\w+)"', shown)
    assert {"outcome", "adult"} <= set(checked)
    sent = mentor.submit(school.new("石小满"), visit())
    assert (sent.status_code, sent.location) == (302, school.of("石小满") + "/")
    [entry] = school.entries(kind="home_contact.visit")
    assert (entry.child_id, entry.happened_on) == (school.children["石小满"], TODAY)
    assert entry.recorded_by_id == school.mentors["石小满"].id


def test_a_visit_keeps_all_that_was_told(school: School) -> None:
    teacher = school.client(school.teacher)
    colleague = school.mentors["柳青青"]
    sent = teacher.submit(
        school.new("石小满"),
        visit(
            adult=str(school.fathers["石小满"].id), text="奶奶身体好", ticks=["alone", "hardship"],
            next_step="帮助申请补助", next_on=(TODAY + timedelta(days=7)).isoformat(),
            on_behalf_of=str(colleague.id), photo=(BytesIO(PNG), "门口.png"),
        ),
    )  # fmt: skip
    assert sent.status_code == 302, sent.text
    [entry] = school.entries()
    assert (entry.guardian_id, entry.text) == (school.fathers["石小满"].id, "奶奶身体好")
    assert entry.on_behalf_of_id == colleague.id
    with school.world.inside(school.center.scope) as ctx:
        row = ctx.session.scalars(select(Contact)).one()
        step = ctx.session.scalars(select(NextStep)).one()
        assert row.ticks == ["alone", "hardship"]
        assert (step.text, step.due_on) == ("帮助申请补助", TODAY + timedelta(days=7))
        assert ctx.session.scalars(select(Attachment)).one().media_type == "image/png"
    tab = teacher.get(school.of("石小满") + "/?tab=home_contact").text
    for words in ("奶奶身体好", "帮助申请补助"):
        assert words in tab
    assert "门口.png" in teacher.get(school.of("石小满") + "/").text


def test_calls_age_a_number_until_a_new_one_is_asked_for(school: School) -> None:
    mentor = school.client(school.mentors["石小满"])
    value = f"{school.fathers['石小满'].id}.{school.phone('石小满').id}"
    call = school.new("石小满", "call")
    for tries in (1, 2, 3):
        sent = mentor.submit(call, visit(outcome="not_reached", adult=value))
        assert sent.status_code == 302, sent.text
        assert school.phone("石小满").failed_tries == tries
    assert "向家里要新号码" in mentor.get(school.of("石小满") + "/").text
    board = mentor.get(f"{school.at}?ask=1").text
    assert "石小满" in board
    assert "要新号码" in board
    assert mentor.submit(call, visit(adult=value, minutes="12")).status_code == 302
    mentor.get(school.at)
    phone = school.phone("石小满")
    assert (phone.failed_tries, phone.last_reached_on) == (0, TODAY)
    assert "石小满" not in mentor.get(f"{school.at}?ask=1").text.split("<tbody")[-1]


def test_a_visit_that_met_nobody_names_nobody(school: School) -> None:
    mentor = school.client(school.mentors["石小满"])
    father = str(school.fathers["石小满"].id)
    sent = mentor.submit(school.new("石小满"), visit(outcome="not_reached", adult=father))
    assert sent.status_code == 302
    assert school.entries()[0].guardian_id is None


def test_who_declines_has_answered(school: School) -> None:
    mentor = school.client(school.mentors["石小满"])
    value = f"{school.fathers['石小满'].id}.{school.phone('石小满').id}"
    call = school.new("石小满", "call")
    assert mentor.submit(call, visit(outcome="declined", adult=value)).status_code == 302
    assert school.phone("石小满").last_reached_on == TODAY


def test_wrong_input_is_refused_at_its_field_and_writes_nothing(school: School) -> None:
    mentor = school.client(school.mentors["石小满"])
    page = school.new("石小满", "call")
    stranger = str(school.fathers["柳青青"].id)
    wrong: dict[str, dict[str, Any]] = {
        "happened_on": {"happened_on": (TODAY + timedelta(days=1)).isoformat()},
        "outcome": {"outcome": "won"},
        "adult": {"adult": stranger},
        "minutes": {"minutes": "5000"},
        "next_on": {"next_step": "再去", "next_on": (TODAY - timedelta(days=1)).isoformat()},
        "next_step": {"next_on": TODAY.isoformat()},
        "photo": {"photo": (BytesIO(b"MZ"), "a.exe")},
        "on_behalf_of": {"on_behalf_of": str(UUID(int=7))},
    }
    for name, values in wrong.items():
        back = mentor.submit(page, visit(**values))
        assert back.status_code == 422, name
        assert f'href="#{name}' in back.text, name
    assert school.entries() == []


def test_brothers_and_sisters_share_one_act(school: School) -> None:
    father = school.fathers["石小满"]
    with school.world.inside(school.center.scope) as ctx:
        ours = ctx.session.get_one(Child, (school.center.id, school.children["柳青青"]))
        bond = type(ours.guardianships[0])
        ctx.session.add(
            bond(school_id=ours.school_id, child_id=ours.id, guardian_id=father.id,
                 relation="other", starts_on=date(2026, 9, 1))
        )  # fmt: skip
    teacher = school.client(school.teacher)
    assert str(school.children["柳青青"]) in teacher.get(school.new("石小满")).text
    sent = teacher.submit(
        school.new("石小满"),
        visit(children=str(school.children["柳青青"]), adult=str(father.id)),
    )
    assert sent.status_code == 302, sent.text
    entries = school.entries()
    assert len(entries) == 2
    assert len({entry.act_id for entry in entries}) == 1
    assert {entry.guardian_id for entry in entries} == {father.id}


def test_a_class_is_told_in_one_go(school: School) -> None:
    teacher = school.client(school.teacher)
    page = f"{school.at}/new?kind=round_table&homeroom={school.room}"
    none = teacher.submit(page, visit())
    assert none.status_code == 422
    sent = teacher.submit(page, visit(children=[str(i) for i in school.children.values()]))
    assert sent.status_code == 302, sent.text
    entries = school.entries(kind="home_contact.round_table")
    assert {entry.child_id for entry in entries} == set(school.children.values())
    assert len({entry.act_id for entry in entries}) == 1


def test_a_later_contact_closes_the_step_that_is_ticked(school: School) -> None:
    mentor = school.client(school.mentors["石小满"])
    mentor.submit(school.new("石小满"), visit(next_step="再去看奶奶"))
    mentor.submit(school.new("石小满", "call"), visit(next_step="问成绩"))
    shown = mentor.get(school.new("石小满")).text
    steps = {
        text: value
        for value, text in re.findall(r'name="closes"[^>]*value="([^"]+)"><span>([^<]+)', shown)
    }
    assert set(steps) == {"再去看奶奶", "问成绩"}
    away = visit(closes=list(steps.values()), outcome="not_reached")
    assert mentor.submit(school.new("石小满"), away).status_code == 302
    assert "再去看奶奶" in mentor.get(school.at).text
    assert (
        mentor.submit(school.new("石小满"), visit(closes=[steps["再去看奶奶"]])).status_code == 302
    )
    board = mentor.get(school.at).text
    assert "再去看奶奶" not in board
    assert "问成绩" in board
    done = f"{school.at}/steps/{steps['问成绩']}/done"
    stranger = school.client(school.mentors["柳青青"])
    assert stranger.submit(done, {}, page="/account/secret").status_code in (404, 403)
    assert mentor.submit(done, {}, page=school.at).status_code == 302
    assert "已办完：问成绩" in mentor.get(school.at).text
    assert "问成绩" not in mentor.get(school.at).text


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


def test_the_board_begins_with_who_was_never_reached(school: School) -> None:
    teacher = school.client(school.teacher)
    day = (TODAY - timedelta(days=45)).isoformat()
    teacher.submit(school.new("石小满"), visit(happened_on=day))
    teacher.submit(school.new("柳青青", "talk"), visit())
    rows = re.findall(r"children/[^\"]+\">(石小满|柳青青)<", teacher.get(school.at).text)
    assert rows == ["柳青青", "石小满"]
    shown = teacher.get(f"{school.at}?days=40").text
    assert "45 天" in shown
    assert "石小满" not in teacher.get(f"{school.at}?days=60").text.split("<tbody")[-1]
    sheet = openpyxl.load_workbook(BytesIO(teacher.get(f"{school.at}/board.xlsx").data)).active
    assert sheet is not None
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert any("石小满" in map(str, row) and 45 in row for row in values)


def test_contacts_are_filtered_and_exported(school: School) -> None:
    admin = school.client(school.world.person(school.center, "school_admin", "north"))
    teacher = school.client(school.teacher)
    teacher.submit(school.new("石小满"), visit(text="走访"))
    teacher.submit(school.new("柳青青", "talk"), visit(text="谈了谈"))
    both = admin.get(f"{school.at}/contacts").text
    assert "走访" in both
    assert "谈了谈" in both
    visits = admin.get(f"{school.at}/contacts?kind=home_contact.visit&person={school.teacher.id}")
    assert "走访" in visits.text
    assert "谈了谈" not in visits.text
    nobody = admin.get(f"{school.at}/contacts?person=nobody&homeroom=x&term=y")
    assert nobody.status_code == 200
    assert "走访" not in nobody.text
    body = admin.get(f"{school.at}/contacts.xlsx?kind=home_contact.talk").data
    sheet = openpyxl.load_workbook(BytesIO(body)).active
    assert sheet is not None
    words = {str(cell.value) for row in sheet.iter_rows() for cell in row}
    assert "谈了谈" in words
    assert "走访" not in words


def test_a_family_reads_visits_not_talks_and_says_whether_the_teacher_came(
    school: School,
) -> None:
    mentor = school.client(school.mentors["石小满"])
    mentor.submit(school.new("石小满", "talk"), visit(text="想爸爸了"))
    mentor.submit(school.new("石小满"), visit(text="没人在", outcome="not_reached"))
    family = school.client(school.fathers["石小满"])
    home = f"/family/{school.center.slug}/"
    assert "来过" not in family.get(home).text
    mentor.submit(school.new("石小满"), visit(text="看了作业"))
    page = family.get(home).text
    assert "看了作业" in page
    assert "想爸爸了" not in page
    assert "老师来家访了吗" in page
    entry = school.entries(kind="home_contact.visit", outcome="done")[0]
    at = f"{home}children/{school.children['石小满']}/entries/{entry.id}/answer"
    assert (
        family.submit(at, {"answer": "contest", "note": "那天没人来"}, page=home).status_code == 302
    )
    assert "老师来家访了吗" not in family.get(home).text
    assert "那天没人来" in mentor.get(school.of("石小满") + "/").text
    assert family.submit(at, {"answer": "yes"}, page=home).status_code == 302
    assert "家长已确认" in mentor.get(f"{school.at}/contacts").text
    other = school.client(school.fathers["柳青青"])
    assert "看了作业" not in other.get(home).text


def test_a_letter_is_printed_for_a_class_and_written_down_for_each_child(school: School) -> None:
    teacher = school.client(school.teacher)
    page = f"{school.at}/letters/new?homeroom={school.room}"
    shown = teacher.get(page).text
    assert "【孩子】" in shown
    everybody = [str(i) for i in school.children.values()]
    text = {
        "title": "致家长的一封信",
        "body": "【孩子】在【班级】很好。",
        "notices": "1月20日放假。",
    }
    looked = teacher.submit(page, text | {"children": everybody, "preview": "1"})
    assert (looked.status_code, looked.mimetype) == (200, "application/pdf")
    assert school.entries() == []
    sent = teacher.submit(page, text | {"children": everybody})
    assert sent.status_code == 302, sent.text
    entries = school.entries(kind="home_contact.letter")
    assert len(entries) == 2
    assert {entry.text for entry in entries} == {
        "石小满在三（1）班很好。\n1月20日放假。", "柳青青在三（1）班很好。\n1月20日放假。"
    }  # fmt: skip
    assert "打印" in teacher.get(sent.location).text
    words = pdf_text(teacher.get(f"{sent.location}/letters.pdf").data)
    for said in ("石小满", "柳青青", "赵满仓", "1月20日放假"):
        assert said in words.replace(" ", "")
    mentor = school.client(school.mentors["石小满"])
    own = pdf_text(mentor.get(f"{sent.location}/letters.pdf").data)
    assert "柳青青" not in own
    family = school.client(school.fathers["石小满"]).get(f"/family/{school.center.slug}/").text
    assert "石小满在三（1）班很好" in family


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


def test_a_contact_taken_back_leaves_board_list_and_follow_up(school: School) -> None:
    mentor = school.client(school.mentors["石小满"])
    mentor.submit(school.new("石小满"), visit(text="写错了", next_step="再去"))
    [entry] = school.entries()
    void = f"{school.of('石小满')}/entries/{entry.id}/void"
    assert mentor.submit(void, {"reason": "写错了人"}).status_code == 302
    board = mentor.get(school.at).text
    assert "再去" not in board
    assert "没有联系记录" in board
    assert "写错了" not in mentor.get(f"{school.at}/contacts").text


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


def test_a_counsellor_writes_a_talk_down_for_any_child_of_the_school(school: School) -> None:
    counsellor = school.client(school.world.person(school.center, "counsellor", "north"))
    for kind in KINDS:
        assert counsellor.get(school.new("石小满", kind)).status_code == 200, kind
        assert counsellor.get(f"{school.at}/new?kind={kind}").status_code == 200, kind
        sent = counsellor.submit(school.new("石小满", kind), visit())
        assert sent.status_code == 302, kind
    assert len(school.entries()) == len(KINDS)


def test_nobody_is_asked_about_a_visit_that_did_not_take_place(school: School) -> None:
    mentor = school.client(school.mentors["石小满"])
    mentor.submit(school.new("石小满"), visit(outcome="not_reached"))
    [entry] = school.entries()
    family = school.client(school.fathers["石小满"])
    home = f"/family/{school.center.slug}/"
    at = f"{home}children/{school.children['石小满']}/entries/{entry.id}/answer"
    mentor.submit(school.new("石小满"), visit())
    assert family.submit(at, {"answer": "yes"}, page=home).status_code >= 400
    assert "家长已确认" not in mentor.get(f"{school.at}/contacts").text


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
    assert sum(wait <= 1 for wait in waits) > len(waits) * 0.8


def confirm_away(ctx: Ctx, child_id: UUID) -> None:
    """Say that the father of a child works away from home."""
    [adult] = families(ctx, [child_id])[child_id]
    ctx.session.add(
        ParentStatus(
            guardian_id=adult.guardian.id, away="yes", away_since=date(2025, 1, 1),
            confirmed_on=date(2026, 9, 1), source="staff",
        )
    )  # fmt: skip


def test_more_children_and_contacts_cost_no_more_queries(school: School) -> None:
    teacher = school.client(school.teacher)
    pages = (school.at, f"{school.at}/contacts", school.new("石小满"), school.of("石小满") + "/")
    for n in school.children:
        teacher.submit(school.new(n), visit(text="一", next_step="二"))
    statements: list[str] = []

    def note(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    with school.world.app.app_context():
        engine = db.engine
    costs = []
    for _more in range(2):
        event.listen(engine, "before_cursor_execute", note)
        for address in pages:
            assert teacher.get(address).status_code == 200
        event.remove(engine, "before_cursor_execute", note)
        costs.append(len(statements))
        statements.clear()
        for name in ("白云飞", "赵梓萱", "钱浩然"):
            made = school.world.child(school.center, "north", name=name, homeroom=school.room)
            school.world.guardian(school.center, made)
            school.children[name] = made
            teacher.submit(school.new(name), visit(text="一", next_step="二"))
            teacher.submit(school.new("石小满", "call"), visit(text="三", next_step="四"))
    assert costs[0] == costs[1]
