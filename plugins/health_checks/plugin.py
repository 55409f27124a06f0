"""How the module takes part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import click
from flask import render_template

from app.sdk import ChildTab, Ctx, FamilyCard, IndicatorRows, JobHandler, ModuleBlueprints, hookimpl
from plugins.health_checks import center_views, child_views, demo
from plugins.health_checks.commands import group
from plugins.health_checks.family import grown, line
from plugins.health_checks.importing import CENTER_IMPORT, IMPORT
from plugins.health_checks.indicators import ROWS
from plugins.health_checks.manifest import KIND
from plugins.health_checks.queries import history, may_see, open_referrals_of
from plugins.health_checks.screening.verdicts import NOT_A_DIAGNOSIS
from plugins.health_checks.telling import abnormal, for_family, measured_line
from plugins.health_checks.undoing import taken_back
from plugins.health_checks.views import bp
from plugins.health_checks.words import T


@hookimpl
def blueprints() -> ModuleBlueprints:
    """Give the school's pages."""
    return ModuleBlueprints(school=bp, center=center_views.bp, child=child_views.bp)


@hookimpl
def job_handlers() -> Mapping[str, JobHandler]:
    """Give what writes long spreadsheets."""
    return {spec.kind: spec.job for spec in (IMPORT, CENTER_IMPORT)}


@hookimpl
def cli() -> click.Group:
    """Screen files of children by the national tables."""
    return group


@hookimpl
def indicator_rows() -> Mapping[str, IndicatorRows]:
    """Give the rows behind the module's numbers."""
    return ROWS


@hookimpl
def child_tab(ctx: Ctx, child_id: UUID) -> ChildTab | None:
    """Show a child's check-ups with the growth."""
    if not may_see(ctx, child_id):
        return _attention(ctx, child_id)
    found = history(ctx, child_id)
    if not found:
        return None
    html = render_template(
        "health_checks/child_tab.html",
        history=found[:3],
        child_id=child_id,
        points=line(found),
        found=abnormal(found[0][0]),
        measured=measured_line,
        waiting=open_referrals_of(ctx, child_id),
        hint=NOT_A_DIAGNOSIS,
    )
    return ChildTab(T("Growth and check-ups"), html)


def _attention(ctx: Ctx, child_id: UUID) -> ChildTab | None:
    """Tell who follows up that something waits, and nothing of what was found."""
    waiting = open_referrals_of(ctx, child_id)
    if not waiting:
        return None
    html = render_template("health_checks/attention.html", waiting=waiting)
    return ChildTab(T("Health follow-up"), html)


@hookimpl
def family_card(ctx: Ctx, child_id: UUID, kinds: Sequence[str]) -> FamilyCard | None:
    """Tell the family the newest measures in plain words."""
    found = history(ctx, child_id) if KIND in kinds else []
    if not found:
        return None
    check_up, entry = found[0]
    html = render_template(
        "health_checks/family_card.html",
        check_up=check_up,
        entry=entry,
        grown=grown(found),
        found=for_family(check_up),
        measured=measured_line(check_up),
        hint=NOT_A_DIAGNOSIS,
    )
    return FamilyCard(T("Health"), html, position=20)


@hookimpl
def on_taken_back(ctx: Ctx, kind: str, entry_id: UUID) -> None:
    """Withdraw what a check-up had found, open what a closing had closed."""
    taken_back(ctx, kind, entry_id)


@hookimpl
def demo_data(ctx: Ctx, school_id: UUID, days: int) -> None:
    """Write invented check-ups."""
    demo.load(ctx, school_id, days)
