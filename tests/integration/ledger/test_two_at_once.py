"""Two people correct one entry at the same moment: the second is told, nothing doubles."""

from __future__ import annotations

import threading

from sqlalchemy import select

from app.children.models import Child
from app.kernel.clock import Clock
from app.kernel.errors import Refused
from app.ledger.models import Entry
from app.ledger.services import EntryFor, correct, record
from tests.support.world import World


def test_the_second_of_two_corrections_is_refused(world: World) -> None:
    center = world.center()
    child_id = world.child(center, "north")
    with world.inside(center.scope) as ctx:
        child = ctx.session.scalars(select(Child).where(Child.id == child_id)).one()
        day = Clock().today()
        act = record(ctx, kind="note", happened_on=day, title="谈话", entries=[EntryFor(child)])
        first = act.entries[0].id
    both_have_read, told = threading.Barrier(2, timeout=20), []

    def work(text: str) -> None:
        with world.inside(center.school_scope("north")) as ctx:
            entry = ctx.session.scalars(select(Entry).where(Entry.id == first)).one()
            both_have_read.wait()
            try:
                correct(ctx, entry, reason="错字", text=text)
            except Refused as refused:
                told.append(str(refused))
                ctx.session.rollback()

    people = [threading.Thread(target=work, args=(text,)) for text in ("甲", "乙")]
    for person in people:
        person.start()
    for person in people:
        person.join()
    with world.inside(center.scope) as ctx:
        alive = select(Entry).where(Entry.child_id == child_id, Entry.voided_at.is_(None))
        assert len(ctx.session.scalars(alive).all()) == 1
    assert len(told) == 1
