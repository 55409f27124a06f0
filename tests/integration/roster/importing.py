"""Invented rosters of a school, written as files and imported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app.children.models import (
    Child,
    Guardianship,
    ImportBatch,
)
from app.children.roster import batches
from app.children.roster.apply import Choices
from app.children.roster.invented import Numbers, invent_children
from app.children.roster.layouts import Layout, write_layout
from app.children.roster.rows import RosterRow, SchoolHint
from app.db.scope import Scope
from app.jobs.progress import Silent
from app.kernel.clock import Clock
from tests.support.world import CenterHandle, World

TODAY = Clock().today()
NUMBERS = Numbers(both=8, one=6, none=12, unknown=4)
Table = type[Any]
Place = tuple[CenterHandle, Scope]


def hint(code: str) -> SchoolHint:
    return SchoolHint(code, f"{code}小学")


def invented(code: str = "north", numbers: Numbers = NUMBERS, seed: int = 3) -> list[RosterRow]:
    return invent_children(seed, hint(code), numbers, today=TODAY)


def upload(
    world: World,
    scope: Scope,
    path: Path,
    choices: Choices | None = None,
) -> ImportBatch:
    """Check and apply a file, as a job does."""
    choices = choices or Choices()
    with world.inside(scope) as ctx:
        batch = batches.receive(ctx, file_name=path.name, body=path.read_bytes())
        batch.state = "applying"
        ctx.session.commit()
        batches.apply_job(
            ctx, Silent(), str(batch.id), choices.take_file, dict(choices.answers), choices.join
        )
        return batch


def one_school(path: Path, rows: list[RosterRow], layout: Layout = Layout.CLASS_LIST) -> Path:
    write_layout(path, {"名单": rows}, layout, today=TODAY)
    return path


def count(world: World, scope: Scope, *models: Table) -> list[int]:
    with world.inside(scope) as ctx:
        return [ctx.session.scalar(select(func.count()).select_from(m)) or 0 for m in models]


def children(world: World, scope: Scope) -> dict[str, Child]:
    with world.inside(scope) as ctx:
        found = ctx.session.scalars(select(Child).where(Child.voided_at.is_(None)))
        return {child.name: child for child in found}


def ties_of(world: World, scope: Scope) -> dict[str, tuple[bool, bool, bool]]:
    """Return by name who is guardian by law, who looks after the child, who is entrusted."""
    with world.inside(scope) as ctx:
        found = ctx.session.scalars(select(Guardianship))
        return {t.guardian.name or "": (t.legal, t.cares_daily, t.entrusted) for t in found}


def undo(world: World, scope: Scope, batch: ImportBatch) -> int:
    with world.inside(scope) as ctx:
        return batches.take_back(ctx, batches.find_batch(ctx, batch.id))
