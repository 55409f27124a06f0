"""At which hour a centre's people are reminded."""

from __future__ import annotations

from sqlalchemy import select

from app.audit.services import record as audit
from app.host.context import Ctx
from app.tenancy.models import Setting
from app.tenancy.settings import setting

DIGEST_HOUR = "digest_hour"
# Before the first lesson; the database's centers_to_notify says the same.
USUAL_HOUR = 7


def digest_hour(ctx: Ctx) -> int:
    """Return the hour (0 to 23, China) from which digests of a day are written."""
    return setting(ctx, DIGEST_HOUR, USUAL_HOUR)


def set_digest_hour(ctx: Ctx, hour: int) -> None:
    """Set the hour for the whole centre."""
    row = ctx.session.scalar(select(Setting).where(Setting.key == DIGEST_HOUR))
    if row is None:
        row = Setting(key=DIGEST_HOUR)
        ctx.session.add(row)
    row.value = {"value": hour}
    audit(ctx, "center.setting", key=DIGEST_HOUR, value=hour)
    ctx.session.flush()
