"""Taking an import back: what it made is voided, what it changed is as before, or nothing is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from app.children.models import (
    Child,
    Declaration,
    Enrolment,
    Guardian,
    GuardianPhone,
    Guardianship,
    IdentityDocument,
    ImportBatch,
    ImportChange,
    ParentStatus,
    Placement,
)
from app.children.numbers import pupil_number_index
from app.children.roster.facts import restored
from app.children.roster.undo_adults import refuse_changed_adults
from app.db.base import Base
from app.db.conditions import any_of
from app.host.context import Ctx
from app.kernel.errors import Refused
from app.kernel.names import pinyin
from app.kernel.text import T, Text
from app.tenancy.models import Homeroom

REASON = "import undone"
_VOIDED: tuple[type[Any], ...] = (IdentityDocument, Declaration, ParentStatus, GuardianPhone)
_ENDED: tuple[type[Any], ...] = (Guardianship, Placement, Enrolment)
_OF_CHILD: tuple[type[Any], ...] = (IdentityDocument, Declaration, *_ENDED)
# Tables that speak of a child and are no sign that somebody has worked with it since.
_NO_SIGN = {model.__tablename__ for model in _OF_CHILD} | {"audit_event", "erasure"}
_CHANGED, _RECORDED = T("data changed by hand"), T("records written")
_SIGNS = {
    "activation": T("sign-in slips printed"),
    "transfer": T("transfers requested"),
    "grant_child": T("mentors assigned"),
}
_SHOWN = 10
_DAY = timedelta(days=1)


def undo_batch(ctx: Ctx, batch: ImportBatch) -> int:
    """Take an applied import back and return how many children it concerned.

    Raises Refused, naming them, when children have been changed or recorded about since.
    """
    if batch.state != "applied":
        raise Refused(T("Only an import that has been applied can be taken back."))
    changes = ctx.session.scalars(
        select(ImportChange).where(ImportChange.batch_id == batch.id)
    ).all()
    after = {UUID(key): n for change in changes for key, n in change.updated.items()}
    after |= (born := {UUID(key): n for change in changes for key, n in change.created.items()})
    here = _refuse_touched(ctx, after, born)
    added: dict[str, list[UUID]] = {}
    for change in changes:
        for table, ids in change.added.items():
            added.setdefault(table, []).extend(map(UUID, ids))
    refuse_changed_adults(ctx, changes, added.get("guardian_phone", []))
    _void_created(ctx, [child_id for child_id in born if child_id in here])
    _void_added(ctx, added)
    in_use = _close_empty(ctx, changes, added.get("homeroom", []))
    _restore(ctx, changes, after, in_use)
    batch.state, batch.undone_at = "undone", ctx.now()
    ctx.session.flush()
    return len(here)


def _refuse_touched(ctx: Ctx, after: Mapping[UUID, int], born: Iterable[UUID]) -> set[UUID]:
    """Return the children who are still here; one who went to another school is let be."""
    rows = ctx.session.execute(
        select(Child.id, Child.name, Child.version).where(any_of(Child.id, after))
    ).all()
    touched = {row.id for row in rows if row.version != after[row.id]}
    reasons = [_CHANGED] if touched else []
    here = {row.id for row in rows}
    for reason, children in _recorded_about(ctx, here & set(born)).items():
        touched |= children
        reasons.append(reason)
    if not touched:
        return here
    names = sorted(row.name for row in rows if row.id in touched)
    raise Refused(
        T(
            "Nothing was taken back: {n} children have been worked with since ({reasons}): {names}",
            n=len(touched),
            reasons="、".join(map(str, reasons)),
            names="、".join(names[:_SHOWN]) + ("…" if len(names) > _SHOWN else ""),
        )
    )


def _recorded_about(ctx: Ctx, children: Collection[UUID]) -> dict[Text, set[UUID]]:
    """Return, by reason, the children of whom another table of core or module has a row."""
    found: dict[Text, set[UUID]] = {}
    for table in Base.metadata.sorted_tables:
        if "child_id" in table.c and table.name not in _NO_SIGN:
            column = table.c.child_id
            wanted = select(column).where(any_of(column, children)).distinct()
            if children_there := set(ctx.session.scalars(wanted)):
                found.setdefault(_SIGNS.get(table.name, _RECORDED), set()).update(children_there)
    return found


def _void_created(ctx: Ctx, children: list[UUID]) -> None:
    now = ctx.now()
    gone = {"voided_at": now, "void_reason": REASON, "updated_at": now}
    void = update(Child).where(any_of(Child.id, children))
    ctx.session.execute(void.values(version=Child.version + 1, **gone))
    for model in _OF_CHILD:
        _take_back(ctx, model, model.child_id, children)


def _take_back(ctx: Ctx, model: type[Any], column: Any, ids: list[UUID]) -> None:
    """Void rows; those that have a beginning and an end get an end before they begin."""
    change = update(model).where(any_of(column, ids))
    if model in _ENDED:
        values: dict[str, Any] = {"ends_on": model.starts_on - _DAY}
        if model is Enrolment:
            values["reason_out"] = REASON
        ctx.session.execute(change.values(values))
    else:
        ctx.session.execute(change.values(voided_at=ctx.now()))


def _void_added(ctx: Ctx, added: dict[str, list[UUID]]) -> None:
    for model in (*_VOIDED, *_ENDED):
        _take_back(ctx, model, model.id, added.get(model.__tablename__, []))
    open_ties = select(Guardianship.id).where(
        Guardianship.guardian_id == Guardian.id,
        (Guardianship.ends_on.is_(None)) | (Guardianship.ends_on >= Guardianship.starts_on),
    )
    unused = (
        any_of(Guardian.id, added.get("guardian", [])),
        Guardian.version == 1,
        Guardian.account_id.is_(None),
        ~open_ties.exists(),
    )
    gone = ctx.session.scalars(select(Guardian.id).where(*unused)).all()
    _take_back(ctx, Guardian, Guardian.id, list(gone))
    _take_back(ctx, GuardianPhone, GuardianPhone.guardian_id, list(gone))


def _close_empty(ctx: Ctx, changes: Iterable[ImportChange], made: list[UUID]) -> set[UUID]:
    """Close the classes that the import has made; return those which somebody uses since.

    A class that the import has only opened again is closed by restoring it.
    """
    rows = [row for change in changes for row in change.before.get("rows", [])]
    rooms = [*made, *(UUID(row_id) for table, row_id, _ in rows if table == "homeroom")]
    in_use = set(
        ctx.session.scalars(
            select(Placement.homeroom_id).where(
                any_of(Placement.homeroom_id, rooms),
                Placement.ends_on.is_(None) | (Placement.ends_on >= Placement.starts_on),
            )
        )
    )
    for table in Base.metadata.sorted_tables:
        for column in table.c:
            if column.info.get("ref") == "homeroom" and table.name != Placement.__tablename__:
                in_use |= set(ctx.session.scalars(select(column).where(any_of(column, rooms))))
    close = update(Homeroom).where(any_of(Homeroom.id, set(made) - in_use))
    ctx.session.execute(close.values(closed_on=ctx.today()))
    return in_use


def _restore(
    ctx: Ctx, changes: Iterable[ImportChange], after: Mapping[UUID, int], but: Collection[UUID]
) -> None:
    models: dict[str, type[Any]] = {
        model.__tablename__: model for model in (Child, Guardian, Guardianship, Placement, Homeroom)
    }
    rows: dict[tuple[str, tuple[str, ...]], list[dict[str, Any]]] = {}
    for change in changes:
        for table, row_id, before in change.before.get("rows", []):
            if UUID(row_id) in but:
                continue
            values = {name: restored(name, value) for name, value in before.items()}
            if table == "child":
                values |= _derived(values) | {"version": after[UUID(row_id)] + 1}
            row = {"center_id": ctx.scope.center_id, "id": UUID(row_id), **values}
            rows.setdefault((table, tuple(row)), []).append(row)
    for (table, _), alike in rows.items():
        model = models[table]
        wanted = select(model.id).where(any_of(model.id, [row["id"] for row in alike]))
        seen = set(ctx.session.scalars(wanted))
        if alike := [row for row in alike if row["id"] in seen]:
            ctx.session.execute(update(model), alike)


def _derived(values: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    if "pupil_number" in values:
        out["pupil_number_index"] = pupil_number_index(values["pupil_number"])
    if "name" in values:
        out["name_pinyin"], out["name_initials"] = pinyin(values["name"])
    return out
