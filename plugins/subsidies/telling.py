"""Who is told at once: the centre what waits for it, the school what was decided."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from app.sdk import Ctx, School, Text, center_path, holders, notify, school_path
from plugins.subsidies.manifest import APPROVE, NAME, PUBLISH
from plugins.subsidies.models import PublicList
from plugins.subsidies.pay_models import Award, Batch
from plugins.subsidies.words import T


def list_waits(ctx: Ctx, found: PublicList) -> None:
    """Tell who approves that a school's list waits."""
    title = T("A subsidy list to approve: {school}, {round}", school=_school(ctx, found.school_id),
              round=found.round.title)  # fmt: skip
    _tell_centre(ctx, found.school_id, "submitted", title, f"lists/{found.id}")


def list_decided(ctx: Ctx, found: PublicList) -> None:
    """Tell the school's officers that their list was approved or sent back."""
    approved = found.state == "approved"
    title = (
        T("The centre has approved the list: {round}", round=found.round.title)
        if approved
        else T("The centre has sent the list back: {round}", round=found.round.title)
    )
    staff = holders(ctx, PUBLISH, [found.school_id])[found.school_id]
    address = f"{school_path(ctx, found.school_id)}/m/{NAME}/lists/{found.id}"
    notify(ctx, staff, "subsidies.decided", title, address, body=found.decision)


def batch_waits(ctx: Ctx, batch: Batch) -> None:
    """Tell who releases payments that a batch is prepared."""
    school = ctx.session.scalars(select(Award.school_id).where(
        Award.round_id == batch.round_id).limit(1)).one()  # fmt: skip
    title = T("A payment batch to release: {round}", round=batch.round.title)
    _tell_centre(ctx, school, "prepared", title, f"batches/{batch.id}")


def reversal_waits(ctx: Ctx, school_id: UUID) -> None:
    """Tell who decides that a school asks for a payment to be taken back."""
    title = T("A reversal to decide: {school}", school=_school(ctx, school_id))
    _tell_centre(ctx, school_id, "reversal", title, "reversals")


def _tell_centre(ctx: Ctx, school_id: UUID, what: str, title: Text, page: str) -> None:
    staff = holders(ctx, APPROVE, [school_id])[school_id]
    notify(ctx, staff, f"subsidies.{what}", title, f"{center_path(ctx)}/m/{NAME}/{page}")


def _school(ctx: Ctx, school_id: UUID) -> str:
    return ctx.session.scalars(select(School.short_name).where(School.id == school_id)).one()
