"""The list of a hand-over on paper (交接清单), with lines to sign on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.documents.register import Column, Register
from app.handover.models import HandOver
from app.handover.queries import Group, Line
from app.kernel.text import T, Text


def list_of(row: HandOver, groups: Sequence[Group], *, unit: str, on: date) -> Register:
    """Return the list as a register: what, of which class, to whom, how far, and a signature."""
    headings = (T("No."), T("What"), T("Class"), T("Taken over by"), T("State"), T("Signature"))
    widths = (2.5, 14.0, 6.0, 5.0, 8.0, 6.0)
    columns = [Column(str(heading), width) for heading, width in zip(headings, widths, strict=True)]
    lines = [(group, line) for group in groups for line in group.lines]
    return Register(
        str(T("Hand-over list: {name}", name=row.from_staff.name)),
        unit,
        on,
        columns,
        [_texts(number, group, line) for number, (group, line) in enumerate(lines, start=1)],
        (T("Handed over by"), T("Supervised by"), T("Date")),
        landscape=False,
    )


def _texts(number: int, group: Group, line: Line) -> tuple[str, ...]:
    item = line.item
    what = "；".join([item.title, *(along.title for along in line.along)])
    taker = item.successor.name if item.successor and item.state != "dropped" else ""
    return str(number), what, group.title, taker, str(state_of(line)), ""


def state_of(line: Line) -> Text:
    """Say how far an item is."""
    item = line.item
    if item.state == "accepted" and item.begins_on:
        return T("Taken over from {day}", day=item.begins_on.isoformat())
    if item.state == "dropped":
        return T("Not handed over: {reason}", reason=item.answer or "")
    return T("Not taken over yet") if line.waits else T("Settled otherwise")
