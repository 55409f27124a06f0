"""What is written into the ledger stays, and only who may reads it."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from app.children.models import Child
from app.host.context import Ctx
from app.kernel.errors import Refused
from app.ledger.models import Attachment, Entry
from app.ledger.queries import entry_of, timeline
from app.ledger.services import EntryFor, Upload, attach, confirm, correct, record, void
from tests.support.world import World

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
TODAY = date.today()  # noqa: DTZ011


def _child(ctx: Ctx, child_id: object) -> Child:
    return ctx.session.scalars(select(Child).where(Child.id == child_id)).one()


def _file_of(ctx: Ctx, act_id: object) -> object:
    return ctx.session.scalars(select(Attachment.id).where(Attachment.act_id == act_id)).one()


def _note(ctx: Ctx, child: Child, **values: object) -> Entry:
    act = record(
        ctx,
        kind="note",
        happened_on=values.pop("happened_on", TODAY),  # type: ignore[arg-type]
        title="谈话",
        entries=[EntryFor(child, text=str(values.pop("text", "聊了作业")))],
        **values,  # type: ignore[arg-type]
    )
    return act.entries[0]


def test_one_act_with_two_children_gives_each_an_entry_of_its_own(world: World) -> None:
    center = world.center()
    ids = [world.child(center, "north"), world.child(center, "south")]
    with world.inside(center.scope) as ctx:
        children = [_child(ctx, i) for i in ids]
        act = record(
            ctx,
            kind="note",
            happened_on=TODAY,
            title="家访",
            entries=[EntryFor(c) for c in children],
        )
        assert [e.child_id for e in act.entries] == ids
        assert [e.school_id for e in act.entries] == [c.school_id for c in children]
        assert all(e.root_id == e.id for e in act.entries)


def test_the_future_is_not_recorded(world: World) -> None:
    center = world.center()
    child_id = world.child(center, "north")
    with world.inside(center.scope) as ctx, pytest.raises(Refused) as refused:
        _note(ctx, _child(ctx, child_id), happened_on=TODAY + timedelta(days=2))
    assert refused.value.field == "happened_on"


def test_a_correction_replaces_and_keeps_when_it_was_first_written(world: World) -> None:
    center = world.center()
    child_id = world.child(center, "north")
    with world.inside(center.scope) as ctx:
        child = _child(ctx, child_id)
        first = _note(ctx, child, text="聊了做业")
        attach(ctx, first.act, Upload("照片.png", PNG))
        fresh = correct(ctx, first, reason="错字", text="聊了作业")
        assert (fresh.root_id, fresh.replaces_id) == (first.id, first.id)
        assert fresh.first_recorded_at == first.first_recorded_at
        shown = timeline(ctx, child).rows
        assert [item.entry.text for item in shown] == ["聊了作业"]
        assert [a.name for a in shown[0].attachments] == ["照片.png"]
        assert ctx.session.scalar(select(Entry.void_reason).where(Entry.id == first.id)) == "错字"


def test_what_is_taken_back_leaves_the_timeline_and_needs_a_reason(world: World) -> None:
    center = world.center()
    child_id = world.child(center, "north")
    with world.inside(center.scope) as ctx:
        child = _child(ctx, child_id)
        entry = _note(ctx, child)
        with pytest.raises(Refused):
            void(ctx, entry, reason="  ")
        void(ctx, entry, reason="写错了孩子")
        assert timeline(ctx, child).total == 0
        with pytest.raises(Refused):
            void(ctx, entry, reason="又一次")


def test_what_was_written_more_than_a_week_later_is_marked(world: World) -> None:
    center = world.center()
    child_id = world.child(center, "north")
    with world.inside(center.scope) as ctx:
        child = _child(ctx, child_id)
        _note(ctx, child, happened_on=TODAY - timedelta(days=9))
        _note(ctx, child, happened_on=TODAY - timedelta(days=3))
        assert [item.late for item in timeline(ctx, child).rows] == [False, True]


@pytest.mark.parametrize(
    ("name", "body"),
    [("a.png", b"<svg onload=alert(1)>"), ("a.jpg", b"MZ..."), ("a.pdf", b"")],
)
def test_only_photos_and_pdf_are_attached_whatever_the_name_says(
    world: World, name: str, body: bytes
) -> None:
    center = world.center()
    child_id = world.child(center, "north")
    with world.inside(center.scope) as ctx:
        entry = _note(ctx, _child(ctx, child_id))
        with pytest.raises(Refused):
            attach(ctx, entry.act, Upload(name, body))


def test_a_note_for_few_is_hidden_from_all_others(world: World) -> None:
    center = world.center()
    child_id = world.child(center, "north")
    world.enable(center, "north", "library_loans")
    with world.inside(center.scope) as ctx:
        act = record(
            ctx,
            kind="library_loans.worry",
            happened_on=TODAY,
            title="担心",
            entries=[EntryFor(_child(ctx, child_id), text="只有少数人能看")],
        )
        attach(ctx, act, Upload("条子.png", PNG))
        with pytest.raises(ValueError, match="worry"):
            record(
                ctx,
                kind="library_loans.worry",
                happened_on=TODAY,
                title="担心",
                entries=[EntryFor(_child(ctx, child_id))],
                audience="guardian",
            )
        file_id = _file_of(ctx, act.id)
    at = f"/c/{center.slug}/children/{child_id}"
    may = world.client(world.person(center, "school_admin", "north"))
    assert "只有少数人能看" in may.get(f"{at}/timeline").text
    assert may.get(f"{at}/attachments/{file_id}").status_code == 200
    mentor = world.client(world.person(center, "mentor", "north", children=(child_id,)))
    assert "只有少数人能看" not in mentor.get(f"{at}/timeline").text
    assert mentor.get(f"{at}/attachments/{file_id}").status_code == 404
    family = world.client(world.guardian(center, child_id, account=True))
    assert "只有少数人能看" not in family.get(f"/family/{center.slug}/").text


def test_families_are_asked_only_about_what_asks_them(world: World) -> None:
    center = world.center()
    child_id = world.child(center, "north")
    guardian = world.guardian(center, child_id)
    with world.inside(center.scope) as ctx:
        entry = _note(ctx, _child(ctx, child_id))
        with pytest.raises(Refused):
            confirm(ctx, entry, guardian_id=guardian.id, answer="yes")


def test_a_teacher_writes_corrects_and_takes_back_a_note_on_the_pages(world: World) -> None:
    center = world.center()
    room = world.homeroom(center, "north")
    child_id = world.child(center, "north", homeroom=room)
    teacher = world.client(world.person(center, "homeroom_teacher", "north", homerooms=(room,)))
    at = f"/c/{center.slug}/children/{child_id}"
    note = {"happened_on": TODAY.isoformat(), "title": "谈话", "text": "想妈妈了"}
    sent = teacher.submit(f"{at}/notes/new", {**note, "photo": (BytesIO(PNG), "合影.png")})
    assert sent.status_code == 302
    with world.inside(center.scope) as ctx:
        child = _child(ctx, child_id)
        [item] = timeline(ctx, child).rows
        photo: Attachment = item.attachments[0]
    answer = teacher.get(f"{at}/attachments/{photo.id}")
    assert answer.data == PNG
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    changed = teacher.submit(
        f"{at}/entries/{item.entry.id}/correct", {**note, "text": "想爸爸了", "reason": "写错了人"}
    )
    assert changed.status_code == 302
    with world.inside(center.scope) as ctx:
        [item] = timeline(ctx, _child(ctx, child_id)).rows
    assert item.entry.text == "想爸爸了"
    page = teacher.get(f"{at}/timeline").text
    assert "想爸爸了" in page
    assert "想妈妈了" not in page
    gone = teacher.submit(f"{at}/entries/{item.entry.id}/void", {"reason": "写错了孩子"})
    assert gone.status_code == 302
    assert teacher.get(f"{at}/attachments/{photo.id}").status_code == 404


def test_a_note_without_title_or_of_tomorrow_comes_back_with_what_was_typed(world: World) -> None:
    center = world.center()
    child_id = world.child(center, "north")
    admin = world.client(world.person(center, "school_admin", "north"))
    at = f"/c/{center.slug}/children/{child_id}/notes/new"
    tomorrow = (TODAY + timedelta(days=2)).isoformat()
    back = admin.submit(at, {"happened_on": tomorrow, "title": "谈话", "text": "长长的一段话"})
    assert back.status_code == 422
    assert "长长的一段话" in back.text
    with world.inside(center.scope) as ctx:
        assert timeline(ctx, _child(ctx, child_id)).total == 0


def test_a_mentor_takes_back_only_what_is_the_mentors_own(world: World) -> None:
    center = world.center()
    child_id = world.child(center, "north")
    mentor = world.client(world.person(center, "mentor", "north", children=(child_id,)))
    other = world.client(world.person(center, "mentor", "north"))
    at = f"/c/{center.slug}/children/{child_id}"
    with world.inside(center.scope) as ctx:
        entry = _note(ctx, _child(ctx, child_id))
    assert mentor.get(f"{at}/timeline").status_code == 200
    assert mentor.get(f"{at}/entries/{entry.id}/void").status_code == 403
    assert other.get(f"{at}/timeline").status_code == 404
    assert other.get(f"{at}/entries/{entry.id}/void").status_code == 404
    with world.inside(center.scope) as ctx:
        assert entry_of(ctx, _child(ctx, child_id), entry.id).voided_at is None
