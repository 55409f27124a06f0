"""Paper slips with which staff and guardians come in for the first time.

A slip holds a secret: print it, hand it over in person, keep no copy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from app.documents.pdf import demand_some, render
from app.documents.qr import qr_svg
from app.documents.words import day_text
from app.kernel.text import T, Text

QR_MM = 48.0
SHOWN_DIGITS = 3


@dataclass(frozen=True)
class StaffSlip:
    """The first password of one person; ``address`` is where to sign in."""

    name: str
    number: str
    password: str
    address: str
    school: str = ""


@dataclass(frozen=True)
class GuardianSlip:
    """The activation of one guardian for one child.

    ``phone`` is the number whose last four digits are asked; the paper shows its first three
    digits only. ``url`` is what the QR code opens, ``address`` what to type without a camera.
    """

    child: str
    guardian: str
    phone: str
    code: str
    url: str
    address: str
    valid_until: date
    school: str = ""
    homeroom: str = ""


def staff_slips(slips: Sequence[StaffSlip], *, on: date) -> bytes:
    """Return first-password slips, ten to a sheet of A4, made on the day ``on``, as PDF.

    Raises :class:`~app.kernel.errors.Refused` when a text cannot be printed or does not fit, and
    for no slip at all.
    """
    labels = {
        "number": T("Staff number"),
        "password": T("First password"),
        "address": T("Open in a browser"),
        "advice": T("You choose your own password at the first sign-in. Then tear up this slip."),
    }
    return _sheet(slips, labels, title=T("First passwords"), on=on)


def phone_slips(slips: Sequence[StaffSlip], *, on: date) -> bytes:
    """Return slips for who signs in with a telephone and a PIN, as :func:`staff_slips` does."""
    labels = {
        "number": T("Phone number"),
        "password": T("First PIN"),
        "address": T("Open in a browser"),
        "advice": T("You choose your own PIN at the first sign-in. Then tear up this slip."),
    }
    return _sheet(slips, labels, title=T("Sign-in on the phone"), on=on)


def _sheet(
    slips: Sequence[StaffSlip], labels: Mapping[str, Text], *, title: Text, on: date
) -> bytes:
    demand_some(slips)
    data = {"labels": labels, "slips": [asdict(slip) for slip in slips]}
    return render("staff_slips", data, title=str(title), on=on)


def guardian_slips(slips: Sequence[GuardianSlip], *, on: date) -> bytes:
    """Return activation slips for guardians, two to a sheet of A4, made on ``on``, as PDF.

    Raises :class:`~app.kernel.errors.Refused` when a text cannot be printed or does not fit, and
    for no slip at all.
    """
    demand_some(slips)
    labels = {
        "title": T("See your child's page"),
        "scan": T("Scan the code with WeChat, or open this address:"),
        "qr": T("Scan here"),
        "code": T("Type this activation code:"),
        "help": T("Something does not work? Ask the class teacher. Show this slip to nobody else."),
    }
    data = {"labels": labels, "slips": [_guardian(slip) for slip in slips]}
    return render("guardian_slips", data, title=str(T("Activation slips")), on=on)


def _guardian(slip: GuardianSlip) -> dict[str, Any]:
    who = slip.guardian or T("the guardian")
    digits = "".join(char for char in slip.phone if char.isdigit())
    return {
        "child": slip.child,
        "guardian": slip.guardian,
        "school": slip.school,
        "homeroom": slip.homeroom,
        "code": slip.code,
        "address": slip.address,
        "qr": qr_svg(slip.url, printed_mm=QR_MM),
        "ask": str(T("Type the last four digits of {who}'s telephone:", who=who)),
        "phone-start": digits[:SHOWN_DIGITS] + " ****",
        "valid": str(T("Valid until {day}", day=day_text(slip.valid_until))),
    }
