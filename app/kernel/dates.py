"""Dates as schools write them in sheets."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta

from app.kernel.text import T, Text

_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_PARTS = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+[\d:.]+)?")
_MONTH = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*月?")
_SERIAL = re.compile(r"\d{5}(?:\.0+)?")
_EPOCH = date(1899, 12, 30)  # day 0 of spreadsheets, their 29 February 1900 included
_SERIAL_DAYS = range(10000, 73051)  # May 1927 to 2099; shorter numbers look like years

Value = str | float | date


def parse_date(value: Value) -> date | Text:
    """Return the day, or why it is none.

    Understood: 20150301, 2015-03-01, 2015/3/1, 2015.3.1, 2015年3月1日, date cells, day serials.
    """
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    text = _text(value)
    match = _COMPACT.fullmatch(text) or _PARTS.fullmatch(text)
    if match:
        return _day(text, *map(int, match.groups()))
    if _SERIAL.fullmatch(text) and int(float(text)) in _SERIAL_DAYS:
        return _EPOCH + timedelta(days=int(float(text)))
    month = _MONTH.fullmatch(text)
    if month and len(text) > 4 and 1 <= int(month.group(2)) <= 12:
        example = f"{month.group(1)}-{int(month.group(2)):02}-05"
        return T("“{value}” has no day: write it like {example}", value=text, example=example)
    return T("“{value}” is not a date: write it like 2015-03-01", value=text)


def parse_month(value: Value) -> date | Text:
    """Return the first day of a year and month (202309, 2023-09, 2023年9月), or why not."""
    if isinstance(value, date):
        return date(value.year, value.month, 1)
    text = _text(value)
    match = _MONTH.fullmatch(text)
    if match and len(text) > 4 and 1900 <= int(match.group(1)) <= 2100:
        return _day(text, int(match.group(1)), int(match.group(2)), 1)
    day = parse_date(value)
    if isinstance(day, date):
        return day.replace(day=1)
    return T("“{value}” is not a year and month: write it like 2023-09", value=text)


def _text(value: str | float) -> str:
    if isinstance(value, str):
        return value.strip() if value.isascii() else unicodedata.normalize("NFKC", value).strip()
    return f"{value:.0f}" if float(value).is_integer() else str(value)


def _day(text: str, year: int, month: int, day: int) -> date | Text:
    try:
        found = date(year, month, day)
    except ValueError:
        found = date.min
    if not 1900 <= found.year <= 2100:
        return T("“{value}” is not a day of the calendar", value=text)
    return found
