"""How dates, sexes and classes are written in templates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Flask
from flask_babel import format_date

from app.kernel.clock import CHINA


def day(value: date | None) -> str:
    """Write a date as schools do: 2026年11月22日."""
    return format_date(value, "yyyy年M月d日") if value else ""


def short_day(value: date | None) -> str:
    """Write a date for tables: 2026-11-22."""
    return value.isoformat() if value else ""


def moment(value: datetime | None) -> str:
    """Write a moment in China's time: 2026-11-22 10:30."""
    return value.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if value else ""


def init_filters(flask: Flask) -> None:
    """Give the filters to every template."""
    filters: dict[str, Any] = {"day": day, "short_day": short_day, "moment": moment}
    flask.jinja_env.filters.update(filters)
    flask.jinja_env.lstrip_blocks = True
