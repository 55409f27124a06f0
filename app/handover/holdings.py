"""What a person answers for at a school today: what must be handed over when the person goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from app.accounts.models import Grant, GrantChild, GrantHomeroom, Membership
from app.accounts.roles import ROLES
from app.children.models import Child, Placement
from app.db.conditions import not_over, open_on, refers
from app.duties.boards import class_names
from app.duties.concern_rules import concern_titles
from app.duties.concerns import concerns_answered_by
from app.host.context import Ctx
from app.host.enablement import active_modules
from app.host.facade import gather
from app.host.hooks import ToHandOver
from app.kernel.text import T, Text
from app.organisation.queries import posts_of
from app.tenancy.models import Homeroom

CLASS, PAIRING, POST, ROLE, CONCERN = "class", "pairing", "post", "role", "concern"
Key = tuple[str, UUID]


@dataclass(frozen=True)
class Holding:
    """One thing a person answers for; ``goes_with`` is the holding it goes along with.

    ``homeroom_id`` is the class it is listed under, ``grant_id`` the role it hangs on.
    """

    kind: str
    object_id: UUID
    title: str
    homeroom_id: UUID | None = None
    module: str | None = None
    goes_with: Key | None = None
    grant_id: UUID | None = None

    @property
    def key(self) -> Key:
        """Return what it is."""
        return self.kind, self.object_id


def held(ctx: Ctx, staff_id: UUID, school_id: UUID) -> list[Holding]:
    """Return everything that a person answers for at a school, without an end already set.

    Classes first, then children, roles, posts, and what goes along with them. The number of
    queries does not grow with the children.
    """
    own = [
        *_classes(ctx, staff_id, school_id),
        *_pairings(ctx, staff_id, school_id),
        *_roles(ctx, staff_id, school_id),
        *_posts(ctx, staff_id, school_id),
    ]
    return [*own, *_concerns(ctx, staff_id, school_id, own), *_named(ctx, staff_id, school_id, own)]


def of_grant(holdings: Iterable[Holding], grant_id: UUID) -> list[Holding]:
    """Return what hangs on one role, with what goes along."""
    found = list(holdings)
    keys = {one.key for one in found if one.grant_id == grant_id}
    return [one for one in found if one.key in keys or one.goes_with in keys]


def _at_school(ctx: Ctx, wanted: Any, staff_id: UUID, school_id: UUID) -> Any:
    """Narrow a query over grants to a person's at a school that have not ended."""
    return wanted.join(Membership, refers(Grant.membership_id, Membership)).where(
        Membership.staff_id == staff_id,
        Grant.school_id == school_id,
        open_on(Membership, ctx.today()),
        not_over(Grant, ctx.today()),
    )


def _classes(ctx: Ctx, staff_id: UUID, school_id: UUID) -> list[Holding]:
    charged = (
        select(GrantHomeroom.homeroom_id, Grant.id)
        .join(Grant, refers(GrantHomeroom.grant_id, Grant))
        .join(Homeroom, refers(GrantHomeroom.homeroom_id, Homeroom))
        .where(
            Grant.role == "homeroom_teacher",
            GrantHomeroom.ends_on.is_(None),
            Homeroom.closed_on.is_(None),
        )
        .order_by(Homeroom.stage.desc(), Homeroom.intake_year.desc(), Homeroom.number)
    )
    found = ctx.session.execute(_at_school(ctx, charged, staff_id, school_id))
    rows: dict[UUID, UUID] = dict(found.all())
    names = class_names(ctx, set(rows))
    return [
        Holding(CLASS, room, str(T("Class teacher of {room}", room=names[room])), room,
                grant_id=grant)
        for room, grant in rows.items()
    ]  # fmt: skip


def _pairings(ctx: Ctx, staff_id: UUID, school_id: UUID) -> list[Holding]:
    placed = and_(refers(Placement.child_id, Child), Placement.ends_on.is_(None))
    paired = (
        select(Child.id, Child.name, Placement.homeroom_id, Grant.id)
        .select_from(GrantChild)
        .join(Grant, refers(GrantChild.grant_id, Grant))
        .join(Child, refers(GrantChild.child_id, Child))
        .outerjoin(Placement, placed)
        .outerjoin(Homeroom, refers(Placement.homeroom_id, Homeroom))
        .where(
            Grant.role == "mentor",
            GrantChild.ends_on.is_(None),
            Child.school_id == school_id,
            Child.left_on.is_(None),
            Child.voided_at.is_(None),
            Child.merged_into_id.is_(None),
        )
        .order_by(Homeroom.stage.desc(), Homeroom.intake_year.desc(), Homeroom.number)
        .order_by(Child.name_pinyin, Child.id)
    )
    rows = ctx.session.execute(_at_school(ctx, paired, staff_id, school_id))
    return [
        Holding(PAIRING, child, str(T("Mentor of {child}", child=name)), room, grant_id=grant)
        for child, name, room, grant in rows
    ]


def _roles(ctx: Ctx, staff_id: UUID, school_id: UUID) -> list[Holding]:
    wanted = select(Grant).where(Grant.reach == "school", Grant.ends_on.is_(None))
    wanted = wanted.order_by(Grant.starts_on, Grant.id)
    rows = ctx.session.scalars(_at_school(ctx, wanted, staff_id, school_id))
    return [
        Holding(ROLE, grant.id, str(ROLES[grant.role].title), grant_id=grant.id) for grant in rows
    ]


def _posts(ctx: Ctx, staff_id: UUID, school_id: UUID) -> list[Holding]:
    found = []
    for line in posts_of(ctx, staff_id):
        if line.post.school_id == school_id and line.holder.ends_on is None:
            words = {"post": line.title, "place": line.place}
            title = T("{post} ({place})", **words)
            if line.holder.deputy:
                title = T("{post} ({place}), deputy", **words)
            found.append(Holding(POST, line.post.id, str(title), line.post.homeroom_id))
    return found


def _concerns(ctx: Ctx, staff_id: UUID, school_id: UUID, own: Sequence[Holding]) -> list[Holding]:
    """A concern goes to whoever takes over the child; who answers for it follows from that."""
    keys = {one.key: one for one in own}
    roles = [one for one in own if one.kind == ROLE]
    titles = concern_titles(ctx)
    found = []
    for open_ in concerns_answered_by(ctx, staff_id, school_id):
        bearer = keys.get((PAIRING, open_.child.id)) or _class_of(keys, open_.homeroom_id)
        bearer = bearer or (roles[0] if roles else None)
        if bearer is not None:
            kind: Text | str = titles.get(open_.concern.kind, open_.concern.kind)
            title = T("Concern about {child}: {kind}", child=open_.child.name, kind=kind)
            found.append(
                Holding(CONCERN, open_.concern.id, str(title), bearer.homeroom_id,
                        goes_with=bearer.key)
            )  # fmt: skip
    return found


def _class_of(keys: dict[Key, Holding], homeroom_id: UUID | None) -> Holding | None:
    return keys.get((CLASS, homeroom_id)) if homeroom_id else None


def _named(ctx: Ctx, staff_id: UUID, school_id: UUID, own: Sequence[Holding]) -> list[Holding]:
    """What the modules say is open; a child's goes along with the child."""
    rows = named_by_modules(ctx, staff_id, school_id)
    children = [item.child_id for _module, item in rows if item.child_id]
    rooms = _rooms(ctx, children)
    keys = {one.key: one for one in own}
    found = []
    for module, item in rows:
        bearer, room = None, None
        if item.child_id is not None:
            room = rooms.get(item.child_id)
            bearer = keys.get((PAIRING, item.child_id)) or _class_of(keys, room)
        found.append(
            Holding(item.kind, item.object_id, str(item.title), room, module,
                    bearer.key if bearer else None)
        )  # fmt: skip
    return found


def named_by_modules(ctx: Ctx, staff_id: UUID, school_id: UUID) -> list[tuple[str, ToHandOver]]:
    """Return what the modules active at a school name as open of a person."""
    modules = active_modules(ctx).get(school_id, frozenset())
    given: dict[str, Any] = {"ctx": ctx, "staff_id": staff_id, "school_id": school_id}
    return [
        (answer.module, item)
        for answer in gather(ctx.registry, "on_hand_over", modules, **given)
        for item in answer.value or ()
    ]


def _rooms(ctx: Ctx, children: Sequence[UUID]) -> dict[UUID, UUID]:
    if not children:
        return {}
    placed = select(Placement.child_id, Placement.homeroom_id).where(
        Placement.child_id.in_(children), Placement.ends_on.is_(None)
    )
    return dict(ctx.session.execute(placed).all())
