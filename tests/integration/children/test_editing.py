"""Changing a child's file through the forms, as people do."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.children.models import (
    Child,
    Enrolment,
    Guardian,
    GuardianPhone,
    Guardianship,
    IdentityDocument,
    ParentStatus,
    Placement,
)
from app.kernel.clock import Clock
from tests.support.world import Browser, CenterHandle, World, identity_number

BIRTH = date(2017, 5, 4)
NUMBER = identity_number(BIRTH, 122)
TODAY = Clock().today()


@pytest.fixture
def center(world: World) -> CenterHandle:
    return world.center()


@pytest.fixture
def room(world: World, center: CenterHandle) -> UUID:
    return world.homeroom(center, "north")


@pytest.fixture
def child(world: World, center: CenterHandle, room: UUID) -> UUID:
    return world.child(center, "north", homeroom=room)


@pytest.fixture
def admin(world: World, center: CenterHandle) -> Browser:
    return world.client(world.person(center, "school_admin", "north"))


@pytest.fixture
def file(center: CenterHandle, child: UUID) -> str:
    return f"/c/{center.slug}/children/{child}/"


def _facts(**changed: str) -> dict[str, str]:
    sent = {"version": "1", "name": "石小满", "sex": "female", "birth_date": "2017-05-04"}
    return sent | {"boarding": ""} | changed


def test_a_changed_name_is_found_by_its_new_pinyin(
    world: World, center: CenterHandle, child: UUID, admin: Browser, file: str
) -> None:
    assert admin.submit(f"{file}edit", _facts(name=" 单 小满 ")).status_code == 302
    with world.inside(center.scope) as ctx:
        row = ctx.session.scalars(select(Child).where(Child.id == child)).one()
        assert (row.name, row.name_initials, row.version) == ("单小满", "sxm", 2)
        assert row.name_pinyin.startswith("shan")


def test_the_second_of_two_people_sees_both_values_and_decides(
    world: World, center: CenterHandle, child: UUID, admin: Browser, file: str
) -> None:
    assert admin.submit(f"{file}edit", _facts(health="良好")).status_code == 302
    late = admin.submit(f"{file}edit", _facts(health="哮喘"))
    assert late.status_code == 422
    assert "良好" in late.text
    assert "哮喘" in late.text
    assert admin.submit(f"{file}edit", _facts(health="哮喘", version="2")).status_code == 302
    with world.inside(center.scope) as ctx:
        row = ctx.session.scalars(select(Child).where(Child.id == child)).one()
        assert row.health == "哮喘"


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("birth_date", "2090-01-01"), ("pupil_number", "123"), ("birth_date", "x")],
)
def test_what_cannot_be_is_refused_at_its_field(
    admin: Browser, file: str, field: str, value: str
) -> None:
    answer = admin.submit(f"{file}edit", _facts(**{field: value}))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_identity_numbers_are_added_corrected_and_taken_back(
    world: World, center: CenterHandle, child: UUID, admin: Browser, file: str
) -> None:
    wrong = NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")
    assert admin.submit(f"{file}identities/new", {"number": wrong}).status_code == 422
    kept = {"number": wrong, "unverified": "y"}
    assert admin.submit(f"{file}identities/new", kept).status_code == 302
    with world.inside(center.scope) as ctx:
        first = ctx.session.scalars(select(IdentityDocument)).one()
        assert (first.number, first.state) == (wrong, "to_verify")
    assert admin.submit(f"{file}identities/{first.id}/edit", {"number": NUMBER}).status_code == 302
    with world.inside(center.scope) as ctx:
        rows = {row.number: row for row in ctx.session.scalars(select(IdentityDocument))}
        assert rows[wrong].voided_at is not None
        assert (rows[NUMBER].voided_at, rows[NUMBER].state) == (None, "verified")
    answer = admin.submit(f"{file}identities/{rows[NUMBER].id}/void", {}, page=f"{file}edit")
    assert answer.status_code == 302
    with world.inside(center.scope) as ctx:
        assert all(row.voided_at for row in ctx.session.scalars(select(IdentityDocument)))


def test_a_number_of_another_child_is_refused_here_and_at_another_school(
    world: World, center: CenterHandle, admin: Browser, file: str
) -> None:
    world.child(center, "north", name="周念安", number=NUMBER)
    other = identity_number(BIRTH, 124)
    world.child(center, "south", name="何家乐", number=other)
    near = admin.submit(f"{file}identities/new", {"number": NUMBER})
    assert near.status_code == 422
    assert "周念安" in near.text
    far = admin.submit(f"{file}identities/new", {"number": other})
    assert far.status_code == 422
    assert "south小学" in far.text
    assert "何家乐" not in far.text


def test_a_guardian_known_from_a_sister_is_proposed_and_shared(
    world: World, center: CenterHandle, child: UUID, admin: Browser, file: str
) -> None:
    sister = world.child(center, "north", name="石小雪")
    father = world.guardian(center, sister, name="石大山", phone="19900007001")
    typed = {"name": "石大山", "number": "199 0000 7001", "relation": "father", "legal": "y"}
    asked = admin.submit(f"{file}guardians/new", typed)
    assert asked.status_code == 422
    assert str(father.id) in asked.text
    same = admin.submit(f"{file}guardians/new", {**typed, "same": str(father.id)})
    assert same.status_code == 302
    with world.inside(center.scope) as ctx:
        bonds = ctx.session.scalars(
            select(Guardianship.child_id).where(Guardianship.guardian_id == father.id)
        )
        assert set(bonds) == {child, sister}
        assert len(ctx.session.scalars(select(Guardian)).all()) == 1


def test_a_new_guardian_is_written_by_a_school_in_its_own_reach(
    world: World, center: CenterHandle, child: UUID, admin: Browser, file: str
) -> None:
    typed = {
        "name": "石桂英", "number": "19900007002", "relation": "grandmother", "cares_daily": "y"
    }  # fmt: skip
    assert admin.submit(f"{file}guardians/new", typed).status_code == 302
    with world.inside(center.scope) as ctx:
        bond = ctx.session.scalars(select(Guardianship)).one()
        assert (bond.child_id, bond.relation, bond.cares_daily) == (child, "grandmother", True)
        assert ctx.session.scalars(select(GuardianPhone)).one().number == "19900007002"


def test_a_second_father_and_a_ban_without_reason_are_refused(
    world: World, center: CenterHandle, child: UUID, admin: Browser, file: str
) -> None:
    world.guardian(center, child)
    assert (
        admin.submit(f"{file}guardians/new", {"name": "某", "relation": "father"}).status_code
        == 422
    )
    barred = {"name": "某", "relation": "relative", "barred": "y"}
    answer = admin.submit(f"{file}guardians/new", barred)
    assert answer.status_code == 422
    assert 'id="barred_reason-error"' in answer.text


def test_a_guardian_is_changed_and_ended(
    world: World, center: CenterHandle, child: UUID, admin: Browser, file: str
) -> None:
    world.guardian(center, child, name="石大山")
    with world.inside(center.scope) as ctx:
        bond = ctx.session.scalars(select(Guardianship)).one()
    typed = {
        "version": "1", "name": "石大川", "relation": "stepfather", "barred": "y",
        "barred_reason": "法院裁定", "ends_on": str(TODAY - timedelta(days=1)),
    }  # fmt: skip
    assert admin.submit(f"{file}guardians/{bond.id}/edit", typed).status_code == 302
    assert "石大川" not in admin.get(file).text
    stale = admin.submit(f"{file}guardians/{bond.id}/edit", typed, page=f"{file}edit")
    assert stale.status_code == 404


def test_a_phone_is_added_changed_and_marked_dead(
    world: World, center: CenterHandle, child: UUID, admin: Browser, file: str
) -> None:
    world.guardian(center, child, phone="19900007003")
    with world.inside(center.scope) as ctx:
        bond = ctx.session.scalars(select(Guardianship)).one()
        phone = ctx.session.scalars(select(GuardianPhone)).one()
    add = f"{file}guardians/{bond.id}/phones/new"
    assert admin.submit(add, {"number": "12"}).status_code == 422
    assert admin.submit(add, {"number": "199-0000-7003"}).status_code == 422
    assert admin.submit(add, {"number": "023-61234567"}).status_code == 302
    edit = f"{file}phones/{phone.id}/edit"
    assert admin.submit(edit, {"dead": "y"}).status_code == 302
    assert (
        admin.submit(edit, {"number": "19900007004", "reached_on": str(TODAY)}).status_code == 302
    )
    with world.inside(center.scope) as ctx:
        rows = {row.number: row for row in ctx.session.scalars(select(GuardianPhone))}
        assert rows["19900007003"].voided_at is not None
        assert (rows["19900007004"].last_reached_on, rows["19900007004"].dead_on) == (TODAY, None)
        assert set(rows) == {"19900007003", "19900007004", "023-61234567"}


def test_confirming_where_a_parent_is_changes_the_classification(
    world: World, center: CenterHandle, child: UUID, admin: Browser, file: str
) -> None:
    world.guardian(center, child)
    with world.inside(center.scope) as ctx:
        bond = ctx.session.scalars(select(Guardianship)).one()
    away = {"away": "yes", "away_since": "2026-01-05", "place": "东莞市"}
    away |= {"can_care": "unknown", "condition": ""}
    for values in (away, {**away, "place": "深圳市"}):
        assert admin.submit(f"{file}guardians/{bond.id}/status", values).status_code == 302
    with world.inside(center.scope) as ctx:
        kept = ctx.session.scalars(
            select(ParentStatus).where(ParentStatus.voided_at.is_(None))
        ).one()
        assert (kept.place, kept.confirmed_on, kept.away_since) == (
            "深圳市", TODAY, date(2026, 1, 5),
        )  # fmt: skip
        assert kept.confirmed_by_id is not None
    assert "深圳市" in admin.get(file).text


def test_what_a_form_says_is_entered_by_hand(admin: Browser, file: str) -> None:
    nothing = {"as_of": str(TODAY), "left_behind": "", "orphan": "", "hardship": ""}
    nothing |= {"disability": ""}
    assert admin.submit(f"{file}declare", nothing).status_code == 422
    said = {**nothing, "left_behind": "both", "hardship": "低保"}
    assert admin.submit(f"{file}declare", said).status_code == 302
    assert "低保" in admin.get(file).text


def test_a_class_is_changed_from_a_day_on(
    world: World, center: CenterHandle, child: UUID, room: UUID, admin: Browser, file: str
) -> None:
    other = world.homeroom(center, "north", number=2)
    move = {"homeroom": str(other), "starts_on": "2026-10-08"}
    assert admin.submit(f"{file}class", move).status_code == 302
    with world.inside(center.scope) as ctx:
        rows = ctx.session.execute(
            select(Placement.homeroom_id, Placement.starts_on, Placement.ends_on)
            .where(Placement.child_id == child)
            .order_by(Placement.starts_on)
        )
        assert list(rows) == [
            (room, date(2026, 9, 1), date(2026, 10, 7)), (other, date(2026, 10, 8), None)
        ]  # fmt: skip
    before = {"homeroom": str(room), "starts_on": "2026-10-01"}
    assert admin.submit(f"{file}class", before).status_code == 422


def test_a_class_of_another_school_cannot_be_chosen(
    world: World, center: CenterHandle, admin: Browser, file: str
) -> None:
    foreign = world.homeroom(center, "south")
    move = {"homeroom": str(foreign), "starts_on": str(TODAY)}
    assert admin.submit(f"{file}class", move).status_code == 422


def test_a_teacher_moves_no_child_into_a_class_of_others(
    world: World, center: CenterHandle, room: UUID, file: str
) -> None:
    other = world.homeroom(center, "north", number=2)
    teacher = world.client(world.person(center, "homeroom_teacher", "north", homerooms=(room,)))
    move = {"homeroom": str(other), "starts_on": str(TODAY)}
    assert teacher.submit(f"{file}class", move).status_code == 422


def test_a_child_leaves_and_comes_back(
    world: World, center: CenterHandle, child: UUID, room: UUID, admin: Browser, file: str
) -> None:
    gone = {"last_day": "2026-10-10", "reason": "moved"}
    assert admin.submit(f"{file}leave", gone).status_code == 302
    pupils = f"/c/{center.slug}/s/north/children"
    assert "石小满" not in admin.get(pupils).text
    assert admin.get(file).status_code == 200
    back = {"homeroom": str(room), "starts_on": "2026-11-02"}
    assert admin.submit(f"{file}class", back).status_code == 302
    assert "石小满" in admin.get(pupils).text
    with world.inside(center.scope) as ctx:
        stays = ctx.session.execute(
            select(Enrolment.starts_on, Enrolment.ends_on, Enrolment.reason_out)
            .where(Enrolment.child_id == child)
            .order_by(Enrolment.starts_on)
        )
        assert list(stays) == [
            (date(2026, 9, 1), date(2026, 10, 10), "moved"), (date(2026, 11, 2), None, None)
        ]  # fmt: skip


def test_a_new_child_takes_birthday_and_sex_from_a_right_number(
    world: World, center: CenterHandle, room: UUID, admin: Browser
) -> None:
    typed = {
        "name": "何家乐", "number": NUMBER, "sex": "unknown", "homeroom": str(room),
        "starts_on": str(TODAY), "boarding": "",
    }  # fmt: skip
    answer = admin.submit(f"/c/{center.slug}/s/north/children/new", typed)
    assert answer.status_code == 302
    assert "何家乐" in admin.get(answer.location).text
    with world.inside(center.scope) as ctx:
        row = ctx.session.scalars(select(Child).where(Child.name == "何家乐")).one()
        assert (row.birth_date, row.sex) == (BIRTH, "female")


def test_nobody_starts_school_before_birth(
    world: World, center: CenterHandle, room: UUID, admin: Browser
) -> None:
    typed = {
        "name": "何家乐", "sex": "female", "homeroom": str(room), "boarding": "",
        "birth_date": "2018-05-04", "starts_on": "2018-05-03",
    }  # fmt: skip
    answer = admin.submit(f"/c/{center.slug}/s/north/children/new", typed)
    assert answer.status_code == 422
    with world.inside(center.scope) as ctx:
        assert ctx.session.scalar(select(Child).where(Child.name == "何家乐")) is None


def test_a_child_of_the_same_name_and_birthday_is_asked_about(
    world: World, center: CenterHandle, child: UUID, room: UUID, admin: Browser
) -> None:
    page = f"/c/{center.slug}/s/north/children/new"
    typed = {
        "name": "石小满", "birth_date": str(BIRTH), "sex": "female", "homeroom": str(room),
        "starts_on": str(TODAY), "boarding": "",
    }  # fmt: skip
    assert admin.submit(page, typed).status_code == 422
    assert admin.submit(page, {**typed, "another": "y"}).status_code == 302
    with world.inside(center.scope) as ctx:
        assert len(ctx.session.scalars(select(Child).where(Child.name == "石小满")).all()) == 2


def test_a_child_known_at_another_school_is_not_added_twice(
    world: World, center: CenterHandle, room: UUID, admin: Browser
) -> None:
    world.child(center, "south", number=NUMBER)
    typed = {
        "name": "石小满", "number": NUMBER, "sex": "female", "homeroom": str(room),
        "starts_on": str(TODAY), "boarding": "",
    }  # fmt: skip
    answer = admin.submit(f"/c/{center.slug}/s/north/children/new", typed)
    assert answer.status_code == 422
    assert "south小学" in answer.text


def test_a_child_entered_twice_is_hidden_and_leads_to_the_other(
    world: World, center: CenterHandle, child: UUID, room: UUID, admin: Browser, file: str
) -> None:
    double = world.child(center, "north", homeroom=room)
    stranger = world.child(center, "north", name="周念安")
    page = f"/c/{center.slug}/children/{double}/"
    assert admin.submit(f"{page}merge", {"into": str(stranger)}).status_code == 422
    assert admin.submit(f"{page}merge", {"into": str(child)}).status_code == 302
    assert admin.get(page).location.endswith(file)
    pupils = admin.get(f"/c/{center.slug}/s/north/children").text
    assert f"/children/{child}/" in pupils
    assert f"/children/{double}/" not in pupils
