"""What a school has set for a module; the manifest says what may be set, and what holds else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.host.context import Ctx
from app.host.models import ModuleSwitch
from app.kernel.text import Text

_MEMO = "module_settings"


def module_settings(ctx: Ctx, school_id: UUID, module: str) -> Mapping[str, Any]:
    """Return every setting of ``module`` at a school by name; looked up once per work.

    Raises ``KeyError`` for a module that is not installed.
    """
    memo = ctx.memo.setdefault(_MEMO, {})
    if (school_id, module) not in memo:
        row = _switch(ctx, school_id, module)
        memo[school_id, module] = _filled(ctx, module, row.settings if row else {})
    found: Mapping[str, Any] = memo[school_id, module]
    return found


def settings_by_school(ctx: Ctx, module: str) -> Mapping[UUID, Mapping[str, Any]]:
    """Return every setting of ``module`` at each school of the scope that has it; one query."""
    rows = ctx.session.scalars(select(ModuleSwitch).where(ModuleSwitch.module == module))
    return {row.school_id: _filled(ctx, module, row.settings) for row in rows}


def _filled(ctx: Ctx, module: str, stored: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        s.name: stored.get(s.name, str(s.default) if isinstance(s.default, Text) else s.default)
        for s in ctx.registry.plugins[module].module.settings
    }


def set_module_settings(
    ctx: Ctx, school_id: UUID, module: str, values: Mapping[str, Any]
) -> ModuleSwitch | None:
    """Write the declared settings among ``values``; None when the school never had the module."""
    row = _switch(ctx, school_id, module)
    if row is None:
        return None
    declared = {setting.name for setting in ctx.registry.plugins[module].module.settings}
    row.settings = row.settings | {n: value for n, value in values.items() if n in declared}
    ctx.memo.pop(_MEMO, None)
    ctx.session.flush()
    return row


def _switch(ctx: Ctx, school_id: UUID, module: str) -> ModuleSwitch | None:
    return ctx.session.scalar(
        select(ModuleSwitch).where(
            ModuleSwitch.school_id == school_id, ModuleSwitch.module == module
        )
    )
