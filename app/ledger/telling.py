"""Telling families what is new for them, and the school what a family contests."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from sqlalchemy import exists, or_, select, text
from sqlalchemy.orm import aliased

from app.accounts.permissions import permissions_of
from app.accounts.roles import STAFF_ROLES
from app.children.models import Child, Guardian, Guardianship
from app.db.conditions import any_of, open_on, refers
from app.host.context import Ctx
from app.kernel.text import T
from app.ledger.models import Entry
from app.notify.addresses import center_path
from app.notify.services import tell
from app.notify.texts import kept

_TELL = text("SELECT tell_contested(:entry, :roles, cast(:words AS jsonb), :address, :moment)")
_HEADS = "school.manage"


def tell_contested(ctx: Ctx, child: Child, entry: Entry) -> None:
    """Tell who wrote an entry down, whose contact it was, and who runs the school; once each.

    Works in the family's scope only: nobody else contests.
    """
    heads = [r for r in STAFF_ROLES if _HEADS in permissions_of(r, ctx.registry.permissions, {})]
    kind = ctx.registry.entry_kinds[entry.kind].title
    words = T(
        "A family says it was not so: {child}, {kind} of {day}",
        child=child.name, kind=kind, day=entry.happened_on.isoformat(),
    )  # fmt: skip
    values = {
        "entry": entry.id,
        "roles": heads,
        "words": json.dumps(kept(words)),
        "address": f"{center_path(ctx)}/children/{child.id}/timeline#entry-{entry.id}",
        "moment": ctx.now(),
    }
    ctx.session.execute(_TELL, values)


class Named(Protocol):
    """A child as it is told of."""

    @property
    def id(self) -> UUID:
        """Return its id."""

    @property
    def name(self) -> str:
        """Return its name."""


def tell_families(ctx: Ctx, kind: str, children: Sequence[Named]) -> int:
    """Tell guardians who read a child's page that an entry of ``kind`` is new there.

    One notice a guardian, whatever the number of brothers and sisters; return how many were told.
    """
    names: dict[UUID, list[str]] = defaultdict(list)
    readers = _readers(ctx, [child.id for child in children])
    for child in children:
        for account in readers.get(child.id, ()):
            names[account].append(child.name)
    what = ctx.registry.entry_kinds[kind].title
    by_words: dict[str, list[UUID]] = defaultdict(list)
    for account, found in names.items():
        by_words["、".join(found)].append(account)
    page = f"/family/{center_path(ctx).rpartition('/')[2]}/"
    for words, accounts in by_words.items():
        title = T("New from the school: {kind}, {child}", kind=what, child=words)
        tell(ctx, accounts, "ledger.new", title, page)
    return len(names)


def _readers(ctx: Ctx, child_ids: Sequence[UUID]) -> Mapping[UUID, set[UUID]]:
    """Return, by child, the accounts of the guardians to whom its page is open; one query."""
    vouched = aliased(Guardianship)
    same_school = exists().where(
        vouched.center_id == Guardianship.center_id,
        vouched.guardian_id == Guardianship.guardian_id,
        vouched.school_id == Guardianship.school_id,
        vouched.vouched_school_id == Guardianship.school_id,
    )
    rows = ctx.session.execute(
        select(Guardianship.child_id, Guardian.account_id)
        .join(Guardian, refers(Guardianship.guardian_id, Guardian))
        .where(
            any_of(Guardianship.child_id, child_ids),
            open_on(Guardianship, ctx.today()),
            Guardianship.barred.is_(False),
            or_(Guardianship.vouched_school_id.is_not(None), same_school),
            Guardian.account_id.is_not(None),
            Guardian.voided_at.is_(None),
        )
    )
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for child, account in rows:
        if account is not None:
            found[child].add(account)
    return found
