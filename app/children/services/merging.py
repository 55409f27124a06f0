"""One child entered twice: what hangs on the double moves to the record that stands."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text as SqlText

from app.audit.services import record as audit
from app.children.models import Child, Transfer
from app.children.services.facts import FIELDS
from app.children.services.joining import (
    Joined,
    join_adults,
    join_declarations,
    join_mentors,
    join_numbers,
    join_stays,
)
from app.children.services.versions import touch
from app.host.context import Ctx
from app.host.events import announce
from app.host.hooks import Event
from app.kernel.errors import Refused
from app.kernel.text import T

_STEPS = (join_numbers, join_declarations, join_stays, join_adults, join_mentors)
# What an import did, it did to this record; the others have their own step.
_OWN = (
    "import_change", "identity_document", "declaration", "enrolment", "placement",
    "guardianship",
)  # fmt: skip
_MOVE = text("SELECT name, id, moved FROM merge_rows(:hidden, :stands, :but, :reason)").bindparams(
    bindparam("but", type_=ARRAY(SqlText))
)


def merge_into(ctx: Ctx, double: Child, *, stands: Child) -> Joined:
    """Hide ``double`` and give what hangs on it to ``stands``; nothing is deleted.

    Where two rows cannot both stand, those of ``stands`` do; the others remain with the double,
    ended or voided. The audit keeps the ids of all. Raises :class:`Refused`.
    """
    _demand_possible(ctx, double, stands)
    joined = Joined()
    with ctx.session.no_autoflush:
        for step in _STEPS:
            step(ctx, double, stands, joined)
    ctx.session.flush()
    _move_others(ctx, double, stands, joined)
    _fill(double, stands, joined)
    double.merged_into_id = stands.id
    touch(ctx, double)
    touch(ctx, stands)
    audit(
        ctx, "child.merge", object_type="child", object_id=stands.id, child_id=double.id,
        school_id=double.school_id, moved=_ids(joined.moved), kept=_ids(joined.kept),
    )  # fmt: skip
    ctx.session.flush()
    mistaken = {"mistaken": ",".join(sorted(str(day) for day in joined.mistaken))}
    announce(ctx, Event("child.merged", stands.id, stands.school_id, ctx.today(), mistaken))
    return joined


def preview_merge(ctx: Ctx, double: Child, *, stands: Child) -> Joined:
    """Return what :func:`merge_into` would do, by doing it and taking it back."""
    trial = ctx.session.begin_nested()
    try:
        return merge_into(ctx, double, stands=stands)
    finally:
        trial.rollback()


def _demand_possible(ctx: Ctx, double: Child, stands: Child) -> None:
    if double.id == stands.id or double.school_id != stands.school_id:
        raise Refused(T("Choose another child of this school."), "into")
    # Two people merging at once: the second waits here and then finds one of them hidden.
    ctx.session.scalars(
        select(Child)
        .where(Child.id.in_([double.id, stands.id]))
        .order_by(Child.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if double.merged_into_id or stands.merged_into_id:
        raise Refused(T("One of the two is hidden already."), "into")
    waiting = select(Transfer.id).where(
        Transfer.child_id == double.id, Transfer.state == "requested"
    )
    if ctx.session.scalar(waiting):
        raise Refused(T("A transfer of this child is waiting: withdraw it first."), "into")


def _move_others(ctx: Ctx, double: Child, stands: Child, joined: Joined) -> None:
    """Move the ledger, the modules' rows and all else that belongs to a child."""
    given = {"hidden": double.id, "stands": stands.id, "but": list(_OWN)}
    reason = str(T("The child was entered twice; the other record has this already"))
    for name, row_id, moved in ctx.session.execute(_MOVE, given | {"reason": reason}).all():
        (joined.moved if moved else joined.kept)[name].append(row_id)
    # Rows that the session has read belong to somebody else now.
    ctx.session.expire_all()


def _fill(double: Child, stands: Child, joined: Joined) -> None:
    """Take over facts that the standing record lacks."""
    for name in FIELDS:
        found, own = getattr(double, name), getattr(stands, name)
        if found is None or found in (own, "unknown"):
            continue
        if own is None or own == "unknown":
            setattr(stands, name, found)
            joined.filled.append(name)
        else:
            joined.differing.append(name)
    if "pupil_number" in joined.filled:
        stands.pupil_number_index = double.pupil_number_index


def _ids(rows: dict[str, list[UUID]]) -> dict[str, list[str]]:
    return {name: [str(row_id) for row_id in found] for name, found in rows.items()}
