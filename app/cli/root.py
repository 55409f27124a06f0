"""The root of the command line.

Exit status: 0 success, 1 refused input (nothing written), 2 wrong usage. Groups are loaded when
they are called, so that building assets does not need a database.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from app.cli.offered import light_group, module_groups
from app.cli.speech import speak_chinese
from app.kernel.errors import Refused
from app.kernel.pauses import for_good

# Where a command is and what it does: said here too, so that --help imports none of them.
_COMMANDS = {
    "up": ("app.cli.up:up", "Run servers, web, worker and scheduler together until Ctrl-C."),
    "prepare": ("app.cli.up:prepare", "Migrate; load the demonstration into an empty database."),
    "worker": ("app.cli.up:worker", "Run jobs until a signal comes."),
    "scheduler": ("app.cli.up:scheduler", "Push waiting jobs to the queue until a signal comes."),
    "doctor": ("app.cli.doctor:doctor", "Look whether the installation is well."),
    "audit": ("app.cli.audit:audit", "The log of who did what."),
    "backup": ("app.cli.backup:backup", "Back up, try a backup, restore."),
    "assets": ("app.cli.assets:assets", "Front-end files, fonts and compiled translations."),
    "i18n": ("app.cli.i18n:i18n", "Look after the translations."),
    "db": ("app.cli.schema:schema", "Versions of the database's tables."),
    "tenants": ("app.cli.tenants:tenants", "Centres as folders of plain files."),
    "demo": ("app.cli.demo:demo", "A demonstration full of invented people."),
    "roster": ("app.cli.roster:roster", "Lists of children, checked before anything is written."),
    "duties": ("app.cli.duties:duties", "What policies ask for, and what became of it."),
    "staff": ("app.cli.staff:staff", "Look after the staff."),
    "modules": ("app.cli.modules:modules", "Switch modules on and off at a school."),
    "plugins": ("app.cli.plugins:plugins", "Look at plugins, write one, check one."),
}
_MODULES = "app.cli.extensions:module_group"


class Lazy(click.Group):
    """A group that imports a command's module only when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """List the names, the modules' groups among them."""
        return sorted([*_COMMANDS, *_of_modules()])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command; a name that is not ours may be a module's."""
        if cmd_name not in _COMMANDS:
            if light := light_group(cmd_name, _extra()):
                return light
            found: click.Command | None = _loaded(_MODULES)(ctx, cmd_name)
            return found
        command: click.Command = _loaded(_COMMANDS[cmd_name][0])
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 (click's signature)
        """Write what there is, the modules' groups apart."""
        ours = {name: words for name, (_place, words) in _COMMANDS.items()}
        for title, groups in (("Commands", ours), ("Commands of modules", _of_modules())):
            if groups:
                with formatter.section(title):
                    formatter.write_dl(sorted(groups.items()))


def _of_modules() -> dict[str, str]:
    return module_groups(_extra())


def _extra() -> list[str]:
    return os.environ.get("QINCHAO_PLUGINS", "").split()


def _loaded(place: str) -> Any:
    module, name = place.split(":")
    # Nothing that is imported is garbage; looking for some takes a third of the time.
    with for_good():
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
