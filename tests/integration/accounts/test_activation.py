"""Guardians open their account: the code, the digits, and everything that must not work."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.models import Activation
from app.children.activation.codes import candidates, make_codes
from app.children.models import Child, Guardian, Guardianship
from app.kernel.clock import Clock
from app.kernel.errors import Refused
from tests.documents.readers import text as pdf_text
from tests.support.world import PIN, Browser, CenterHandle, World

PAGE = "/family/activate"
CHOSEN = "482915"


def _code(world: World, center: CenterHandle, child: UUID, guardian: UUID | None = None) -> str:
    with world.inside(center.scope) as ctx:
        row = ctx.session.scalars(select(Child).where(Child.id == child)).one()
        chosen = [
            c for c in candidates(ctx, [row]) if guardian is None or c.guardian.id == guardian
        ]
        return make_codes(ctx, chosen)[0].code


def _use(browser: Browser, code: str, digits: str, pin: str = CHOSEN) -> Any:
    return browser.submit(PAGE, {"code": code, "digits": digits, "pin": pin, "again": pin})


def _error(page: Any) -> str:
    found = re.search(r'class="form-errors".*?</ul>', page.text, re.DOTALL)
    assert found, page.text
    return found.group()


def _account_of(world: World, center: CenterHandle, guardian: UUID) -> UUID | None:
    with world.inside(center.scope) as ctx:
        return ctx.session.scalar(select(Guardian.account_id).where(Guardian.id == guardian))


def test_code_and_digits_open_the_account_and_the_childs_page(world: World) -> None:
    center = world.center()
    child = world.child(center, "north")
    guardian = world.guardian(center, child, phone="19900004321")
    code = _code(world, center, child)
    browser = world.client()
    assert code in browser.get(f"{PAGE}?code={code}").text
    opened = _use(browser, f" {code[:4].lower()}-{code[4:]} ", "4321")
    assert opened.status_code == 302, opened.text
    assert browser.get("/").location == f"/family/{center.slug}/"
    later = world.client().submit("/family/sign-in", {"login": guardian.login, "secret": CHOSEN})
    assert later.status_code == 302


def test_a_code_works_once(world: World) -> None:
    center = world.center()
    child = world.child(center, "north")
    world.guardian(center, child, phone="19900004322")
    code = _code(world, center, child)
    assert _use(world.client(), code, "4322").status_code == 302
    assert _use(world.client(), code, "4322", "915482").status_code == 422


def test_unknown_code_and_wrong_digits_read_the_same(world: World) -> None:
    center = world.center()
    child = world.child(center, "north")
    world.guardian(center, child, phone="19900004323")
    code = _code(world, center, child)
    wrong = _use(world.client(), code, "0000")
    unknown = _use(world.client(), "ABCD2345", "4323")
    assert wrong.status_code == unknown.status_code == 422
    assert _error(wrong) == _error(unknown)


def test_after_five_wrong_tries_even_the_right_digits_do_not_work(world: World) -> None:
    center = world.center()
    child = world.child(center, "north")
    world.guardian(center, child, phone="19900004324")
    code = _code(world, center, child)
    for _ in range(5):
        _use(world.client(), code, "0000")
    assert _use(world.client(), code, "4324").status_code == 422


def test_a_code_is_good_for_thirty_days(world: World) -> None:
    center = world.center()
    child = world.child(center, "north")
    world.guardian(center, child, phone="19900004325")
    code = _code(world, center, child)
    with time_machine.travel(Clock().now() + timedelta(days=30, minutes=1), tick=True):
        assert _use(world.client(), code, "4325").status_code == 422
    with time_machine.travel(Clock().now() + timedelta(days=29), tick=True):
        assert _use(world.client(), code, "4325").status_code == 302


def test_a_new_code_ends_the_earlier_one(world: World) -> None:
    center = world.center()
    child = world.child(center, "north")
    world.guardian(center, child, phone="19900004326")
    first, second = _code(world, center, child), _code(world, center, child)
    assert _use(world.client(), first, "4326").status_code == 422
    assert _use(world.client(), second, "4326").status_code == 302


@pytest.mark.parametrize("pin", ["12345", "123456", "777777", "abcdef"])
def test_an_easy_pin_is_refused_and_costs_no_try(world: World, pin: str) -> None:
    center = world.center()
    child = world.child(center, "north")
    person = world.guardian(center, child)
    digits = person.login[-4:]
    code = _code(world, center, child)
    for _ in range(6):
        assert _use(world.client(), code, digits, pin).status_code == 422
    assert _use(world.client(), code, digits).status_code == 302


def test_a_barred_guardian_gets_no_code_and_an_earlier_one_stops_working(world: World) -> None:
    center = world.center()
    child = world.child(center, "north")
    guardian = world.guardian(center, child, phone="19900004328")
    code = _code(world, center, child)
    with world.inside(center.scope) as ctx:
        link = ctx.session.scalars(
            select(Guardianship).where(Guardianship.guardian_id == guardian.id)
        ).one()
        link.barred, link.barred_reason = True, "court order"
    assert _use(world.client(), code, "4328").status_code == 422
    with pytest.raises(Refused):
        _code(world, center, child)


def test_a_reset_ends_the_old_pin_at_once_and_keeps_the_account(world: World) -> None:
    center = world.center()
    child = world.child(center, "north")
    guardian = world.guardian(center, child, phone="19900004329", account=True)
    signed_in = world.client(guardian)
    account = _account_of(world, center, guardian.id)
    code = _code(world, center, child)
    assert signed_in.get("/account/secret").status_code == 302
    data = {"login": guardian.login, "secret": PIN}
    assert world.client().submit("/family/sign-in", data).status_code == 422
    assert _use(world.client(), code, "4329").status_code == 302
    assert _account_of(world, center, guardian.id) == account


def test_one_person_written_down_twice_joins_the_accounts_by_typing_the_same_pin(
    world: World,
) -> None:
    center = world.center()
    one, two = world.child(center, "north"), world.child(center, "south")
    first = world.guardian(center, one, phone="19900004330", name="石大山", account=True)
    again = world.guardian(center, two, phone="19900004330", name="石大山")
    code = _code(world, center, two)
    assert _use(world.client(), code, "4330", PIN).status_code == 302
    joined = _account_of(world, center, again.id)
    assert joined == _account_of(world, center, first.id)


def test_husband_and_wife_with_one_phone_keep_separate_accounts(world: World) -> None:
    center = world.center()
    child = world.child(center, "north")
    husband = world.guardian(center, child, phone="19900004331", name="石大山", account=True)
    wife = world.guardian(center, child, phone="19900004331", name="陈秋", relation="mother")
    code = _code(world, center, child, wife.id)
    same_pin = _use(world.client(), code, "4331", PIN)
    assert same_pin.status_code == 422  # the two could not be told apart at sign-in
    assert _use(world.client(), code, "4331").status_code == 302
    assert _account_of(world, center, wife.id) != _account_of(world, center, husband.id)
    for secret in (PIN, CHOSEN):
        data = {"login": "19900004331", "secret": secret}
        assert world.client().submit("/family/sign-in", data).status_code == 302


def test_many_tries_with_one_code_are_slowed_even_when_it_does_not_exist(world: World) -> None:
    for _ in range(12):
        _use(world.client(), "ZZZZ9999", "0000")
    assert "15" in _error(_use(world.client(), "ZZZZ9999", "0000"))


def test_the_code_itself_is_nowhere_in_the_database(world: World) -> None:
    center = world.center()
    child = world.child(center, "north")
    world.guardian(center, child, phone="19900004332")
    code = _code(world, center, child)
    with world.inside(center.scope) as ctx:
        stored = ctx.session.scalars(select(Activation.code_index)).all()
    assert code.encode() not in b"".join(bytes(index) for index in stored)


def test_a_class_teacher_prints_slips_for_the_own_class_only(world: World) -> None:
    center = world.center()
    mine, other = world.homeroom(center, "north"), world.homeroom(center, "north", number=2)
    child = world.child(center, "north", name="石小满", homeroom=mine)
    stranger = world.child(center, "north", name="高小远", homeroom=other)
    world.guardian(center, child, name="石大山", phone="19900004333")
    world.guardian(center, child, name="陈秋", relation="mother")
    world.guardian(center, stranger, name="高岭")
    teacher = world.person(center, "homeroom_teacher", "north", homerooms=(mine,))
    browser = world.client(teacher)
    base = f"/c/{center.slug}/s/north"
    assert "三（1）班" in browser.get(f"{base}/activation").text
    assert "三（2）班" not in browser.get(f"{base}/activation").text
    page = f"{base}/activation/{mine}"
    marked = re.findall(r'href="([^"]+)" aria-current="page"', browser.get(page).text)
    assert f"{base}/activation" in marked
    assert f"{base}/classes" not in marked
    slips = browser.submit(page, {})
    assert slips.mimetype == "application/pdf"
    printed = pdf_text(slips.data)
    assert "石大山" in printed
    assert "陈秋" not in printed
    assert "19900004333" not in printed
    everybody = browser.submit(page, {"who": "all"})
    assert "陈秋" in pdf_text(everybody.data)
    for paper in ("activation", "roster.xlsx", "roster.pdf", "contact-cards.pdf"):
        assert browser.get(f"{base}/classes/{other}/{paper}").status_code == 404
    assert browser.get(f"/c/{center.slug}/children/{stranger}/activation").status_code == 404


def test_a_childs_page_prints_the_slip_that_works(world: World) -> None:
    center = world.center()
    child = world.child(center, "north")
    guardian = world.guardian(center, child, phone="19900004334")
    browser = world.client(world.person(center, "school_admin", "north"))
    page = f"/c/{center.slug}/children/{child}/activation"
    assert browser.submit(page, {}).status_code == 422  # nobody ticked
    slip = browser.submit(page, {"guardian": str(guardian.id)})
    found = re.search(r"[A-HJKMNP-Z2-9]{8}", pdf_text(slip.data).replace(" ", ""))
    assert found
    assert _use(world.client(), found.group(), "4334").status_code == 302
    mentor = world.client(world.person(center, "mentor", "north", children=(child,)))
    assert mentor.get(page).status_code == 403
