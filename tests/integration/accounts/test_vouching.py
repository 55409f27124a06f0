"""A school opens its own children to a guardian, and everybody concerned sees who did it."""

from __future__ import annotations

import re
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Activation
from app.children.activation.codes import candidates, make_codes
from app.children.models import Child, Guardianship, Transfer
from app.kernel.clock import Clock
from tests.support.world import PIN, Browser, CenterHandle, Person, World

CHOSEN = "482915"


def _slip(world: World, center: CenterHandle, school: str, child: UUID) -> str:
    """Print a slip as the school does, for the one guardian of a child."""
    with world.inside(center.school_scope(school)) as ctx:
        row = ctx.session.scalars(select(Child).where(Child.id == child)).one()
        return make_codes(ctx, candidates(ctx, [row]))[0].code


def _use(world: World, code: str, digits: str, pin: str = CHOSEN) -> tuple[Browser, int]:
    browser = world.client()
    data = {"code": code, "digits": digits, "pin": pin, "again": pin}
    return browser, browser.submit("/family/activate", data).status_code


def _mother(world: World, center: CenterHandle, *children: UUID, phone: str) -> Person:
    return world.guardian(center, *children, name="陈秋", relation="mother", phone=phone)


def _sees(browser: Browser, center: CenterHandle) -> set[str]:
    page = browser.get(f"/family/{center.slug}/").text
    return {name for name in ("石小满", "石小山") if name in page}


def test_a_slip_opens_the_children_of_the_school_that_printed_it(world: World) -> None:
    center = world.center("north", "south")
    here = world.child(center, "north", name="石小满")
    there = world.child(center, "south", name="石小山")
    _mother(world, center, here, there, phone="19900005501")
    browser, status = _use(world, _slip(world, center, "north", here), "5501")
    assert status == 302
    assert _sees(browser, center) == {"石小满"}
    assert browser.get(f"/family/{center.slug}/").status_code == 200
    code = _slip(world, center, "south", there)
    assert _use(world, code, "5501", "915482")[1] == 422  # not her PIN
    assert _use(world, code, "5501")[1] == 302
    assert _sees(browser, center) == {"石小满", "石小山"}


def test_brothers_and_sisters_at_the_same_school_need_one_slip(world: World) -> None:
    center = world.center("north")
    first = world.child(center, "north", name="石小满")
    mother = _mother(world, center, first, phone="19900005502")
    browser, _status = _use(world, _slip(world, center, "north", first), "5502")
    later = world.child(center, "north", name="石小山")
    with world.inside(center.scope) as ctx:
        bond = Guardianship(
            school_id=center.schools["north"], child_id=later, guardian_id=mother.id,
            relation="mother", starts_on=ctx.today(),
        )  # fmt: skip
        ctx.session.add(bond)
    assert _sees(browser, center) == {"石小满", "石小山"}


def test_an_old_slip_of_one_school_does_not_reset_what_another_has_opened(world: World) -> None:
    """Printed before she had a PIN, kept in a drawer, used when she has one elsewhere."""
    center = world.center("north", "south")
    here = world.child(center, "north", name="石小满")
    there = world.child(center, "south", name="石小山")
    _mother(world, center, here, there, phone="19900005503")
    kept = _slip(world, center, "south", there)
    assert _use(world, _slip(world, center, "north", here), "5503")[1] == 302
    assert _use(world, kept, "5503", "915482")[1] == 422
    data = {"login": "19900005503", "secret": CHOSEN}
    assert world.client().submit("/family/sign-in", data).status_code == 302


def test_a_school_resets_no_account_that_opens_a_child_elsewhere_by_a_twin(world: World) -> None:
    """One mother written down at two schools as two people, who use one account."""
    center = world.center("north", "south")
    here = world.child(center, "north", name="石小满")
    there = world.child(center, "south", name="石小山")
    world.guardian(center, here, name="陈秋", phone="19900005504", account=True)
    _mother(world, center, there, phone="19900005504")
    browser, status = _use(world, _slip(world, center, "south", there), "5504", PIN)
    assert status == 302
    assert _sees(browser, center) == {"石小满", "石小山"}
    code = _slip(world, center, "south", there)
    assert _use(world, code, "5504", "915482")[1] == 422
    assert _sees(browser, center) == {"石小满", "石小山"}  # her session lives


def test_a_child_that_moves_stays_open_and_opens_nobody_at_the_new_school(world: World) -> None:
    center = world.center("north", "south")
    moving = world.child(center, "north", name="石小满", homeroom=world.homeroom(center, "north"))
    there = world.child(center, "south", name="石小山")
    _mother(world, center, moving, there, phone="19900005505")
    browser, _status = _use(world, _slip(world, center, "north", moving), "5505")
    room = world.homeroom(center, "south")
    giving, taking = (
        world.client(world.person(center, "school_admin", school)) for school in ("north", "south")
    )
    today = str(Clock().today())
    wanted = {"school": str(center.schools["south"]), "effective_on": today, "reason": "搬家"}
    asked = giving.submit(f"/c/{center.slug}/children/{moving}/transfer", wanted)
    assert asked.status_code == 302
    with world.inside(center.scope) as ctx:
        transfer = ctx.session.scalars(select(Transfer.id)).one()
    page = f"/c/{center.slug}/s/south/transfers/{transfer}/accept"
    assert taking.submit(page, {"homeroom": str(room), "starts_on": today}).status_code == 302
    assert _sees(browser, center) == {"石小满"}


def test_the_family_sees_who_printed_the_slip_and_the_school_closes_it(world: World) -> None:
    center = world.center("north")
    room = world.homeroom(center, "north")
    child = world.child(center, "north", name="石小满", homeroom=room)
    teacher = world.person(center, "homeroom_teacher", "north", homerooms=(room,), name="林一")
    printer = world.person(center, "school_admin", "north", name="方老师")
    mother = _mother(world, center, child, phone="19900005506")
    father = world.guardian(center, child, phone="19900005507", account=True)
    with world.inside(center.school_scope("north")) as ctx:
        row = ctx.session.scalars(select(Child).where(Child.id == child)).one()
        chosen = [c for c in candidates(ctx, [row]) if c.guardian.id == mother.id]
        code = make_codes(ctx, chosen)[0].code
        ctx.session.scalars(select(Activation)).one().made_by_id = printer.id
    impostor, status = _use(world, code, "5506")
    assert status == 302
    at_home = world.client(father)
    home = f"/family/{center.slug}/"
    shown = at_home.get(home).text
    assert "陈秋" in shown
    assert "方老师" in shown
    found = re.search(r"/slips/([0-9a-f-]+)/dispute", shown)
    assert found
    told = at_home.submit(f"{home}slips/{found.group(1)}/dispute", {}, page=home)
    assert told.status_code == 302
    admin = world.client(world.person(center, "school_admin", "north"))
    log = f"/c/{center.slug}/s/north/activation/slips"
    listed = admin.get(log).text
    assert "不是我开通的" in listed
    assert "方老师" in listed
    assert world.client(teacher).get(log).status_code == 403
    closed = admin.submit(f"{log}/{found.group(1)}/close", {}, page=log)
    assert closed.status_code == 302
    assert impostor.get(home).status_code == 302
    data = {"login": "19900005506", "secret": CHOSEN}
    assert world.client().submit("/family/sign-in", data).status_code == 422
    assert at_home.get(home).status_code == 200
    words = admin.get(f"/c/{center.slug}/s/north/audit").text
    assert "家长反映" in words


def test_nobody_disputes_a_slip_of_another_family(world: World) -> None:
    center = world.center("north")
    ours, theirs = world.child(center, "north"), world.child(center, "north", name="石小山")
    father = world.guardian(center, ours, account=True)
    _mother(world, center, theirs, phone="19900005508")
    _use(world, _slip(world, center, "north", theirs), "5508")
    with world.inside(center.scope) as ctx:
        slip = ctx.session.scalars(select(Activation.id)).one()
    home = f"/family/{center.slug}/"
    answer = world.client(father).submit(f"{home}slips/{slip}/dispute", {}, page=home)
    assert answer.status_code == 404


def test_a_school_neither_sees_nor_makes_slips_of_another(world: World) -> None:
    center = world.center("north", "south")
    here, there = world.child(center, "north"), world.child(center, "south", name="石小山")
    _mother(world, center, here, there, phone="19900005509")
    _slip(world, center, "south", there)
    with world.inside(center.school_scope("north")) as ctx:
        assert ctx.session.scalars(select(Activation)).all() == []
