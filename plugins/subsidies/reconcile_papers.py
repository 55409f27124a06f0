"""The reconciliation of a round as a sheet and on paper: by school, and heads × each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.sdk import Cell, Register, RegisterColumn, School, register, sheet_bytes
from plugins.subsidies.kinds import BOARDING, STAGES
from plugins.subsidies.models import SubsidyRound
from plugins.subsidies.money import yuan
from plugins.subsidies.papers import spec_of
from plugins.subsidies.reconcile import Group, Sums, by, merged, sums_of, total
from plugins.subsidies.words import T

_SUMS = (
    T("School"), T("Heads"), T("Approved (yuan)"), T("Paid heads"), T("Paid (yuan)"),
    T("On the way (yuan)"), T("Not sent or returned (yuan)"), T("Taken back (yuan)"),
)  # fmt: skip
_KINDS = (
    T("Stage of school"), T("Boarding or day"), T("Heads"), T("Each (yuan)"), T("Sum (yuan)"),
)  # fmt: skip


def reconciliation_sheet(
    round_: SubsidyRound, groups: Sequence[Group], schools: Sequence[School], *, on: date
) -> bytes:
    """Return the reconciliation as a workbook: by school, and heads × each by kind of pupil."""
    found = by(groups, lambda group: group.school_id)
    lines = [_sums(school.short_name, found[school.id]) for school in schools if school.id in found]
    lines.append(_sums(str(T("In total")), total(groups)))
    kinds: list[list[Cell | None]] = [
        [str(STAGES.get(g.stage, g.stage)), str(BOARDING.get(g.boarding or "", "")), g.heads,
         yuan(g.each), yuan(g.amount)]
        for g in merged(groups)
    ]  # fmt: skip
    kinds.append(
        [str(T("In total")), None, total(groups).heads, None, yuan(total(groups).committed)]
    )
    return sheet_bytes(
        [
            spec_of(str(T("By school")), round_.title, "", on, _SUMS, lines),
            spec_of(str(T("Heads times rate")), round_.title, "", on, _KINDS, kinds),
        ]
    )


def _sums(name: str, sums: Sums) -> list[Cell | None]:
    return [
        name, sums.heads, yuan(sums.committed), sums.paid_heads, yuan(sums.paid), yuan(sums.sent),
        yuan(sums.due), yuan(sums.reversed),
    ]  # fmt: skip


def reconciliation_pdf(
    round_: SubsidyRound,
    groups: Sequence[Group],
    schools: Sequence[School],
    *,
    unit: str,
    budget: tuple[int, int] | None,
    on: date,
) -> bytes:
    """Return the reconciliation on A4, to be signed: schools, their total, and what makes it up.

    ``budget`` is what came for the scheme and year and what is approved of it, in fen; None when
    nothing was entered.
    """
    found = by(groups, lambda group: group.school_id)
    rows = [_line(s.short_name, found[s.id]) for s in schools if s.id in found]
    rows.append(_line(str(T("In total")), total(groups)))
    rows += [_line(_kind(group), sums_of(group)) for group in merged(groups)]
    if budget is not None:
        given, used = budget
        for title, amount in (
            (T("Budget of the year"), given),
            (T("Approved in the year"), used),
            (T("Left of the budget"), given - used),
        ):
            rows.append([str(title), "", yuan(amount), *[""] * (len(_SUMS) - 3)])
    return register(
        Register(
            title=str(T("Reconciliation: {round}", round=round_.title)),
            unit=unit,
            day=on,
            columns=[
                RegisterColumn(str(name), align="left" if at == 0 else "right")
                for at, name in enumerate(_SUMS)
            ],
            rows=rows,
            signatures=(T("Prepared by"), T("Checked by"), T("Head of the centre")),
        )
    )


def _line(name: str, sums: Sums) -> list[str]:
    return ["" if cell is None else str(cell) for cell in _sums(name, sums)]


def _kind(group: Group) -> str:
    """Return one kind of pupil: of it, so many times so much."""
    words = [STAGES.get(group.stage, group.stage), BOARDING.get(group.boarding or "", "")]
    kind = " ".join(str(word) for word in words if str(word))
    return str(T("Of it {kind}: {heads} × {each}", kind=kind, heads=group.heads,
                 each=yuan(group.each)))  # fmt: skip
