"""Off means gone everywhere at once, data kept. Shown with a plugin from outside the tree."""

from __future__ import annotations

from library_loans.services import lend
from redis import Redis
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.children.models import Child
from tests.support.world import Browser, CenterHandle, World

BOOK = "《草房子》"


def _lend(world: World, center: CenterHandle, child_id: object) -> None:
    with world.inside(center.school_scope("north")) as ctx:
        lend(ctx, ctx.session.scalars(select(Child).where(Child.id == child_id)).one(), BOOK)


def _switch(admin: Browser, center: CenterHandle, *, on: bool) -> int:
    page = f"/c/{center.slug}/s/north/modules"
    sent = admin.submit(page, {"module": "library_loans", "enabled": "1" if on else "0"})
    return int(sent.status_code)


def test_a_module_that_is_off_is_gone_everywhere_and_comes_back_with_its_data(
    world: World,
) -> None:
    center = world.center()
    child_id = world.child(center, "north")
    admin = world.client(world.person(center, "school_admin", "north"))
    family = world.client(world.guardian(center, child_id, account=True))
    own = f"/c/{center.slug}/s/north/m/library_loans"
    places = [
        (admin, f"/c/{center.slug}/children/{child_id}/timeline"),
        (family, f"/family/{center.slug}/"),
    ]
    menu = f"/c/{center.slug}/s/north/modules"

    assert admin.get(own).status_code == 404
    assert _switch(admin, center, on=True) == 302
    _lend(world, center, child_id)
    assert BOOK in admin.get(own).text
    assert own in admin.get(menu).text
    assert all(BOOK in reader.get(page).text for reader, page in places)

    assert _switch(admin, center, on=False) == 302
    assert admin.get(own).status_code == 404
    assert own not in admin.get(menu).text
    assert not any(BOOK in reader.get(page).text for reader, page in places)

    assert _switch(admin, center, on=True) == 302
    assert BOOK in admin.get(own).text
    assert all(BOOK in reader.get(page).text for reader, page in places)


def test_what_the_centre_no_longer_offers_stops_at_once_and_is_not_switched_on(
    world: World,
) -> None:
    center = world.center()
    world.enable(center, "north", "library_loans")
    boss = world.client(world.person(center, "center_admin"))
    admin = world.client(world.person(center, "school_admin", "north"))
    page = f"/c/{center.slug}/modules"
    own = f"/c/{center.slug}/s/north/m/library_loans"
    assert admin.get(own).status_code == 200
    assert boss.submit(page, {"module": "library_loans", "offered": "0"}).status_code == 302
    assert admin.get(own).status_code == 404
    assert _switch(admin, center, on=True) == 422
    assert boss.submit(page, {"module": "library_loans", "offered": "1"}).status_code == 302
    assert admin.get(own).status_code == 200


def test_switching_is_audited_and_only_for_who_may(world: World) -> None:
    center = world.center()
    room = world.homeroom(center, "north")
    admin = world.client(world.person(center, "school_admin", "north"))
    teacher = world.client(world.person(center, "homeroom_teacher", "north", homerooms=(room,)))
    assert teacher.get(f"/c/{center.slug}/s/north/modules").status_code == 403
    _switch(admin, center, on=True)
    _switch(admin, center, on=False)
    with world.inside(center.scope) as ctx:
        actions = ctx.session.scalars(
            select(AuditEvent.action)
            .where(AuditEvent.action.like("module.%"))
            .order_by(AuditEvent.at)
        ).all()
    assert actions == ["module.enable", "module.disable"]


def test_one_school_on_leaves_the_other_off(world: World) -> None:
    center = world.center()
    world.enable(center, "north", "library_loans")
    south = world.client(world.person(center, "school_admin", "south"))
    assert south.get(f"/c/{center.slug}/s/south/m/library_loans").status_code == 404
    assert south.get(f"/c/{center.slug}/s/north/m/library_loans").status_code == 404


def test_an_unknown_module_is_refused(world: World) -> None:
    center = world.center()
    admin = world.client(world.person(center, "school_admin", "north"))
    page = f"/c/{center.slug}/s/north/modules"
    sent = admin.submit(page, {"module": "no_such", "enabled": "1"})
    assert sent.status_code == 422
    assert "no_such" in sent.text


def test_the_page_says_what_comes_what_stops_and_how_it_fares(world: World) -> None:
    center = world.center()
    child_id = world.child(center, "north")
    admin = world.client(world.person(center, "school_admin", "north"))
    page = f"/c/{center.slug}/s/north/modules"
    # Other tests break this module on purpose, and the same Redis remembers it.
    Redis.from_url(world.config.redis_url).delete("qinchao:module_troubles")
    before = _card(admin.get(page).text)
    assert "将增加：" in before
    assert "Titles of books" in before
    _switch(admin, center, on=True)
    _lend(world, center, child_id)
    after = _card(admin.get(page).text)
    for words in ("以下内容立即停止：", "Books at home", "家长页面的卡片", "1 条记录", "正常"):
        assert words in after
    told = world.app.extensions["qinchao_troubles"]
    told.note("library_loans", "child_tab", KeyError("title"))
    assert "KeyError" in _card(admin.get(page).text)


def _card(page: str) -> str:
    return page.split('id="library_loans"')[1].split("</section>", maxsplit=1)[0]
