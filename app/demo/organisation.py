"""Who answers for what in the demonstration: posts filled but for one, sectors, signed letters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import cycle
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Staff
from app.children.models import Child, Placement
from app.children.staff_of import class_teachers
from app.host.context import Ctx
from app.kernel.grades import YEAR_STARTS, school_year
from app.organisation.classes import class_duties
from app.organisation.holding import appoint, appointable, set_subject_teachers
from app.organisation.letters import due_letters, sign
from app.organisation.models import SectorChild
from app.organisation.queries import posts_at
from app.organisation.services import add_sector, adopt

_VILLAGES = ("石桥村", "河口村", "柳林村")
_GROUPS = ("石桥村一组", "石桥村二组")
_SUBJECTS = ("语文", "数学", "英语")
_FROM_VILLAGE, _FROM_GROUP = 8, 12
_SIGNED_AFTER = timedelta(days=6)


def organise_school(ctx: Ctx, school_id: UUID) -> None:
    """Set up a school as after the first weeks of a school year; one post has nobody."""
    since = _year_began(ctx)
    adopt(ctx, school_id)
    people = _in_order(appointable(ctx, school_id))
    if not people:
        return
    turns = cycle(people)
    posts = posts_at(ctx, school_id)
    for line in posts[:-1]:
        appoint(ctx, line.post, next(turns), on=since)
    appoint(ctx, posts[0].post, next(turns), deputy=True, on=since)
    _teach(ctx, school_id, people)
    for kind, names in (("village", _VILLAGES), ("group", _GROUPS)):
        for name in names:
            post = add_sector(ctx, school_id, kind=kind, title=name)
            appoint(ctx, post, next(turns), on=since)
    _put_children(ctx, school_id, since)
    due = due_letters(ctx, school_id)
    sign(ctx, school_id, due[::2], signed_on=min(since + _SIGNED_AFTER, ctx.today()))


def organise_center(ctx: Ctx) -> None:
    """Set up the centre's own posts; one has nobody."""
    adopt(ctx, None)
    people = cycle(_in_order(appointable(ctx, None)))
    for line in posts_at(ctx, None)[:-1]:
        appoint(ctx, line.post, next(people), on=_year_began(ctx))


def _year_began(ctx: Ctx) -> date:
    return date(school_year(ctx.today()), *YEAR_STARTS)


def _in_order(people: Sequence[Staff]) -> list[Staff]:
    return sorted(people, key=lambda person: person.number or "")


def _teach(ctx: Ctx, school_id: UUID, people: Sequence[Staff]) -> None:
    """Give some classes subject teachers: the class teacher and two others."""
    rooms = [duty.room for duty in class_duties(ctx, school_id, [])]
    teachers = class_teachers(ctx, [room.id for room in rooms])
    others = cycle(people)
    for room in rooms[::3]:
        chosen = [teachers.get(room.id) or next(others), next(others), next(others)]
        set_subject_teachers(ctx, room, dict(zip(_SUBJECTS, chosen, strict=True)))


def _put_children(ctx: Ctx, school_id: UUID, since: date) -> None:
    children = iter(
        ctx.session.scalars(
            select(Child.id)
            .join(Placement, Placement.child_id == Child.id)
            .where(Child.school_id == school_id, Placement.ends_on.is_(None))
            .order_by(Child.name_pinyin, Child.id)
        ).all()
    )
    for line in posts_at(ctx, school_id, "village", "group"):
        many = _FROM_VILLAGE if line.post.kind == "village" else _FROM_GROUP
        ctx.session.add_all(
            SectorChild(school_id=school_id, child_id=child, post_id=line.post.id, starts_on=since)
            for child, _ in zip(children, range(many), strict=False)
        )
    ctx.session.flush()
