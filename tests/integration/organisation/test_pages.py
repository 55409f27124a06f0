"""The pages: set up in a click, appoint, print and sign letters, sectors; who may do what."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.organisation.models import OrgPost, SectorChild, SignedLetter
from app.organisation.queries import posts_at
from tests.documents.readers import page_sizes, text
from tests.support.world import Browser, CenterHandle, Person, World


@dataclass
class Place:
    """A school with an administrator, a class and its teacher."""

    world: World
    center: CenterHandle
    admin: Person
    teacher: Person
    room: UUID
    browser: Browser

    @property
    def page(self) -> str:
        return f"/c/{self.center.slug}/s/north/organisation"

    def post(self, title: str) -> UUID:
        with self.world.inside(self.center.scope) as ctx:
            return ctx.session.scalars(
                select(OrgPost.id).where(
                    OrgPost.title == title, OrgPost.school_id == self.center.schools["north"]
                )
            ).one()


@pytest.fixture
def place(world: World) -> Place:
    center = world.center()
    room = world.homeroom(center, "north")
    admin = world.person(center, "school_admin", "north", name="方序")
    teacher = world.person(center, "homeroom_teacher", "north", homerooms=(room,), name="陈立群")
    return Place(world, center, admin, teacher, room, world.client(admin))


def _adopted(place: Place) -> Place:
    assert place.browser.submit(f"{place.page}/adopt", {}, page=place.page).status_code == 302
    return place


def _appoint(place: Place, post: UUID, person: Person, **more: str) -> int:
    data = {"staff": str(person.id), "starts_on": "2026-09-01", **more}
    answer = place.browser.submit(
        f"{place.page}/posts/{post}/appoint", data, page=f"{place.page}/posts/{post}"
    )
    return int(answer.status_code)


def _vacant(page: str) -> int:
    """Read the figure of the tile; none is none."""
    found = re.search(r"岗位空缺</span>\s*<span class=\"stat-value\">(\d+)", page)
    return int(found[1]) if found else 0


def test_one_click_sets_up_the_posts_and_the_alarm_goes_post_by_post(place: Place) -> None:
    _adopted(place)
    home = f"/c/{place.center.slug}/s/north/"
    with place.world.inside(place.center.scope) as ctx:
        posts = len(posts_at(ctx, place.center.schools["north"]))
    assert _vacant(place.browser.get(home).text) == posts
    assert "以下岗位无人负责" in place.browser.get(place.page).text
    assert _appoint(place, place.post("组长"), place.admin) == 302
    page = place.browser.get(home).text
    assert _vacant(page) == posts - 1
    assert f'href="{place.page}#vacant"' in page
    assert _appoint(place, place.post("组长"), place.admin) == 422


def test_a_successor_replaces_and_the_history_shows_both(place: Place) -> None:
    post = _adopted(place).post("副组长")
    _appoint(place, post, place.admin)
    assert _appoint(place, post, place.teacher, replaces=str(place.admin.id),
                    starts_on="2026-10-08") == 302  # fmt: skip
    page = place.browser.get(f"{place.page}/posts/{post}").text
    assert "2026-10-07" in page
    assert page.index("陈立群") < page.index("任职记录")


def test_every_letter_is_a_page_and_a_signed_one_leaves_the_list(place: Place) -> None:
    _adopted(place)
    _appoint(place, place.post("组长"), place.admin)
    letters = f"{place.page}/letters"
    assert "未签（2份）" in place.browser.get(letters).text
    printed = place.browser.submit(f"{letters}/print", {"which": "unsigned"}, page=letters)
    assert page_sizes(printed.data) == [(210, 297)] * 2
    words = text(printed.data)
    for part in ("方序", "陈立群", "三（1）班班主任", "north小学", "2026-2027学年", "第一责任人"):
        assert part in words, part
    key = f"{place.post('组长')}.{place.admin.id}"
    signed = place.browser.submit(
        f"{letters}/sign", {"letter": key, "signed_on": "2026-09-05"}, page=letters
    )
    assert signed.status_code == 302
    page = place.browser.get(letters).text
    assert "未签（1份）" in page
    assert "已签（1份）" in page
    assert "2026-09-05" in page
    again = place.browser.submit(
        f"{letters}/sign", {"letter": key, "signed_on": "2026-09-05"}, page=letters
    )
    assert again.status_code == 422


def test_a_signed_letter_keeps_its_words_and_its_scan(place: Place) -> None:
    letters = f"{place.page}/letters"
    place.browser.submit(
        f"{letters}/sign", {"which": "unsigned", "signed_on": "2026-09-05"}, page=letters
    )
    with place.world.inside(place.center.scope) as ctx:
        row = ctx.session.scalars(
            select(SignedLetter).where(SignedLetter.staff_id == place.teacher.id)
        ).one()
        where = f"{letters}/{row.id}"
        assert "陈立群担任三（1）班班主任" in row.text
        assert row.recorded_by_id == place.admin.id
    bad = place.browser.submit(where, {"scan": (io.BytesIO(b"MZ\x90"), "x.exe")})
    assert bad.status_code == 422
    paper = b"%PDF-1.7 scan"
    assert place.browser.submit(where, {"scan": (io.BytesIO(paper), "纸.pdf")}).status_code == 302
    assert place.browser.get(f"{where}/scan").data == paper
    assert place.browser.submit(f"{where}/void", {}, page=where).status_code == 302
    assert "未签（1份）" in place.browser.get(letters).text


def test_subjects_of_a_class_are_set_on_one_page(place: Place) -> None:
    page = f"{place.page}/classes/{place.room}"
    assert "语文" in place.browser.get(page).text
    answer = place.browser.submit(
        page,
        {"teacher-0": str(place.teacher.id), "more": "书法", "more-teacher": str(place.admin.id)},
    )
    assert answer.status_code == 302
    shown = place.browser.get(place.page).text
    assert "书法" in shown
    with place.world.inside(place.center.scope) as ctx:
        lines = posts_at(ctx, place.center.schools["north"], "subject")
        assert sorted(line.principals[0].staff.name for line in lines) == ["方序", "陈立群"]


def test_children_are_put_into_one_village_and_counted(place: Place) -> None:
    child = place.world.child(place.center, "north", homeroom=place.room, name="石小满")
    for name in ("石桥村", "河口村"):
        made = place.browser.submit(
            f"{place.page}/sectors/new", {"kind": "village", "title": name, "duties": ""}
        )
        assert made.status_code == 302
    for name in ("石桥村", "河口村"):
        where = f"{place.page}/posts/{place.post(name)}/children"
        chosen = f"{where}?homeroom={place.room}"
        assert "石小满" in place.browser.get(chosen).text
        answer = place.browser.submit(where, {"child": str(child)}, page=chosen)
        assert answer.status_code == 302
    assert "石小满" in place.browser.get(f"{place.page}/posts/{place.post('河口村')}").text
    assert "石小满" not in place.browser.get(f"{place.page}/posts/{place.post('石桥村')}").text
    with place.world.inside(place.center.scope) as ctx:
        rows = ctx.session.scalars(select(SectorChild).where(SectorChild.child_id == child)).all()
        assert [row.ends_on is None for row in sorted(rows, key=lambda r: r.id)] == [False, True]


def test_a_teacher_reads_who_answers_and_changes_nothing(place: Place) -> None:
    post = _adopted(place).post("组长")
    _appoint(place, post, place.admin)
    other = place.world.child(place.center, "north", name="别家子")
    village = place.browser.submit(
        f"{place.page}/sectors/new", {"kind": "group", "title": "三组", "duties": ""}
    ).location
    place.browser.submit(f"{village}/children", {"child": str(other)}, page=village)
    reader = place.world.client(place.teacher)
    assert "方序" in reader.get(place.page).text
    assert "别家子" in place.browser.get(village).text
    assert "别家子" not in reader.get(village).text
    for closed in ("/letters", f"/posts/{post}/edit", "/bodies/new", f"/classes/{place.room}"):
        assert reader.get(f"{place.page}{closed}").status_code == 403, closed


def test_the_centre_has_posts_of_its_own_and_its_own_words(place: Place) -> None:
    chief = place.world.client(place.world.person(place.center, "center_admin", name="顾峤"))
    page = f"/c/{place.center.slug}/organisation"
    assert chief.submit(f"{page}/adopt", {}, page=page).status_code == 302
    assert _vacant(chief.get(f"/c/{place.center.slug}/").text) >= 5
    words = f"{page}/wording/class_teacher"
    wrong = chief.submit(words, {"title": "承诺书", "text": "【名字】承诺尽责。"})
    assert wrong.status_code == 422
    assert "【名字】" in wrong.text
    assert chief.submit(words, {"title": "承诺书", "text": "【姓名】承诺尽责。"}).status_code == 302
    letters = f"{place.page}/letters"
    printed = place.browser.submit(f"{letters}/print", {"which": "unsigned"}, page=letters)
    assert "陈立群承诺尽责。" in text(printed.data)
    assert place.browser.get(words).status_code == 404


def test_a_schools_administrator_has_no_hand_in_the_centres_posts(place: Place) -> None:
    page = f"/c/{place.center.slug}/organisation"
    assert "north小学" in place.browser.get(page).text
    assert place.browser.get(f"{page}/bodies/new").status_code == 404
    assert place.browser.get(f"{page}/letters").status_code == 404
    answer = place.browser.submit(f"{page}/adopt", {}, page=place.page)
    assert answer.status_code == 404


def test_what_is_written_is_audited_without_names(place: Place) -> None:
    _appoint(_adopted(place), place.post("组长"), place.admin)
    with place.world.inside(place.center.scope) as ctx:
        rows = ctx.session.scalars(
            select(AuditEvent).where(AuditEvent.action.startswith("organisation."))
        ).all()
        assert {row.action for row in rows} == {"organisation.adopt", "organisation.appoint"}
        assert all("方序" not in str(row.detail) for row in rows)
        assert {row.school_id for row in rows} == {place.center.schools["north"]}
