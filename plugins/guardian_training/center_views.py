"""The centre's page: how far each school is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.sdk import School, ctx, permission, show
from plugins.guardian_training.coverage import Covered, coverage, held
from plugins.guardian_training.kinds import AUDIENCES, ENTRUSTED, GRANDPARENT, MEETING, TRAINING
from plugins.guardian_training.manifest import VIEW
from plugins.guardian_training.queries import terms
from plugins.guardian_training.views import term_here

bp = Blueprint("guardian_training_of_center", __name__, template_folder="templates")


@dataclass(frozen=True)
class Row:
    """A school in a term."""

    school: School
    trainings: int
    meetings: int
    by: dict[str, Covered]

    def total(self, name: str, *audiences: str) -> int:
        """Return a count over some kinds of guardians, over all without any."""
        wanted = audiences or tuple(AUDIENCES)
        return sum(getattr(self.by[one], name) for one in wanted if one in self.by)

    @property
    def carers(self) -> int:
        """Return the number of grandparents and entrusted guardians."""
        return self.total("people", GRANDPARENT, ENTRUSTED)


@bp.get("")
@permission(VIEW)
def page() -> Any:
    """Show, school by school, sessions held, guardians trained, and who never came."""
    begun = terms(ctx())
    term = term_here(begun)
    found: dict[UUID, dict[str, Covered]] = {}
    for one in coverage(ctx(), term, times=1) if term else []:
        found.setdefault(one.school_id, {})[one.audience] = one
    sessions = held(ctx(), term) if term else {}
    schools = ctx().session.scalars(
        select(School).where(School.id.in_(list(found))).order_by(School.position, School.code)
    )
    rows = [
        Row(one, sessions.get(one.id, {}).get(TRAINING, 0),
            sessions.get(one.id, {}).get(MEETING, 0), found[one.id])
        for one in schools
    ]  # fmt: skip
    return show(
        "guardian_training/center.html",
        rows=rows,
        terms=begun,
        term=term,
        carers=(GRANDPARENT, ENTRUSTED),
        school_url=lambda school: url_for("guardian_training_school.page", school=school.code),
        trail=[(_("Training of guardians"), "")],
    )
