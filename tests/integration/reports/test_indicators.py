"""Every number of a board has as many rows as it says, for every place and every part of it."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from sqlalchemy import event, select

from app.accounts.permissions import CORE_PERMISSIONS
from app.children.models import Child, ParentStatus
from app.db.session import db
from app.duties.policy_file import parse_policy
from app.duties.raising import raise_concern
from app.duties.services import adopt
from app.host.context import Ctx
from app.host.loading import build_registry
from app.kernel.access import Actor, HeldGrant
from app.kernel.clock import Clock
from app.kernel.errors import QinchaoError
from app.ledger.services import EntryFor, record
from app.reports.indicators.asked import as_of_today
from app.reports.indicators.board import by_class, by_school
from app.reports.indicators.counting import (
    AMONG,
    CLASS,
    COUNTED,
    REST,
    Figure,
    Place,
    figures,
    listed,
)
from app.reports.indicators.known import known
from app.tenancy.models import Term
from tests.support.world import CenterHandle, Person, World

TODAY = Clock().today()
LONG_AGO = date(2025, 1, 5)
POLICY = """
name = "三个一"
[[duty]]
key = "visit"
title = "家访"
entry = ["note"]
by = "mentor"
for = "left_behind"
every = "week"
"""


@dataclass
class Town:
    """Two schools: north with two classes, four pupils and both modules; south with a pupil."""

    world: World
    center: CenterHandle
    rooms: tuple[UUID, UUID]
    children: dict[str, UUID]
    admin: Person
    teacher: Person

    @property
    def at(self) -> str:
        return f"/c/{self.center.slug}"

    def child(self, ctx: Ctx, name: str) -> Child:
        return ctx.session.scalars(select(Child).where(Child.id == self.children[name])).one()


@pytest.fixture
def town(world: World) -> Town:
    center = world.center("north", "south")
    rooms = (world.homeroom(center, "north"), world.homeroom(center, "north", number=2))
    children = {
        "away": world.child(center, "north", name="石小满", homeroom=rooms[0]),
        "home": world.child(center, "north", name="周念安", homeroom=rooms[0], sex="male"),
        "other": world.child(center, "north", name="江一舟", homeroom=rooms[1]),
        "loose": world.child(center, "north", name="白未晞"),
        "south": world.child(center, "south", name="穆南星"),
    }
    parents = {name: world.guardian(center, children[name]) for name in ("away", "other", "south")}
    mother = world.guardian(center, children["home"], relation="mother")
    with world.inside(center.scope) as ctx:
        ctx.session.add(Term(school_year=2026, number=1, starts_on=date(2026, 9, 1),
                             ends_on=date(2027, 1, 22)))  # fmt: skip
        for person, away in [*((one, "yes") for one in parents.values()), (mother, "no")]:
            ctx.session.add(
                ParentStatus(
                    guardian_id=person.id, away=away,
                    away_since=LONG_AGO if away == "yes" else None, confirmed_on=date(2026, 9, 2),
                    source="staff",
                )
            )  # fmt: skip
    world.person(center, "mentor", "north", children=(children["away"],))
    admin = world.person(center, "center_admin")
    teacher = world.person(center, "homeroom_teacher", "north", homerooms=rooms[:1])
    world.enable(center, "north", "home_contact", "health_checks")
    town = Town(world, center, rooms, children, admin, teacher)
    _work(town)
    return town


def _work(town: Town) -> None:
    """Adopt a policy, keep one duty, raise a concern, reach one family."""
    with town.world.inside(town.center.scope) as ctx:
        adopt(ctx, parse_policy(POLICY), key="three", in_force_from=date(2026, 9, 1))
    with town.world.inside(town.center.school_scope("north")) as ctx:
        away = town.child(ctx, "away")
        for kind in ("note", "home_contact.visit"):
            record(ctx, kind=kind, happened_on=ctx.today(), title="家访", entries=[EntryFor(away)])
        raise_concern(ctx, away, "mood", note="想家")


@contextmanager
def seen_as(town: Town, person: str = "center", **options: Any) -> Iterator[Ctx]:
    """Work in the centre with every permission, or with those given."""
    scope = town.center.scope
    with town.world.inside(scope) as ctx:
        held = options.get("permissions", frozenset(ctx.registry.permissions))
        ctx.actor = Actor("tester", grants=(HeldGrant("tester", "center", held),))
        yield ctx


@contextmanager
def counted_queries(town: Town) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    with town.world.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_every_number_has_as_many_rows_in_the_whole_by_school_and_by_class(town: Town) -> None:
    with seen_as(town) as ctx:
        as_of, numbers = as_of_today(ctx), 0
        for one in known(ctx).values():
            for by, name in ((CLASS, "homeroom_id"), ("school_id", "school_id")):
                found = figures(ctx, [one], as_of, by)[one.indicator.key]
                for place, figure in found.items():
                    at = Place(**{name: place}) if place else Place(nowhere=by)
                    _same_rows(ctx, one, as_of, at, figure)
                    numbers += figure.number
                whole = Figure(
                    sum(figure.number for figure in found.values()),
                    sum(f.of or 0 for f in found.values()) if one.indicator.among else None,
                )
                _same_rows(ctx, one, as_of, Place(), whole)
        assert numbers > 0


def _same_rows(ctx: Ctx, one: Any, as_of: Any, at: Place, figure: Figure) -> None:
    label = (one.indicator.key, at)
    assert listed(ctx, one, as_of, COUNTED, at, 1).total == figure.number, label
    if figure.of is not None:
        assert listed(ctx, one, as_of, AMONG, at, 1).total == figure.of, label
        assert listed(ctx, one, as_of, REST, at, 1).total == figure.rest, label


def test_the_numbers_are_those_of_the_town(town: Town) -> None:
    with seen_as(town) as ctx:
        seen = known(ctx)
        board = by_school(ctx, list(seen.values()), as_of_today(ctx))
        whole = dict(zip(seen, board.whole, strict=True))
    assert whole["children.pupils"] == Figure(5)
    assert whole["children.left_behind"] == Figure(3)
    assert whole["children.left_behind_share"] == Figure(3, 5)
    assert whole["children.no_phone"] == Figure(1)
    assert whole["children.unpaired"] == Figure(2, 3)
    assert whole["concerns.open"] == Figure(1)
    assert whole["concerns.late"] == Figure(0)
    assert whole["duties.kept"].number == 1
    assert whole["home_contact.reached"] == Figure(1, 2)
    assert whole["home_contact.visited"] == Figure(1, 2)
    assert whole["health_checks.examined"] == Figure(0, 4)
    assert whole["health_checks.poor_eyesight"] == Figure(0, 0)
    assert whole["health_checks.poor_eyesight"].share is None


def test_a_school_where_the_module_is_off_has_no_number(town: Town) -> None:
    with seen_as(town) as ctx:
        one = known(ctx)["home_contact.reached"]
        board = by_school(ctx, [one], as_of_today(ctx))
        cells = {line.title: line.cells[0] for line in board.lines}
    assert cells == {"north小学": Figure(1, 2), "south小学": None}
    page = town.world.client(town.admin).get(f"{town.at}/indicators?key=home_contact.reached")
    assert "未启用" in page.text
    rows = f"{town.at}/indicators/home_contact.reached?school=south"
    assert town.world.client(town.admin).get(rows).status_code == 404


def test_another_centre_counts_nothing_of_this_one(town: Town) -> None:
    other = town.world.center()
    with town.world.inside(other.scope) as ctx:
        held = frozenset(ctx.registry.permissions)
        ctx.actor = Actor("tester", grants=(HeldGrant("tester", "center", held),))
        seen = list(known(ctx).values())
        board = by_school(ctx, seen, as_of_today(ctx))
        children = [i for i, one in enumerate(seen) if one.indicator.key.startswith("children.")]
        assert [board.whole[i].number for i in children] == [0] * len(children)
        assert not [one for one in seen if one.module]
    page = town.world.client(town.world.person(other, "center_admin"))
    assert "石小满" not in page.get(f"/c/{other.slug}/indicators/children.pupils").text
    assert page.get(f"{town.at}/indicators").status_code in (403, 404)


def test_without_its_permission_an_indicator_is_left_out(town: Town) -> None:
    with seen_as(town, permissions=frozenset({"duties.view"})) as ctx:
        assert {key.partition(".")[0] for key in known(ctx)} == {"duties"}
    admin = town.world.client(town.admin)
    # The centre sees no check-ups: they are the school's.
    assert "health_checks.examined" not in admin.get(f"{town.at}/indicators").text
    assert admin.get(f"{town.at}/indicators/health_checks.examined").status_code == 404
    assert admin.get(f"{town.at}/indicators/no.such").status_code == 404


def test_a_class_teacher_counts_the_own_class_only(town: Town) -> None:
    teacher = town.world.client(town.teacher)
    page = teacher.get(f"{town.at}/s/north/indicators/children.pupils").text
    assert "石小满" in page
    assert "周念安" in page
    assert "江一舟" not in page
    assert "共2条" in page or "2" in _counted(page)


def _counted(page: str) -> str:
    found = re.search(r"<p class=\"muted\">([^<]*\d[^<]*)</p>\s*<div class=\"table-wrap", page)
    return found.group(1) if found else ""


def test_a_board_costs_one_query_a_source_however_many_pupils(town: Town) -> None:
    costs = []
    for more in (0, 6):
        for number in range(more):
            town.world.child(town.center, "south", name=f"邓{number}")
        with seen_as(town) as ctx:
            seen = list(known(ctx).values())
            as_of = as_of_today(ctx)
            with counted_queries(town) as statements:
                by_school(ctx, seen, as_of)
            costs.append(len(statements))
    sources = {one.rows for one in seen}
    assert costs == [len(sources) + 1] * 2


def test_the_board_of_the_school_has_a_line_a_class_and_one_for_who_has_none(town: Town) -> None:
    with town.world.inside(town.center.school_scope("north")) as ctx:
        held = frozenset(ctx.registry.permissions)
        ctx.actor = Actor("tester", grants=(HeldGrant("tester", "center", held),))
        board = by_class(ctx, [known(ctx)["children.pupils"]], as_of_today(ctx))
    assert [(line.title, line.cells[0]) for line in board.lines] == [
        ("三（1）班", Figure(2)),
        ("三（2）班", Figure(1)),
        ("", Figure(1)),
    ]


def test_the_pages_show_numbers_that_lead_to_their_rows(town: Town) -> None:
    admin = town.world.client(town.admin)
    page = admin.get(f"{town.at}/indicators?key=children.left_behind_share").text
    assert "60.0%" in page
    for url, number in re.findall(r'<a href="([^"]*/indicators/[^"]*)">(\d+)</a>', page):
        rows = admin.get(html.unescape(url)).text
        assert rows.count('data-label="班级"') == int(number), url
    empty = admin.get(f"{town.at}/indicators?key=duties.kept&since=2026-09-01")
    assert empty.status_code == 200


def test_the_sheet_has_the_numbers_and_their_definitions(town: Town) -> None:
    admin = town.world.client(town.admin)
    keys = "key=children.pupils&key=home_contact.reached"
    answer = admin.get(f"{town.at}/indicators.xlsx?{keys}")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    numbers, definitions = book.worksheets
    rows = [[cell.value for cell in row] for row in numbers.iter_rows()]
    assert ["north小学", 4, 1, 2, 50] in rows
    assert ["south小学", 1, "未启用", "未启用", "未启用"] in rows
    assert rows[-1][1:] == [5, 1, 2, 50]
    assert definitions.max_row == 3


def test_a_term_that_is_over_tells_only_of_what_happened_in_it(town: Town) -> None:
    with town.world.inside(town.center.scope) as ctx:
        ctx.session.add(Term(school_year=2025, number=2, starts_on=date(2026, 2, 23),
                             ends_on=date(2026, 7, 3)))  # fmt: skip
    admin = town.world.client(town.admin)
    page = admin.get(f"{town.at}/indicators?since=2026-02-23").text
    assert "2026-08-31" in page
    assert 'value="duties.kept"' in page
    assert 'value="children.pupils"' not in page


def test_the_first_pages_show_the_same_numbers(town: Town) -> None:
    admin = town.world.client(town.admin)
    for page in (f"{town.at}/", f"{town.at}/s/north/"):
        assert admin.get(page).status_code == 200
    assert "60.0%" in admin.get(f"{town.at}/").text
    assert "50.0%" in admin.get(f"{town.at}/s/north/").text


def test_a_plugin_must_give_the_rows_of_what_it_declares(monkeypatch: pytest.MonkeyPatch) -> None:
    from_outside = ("library_loans",)
    build_registry(CORE_PERMISSIONS, (), from_outside)
    manifest = __import__("plugins.home_contact.manifest", fromlist=["MODULE"])
    monkeypatch.setattr(manifest, "MODULE", replace(manifest.MODULE, indicators=()))
    with pytest.raises(QinchaoError, match=r"home_contact\.reached"):
        build_registry(CORE_PERMISSIONS, (), from_outside)
