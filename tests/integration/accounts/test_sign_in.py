"""Coming in and going out: what staff and guardians can rely on."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.models import Account, Staff
from app.accounts.passwords import give_first_passwords, set_disabled
from app.accounts.services import edit_staff
from app.accounts.sign_in import end_session
from app.audit.models import AuditEvent
from app.db.session import db, scoped
from app.kernel.clock import Clock
from app.kernel.errors import Refused
from tests.support.world import PASSWORD, Browser, CenterHandle, Person, World

PAGE = "/sign-in"


def _try(browser: Browser, login: str, secret: str, page: str = PAGE) -> int:
    status: int = browser.submit(page, {"login": login, "secret": secret}).status_code
    return status


def _give_phone(world: World, center: CenterHandle, person: Person, phone: str) -> None:
    with world.inside(center.scope) as ctx:
        staff = ctx.session.scalars(select(Staff).where(Staff.id == person.id)).one()
        edit_staff(ctx, staff, name=staff.name, number=staff.number, phone=phone)


def test_staff_sign_in_by_number_in_any_case_and_by_phone_with_spaces(world: World) -> None:
    center = world.center()
    person = world.person(center, "school_admin", "north")
    _give_phone(world, center, person, "19900001234")
    for login in (person.login.lower(), "199 0000 1234", "+86 19900001234"):
        assert _try(world.client(), login, PASSWORD) == 302


def test_two_people_with_one_phone_come_in_each_with_their_own_password(world: World) -> None:
    center = world.center()
    one = world.person(center, "school_admin", "north", name="林一")
    two = world.person(center, "school_admin", "south", name="林二")
    for person in (one, two):
        _give_phone(world, center, person, "19900007788")
    with world.inside(center.scope) as ctx:
        staff = ctx.session.scalars(select(Staff).where(Staff.id == two.id)).one()
        secret = give_first_passwords(ctx, [staff])[0].password
    first, second = world.client(), world.client()
    assert _try(first, "19900007788", PASSWORD) == 302
    assert _try(second, "19900007788", secret) == 302
    assert "/s/north" in first.get("/").location
    assert second.get(f"/c/{center.slug}/s/south/").location == "/account/secret"


def test_wrong_login_and_wrong_password_read_the_same(world: World) -> None:
    person = world.person(world.center(), "school_admin", "north")
    unknown = world.client().submit(PAGE, {"login": "nobody-here", "secret": "x-y-z-1-2"})
    wrong = world.client().submit(PAGE, {"login": person.login, "secret": "x-y-z-1-2"})
    assert unknown.status_code == wrong.status_code == 422
    strip = lambda page, login: page.text.replace(login, "")  # noqa: E731
    assert "密码" in wrong.text or "password" in wrong.text
    error = unknown.text.split('class="form-errors"')[1].split("</ul>")[0]
    assert error in strip(wrong, person.login)


def test_no_number_of_tries_tells_whether_a_login_exists(world: World) -> None:
    center = world.center()
    person, gone = (world.person(center, "school_admin", "north") for _ in range(2))
    with world.inside(center.scope) as ctx:
        staff = ctx.session.scalars(select(Staff).where(Staff.id == gone.id)).one()
        set_disabled(ctx, staff, disabled=True)

    def answers(login: str) -> list[str]:
        found = []
        for minutes in (*[0] * 4, *[16] * 5, *[40] * 9):
            with time_machine.travel(Clock().now() + timedelta(minutes=minutes), tick=True):
                page = world.client().submit(PAGE, {"login": login, "secret": "wrong-wrong-1"})
            found.append(page.text.split('class="form-errors"')[1].split("</ul>")[0])
        return found

    known = answers(person.login)
    assert len(set(known)) == 2, "wrong at first, then locked"
    assert answers("nobody-at-all") == known
    assert answers(gone.login) == known


def test_six_wrong_passwords_lock_an_account_for_a_quarter_of_an_hour(world: World) -> None:
    person = world.person(world.center(), "school_admin", "north")
    for _ in range(6):
        assert _try(world.client(), person.login, "wrong-wrong-1") == 422
    assert _try(world.client(), person.login, PASSWORD) == 422
    with time_machine.travel(Clock().now() + timedelta(minutes=16), tick=True):
        assert _try(world.client(), person.login, PASSWORD) == 302


def test_a_login_that_fails_often_is_slowed_even_when_nobody_has_it(world: World) -> None:
    for _ in range(12):
        assert _try(world.client(), "ghost-of-nobody", "wrong-wrong-1") == 422
    page = world.client().submit(PAGE, {"login": "ghost-of-nobody", "secret": "wrong-wrong-1"})
    assert "15" in page.text.split('class="form-errors"')[1].split("</ul>")[0]


def test_a_new_first_password_lets_in_at_once_however_often_it_went_wrong(world: World) -> None:
    center = world.center()
    person = world.person(center, "school_admin", "north")
    for _ in range(13):
        assert _try(world.client(), person.login, "wrong-wrong-1") == 422
    with world.inside(center.scope) as ctx:
        staff = ctx.session.scalars(select(Staff).where(Staff.id == person.id)).one()
        secret = give_first_passwords(ctx, [staff])[0].password
    assert _try(world.client(), person.login, secret) == 302


def test_a_first_password_must_be_changed_before_anything_opens(world: World) -> None:
    center = world.center()
    person = world.person(center, "school_admin", "north", must_change=True)
    browser = world.client(person)
    home = f"/c/{center.slug}/s/north/staff"
    assert browser.get(home).location == "/account/secret"
    new = {"old": PASSWORD, "new": "new-river-38", "again": "new-river-38"}
    assert (
        browser.submit("/account/secret", new | {"new": "1234", "again": "1234"}).status_code == 422
    )
    assert browser.submit("/account/secret", new).status_code == 302
    assert browser.get(home).status_code == 200


def test_changing_the_password_ends_the_sessions_elsewhere(world: World) -> None:
    center = world.center()
    person = world.person(center, "school_admin", "north")
    here, there = world.client(person), world.client(person)
    home = f"/c/{center.slug}/s/north/staff"
    new = {"old": PASSWORD, "new": "new-river-39", "again": "new-river-39"}
    assert here.submit("/account/secret", new).status_code == 302
    assert here.get(home).status_code == 200
    assert there.get(home).location.startswith("/sign-in")


@pytest.mark.parametrize("family", [False, True])
def test_signing_out_ends_a_copied_session_and_no_other_device(world: World, family: bool) -> None:
    center = world.center()
    child = world.child(center, "north")
    person = (
        world.guardian(center, child, account=True)
        if family
        else world.person(center, "school_admin", "north")
    )
    page = f"/family/{center.slug}/" if family else f"/c/{center.slug}/s/north/"
    browser, phone, thief = world.client(person), world.client(person), world.client()
    cookie = browser.client.get_cookie("session")
    assert cookie
    thief.client.set_cookie("session", cookie.value)
    assert thief.get(page).status_code == 200
    assert browser.submit("/sign-out", {}, page="/account/secret").status_code == 302
    assert thief.get(page).status_code == 302
    assert "sign-in" in thief.get(page).location
    assert phone.get(page).status_code == 200
    assert world.client(person).get(page).status_code == 200


def test_ended_sessions_are_forgotten_when_they_would_be_over_anyhow(world: World) -> None:
    center = world.center()
    person = world.person(center, "school_admin", "north")
    now = Clock().now()
    for days in (0, 3, 6, 9):
        stamp = f"{int((now + timedelta(days=days)).timestamp())}.x"
        with world.app.app_context(), scoped(None):
            end_session(
                db.session(),
                account_id=person.account_id,
                stamp=stamp,
                now=now + timedelta(days=days),
            )
            db.session.commit()
    with world.app.app_context(), scoped(None):
        kept = db.session.get_one(Account, person.account_id).ended_sessions
    assert len(kept) == 3


def test_a_disabled_account_is_out_at_once_and_cannot_come_back(world: World) -> None:
    center = world.center()
    person = world.person(center, "school_admin", "north")
    browser = world.client(person)
    with world.inside(center.scope) as ctx:
        staff = ctx.session.scalars(select(Staff).where(Staff.id == person.id)).one()
        set_disabled(ctx, staff, disabled=True)
    assert browser.get("/account/secret").location.startswith("/sign-in")
    assert _try(world.client(), person.login, PASSWORD) == 422


@pytest.mark.parametrize(("hours", "stays"), [(11, True), (13, False)])
def test_staff_are_signed_out_after_twelve_idle_hours(
    world: World, hours: int, stays: bool
) -> None:
    center = world.center()
    browser = world.client(world.person(center, "school_admin", "north"))
    with time_machine.travel(Clock().now() + timedelta(hours=hours), tick=True):
        assert (browser.get("/account/secret").status_code == 200) is stays


@pytest.mark.parametrize(("days", "stays"), [(89, True), (91, False)])
def test_a_guardian_stays_signed_in_for_ninety_days(world: World, days: int, stays: bool) -> None:
    center = world.center()
    guardian = world.guardian(center, world.child(center, "north"), account=True)
    browser = world.client(guardian)
    with time_machine.travel(Clock().now() + timedelta(days=days), tick=True):
        assert (browser.get("/account/secret").status_code == 200) is stays


def test_staff_in_daily_use_sign_in_again_after_a_week(world: World) -> None:
    browser = world.client(world.person(world.center(), "school_admin", "north"))
    begin = Clock().now()
    seen = []
    for half_day in range(1, 16):
        with time_machine.travel(begin + timedelta(hours=11 * half_day), tick=True):
            seen.append(browser.get("/account/secret").status_code)
    assert seen[:14] == [200] * 14
    with time_machine.travel(begin + timedelta(days=7, hours=1), tick=True):
        assert browser.get("/account/secret").status_code == 302


def test_a_sign_in_is_in_the_audit_of_the_centre_and_of_the_school(world: World) -> None:
    center = world.center()
    person = world.person(center, "school_admin", "north")
    world.client(person)
    with world.inside(center.school_scope("north")) as ctx:
        found = ctx.session.scalars(
            select(AuditEvent).where(AuditEvent.account_id == person.account_id)
        ).all()
        assert [event.action for event in found] == ["account.sign_in"]


def test_failures_sign_outs_and_changes_of_password_are_in_the_audit_too(world: World) -> None:
    center = world.center()
    person = world.person(center, "school_admin", "north")
    assert _try(world.client(), person.login, "wrong-wrong-1") == 422
    browser = world.client(person)
    new = {"old": PASSWORD, "new": "new-river-40", "again": "new-river-40"}
    assert browser.submit("/account/secret", new).status_code == 302
    assert browser.submit("/sign-out", {}, page="/account/secret").status_code == 302
    with world.inside(center.school_scope("north")) as ctx:
        found = ctx.session.scalars(
            select(AuditEvent)
            .where(AuditEvent.account_id == person.account_id)
            .order_by(AuditEvent.at)
        ).all()
    assert [event.action.removeprefix("account.") for event in found] == [
        "sign_in_failed",
        "sign_in",
        "secret_changed",
        "sign_out",
    ]


@pytest.mark.parametrize(
    "easy",
    ["password", "password1", "Abc12345", "qwer1234", "11111111a", "a1234567", "1qaz2wsx"],
)
def test_a_password_that_is_guessed_first_is_refused(world: World, easy: str) -> None:
    browser = world.client(world.person(world.center(), "school_admin", "north"))
    new = {"old": PASSWORD, "new": easy, "again": easy}
    assert browser.submit("/account/secret", new).status_code == 422


def test_the_login_itself_is_no_password(world: World) -> None:
    center = world.center()
    person = world.person(center, "school_admin", "north")
    browser = world.client(person)
    number = f"w7k{person.id.hex[-8:]}xz"
    with world.inside(center.scope) as ctx:
        staff = ctx.session.scalars(select(Staff).where(Staff.id == person.id)).one()
        edit_staff(ctx, staff, name=staff.name, number=number, phone=None)
    new = {"old": PASSWORD, "new": number.upper(), "again": number.upper()}
    assert browser.submit("/account/secret", new).status_code == 422


def test_nobody_is_crowded_out_by_others_with_the_same_phone(world: World) -> None:
    """However many have a phone, who came last still comes in."""
    center = world.center()
    late = world.person(center, "school_admin", "north")
    for _ in range(9):
        _give_phone(world, center, world.person(center, "mentor", "north"), "19900004322")
    _give_phone(world, center, late, "19900004322")
    with world.inside(center.scope) as ctx:
        staff = ctx.session.scalars(select(Staff).where(Staff.id == late.id)).one()
        secret = give_first_passwords(ctx, [staff])[0].password
    assert _try(world.client(), "19900004322", secret) == 302


def test_a_phone_is_not_given_to_more_people_than_can_be_tried(world: World) -> None:
    center = world.center()
    for _ in range(12):
        _give_phone(world, center, world.person(center, "mentor", "north"), "19900004323")
    one_more = world.person(center, "mentor", "north")
    with pytest.raises(Refused, match="12"):
        _give_phone(world, center, one_more, "19900004323")
    elsewhere = world.center()
    _give_phone(world, elsewhere, world.person(elsewhere, "mentor", "north"), "19900004323")


def test_the_present_password_cannot_be_guessed_at_an_open_screen(world: World) -> None:
    person = world.person(world.center(), "school_admin", "north")
    browser = world.client(person)
    new = {"new": "new-river-40", "again": "new-river-40"}
    for _ in range(6):
        assert browser.submit("/account/secret", new | {"old": "wrong-1"}).status_code == 422
    assert browser.submit("/account/secret", new | {"old": PASSWORD}).status_code == 422
    with time_machine.travel(Clock().now() + timedelta(minutes=16), tick=True):
        assert browser.submit("/account/secret", new | {"old": PASSWORD}).status_code == 302
