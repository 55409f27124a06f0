"""Pages of figures: of a school by class, grade, sex and parents away; of a centre by school."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.sdk import (
    XLSX,
    Column,
    Open,
    School,
    SheetSpec,
    audit,
    can,
    class_options,
    count_open,
    ctx,
    download,
    permission,
    school_id,
    school_year,
    sheet_bytes,
    show,
)
from plugins.health_checks.manifest import IMPORT_ALL, SUMMARY
from plugins.health_checks.referrals import REFERRALS
from plugins.health_checks.summary import FIGURES, Cell, Line, cells, lines, total

_GRADES = "一二三四五六七八九"
_YEARS = 6
By = Callable[[Cell], Any]


def add_to(bp: Blueprint) -> None:
    """Add the school's page of figures to its blueprint."""
    bp.get("/summary")(summary)
    bp.get("/summary.xlsx")(summary_sheet)


def add_to_center(bp: Blueprint) -> None:
    """Add the centre's pages of figures to its blueprint."""
    bp.get("")(page)
    bp.get("/figures.xlsx")(sheet)


def _year() -> int:
    this = school_year(ctx().today())
    return max(this - _YEARS, min(this, request.args.get("year", this, type=int)))


def _years() -> list[tuple[int, str]]:
    this = school_year(ctx().today())
    return [(year, f"{year}-{year + 1}") for year in range(this, this - _YEARS, -1)]


def _tables(
    now: Sequence[Cell], before: Sequence[Cell], first: tuple[str, By, Mapping[Any, str]]
) -> list[tuple[str, list[Line]]]:
    """Return the tables of a page: one of its own, then by grade, sex and parents away."""
    grades = {n: _("Grade %(n)s", n=_GRADES[n - 1]) for n in range(1, len(_GRADES) + 1)}
    ways: list[tuple[str, By, Mapping[Any, str]]] = [
        first,
        (_("By grade"), lambda cell: cell.grade, grades),
        (_("By sex"), lambda cell: cell.sex, {"male": _("Boys"), "female": _("Girls")}),
        (
            _("By parents away"),
            lambda cell: cell.away,
            {True: _("Left behind"), False: _("Not left behind")},
        ),
    ]
    return [(title, lines(now, before, by, titles)) for title, by, titles in ways]


def _school_tables(year: int) -> tuple[Line, list[tuple[str, list[Line]]]]:
    now, before = cells(ctx(), year), cells(ctx(), year - 1)
    rooms = {option.id: option.name for option in class_options(ctx(), SUMMARY)}
    first = (_("By class"), lambda cell: cell.homeroom_id, rooms)
    whole = Line(_("Whole school"), total(now), total(before))
    return whole, _tables(now, before, first)


@permission(SUMMARY)
def summary() -> Any:
    """Show the school's figures."""
    whole, tables = _school_tables(_year())
    return show(
        "health_checks/summary.html",
        whole=whole,
        tables=tables,
        figures=FIGURES,
        waiting=count_open(ctx(), REFERRALS).get(school_id()),
        year=_year(),
        years=_years(),
        sheet_url=url_for(".summary_sheet", year=_year()),
        trail=[(_("Health checks"), url_for(".rounds")), (_("Figures"), "")],
    )


@permission(SUMMARY)
def summary_sheet() -> Any:
    """Send the school's figures as a workbook."""
    return _sheet(_school_tables(_year())[1])


def _sheet(tables: list[tuple[str, list[Line]]]) -> Any:
    headings = [_("Group"), _("Pupils"), _("Examined")]
    for figure in FIGURES:
        headings += [str(figure.title), f"{figure.title}%"]
    sheets = [
        SheetSpec(
            title,
            [Column(heading, 14 if at == 0 else 9) for at, heading in enumerate(headings)],
            [_row(line) for line in found],
            title=f"{_('Figures of check-ups')} {_year()}-{_year() + 1}",
            unit="",
            day=ctx().today().isoformat(),
        )
        for title, found in tables
    ]
    audit(ctx(), "health_checks.export", count=len(sheets))
    name = f"{_('Figures of check-ups')}{_year()}-{_year() + 1}.xlsx"
    return download(sheet_bytes(sheets), name, XLSX)


def _row(line: Line) -> list[Any]:
    found: list[Any] = [line.title, line.counts["pupils"], line.counts["examined"]]
    for figure in FIGURES:
        found += [line.counts[figure.name], line.share(figure)]
    return found


def _center_tables(year: int) -> tuple[Line, list[tuple[str, list[Line]]]]:
    now, before = cells(ctx(), year), cells(ctx(), year - 1)
    schools = ctx().session.execute(
        select(School.id, School.short_name).order_by(School.position, School.code)
    )
    first = (_("By school"), lambda cell: cell.school_id, dict(schools.all()))
    whole = Line(_("All schools"), total(now), total(before))
    return whole, _tables(now, before, first)


@permission(SUMMARY)
def page() -> Any:
    """Show how far the schools are and what was found."""
    whole, tables = _center_tables(_year())
    waiting = count_open(ctx(), REFERRALS).values()
    return show(
        "health_checks/summary.html",
        whole=whole,
        tables=tables,
        figures=FIGURES,
        waiting=Open(sum(o.count for o in waiting), sum(o.late for o in waiting)),
        year=_year(),
        years=_years(),
        sheet_url=url_for(".sheet", year=_year()),
        import_url=url_for(".from_sheet") if can(ctx(), IMPORT_ALL) else "",
        trail=[(_("Health checks"), "")],
    )


@permission(SUMMARY)
def sheet() -> Any:
    """Send the centre's figures as a workbook."""
    return _sheet(_center_tables(_year())[1])
