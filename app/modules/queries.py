"""What is installed, and what it means to have a module on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from app.accounts.models import RolePermission
from app.accounts.permissions import permissions_of
from app.accounts.roles import ROLES
from app.host.context import Ctx
from app.host.enablement import active_modules
from app.host.manifest import Module
from app.host.models import ModuleOffer, ModuleSwitch
from app.jobs.models import Job
from app.kernel.text import Text
from app.ledger.models import Entry
from app.modules.health import duties_of_modules, failed_jobs
from app.tenancy.models import School


@dataclass(frozen=True)
class Holder:
    """A permission of a module and the roles that hold it in this centre."""

    title: Text
    roles: Sequence[Text]


@dataclass(frozen=True)
class ModuleState:
    """A module at one school.

    ``on``: switched on; ``active``: also offered and all it requires is active. ``entries`` counts
    what it has written into the school's ledger, which stays whatever the switch says.
    ``child_tab`` and ``family_card``: it has a part of the child's page, of the family's page.
    ``duties`` are the rules in force that nothing else can meet, ``open_duties`` how many of
    theirs wait now. ``failed_job`` is its last work here that failed, not tried again since.
    """

    module: Module
    offered: bool
    on: bool
    active: bool
    entries: int
    requires: Sequence[Text]
    needed_by: Sequence[Text]
    holders: Sequence[Holder]
    child_tab: bool
    family_card: bool
    duties: Sequence[str]
    open_duties: int
    failed_job: Job | None


@dataclass(frozen=True)
class Offer:
    """A module in a centre: whether it is offered, and the schools where it is active."""

    module: Module
    offered: bool
    schools: Sequence[str]


def module_states(ctx: Ctx, school_id: UUID) -> list[ModuleState]:
    """Return every installed module as it stands at a school, by name; nine queries."""
    plugins = ctx.registry.plugins
    offers = _offers(ctx)
    switched = set(
        ctx.session.scalars(
            select(ModuleSwitch.module).where(
                ModuleSwitch.school_id == school_id, ModuleSwitch.enabled
            )
        )
    )
    active = active_modules(ctx).get(school_id, frozenset())
    entries, overrides = _entries(ctx, school_id), _overrides(ctx)
    duties, failed = duties_of_modules(ctx), failed_jobs(ctx, school_id)
    tabs, cards = (ctx.registry.implementers(hook) for hook in ("child_tab", "family_card"))
    return [
        ModuleState(
            module=plugins[name].module,
            offered=offers.get(name, True),
            on=name in switched,
            active=name in active,
            entries=sum(entries.get(k.name, 0) for k in plugins[name].module.entry_kinds),
            requires=[plugins[n].module.title for n in plugins[name].module.requires],
            needed_by=[p.module.title for n, p in plugins.items() if n in active
                       and name in p.module.requires],
            holders=_holders(ctx, plugins[name].module, overrides),
            child_tab=name in tabs,
            family_card=name in cards,
            duties=duties[name].titles if name in duties else (),
            open_duties=duties[name].waiting if name in duties else 0,
            failed_job=failed.get(name),
        )
        for name in sorted(plugins)
    ]  # fmt: skip


def module_offers(ctx: Ctx) -> list[Offer]:
    """Return every installed module with the schools of the centre where it is active."""
    offers = _offers(ctx)
    schools = dict(
        ctx.session.execute(
            select(School.id, School.short_name).order_by(School.position, School.code)
        ).all()
    )
    active = active_modules(ctx)
    return [
        Offer(
            plugin.module,
            offers.get(name, True),
            [title for school, title in schools.items() if name in active.get(school, ())],
        )
        for name, plugin in sorted(ctx.registry.plugins.items())
    ]


def _offers(ctx: Ctx) -> Mapping[str, bool]:
    rows = ctx.session.execute(select(ModuleOffer.module, ModuleOffer.offered))
    return dict(rows.all())


def _overrides(ctx: Ctx) -> Mapping[tuple[str, str], bool]:
    rows = ctx.session.execute(
        select(RolePermission.role, RolePermission.permission, RolePermission.allowed)
    )
    return {(role, name): allowed for role, name, allowed in rows}


def _entries(ctx: Ctx, school_id: UUID) -> Mapping[str, int]:
    rows = ctx.session.execute(
        select(Entry.kind, func.count())
        .where(Entry.school_id == school_id, Entry.voided_at.is_(None))
        .group_by(Entry.kind)
    )
    return dict(rows.all())


def _holders(
    ctx: Ctx, module: Module, overrides: Mapping[tuple[str, str], bool]
) -> Sequence[Holder]:
    held = {role: permissions_of(role, ctx.registry.permissions, overrides) for role in ROLES}
    return [
        Holder(p.title, [ROLES[role].title for role in ROLES if p.name in held[role]])
        for p in module.permissions
    ]
