"""What a roster's row means in columns of ours: small readings shared by planning and writing."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from app.children.roster.known import KnownChild, Tie
from app.children.roster.rows import RosterChild, RosterGuardian
from app.db.sealed import blind, keys
from app.kernel.grades import HomeroomKey

SEALED = {"pupil_number": "pupil_number", "address": "address", "registered_residence": "address"}
PARENTS = {"father", "mother"}
_NO_DISABILITY = {"无残疾", "无", "否", "没有"}
_DATES = {"birth_date", "ends_on", "left_on", "closed_on"}


def seal(name: str, value: Any) -> Any:
    """Return a child's value as its column stores it."""
    if name not in SEALED:
        return value
    return keys().seal(value, SEALED[name]) if value else None


def kept(name: str, value: Any) -> Any:
    """Return an earlier value as JSON: sealed ones stay sealed."""
    if name in SEALED and value:
        return keys().seal(value, SEALED[name]).hex()
    return value.isoformat() if isinstance(value, date) else value


def restored(name: str, value: Any) -> Any:
    """Return what :func:`kept` has kept."""
    if name in SEALED and value:
        return keys().open(bytes.fromhex(value), SEALED[name])
    return date.fromisoformat(value) if value and name in _DATES else value


def label(key: HomeroomKey | None) -> str:
    """Return a class in plain words for a list of differences."""
    return "" if key is None else " ".join(str(part) for part in asdict(key).values())


def declared(child: RosterChild) -> tuple[str | None, ...]:
    """Return what a row declares, in the order of ``SCHEMES``; None for what it leaves open."""
    disability = "none" if child.disability in _NO_DISABILITY else child.disability
    found = child.left_behind, child.civil, child.orphan, child.hardship, disability
    return tuple(None if said == "unknown" else said for said in found)


def cares(adult: RosterGuardian) -> bool:
    """Tell whether the row says that this adult looks after the child day by day.

    A guardian by law need not: the word 监护人 alone does not say so.
    """
    return adult.cares and adult.away != "yes"


def legal(adult: RosterGuardian) -> bool:
    """Tell whether this adult is a guardian by law: a parent (民法典 27), or so the row says."""
    return adult.relation in PARENTS or adult.is_guardian


def has_named(known: KnownChild, relation: str) -> bool:
    """Tell whether the child has somebody of this relation, by name."""
    return any(tie.relation == relation and tie.person.name for tie in known.ties)


def tie_of(known: KnownChild, adult: RosterGuardian) -> Tie | None:
    """Return the known adult of the child whom a row means."""
    phones = {blind(number, "phone") for number in adult.phones}
    for tie in known.ties:
        name = tie.person.name
        if adult.name and adult.name == name:
            return tie
        nameless = adult.name is None or name is None
        if nameless and (phones & tie.person.phones or (
            tie.relation == adult.relation and adult.relation in PARENTS
        )):  # fmt: skip
            return tie
    return None
