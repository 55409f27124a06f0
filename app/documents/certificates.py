"""Certificates (证书): one a page of A4 across, framed, with room for a seal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from app.documents.pdf import demand_some, render
from app.documents.words import day_text
from app.kernel.text import T


@dataclass(frozen=True)
class Certificate:
    """What stands on one certificate; ``text`` goes on from the name."""

    title: str
    name: str
    text: str
    unit: str
    number: str = ""


def certificates(papers: Sequence[Certificate], *, on: date) -> bytes:
    """Return certificates dated ``on`` as PDF.

    Raises :class:`~app.kernel.errors.Refused` when a text cannot be printed or does not fit,
    naming the person, and for no certificate at all.
    """
    demand_some(papers)
    labels = {"number": T("No. "), "seal": T("(seal)")}
    data = {"labels": labels, "day": day_text(on), "papers": [asdict(one) for one in papers]}
    return render("certificates", data, title=papers[0].title, on=on)
