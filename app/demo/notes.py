"""A few notes in the ledger: what the demonstration's teachers and mentor wrote about a child."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import select

from app.accounts.models import Staff
from app.children.models import Child
from app.children.roster.rows import RosterRow
from app.demo.children import Loaded
from app.host.context import Ctx
from app.kernel.access import Actor
from app.kernel.clock import Clock
from app.ledger.services import EntryFor, record

FILE = "notes.csv"
_AFTER_LESSONS = time(8, 40)  # UTC: twenty to five in China


def write_notes(ctx: Ctx, folder: Path, loaded: Loaded, mentored: Sequence[RosterRow]) -> None:
    """Write the notes of ``notes.csv``, if there is one, each as if on its own day.

    Its ``child`` counts the mentored children from 1; ``staff`` is who wrote it.
    """
    path = folder / FILE
    if not path.is_file():
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        notes = list(csv.DictReader(file))
    numbers = {note["staff"] for note in notes}
    staff = {
        s.number: s for s in ctx.session.scalars(select(Staff).where(Staff.number.in_(numbers)))
    }
    ids = [loaded.children[id(row)] for row in mentored]
    children = {c.id: c for c in ctx.session.scalars(select(Child).where(Child.id.in_(ids)))}
    for note in notes:
        writer = staff[note["staff"]]
        child = children[ids[int(note["child"]) - 1]]
        day = ctx.today() - timedelta(days=int(note["days_ago"]))
        then = _at(ctx, writer, datetime.combine(day, _AFTER_LESSONS, UTC))
        whom = EntryFor(child, text=note["text"])
        record(then, kind="note", happened_on=day, title=note["title"], entries=[whom])


def _at(ctx: Ctx, writer: Staff, moment: datetime) -> Ctx:
    actor = Actor(writer.name, writer.account_id, writer.id)
    return replace(ctx, actor=actor, clock=Clock(lambda: moment))
