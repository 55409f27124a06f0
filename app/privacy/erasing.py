"""Lawful erasure: one person asks, another carries it out, and only facts without a person stay."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects.postgresql import JSONB

from app.audit.services import record as audit
from app.children.models import Child, Transfer
from app.db.base import Base
from app.db.scope import Reach
from app.host.context import Ctx
from app.host.facade import gather
from app.host.hooks import Erased
from app.host.registry import Registry
from app.jobs.models import Job
from app.jobs.progress import Steps
from app.jobs.services import enqueue
from app.kernel.access import Actor
from app.kernel.errors import Forbidden, NotVisible, Refused
from app.kernel.text import T, Text
from app.privacy.models import Erasure
from app.privacy.tables import emptied, held_tables

ERASE = "privacy.erase"
GROUNDS: dict[str, Text] = {
    "request": T("The family asks for it"),
    "expired": T("The time for keeping it is over"),
    "mistake": T("It was entered by mistake"),
}
STATES: dict[str, Text] = {
    "asked": T("Waits for a second person"),
    "confirmed": T("Is being erased"),
    "done": T("Erased"),
    "refused": T("Refused"),
    "withdrawn": T("Withdrawn"),
}
_OPEN = ("asked", "confirmed")
_ERASE = text("SELECT erase_child(:request, :rules, :word)").bindparams(
    bindparam("rules", type_=JSONB)
)


def ask_erasure(ctx: Ctx, child: Child, *, ground: str, reason: str, shared_files: bool) -> Erasure:
    """Ask that a child who has left be erased; nothing happens before somebody else agrees.

    Raises :class:`Refused` for a child at school or moving, and when it is asked already.
    """
    staff_id = _demand(ctx)
    if child.left_on is None:
        raise Refused(T("The child is still at school. Only who has left can be erased."))
    if _waiting(ctx, child):
        raise Refused(T("A transfer of this child is waiting: withdraw it first."))
    if open_erasure(ctx, child.id):
        raise Refused(T("It is asked for already."))
    row = Erasure(
        child_id=child.id,
        ground=ground,
        reason=reason,
        shared_files=shared_files,
        asked_at=ctx.now(),
        asked_by_id=staff_id,
    )
    ctx.session.add(row)
    ctx.session.flush()
    _note(ctx, "privacy.erasure_asked", row, child.school_id, ground=ground)
    return row


def _waiting(ctx: Ctx, child: Child) -> UUID | None:
    return ctx.session.scalar(
        select(Transfer.id).where(Transfer.child_id == child.id, Transfer.state == "requested")
    )


def open_erasure(ctx: Ctx, child_id: UUID) -> Erasure | None:
    """Return the erasure of a child that is asked for and not decided or not done yet."""
    wanted = select(Erasure).where(Erasure.child_id == child_id, Erasure.state.in_(_OPEN))
    return ctx.session.scalar(wanted)


def find_erasure(ctx: Ctx, erasure_id: UUID) -> Erasure:
    """Return an erasure that still waits, locked; raises NotVisible, or Refused when decided."""
    row = ctx.session.scalar(select(Erasure).where(Erasure.id == erasure_id).with_for_update())
    if row is None:
        raise NotVisible
    if row.state != "asked":
        raise Refused(T("Somebody has decided this meanwhile."))
    return row


def withdraw(ctx: Ctx, row: Erasure) -> None:
    """Take back what the actor asked for; raises Refused for somebody else's."""
    if _demand(ctx) != row.asked_by_id:
        raise Refused(T("Only who asked can take it back; you can refuse it."))
    _decide(ctx, row, "withdrawn")


def refuse(ctx: Ctx, row: Erasure) -> None:
    """Refuse what somebody else asked for."""
    _demand_second(ctx, row)
    _decide(ctx, row, "refused")


def confirm(ctx: Ctx, row: Erasure) -> Job:
    """Agree, as the second person: a job erases at once. It cannot be taken back."""
    _demand_second(ctx, row)
    _decide(ctx, row, "confirmed")
    arguments = {"erasure_id": str(row.id)}
    return enqueue(
        ctx, ERASE, title=T("Erase a child's data"), arguments=arguments,
        unique_key=f"{ERASE} {row.id}",
    )  # fmt: skip


def _decide(ctx: Ctx, row: Erasure, state: str) -> None:
    row.state, row.decided_at, row.decided_by_id = state, ctx.now(), ctx.actor.staff_id
    ctx.session.flush()
    _note(ctx, f"privacy.erasure_{state}", row, row.child.school_id)


def _demand(ctx: Ctx) -> UUID:
    """Return the actor, who must hold the right for the whole centre."""
    if not _holds(ctx.actor) or ctx.scope.reach is not Reach.CENTER or ctx.actor.staff_id is None:
        raise Forbidden(ERASE)
    return ctx.actor.staff_id


def _holds(actor: Actor) -> bool:
    return any(g.reach == "center" and ERASE in g.permissions for g in actor.grants)


def _demand_second(ctx: Ctx, row: Erasure) -> None:
    if _demand(ctx) == row.asked_by_id:
        raise Refused(T("A second person must decide: you asked for it yourself."))


def erase_job(ctx: Ctx, progress: Steps, erasure_id: str) -> Mapping[str, Any]:
    """Erase what two people agreed on: modules first, then every table, in one transaction."""
    row = ctx.session.scalars(select(Erasure).where(Erasure.id == UUID(erasure_id))).one()
    if row.state != "confirmed":
        return {}
    progress.step(0, 2, T("Erasing"))
    children = [row.child_id, *ctx.session.scalars(
        select(Child.id).where(Child.merged_into_id == row.child_id))]  # fmt: skip
    by_modules = [answer for child_id in children for answer in _modules(ctx, child_id)]
    ctx.session.flush()
    given = {"request": row.id, "rules": rules(ctx.registry), "word": str(T("Erased by law"))}
    found = ctx.session.execute(_ERASE, given).scalar_one()
    counts = {name: n for name, n in sorted(found["rows"].items()) if n}
    counts |= {name: counts.get(name, 0) + erased.rows for name, erased in by_modules}
    # Much of what the session has read is gone.
    ctx.session.expire_all()
    row.state, row.done_at, row.result = "done", ctx.now(), {n: c for n, c in counts.items() if c}
    row.files = [*found["files"], *(key for _name, erased in by_modules for key in erased.files)]
    _note(ctx, "privacy.erasure_done", row, row.child.school_id, rows=row.result)
    ctx.session.flush()
    return {"erasure": str(row.id)}


def _modules(ctx: Ctx, child_id: UUID) -> list[tuple[str, Erased]]:
    every = frozenset(ctx.registry.plugins)
    answers = gather(ctx.registry, "erase_personal_data", every, ctx=ctx, child_id=child_id)
    return [(answer.module, answer.value) for answer in answers if answer.value]


def rules(registry: Registry) -> dict[str, Any]:
    """Return what the database must know of tables whose rows it does not simply delete."""
    found: dict[str, Any] = {}
    for name, about in registry.personal.items():
        if about.keeps:
            found[name] = {"set": emptied(Base.metadata.tables[name], about)}
        if about.by:
            found.setdefault(name, {})["by"] = about.by
    for held in held_tables(registry):
        if held.through is not None:
            found.setdefault(held.table.name, {})["through"] = held.through.table.name
    return found


def remove_files(ctx: Ctx, row: Erasure) -> None:
    """Remove the files of an erasure; those that cannot be removed now stay named in the row."""
    left = []
    for key in row.files:
        try:
            with suppress(FileNotFoundError):
                ctx.files.remove(key)
        except OSError:
            left.append(key)
    row.files = left
    ctx.session.flush()


def remove_left_files(ctx: Ctx) -> int:
    """Try again to remove the files of erasures that stayed as the store was away.

    Returns how many are still there.
    """
    wanted = select(Erasure).where(func.cardinality(Erasure.files) > 0)
    rows = ctx.session.scalars(wanted.with_for_update(skip_locked=True)).all()
    for row in rows:
        remove_files(ctx, row)
    return sum(len(row.files) for row in rows)


def erase_ended(ctx: Ctx, job: Job) -> None:
    """Remove the files once the rows are gone for good."""
    if job.state == "done" and "erasure" in job.result:
        wanted = select(Erasure).where(Erasure.id == UUID(job.result["erasure"]))
        remove_files(ctx, ctx.session.scalars(wanted).one())


def _note(ctx: Ctx, action: str, row: Erasure, school_id: UUID, **detail: Any) -> None:
    audit(ctx, action, object_type="erasure", object_id=row.id, child_id=row.child_id,
          school_id=school_id, **detail)  # fmt: skip
