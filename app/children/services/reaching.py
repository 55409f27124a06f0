"""What becomes of a telephone number when somebody calls it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from app.children.models import GuardianPhone
from app.host.context import Ctx


def number_reached(ctx: Ctx, phone: GuardianPhone, on: date) -> None:
    """Note that somebody answered at a number on a day: it lives, and earlier tries are forgotten.

    A day before the latest known one changes nothing.
    """
    if phone.last_reached_on and phone.last_reached_on > on:
        return
    phone.last_reached_on = on
    phone.failed_tries = 0
    phone.dead_on = None
    ctx.session.flush()


def number_failed(ctx: Ctx, phone: GuardianPhone, on: date) -> int:
    """Note that nobody answered at a number on a day; return how often that was so in a row.

    A try before the day it was last answered does not count.
    """
    if phone.last_reached_on is None or phone.last_reached_on < on:
        phone.failed_tries += 1
        ctx.session.flush()
    return phone.failed_tries


def number_recounted(
    ctx: Ctx, phone: GuardianPhone, *, answered: Collection[date], tried: Collection[date]
) -> None:
    """Count a number anew after a call was taken back: days it was answered, and tried in vain."""
    phone.last_reached_on = max(answered, default=None)
    phone.failed_tries = sum(
        phone.last_reached_on is None or phone.last_reached_on < day for day in tried
    )
    ctx.session.flush()
