"""A child's page of the module: growth over the years with the lines of the standards."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from app.sdk import PDF, NotVisible, audit, child, ctx, download, letters, permission, show
from plugins.health_checks.chart import charts
from plugins.health_checks.items import ITEMS
from plugins.health_checks.judged import judged_lines
from plugins.health_checks.letter import letter_of
from plugins.health_checks.manifest import VIEW
from plugins.health_checks.queries import history, names_of, round_of
from plugins.health_checks.screening.tables import tables_named
from plugins.health_checks.screening.verdicts import NOT_A_DIAGNOSIS
from plugins.health_checks.telling import abnormal

bp = Blueprint("health_checks_of_child", __name__, template_folder="templates")


@bp.get("")
@permission(VIEW)
def growth() -> Any:
    """Show all check-ups of the child and its growth."""
    who = child()
    found = history(ctx(), who.id)
    audit(ctx(), "health_checks.read", child_id=who.id, count=len(found))
    held = {name for row, _entry in found for name in names_of(row)}
    shown = found and tables_named(found[0][0].standards)
    return show(
        "health_checks/growth.html",
        child=who,
        history=found,
        judged=judged_lines(who, *found[0]) if found else [],
        charts=charts(found, who.birth_date, who.sex, shown) if shown else [],
        numbers=[item for item in ITEMS.values() if item.is_number and item.name in held],
        found={row.id: abnormal(row) for row, _entry in found},
        remarks={row.id: _remarks(row.more) for row, _entry in found},
        hint=NOT_A_DIAGNOSIS,
        trail=[
            (who.name, url_for("children.page", child_id=who.id)),
            (_("Growth and check-ups"), ""),
        ],
    )


def _remarks(more: dict[str, str]) -> list[str]:
    titles = {name: item.title for name, item in ITEMS.items() if not item.is_number}
    return [
        f"{titles.get(name, '')} {text}".strip()
        for name, text in more.items()
        if name not in ITEMS or name in titles
    ]


@bp.get("/letter.pdf")
@permission(VIEW)
def letter() -> Any:
    """Send the letter about the newest check-up as PDF."""
    who, found = child(), history(ctx(), child().id)
    if not found:
        raise NotVisible
    check_up, entry = found[0]
    audit(ctx(), "health_checks.print", child_id=who.id, count=1)
    round_ = round_of(ctx(), check_up.round_id)
    paper = letter_of(ctx(), round_, who, "", check_up, entry)
    return download(letters([paper], on=ctx().today()), f"{who.name}.pdf", PDF, inline=True)
