"""Modules from the command line."""

from __future__ import annotations

import click

from app.cli.options import CENTER, JSON, print_found
from app.cli.work import at_center
from app.host.context import Ctx
from app.modules.queries import ModuleState, module_states
from app.modules.services import switch

_SCHOOL = click.option("--school", required=True, metavar="CODE", help="The school's code.")


def _state(state: ModuleState) -> dict[str, object]:
    return {
        "name": state.module.name,
        "title": str(state.module.title),
        "offered": state.offered,
        "enabled": state.on,
        "active": state.active,
        "entries": state.entries,
    }


@click.group()
def modules() -> None:
    """Switch modules on and off at a school."""


@modules.command("list")
@CENTER
@_SCHOOL
@JSON
def list_command(center: str, school: str, as_json: bool) -> None:
    """List the modules as they stand at a school."""
    with at_center(center, school) as ctx:
        found = [_state(state) for state in module_states(ctx, ctx.scope.school_ids[0])]
        words = {True: "on", False: "off"}
        lines = [f"{x['name']}\t{words[bool(x['active'])]}\t{x['title']}" for x in found]
        print_found(found, lines, as_json=as_json)


@modules.command()
@click.argument("name")
@CENTER
@_SCHOOL
@JSON
def enable(name: str, center: str, school: str, as_json: bool) -> None:
    """Switch a module on."""
    with at_center(center, school) as ctx:
        _switch(ctx, name, on=True, as_json=as_json)


@modules.command()
@click.argument("name")
@CENTER
@_SCHOOL
@JSON
def disable(name: str, center: str, school: str, as_json: bool) -> None:
    """Switch a module off; its data are kept."""
    with at_center(center, school) as ctx:
        _switch(ctx, name, on=False, as_json=as_json)


def _switch(ctx: Ctx, name: str, *, on: bool, as_json: bool) -> None:
    switch(ctx, school_id=ctx.scope.school_ids[0], module=name, enabled=on)
    told = [f"{name}: {'on' if on else 'off'}"]
    print_found({"name": name, "enabled": on}, told, as_json=as_json)
