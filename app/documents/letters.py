"""Letters from the school to families, in large print, with a slip to send back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.documents.pdf import demand_some, render
from app.documents.words import day_text
from app.kernel.text import T


@dataclass(frozen=True)
class Letter:
    """What stands on one letter; each line of ``body`` is a paragraph.

    ``child`` and ``homeroom`` name whom the slip is about; ``signature`` are the lines at the end.
    """

    title: str
    greeting: str
    body: str
    child: str
    homeroom: str = ""
    signature: tuple[str, ...] = ()


def letters(papers: Sequence[Letter], *, on: date) -> bytes:
    """Return letters dated ``on`` as PDF, each on A4 pages of its own.

    Raises :class:`~app.kernel.errors.Refused` when a text cannot be printed, and for no letter.
    """
    demand_some(papers)
    labels = {
        "slip": T("Reply slip (please cut off and send back to the school)"),
        "read": T("I have read the letter about {child} {homeroom}.", child="{child}",
                  homeroom="{homeroom}"),
        "phone": T("My telephone number now: "),
        "say": T("What I want to tell the school: "),
        "signature": T("Signature of the parent or guardian: "),
        "day": T("Date: "),
    }  # fmt: skip
    data = {
        "labels": labels,
        "letters": [_plain(paper, on) for paper in papers],
    }
    return render("letters", data, title=papers[0].title, on=on)


def _plain(paper: Letter, on: date) -> dict[str, object]:
    return {
        "title": paper.title,
        "greeting": paper.greeting,
        "paragraphs": [line for line in paper.body.splitlines() if line.strip()],
        "child": paper.child,
        "homeroom": paper.homeroom,
        "signature": [*paper.signature, day_text(on)],
    }
