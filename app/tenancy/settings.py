"""What a centre wants its own way, by key; its folder declares it (center.toml, wording.toml)."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import select

from app.host.context import Ctx
from app.tenancy.models import Setting

JUNIOR_STYLE = "junior_style"
HOTLINES = "hotlines"
SLOGAN = "slogan"
CONTACT_CARD_TITLE = "wording.contact_card_title"

_MEMO = "settings"
Value = TypeVar("Value")


def setting(ctx: Ctx, key: str, default: Value) -> Value:
    """Return the centre's value, else ``default``; a value of another type counts as none.

    All values are read by the first call of a unit of work.
    """
    if _MEMO not in ctx.memo:
        rows: Any = ctx.session.execute(select(Setting.key, Setting.value))
        ctx.memo[_MEMO] = {row.key: row.value.get("value") for row in rows}
    found = ctx.memo[_MEMO].get(key)
    return found if isinstance(found, type(default)) else default
