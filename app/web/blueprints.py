"""The core's blueprints."""

from __future__ import annotations

from flask import Blueprint

from app.accounts.views import bp as accounts
from app.web.front import bp as front

CORE_BLUEPRINTS: tuple[Blueprint, ...] = (
    front,
    accounts,
)
