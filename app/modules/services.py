"""Switching and offering modules, with a note in the audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.audit.services import record as audit
from app.host.context import Ctx
from app.host.enablement import forget_active, switch_module
from app.host.models import ModuleOffer
from app.host.settings import set_module_settings
from app.kernel.errors import Refused
from app.kernel.text import T


def switch(ctx: Ctx, *, school_id: UUID, module: str, enabled: bool) -> None:
    """Switch a module on or off at a school; what it has written stays.

    Raises :class:`Refused` when it is unknown, not offered, lacks a requirement, or others need it.
    """
    row = switch_module(ctx, school_id=school_id, module=module, enabled=enabled)
    audit(
        ctx,
        "module.enable" if enabled else "module.disable",
        object_type="module",
        object_id=row.id,
        school_id=school_id,
        module=module,
    )


def offer(ctx: Ctx, *, module: str, offered: bool) -> None:
    """Offer a module to the centre's schools, or withdraw it; each school's switch stays.

    Raises :class:`Refused` for a module that is not installed.
    """
    if module not in ctx.registry.plugins:
        raise Refused(T("There is no module named {name}.", name=module), "module")
    row = ctx.session.scalar(select(ModuleOffer).where(ModuleOffer.module == module))
    if row is None:
        row = ModuleOffer(module=module, offered=offered)
        ctx.session.add(row)
    row.offered = offered
    ctx.session.flush()
    forget_active(ctx)
    action = "module.offer" if offered else "module.withdraw"
    audit(ctx, action, object_type="module", object_id=row.id, module=module)


def change_settings(ctx: Ctx, *, school_id: UUID, module: str, values: Mapping[str, Any]) -> None:
    """Write what a school sets for a module.

    Raises :class:`Refused` when the school has never switched it on.
    """
    row = set_module_settings(ctx, school_id, module, values)
    if row is None:
        raise Refused(T("Switch the module on first."))
    audit(
        ctx,
        "module.settings",
        object_type="module",
        object_id=row.id,
        school_id=school_id,
        module=module,
    )
