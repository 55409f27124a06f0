"""Command groups that modules bring along."""

from __future__ import annotations

import os
from typing import cast

import click

import app.models  # noqa: F401  (modules relate to the core's tables)
from app.accounts.permissions import CORE_PERMISSIONS
from app.cli.work import at_center
from app.host.loading import build_registry
from app.ledger.kinds import CORE_ENTRY_KINDS


def module_group(context: click.Context, name: str) -> click.Command | None:
    """Return the group of the module whose name with dashes is ``name``; needs no database.

    The group finds ``at_center`` as the context's object.
    """
    extra = os.environ.get("QINCHAO_PLUGINS", "").split()
    manager = build_registry(CORE_PERMISSIONS, CORE_ENTRY_KINDS, extra).manager
    module = name.replace("-", "_")
    found = [i for i in manager.hook.cli.get_hookimpls() if i.plugin_name == module]
    if not found:
        return None
    context.obj = at_center
    return cast("click.Group", found[0].function())
