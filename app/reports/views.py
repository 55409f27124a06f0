"""The first pages of a centre and of a school."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from app.edge.areas import AreaBlueprint
from app.edge.current import ctx, school_id, show
from app.edge.marks import permission
from app.handover.queries import waiting
from app.host.context import Ctx
from app.reports.overview import of_center, of_school, school_facts, vacant
from app.tenancy.models import School, Term

center = AreaBlueprint("center_home", __name__, area="center")
school = AreaBlueprint("school_home", __name__, area="school")


def _term(work: Ctx, day: date) -> Term | None:
    """Return the term of ``day``, in the holidays the one that ended last."""
    return work.session.scalar(
        select(Term).where(Term.starts_on <= day).order_by(Term.starts_on.desc()).limit(1)
    )


@center.get("/")
@permission("center.view")
def page() -> Any:
    """Show the schools of the centre with their figures."""
    work = ctx()
    return show(
        "reports/center_home.html",
        overview=of_center(work),
        facts=school_facts(work),
        vacant=vacant(work),
        term=_term(work, work.today()),
        modules={name: plugin.module.title for name, plugin in work.registry.plugins.items()},
    )


@school.get("/", endpoint="page")
@permission("school.view")
def school_page() -> Any:
    """Show the classes of the school with their figures."""
    work = ctx()
    here = work.session.scalars(select(School).where(School.id == school_id())).one()
    return show(
        "reports/school_home.html",
        school=here,
        overview=of_school(work),
        unfinished=waiting(work, here.id) if work.actor.holds("staff.view") else 0,
        vacant=vacant(work),
        term=_term(work, work.today()),
    )
