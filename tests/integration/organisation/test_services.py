"""Posts: adopted, given, handed over; vacant the moment their holder leaves."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.accounts.models import Membership, Staff
from app.accounts.services import end_membership
from app.host.context import Ctx
from app.kernel.errors import NotVisible, Refused
from app.organisation.holding import appoint, end_holding, hand_over_post, set_subject_teachers
from app.organisation.models import OrgPost
from app.organisation.queries import history, lines_of, posts_at, posts_of
from app.organisation.services import add_body, add_post, adopt, end_body, post_here
from app.organisation.vacancies import vacancy_counts, vacant_posts
from app.tenancy.models import Homeroom
from tests.support.world import CenterHandle, World


@pytest.fixture
def center(world: World) -> CenterHandle:
    return world.center()


def _staff(ctx: Ctx, staff_id: UUID) -> Staff:
    return ctx.session.scalars(select(Staff).where(Staff.id == staff_id)).one()


def _post(ctx: Ctx, school: UUID | None, title: str = "组长") -> OrgPost:
    body = add_body(ctx, school, title=f"{title}所在小组")
    return add_post(ctx, body, title=title)


def _titles(ctx: Ctx, school: UUID | None = None) -> list[str]:
    return [one.title for one in vacant_posts(ctx, school)]


def test_the_usual_posts_are_set_up_once_and_all_vacant(world: World, center: CenterHandle) -> None:
    school = center.schools["north"]
    with world.inside(center.school_scope("north")) as ctx:
        added = adopt(ctx, school)
        assert added == len(posts_at(ctx, school)) >= 5
        assert adopt(ctx, school) == 0
        assert len(vacant_posts(ctx, school)) == added
        assert vacancy_counts(ctx) == {school: added}
    with world.inside(center.scope) as ctx:
        adopt(ctx, None)
        assert vacant_posts(ctx, center.schools["south"]) == []
        assert None in vacancy_counts(ctx)


def test_a_deputy_alone_does_not_fill_a_post(world: World, center: CenterHandle) -> None:
    school = center.schools["north"]
    person = world.person(center, "school_admin", "north")
    with world.inside(center.school_scope("north")) as ctx:
        post = _post(ctx, school)
        appoint(ctx, post, _staff(ctx, person.id), deputy=True)
        assert _titles(ctx, school) == ["组长"]
        appoint(ctx, post, _staff(ctx, person.id))
        assert _titles(ctx, school) == []
        assert [one.row.deputy for one in lines_of(ctx, [post])[0].held] == [False]
        with pytest.raises(Refused):
            appoint(ctx, post, _staff(ctx, person.id))


def test_leaving_the_school_makes_the_post_vacant_at_once(
    world: World, center: CenterHandle
) -> None:
    school = center.schools["north"]
    person = world.person(center, "mentor", "north")
    with world.inside(center.scope) as ctx:
        post = _post(ctx, school)
        appoint(ctx, post, _staff(ctx, person.id))
        assert vacancy_counts(ctx) == {}
        membership = ctx.session.scalars(
            select(Membership).where(Membership.staff_id == person.id)
        ).one()
        end_membership(ctx, membership)
        assert vacancy_counts(ctx) == {school: 1}
        assert [one.working for one in lines_of(ctx, [post])[0].held] == [False]
        assert [held.title for held in posts_of(ctx, person.id)] == ["组长"]


def test_working_at_another_school_does_not_fill_it(world: World, center: CenterHandle) -> None:
    stranger = world.person(center, "school_admin", "south")
    with world.inside(center.scope) as ctx:
        at_school, central = _post(ctx, center.schools["north"]), _post(ctx, None, "成员")
        with pytest.raises(Refused) as refused:
            appoint(ctx, at_school, _staff(ctx, stranger.id))
        assert refused.value.field == "staff"
        appoint(ctx, central, _staff(ctx, stranger.id))
        assert _titles(ctx) == ["组长"]


def test_a_post_is_handed_over_from_a_day_and_its_past_stays(
    world: World, center: CenterHandle
) -> None:
    old, other, new = (
        world.person(center, "mentor", "north", name=n) for n in ("甲一", "乙二", "丙三")
    )
    with world.inside(center.school_scope("north")) as ctx:
        post = _post(ctx, center.schools["north"])
        day = ctx.today() - timedelta(days=3)
        for person in (old, other):
            appoint(ctx, post, _staff(ctx, person.id), on=day)
        hand_over_post(
            ctx, post, to_staff=_staff(ctx, new.id), from_staff=_staff(ctx, old.id), on=ctx.today()
        )
        held = {one.staff.name for one in lines_of(ctx, [post])[0].held}
        assert held == {"乙二", "丙三"}
        assert posts_of(ctx, old.id) == []
        ends = {staff.name: row.ends_on for row, staff in history(ctx, post)}
        assert ends == {"甲一": ctx.today() - timedelta(days=1), "乙二": None, "丙三": None}


def test_handing_over_keeps_a_deputy_a_deputy(world: World, center: CenterHandle) -> None:
    old, new = (world.person(center, "mentor", "north") for _ in range(2))
    with world.inside(center.school_scope("north")) as ctx:
        post = _post(ctx, center.schools["north"])
        appoint(ctx, post, _staff(ctx, old.id), deputy=True)
        row = hand_over_post(
            ctx, post, to_staff=_staff(ctx, new.id), from_staff=_staff(ctx, old.id)
        )
        assert row.deputy


def test_subject_teachers_of_a_class(world: World, center: CenterHandle) -> None:
    room_id = world.homeroom(center, "north")
    world.child(center, "north", homeroom=room_id)
    first, second = (world.person(center, "mentor", "north") for _ in range(2))
    school = center.schools["north"]
    with world.inside(center.school_scope("north")) as ctx:
        room = ctx.session.scalars(select(Homeroom).where(Homeroom.id == room_id)).one()
        one, two = _staff(ctx, first.id), _staff(ctx, second.id)
        assert set_subject_teachers(ctx, room, {"语文": one, "数学": two, "英语": None}) == 2
        assert set_subject_teachers(ctx, room, {"语文": one, "数学": one, "英语": None}) == 1
        assert {held.title for held in posts_of(ctx, one.id)} == {"语文教师", "数学教师"}
        assert set_subject_teachers(ctx, room, {"语文": None}) == 1
        # The class itself has pupils and no class teacher.
        assert [(v.title, v.place) for v in vacant_posts(ctx, school)] == [
            ("语文教师", "三（1）班"), ("班主任", "三（1）班"),
        ]  # fmt: skip
        room.closed_on = ctx.today()
        ctx.session.flush()
        assert vacant_posts(ctx, school) == []
        room.closed_on = None


def test_a_class_teacher_counts_without_being_stored_again(
    world: World, center: CenterHandle
) -> None:
    room = world.homeroom(center, "north")
    world.child(center, "north", homeroom=room)
    with world.inside(center.scope) as ctx:
        assert vacancy_counts(ctx) == {center.schools["north"]: 1}
    world.person(center, "homeroom_teacher", "north", homerooms=(room,))
    with world.inside(center.scope) as ctx:
        assert vacancy_counts(ctx) == {}
        assert posts_at(ctx, center.schools["north"]) == []


def test_a_dissolved_body_takes_its_posts_along(world: World, center: CenterHandle) -> None:
    person = world.person(center, "mentor", "north")
    school = center.schools["north"]
    with world.inside(center.school_scope("north")) as ctx:
        post = _post(ctx, school)
        row = appoint(ctx, post, _staff(ctx, person.id), on=ctx.today() - timedelta(days=9))
        assert post.body is not None
        end_body(ctx, post.body)
        assert vacant_posts(ctx, school) == posts_at(ctx, school) == []
        assert row.ends_on is not None
        with pytest.raises(NotVisible):
            post_here(ctx, post.id, school)


def test_a_school_cannot_touch_another_schools_or_the_centres_posts(
    world: World, center: CenterHandle
) -> None:
    with world.inside(center.scope) as ctx:
        theirs, central = _post(ctx, center.schools["south"]), _post(ctx, None)
        their_id, central_id = theirs.id, central.id
    with world.inside(center.school_scope("north")) as ctx:
        with pytest.raises(NotVisible):
            post_here(ctx, their_id, center.schools["south"])
        with pytest.raises(NotVisible):
            post_here(ctx, central_id, None)
        with pytest.raises(NotVisible):
            adopt(ctx, None)


def test_ending_a_holder_of_another_post_is_not_possible(
    world: World, center: CenterHandle
) -> None:
    person = world.person(center, "mentor", "north")
    with world.inside(center.school_scope("north")) as ctx:
        one, two = _post(ctx, center.schools["north"]), _post(ctx, center.schools["north"], "成员")
        row = appoint(ctx, one, _staff(ctx, person.id))
        with pytest.raises(NotVisible):
            end_holding(ctx, two, row.id)
        end_holding(ctx, one, row.id)
        assert posts_of(ctx, person.id) == []
