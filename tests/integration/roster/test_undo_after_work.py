"""What somebody has written by hand since an import is not taken back with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from app.children.family import families
from app.children.models import Child, Guardian, GuardianPhone, Guardianship
from app.children.roster import batches
from app.children.roster.invented import Numbers, invent_children
from app.children.roster.layouts import Layout, write_layout
from app.children.roster.rows import SchoolHint
from app.children.services.declarations import declare
from app.children.services.guardians import add_phone, change_phone, confirm_status
from app.host.context import Ctx
from app.jobs.progress import Silent
from app.kernel.clock import Clock
from app.kernel.errors import Refused
from tests.support.world import CenterHandle, World

TODAY = Clock().today()


def _declared(ctx: Ctx, child: Child) -> None:
    declare(ctx, child, values={"hardship": "low_income"}, as_of=TODAY, source="form")


def _confirmed(ctx: Ctx, child: Child) -> None:
    adult = families(ctx, [child.id])[child.id][0]
    values = {"away": "no", "can_care": "yes"}
    confirm_status(ctx, child, adult.guardian, values=values)


def _phoned(ctx: Ctx, child: Child) -> None:
    adult = families(ctx, [child.id])[child.id][0]
    add_phone(ctx, child, adult.guardian, number="19900007711", known=adult.phones)


def _answered(ctx: Ctx, child: Child) -> None:
    adult = next(a for a in families(ctx, [child.id])[child.id] if a.phones)
    phone = adult.phones[0]
    change_phone(ctx, child, adult, phone, number="", dead=False, reached_on=TODAY)


@pytest.mark.parametrize("work", [_declared, _confirmed, _phoned, _answered])
def test_work_by_hand_keeps_an_import_from_being_undone(
    world: World, tmp_path: Path, work: Callable[[Ctx, Child], None]
) -> None:
    center = world.center("north")
    scope = center.school_scope("north")
    hint = SchoolHint("north", "north小学")
    path = tmp_path / "a.xlsx"
    rows = invent_children(3, hint, Numbers(both=3), today=TODAY)
    write_layout(path, {"名单": rows}, Layout.CLASS_LIST, today=TODAY)
    with world.inside(scope) as ctx:
        batch = batches.receive(ctx, file_name=path.name, body=path.read_bytes())
        batch.state = "applying"
        ctx.session.commit()
        batches.apply_job(ctx, Silent(), str(batch.id), False, {})
    with world.inside(scope) as ctx:
        child = ctx.session.scalars(select(Child).order_by(Child.name)).first()
        assert child
        work(ctx, child)
        name = child.name
    with world.inside(scope) as ctx, pytest.raises(Refused, match=name):
        batches.take_back(ctx, batches.find_batch(ctx, batch.id))


def _apply(world: World, center: CenterHandle, path: Path) -> UUID:
    scope = center.school_scope("north")
    with world.inside(scope) as ctx:
        batch = batches.receive(ctx, file_name=path.name, body=path.read_bytes())
        batch.state = "applying"
        ctx.session.commit()
        batches.apply_job(ctx, Silent(), str(batch.id), False, {})
        return batch.id


@pytest.mark.parametrize("work", ["name", "phone"])
def test_what_was_changed_of_an_adult_at_a_brother_is_not_taken_back(
    world: World, tmp_path: Path, work: str
) -> None:
    """The brother stands in no import: only the adult they share has changed."""
    center = world.center("north")
    hint = SchoolHint("north", "north小学")
    rows = invent_children(2, hint, Numbers(both=2), today=TODAY)
    path = tmp_path / "a.xlsx"
    write_layout(path, {"名单": rows}, Layout.CLASS_LIST, today=TODAY)
    _apply(world, center, path)
    with world.inside(center.school_scope("north")) as ctx:
        child, brother = ctx.session.scalars(select(Child).order_by(Child.name)).all()
        adult = next(a for a in families(ctx, [child.id])[child.id] if a.phones)
        stripped = adult.guardian.id
        name, adult.guardian.name = adult.guardian.name, None
        adult.guardian.name_pinyin = None
        for phone in adult.phones[1:] if work == "name" else adult.phones:
            phone.voided_at = ctx.now()
        bond = Guardianship(
            school_id=brother.school_id, child_id=brother.id, guardian_id=stripped,
            relation="relative", starts_on=TODAY,
        )  # fmt: skip
        ctx.session.add(bond)
    batch_id = _apply(world, center, path)
    with world.inside(center.school_scope("north")) as ctx:
        person = ctx.session.scalars(select(Guardian).where(Guardian.id == stripped)).one()
        assert person.name == name
        if work == "name":
            person.name = "石改名"
        else:
            added = select(GuardianPhone).where(
                GuardianPhone.guardian_id == stripped, GuardianPhone.voided_at.is_(None)
            )
            ctx.session.scalars(added.limit(1)).one().last_reached_on = TODAY
    told = "石改名" if work == "name" else str(name)
    with world.inside(center.school_scope("north")) as ctx, pytest.raises(Refused, match=told):
        batches.take_back(ctx, batches.find_batch(ctx, batch_id))
