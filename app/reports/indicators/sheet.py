"""A board as a workbook: the numbers, and on a second sheet how each is counted."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from app.host.context import Ctx
from app.kernel.text import T
from app.reports.indicators.board import Board
from app.reports.indicators.counting import Figure
from app.reports.indicators.known import Known
from app.sheets.workbook import Cell
from app.sheets.write import Column, SheetSpec, write_workbook


def board_bytes(ctx: Ctx, board: Board, *, place: str, nowhere: str, title: str, day: str) -> bytes:
    """Return the board as the bytes of an .xlsx file.

    ``place`` heads the first column, ``nowhere`` names the line of no school or class.
    """
    rows: list[Sequence[Cell | None]] = [
        [line.title or nowhere, *_cells(board.columns, line.cells)] for line in board.lines
    ]
    rows.append([str(T("Together")), *_cells(board.columns, board.whole)])
    columns = [Column(place, 16), *(c for one in board.columns for c in _columns(one))]
    numbers = SheetSpec(str(T("Numbers")), columns, rows, title=title, unit=day)
    with tempfile.TemporaryDirectory(prefix="qinchao-sheet-") as folder:
        path = Path(folder) / "board.xlsx"
        write_workbook(path, [numbers, _definitions(ctx, board.columns)])
        return path.read_bytes()


def _columns(one: Known) -> list[Column]:
    title = str(one.indicator.title)
    if not one.indicator.among:
        return [Column(title, 14)]
    headings = (T("Number"), T("Out of"), T("Rate (%)"))
    return [Column(str(heading), 9, title) for heading in headings]


def _cells(columns: Sequence[Known], figures: Sequence[Figure | None]) -> list[Cell | None]:
    found: list[Cell | None] = []
    for one, figure in zip(columns, figures, strict=True):
        if figure is None:
            off = str(T("Module off"))
            found += [off, off, off] if one.indicator.among else [off]
        elif figure.of is None:
            found.append(figure.number)
        else:
            share = "—" if figure.share is None else round(figure.share, 1)
            found += [figure.number, figure.of, share]
    return found


def _definitions(ctx: Ctx, columns: Sequence[Known]) -> SheetSpec:
    headings = [
        Column(str(T("Indicator")), 24), Column(str(T("Unit")), 8),
        Column(str(T("How it is counted")), 80), Column(str(T("Module")), 14),
    ]  # fmt: skip
    rows = [
        [
            str(one.indicator.title), str(one.indicator.unit), str(one.indicator.definition),
            str(ctx.registry.plugins[one.module].module.title) if one.module else "",
        ]
        for one in columns
    ]  # fmt: skip
    return SheetSpec(str(T("How it is counted")), headings, rows)
