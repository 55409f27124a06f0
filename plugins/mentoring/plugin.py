"""How the module takes part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from flask import render_template
from sqlalchemy import or_, select

from app.sdk import (
    Child,
    ChildTab,
    Ctx,
    DigestLine,
    Event,
    IndicatorRows,
    ModuleBlueprints,
    can,
    hookimpl,
)
from plugins.mentoring import (  # noqa: F401  (assessments are pages of the school)
    assess_views,
    demo,
    sample_views,
)
from plugins.mentoring.center_views import bp as center_bp
from plugins.mentoring.child_views import bp as child_bp
from plugins.mentoring.digest import lines_for
from plugins.mentoring.indicators import ROWS
from plugins.mentoring.manifest import VIEW
from plugins.mentoring.models import Helper
from plugins.mentoring.plans import TITLES, plans_of
from plugins.mentoring.queries import helpers, history
from plugins.mentoring.services import HELPER_KINDS, end_helper, write_pairings
from plugins.mentoring.views import bp as school_bp
from plugins.mentoring.words import T

_GONE = ("child.left", "child.transferred")


@hookimpl
def blueprints() -> ModuleBlueprints:
    """Give the school's pages, a child's, and the centre's."""
    return ModuleBlueprints(school=school_bp, child=child_bp, center=center_bp)


@hookimpl
def indicator_rows() -> Mapping[str, IndicatorRows]:
    """Give the rows behind the module's numbers."""
    return ROWS


@hookimpl
def digest_lines(
    ctx: Ctx, staff_ids: Sequence[UUID], school_ids: Sequence[UUID], day: date
) -> Mapping[UUID, Sequence[DigestLine]]:
    """Tell of plans to look at, and on Mondays of pairings in name only."""
    return lines_for(ctx, staff_ids, school_ids, day)


@hookimpl
def child_tab(ctx: Ctx, child_id: UUID) -> ChildTab | None:
    """Show who mentors and helps a child, and its open plans."""
    child = ctx.session.get_one(Child, (ctx.scope.center_id, child_id))
    if not can(ctx, VIEW, child):
        return None
    html = render_template(
        "mentoring/child_tab.html",
        past=history(ctx, child_id=child_id),
        helps=helpers(ctx, child_id),
        helper_kinds=HELPER_KINDS,
        plans=plans_of(ctx, child),
        titles=TITLES,
    )
    return ChildTab(T("Mentoring and plans"), html)


@hookimpl
def on_event(ctx: Ctx, event: Event) -> None:
    """Write down who mentors a child now; end the help of pupils when one of two leaves."""
    if event.name == "child.paired":
        child = ctx.session.scalars(select(Child).where(Child.id == event.child_id)).one()
        write_pairings(ctx, child, event.detail)
    if event.name in _GONE:
        either = or_(Helper.child_id == event.child_id, Helper.helper_id == event.child_id)
        for row in ctx.session.scalars(select(Helper).where(either, Helper.ends_on.is_(None))):
            end_helper(ctx, row, reason=str(T("Left the school")))


@hookimpl
def demo_center(ctx: Ctx) -> None:
    """Write the inspections that the centre announced."""
    demo.announce(ctx)


@hookimpl
def demo_data(ctx: Ctx, school_id: UUID, days: int) -> None:
    """Write invented pairings, plans and a burst."""
    demo.load(ctx, school_id, days)
