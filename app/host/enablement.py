"""active(school) = installed, offered by the centre, switched on, and all it requires active."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Select, bindparam, exists, inspect, not_, select

from app.host.context import Ctx
from app.host.models import ModuleOffer, ModuleSwitch
from app.host.registry import Registry
from app.kernel.errors import Refused
from app.kernel.text import T

_MEMO = "active_modules"


def _switched_on() -> Select[UUID, str]:
    """Return the statement that every page sends; over tables, since that is made up fastest."""
    switch, offer = inspect(ModuleSwitch).local_table.c, inspect(ModuleOffer).local_table.c
    withdrawn = exists().where(
        offer.center_id == switch.center_id, offer.module == switch.module, not_(offer.offered)
    )
    return select(switch.school_id, switch.module).where(
        switch.center_id == bindparam("center"), switch.enabled, not_(withdrawn)
    )


_SWITCHED_ON = _switched_on()


def _closed(registry: Registry, switched: set[str]) -> frozenset[str]:
    """Keep what has all its requirements, until nothing more falls away."""
    active = {m for m in switched if m in registry.plugins}
    while True:
        kept = {m for m in active if set(registry.plugins[m].module.requires) <= active}
        if kept == active:
            return frozenset(kept)
        active = kept


def active_modules(ctx: Ctx) -> Mapping[UUID, frozenset[str]]:
    """Return the active modules of every school of the scope; one query, once per work."""
    if _MEMO not in ctx.memo:
        switched: dict[UUID, set[str]] = {}
        here = {"center": ctx.scope.center_id}
        for school_id, module in ctx.session.execute(_SWITCHED_ON, here):
            switched.setdefault(school_id, set()).add(module)
        ctx.memo[_MEMO] = {s: _closed(ctx.registry, found) for s, found in switched.items()}
    active: Mapping[UUID, frozenset[str]] = ctx.memo[_MEMO]
    return active


def forget_active(ctx: Ctx) -> None:
    """Look the active modules up anew: a switch or an offer has changed."""
    ctx.memo.pop(_MEMO, None)


def is_active(ctx: Ctx, module: str, school_id: UUID) -> bool:
    """Tell whether ``module`` is active at a school."""
    return module in active_modules(ctx).get(school_id, frozenset())


def switch_module(ctx: Ctx, *, school_id: UUID, module: str, enabled: bool) -> ModuleSwitch:
    """Switch a module on or off for a school; its data and settings stay.

    Raises :class:`Refused` when it is unknown, not offered, lacks a requirement, or others need it.
    """
    _refuse_impossible(ctx, school_id, module, enabled)
    row = ctx.session.scalar(
        select(ModuleSwitch).where(
            ModuleSwitch.school_id == school_id, ModuleSwitch.module == module
        )
    )
    if row is None:
        row = ModuleSwitch(school_id=school_id, module=module, settings={})
        ctx.session.add(row)
    row.enabled = enabled
    row.changed_at = ctx.now()
    row.changed_by_id = ctx.actor.staff_id
    ctx.session.flush()
    forget_active(ctx)
    return row


def _refuse_impossible(ctx: Ctx, school_id: UUID, module: str, enabled: bool) -> None:
    plugins = ctx.registry.plugins
    if module not in plugins:
        raise Refused(T("There is no module named {name}.", name=module), "module")
    active = active_modules(ctx).get(school_id, frozenset())
    if enabled:
        offered = ctx.session.scalar(
            select(ModuleOffer.offered).where(ModuleOffer.module == module)
        )
        if offered is False:
            raise Refused(T("The centre does not offer this module."), "module")
        missing = [m for m in plugins[module].module.requires if m not in active]
        if missing:
            names = "、".join(str(plugins[m].module.title) for m in missing)
            raise Refused(T("Switch on first: {names}", names=names), "module")
        return
    needing = [m for m in active if module in plugins[m].module.requires]
    if needing:
        names = "、".join(str(plugins[m].module.title) for m in needing)
        raise Refused(T("Still needed by: {names}. Switch those off first.", names=names), "module")
