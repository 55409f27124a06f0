"""The schema's versions."""

from __future__ import annotations

import click

from app.cli.work import application, config, owner_url
from app.db.migrate import check, revision, upgrade
from app.db.versions import CORE_OWNER
from app.kernel.errors import Refused
from app.kernel.text import T


@click.group("db")
def schema() -> None:
    """Versions of the database's tables."""


@schema.command("upgrade")
def upgrade_command() -> None:
    """Bring every owner's tables to their newest version."""
    with application() as flask:
        upgrade(owner_url(config()), flask.extensions["qinchao_registry"].owners())


@schema.command("check")
def check_command() -> None:
    """Fail when tables, keys or policies differ from the models."""
    with application() as flask:
        check(owner_url(config()), flask.extensions["qinchao_registry"].owners())


@schema.command("revision")
@click.argument("owner")
@click.argument("message")
def revision_command(owner: str, message: str) -> None:
    """Write a new version for OWNER (core or a plugin) from what the models say."""
    with application() as flask:
        plugins = [p.owner for p in flask.extensions["qinchao_registry"].plugins.values()]
        found = next((o for o in [CORE_OWNER, *plugins] if o.name == owner), None)
        if found is None:
            raise Refused(T("No owner of tables is named {name}.", name=owner))
        revision(owner_url(config()), found, plugins, message)
