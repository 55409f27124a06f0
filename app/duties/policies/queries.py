"""Policies as their pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import selectinload

from app.duties.calendar import school_calendar
from app.duties.layout import rule_of
from app.duties.loads import Load, heavy_loads, load_limit
from app.duties.models import DutyPolicy, DutyPolicyVersion
from app.duties.packs import packs
from app.duties.policy import Policy
from app.duties.preview import RulePreview, preview
from app.duties.school_calendar import TermDates
from app.host.context import Ctx
from app.kernel.errors import NotVisible


@dataclass(frozen=True)
class Kept:
    """A policy that is kept: what it says now or, before it begins, will say.

    ``others`` are what it said before and will say later, the newest first.
    """

    row: DutyPolicy
    version: DutyPolicyVersion
    policy: Policy
    own: bool

    @property
    def others(self) -> list[tuple[DutyPolicyVersion, Policy]]:
        """Return the other versions that counted on any day or will."""
        return [
            (version, policy_of_version(self.row, version))
            for version in reversed(self.row.versions)
            if version is not self.version
            and (version.in_force_until or date.max) >= version.in_force_from
        ]


@dataclass(frozen=True)
class Forecast:
    """What a policy would ask for in a term, and of whom too much: more than ``limit`` a month."""

    term: TermDates
    rules: Sequence[RulePreview]
    loads: Sequence[Load]
    limit: int

    def monthly(self, duties: int) -> int:
        """Return how many of the term's duties an ordinary month would see."""
        return round(duties * 30 / ((self.term.ends - self.term.starts).days + 1))

    @property
    def a_month(self) -> int:
        """Return how many acts an ordinary month of the term would see."""
        return self.monthly(sum(row.duties for row in self.rules))


def kept(ctx: Ctx, school_id: UUID | None) -> list[Kept]:
    """Return the policies of a school with the centre's floor, or of the centre; two queries."""
    own = DutyPolicy.school_id == school_id if school_id else DutyPolicy.school_id.is_(None)
    rows = ctx.session.scalars(
        _loaded()
        .where(or_(own, DutyPolicy.school_id.is_(None)))
        .where(or_(DutyPolicy.ended_on.is_(None), DutyPolicy.ended_on >= ctx.today()))
        .order_by(DutyPolicy.school_id.is_not(None), DutyPolicy.name)
    )
    return [_kept(row, school_id, ctx.today()) for row in rows]


def one_of(ctx: Ctx, policy_id: UUID, school_id: UUID | None) -> Kept:
    """Return a policy of the place itself; raises :class:`NotVisible`."""
    own = DutyPolicy.school_id == school_id if school_id else DutyPolicy.school_id.is_(None)
    row = ctx.session.scalars(_loaded().where(own, DutyPolicy.id == policy_id)).one_or_none()
    if row is None:
        raise NotVisible
    return _kept(row, school_id, ctx.today())


def offered(ctx: Ctx, school_id: UUID | None) -> dict[str, Policy]:
    """Return the packs that are not kept here yet, by key."""
    there = {found.row.key for found in kept(ctx, school_id)}
    return {key: pack for key, pack in packs().items() if key not in there}


def forecast(
    ctx: Ctx, policy: Policy, school_id: UUID | None, instead_of: UUID | None = None
) -> Forecast | None:
    """Return what a policy would ask for in this term or the next; None without a term.

    Of whom it is too much is said with all other policies kept there; ``instead_of`` is the one
    that it replaces.
    """
    term = this_or_next_term(ctx)
    if term is None:
        return None
    others = [
        rule
        for found in kept(ctx, school_id)
        if found.row.id != instead_of
        for rule in found.policy.duties
    ]
    every = replace(policy, duties=(*policy.duties, *others))
    rules = preview(ctx, every, term, school_id)
    loads = heavy_loads(ctx, rules, term, school_id)
    return Forecast(term, rules[: len(policy.duties)], loads, load_limit(ctx))


def this_or_next_term(ctx: Ctx) -> TermDates | None:
    """Return the term of today, else the next one."""
    return next((t for t in school_calendar(ctx).terms if t.ends >= ctx.today()), None)


def policy_of_version(row: DutyPolicy, version: DutyPolicyVersion) -> Policy:
    """Return what a version says."""
    rules = tuple(rule_of(stored) for stored in version.rules)
    return Policy(row.name, row.slogan, version.text, rules)


def _kept(row: DutyPolicy, school_id: UUID | None, today: date) -> Kept:
    begun = [version for version in row.versions if version.in_force_from <= today]
    version = begun[-1] if begun else row.versions[0]
    return Kept(row, version, policy_of_version(row, version), row.school_id == school_id)


def _loaded() -> Select[DutyPolicy]:
    return select(DutyPolicy).options(
        selectinload(DutyPolicy.versions).selectinload(DutyPolicyVersion.rules)
    )
