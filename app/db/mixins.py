"""The kinds of tenant tables: a model says which one it is and gets columns, keys and policies."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.db.base import ref
from app.db.scope import ScopeError, current_scope
from app.kernel.ids import uuid7


def _center() -> UUID:
    scope = current_scope()
    if scope is None:
        raise ScopeError("a tenant row is written without a scope")
    return scope.center_id


class CenterScoped:
    """Rows of a centre, for the centre's own reach.

    Example: ``class Publisher(CenterScoped, Base): __tablename__ = "library_loans_publisher"``
    """

    __scope_kind__: ClassVar[str] = "center"

    center_id: Mapped[UUID] = mapped_column(primary_key=True, default=_center, sort_order=-30)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7, sort_order=-29)


class CenterReadable(CenterScoped):
    """Rows of a centre that everyone in it may read: the calendar, terms, policies.

    Example: ``class Wish(CenterReadable, Base): __tablename__ = "library_loans_wish"``
    """

    __scope_kind__ = "center-read"


class SchoolScoped(CenterScoped):
    """Rows of one school.

    Example: ``class Shelf(SchoolScoped, Base): __tablename__ = "library_loans_shelf"``
    """

    __scope_kind__ = "school"

    @declared_attr
    def school_id(cls) -> Mapped[UUID]:
        """Return the school that has the row."""
        column: Mapped[UUID] = ref("school", sort_order=-28)
        return column


class SchoolOrCenter(CenterScoped):
    """Rows of one school or, without a school, of the centre's office.

    Example: ``class Order(SchoolOrCenter, Base): __tablename__ = "library_loans_order"``
    """

    __scope_kind__ = "school"

    @declared_attr
    def school_id(cls) -> Mapped[UUID | None]:
        """Return the school that has the row, if one has."""
        column: Mapped[UUID | None] = ref("school", sort_order=-28, nullable=True)
        return column


class Floor(SchoolOrCenter):
    """Rows of one school or, without a school, of the centre for all its schools to read."""

    __scope_kind__ = "floor"


class FamilyReadable(SchoolScoped):
    """Rows of one school that its families may read: its classes.

    Example: ``class Hours(FamilyReadable, Base): __tablename__ = "library_loans_hours"``
    """

    __scope_kind__ = "school-read"


class ChildScoped(SchoolScoped):
    """Rows about one child; ``school_id`` is custody: the school that has the child now.

    Example: ``class Card(ChildScoped, Base): __tablename__ = "library_loans_card"``
    """

    __scope_kind__ = "child"

    @declared_attr
    def child_id(cls) -> Mapped[UUID]:
        """Return the child concerned."""
        column: Mapped[UUID] = ref("child", sort_order=-27)
        return column


class ChildStaffOnly(ChildScoped):
    """Rows about a child that families never see.

    Example: ``class Worry(ChildStaffOnly, Base): __tablename__ = "library_loans_worry"``
    """

    __scope_kind__ = "child-staff"


class ChildFamily(ChildScoped):
    """Rows about a child that its family may also write: answers, corrections, confirmations.

    Example: ``class Answer(ChildFamily, Base): __tablename__ = "library_loans_answer"``
    """

    __scope_kind__ = "child-family"


class RecordScoped(ChildScoped):
    """A module's own columns of one ledger entry; ``id`` is the entry's.

    Example: ``class Gift(RecordScoped, Base): __tablename__ = "library_loans_gift"``
    """

    __scope_kind__ = "record"
    id: Mapped[UUID] = ref("entry", index=False, primary_key=True, sort_order=-29)


class GuardianScoped(CenterScoped):
    """Rows about a guardian, seen through a visible child.

    Example: ``class Reader(GuardianScoped, Base): __tablename__ = "library_loans_reader"``
    """

    __scope_kind__ = "guardian"

    @declared_attr
    def guardian_id(cls) -> Mapped[UUID]:
        """Return the guardian concerned."""
        column: Mapped[UUID] = ref("guardian", sort_order=-28)
        return column


class TransferScoped(CenterScoped):
    """Rows that two schools share while a child moves between them."""

    __scope_kind__ = "transfer"

    @declared_attr
    def from_school_id(cls) -> Mapped[UUID]:
        """Return the school that gives the child."""
        column: Mapped[UUID] = ref("school", sort_order=-28)
        return column

    @declared_attr
    def to_school_id(cls) -> Mapped[UUID]:
        """Return the school that takes the child."""
        column: Mapped[UUID] = ref("school", sort_order=-27)
        return column


class AccountScoped(CenterScoped):
    """Rows that belong to one person alone: drafts, notices."""

    __scope_kind__ = "account"
    account_id: Mapped[UUID] = mapped_column(sort_order=-28, index=True)


__all__ = [
    "AccountScoped",
    "CenterReadable",
    "CenterScoped",
    "ChildFamily",
    "ChildScoped",
    "ChildStaffOnly",
    "FamilyReadable",
    "Floor",
    "GuardianScoped",
    "RecordScoped",
    "SchoolOrCenter",
    "SchoolScoped",
    "TransferScoped",
]
