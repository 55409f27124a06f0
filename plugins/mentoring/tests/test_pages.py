"""Pairing, plans and assessment as schools, mentors and centres use them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select

from app.accounts.models import Grant, GrantChild, Membership, Staff
from app.children.models import Child
from app.db.session import db
from app.host.models import ModuleSwitch
from app.kernel.clock import Clock
from app.ledger.models import Entry
from app.ledger.services import EntryFor, record
from app.tenancy.models import Term
from plugins.mentoring.models import Assessment, Helper, Plan
from tests.documents.readers import text as pdf_text
from tests.support.world import Browser, CenterHandle, Person, World

TODAY = Clock().today()
NAMES = ("石小满", "柳青青", "江小渔")


@dataclass
class School:
    """A class of three girls; the first two have a mentor each, the third has none."""

    world: World
    center: CenterHandle
    room: UUID
    children: dict[str, UUID]
    head: Person
    mentors: dict[str, Person] = field(default_factory=dict)

    @property
    def at(self) -> str:
        return f"/c/{self.center.slug}/s/north/m/mentoring"

    def of(self, name: str) -> str:
        return f"/c/{self.center.slug}/children/{self.children[name]}"

    def client(self, person: Person) -> Browser:
        return self.world.client(person)

    def grant(self, person: Person) -> UUID:
        with self.world.inside(self.center.scope) as ctx:
            wanted = (
                select(Grant.id)
                .join(Membership, Membership.id == Grant.membership_id)
                .where(Membership.staff_id == person.id)
            )
            return ctx.session.scalars(wanted).one()

    def open_pairings(self, name: str) -> list[UUID]:
        with self.world.inside(self.center.scope) as ctx:
            wanted = select(GrantChild.grant_id).where(
                GrantChild.child_id == self.children[name], GrantChild.ends_on.is_(None)
            )
            return list(ctx.session.scalars(wanted))

    def entries(self, kind: str) -> list[Entry]:
        with self.world.inside(self.center.scope) as ctx:
            return list(
                ctx.session.scalars(select(Entry).where(Entry.kind == kind).order_by(Entry.id))
            )

    def set(self, **values: Any) -> None:
        with self.world.inside(self.center.scope) as ctx:
            row = ctx.session.scalars(
                select(ModuleSwitch).where(ModuleSwitch.module == "mentoring")
            ).one()
            row.settings = row.settings | values

    def note(self, name: str, person: Person, day: date = TODAY, text: str = "在家") -> None:
        with self.world.inside(self.center.school_scope("north")) as ctx:
            child = ctx.session.scalars(select(Child).where(Child.id == self.children[name])).one()
            record(
                ctx, kind="note", happened_on=day, title="谈心", on_behalf_of_id=person.id,
                entries=[EntryFor(child, text=text)],
            )  # fmt: skip


@pytest.fixture
def school(world: World) -> School:
    center = world.center()
    world.enable(center, "north", "mentoring")
    room = world.homeroom(center, "north")
    children = {n: world.child(center, "north", name=n, homeroom=room) for n in NAMES}
    head = world.person(center, "school_admin", "north", name="钱有余")
    made = School(world, center, room, children, head)
    for child, name in zip(NAMES[:2], ("赵满仓", "孙谷雨"), strict=True):
        made.mentors[child] = world.person(
            center, "mentor", "north", children=(children[child],), name=name
        )
    with world.inside(center.scope) as ctx:
        for staff in ctx.session.scalars(select(Staff)):
            staff.sex = "female"
        ctx.session.add(
            Term(
                school_year=TODAY.year,
                number=1,
                starts_on=TODAY - timedelta(days=60),
                ends_on=TODAY + timedelta(days=60),
            )
        )
    return made


def test_the_school_sees_who_has_nobody_and_which_pairing_exists_in_name_only(
    school: School,
) -> None:
    school.note("石小满", school.mentors["石小满"], TODAY - timedelta(days=3))
    page = school.client(school.head).get(school.at).text
    unpaired = page.split('id="unpaired"')[1].split("</section>")[0]
    assert "江小渔" in unpaired
    assert "石小满" not in unpaired
    pairs = page.split('id="pairs"')[1]
    rows = {n: re.search(rf"<tr>(?:(?!</tr>).)*{n}.*?</tr>", pairs, re.S) for n in NAMES[:2]}
    assert rows["石小满"]
    assert "名存实亡" not in rows["石小满"][0]
    assert rows["柳青青"]
    assert "名存实亡" in rows["柳青青"][0]
    school.set(idle_days=9999)
    calm = school.client(school.head).get(school.at).text.split('id="pairs"')[1]
    assert "柳青青" in calm
    assert "名存实亡" not in calm


def test_the_proposal_is_shown_first_and_accepted_in_one_go(school: School) -> None:
    head = school.client(school.head)
    page = head.get(school.at + "/proposal").text
    chosen = re.search(r'name="(mentor-[^"]+)".*?value="([^"]+)" selected', page, re.S)
    assert chosen is not None
    assert school.open_pairings("江小渔") == []
    sent = head.submit(school.at + "/proposal", {chosen[1]: chosen[2]})
    assert sent.status_code == 302
    assert school.open_pairings("江小渔") == [UUID(chosen[2])]
    [entry] = school.entries("mentoring.pairing")
    assert entry.child_id == school.children["江小渔"]
    assert "江小渔" not in head.get(school.at + "/proposal").text


def test_nobody_is_proposed_beyond_the_limit(school: School) -> None:
    school.set(per_mentor=1)
    page = school.client(school.head).get(school.at + "/proposal").text
    assert "江小渔" in page
    assert " selected" not in page


def test_children_of_who_leaves_go_to_another_with_a_reason(school: School) -> None:
    leaving, taking = school.mentors["石小满"], school.mentors["柳青青"]
    head, name = school.client(school.head), f"mentor-{school.children['石小满']}"
    page = f"{school.at}/mentors/{leaving.id}"
    filled = head.get(page + f"?to={school.grant(taking)}").text
    assert f'value="{school.grant(taking)}" selected' in filled
    refused = head.submit(page, {name: str(school.grant(taking))})
    assert refused.status_code == 422
    assert school.open_pairings("石小满") == [school.grant(leaving)]
    sent = head.submit(page, {name: str(school.grant(taking)), "reason": "调往县城"})
    assert sent.status_code == 302
    assert school.open_pairings("石小满") == [school.grant(taking)]
    assert "调往县城" in head.get(page).text
    assert "调往县城" in head.get(school.of("石小满") + "/m/mentoring").text
    assert school.client(leaving).get(school.of("石小满") + "/").status_code == 404
    assert school.client(taking).get(school.of("石小满") + "/").status_code == 200


def test_a_pairing_ends_with_a_reason_and_its_mentor_sees_the_child_no_more(
    school: School,
) -> None:
    mentor = school.mentors["石小满"]
    page = f"{school.at}/mentors/{mentor.id}"
    fields = {f"mentor-{school.children['石小满']}": "", "reason": "家长已回乡"}
    assert school.client(school.head).submit(page, fields).status_code == 302
    assert school.open_pairings("石小满") == []
    assert school.client(mentor).get(school.of("石小满") + "/").status_code == 404


def test_somebody_from_outside_mentors_without_signing_in(school: School) -> None:
    head = school.client(school.head)
    fields = {"name": "周稻香", "sex": "female", "kind": "retired", "organisation": ""}
    assert head.submit(school.at + "/mentors/outside", fields).status_code == 422
    fields |= {"organisation": "乡关工委", "until": (TODAY + timedelta(days=90)).isoformat()}
    assert head.submit(school.at + "/mentors/outside", fields).status_code == 302
    page = head.get(school.at).text
    assert "周稻香" in page
    assert "乡关工委" in page
    with school.world.inside(school.center.scope) as ctx:
        staff = ctx.session.scalars(select(Staff).where(Staff.name == "周稻香")).one()
        assert staff.account_id is None
        grant = ctx.session.scalars(
            select(Grant)
            .join(Membership, Membership.id == Grant.membership_id)
            .where(Membership.staff_id == staff.id)
        ).one()
        assert (grant.role, grant.ends_on) == ("mentor", TODAY + timedelta(days=90))
    child = f"mentor-{school.children['江小渔']}"
    assert head.submit(school.at + "/proposal", {child: str(grant.id)}).status_code == 302
    outsider = Person("", "", "staff", staff.id, staff.id)
    school.note("江小渔", outsider)
    row = re.search(r"<tr>(?:(?!</tr>).)*江小渔.*?</tr>", head.get(school.at).text, re.S)
    assert row
    assert "名存实亡" not in row[0]


def test_two_mentors_see_nothing_of_each_other(school: School) -> None:
    one, other = school.mentors["石小满"], school.mentors["柳青青"]
    client = school.client(one)
    page = client.get(school.at).text
    assert "石小满" in page
    assert "柳青青" not in page
    assert "江小渔" not in page
    assert "孙谷雨" not in page
    assert client.get(f"{school.at}/assessment/{one.id}").status_code == 200
    for path in (
        f"{school.at}/mentors/{other.id}", f"{school.at}/assessment/{other.id}",
        f"{school.at}/assessment/{other.id}/rows/contacts", school.of("柳青青") + "/m/mentoring",
    ):  # fmt: skip
        assert client.get(path).status_code == 404, path
    assert client.get(school.at + "/proposal").status_code == 403
    all_ = client.get(school.at + "/assessment")
    assert (all_.status_code, all_.location) == (302, f"{school.at}/assessment/{one.id}")
    sent = client.submit(
        f"{school.at}/assessment/{other.id}/statement", {"statement": "不是我"},
        page=school.of("石小满") + "/m/mentoring/plans/new/support",
    )  # fmt: skip
    assert sent.status_code == 404
    with school.world.inside(school.center.scope) as ctx:
        assert ctx.session.scalars(select(Assessment)).all() == []


def test_a_support_plan_has_goals_and_reviews_and_is_printed(school: School) -> None:
    mentor = school.client(school.mentors["石小满"])
    plans = school.of("石小满") + "/m/mentoring"
    begun = mentor.submit(
        plans + "/plans/new/support",
        {"situation": "数学跟不上，爱画画", "starts_on": TODAY.isoformat()},
    )
    assert begun.status_code == 302
    page = begun.location
    goal = {"goal": "每天完成口算", "steps": "午间辅导", "due_on": TODAY.isoformat()}
    assert mentor.submit(page + "/goals", goal, page=page).status_code == 302
    with school.world.inside(school.center.scope) as ctx:
        [plan] = ctx.session.scalars(select(Plan)).all()
        goal_id = plan.goals[0].id
    fields = {"goal": str(goal_id), "result": "better", "text": "错题少了一半"}
    fields["happened_on"] = (TODAY + timedelta(days=2)).isoformat()
    future = mentor.submit(page + "/reviews", fields, page=page)
    assert future.status_code == 422
    fields["happened_on"] = TODAY.isoformat()
    assert mentor.submit(page + "/reviews", fields, page=page).status_code == 302
    [entry] = school.entries("mentoring.plan_review")
    assert (entry.text, entry.audience) == ("错题少了一半", "staff")
    for words in ("错题少了一半", "每天完成口算"):
        assert words in mentor.get(page).text
        assert words in pdf_text(mentor.get(page + ".pdf").data)
    assert "帮扶计划" in mentor.get(school.of("石小满") + "/").text
    assert mentor.submit(page + "/close", {"outcome": "跟上了"}, page=page).status_code == 302
    assert mentor.submit(page + "/goals", goal, page=plans + "/plans/new/support").status_code == (
        422
    )


def test_an_individual_plan_is_read_by_few(school: School) -> None:
    head = school.client(school.head)
    plans = school.of("石小满") + "/m/mentoring"
    begun = head.submit(
        plans + "/plans/new/individual",
        {"situation": "多次逃课", "starts_on": TODAY.isoformat()},
    )
    page = begun.location
    fields = {"result": "same", "text": "仍有一次", "happened_on": TODAY.isoformat()}
    assert head.submit(page + "/reviews", fields, page=page).status_code == 302
    [entry] = school.entries("mentoring.individual_review")
    assert entry.audience_permission == "mentoring.plan_restricted"
    mentor = school.client(school.mentors["石小满"])
    assert mentor.get(page).status_code == 404
    assert mentor.get(page + ".pdf").status_code == 404
    assert mentor.get(plans + "/plans/new/individual").status_code == 403
    for path in (plans, school.of("石小满") + "/", school.of("石小满") + "/timeline"):
        assert "逃课" not in mentor.get(path).text
        assert "仍有一次" not in mentor.get(path).text
    assert "仍有一次" in head.get(page).text


def test_a_pupil_helps_and_nobody_sees_more_for_it(school: School) -> None:
    head = school.client(school.head)
    page = school.of("石小满") + "/m/mentoring"
    helper = school.children["柳青青"]
    sent = head.submit(page + "/helpers/new", {"helper": str(helper), "kind": "hand_in_hand"})
    assert sent.status_code == 302
    assert "手拉手" in head.get(page).text
    mentor = school.client(school.mentors["石小满"])
    assert "柳青青" not in mentor.get(page).text
    with school.world.inside(school.center.scope) as ctx:
        row = ctx.session.scalars(select(Helper)).one()
    assert head.submit(f"{page}/helpers/{row.id}/end", {}, page=page).status_code == 302
    with school.world.inside(school.center.scope) as ctx:
        assert ctx.session.scalars(select(Helper)).one().ends_on is not None


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
    for what, count in (("late", "8 / 9"), ("many", "9 / 9"), ("contacts", "")):
        assert re.search(rf"/rows/{what}[^>]*>{count}", facts), what
    rows = head.get(f"{page}/rows/late").text
    assert rows.count("<tr>") == 1 + 8
    assert own.get(f"{page}/rows/duties").status_code == 200
    sent = own.submit(page + "/explain", {"fact": "late", "text": "村里断网一周"}, page=page)
    assert sent.status_code == 302
    assert "村里断网一周" in head.get(page).text
    school.set(late_days=30)
    assert re.search(r"/rows/late[^>]*>0 / 9", own.get(page).text)


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
    assert re.search(r"/rows/before[^>]*>1 / 1", page)
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


def test_switched_off_the_module_is_gone_and_pairings_stay(school: School) -> None:
    with school.world.inside(school.center.scope) as ctx:
        row = ctx.session.scalars(
            select(ModuleSwitch).where(ModuleSwitch.module == "mentoring")
        ).one()
        row.enabled = False
    head = school.client(school.head)
    for path in ("", "/proposal", "/assessment"):
        assert head.get(school.at + path).status_code == 404
    assert head.get(school.of("石小满") + "/m/mentoring").status_code == 404
    mentor = school.client(school.mentors["石小满"])
    assert mentor.get(school.of("石小满") + "/").status_code == 200


def _queries(school: School, client: Browser, path: str) -> int:
    seen: list[str] = []
    with school.world.app.app_context():
        engine = db.engine

    def note(*args: Any) -> None:
        seen.append(args[2])

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


@pytest.mark.parametrize("path", ["", "/proposal", "/assessment", "/mentor"])
def test_pages_ask_as_often_for_many_children_as_for_few(school: School, path: str) -> None:
    head, person = school.client(school.head), school.mentors["石小满"]
    at = school.at + (f"/mentors/{person.id}" if path == "/mentor" else path)
    head.get(at)
    before = _queries(school, head, at)
    more = [
        school.world.child(school.center, "north", name=f"石小{n}", homeroom=school.room)
        for n in "一二三四五六"
    ]
    for child in more[:3]:
        school.world.person(school.center, "mentor", "north", children=(child,), name="吴大海")
    with school.world.inside(school.center.scope) as ctx:
        ctx.session.add(
            GrantChild(
                school_id=school.center.schools["north"],
                grant_id=school.grant(person),
                child_id=more[3],
                starts_on=date(TODAY.year, 9, 1),
            )
        )
    school.note("石小满", person)
    assert _queries(school, head, at) == before
