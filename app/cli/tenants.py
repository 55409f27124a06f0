"""``qinchao tenants``: a centre declared as a folder, applied and written back."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import select

from app.accounts.declared import check_roles, staff_state, write_staff
from app.audit.services import record
from app.cli.options import CENTER
from app.cli.work import application, at_center, inside, owner_url
from app.db.scope import Scope
from app.db.session import db, scoped
from app.duties.declared import check_policies, policy_state, write_policies
from app.host.context import Ctx
from app.kernel.errors import Refused
from app.kernel.text import T
from app.tenancy.apply import (
    center_state,
    changes,
    ensure_center,
    last_applied,
    remember,
    write_center,
)
from app.tenancy.declaration import Declaration, Objects, Value, read_folder
from app.tenancy.differences import ADDED, KEPT, Difference, compare
from app.tenancy.export import write_folder
from app.tenancy.models import Center

_SHOWN = 60


@dataclass(frozen=True)
class Plan:
    """A folder and what applying it would change."""

    declaration: Declaration
    differences: list[Difference]

    @property
    def changing(self) -> list[Difference]:
        """Return the differences that would be written."""
        return [d for d in self.differences if d.state != KEPT]


@click.group()
def tenants() -> None:
    """Centres as folders: center.toml, wording.toml, schools.csv, staff.csv."""


@tenants.command("apply")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite what was changed on a page, too.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def apply_command(folder: Path, *, force: bool, yes: bool) -> None:
    """Make the database hold what FOLDER says; nothing is ever deleted."""
    with application() as flask:
        plan = plan_folder(flask, folder, force=force)
        for line in describe(plan.differences):
            click.echo(line)
        if not plan.changing:
            click.echo(str(T("Nothing to change.")))
        elif yes or _agreed():
            carry_out(flask, plan)
            click.echo(str(T("Applied: {n} values.", n=len(plan.changing))))


@tenants.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
@CENTER
def export_command(folder: Path, center: str) -> None:
    """Write the centre's folder from the database into FOLDER."""
    with at_center(center) as ctx:
        write_folder(Declaration(center, whole_state(ctx)), folder)
        click.echo(str(T("Written to {folder}.", folder=str(folder))))


def whole_state(ctx: Ctx) -> Objects:
    """Return everything of a centre that a folder holds."""
    return center_state(ctx) | staff_state(ctx) | policy_state(ctx)


def plan_folder(flask: Flask, folder: Path, *, force: bool = False) -> Plan:
    """Read a folder and compare it with the database; raises Refused for a folder with faults."""
    declaration = read_folder(folder)
    check_roles(declaration)
    check_policies(declaration)
    declaration.demand_sound()
    with scoped(None):
        center = db.session.scalar(select(Center.id).where(Center.slug == declaration.slug))
    if center is None:
        return Plan(declaration, compare(declaration.objects, {}, {}))
    with inside(flask, Scope.center(center)) as ctx:
        found = compare(declaration.objects, whole_state(ctx), last_applied(ctx), force=force)
    return Plan(declaration, found)


def carry_out(flask: Flask, plan: Plan) -> None:
    """Write what a plan says; the centre's own row through the owner of the database."""
    wanted = changes(plan.differences)
    declared = {**plan.declaration.objects["center"], **wanted.get("center", {})}
    kept = {d.field: d.before for d in plan.differences if d.key == "center" and d.state == KEPT}
    named = declared | kept
    region = str(named["region"]) if named["region"] else None
    center = ensure_center(
        owner_url(flask.extensions["qinchao_config"]),
        plan.declaration.slug,
        str(named["name"]),
        region,
    )
    with inside(flask, Scope.center(center)) as ctx:
        write_center(ctx, wanted)
        write_staff(ctx, wanted)
        write_policies(ctx, wanted)
        remember(ctx, plan.declaration, plan.differences)
        record(ctx, "tenant.apply", values=len(plan.changing))


def describe(differences: list[Difference]) -> list[str]:
    """Return a line for every object that is new and for every field that differs."""
    new = sorted({d.key for d in differences if d.state == ADDED})
    lines = [f"+ {key}" for key in new]
    for found in (d for d in differences if d.state != ADDED):
        mark = "=" if found.state == KEPT else "~"
        line = f"{mark} {found.key} {found.field}: {_shown(found.before)} → {_shown(found.after)}"
        kept = T("kept: it was changed on a page; --force overwrites it")
        lines.append(f"{line} ({kept})" if found.state == KEPT else line)
    if len(lines) > _SHOWN:
        more = T("… and {n} more", n=len(lines) - _SHOWN)
        lines = [*lines[:_SHOWN], str(more)]
    return lines


def _shown(value: Value) -> str:
    return " ".join(value) if isinstance(value, list) else "—" if value is None else str(value)


def _agreed() -> bool:
    if not sys.stdin.isatty():
        raise Refused(T("Nothing was written: add --yes to apply without being asked."))
    return click.confirm(str(T("Apply this?")))
