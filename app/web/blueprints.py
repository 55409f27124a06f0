"""The core's blueprints."""

from __future__ import annotations

from flask import Blueprint

from app.accounts.views import bp as accounts
from app.jobs.views import bp as jobs
from app.ledger.views import bp as ledger
from app.reports.views import center as center_home
from app.reports.views import school as school_home
from app.web.front import bp as front

CORE_BLUEPRINTS: tuple[Blueprint, ...] = (
    front,
    accounts,
    ledger,
    jobs,
    center_home,
    school_home,
)
