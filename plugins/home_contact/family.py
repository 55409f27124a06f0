"""What a family reads of the contacts with it."""

from __future__ import annotations

from app.sdk import Child, Ctx, Item, latest
from plugins.home_contact.kinds import ENTRY_KINDS

_TOLD = 5


def contacts_told(ctx: Ctx, child: Child) -> list[Item]:
    """Return the latest contacts that the family may read, the newest first."""
    return latest(ctx, child, _TOLD, kinds=ENTRY_KINDS)
