"""Letters to families about a check-up, one or a whole class."""

from __future__ import annotations

from collections.abc import Sequence

from app.sdk import Child, Ctx, Entry, Letter, day_text
from plugins.health_checks.models import CheckUp, Round
from plugins.health_checks.queries import Current, school_name
from plugins.health_checks.telling import letter_lines
from plugins.health_checks.words import T


def letter_of(
    ctx: Ctx, round_: Round, child: Child, room: str, check_up: CheckUp, entry: Entry
) -> Letter:
    """Return the letter to a child's family about one check-up."""
    name = school_name(ctx, round_.school_id)
    return _letter(round_, name, child, room, check_up, entry)


def letters_of(ctx: Ctx, round_: Round, rows: Sequence[tuple[Child, str, Current]]) -> list[Letter]:
    """Return the letters of a round, in the order of ``rows`` (child, class, check-up)."""
    name = school_name(ctx, round_.school_id)
    return [_letter(round_, name, child, room, *current) for child, room, current in rows]


def _letter(
    round_: Round, school: str, child: Child, room: str, check_up: CheckUp, entry: Entry
) -> Letter:
    day = day_text(entry.happened_on)
    return Letter(
        title=str(T("Result of the check-up")),
        greeting=str(T("To the family of {name}:", name=child.name)),
        body="\n".join(letter_lines(round_.title, day, round_.provider, check_up)),
        child=child.name,
        homeroom=room,
        signature=(school,),
    )
