"""Which records of children count."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_

from app.children.models import Child


def stands() -> ColumnElement[bool]:
    """Return the condition that a child's record is neither taken back nor a hidden double."""
    return and_(Child.voided_at.is_(None), Child.merged_into_id.is_(None))


def present() -> ColumnElement[bool]:
    """Return the condition that a child's record stands and the child is at a school."""
    return and_(stands(), Child.left_on.is_(None))
