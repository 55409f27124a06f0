"""Rules that services of every feature put to what they are given."""

from __future__ import annotations

from datetime import date

from app.host.context import Ctx
from app.kernel.errors import Refused
from app.kernel.text import T


def refuse_future(ctx: Ctx, day: date | None, field: str) -> None:
    """Raise :class:`Refused` at ``field`` for a day after today in China; no day passes."""
    if day is not None and day > ctx.today():
        raise Refused(T("This day is in the future."), field)
