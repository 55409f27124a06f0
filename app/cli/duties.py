"""Duties from the command line: what a policy would ask for, where things stand, closing."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import click

from app.accounts.permissions import CORE_PERMISSIONS
from app.cli.options import CENTER, JSON, print_json
from app.cli.speech import speak_chinese
from app.cli.work import at_center
from app.duties.closing import close_until
from app.duties.guide.pages import pages
from app.duties.packs import packs
from app.duties.policy import Policy
from app.duties.policy_file import read_policy
from app.duties.preview import RulePreview, preview, term_of
from app.duties.problems import PolicyRefused
from app.duties.sentences import sentence
from app.duties.states import STATES, RuleInForce, Tally, rules_in_force, tallies
from app.host.context import Ctx
from app.host.loading import build_registry
from app.kernel.errors import Refused
from app.kernel.text import T
from app.ledger.kinds import CORE_ENTRY_KINDS

_SCHOOL = click.option("--school", help="The code of one school.")


class _Day(click.ParamType[date]):
    name = "date"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        """Read a day as 2026-11-22."""
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(str(T("“{value}” is no day: write 2026-11-22", value=value)), param, ctx)


@click.group()
def duties() -> None:
    """What policies ask for, and what became of it."""


@duties.command("preview")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@CENTER
@_SCHOOL
@click.option("--term", required=True, help="The term, as 2026-2027-1.")
@JSON
def preview_command(file: Path, center: str, school: str | None, term: str, as_json: bool) -> None:
    """Say how many duties FILE would make in a term; write nothing."""
    with at_center(center, school) as ctx:
        policy = _readable(file, as_json)
        found = preview(ctx, policy, term_of(ctx, term))
        ctx.session.rollback()
        _tell_waiting(ctx, policy)
        if as_json:
            print_json({"rules": [_row(rule) for rule in found], "problems": []})
            return
        for row in found:
            counts = T(
                "{windows} windows, {children} children, {duties} duties",
                windows=row.windows,
                children=row.children,
                duties=row.duties,
            )
            click.echo(f"{row.rule.title}: {sentence(row.rule)}\n    {counts}")


def _readable(file: Path, as_json: bool) -> Policy:
    try:
        return read_policy(file)
    except PolicyRefused as refused:
        if as_json:
            problems = [{"line": p.line, "reason": str(p.reason)} for p in refused.problems]
            print_json({"rules": [], "problems": problems})
        raise


def _row(found: RulePreview) -> dict[str, Any]:
    return {
        "key": found.rule.key,
        "windows": found.windows,
        "children": found.children,
        "duties": found.duties,
    }


def _tell_waiting(ctx: Ctx, policy: Policy) -> None:
    kinds = {kind for rule in policy.duties for kind in rule.entry}
    waiting = sorted(kinds - set(ctx.registry.entry_kinds))
    if waiting:
        words = T("No module installed records these yet: {kinds}", kinds=", ".join(waiting))
        click.echo(str(words), err=True)


@duties.command("status")
@CENTER
@_SCHOOL
@click.option("--on", "on", type=_Day(), help="The day asked about; today if left out.")
@JSON
def status_command(center: str, school: str | None, on: date | None, as_json: bool) -> None:
    """Count the duties of the term by rule: due, done, missed, excused."""
    with at_center(center, school) as ctx:
        day = on or ctx.today()
        rules = rules_in_force(ctx, day)
        rows = _by_rule(rules, tallies(ctx, day))
        ctx.session.rollback()
    if as_json:
        print_json(rows)
        return
    for row, found in zip(rows, rules, strict=True):
        counts = " · ".join(f"{_WORDS[state]} {row[state]}" for state in STATES)
        click.echo(f"{found.policy.name} {found.rule.title}: {counts}")


_WORDS = {"due": T("due"), "done": T("done"), "missed": T("missed"), "excused": T("excused")}


def _by_rule(rules: list[RuleInForce], found: Any) -> list[dict[str, Any]]:
    rows = []
    for rule in rules:
        of_rule: list[Tally] = [
            t for t in found if (t.policy_id, t.rule_key) == (rule.policy.id, rule.rule.key)
        ]
        counts = {state: sum(getattr(t, state) for t in of_rule) for state in STATES}
        rows.append({"key": rule.rule.key, **counts})
    return rows


@duties.command("close")
@CENTER
@click.option("--until", required=True, type=_Day(), help="Close what had settled before this day.")
def close_command(center: str, until: date) -> None:
    """Freeze windows that are over; doing it again changes nothing."""
    with at_center(center) as ctx:
        if until > ctx.today():
            raise Refused(T("The day lies in the future."), "until")
        closed = close_until(ctx, until)
        words = str(T("{windows} windows closed, {duties} duties frozen.", **vars(closed)))
    click.echo(words)


@duties.command("pages")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def pages_command(folder: Path) -> None:
    """Write a page about each policy that comes with the system into FOLDER; needs no database."""
    extra = os.environ.get("QINCHAO_PLUGINS", "").split()
    registry = build_registry(CORE_PERMISSIONS, CORE_ENTRY_KINDS, extra)
    speak_chinese({name: p.folder / "translations" for name, p in registry.plugins.items()})
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages(registry, packs()).items():
        (folder / name).write_text(text, encoding="utf-8")
