"""Taking a sheet import back: what it wrote is voided, what it corrected stands as before.

Who has been worked with since is left as it is and named; everybody else is taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select

from app.accounts.models import Staff
from app.audit.services import record as audit
from app.children.models import Child, ImportBatch, ImportChange
from app.db.conditions import any_of, refers
from app.host.context import Ctx
from app.kernel.errors import Refused
from app.kernel.text import T
from app.ledger.many import void_many
from app.ledger.models import Entry
from app.sdk.sheet_import import SheetImport, Undone, target_of

REASON = "import undone"
CORRECTED = T("corrected or taken back since")
_SHOWN, _NAMED = 200, 10


def take_back_sheet(ctx: Ctx, spec: SheetImport, batch: ImportBatch) -> int:
    """Take a written sheet back; return how many children it concerned.

    Raises :class:`Refused` when it is not written, and, naming them, when everybody in it has been
    worked with since.
    """
    ctx.session.refresh(batch, with_for_update=True)
    if batch.state != "applied":
        raise Refused(T("Only a sheet that has been written can be taken back."))
    undone = _written_by(ctx, batch)
    writer = spec.writer(ctx, target_of(batch))
    writer.keep(undone)
    if not undone.entries:
        raise Refused(
            T("Nothing was taken back: {names}", names="；".join(_told(ctx, undone, _NAMED)))
        )
    restored = void_many(ctx, undone.entries, reason=REASON)
    writer.take_back(undone, restored)
    batch.state, batch.undone_at = "undone", ctx.now()
    batch.report = batch.report | {
        "undone": len(undone.entries),
        "stayed": len(undone.kept),
        "kept": _told(ctx, undone, _SHOWN),
    }
    ctx.session.flush()
    audit(ctx, "sheet.undo", object_type="import_batch", object_id=batch.id, kind=spec.kind,
          count=len(undone.entries), stayed=len(undone.kept))  # fmt: skip
    return len(undone.entries)


def earlier_sheets(
    ctx: Ctx, spec: SheetImport, target_id: UUID | None = None
) -> Sequence[Row[Any]]:
    """Return the newest sheets of this place: id, file, state, when, who, rows; of one target."""
    wanted: Select[Any] = (
        select(
            ImportBatch.id, ImportBatch.file_name, ImportBatch.state, ImportBatch.created_at,
            Staff.name.label("sent_by"), ImportBatch.report["ready"].as_integer().label("rows"),
        )
        .outerjoin(
            Staff,
            refers(ImportBatch.created_by_id, Staff),
        )
        .where(ImportBatch.kind == spec.kind)
        .order_by(ImportBatch.created_at.desc())
        .limit(_NAMED)
    )  # fmt: skip
    if target_id is not None:
        wanted = wanted.where(ImportBatch.report["target"].as_string() == str(target_id))
    return ctx.session.execute(wanted).all()


def _written_by(ctx: Ctx, batch: ImportBatch) -> Undone:
    changes = ctx.session.scalars(select(ImportChange).where(ImportChange.batch_id == batch.id))
    acts = [UUID(act) for change in changes for act in change.added.get("act", ())]
    undone, gone = Undone(), []
    rows = ctx.session.execute(
        select(Entry.id, Entry.child_id, Entry.voided_at).where(any_of(Entry.act_id, acts))
    )
    for entry_id, child_id, voided_at in rows:
        if child_id is not None:
            undone.entries[entry_id] = child_id
            if voided_at is not None:
                gone.append(entry_id)
    for entry_id in gone:
        undone.keep(entry_id, CORRECTED)
    return undone


def _told(ctx: Ctx, undone: Undone, most: int) -> list[str]:
    rows = ctx.session.execute(
        select(Child.id, Child.name).where(any_of(Child.id, undone.kept)).order_by(Child.name)
    ).all()
    told = [f"{name}（{undone.kept[child]}）" for child, name in rows[:most]]
    return told + ["…"] * (len(rows) > most)
