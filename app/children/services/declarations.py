"""What a form says of a child, entered by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from app.audit.services import record as audit
from app.children.models import Child, Declaration
from app.children.services.versions import touch
from app.host.checks import refuse_future
from app.host.context import Ctx
from app.kernel.errors import Refused
from app.kernel.text import T

SCHEMES = ("left_behind", "orphan", "hardship", "disability")


def declare(ctx: Ctx, child: Child, *, values: Mapping[str, str], as_of: date, source: str) -> None:
    """Write what a form of day ``as_of`` says, by scheme; empty values are left out.

    What was entered for the same day and scheme is replaced. Raises :class:`Refused`.
    """
    refuse_future(ctx, as_of, "as_of")
    given = {scheme: values[scheme] for scheme in SCHEMES if values.get(scheme)}
    if not given:
        raise Refused(T("Choose at least one answer."), "left_behind")
    for earlier in ctx.session.scalars(
        select(Declaration).where(
            Declaration.child_id == child.id,
            Declaration.as_of == as_of,
            Declaration.scheme.in_(given),
            Declaration.voided_at.is_(None),
        )
    ):
        earlier.voided_at = ctx.now()
    for scheme, value in given.items():
        ctx.session.add(
            Declaration(
                school_id=child.school_id,
                child_id=child.id,
                scheme=scheme,
                value=value,
                as_of=as_of,
                source=source or "staff",
            )
        )
    touch(ctx, child)
    audit(ctx, "declaration.add", child_id=child.id, school_id=child.school_id, schemes=list(given))
    ctx.session.flush()
