"""The acts by which duties are done: which can be written down here, and what one has met."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, any_, func, literal, select

from app.accounts.models import Staff
from app.accounts.queries import staff_query
from app.children.models import Child, Guardianship
from app.children.permits import can, visible
from app.duties.models import DutyWindow, StoredRule
from app.duties.states import live_duties
from app.host.context import Ctx
from app.host.enablement import is_active
from app.host.manifest import EntryKind
from app.kernel.errors import Refused
from app.kernel.text import T, Text
from app.ledger.audience import OPEN
from app.ledger.kinds import TRANSITIONS
from app.ledger.models import Act
from app.ledger.services import EntryFor, Upload, attach, record


def open_since(ctx: Ctx) -> date:
    """Return when the oldest window that is not frozen opened: no open duty is older."""
    today = ctx.today()
    oldest = select(func.min(DutyWindow.opens)).where(DutyWindow.frozen_at.is_(None))
    return ctx.session.scalar(oldest.where(DutyWindow.opens <= today)) or today


def kinds_at_school(ctx: Ctx, names: Iterable[str], school_id: UUID) -> list[EntryKind]:
    """Return those of the kinds that can be written down at a school today, in their order."""
    found = []
    for name in dict.fromkeys(names):
        kind = ctx.registry.entry_kinds.get(name)
        if kind is None or name in TRANSITIONS:
            continue
        module = ctx.registry.kind_module[name]
        if module is None or is_active(ctx, module, school_id):
            found.append(kind)
    return found


def may_record(ctx: Ctx, kind: EntryKind, child: Child | None = None) -> bool:
    """Tell whether the actor may write an entry of a kind, of ``child`` when given.

    A note meant for few is written only by who reads it.
    """
    needed = ["ledger.record"] + ([] if kind.audience in OPEN else [kind.audience])
    return all(can(ctx, permission, child) for permission in needed)


def write_down(
    ctx: Ctx,
    kind: EntryKind,
    whom: Sequence[EntryFor],
    *,
    happened_on: date,
    on_behalf_of: UUID | None = None,
    photo: Upload | None = None,
) -> Act:
    """Write one act down in the short form, with one entry for each of ``whom``.

    ``on_behalf_of`` is whose act it was, if not the writer's own: somebody of the school. Raises
    :class:`Refused` naming the field.
    """
    if on_behalf_of is not None:
        people = staff_query(ctx, school_id=whom[0].school)
        here = ctx.session.scalars(people.with_only_columns(Staff.id).order_by(None))
        if on_behalf_of not in set(here):
            raise Refused(T("Choose somebody who works at this school."), "on_behalf_of")
    act = record(
        ctx,
        kind=kind.name,
        happened_on=happened_on,
        title=kind.title,
        entries=whom,
        on_behalf_of_id=on_behalf_of,
    )
    if photo is not None:
        attach(ctx, act, photo)
    return act


def siblings_here(ctx: Ctx, child: Child, permission: str) -> Sequence[Child]:
    """Return brothers and sisters at the child's school whom ``permission`` reaches; one query."""
    mine = select(Guardianship.guardian_id).where(
        Guardianship.child_id == child.id, Guardianship.ends_on.is_(None)
    )
    shared = select(Guardianship.child_id).where(
        Guardianship.guardian_id.in_(mine), Guardianship.ends_on.is_(None)
    )
    wanted: Select[Any] = select(Child).where(
        Child.id.in_(shared),
        Child.id != child.id,
        Child.school_id == child.school_id,
        Child.voided_at.is_(None),
        Child.left_on.is_(None),
    )
    found: Sequence[Child] = ctx.session.scalars(
        visible(ctx, permission, wanted).order_by(Child.birth_date, Child.id)
    ).all()
    return found


def met_by(ctx: Ctx, act: Act) -> list[Text]:
    """Return what ``act`` completed or brought forward, in words; one query.

    Of duties that had enough before nothing is said.
    """
    people = {entry.child_id or entry.homeroom_id or entry.school_id for entry in act.entries}
    if all(entry.outcome != "done" for entry in act.entries):
        return []
    on = ctx.today()
    duty = live_duties(on, open_since(ctx), people)
    rows = ctx.session.execute(
        select(StoredRule, duty.c.opens, duty.c.closes, duty.c.done)
        .join(
            duty,
            and_(StoredRule.center_id == duty.c.center_id, StoredRule.id == duty.c.rule_id),
        )
        .where(
            duty.c.center_id == ctx.scope.center_id,
            duty.c.subject_id.in_(people),
            duty.c.opens <= act.happened_on,
            duty.c.due >= act.happened_on,
            duty.c.done.between(1, StoredRule.min_times),
            literal(act.kind) == any_(StoredRule.entry),
        )
        .order_by(duty.c.due)
    )
    said = [_said(rule, opens, closes, done) for rule, opens, closes, done in rows]
    return list(dict.fromkeys(said))


def _said(rule: StoredRule, opens: date, closes: date, done: int) -> Text:
    when = period(rule.every, opens, closes)
    if done < rule.min_times:
        missing = rule.min_times - done
        return T("{duty} ({period}): {n} more to come", duty=rule.title, period=when, n=missing)
    return T("{duty} ({period})", duty=rule.title, period=when)


def period(every: str, opens: date, closes: date) -> Text:
    """Return a window in words: 10月, 本学期, 9月7日, 9月7日—9月13日."""
    if every == "month":
        return T("month {month}", month=opens.month)
    if every == "term":
        return T("this term")
    if every == "school_year":
        return T("this school year")
    if opens == closes:
        return _day(opens)
    return T("{first} to {last}", first=_day(opens), last=_day(closes))


def _day(day: date) -> Text:
    return T("{month}/{day}", month=day.month, day=day.day)


def sentence_of(met: Sequence[Text]) -> str:
    """Return what was met as one sentence for the page that follows, or nothing."""
    return str(T("Done: {duties}.", duties="、".join(map(str, met)))) if met else ""
