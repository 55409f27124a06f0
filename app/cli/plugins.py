"""Plugins: what is installed, writing a new one, checking one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

from app.cli.options import JSON, print_found
from app.cli.speech import speak_chinese
from app.cli.work import application
from app.kernel.errors import Refused
from app.kernel.text import T
from app.kit.check.findings import FAILED, OK, SKIPPED, Result
from app.kit.check.items import look_at
from app.kit.new import Written, write_module
from app.kit.spec import (
    KINDS,
    LONGEST_RECORD,
    LONGEST_TITLE,
    ModuleSpec,
    default_spec,
    demand_name,
    demand_title,
    read_spec,
    spec_of,
)

Asked = TypeVar("Asked")
_MARKS = {OK: "✓", FAILED: "✗", SKIPPED: "–"}


@click.group()
def plugins() -> None:
    """Look at plugins, write one, check one."""


@plugins.command("list")
@JSON
def list_plugins(as_json: bool) -> None:
    """List the installed plugins."""
    with application() as flask:
        found = [
            {
                "name": name,
                "title": str(plugin.module.title),
                "version": plugin.module.version,
                "requires": list(plugin.module.requires),
                "package": plugin.package,
            }
            for name, plugin in sorted(flask.extensions["qinchao_registry"].plugins.items())
        ]
        lines = [f"{x['name']}\t{x['version']}\t{x['title']}" for x in found]
        print_found(found, lines, as_json=as_json)


@plugins.command()
@click.argument("name")
@click.option(
    "--spec",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A TOML file: titles, the record, its fields.",
)
@click.option("--yes", is_flag=True, help="Ask nothing; take sensible values.")
@click.option(
    "--into",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder to write into; by default plugins.",
)
@JSON
def new(name: str, spec: Path | None, yes: bool, into: Path | None, as_json: bool) -> None:
    """Write a complete module NAME: small letters, digits and _, like library_loans."""
    written = write_module(_wanted(name, spec, yes), into)
    found = {"folder": str(written.folder), "files": written.files, "lines": written.lines}
    print_found(found, _told(name, written), as_json=as_json)


def _wanted(name: str, spec: Path | None, yes: bool) -> ModuleSpec:
    if spec is not None and yes:
        raise click.UsageError("Give --spec or --yes, not both.")
    if spec is not None:
        return read_spec(name, spec)
    if yes:
        return default_spec(name)
    if not sys.stdin.isatty():
        raise click.UsageError("Give --spec FILE or --yes; questions need a terminal.")
    demand_name(name)
    return spec_of(name, _answers(name))


def _answers(name: str) -> dict[str, Any]:
    """Ask what the module is about; each answer is looked at before the next question."""
    words = name.replace("_", " ").capitalize()
    click.echo("Titles are English and Chinese. Enter takes what stands in brackets.", err=True)
    found: dict[str, Any] = {
        "title": _title("Title", words),
        "record": _title("One entry is called", "Record", LONGEST_RECORD),
        "families_read": click.confirm("Do families read it?", default=True, err=True),
        "fields": [],
    }
    click.echo("What is written down beside child and day? An empty name ends the list.", err=True)
    while field := _asked(partial(_field, name, found)):
        found["fields"].append(field)
    return found


def _field(name: str, found: Mapping[str, Any]) -> dict[str, Any] | None:
    """Ask for a field, none when its name is empty; raises :class:`Refused` for what is none."""
    first = not found["fields"]
    key = click.prompt("Name of a field", default="", show_default=False, err=True)
    if not key:
        if first:
            raise Refused(T("Name at least one field: a module writes something down."))
        return None
    kind = click.prompt("Kind", type=click.Choice(KINDS), default="text", err=True)
    field: dict[str, Any] = {
        "name": key,
        "kind": kind,
        "title": _title("Title", key.replace("_", " ")),
    }
    if kind != "yes_no":
        field["required"] = click.confirm("Must it be filled in?", default=first, err=True)
    if kind == "choice":
        keys = click.prompt("Names of the choices, with blanks between them", err=True).split()
        field["options"] = {one: _title(one, one.capitalize()) for one in keys}
    spec_of(name, dict(found) | {"fields": [*found["fields"], field]})
    return field


def _asked(ask: Callable[[], Asked]) -> Asked:
    """Ask again for as long as the answers are refused."""
    while True:
        try:
            return ask()
        except Refused as refused:
            click.echo(str(refused), err=True)


def _title(what: str, default: str, longest: int = LONGEST_TITLE) -> list[str]:
    def ask() -> list[str]:
        english = click.prompt(f"{what} (English)", default=default, err=True)
        found = [english, click.prompt(f"{what} (Chinese)", err=True)]
        demand_title(what, found, longest)
        return found

    return _asked(ask)


def _told(name: str, written: Written) -> list[str]:
    lines = [f"{written.folder}: {len(written.files)} files, {written.lines} lines"]
    if written.project:
        beside = written.project.parent.resolve()
        lines.append(f"Let it be found:  export PYTHONPATH={beside} QINCHAO_PLUGINS={name}")
        lines.append(f"Build a wheel:    cd {beside} && python -m hatchling build -t wheel")
    return [
        *lines,
        f"Check it:         qinchao plugins check {written.folder}",
        "Migrate:          qinchao db upgrade",
        f"Switch on:        qinchao modules enable {name} --center SLUG --school CODE",
    ]


@plugins.command()
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--only", multiple=True, metavar="ITEM", help="Look at this item alone; repeatable.")
@JSON
def check(path: Path, only: tuple[str, ...], as_json: bool) -> None:
    """Look whether the plugin in PATH is complete and safe; status 1 when it is not."""
    results = look_at(path, only)
    speak_chinese()  # the application that was tried has let texts speak for its requests
    good = all(result.state == OK for result in results)
    found = {"plugin": path.resolve().name, "good": good, "items": list(map(_item, results))}
    print_found(found, _lines(results), as_json=as_json)
    if not good:
        sys.exit(1)


def _item(result: Result) -> dict[str, Any]:
    return {
        "key": result.item.key,
        "title": str(result.item.title),
        "state": result.state,
        "faults": [{"where": fault.where, "what": str(fault.what)} for fault in result.faults],
        "remedy": None if result.state == OK else str(result.item.remedy),
    }


def _lines(results: Sequence[Result]) -> list[str]:
    lines = []
    for result in results:
        lines.append(f"{_MARKS[result.state]} {result.item.key}: {result.item.title}")
        places = [(fault.where, fault.what) for fault in result.faults]
        lines += [f"    {where}: {what}" if where else f"    {what}" for where, what in places]
        if result.state == FAILED:
            lines.append(f"    → {result.item.remedy}")
    return lines
