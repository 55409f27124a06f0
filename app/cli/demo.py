"""``qinchao demo``: a centre full of invented people, and how to sign in to it."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from uuid import UUID

import click
from flask import Flask
from sqlalchemy import select

from app.children.models import Child
from app.cli.columns import padded, width
from app.cli.progress import Progress
from app.cli.work import application, config, inside
from app.db.scope import Scope
from app.db.session import db, scoped
from app.demo.load import DAYS, Loading, load
from app.demo.people import SignIn, sign_ins
from app.kernel.errors import Refused
from app.kernel.text import T
from app.runtime.reached import running_address
from app.tenancy.models import Center

TENANTS = Path(__file__).parents[2] / "tenants"
DEMO_CENTER = "jinnan"


@click.group()
def demo() -> None:
    """A demonstration: invented children and the people who care for them."""


@demo.command("load")
@click.option("--center", default=DEMO_CENTER, show_default=True, help="The centre's slug.")
@click.option("--profile", type=click.Choice(sorted(DAYS)), default="quick", show_default=True)
@click.option("--folder", type=click.Path(path_type=Path), help="The folder with demo.csv.")
def load_command(center: str, profile: str, folder: Path | None) -> None:
    """Fill a declared centre without children with invented ones."""
    with application() as flask:
        count = load_center(flask, center, profile, folder or TENANTS / center)
    click.echo(str(T("{n} invented children.", n=count)))


@demo.command("sign-ins")
@click.option("--center", default=DEMO_CENTER, show_default=True, help="The centre's slug.")
def sign_ins_command(center: str) -> None:
    """Print who can sign in to the demonstration, where and how."""
    with application() as flask:
        found = center_id(center)
        if found is None:
            return
        with inside(flask, Scope.center(found)) as ctx:
            people = sign_ins(ctx)
        for line in _table(people):
            click.echo(line)


def load_center(flask: Flask, center: str, profile: str, folder: Path) -> int:
    """Fill a centre, telling on standard error how far it is; return the number of children."""
    found = center_id(center)
    if found is None:
        raise Refused(T("There is no centre {slug}.", slug=center))
    with Progress(sys.stderr) as progress:
        loading = Loading(partial(inside, flask), found, progress.tell)
        return load(loading, folder, profile=profile)


def nothing_but_demo() -> bool:
    """Tell whether there is no centre, or only the demonstration's and that without children."""
    with scoped(None):
        slugs = set(db.session.scalars(select(Center.slug)))
    found = center_id(DEMO_CENTER)
    if found is None or slugs != {DEMO_CENTER}:
        return not slugs
    with scoped(Scope.center(found)):
        return db.session.scalar(select(Child.id).limit(1)) is None


def center_id(slug: str) -> UUID | None:
    """Return the centre with this slug, if there is one."""
    with scoped(None):
        return db.session.scalar(select(Center.id).where(Center.slug == slug))


def _table(people: list[SignIn]) -> list[str]:
    if not people:
        return []
    head = (T("Role"), T("Name"), T("School"), T("Web address"), T("Login"), T("Password or PIN"))
    rows = [[str(cell) for cell in head]]
    rows += [
        [str(p.role), p.name, p.place or "—", _address(family=p.family), p.login, p.secret]
        for p in people
    ]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(padded, row, widths)).rstrip() for row in rows]


def _address(*, family: bool) -> str:
    root = running_address(config().data) or f"http://127.0.0.1:{os.environ.get('PORT') or 8000}/"
    return f"{root}{'family/' if family else ''}sign-in"
