"""One digest a person a day, composed of what the parts of the house have to say.

The parts of the core and the modules give lines for all people at once (hook ``digest_lines``).
Of one thing (``about``) a person reads one line: what is late hides what only begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, text

from app.accounts.models import Membership, Staff
from app.db.conditions import not_over, refers
from app.host.context import Ctx
from app.host.enablement import active_modules
from app.host.facade import ask
from app.host.hooks import DigestLine
from app.jobs.progress import Steps
from app.kernel.ids import uuid7
from app.kernel.text import T
from app.notify.models import DIGEST
from app.notify.services import check_address, send, write_notices
from app.notify.texts import kept
from app.tenancy.days import is_school_day

DIGEST_JOB = "notify.digest"
_AT_ONCE = 500
_KEPT = timedelta(days=366)
_FORGET = text("SELECT forget_notices(:before)")

Lines = Mapping[UUID, Sequence[DigestLine]]


def digest(ctx: Ctx, day: date) -> int:
    """Write the digest of ``day`` for everybody of the scope who has something waiting.

    Returns how many people that are: none on a day without school. Repeated, it writes nothing
    new. The number of queries does not grow with the people.
    """
    if not is_school_day(ctx, day):
        return 0
    people = _working(ctx, day)
    found = _gathered(ctx, list(people), day)
    rows = [
        _row(ctx, people[staff], lines, day) for staff, lines in found.items() if staff in people
    ]
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        write_notices(ctx, part)
        key = f"{DIGEST} {day.isoformat()}"
        send(ctx, [(row["account_id"], key, _total(row["lines"])) for row in part], DIGEST)
    return len(rows)


def digest_job(ctx: Ctx, progress: Steps, day: str) -> Mapping[str, int]:
    """Write the digest of a day; one that comes a day late says nothing. Forget old notices."""
    progress.step(0, 1)
    wanted = date.fromisoformat(day)
    late = ctx.today() - wanted >= timedelta(days=1)
    return {"people": 0 if late else digest(ctx, wanted), "forgotten": forget_notices(ctx)}


def forget_notices(ctx: Ctx) -> int:
    """Remove the centre's notices of more than a year ago; return how many."""
    before = ctx.now() - _KEPT
    found: int = ctx.session.execute(_FORGET, {"before": before}).scalar_one()
    return found


def composed(parts: Iterable[DigestLine]) -> list[DigestLine]:
    """Return the lines to be read: nothing empty, and of one thing what is late only."""
    lines = [line for line in parts if line.count > 0]
    late = {line.about for line in lines if line.late and line.about}
    return [line for line in lines if line.late or line.about not in late]


def _working(ctx: Ctx, day: date) -> dict[UUID, UUID]:
    """Return the accounts of who works here on ``day``, by staff."""
    rows = ctx.session.execute(
        select(Staff.id, Staff.account_id)
        .join(Membership, refers(Membership.staff_id, Staff))
        .where(
            Staff.account_id.is_not(None),
            or_(Staff.left_on.is_(None), Staff.left_on >= day),
            Membership.starts_on <= day,
            not_over(Membership, day),
        )
        .distinct()
    )
    return {staff: account for staff, account in rows if account is not None}


def _gathered(ctx: Ctx, staff_ids: Sequence[UUID], day: date) -> dict[UUID, list[DigestLine]]:
    found: dict[UUID, list[DigestLine]] = {}
    for part in _parts(ctx, staff_ids, day):
        for staff_id, lines in part.items():
            found.setdefault(staff_id, []).extend(lines)
    read = {staff_id: composed(lines) for staff_id, lines in found.items()}
    return {staff_id: lines for staff_id, lines in read.items() if lines}


def _parts(ctx: Ctx, staff_ids: Sequence[UUID], day: date) -> Iterable[Lines]:
    """Ask the core's parts, then each module for the schools where it is active.

    One that breaks is left out, and what it did to the transaction is undone.
    """
    given: dict[str, Any] = {"ctx": ctx, "staff_ids": staff_ids, "day": day}
    core = [(name, tuple(active_modules(ctx))) for name in sorted(ctx.registry.core_listeners())]
    for name, school_ids in [*core, *_places(ctx)]:
        step = ctx.session.begin_nested()
        answers = list(
            ask(ctx.registry, "digest_lines", frozenset({name}), school_ids=school_ids, **given)
        )
        if any(answer.failed for answer in answers):
            step.rollback()
            continue
        step.commit()
        yield from (answer.value for answer in answers)


def _places(ctx: Ctx) -> list[tuple[str, tuple[UUID, ...]]]:
    found: dict[str, list[UUID]] = {}
    for school_id, modules in active_modules(ctx).items():
        for module in modules:
            found.setdefault(module, []).append(school_id)
    return [(module, tuple(school_ids)) for module, school_ids in sorted(found.items())]


def _row(ctx: Ctx, account_id: UUID, lines: Sequence[DigestLine], day: date) -> dict[str, Any]:
    for line in lines:
        check_address(line.url)
    kept_lines = [
        {"title": kept(line.title), "count": line.count, "url": line.url, "late": line.late}
        for line in lines
    ]
    return {
        "id": uuid7(),
        "account_id": account_id,
        "kind": DIGEST,
        "title": kept(T("What waits for you today")),
        "body": kept(""),
        "url": None,
        "lines": kept_lines,
        "day": day,
        "actor_id": None,
        "created_at": ctx.now(),
    }


def _total(lines: Sequence[Mapping[str, Any]]) -> int:
    return sum(line["count"] for line in lines)
