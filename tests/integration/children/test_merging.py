"""Two records of one child become one: everything moves, nothing is lost, and it is told before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from library_loans.models import Loan
from library_loans.services import lend
from sqlalchemy import create_engine, func, inspect, select, text

from app.audit.models import AuditEvent
from app.children.models import (
    Child,
    Declaration,
    Enrolment,
    GuardianPhone,
    Guardianship,
    IdentityDocument,
    ParentStatus,
    Placement,
)
from app.children.services.merging import merge_into
from app.db.base import Base
from app.kernel.clock import Clock
from app.ledger.models import Entry
from app.ledger.services import EntryFor, record
from tests.support.world import Browser, CenterHandle, World, identity_number

TODAY = Clock().today()
NUMBER = identity_number(date(2017, 5, 4), 122)
# What a record keeps as its own when it is hidden.
OWN = {"import_change", "declaration", "enrolment", "placement", "identity_document"}


@pytest.fixture
def center(world: World) -> CenterHandle:
    return world.center("north", "south")


@pytest.fixture
def admin(world: World, center: CenterHandle) -> Browser:
    return world.client(world.person(center, "school_admin", "north"))


@pytest.fixture
def stands(world: World, center: CenterHandle) -> UUID:
    return world.child(center, "north", homeroom=world.homeroom(center, "north"))


@pytest.fixture
def double(world: World, center: CenterHandle) -> UUID:
    room = world.homeroom(center, "north", number=2)
    return world.child(center, "north", homeroom=room, number=NUMBER)


def _merge(admin: Browser, center: CenterHandle, double: UUID, stands: UUID) -> None:
    page = f"/c/{center.slug}/children/{double}/merge"
    assert admin.submit(page, {"into": str(stands)}).status_code == 302


def _of(world: World, center: CenterHandle, model: Any, child: UUID) -> list[Any]:
    with world.inside(center.scope) as ctx:
        return list(ctx.session.scalars(select(model).where(model.child_id == child)))


def test_what_hangs_on_the_double_moves_and_is_told_before(
    world: World, center: CenterHandle, admin: Browser, stands: UUID, double: UUID
) -> None:
    world.guardian(center, double, name="陈秋", relation="mother")
    world.enable(center, "north", "library_loans")
    with world.inside(center.school_scope("north")) as ctx:
        child = ctx.session.scalars(select(Child).where(Child.id == double)).one()
        child.ethnic_group = "汉族"
        record(ctx, kind="note", happened_on=TODAY, title="家访", entries=[EntryFor(child)])
        lend(ctx, child, "《草房子》")
    page = f"/c/{center.slug}/children/{double}/merge"
    told = admin.get(page).text
    for words in ("成长记录条目", "身份证号", "民族", "在校"):
        assert words in told, words
    assert admin.get(f"/c/{center.slug}/children/{double}/").status_code == 200  # only told

    _merge(admin, center, double, stands)
    file = admin.get(f"/c/{center.slug}/children/{stands}/").text
    for words in ("陈秋", "家访", "《草房子》", "汉族", "重复登记的另一份档案已并入本档案"):
        assert words in file, words
    assert [d.number for d in _of(world, center, IdentityDocument, stands)] == [NUMBER]
    with world.inside(center.scope) as ctx:
        trace = ctx.session.scalars(
            select(AuditEvent).where(AuditEvent.action == "child.merge")
        ).one()
    entries = {str(e.id) for e in _of(world, center, Entry, stands) if e.kind != "merge"}
    assert (trace.child_id, trace.object_id) == (double, stands)
    assert set(trace.detail["moved"]["entry"]) == entries
    assert len(_of(world, center, Loan, stands)) == 1


def test_nothing_is_left_behind_in_any_table_of_children(
    world: World, center: CenterHandle, admin: Browser, stands: UUID, double: UUID
) -> None:
    world.guardian(center, double)
    with world.inside(center.school_scope("north")) as ctx:
        child = ctx.session.scalars(select(Child).where(Child.id == double)).one()
        record(ctx, kind="note", happened_on=TODAY, title="家访", entries=[EntryFor(child)])
    _merge(admin, center, double, stands)
    with world.inside(center.scope) as ctx:
        present = set(inspect(ctx.session.connection()).get_table_names())
        left = {
            table.name
            for table in Base.metadata.sorted_tables
            if "child_id" in table.c and table.name in present
            and ctx.session.scalar(
                select(func.count()).select_from(table).where(table.c.child_id == double)
            )
        }  # fmt: skip
    assert left - OWN == {"audit_event"}


@pytest.mark.parametrize("typed", ["时小满", "shixiaoman", "20170504", "2017年5月4日"])
def test_a_double_with_a_wrong_character_is_searched_and_joined(
    world: World, center: CenterHandle, admin: Browser, stands: UUID, typed: str
) -> None:
    wrong = world.child(center, "north", name="时小满")
    elsewhere = world.child(center, "south", name="时小满")
    page = f"/c/{center.slug}/children/{stands}/merge"
    assert str(wrong) not in admin.get(page).text
    found = admin.get(page, query_string={"q": typed}).text
    assert str(wrong) in found
    assert str(elsewhere) not in found
    assert admin.submit(page, {"into": str(wrong), "q": typed}).status_code == 302
    with world.inside(center.scope) as ctx:
        hidden = select(Child.merged_into_id).where(Child.id == stands)
        assert ctx.session.scalar(hidden) == wrong


def test_two_stays_at_one_time_leave_the_standing_class_and_end_the_other(
    world: World, center: CenterHandle, admin: Browser, stands: UUID, double: UUID
) -> None:
    _merge(admin, center, double, stands)
    [kept] = _of(world, center, Enrolment, stands)
    [ended] = _of(world, center, Enrolment, double)
    assert kept.ends_on is None
    assert (ended.ends_on, ended.reason_out) == (TODAY, "double")
    assert len(_of(world, center, Placement, stands)) == 1
    assert [place.ends_on for place in _of(world, center, Placement, double)] == [TODAY]


def test_a_child_that_left_and_was_entered_anew_is_at_school_again(
    world: World, center: CenterHandle, admin: Browser, stands: UUID, double: UUID
) -> None:
    gone, back = TODAY - timedelta(days=20), TODAY - timedelta(days=10)
    with world.inside(center.scope) as ctx:
        for model in (Enrolment, Placement):
            row = ctx.session.scalars(select(model).where(model.child_id == stands)).one()
            row.ends_on = gone
            row = ctx.session.scalars(select(model).where(model.child_id == double)).one()
            row.starts_on = back
        ctx.session.scalars(select(Child).where(Child.id == stands)).one().left_on = gone
    _merge(admin, center, double, stands)
    stays = sorted(_of(world, center, Enrolment, stands), key=lambda stay: stay.starts_on)
    assert [stay.ends_on for stay in stays] == [gone, None]
    with world.inside(center.scope) as ctx:
        child = ctx.session.scalars(select(Child).where(Child.id == stands)).one()
        assert child.left_on is None
        open_places = select(func.count()).where(
            Placement.child_id == stands, Placement.ends_on.is_(None)
        )
        assert ctx.session.scalar(open_places) == 1


def test_a_father_in_both_is_one_with_all_his_numbers_and_stays_away_if_he_must(
    world: World, center: CenterHandle, admin: Browser, stands: UUID, double: UUID
) -> None:
    father = world.guardian(center, stands, name="石大山", phone="19900006001")
    world.guardian(center, double, name="石大山", phone="19900006002")
    with world.inside(center.scope) as ctx:
        bond = ctx.session.scalars(
            select(Guardianship).where(Guardianship.child_id == double)
        ).one()
        bond.barred, bond.barred_reason = True, "法院禁止令"
        ctx.session.add(
            ParentStatus(guardian_id=bond.guardian_id, away="yes", confirmed_on=TODAY, source="x")
        )
    _merge(admin, center, double, stands)
    [kept] = _of(world, center, Guardianship, stands)
    assert (kept.guardian_id, kept.barred, kept.barred_reason) == (father.id, True, "法院禁止令")
    with world.inside(center.scope) as ctx:
        phones = ctx.session.scalars(
            select(GuardianPhone).where(GuardianPhone.guardian_id == father.id)
        ).all()
        assert {phone.number for phone in phones} == {"19900006001", "19900006002"}
        away = select(ParentStatus.away).where(ParentStatus.guardian_id == father.id)
        assert ctx.session.scalar(away) == "yes"


def test_a_father_of_another_name_is_named_and_stays_with_the_hidden_record(
    world: World, center: CenterHandle, admin: Browser, stands: UUID, double: UUID
) -> None:
    father = world.guardian(center, stands, name="石大山")
    other = world.guardian(center, double, name="高岭", account=True)
    told = admin.get(f"/c/{center.slug}/children/{double}/merge").text
    assert "高岭" in told
    family = world.client(other)
    assert family.get(f"/family/{center.slug}/").status_code == 200
    _merge(admin, center, double, stands)
    assert [b.guardian_id for b in _of(world, center, Guardianship, stands)] == [father.id]
    assert "石小满" not in world.client(other).get("/", follow_redirects=True).text


def test_a_second_number_is_to_be_verified_and_of_two_answers_one_stands(
    world: World, center: CenterHandle, admin: Browser, double: UUID
) -> None:
    first = identity_number(date(2017, 5, 4), 124)
    stands = world.child(center, "north", number=first)
    with world.inside(center.school_scope("north")) as ctx:
        for child, value in ((stands, "none"), (double, "both")):
            ctx.session.add(
                Declaration(
                    school_id=center.schools["north"], child_id=child, left_behind=value,
                    as_of=TODAY, source="x",
                )
            )  # fmt: skip
    _merge(admin, center, double, stands)
    states = {d.number: d.state for d in _of(world, center, IdentityDocument, stands)}
    assert states == {first: "verified", NUMBER: "to_verify"}
    assert [d.left_behind for d in _of(world, center, Declaration, stands)] == ["none"]
    assert all(d.voided_at for d in _of(world, center, Declaration, double))


def test_a_waiting_transfer_keeps_the_records_apart(
    world: World, center: CenterHandle, admin: Browser, stands: UUID, double: UUID
) -> None:
    asked = {"school": str(center.schools["south"]), "effective_on": str(TODAY)}
    admin.submit(f"/c/{center.slug}/children/{double}/transfer", asked)
    page = f"/c/{center.slug}/children/{double}/merge"
    assert "先撤回" in admin.get(page).text
    answer = admin.submit(page, {"into": str(stands)})
    assert answer.status_code == 422
    assert "先撤回" in answer.text


def test_the_database_moves_nothing_between_schools_or_for_another_school(
    world: World, center: CenterHandle, stands: UUID, double: UUID
) -> None:
    elsewhere = world.child(center, "south")
    move = text("SELECT * FROM merge_rows(:hidden, :stands, '{}', 'x')")
    for school, hidden, kept in (
        ("south", double, stands),
        ("north", double, elsewhere),
        ("north", double, double),
    ):
        with (
            pytest.raises(Exception, match="no such two records"),
            world.inside(center.school_scope(school)) as ctx,
        ):
            ctx.session.execute(move, {"hidden": hidden, "stands": kept})


def test_one_record_of_two_that_a_table_allows_once_is_taken_back_with_a_reason(
    world: World, center: CenterHandle, stands: UUID, double: UUID
) -> None:
    world.enable(center, "north", "library_loans")
    with world.inside(center.school_scope("north")) as ctx:
        for child in ctx.session.scalars(select(Child).where(Child.id.in_([stands, double]))):
            lend(ctx, child, "《草房子》")
    # As if the module allowed each book once a child.
    engine = create_engine(world.config.owner_url or "")
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE UNIQUE INDEX once ON library_loans_loan (center_id, child_id, book)"
                f" WHERE center_id = '{center.id}'"
            )
        )
    try:
        with world.inside(center.school_scope("north")) as ctx:
            found = ctx.session.scalars(select(Child).where(Child.id.in_([stands, double])))
            by_id = {child.id: child for child in found}
            joined = merge_into(ctx, by_id[double], stands=by_id[stands])
            assert len(joined.kept["library_loans_loan"]) == 1
    finally:
        with engine.begin() as connection:
            connection.execute(text("DROP INDEX once"))
        engine.dispose()
    loans = [e for e in _of(world, center, Entry, stands) if e.kind == "library_loans.loan"]
    assert sorted(bool(entry.voided_at) for entry in loans) == [False, True]
    assert next(entry for entry in loans if entry.voided_at).void_reason
