"""The core's blueprints."""

from __future__ import annotations

from flask import Blueprint

from app.accounts import (  # noqa: F401  (pages of the accounts)
    import_views,
    partner_views,
    role_views,
    staff_views,
)
from app.accounts.draft_views import bp as drafts
from app.accounts.views import bp as accounts
from app.audit.views import bp as audit
from app.children.activation import log_views as slip_views  # noqa: F401  (of the accounts)
from app.children.activation import views as activation_views  # noqa: F401  (of the accounts)
from app.children.doubles.views import bp as doubles
from app.children.homerooms.views import bp as homerooms
from app.children.roster.views import bp as roster
from app.children.views import bp as children
from app.duties.policies.views import bp as policies
from app.duties.views import bp as duties
from app.duties.year.views import bp as calendar
from app.family.views import bp as family
from app.handover.views import bp as handover
from app.handover.views import leaving
from app.jobs.views import bp as jobs
from app.ledger.views import bp as ledger
from app.modules.views import bp as modules
from app.notify.views import bp as notices
from app.organisation.views import bp as organisation
from app.privacy.views import bp as privacy
from app.reports.indicators.views import bp as indicators
from app.reports.views import center as center_home
from app.reports.views import school as school_home
from app.web.front import bp as front

CORE_BLUEPRINTS: tuple[Blueprint, ...] = (
    front,
    accounts,
    drafts,
    audit,
    children,
    doubles,
    homerooms,
    duties,
    policies,
    calendar,
    handover,
    leaving,
    ledger,
    family,
    modules,
    jobs,
    notices,
    roster,
    organisation,
    privacy,
    center_home,
    school_home,
    indicators,
)
