"""Registers: any number of rows and columns."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from time import perf_counter

import pytest

from app.documents.register import Column, Register, register
from app.kernel.errors import Refused
from tests.documents.readers import page_sizes, spans, text

COLUMNS = [
    Column("序号", align="center"),
    Column("姓名"),
    Column("身份证号"),
    Column("现住址"),
    Column("备注"),
]
ID_NUMBER = "990101201605120021"


def _register(count: int, **changes: object) -> Register:
    rows = [[str(n), f"柳{n}号", ID_NUMBER, f"石桥村{n}组", ""] for n in range(1, count + 1)]
    fields = {
        "title": "留守儿童花名册",
        "unit": "清溪镇中心小学",
        "day": date(2026, 9, 1),
        "columns": COLUMNS,
        "rows": rows,
    }
    return Register(**{**fields, **changes})  # type: ignore[arg-type]


def test_a_class_of_sixty_has_headings_and_numbers_on_every_page() -> None:
    printed = register(_register(60))

    pages = len(page_sizes(printed))
    assert pages > 1
    assert page_sizes(printed) == [(297, 210)] * pages
    words = text(printed)
    assert words.count("身份证号") == pages
    assert [f"Page{n}of{pages}" in words for n in range(1, pages + 1)] == [True] * pages
    assert words.count("留守儿童花名册") == 1
    assert words.count("Filledinby") == 1
    assert all(f"柳{n}号" in words for n in range(1, 61))


def test_a_school_of_two_thousand_prints_within_a_short_wait() -> None:
    start = perf_counter()
    printed = register(_register(2000, landscape=False))

    assert perf_counter() - start < 15
    assert set(page_sizes(printed)) == {(210, 297)}
    assert "柳2000号" in text(printed)


def test_a_register_without_rows_is_a_form_to_fill_in_by_hand() -> None:
    assert "清溪镇中心小学" in text(register(_register(0)))


def test_numbers_stay_whole_and_inside_their_column_however_many_columns() -> None:
    columns = [Column(f"证件{n}") for n in range(9)]
    printed = register(_register(0, columns=columns, rows=[[ID_NUMBER] * 9] * 3))

    found = [span for span in spans(printed) if span.text == ID_NUMBER]
    assert len(found) == 27
    starts = sorted({round(span.x, 1) for span in found})
    assert len(starts) == 9
    # 18 digits of 0.555 em at the smallest type are 17.6 mm wide.
    assert min(b - a for a, b in pairwise(starts)) > 17.6
    assert starts[-1] + 17.6 < 283


def test_columns_that_cannot_fit_are_refused_by_name() -> None:
    columns = [Column("序号")] + [Column(f"证件{n}") for n in range(20)]

    with pytest.raises(Refused, match="证件0"):
        register(_register(0, columns=columns, rows=[["1"] + [ID_NUMBER] * 20]))


def test_a_row_of_another_length_than_the_columns_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="row 2: 1 texts for 5 columns"):
        register(_register(0, rows=[["1", "a", "b", "c", "d"], ["2"]]))


def test_a_cell_is_never_read_as_markup() -> None:
    hostile = '#panic("x") $a$ \\ *b*'
    printed = register(_register(0, title=hostile, unit=hostile, rows=[[hostile] * 5]))

    assert text(printed).count("".join(hostile.split())) == 7
