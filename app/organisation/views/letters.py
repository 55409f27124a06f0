"""Letters of responsibility: the list, printing, marking signed, the scan."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request
from flask_babel import gettext as _
from flask_babel import ngettext

from app.children.views.saving import save
from app.documents.pledges import responsibility_letters
from app.edge.current import ctx, place, show
from app.edge.downloads import PDF, download
from app.edge.marks import permission
from app.kernel.dates import parse_date
from app.kernel.errors import NotVisible, Refused
from app.kernel.grades import school_year
from app.kernel.text import T, Text
from app.ledger.attachments import Upload
from app.organisation import letters, services
from app.organisation.forms import ScanForm
from app.organisation.letters import DueLetter
from app.organisation.views.bp import bp, here, trail

_SIGNED = "/letters/<uuid:letter_id>"


@bp.both("/letters", "letters")
@permission("staff.view")
def letter_list() -> Any:
    """List this school year's letters, those not signed first; or an earlier year's signed ones."""
    services.demand_place(ctx(), place())
    this = school_year(ctx().today())
    year = request.args.get("year", this, type=int)
    years = sorted({this, *letters.years_signed(ctx(), place())}, reverse=True)
    due = letters.due_letters(ctx(), place()) if year == this else []
    return show(
        "organisation/letters.html",
        trail=trail((_("Letters of responsibility"), "")),
        here=here,
        year=year,
        years=years,
        now=year == this,
        today=ctx().today(),
        unsigned=[one for one in due if one.signed is None],
        signed=letters.signed_letters(ctx(), place(), year),
        central=place() is None,
    )


@bp.both("/letters/print", "letters_print", "POST")
@permission("organisation.manage")
def letters_print() -> Any:
    """Print the ticked letters, or all that are not signed: a page each."""
    services.demand_place(ctx(), place())
    try:
        pledges = letters.to_print(ctx(), place(), _chosen())
        title = str(T("Letters of responsibility"))
        body = responsibility_letters(pledges, title=title, on=ctx().today())
    except Refused as refused:
        return _again(refused)
    services.audit(ctx(), "letter.print", place(), letters=len(pledges))
    return download(body, f"{letters.unit_name(ctx(), place())}{title}.pdf", PDF, inline=True)


@bp.both("/letters/sign", "letters_sign", "POST")
@permission("organisation.manage")
def letters_sign() -> Any:
    """Mark the ticked letters as signed on a day."""
    services.demand_place(ctx(), place())
    day = parse_date(request.form.get("signed_on", ""))
    if isinstance(day, Text):
        return _again(Refused(T("Give the day on which they were signed.")))
    try:
        number = letters.sign(ctx(), place(), _chosen(), signed_on=day)
    except Refused as refused:
        return _again(refused)
    said = ngettext("%(num)s letter is marked as signed.", "%(num)s letters are marked as signed.",
                    number)  # fmt: skip
    flash(said, "success")
    return redirect(here("letters"))


@bp.both(_SIGNED, "letter", "GET", "POST")
@permission("organisation.manage")
def letter(letter_id: UUID) -> Any:
    """Show a signed letter; keep the scan of the paper."""
    services.demand_place(ctx(), place())
    row = letters.letter_here(ctx(), letter_id, place())
    form = ScanForm()

    def keep() -> None:
        file = form.scan.data
        letters.keep_scan(ctx(), row, Upload(file.filename or "scan", file.read()))

    return save(
        form,
        keep,
        title=row.title,
        done=_("The scan is kept."),
        after=here("letter", letter_id=row.id),
        trail=trail((_("Letters of responsibility"), here("letters"))),
        template="organisation/letter.html",
        row=row,
        here=here,
    )


@bp.both(f"{_SIGNED}/void", "letter_void", "POST")
@permission("organisation.manage")
def letter_void(letter_id: UUID) -> Any:
    """Take back that a letter was signed."""
    services.demand_place(ctx(), place())
    letters.unsign(ctx(), letters.letter_here(ctx(), letter_id, place()))
    flash(_("The letter counts as not signed again."), "success")
    return redirect(here("letters"))


@bp.both(f"{_SIGNED}/scan", "letter_scan")
@permission("staff.view")
def letter_scan(letter_id: UUID) -> Any:
    """Send the scan of a signed letter."""
    services.demand_place(ctx(), place())
    row = letters.letter_here(ctx(), letter_id, place())
    if row.scan_key is None or row.scan_type is None:
        raise NotVisible
    services.audit(ctx(), "letter.scan_read", place(), letter=str(row.id))
    body = ctx().files.get(row.scan_key)
    return download(body, row.scan_name or "scan", row.scan_type, inline=True)


def _chosen() -> list[DueLetter]:
    due = letters.due_letters(ctx(), place())
    if request.form.get("which") == "unsigned":
        return [one for one in due if one.signed is None]
    ticked = set(request.form.getlist("letter"))
    return [one for one in due if one.key in ticked]


def _again(refused: Refused) -> Any:
    flash(str(refused), "danger")
    return letter_list(), 422
