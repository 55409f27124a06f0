"""Letters of responsibility (责任书): one page each, with lines to sign on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from app.documents.pdf import demand_some, render
from app.kernel.text import T


@dataclass(frozen=True)
class Pledge:
    """A finished letter: ``text`` one paragraph a line, ``what`` the post it is about."""

    title: str
    text: str
    unit: str
    name: str
    what: str


def responsibility_letters(letters: Sequence[Pledge], *, title: str, on: date) -> bytes:
    """Return the letters, a page of A4 each, made on the day ``on``, as PDF.

    Raises :class:`~app.kernel.errors.Refused` when a text cannot be printed or does not fit on
    its page, naming the person, and for no letter at all.
    """
    demand_some(letters)
    labels = {
        "unit": T("Unit"),
        "name": T("Name"),
        "what": T("Responsible for"),
        "signs": T("Responsible person (signature):"),
        "head": T("Head of the unit (signature and seal):"),
        "day": T("Date:"),
    }
    data = {
        "labels": labels,
        "letters": [{**asdict(one), "text": one.text.splitlines()} for one in letters],
    }
    return render("pledges", data, title=title, on=on)
