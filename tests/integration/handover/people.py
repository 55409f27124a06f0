"""A school where somebody holds a bit of everything, and others who may take it over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Grant, GrantChild, GrantHomeroom, Membership, Staff
from app.accounts.permissions import permissions_of
from app.accounts.roles import ROLES
from app.children.models import Child
from app.duties.raising import raise_concern
from app.handover.holdings import PAIRING
from app.handover.models import HandOver
from app.handover.services import begin
from app.host.context import Ctx
from app.kernel.access import Actor, HeldGrant
from app.organisation.holding import appoint
from app.organisation.services import add_body, add_post
from tests.support.world import BEGIN, CenterHandle, Person, World


@dataclass
class Desk:
    """林安 has 三（1）班, two children as mentor, a post, a concern; 周青, 方明 are there too."""

    world: World
    center: CenterHandle
    room: UUID
    children: list[UUID]
    head: Person
    giver: Person
    taker: Person
    other: Person
    concern: UUID = field(init=False)

    @property
    def school(self) -> UUID:
        return self.center.schools["north"]

    @contextmanager
    def acting(self, person: Person, role: str = "mentor") -> Iterator[Ctx]:
        """Work at the school as somebody with one role."""
        with self.world.inside(self.center.school_scope("north")) as ctx:
            permissions = permissions_of(role, ctx.registry.permissions, {})
            grant = HeldGrant(role, ROLES[role].reach, permissions, self.school)
            ctx.actor = Actor("somebody", person.account_id, person.id, grants=(grant,))
            yield ctx

    @contextmanager
    def as_head(self) -> Iterator[Ctx]:
        with self.acting(self.head, "school_admin") as ctx:
            yield ctx

    def begun(self, ctx: Ctx, reason: str = "leaves") -> HandOver:
        """Begin to hand over all that the giver holds; yesterday was the last day."""
        giver = staff(ctx, self.giver.id)
        return begin(
            ctx, giver, school_id=self.school, reason=reason, last_day=ctx.today().replace(day=1)
        )


def staff(ctx: Ctx, staff_id: UUID) -> Staff:
    return ctx.session.scalars(select(Staff).where(Staff.id == staff_id)).one()


def charged(ctx: Ctx, role: str) -> dict[UUID, set[UUID]]:
    """Return who holds what through grants of a role, without an end: staff by class or child."""
    table, column = (
        (GrantChild, GrantChild.child_id)
        if role == "mentor"
        else (GrantHomeroom, GrantHomeroom.homeroom_id)
    )
    rows = ctx.session.execute(
        select(column, Membership.staff_id)
        .select_from(table)
        .join(Grant, Grant.id == table.grant_id)
        .join(Membership, Membership.id == Grant.membership_id)
        .where(Grant.role == role, table.ends_on.is_(None), Grant.ends_on.is_(None))
    )
    found: dict[UUID, set[UUID]] = {}
    for key, holder in rows:
        found.setdefault(key, set()).add(holder)
    return found


def desk(world: World) -> Desk:
    center = world.center()
    room = world.homeroom(center, "north")
    children = [world.child(center, "north", name=n, homeroom=room) for n in ("石小满", "高小远")]
    made = Desk(
        world, center, room, children,
        world.person(center, "school_admin", "north", name="方序"),
        world.person(center, "homeroom_teacher", "north", homerooms=(room,), name="林安"),
        world.person(center, "mentor", "north", name="周青"),
        world.person(center, "counsellor", "north", name="方明"),
    )  # fmt: skip
    with made.as_head() as ctx:
        membership = ctx.session.scalars(
            select(Membership).where(Membership.staff_id == made.giver.id)
        ).one()
        grant = Grant(
            school_id=made.school, membership_id=membership.id, role="mentor", reach="children",
            starts_on=BEGIN,
        )  # fmt: skip
        ctx.session.add(grant)
        ctx.session.flush()
        for child in children:
            ctx.session.add(
                GrantChild(
                    school_id=made.school, grant_id=grant.id, child_id=child, starts_on=BEGIN
                )
            )
        body = add_body(ctx, made.school, title="领导小组")
        post = add_post(ctx, body, title="组员")
        appoint(ctx, post, staff(ctx, made.giver.id))
        first = ctx.session.scalars(select(Child).where(Child.id == children[0])).one()
        made.concern = raise_concern(ctx, first, "mood").id
    return made


def pairings(row: HandOver) -> list[UUID]:
    return [item.id for item in row.items if item.kind == PAIRING]
