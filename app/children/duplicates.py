"""Is this child known already? By identity number here and elsewhere, by name and birthday."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from sqlalchemy import LargeBinary, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from app.children.models import Child, IdentityDocument
from app.children.numbers import identity_index
from app.children.search import matches
from app.children.standing import stands
from app.db.conditions import refers
from app.host.context import Ctx
from app.kernel import names
from app.kernel.errors import Refused
from app.kernel.text import T

_ELSEWHERE = text("SELECT school_name FROM identity_elsewhere(:numbers)").bindparams(
    bindparam("numbers", type_=ARRAY(LargeBinary))
)
_DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?")


def refuse_known_number(ctx: Ctx, number: str, *, but: Child | None = None) -> None:
    """Raise :class:`Refused` when another child has this identity number, here or elsewhere."""
    index = identity_index(number)
    here = ctx.session.execute(
        select(Child.id, Child.name)
        .join(IdentityDocument, refers(IdentityDocument.child_id, Child))
        .where(
            IdentityDocument.number_index == index,
            IdentityDocument.voided_at.is_(None),
            stands(),
        )
    ).all()
    for child_id, name in here:
        if but is None or child_id != but.id:
            raise Refused(T("{name} has this identity number already.", name=name), "number")
    elsewhere = ctx.session.scalars(_ELSEWHERE, {"numbers": [index]}).first()
    if elsewhere:
        raise Refused(
            T(
                "A child with this number is at {school}. Ask that school for a transfer.",
                school=elsewhere,
            ),
            "number",
        )


def same_name_and_birth(ctx: Ctx, name: str, birth: date | None) -> Sequence[Child]:
    """Return the visible children who may be the same: equal name and, if known, birthday."""
    wanted = select(Child).where(
        Child.name == names.normalise(name),
        stands(),
    )
    if birth is not None:
        wanted = wanted.where((Child.birth_date == birth) | Child.birth_date.is_(None))
    return ctx.session.scalars(wanted.limit(5)).all()


def likely_same(ctx: Ctx, child: Child, typed: str) -> Sequence[Child]:
    """Return who of the child's school is meant by ``typed``: name, pinyin, number or birthday."""
    born = _day(typed)
    meant = matches(ctx, typed) if born is None else Child.birth_date == born
    wanted = select(Child).where(Child.school_id == child.school_id, stands(), meant)
    return ctx.session.scalars(wanted.order_by(Child.name_pinyin, Child.id).limit(20)).all()


def _day(typed: str) -> date | None:
    """Return the day somebody typed: 20170504, 2017-5-4, 2017年5月4日."""
    found = _DAY.fullmatch(typed.strip())
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
