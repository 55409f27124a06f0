"""What staff are told about children's affairs: transfers that wait, imports that have ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from app.children.models import ImportBatch, Transfer
from app.host.context import Ctx
from app.host.hooks import DigestLine, hookimpl
from app.jobs.models import Job
from app.kernel.text import T, Text
from app.notify.addresses import school_path
from app.notify.endings import place_of, tell_ended
from app.notify.holders import holders
from app.notify.services import notify

_ANSWERS = "children.transfer"


def tell_requested(ctx: Ctx, row: Transfer) -> None:
    """Tell who answers for transfers at the receiving school that a child is to come."""
    people = holders(ctx, _ANSWERS, [row.to_school_id])[row.to_school_id]
    title = T("A school asks you to take a child: {name}", name=row.child_name)
    page = f"{school_path(ctx, row.to_school_id)}/transfers"
    notify(ctx, people, "transfer.requested", title, page, body=row.reason, urgent=True)


def tell_requested_many(ctx: Ctx, rows: Sequence[Transfer]) -> None:
    """Tell each receiving school once how many children are to come."""
    counts = Counter(row.to_school_id for row in rows)
    people = holders(ctx, _ANSWERS, counts)
    for school, count in counts.items():
        title = T("A school asks you to take {count} children who have finished there", count=count)
        page = f"{school_path(ctx, school)}/transfers"
        notify(ctx, people[school], "transfer.requested", title, page, urgent=True)


def tell_decided(ctx: Ctx, row: Transfer) -> None:
    """Tell who asked for a transfer what the other school has answered."""
    title: Text = T("The other school has taken the child: {name}", name=row.child_name)
    if row.state == "declined":
        title = T("The other school does not take the child: {name}", name=row.child_name)
    page = f"{school_path(ctx, row.from_school_id)}/transfers"
    asked = [row.requested_by_id] if row.requested_by_id else []
    notify(ctx, asked, f"transfer.{row.state}", title, page, body=row.answer)


def tell_import_ended(ctx: Ctx, job: Job) -> None:
    """Tell who started an import how it ended; the notice leads to what it found."""
    batch = ctx.session.scalar(select(ImportBatch.id).where(ImportBatch.job_id == job.id))
    tell_ended(ctx, job, url=f"{place_of(ctx, job)}/imports/{batch}" if batch else None)


@hookimpl
def digest_lines(
    ctx: Ctx,
    staff_ids: Sequence[UUID],
    day: date,  # noqa: ARG001 (the hook's signature: what waits, waits whatever the day)
) -> Mapping[UUID, Sequence[DigestLine]]:
    """Remind who answers for transfers of those that wait, but not of what the person asked."""
    rows = ctx.session.execute(
        select(Transfer.to_school_id, Transfer.requested_by_id, func.count())
        .where(Transfer.state == "requested")
        .group_by(Transfer.to_school_id, Transfer.requested_by_id)
    ).all()
    people = holders(ctx, _ANSWERS, {school for school, _by, _count in rows})
    waiting: dict[tuple[UUID, UUID], int] = {}
    for school, by, count in rows:
        for staff in people[school] - {by}:
            waiting[staff, school] = waiting.get((staff, school), 0) + count
    found: dict[UUID, list[DigestLine]] = {}
    for (staff, school), count in waiting.items():
        page = f"{school_path(ctx, school)}/transfers"
        line = DigestLine(T("Transfers that wait for an answer"), count, page)
        found.setdefault(staff, []).append(line)
    return {staff: lines for staff, lines in found.items() if staff in set(staff_ids)}
