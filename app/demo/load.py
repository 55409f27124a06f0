"""Filling a centre that is declared for demonstration with invented children and accounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select

from app.children.models import Child
from app.children.roster.invented import Inventor
from app.children.roster.rows import RosterRow, SchoolHint
from app.db.scope import Scope
from app.demo.children import ChildWriter
from app.demo.families import choose_families
from app.demo.figures import one_in, read_figures
from app.demo.happenings import happen
from app.demo.notes import write_notes
from app.demo.organisation import organise_center, organise_school
from app.demo.people import MARK, let_partner_in, open_accounts, share_charges
from app.duties.closing import close_until
from app.host.context import Ctx
from app.host.enablement import active_modules, switch_module
from app.host.facade import tell
from app.kernel.errors import Refused
from app.kernel.grades import Stage, System
from app.kernel.text import T, Text
from app.sdk.history import story_of
from app.tenancy.models import Declared, School

SEED = 20260901
DAYS = {"pupils": 0, "quick": 120, "full": 730}
_TOLD = 2
"""Of so many schools there is a story; in the quick profile the others have only pupils."""
_ONE_IN = 7
"""Of those so many have just begun with the modules."""

Inside = Callable[[Scope], AbstractContextManager[Ctx]]
Tell = Callable[[Text, int, int], None]


@dataclass(frozen=True)
class Loading:
    """How to enter a scope of the centre, and whom to tell how far it is."""

    inside: Inside
    center_id: UUID
    tell: Tell

    def center(self) -> AbstractContextManager[Ctx]:
        """Work in the whole centre."""
        return self.inside(Scope.center(self.center_id))


def load(loading: Loading, folder: Path, *, profile: str = "quick", share: int = 1) -> int:
    """Invent the children of every school as demo.csv says, and the people who care for them.

    ``profile``: quick tells of two schools, full of all for two years, pupils leaves out modules
    and history. ``share`` makes it smaller: one child in so many. Returns the number of children.
    Raises :class:`Refused` when the centre has children already.
    """
    figures = read_figures(folder)
    with loading.center() as ctx:
        if ctx.session.execute(select(func.count()).select_from(Child)).scalar_one():
            raise Refused(T("This centre has children already; nothing was invented."))
        schools = ctx.session.scalars(select(School).order_by(School.position)).all()
        hints = {s.id: _hint(s) for s in schools if s.code in figures}
        inventor = Inventor(SEED, ctx.today())
        rows = {
            school: inventor.children(hint, one_in(figures[hint.code], share))
            for school, hint in hints.items()
        }
        total = _write(ctx, rows, folder, loading.tell)
    with loading.center() as ctx:
        organise_center(ctx)
    every = list(rows)
    told = every if profile == "full" else every[:_TOLD]
    if DAYS[profile]:
        _switch_modules(loading, told if profile == "full" else [*told, *every[_TOLD::_ONE_IN]])
        _history(loading, told, DAYS[profile])
        _close(loading)
    return total


def _hint(school: School) -> SchoolHint:
    stages = tuple(Stage(stage) for stage in school.stages)
    return SchoolHint(school.code, school.name, stages=stages, system=System(school.system))


def _write(
    ctx: Ctx, rows: Mapping[UUID, Sequence[RosterRow]], folder: Path, tell_how_far: Tell
) -> int:
    families = choose_families(*[*rows.values(), [], []][:2])
    writer = ChildWriter(ctx, SEED, families.reachable if families else frozenset())
    total, done = sum(map(len, rows.values())), 0
    for school_id, found in rows.items():
        writer.write(school_id, found)
        done += len(found)
        tell_how_far(T("Inventing children"), done, total)
    writer.flush()
    share_charges(ctx, writer.loaded, rows, families)
    guardians = open_accounts(ctx, writer.loaded, families)
    partners = let_partner_in(ctx)
    if families is not None:
        write_notes(ctx, folder, writer.loaded, families.mentored)
    ctx.session.execute(select(func.gather_statistics()))
    mark = {
        "children": total,
        "guardians": [str(guardian) for guardian in guardians],
        "partners": [str(partner) for partner in partners],
    }
    ctx.session.add(Declared(key=MARK, value=mark))
    return total


def _switch_modules(loading: Loading, schools: Sequence[UUID]) -> None:
    with loading.center() as ctx:
        for school_id in schools:
            for module in _in_order(ctx):
                switch_module(ctx, school_id=school_id, module=module, enabled=True)


def _in_order(ctx: Ctx) -> list[str]:
    """Return the modules so that each comes after those that it requires."""
    needs = {name: set(found.module.requires) for name, found in ctx.registry.plugins.items()}
    ordered: list[str] = []
    while ready := [n for n in sorted(needs.keys() - set(ordered)) if needs[n] <= set(ordered)]:
        ordered += ready
    return ordered


def _history(loading: Loading, schools: Sequence[UUID], days: int) -> None:
    with loading.center() as ctx:
        anywhere = frozenset().union(*active_modules(ctx).values())
        tell(ctx.registry, "demo_center", anywhere, ctx=ctx, days=days)
    for done, school_id in enumerate(schools):
        loading.tell(T("Inventing what was done"), done, len(schools))
        with loading.inside(Scope.schools(loading.center_id, school_id)) as ctx:
            organise_school(ctx, school_id)
            active = active_modules(ctx).get(school_id, frozenset())
            tell(ctx.registry, "demo_data", active, ctx=ctx, school_id=school_id, days=days)
            if school_id == schools[0]:
                happen(ctx, school_id, story_of(ctx, school_id))
    loading.tell(T("Inventing what was done"), len(schools), len(schools))


def _close(loading: Loading) -> None:
    """Freeze what is over, as the nights before would have done."""
    loading.tell(T("Closing what is over"), 0, 1)
    with loading.center() as ctx:
        ctx.session.execute(select(func.gather_statistics()))
        close_until(ctx, ctx.today())
    loading.tell(T("Closing what is over"), 1, 1)
