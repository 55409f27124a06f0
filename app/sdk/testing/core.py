"""What tests look at in the core although modules do not use it."""

from __future__ import annotations

from app.accounts.declared import write_staff
from app.accounts.models import Grant, GrantChild, Membership
from app.accounts.permissions import permissions_of
from app.accounts.roles import ROLES
from app.audit.models import AuditEvent
from app.duties.models import Concern
from app.duties.policy_file import parse_policy
from app.handover.holdings import held
from app.handover.services import accept, begin, propose
from app.host.models import ModuleSwitch
from app.jobs.runner import run_job
from app.kernel.access import Actor, HeldGrant
from app.notify.models import Notice
from app.privacy.gathering import gathered, person_of
from app.reports.indicators.asked import as_of_today
from app.reports.indicators.board import by_school
from app.reports.indicators.counting import Figure
from app.reports.indicators.known import known
from app.tenancy.models import CalendarDay

__all__ = [
    "ROLES",
    "Actor",
    "AuditEvent",
    "CalendarDay",
    "Concern",
    "Figure",
    "Grant",
    "GrantChild",
    "HeldGrant",
    "Membership",
    "ModuleSwitch",
    "Notice",
    "accept",
    "as_of_today",
    "begin",
    "by_school",
    "gathered",
    "held",
    "known",
    "parse_policy",
    "permissions_of",
    "person_of",
    "propose",
    "run_job",
    "write_staff",
]
