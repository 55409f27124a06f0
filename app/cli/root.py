"""The root of the command line.

Exit status: 0 success, 1 refused input (nothing written), 2 wrong usage. Groups are loaded when
they are called, so that building assets does not need a database.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from app.cli.speech import speak_chinese
from app.kernel.errors import Refused

_COMMANDS = {
    "up": "app.cli.up:up",
    "prepare": "app.cli.up:prepare",
    "worker": "app.cli.up:worker",
    "scheduler": "app.cli.up:scheduler",
    "assets": "app.cli.assets:assets",
    "i18n": "app.cli.i18n:i18n",
    "db": "app.cli.schema:schema",
    "tenants": "app.cli.tenants:tenants",
    "demo": "app.cli.demo:demo",
    "roster": "app.cli.roster:roster",
    "staff": "app.cli.staff:staff",
    "modules": "app.cli.modules:modules",
    "plugins": "app.cli.modules:plugins",
}
_MODULES = "app.cli.extensions:module_group"


class Lazy(click.Group):
    """A group that imports a command's module only when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """List the names."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command; a name that is not ours may be a module's."""
        if cmd_name not in _COMMANDS:
            found: click.Command | None = _loaded(_MODULES)(ctx, cmd_name)
            return found
        command: click.Command = _loaded(_COMMANDS[cmd_name])
        return command


def _loaded(place: str) -> Any:
    module, name = place.split(":")
    return getattr(importlib.import_module(module), name)


@click.group(cls=Lazy)
def root() -> None:
    """Care for left-behind children: records, duties and reports."""


def main() -> None:
    """Run the command line; a refusal is printed plainly and ends with status 1."""
    speak_chinese()
    try:
        root(standalone_mode=True)
    except Refused as refused:
        click.echo(str(refused), err=True)
        sys.exit(1)
