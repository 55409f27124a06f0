"""Addresses of pages for texts that are written where no page is shown, such as in a job."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select

from app.host.context import Ctx
from app.tenancy.models import Center, School

_MEMO = "notify_addresses"


def center_path(ctx: Ctx) -> str:
    """Return where the centre's pages begin: ``/c/<center>``, without a slash at the end."""
    return _paths(ctx)[None]


def school_path(ctx: Ctx, school_id: UUID) -> str:
    """Return where a school's pages begin: ``/c/<center>/s/<school>``."""
    return _paths(ctx)[school_id]


def _paths(ctx: Ctx) -> Mapping[UUID | None, str]:
    if _MEMO not in ctx.memo:
        slug = ctx.session.scalar(select(Center.slug).where(Center.id == ctx.scope.center_id))
        paths: dict[UUID | None, str] = {None: f"/c/{slug}"}
        for school_id, code in ctx.session.execute(select(School.id, School.code)):
            paths[school_id] = f"/c/{slug}/s/{code}"
        ctx.memo[_MEMO] = paths
    found: Mapping[UUID | None, str] = ctx.memo[_MEMO]
    return found
