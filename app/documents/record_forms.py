"""A record on one form (记录表): facts in boxes, long texts under them, lines to sign on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from app.documents.pdf import demand_some, render
from app.documents.words import day_text
from app.kernel.text import T, Text


@dataclass(frozen=True)
class RecordForm:
    """What stands on one form.

    ``facts`` are label and value, two pairs a line; ``texts`` are long ones, each in a box of its
    own that grows with its words. Empty values are left free to write by hand.
    """

    title: str
    unit: str
    facts: Sequence[tuple[Text | str, str]]
    texts: Sequence[tuple[Text | str, str]]
    signatures: Sequence[Text | str]


def record_forms(papers: Sequence[RecordForm], *, on: date) -> bytes:
    """Return forms dated ``on`` as PDF of A4 pages, each beginning on a page of its own.

    Raises :class:`~app.kernel.errors.Refused` when a text cannot be printed, and for no form.
    """
    demand_some(papers)
    labels = {"unit": T("Reporting unit: ")}
    data = {"labels": labels, "day": day_text(on), "papers": [_plain(one) for one in papers]}
    return render("record_forms", data, title=papers[0].title, on=on)


def _plain(one: RecordForm) -> dict[str, object]:
    fields = asdict(one)
    facts = [[str(label), value] for label, value in one.facts]
    if len(facts) % 2:
        facts.append(["", ""])
    fields["facts"] = [[*facts[at], *facts[at + 1]] for at in range(0, len(facts), 2)]
    fields["texts"] = [[str(label), value.splitlines()] for label, value in one.texts]
    fields["signatures"] = [str(label) for label in one.signatures]
    return fields
