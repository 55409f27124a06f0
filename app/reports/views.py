"""The first pages of a centre and of a school."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from app.edge.areas import AreaBlueprint
from app.edge.current import ctx, school_id, show
from app.edge.marks import permission
from app.host.context import Ctx
from app.organisation.vacancies import vacancy_counts
from app.reports.overview import class_lines, school_lines, total
from app.tenancy.models import School, Term
from app.tenancy.naming import class_title

center = AreaBlueprint("center_home", __name__, area="center")
school = AreaBlueprint("school_home", __name__, area="school")


def _term(work: Ctx, day: date) -> Term | None:
    """Return the term of ``day``, in the holidays the one that ended last."""
    return work.session.scalar(
        select(Term).where(Term.starts_on <= day).order_by(Term.starts_on.desc()).limit(1)
    )


def _vacant(work: Ctx) -> int:
    """Return how many posts of the scope nobody holds, to who may see them."""
    return sum(vacancy_counts(work).values()) if work.actor.holds("organisation.view") else 0


@center.get("/")
@permission("center.view")
def page() -> Any:
    """Show the schools of the centre with their figures."""
    work = ctx()
    lines = school_lines(work, work.today())
    return show(
        "reports/center_home.html",
        lines=lines,
        whole=total(line.counts for line in lines),
        vacant=_vacant(work),
        term=_term(work, work.today()),
        modules={name: plugin.module.title for name, plugin in work.registry.plugins.items()},
    )


@school.get("/", endpoint="page")
@permission("school.view")
def school_page() -> Any:
    """Show the classes of the school with their figures."""
    work = ctx()
    here = work.session.scalars(select(School).where(School.id == school_id())).one()
    lines = class_lines(work, work.today())
    titles = {
        line.homeroom.id: class_title(work, line.homeroom, here.system)
        for line in lines
        if line.homeroom
    }
    return show(
        "reports/school_home.html",
        school=here,
        lines=lines,
        titles=titles,
        whole=total(line.counts for line in lines),
        vacant=_vacant(work),
        term=_term(work, work.today()),
    )
