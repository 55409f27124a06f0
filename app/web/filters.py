"""How dates, sexes and classes are written in templates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Flask, current_app

from app.host.registry import Registry
from app.kernel.clock import CHINA
from app.kernel.grades import term_name


def day(value: date | None) -> str:
    """Write a date as schools do: 2026年11月22日."""
    return f"{value.year}年{value.month}月{value.day}日" if value else ""


def month(value: date | None) -> str:
    """Write a month: 2025年9月."""
    return f"{value.year}年{value.month}月" if value else ""


def short_day(value: date | None) -> str:
    """Write a date for tables: 2026-11-22."""
    return value.isoformat() if value else ""


def moment(value: datetime | None) -> str:
    """Write a moment in China's time: 2026-11-22 10:30."""
    return value.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if value else ""


def thousands(value: int) -> str:
    """Write a number with separators: 16,856."""
    return f"{value:,}"


def percent(value: float | None) -> str:
    """Write a percentage with one decimal: 72.9%; a dash for nothing."""
    return "—" if value is None else f"{value:.1f}%"


def term_title(term: Any) -> str:
    """Write a term as schools do: 2026-2027学年第一学期."""
    return term_name(term.school_year, term.number)


def module_title(name: str) -> str:
    """Write a module's title for its name."""
    registry: Registry = current_app.extensions["qinchao_registry"]
    return str(registry.plugins[name].module.title) if name in registry.plugins else name


def init_filters(flask: Flask) -> None:
    """Give the filters to every template."""
    for written in (day, month, short_day, moment, thousands, percent, term_title, module_title):
        flask.jinja_env.filters[written.__name__] = written
