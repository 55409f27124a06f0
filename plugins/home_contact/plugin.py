"""How the module takes part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from flask import render_template

from app.sdk import (
    Child,
    ChildTab,
    Ctx,
    FamilyCard,
    IndicatorRows,
    ModuleBlueprints,
    ToHandOver,
    can,
    hookimpl,
)
from plugins.home_contact import demo, letter_views  # noqa: F401  (letters are pages of the school)
from plugins.home_contact.child_views import bp as child_bp
from plugins.home_contact.correcting import taken_back
from plugins.home_contact.family import contacts_told
from plugins.home_contact.handing import give_to, promised_by
from plugins.home_contact.indicators import ROWS
from plugins.home_contact.kinds import ENTRY_KINDS, kind_of
from plugins.home_contact.manifest import VIEW
from plugins.home_contact.numbers import adults_of, reachable, tries_of
from plugins.home_contact.queries import counts_by_kind, history, steps_of, terms
from plugins.home_contact.views import bp as school_bp
from plugins.home_contact.words import T


@hookimpl
def blueprints() -> ModuleBlueprints:
    """Give the school's pages and a child's."""
    return ModuleBlueprints(school=school_bp, child=child_bp)


@hookimpl
def indicator_rows() -> Mapping[str, IndicatorRows]:
    """Give the rows behind the module's numbers."""
    return ROWS


def _child(ctx: Ctx, child_id: UUID) -> Child:
    return ctx.session.get_one(Child, (ctx.scope.center_id, child_id))


def _term_began(ctx: Ctx) -> date:
    """Return the first day of the present term, without terms a day half a year ago."""
    begun = terms(ctx)
    return begun[0].starts_on if begun else ctx.today() - timedelta(days=183)


@hookimpl
def child_tab(ctx: Ctx, child_id: UUID) -> ChildTab | None:
    """Show a child's contacts, what is to be done next, and numbers to ask for anew."""
    child = _child(ctx, child_id)
    if not can(ctx, VIEW, child):
        return None
    tries = tries_of(ctx, child.school_id)
    html = render_template(
        "home_contact/child_tab.html",
        child=child,
        lines=history(ctx, child),
        steps=steps_of(ctx, [child_id]),
        numbers=reachable(adults_of(ctx, [child_id]).get(child_id, []), tries),
        counts=counts_by_kind(ctx, child, _term_began(ctx)),
        kind_of=kind_of,
        today=ctx.today(),
    )
    return ChildTab(T("Contact with the family"), html)


@hookimpl
def family_card(ctx: Ctx, child_id: UUID, kinds: Sequence[str]) -> FamilyCard | None:
    """Tell the family which contacts the school has written down, and what it answered."""
    told = any(kind in ENTRY_KINDS for kind in kinds)
    found = contacts_told(ctx, _child(ctx, child_id)) if told else []
    if not found:
        return None
    html = render_template("home_contact/family_card.html", items=found, kind_of=kind_of)
    return FamilyCard(T("Teachers and family"), html, position=10)


@hookimpl
def on_hand_over(ctx: Ctx, staff_id: UUID, school_id: UUID) -> Sequence[ToHandOver]:
    """Name the next steps that the person has still to do."""
    return promised_by(ctx, staff_id, school_id)


@hookimpl
def accept_hand_over(ctx: Ctx, object_id: UUID, to_staff_id: UUID) -> None:
    """Let the successor do a next step."""
    give_to(ctx, object_id, to_staff_id)


@hookimpl
def on_taken_back(ctx: Ctx, entry_id: UUID) -> None:
    """Count the number called anew."""
    taken_back(ctx, entry_id)


@hookimpl
def demo_data(ctx: Ctx, school_id: UUID, days: int) -> None:
    """Write invented contacts."""
    demo.load(ctx, school_id, days)
