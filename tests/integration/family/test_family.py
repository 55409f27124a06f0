"""A guardian reads the own children's page and nothing of any other family."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from library_loans.services import lend
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from app.accounts.models import Staff
from app.children.models import Child
from app.db.scope import Reach, Scope
from app.kernel.access import Actor
from app.kernel.clock import Clock
from app.ledger.models import Confirmation, Entry
from app.ledger.services import EntryFor, Upload, attach, record
from app.notify.models import Notice
from tests.support.world import CenterHandle, World

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def _write(world: World, center: CenterHandle, child_id: UUID, text: str, **values: Any) -> Entry:
    with world.inside(center.scope) as ctx:
        child = ctx.session.scalars(select(Child).where(Child.id == child_id)).one()
        act = record(
            ctx,
            kind="note",
            happened_on=datetime.now(UTC).date(),
            title="近况",
            entries=[EntryFor(child, text=text)],
            **values,
        )
        attach(ctx, act, Upload("照片.png", PNG))
        return act.entries[0]


def _lend(world: World, center: CenterHandle, child_id: UUID, book: str) -> UUID:
    with world.inside(center.scope) as ctx:
        child = ctx.session.scalars(select(Child).where(Child.id == child_id)).one()
        return lend(ctx, child, book).id


def test_two_families_never_see_each_other(world: World) -> None:
    center = world.center()
    ours, theirs = (
        world.child(center, "north", name="石小满"),
        world.child(center, "north", name="柳青青"),
    )
    for child_id, said in ((ours, "小满会背古诗了"), (theirs, "青青学会骑车了")):
        _write(world, center, child_id, said, audience="guardian")
    family = world.client(world.guardian(center, ours, account=True))
    page = family.get(f"/family/{center.slug}/").text
    assert "小满会背古诗了" in page
    assert "青青" not in page
    at = f"/family/{center.slug}/children/{theirs}"
    with world.inside(center.scope) as ctx:
        entry = ctx.session.scalars(select(Entry).where(Entry.child_id == theirs)).one()
        file_id = entry.act.attachments[0].id
    assert family.get(f"{at}/attachments/{file_id}").status_code == 404
    sent = family.submit(
        f"{at}/entries/{entry.id}/answer", {"answer": "yes"}, page=f"/family/{center.slug}/"
    )
    assert sent.status_code == 404


def test_what_staff_write_for_themselves_is_not_shown(world: World) -> None:
    center = world.center()
    child_id = world.child(center, "north")
    entry = _write(world, center, child_id, "只给老师看")
    family = world.client(world.guardian(center, child_id, account=True))
    assert "只给老师看" not in family.get(f"/family/{center.slug}/").text
    with world.inside(center.scope) as ctx:
        found = ctx.session.scalars(select(Entry).where(Entry.id == entry.id)).one()
        file_id = found.act.attachments[0].id
    at = f"/family/{center.slug}/children/{child_id}/attachments/{file_id}"
    assert family.get(at).status_code == 404


def test_the_page_says_class_teacher_and_school_with_numbers_to_call(world: World) -> None:
    center = world.center()
    room = world.homeroom(center, "north")
    child_id = world.child(center, "north", homeroom=room)
    world.person(center, "homeroom_teacher", "north", homerooms=(room,), name="赵满仓")
    world.person(center, "mentor", "north", children=(child_id,), name="钱多多")
    page = world.client(world.guardian(center, child_id, account=True)).get(
        f"/family/{center.slug}/"
    )
    assert "三（1）班" in page.text
    assert "赵满仓" in page.text
    assert "钱多多" not in page.text


def test_a_guardian_confirms_once_and_may_contest_with_a_word(world: World) -> None:
    center = world.center()
    child_id = world.child(center, "north")
    world.enable(center, "north", "library_loans")
    entry_id = _lend(world, center, child_id, "《草房子》")
    guardian = world.guardian(center, child_id, account=True)
    family = world.client(guardian)
    home = f"/family/{center.slug}/"
    at = f"/family/{center.slug}/children/{child_id}/entries/{entry_id}/answer"
    assert f"/entries/{entry_id}/answer" in family.get(home).text
    for _twice in range(2):
        assert family.submit(at, {"answer": "yes"}, page=home).status_code == 302
    assert f"/entries/{entry_id}/answer" not in family.get(home).text
    sent = family.submit(at, {"answer": "contest", "note": "书没有拿到"}, page=home)
    assert sent.status_code == 302
    with world.inside(center.scope) as ctx:
        rows = ctx.session.scalars(select(Confirmation).order_by(Confirmation.at)).all()
        assert [(row.answer, row.guardian_id) for row in rows] == [
            ("yes", guardian.id),
            ("contest", guardian.id),
        ]
    admin = world.client(world.person(center, "school_admin", "north"))
    assert "书没有拿到" in admin.get(f"/c/{center.slug}/children/{child_id}/timeline").text


def test_who_wrote_it_and_the_head_hear_once_that_a_family_contests(world: World) -> None:
    center = world.center()
    world.enable(center, "north", "home_contact")
    child_id = world.child(center, "north")
    mentor = world.person(center, "mentor", "north", children=(child_id,))
    head = world.person(center, "school_admin", "north")
    others = [
        world.person(center, "school_admin", "south"),
        world.person(center, "counsellor", "north"),
    ]
    visit = f"/c/{center.slug}/children/{child_id}/m/home_contact/new?kind=visit"
    wrote = world.client(mentor)
    fields = {"outcome": "done", "happened_on": Clock().today().isoformat()}
    assert wrote.submit(visit, fields).status_code == 302
    family = world.client(world.guardian(center, child_id, account=True))
    home = f"/family/{center.slug}/"
    with world.inside(center.scope) as ctx:
        entry_id = ctx.session.scalars(select(Entry.id)).one()
    at = f"{home}children/{child_id}/entries/{entry_id}/answer"
    for answer in ("yes", "contest", "yes", "contest"):
        assert family.submit(at, {"answer": answer}, page=home).status_code == 302
    for person in (mentor, head):
        told = world.client(person).get(f"/c/{center.slug}/notices").text
        assert told.count("家长说没有这回事") == 1
    with world.inside(Scope.center(center.id, mentor.account_id)) as ctx:
        notice = ctx.session.scalars(select(Notice)).one()
        assert notice.url == f"/c/{center.slug}/children/{child_id}/timeline#entry-{entry_id}"
    for person in others:
        assert "家长说没有这回事" not in world.client(person).get(f"/c/{center.slug}/notices").text


def test_one_guardian_sees_children_of_two_schools_on_one_page(world: World) -> None:
    center = world.center()
    first = world.child(center, "north", name="石小满")
    second = world.child(center, "south", name="石小圆")
    family = world.client(world.guardian(center, first, second, account=True))
    page = family.get(f"/family/{center.slug}/").text
    assert "石小满" in page
    assert "石小圆" in page


def test_staff_pages_are_closed_to_guardians_and_the_other_way_round(world: World) -> None:
    center = world.center()
    child_id = world.child(center, "north")
    family = world.client(world.guardian(center, child_id, account=True))
    admin = world.client(world.person(center, "school_admin", "north"))
    assert family.get(f"/c/{center.slug}/children/{child_id}/timeline").status_code == 404
    assert admin.get(f"/family/{center.slug}/").status_code == 404


def test_the_database_tells_a_family_the_class_of_its_own_children_only(world: World) -> None:
    center = world.center()
    room = world.homeroom(center, "north")
    ours = world.child(center, "north", homeroom=room)
    world.child(center, "north", name="柳青青", homeroom=room)
    reach = Scope(Reach.FAMILY, center.id, (center.schools["north"],), (ours,))
    with world.inside(reach) as ctx:
        rows = ctx.session.execute(text("SELECT child_id FROM own_classes(current_date)")).all()
        assert [row.child_id for row in rows] == [ours]
        with pytest.raises(ProgrammingError):
            ctx.session.execute(text("SELECT 1 FROM placement"))
        ctx.session.rollback()


def test_a_family_reads_of_the_staff_only_who_wrote_to_it(world: World) -> None:
    """The database itself keeps names, telephones and staff numbers of the others."""
    center = world.center()
    room = world.homeroom(center, "north")
    child = world.child(center, "north", homeroom=room)
    teacher = world.person(center, "homeroom_teacher", "north", homerooms=(room,), name="方老师")
    writer = world.person(center, "mentor", "north", children=(child,), name="陶静")
    world.person(center, "counsellor", "north", name="旁人")
    with world.inside(center.scope) as ctx:
        ctx.session.scalars(select(Staff).where(Staff.id == teacher.id)).one().phone = "19900000711"
    with world.inside(center.scope) as ctx:
        ctx.actor = Actor("陶静", writer.account_id, writer.id)
        own = ctx.session.scalars(select(Child).where(Child.id == child)).one()
        day = datetime.now(UTC).date()
        told = [EntryFor(own, text="小满会背古诗了")]
        record(ctx, kind="note", happened_on=day, title="近况", entries=told, audience="guardian")
    parent = world.guardian(center, child, account=True)
    page = world.client(parent).get(f"/family/{center.slug}/").text
    for shown in ("方老师", "19900000711", "陶静"):
        assert shown in page
    scope = Scope(Reach.FAMILY, center.id, (center.schools["north"],), (child,), parent.account_id)
    with world.inside(scope) as ctx:
        assert ctx.session.execute(text("SELECT name FROM staff")).scalars().all() == ["陶静"]
    for column in (Staff.phone, Staff.number, Staff.email, Staff.account_id):
        with pytest.raises(ProgrammingError, match="permission denied"), world.inside(scope) as ctx:
            ctx.session.execute(select(column))
