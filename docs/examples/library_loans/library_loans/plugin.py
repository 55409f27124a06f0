"""How the plugin takes part."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import click
from flask import Blueprint, render_template

from app.sdk import (
    ChildTab,
    Ctx,
    DigestLine,
    Event,
    FamilyCard,
    ModuleBlueprints,
    hookimpl,
    list_sheet,
    listed,
    permission,
    records,
    show,
    void,
)
from library_loans.listing import LOANS
from library_loans.manifest import T
from library_loans.models import Loan

bp = Blueprint("library_loans", __name__, template_folder="templates")


@bp.get("")
@permission("library_loans.view")
def page() -> str:
    """List the loans."""
    return show("library_loans/page.html", shown=listed(LOANS, sheet=".sheet"))


@bp.get("/loans.xlsx")
@permission("library_loans.view")
def sheet() -> Any:
    """Send the loans as a spreadsheet."""
    return list_sheet(LOANS, page=".page")


def _books(work: Ctx, child_id: UUID) -> str | None:
    found = work.session.execute(records(Loan).where(Loan.child_id == child_id)).all()
    if not found:
        return None
    return render_template("library_loans/books.html", books=[loan.book for loan, _entry in found])


@hookimpl
def blueprints() -> ModuleBlueprints:
    """Give the page."""
    return ModuleBlueprints(school=bp)


@click.group()
def loans() -> None:
    """Look after the loans."""


@loans.command()
@click.option("--center", required=True)
@click.option("--school", required=True)
@click.pass_obj
def count(
    at_center: Callable[[str, str], AbstractContextManager[Ctx]], center: str, school: str
) -> None:
    """Print how many books are lent."""
    with at_center(center, school) as work:
        click.echo(len(work.session.execute(records(Loan)).all()))


@hookimpl
def cli() -> click.Group:
    """Books that are lent."""
    return loans


@hookimpl
def child_tab(ctx: Ctx, child_id: UUID) -> ChildTab | None:
    """Show the books of a child."""
    books = _books(ctx, child_id)
    return ChildTab(T("Books at home"), books) if books else None


@hookimpl
def on_event(ctx: Ctx, event: Event) -> None:
    """Take back what a child has borrowed when it leaves."""
    if event.name == "child.left":
        lent = ctx.session.execute(records(Loan).where(Loan.child_id == event.child_id)).all()
        for _loan, entry in lent:
            void(ctx, entry, reason="given back")


@hookimpl
def digest_lines(
    ctx: Ctx, staff_ids: Sequence[UUID], school_ids: Sequence[UUID]
) -> Mapping[UUID, Sequence[DigestLine]]:
    """Remind everybody of the books that are lent."""
    lent = ctx.session.execute(records(Loan).where(Loan.school_id.in_(school_ids))).all()
    line = DigestLine(T("Books at home"), len(lent), "/")
    return {staff: [line] for staff in staff_ids}


@hookimpl
def family_card(ctx: Ctx, child_id: UUID, kinds: Sequence[str]) -> FamilyCard | None:
    """Show the family the books of its child."""
    books = _books(ctx, child_id) if "library_loans.loan" in kinds else None
    return FamilyCard(T("Books at home"), books) if books else None
