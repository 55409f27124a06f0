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
    FamilyCard,
    IndicatorRows,
    JobHandler,
    ModuleBlueprints,
    can,
    hookimpl,
)
from plugins.guardian_training import (  # noqa: F401  (the school's pages)
    demo,
    list_views,
    material_views,
    paper_views,
    sheet_views,
)
from plugins.guardian_training.center_views import bp as center_bp
from plugins.guardian_training.digest import lines_for
from plugins.guardian_training.family import told
from plugins.guardian_training.family_views import bp as family_bp
from plugins.guardian_training.indicators import ROWS
from plugins.guardian_training.kinds import AUDIENCES, REASONS, WAYS
from plugins.guardian_training.manifest import RECORD, VIEW
from plugins.guardian_training.of_child import adults_of_child
from plugins.guardian_training.open_views import bp as open_bp
from plugins.guardian_training.papers import when_words
from plugins.guardian_training.personal import STATES
from plugins.guardian_training.sheet import IMPORT
from plugins.guardian_training.views import bp as school_bp
from plugins.guardian_training.words import T


@hookimpl
def blueprints() -> ModuleBlueprints:
    """Give the pages of the school, the centre, families, and who holds no account."""
    return ModuleBlueprints(school=school_bp, center=center_bp, family=family_bp, open=open_bp)


@hookimpl
def job_handlers() -> Mapping[str, JobHandler]:
    """Give what long sheets are written by."""
    return {IMPORT.kind: IMPORT.job}


@hookimpl
def indicator_rows() -> Mapping[str, IndicatorRows]:
    """Give the rows behind the module's numbers."""
    return ROWS


@hookimpl
def child_tab(ctx: Ctx, child_id: UUID) -> ChildTab | None:
    """Show what the adults of a child came to, wherever it was."""
    child = ctx.session.get_one(Child, (ctx.scope.center_id, child_id))
    if not can(ctx, VIEW, child):
        return None
    found = adults_of_child(ctx, child)
    html = render_template(
        "guardian_training/child_tab.html", found=found, states=STATES, reasons=REASONS,
        ways=WAYS, audiences=AUDIENCES, may_record=can(ctx, RECORD, child),
    )  # fmt: skip
    return ChildTab(T("Training of guardians"), html)


@hookimpl
def family_card(ctx: Ctx, child_id: UUID) -> FamilyCard | None:
    """Tell a guardian what they are invited to, and ask what they are asked."""
    child = ctx.session.get_one(Child, (ctx.scope.center_id, child_id))
    found = told(ctx, child=child)
    if not found:
        return None
    html = render_template("guardian_training/family_card.html", found=found, when=when_words)
    return FamilyCard(T("For parents and grandparents"), html, position=20)


@hookimpl
def digest_lines(
    ctx: Ctx, staff_ids: Sequence[UUID], school_ids: Sequence[UUID], day: date
) -> Mapping[UUID, Sequence[DigestLine]]:
    """Tell who plans courses what is not closed and, on Mondays, whom to make up for."""
    return lines_for(ctx, staff_ids, school_ids, day)


@hookimpl
def demo_data(ctx: Ctx, school_id: UUID, days: int) -> None:
    """Write invented trainings."""
    demo.load(ctx, school_id, days)
