"""Policies that a centre's folder declares: packs kept by the centre or by one of its schools."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

from sqlalchemy import select

from app.duties.layout import lay_out
from app.duties.models import DutyPolicy
from app.duties.packs import packs
from app.duties.services import adopt
from app.host.context import Ctx
from app.kernel.clock import Clock
from app.kernel.text import T
from app.tenancy.declaration import Declaration, Objects
from app.tenancy.models import School

_CALENDAR = ("term", "day", "setting")


def check_policies(declaration: Declaration) -> None:
    """Complain of packs that do not exist and of schools that are not declared."""
    for key in declaration.of("policy"):
        pack, _, school = key.partition("/")
        if pack not in packs():
            known = ", ".join(packs())
            declaration.complain(f"policy/{key}", "pack", T("known packs: {known}", known=known))
        if school and school not in declaration.of("school"):
            reason = T("“{value}” is no school of schools.csv", value=school)
            declaration.complain(f"policy/{key}", "school", reason)


def policy_state(ctx: Ctx) -> Objects:
    """Return the packs kept, as a folder would say them."""
    codes = {row.id: row.code for row in ctx.session.scalars(select(School))}
    kept = (
        select(DutyPolicy)
        .where(DutyPolicy.key.in_(packs()))
        .order_by(DutyPolicy.created_at, DutyPolicy.id)
    )
    return {
        _key(row.key, codes.get(row.school_id) if row.school_id else None): {
            "from": row.versions[0].in_force_from.isoformat()
        }
        for row in ctx.session.scalars(kept)
    }


def write_policies(ctx: Ctx, wanted: Objects) -> None:
    """Adopt the packs that are new, and lay out all windows anew when the calendar has changed.

    A folder speaks for the whole time since ``from``: what was owed then counts.
    """
    schools = {row.code: row.id for row in ctx.session.scalars(select(School))}
    there = policy_state(ctx)
    for key, fields in wanted.items():
        kind, _, name = key.partition("/")
        if kind != "policy" or key in there:
            continue
        pack, _, school = name.partition("/")
        begins = date.fromisoformat(str(fields["from"]))
        adopt(
            _then(ctx, min(begins, ctx.today())),
            packs()[pack],
            key=pack,
            in_force_from=begins,
            school_id=schools[school] if school else None,
        )
    if any(key.partition("/")[0] in _CALENDAR for key in wanted):
        ctx.memo.clear()
        lay_out(ctx)


def _then(ctx: Ctx, day: date) -> Ctx:
    midnight = datetime.combine(day, time(), UTC)
    return replace(ctx, clock=Clock(lambda: midnight), memo={})


def _key(pack: str, school: str | None) -> str:
    return f"policy/{pack}/{school}" if school else f"policy/{pack}"
