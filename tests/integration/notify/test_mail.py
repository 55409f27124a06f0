"""Mail: asked for, once, without a word of what it is about, and not lost with its server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Staff
from app.jobs.progress import Silent
from app.kernel.clock import Clock
from app.kernel.errors import Refused
from app.kernel.text import T
from app.notify.delivery import MOST_TRIES, deliver_due
from app.notify.mail import MailServer
from app.notify.models import NoticeDelivery
from app.notify.services import notify, send
from tests.integration.notify.people import MONDAY, at, wants_mail
from tests.support.smtp import MailSink, mail_sink
from tests.support.world import CenterHandle, Person, World


@pytest.fixture
def sink() -> Iterator[MailSink]:
    with mail_sink() as running:
        yield running


def server(url: str) -> MailServer:
    found = MailServer.of(url, "亲巢 <care@example.org>", "https://care.example/")
    assert found
    return found


def tell(world: World, center: CenterHandle, *people: Person, urgent: bool = True) -> None:
    with world.inside(center.scope) as ctx:
        at(ctx, MONDAY)
        title = T("A school asks you to take a child: {name}", name="石小满")
        page = f"/c/{center.slug}/s/north/"
        notify(ctx, [p.id for p in people], "t.news", title, page, urgent=urgent)


def deliver(world: World, center: CenterHandle, url: str, *, minutes: int = 0) -> int:
    with world.inside(center.scope) as ctx:
        moment = at(ctx, MONDAY).now() + timedelta(minutes=minutes)
        ctx.clock = Clock(lambda: moment)
        return deliver_due(ctx, Silent(), server(url).opened)


def rows(world: World, center: CenterHandle) -> list[NoticeDelivery]:
    with world.inside(center.scope) as ctx:
        return list(ctx.session.scalars(select(NoticeDelivery)))


def test_only_who_asked_for_mail_gets_one(world: World, sink: MailSink) -> None:
    center = world.center()
    asked, silent = (world.person(center, "school_admin", "north") for _ in range(2))
    wants_mail(world, center, asked, "asked@example.org")
    tell(world, center, asked, silent)
    tell(world, center, asked, urgent=False)
    assert deliver(world, center, sink.url) == 1
    assert sink.to() == ["asked@example.org"]


def test_a_mail_says_how_many_and_where_and_no_name(world: World, sink: MailSink) -> None:
    center = world.center()
    person = world.person(center, "school_admin", "north")
    wants_mail(world, center, person, "one@example.org")
    tell(world, center, person)
    tell(world, center, person)
    with world.inside(center.scope) as ctx:
        send(at(ctx, MONDAY), [(person.account_id, "digest 2026-11-23", 5)], "digest")
    deliver(world, center, sink.url)
    (mail,) = sink.received
    words = mail.get_content()
    assert "5" in str(mail["Subject"])
    assert "2" in words
    assert f"https://care.example/c/{center.slug}/notices" in words
    assert "石小满" not in mail.as_string() + words + str(mail["Subject"])


def test_work_done_twice_sends_once(world: World, sink: MailSink) -> None:
    center = world.center()
    person = world.person(center, "school_admin", "north")
    wants_mail(world, center, person, "one@example.org")
    for _ in range(2):
        with world.inside(center.scope) as ctx:
            send(at(ctx, MONDAY), [(person.account_id, "digest 2026-11-23", 5)], "digest")
        deliver(world, center, sink.url, minutes=1)
    assert len(sink.received) == 1
    assert [row.state for row in rows(world, center)] == ["sent"]


def test_a_dead_server_loses_nothing_and_is_asked_less_and_less(
    world: World, sink: MailSink
) -> None:
    center = world.center()
    person = world.person(center, "school_admin", "north")
    wants_mail(world, center, person, "one@example.org")
    tell(world, center, person)
    dead = "smtp://127.0.0.1:9"
    assert deliver(world, center, dead) == 0
    assert deliver(world, center, dead) == 0
    assert [(row.tries, row.state) for row in rows(world, center)] == [(1, "waiting")]
    assert deliver(world, center, dead, minutes=1) == 0
    assert deliver(world, center, sink.url, minutes=2) == 0
    assert deliver(world, center, sink.url, minutes=3) == 1
    assert sink.to() == ["one@example.org"]


def test_after_some_days_it_is_given_up(world: World) -> None:
    center = world.center()
    person = world.person(center, "school_admin", "north")
    wants_mail(world, center, person, "one@example.org")
    tell(world, center, person)
    for number in range(MOST_TRIES + 1):
        deliver(world, center, "smtp://127.0.0.1:9", minutes=360 * number)
    (row,) = rows(world, center)
    assert (row.state, row.tries, row.error) == ("failed", MOST_TRIES, "ConnectionRefusedError")


def test_an_address_that_does_not_exist_is_not_tried_again(world: World, sink: MailSink) -> None:
    center = world.center()
    person = world.person(center, "school_admin", "north")
    wants_mail(world, center, person, "nobody@example.org")
    tell(world, center, person)
    sink.answer = "550 no such person"
    deliver(world, center, sink.url)
    assert [(row.state, row.error) for row in rows(world, center)] == [("failed", "SMTP 550")]


def test_an_address_that_cannot_be_one_keeps_nobody_else_waiting(
    world: World, sink: MailSink
) -> None:
    center = world.center()
    people = [world.person(center, "school_admin", "north") for _ in range(3)]
    for person, address in zip(
        people, ("a@example.org", "b@例子.中国", "c@example.org"), strict=True
    ):
        wants_mail(world, center, person, address)
    tell(world, center, *people)
    assert deliver(world, center, sink.url) == 2
    assert sorted(sink.to()) == ["a@example.org", "c@example.org"]
    assert sorted(row.state for row in rows(world, center)) == ["failed", "sent", "sent"]


def test_a_full_mailbox_is_tried_later(world: World, sink: MailSink) -> None:
    center = world.center()
    person = world.person(center, "school_admin", "north")
    wants_mail(world, center, person, "full@example.org")
    tell(world, center, person)
    sink.answer = "452 full"
    deliver(world, center, sink.url)
    sink.answer = "250 fine"
    assert deliver(world, center, sink.url, minutes=1) == 1


def test_who_left_or_changed_the_mind_gets_no_mail_any_more(world: World, sink: MailSink) -> None:
    center = world.center()
    gone, other = (world.person(center, "school_admin", "north") for _ in range(2))
    for person in (gone, other):
        wants_mail(world, center, person, "one@example.org")
    tell(world, center, gone, other)
    with world.inside(center.scope) as ctx:
        ctx.session.scalars(select(Staff).where(Staff.id == gone.id)).one().left_on = MONDAY
    browser, page = world.client(other), f"/c/{center.slug}/notices/choice"
    assert browser.submit(page, {"address": "one@example.org"}).status_code == 303
    assert deliver(world, center, sink.url) == 0
    assert sink.received == []


def test_half_a_setting_is_refused_at_start() -> None:
    assert MailServer.of(None, None, None) is None
    with pytest.raises(Refused, match="QINCHAO_SMTP"):
        MailServer.of("http://mail.example", "care@example.org", None)
    with pytest.raises(Refused, match="QINCHAO_MAIL_FROM"):
        MailServer.of("smtp://mail.example", None, None)
