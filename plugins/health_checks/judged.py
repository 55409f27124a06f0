"""Every verdict of a check-up with its value, cut-off, standard and edition, as a table."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.sdk import Child, Entry, Text
from plugins.health_checks import judging
from plugins.health_checks.models import CheckUp
from plugins.health_checks.queries import names_of
from plugins.health_checks.screening.tables import Source, tables_named
from plugins.health_checks.screening.verdicts import MISSING, Verdict
from plugins.health_checks.words import T


@dataclass(frozen=True)
class JudgedLine:
    """A line of the screening."""

    title: Text
    value: str
    word: str
    abnormal: bool
    cutoff: str
    standard: str
    single: bool


def judged_lines(child: Child, check_up: CheckUp, entry: Entry) -> list[JudgedLine]:
    """Return what the tables that a check-up names say of it; what is missing is left out."""
    tables = tables_named(check_up.standards)
    of = judging.Child(child.sex, child.birth_date, check_up.grade)
    values = check_up.values(names_of(check_up))
    pressure = check_up.blood_pressure is not None
    measured = judging.measured(of, entry.happened_on, values, pressure=pressure)
    judged = judging.judge(tables, measured, pressure=pressure)
    verdicts = [
        (T("Weight for height (BMI)"), judged.weight),
        (T("Height for age"), judged.stunting),
        (T("Eyesight, worse eye"), judged.vision),
        (T("Bad teeth"), judged.caries),
        (T("Blood pressure"), judged.pressure),
    ]
    lines = [_line(title, one) for title, one in verdicts if one and one.value is not None]
    score = judged.capacity
    if score.value is not None:
        said = f"{score.points}（{score.level}）" if score.points is not None else MISSING
        lines.append(_shown(T("Lung capacity"), score.value, said, score.cutoff, score.source,
                            abnormal=False))  # fmt: skip
    return lines


def _line(title: Text, verdict: Verdict) -> JudgedLine:
    return _shown(title, verdict.value, verdict.word, verdict.cutoff, verdict.source,
                  abnormal=verdict.abnormal)  # fmt: skip


def _shown(
    title: Text,
    value: Decimal | None,
    word: str,
    cutoff: str,
    source: Source | None,
    *,
    abnormal: bool,
) -> JudgedLine:
    standard = ""
    if source:
        named = source.edition in source.standard
        standard = source.standard if named else f"{source.standard}（{source.edition}）"
    single = source.single if source else False
    return JudgedLine(title, str(value), word, abnormal, cutoff, standard, single)
