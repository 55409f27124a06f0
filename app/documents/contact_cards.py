"""The contact card (联系卡) that a child carries and a guardian keeps by the telephone.

Its contents follow the schools' practice: child and class, each guardian with telephone and place
of work, class teacher and pair teacher. What is not known is left as a rule to write on by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from app.documents.pdf import demand_some, render
from app.documents.qr import qr_svg
from app.documents.words import day_text
from app.kernel.text import T, Text

QR_MM = 27.0


@dataclass(frozen=True)
class GuardianLine:
    """One adult of the child; an unknown part is an empty text."""

    relation: str
    name: str = ""
    phone: str = ""
    workplace: str = ""


@dataclass(frozen=True)
class SchoolContact:
    """Who answers at school: the class teacher or the pair teacher."""

    name: str
    phone: str = ""


@dataclass(frozen=True)
class Hotline:
    """A number to call in need and the word for it, such as 110 with 报警."""

    number: str
    label: str


@dataclass(frozen=True)
class ContactCard:
    """What stands on one card. Empty text, None or an empty tuple: not known, nothing invented.

    ``activation_url`` is what the QR code opens; without it the card has no code. ``title`` is what
    the centre calls the card, when it has a name of its own.
    """

    child: str
    issued_on: date
    sex: str = ""
    birth: date | None = None
    school: str = ""
    homeroom: str = ""
    boards: bool | None = None
    school_phone: str = ""
    teacher: SchoolContact | None = None
    mentor: SchoolContact | None = None
    guardians: Sequence[GuardianLine] = ()
    address: str = ""
    hotlines: Sequence[Hotline] = ()
    activation_url: str = ""
    slogan: str = ""
    title: str = ""


def contact_card(card: ContactCard) -> bytes:
    """Return one card as a PDF of A6 landscape.

    Raises :class:`~app.kernel.errors.Refused` when a text cannot be printed or does not fit.
    """
    return render("contact_card", _data([card]), title=card.child or _title(), on=card.issued_on)


def contact_cards(cards: Sequence[ContactCard], *, title: str = "") -> bytes:
    """Return the cards of a class, four to a sheet of A4 landscape with lines to cut along.

    ``title`` names the file in a reader's window (a class, as a rule). Raises
    :class:`~app.kernel.errors.Refused` as :func:`contact_card`, naming the child, and for no card.
    """
    demand_some(cards)
    on = max(card.issued_on for card in cards)
    return render("contact_cards", _data(cards), title=title or _title(), on=on)


def _title() -> str:
    return str(T("Contact card"))


def _data(cards: Sequence[ContactCard]) -> dict[str, Any]:
    own = {"title": cards[0].title} if cards[0].title else {}
    return {"labels": _labels() | own, "cards": [_fields(card) for card in cards]}


def _labels() -> dict[str, Text | str]:
    return {
        "title": T("Contact card"),
        "guardian": T("Relation"),
        "name": T("Name"),
        "phone": T("Telephone"),
        "workplace": T("Place of work"),
        "address": T("Address now"),
        "teacher": T("Class teacher"),
        "mentor": T("Pair teacher"),
        "school_phone": T("School telephone"),
        "emergency": T("In an emergency"),
        "qr": T("Scan to see the child's page"),
    }


def _fields(card: ContactCard) -> dict[str, Any]:
    boards = {True: T("Boarder"), False: T("Day pupil")}
    fields = asdict(card)
    url = fields.pop("activation_url")
    return {
        **fields,
        "birth": _born(card.birth),
        "boards": "" if card.boards is None else str(boards[card.boards]),
        "issued_on": None,
        "issued": str(T("Issued {day}", day=day_text(card.issued_on))),
        "qr": qr_svg(url, printed_mm=QR_MM) if url else None,
    }


def _born(birth: date | None) -> str:
    return str(T("born {day}", day=day_text(birth))) if birth else ""
