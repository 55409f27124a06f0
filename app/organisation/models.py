"""Tables of the organisation: bodies, posts, who holds them, sectors, signed letters.

Rows carry the days from which and to which (inclusive) they count; nothing is deleted. Without a
school a row is the centre's own.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Staff
from app.db.base import Base, link, ref
from app.db.mixins import ChildStaffOnly, SchoolOrCenter
from app.tenancy.models import Homeroom


class OrgBody(SchoolOrCenter, Base):
    """A leading group (领导小组), working group or office of a school or of the centre."""

    title: Mapped[str]
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class OrgPost(SchoolOrCenter, Base):
    """Something that somebody has to answer for.

    ``kind``: body (a post in a body), subject (``title`` is taught to a class), village (包村) or
    group (蹲组). ``leads`` marks the first person responsible (第一责任人). The charge of a class
    is no post: it is the class teacher's grant.
    """

    __table_args__ = (
        CheckConstraint("kind <> 'body' OR body_id IS NOT NULL", name="body"),
        CheckConstraint("kind <> 'subject' OR homeroom_id IS NOT NULL", name="subject"),
    )

    kind: Mapped[str]
    body_id: Mapped[UUID | None] = ref("org_body")
    body: Mapped[OrgBody | None] = link("body_id")
    homeroom_id: Mapped[UUID | None] = ref("homeroom")
    homeroom: Mapped[Homeroom | None] = link("homeroom_id")
    title: Mapped[str]
    duties: Mapped[str | None]
    leads: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class PostHolder(SchoolOrCenter, Base):
    """A person holds a post, as principal or as ``deputy``, for a time."""

    post_id: Mapped[UUID] = ref("org_post")
    post: Mapped[OrgPost] = link("post_id")
    staff_id: Mapped[UUID] = ref("staff")
    staff: Mapped[Staff] = link("staff_id")
    deputy: Mapped[bool] = mapped_column(default=False)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class SectorChild(ChildStaffOnly, Base):
    """A child belongs to a village or group sector for a time."""

    post_id: Mapped[UUID] = ref("org_post")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class SignedLetter(SchoolOrCenter, Base):
    """A letter of responsibility (责任书) that somebody signed for a school year.

    ``post_id`` or, for a class teacher, ``homeroom_id`` says what for. ``title`` and ``text`` are
    what was signed, frozen. Which letters are still due is no row: it follows from who holds what.
    """

    __table_args__ = (Index(None, "center_id", "school_id", "school_year"),)

    school_year: Mapped[int]
    post_id: Mapped[UUID | None] = ref("org_post")
    homeroom_id: Mapped[UUID | None] = ref("homeroom")
    staff_id: Mapped[UUID] = ref("staff")
    staff: Mapped[Staff] = link("staff_id")
    what: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    signed_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None] = ref("staff", index=False)
    recorded_by: Mapped[Staff | None] = link("recorded_by_id")
    scan_key: Mapped[str | None]
    scan_name: Mapped[str | None]
    scan_type: Mapped[str | None]
    voided_at: Mapped[datetime | None]
