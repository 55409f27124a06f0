"""The demonstration: its sums are those of demo.csv, and everybody it names can sign in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.accounts.models import GrantChild, GrantHomeroom
from app.children.models import Child, Guardian, GuardianPhone, Placement
from app.cli.demo import TENANTS
from app.db.scope import Scope
from app.demo.figures import one_in, read_figures
from app.demo.load import Loading, load
from app.demo.people import SignIn, sign_ins
from app.kernel.errors import Refused
from app.ledger.models import Entry
from app.tenancy.models import Homeroom, School
from tests.support.demonstration import load_demonstration
from tests.support.world import Person, World

SHARE = 12


@dataclass
class Demo:
    """A small demonstration centre of this worker."""

    folder: Path
    scope: Scope
    children: int
    people: list[SignIn]
    loading: Loading


@pytest.fixture(scope="module")
def demo(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    within = tmp_path_factory.mktemp("tenants")
    with app.app_context():
        loading, folder, children = load_demonstration(app, within, profile="quick", share=SHARE)
        with loading.center() as ctx:
            people = sign_ins(ctx)
    return Demo(folder, Scope.center(loading.center_id), children, people, loading)


def test_the_declared_centre_has_the_figures_of_the_report() -> None:
    figures = read_figures(TENANTS / "jinnan")
    kinds = figures.values()
    pupils = sum(n.both + n.one + n.none + n.unknown for n in kinds)
    left_behind = sum(n.both + n.one for n in kinds)
    assert (len(figures), pupils, left_behind) == (31, 16856, 12285)


def test_every_school_has_its_share_of_every_kind(demo: Demo, world: World) -> None:
    with world.inside(demo.scope) as ctx:
        codes = dict(ctx.session.execute(select(School.id, School.code)).all())
        rows = ctx.session.execute(
            text("SELECT school_id, education, civil FROM classify(:today)"),
            {"today": ctx.today()},
        ).all()
    found = Counter((codes[school], education) for school, education, _civil in rows)
    wanted = {code: one_in(n, SHARE) for code, n in read_figures(demo.folder).items()}
    for code, numbers in wanted.items():
        kinds = {"both": numbers.both, "one": numbers.one}
        kinds |= {"none": numbers.none, "unknown": numbers.unknown}
        assert {kind: found[code, kind] for kind in kinds} == kinds, code
    assert sum(found.values()) == demo.children

    left_behind = sum(found[code, kind] for code in wanted for kind in ("both", "one"))
    civil = Counter(answer for _school, _education, answer in rows)
    assert 0 < civil["yes"] < left_behind
    assert civil["unknown"] > 0


def test_every_child_sits_in_a_class_that_has_a_teacher(demo: Demo, world: World) -> None:
    with world.inside(demo.scope) as ctx:
        count = ctx.session.execute
        placed = count(select(func.count()).select_from(Placement)).scalar_one()
        children = count(select(func.count()).select_from(Child)).scalar_one()
        rooms = set(ctx.session.scalars(select(Homeroom.id)))
        charged = set(ctx.session.scalars(select(GrantHomeroom.homeroom_id)))
        reached = count(
            select(func.count()).where(GuardianPhone.last_reached_on.is_not(None))
        ).scalar_one()
    assert placed == children == demo.children
    assert charged == rooms
    assert reached > 0


def test_every_class_has_a_teacher_of_its_own(demo: Demo, world: World) -> None:
    with world.inside(demo.scope) as ctx:
        charges = ctx.session.scalars(select(GrantHomeroom.grant_id)).all()
    assert len(charges) == len(set(charges))


def test_only_the_guardians_of_the_demonstration_are_named(demo: Demo, world: World) -> None:
    with world.inside(demo.scope) as ctx:
        before = sign_ins(ctx)
        named = {person.name for person in before if person.family}
        somebody = ctx.session.scalars(
            select(Guardian)
            .join(GuardianPhone, GuardianPhone.guardian_id == Guardian.id)
            .where(Guardian.account_id.is_(None), Guardian.name.not_in(named))
            .limit(1)
        ).one()
        somebody.account_id = uuid4()
        ctx.session.flush()
        assert sign_ins(ctx) == before
        ctx.session.rollback()


def test_a_mentor_has_four_children_and_notes_about_them(demo: Demo, world: World) -> None:
    with world.inside(demo.scope) as ctx:
        noted = set(ctx.session.scalars(select(Entry.child_id).where(Entry.kind == "note")))
        first = ctx.session.scalars(select(School.id).order_by(School.position).limit(1)).one()
        begun = select(func.min(GrantChild.starts_on)).scalar_subquery()
        pairings = ctx.session.execute(
            select(GrantChild.grant_id, GrantChild.child_id).where(
                GrantChild.school_id == first, GrantChild.starts_on == begun
            )
        ).all()
    sizes = Counter(grant for grant, _child in pairings)
    mentored: dict[UUID, set[UUID]] = {}
    for grant, child in pairings:
        mentored.setdefault(grant, set()).add(child)
    assert set(sizes.values()) == {4}
    assert any(children <= noted for children in mentored.values())


def test_everybody_who_is_named_can_sign_in(demo: Demo, world: World) -> None:
    roles = Counter(person.role.msgid for person in demo.people)
    assert roles == {
        "Centre administrator": 2,
        "Centre inspector": 1,
        "School administrator": 2,
        "Class teacher": 2,
        "Mentor": 1,
        "Counsellor": 1,
        "Health worker": 1,
        "Subsidy officer": 1,
        "Guardian": 2,
        "Partner who mentors": 1,
    }
    for person in demo.people:
        kind = "guardian" if person.family else "staff"
        browser = world.client(Person(person.login, person.secret, kind, uuid4(), uuid4()))
        assert browser.get("/", follow_redirects=True).status_code == 200, person


def test_a_carer_has_grandchildren_at_two_schools(demo: Demo) -> None:
    carer = next(person for person in demo.people if person.family)
    assert len(carer.place.split("、")) == 2


def test_children_are_never_invented_beside_others(app: Flask, demo: Demo) -> None:
    with app.app_context(), pytest.raises(Refused):
        load(demo.loading, demo.folder, share=SHARE)


@pytest.mark.parametrize("line", ["JN01,9,4,4,4,4", "JN01,many,1,1,1,1"])
def test_figures_that_do_not_add_up_are_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "demo.csv").write_text(f"school,pupils,both,one,none,unknown\n{line}\n")
    with pytest.raises(Refused) as refused:
        read_figures(tmp_path)
    assert dict(refused.value.message.values)["row"] == 2
