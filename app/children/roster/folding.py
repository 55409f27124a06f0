"""Rows that repeat a child, laid over the first of them: what it lacks is filled, nothing else."""

from __future__ import annotations

from dataclasses import fields

from app.children.roster.report import RosterReport
from app.children.roster.rows import RosterChild, RosterGuardian, RosterRow

_BLANK = (None, "", "unknown", ())
_OWN = {"name", "id_kind", "id_state"}


def fold(report: RosterReport) -> list[RosterRow]:
    """Return one row a child, in order; repeated rows have given what the first lacked."""
    accepted = report.accepted()
    first = {(row.sheet, row.row): row for row in accepted}
    for row in accepted:
        kept = first.get(row.same_as) if row.same_as else None
        if kept and kept.child and row.child:
            _fill(kept.child, row.child)
            kept.homeroom = kept.homeroom or row.homeroom
            kept.guardians += [a for a in row.guardians if not _there(a, kept.guardians)]
    return [row for row in accepted if row.same_as is None]


def _fill(kept: RosterChild, other: RosterChild) -> None:
    if not kept.id_number:
        kept.id_kind, kept.id_state = other.id_kind, other.id_state
    for part in fields(RosterChild):
        if part.name not in _OWN and getattr(kept, part.name) in _BLANK:
            setattr(kept, part.name, getattr(other, part.name))


def _there(adult: RosterGuardian, others: list[RosterGuardian]) -> bool:
    return any(
        (adult.name is not None and adult.name == other.name)
        or (adult.name is None and bool(set(adult.phones) & set(other.phones)))
        or (adult.relation == other.relation and adult.relation in ("father", "mother"))
        for other in others
    )
