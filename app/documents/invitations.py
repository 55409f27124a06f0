"""Invitations to families: two to a sheet of A4, large print, with a code to scan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from app.documents.pdf import demand_some, render
from app.documents.qr import qr_svg
from app.documents.words import day_text
from app.kernel.text import T

QR_MM = 34.0


@dataclass(frozen=True)
class Invitation:
    """What stands on one invitation: ``facts`` are label and value, the code opens ``url``."""

    title: str
    greeting: str
    facts: Sequence[tuple[str, str]]
    text: str
    school: str
    url: str = ""


def invitations(papers: Sequence[Invitation], *, on: date) -> bytes:
    """Return invitations dated ``on`` as PDF, two to a page.

    Raises :class:`~app.kernel.errors.Refused` when a text cannot be printed or does not fit, and
    for no invitation at all.
    """
    demand_some(papers)
    made = [
        {**asdict(one), "qr": qr_svg(one.url, printed_mm=QR_MM) if one.url else None}
        for one in papers
    ]
    data = {"labels": {"qr": T("Scan to answer")}, "papers": made, "day": day_text(on)}
    return render("invitations", data, title=papers[0].title, on=on)
