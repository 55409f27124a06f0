"""Notices: told at once, read by one person alone, never an echo."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.kernel.access import Actor
from app.kernel.errors import QinchaoError
from app.kernel.text import T
from app.notify.models import Notice, NoticeChoice
from app.notify.services import notify
from tests.integration.notify.people import own, queries, wants_mail
from tests.support.world import CenterHandle, Person, World


def tell(world: World, center: CenterHandle, *people: Person, by: Person | None = None) -> int:
    with world.inside(center.scope) as ctx:
        if by:
            ctx.actor = Actor("by", by.account_id, by.id)
        page = f"/c/{center.slug}/s/north/transfers"
        return notify(ctx, [p.id for p in people], "t.news", T("Saved."), page)


def test_a_notice_is_read_by_its_reader_and_nobody_else(world: World) -> None:
    center = world.center()
    reader, other = (world.person(center, "school_admin", "north") for _ in range(2))
    office = world.person(center, "center_admin")
    assert tell(world, center, reader) == 1
    page = f"/c/{center.slug}/notices"
    assert "已保存" in world.client(reader).get(page).text
    for person in (other, office):
        assert "已保存" not in world.client(person).get(page).text


def test_nobody_is_told_what_they_did_themselves(world: World) -> None:
    center = world.center()
    one, two = (world.person(center, "school_admin", "north") for _ in range(2))
    assert tell(world, center, one, two, by=one) == 1
    with world.inside(own(center, one)) as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Notice)) == 0
    with world.inside(own(center, two)) as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Notice)) == 1


def test_the_bell_counts_what_is_unread(world: World) -> None:
    center = world.center()
    reader = world.person(center, "school_admin", "north")
    tell(world, center, reader)
    tell(world, center, reader)
    browser = world.client(reader)
    home, page = f"/c/{center.slug}/s/north/", f"/c/{center.slug}/s/north/notices"
    assert 'bell-count" aria-hidden="true">2<' in browser.get(home).text
    with world.inside(own(center, reader)) as ctx:
        first = ctx.session.scalars(select(Notice.id).limit(1)).one()
    opened = browser.get(f"/c/{center.slug}/notices/{first}")
    assert opened.headers["Location"].endswith("/s/north/transfers")
    assert 'bell-count" aria-hidden="true">1<' in browser.get(home).text
    browser.submit(f"{page}/read", {}, page=page)
    assert "bell-count" not in browser.get(home).text


def test_one_notice_is_marked_read_without_opening_it(world: World) -> None:
    center = world.center()
    reader = world.person(center, "school_admin", "north")
    tell(world, center, reader)
    browser, page = world.client(reader), f"/c/{center.slug}/notices"
    with world.inside(own(center, reader)) as ctx:
        found = ctx.session.scalars(select(Notice.id)).one()
    assert browser.submit(f"{page}/{found}/read", {}, page=page).status_code == 303
    assert "notice-item unread" not in browser.get(page).text


def test_another_persons_notice_cannot_be_opened_or_marked(world: World) -> None:
    center = world.center()
    reader, other = (world.person(center, "school_admin", "north") for _ in range(2))
    tell(world, center, reader)
    with world.inside(own(center, reader)) as ctx:
        found = ctx.session.scalars(select(Notice.id)).one()
    stranger = world.client(other)
    assert stranger.get(f"/c/{center.slug}/notices/{found}").status_code == 404
    page = f"/c/{center.slug}/notices"
    stranger.submit(f"{page}/read", {}, page=f"{page}/choice")
    with world.inside(own(center, reader)) as ctx:
        assert ctx.session.scalars(select(Notice.read_at)).all() == [None]


def test_the_text_of_a_notice_cannot_be_changed(world: World) -> None:
    center = world.center()
    reader = world.person(center, "school_admin", "north")
    tell(world, center, reader)
    with (
        pytest.raises(DBAPIError, match="permission denied"),
        world.inside(own(center, reader)) as ctx,
    ):
        ctx.session.execute(text("UPDATE notice SET url = '//elsewhere'"))


def test_only_the_person_itself_chooses_mail(world: World) -> None:
    center = world.center()
    one, two = (world.person(center, "school_admin", "north") for _ in range(2))
    wants_mail(world, center, one, "one@example.org")
    with world.inside(own(center, two)) as ctx, pytest.raises(DBAPIError, match="row-level"):
        ctx.session.execute(text("UPDATE notice_choice SET mail = false"))
    with world.inside(center.scope) as ctx:
        assert ctx.session.scalars(select(NoticeChoice.mail)).all() == [True]


def test_a_notice_never_leads_away(world: World) -> None:
    center = world.center()
    reader = world.person(center, "school_admin", "north")
    with pytest.raises(QinchaoError, match="no address of ours"), world.inside(center.scope) as ctx:
        notify(ctx, [reader.id], "t.news", T("Saved."), "//elsewhere.example/")


def test_a_notice_is_read_in_the_readers_language(world: World) -> None:
    center = world.center()
    reader = world.person(center, "school_admin", "north")
    tell(world, center, reader)
    browser, page = world.client(reader), f"/c/{center.slug}/notices"
    assert "已保存" in browser.get(page).text
    browser.get("/language/en")
    assert ">Saved.</a>" in browser.get(page).text


def test_the_list_asks_the_same_number_of_questions_however_long(world: World) -> None:
    center = world.center()
    reader = world.person(center, "school_admin", "north")
    browser, page = world.client(reader), f"/c/{center.slug}/notices"
    tell(world, center, reader)
    few = queries(world, lambda: browser.get(page))
    for _ in range(6):
        tell(world, center, reader)
    assert queries(world, lambda: browser.get(page)) == few


def test_choosing_mail_needs_an_address_that_can_be_one(world: World) -> None:
    center = world.center()
    reader = world.person(center, "mentor", "north")
    browser, page = world.client(reader), f"/c/{center.slug}/notices/choice"
    for wrong in ("", "nobody", "a@b@c.org", "a b@c.org"):
        assert browser.submit(page, {"mail": "y", "address": wrong}).status_code == 422
    assert browser.submit(page, {"mail": "y", "address": "an@example.org"}).status_code == 303
    assert 'value="an@example.org"' in browser.get(page).text


def test_a_guardian_has_a_bell_and_a_page_of_notices_too(world: World) -> None:
    center = world.center()
    guardian = world.guardian(center, world.child(center, "north"), account=True)
    page = f"/family/{center.slug}/notices"
    browser = world.client(guardian)
    assert page in browser.get(f"/family/{center.slug}/").text
    assert browser.get(page).status_code == 200
    assert browser.get(f"/family/{center.slug}/notices/choice").status_code == 404
