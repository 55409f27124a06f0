"""How the module takes part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from flask import render_template

from app.sdk import (
    Child,
    ChildTab,
    Ctx,
    DigestLine,
    Event,
    FamilyCard,
    IndicatorRows,
    JobHandler,
    ModuleBlueprints,
    can,
    hookimpl,
    latest,
)
from plugins.subsidies import (  # noqa: F401  (tables, and pages of the school and the centre)
    account_views,
    answers,
    demo,
    list_views,
    money_views,
    pay_models,
    pay_views,
    reversal_views,
    review_views,
    scheme_views,
)
from plugins.subsidies.account_import import IMPORT
from plugins.subsidies.center_views import bp as center_bp
from plugins.subsidies.child_views import applications, awards_of
from plugins.subsidies.child_views import bp as child_bp
from plugins.subsidies.digest import lines_for
from plugins.subsidies.indicators import ROWS
from plugins.subsidies.kinds import STATES
from plugins.subsidies.manifest import MONEY, TOLD, VIEW
from plugins.subsidies.money import yuan
from plugins.subsidies.services import on_moved
from plugins.subsidies.views import bp as school_bp
from plugins.subsidies.words import T

_GONE = {"child.left": T("Left the school"), "child.transferred": T("Moved to another school")}
_LATEST = 6


@hookimpl
def blueprints() -> ModuleBlueprints:
    """Give the school's pages, a child's, and the centre's."""
    return ModuleBlueprints(school=school_bp, child=child_bp, center=center_bp)


@hookimpl
def job_handlers() -> Mapping[str, JobHandler]:
    """Give what large batches and large sheets are written by."""
    return {
        answers.ANSWER: answers.answer_job,
        answers.REST: answers.rest_job,
        IMPORT.kind: IMPORT.job,
    }


@hookimpl
def indicator_rows() -> Mapping[str, IndicatorRows]:
    """Give the rows behind the module's numbers."""
    return ROWS


def _child(ctx: Ctx, child_id: UUID) -> Child:
    return ctx.session.get_one(Child, (ctx.scope.center_id, child_id))


@hookimpl
def child_tab(ctx: Ctx, child_id: UUID) -> ChildTab | None:
    """Show for what a child was proposed and how far it is; sums to who may see them."""
    child = _child(ctx, child_id)
    if not can(ctx, VIEW, child):
        return None
    sums = {}
    if can(ctx, MONEY, child):
        sums = {x.award.application_id: x.award.amount_fen for x in awards_of(ctx, child_id)}
    html = render_template(
        "subsidies/child_tab.html", child=child, applications=applications(ctx, child_id)[:_LATEST],
        sums=sums, states=STATES, yuan=yuan,
    )  # fmt: skip
    return ChildTab(T("Subsidies"), html)


@hookimpl
def family_card(ctx: Ctx, child_id: UUID, kinds: Sequence[str]) -> FamilyCard | None:
    """Tell the family what was applied for, approved, paid; it says whether it has arrived."""
    told = any(kind in TOLD for kind in kinds)
    found = latest(ctx, _child(ctx, child_id), _LATEST, kinds=TOLD) if told else []
    if not found:
        return None
    html = render_template("subsidies/family_card.html", items=found)
    return FamilyCard(T("Subsidies"), html, position=40)


@hookimpl
def digest_lines(
    ctx: Ctx, staff_ids: Sequence[UUID], school_ids: Sequence[UUID], day: date
) -> Mapping[UUID, Sequence[DigestLine]]:
    """Tell officers and approvers what waits for them."""
    return lines_for(ctx, staff_ids, school_ids, day)


@hookimpl
def demo_center(ctx: Ctx, days: int) -> None:
    """Write an invented term: the centre's part and the schools' are one story."""
    demo.load(ctx, days)


@hookimpl
def demo_data(ctx: Ctx, school_id: UUID) -> None:
    """Write invented applications of families to a school's round of relief."""
    demo.families_apply(ctx, school_id)


@hookimpl
def on_event(ctx: Ctx, event: Event) -> None:
    """Close what waits for a child that leaves the school."""
    if event.name in _GONE:
        on_moved(ctx, event.child_id, str(_GONE[event.name]))
