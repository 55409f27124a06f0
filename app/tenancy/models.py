"""Tables of tenancy: Center, School, Term, CalendarDay, Homeroom, Setting, Declared."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, SmallInteger, func
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, link, ref, unique
from app.db.mixins import CenterReadable, CenterScoped, FamilyReadable
from app.kernel.ids import uuid7


class Center(Base):
    """A township education centre (教管中心): the tenant."""

    __scope_kind__ = "global"
    __security__ = {
        "grants": (
            ("SELECT", "qinchao_app"),
            ("SELECT", "qc_center"),
            ("SELECT", "qc_school"),
            ("SELECT", "qc_family"),
        ),
        "reason": "the tenant itself: its slug is resolved before a scope exists",
    }

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    region: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class School(CenterScoped, Base):
    """A school or a teaching point (教学点), which hangs under its parent school.

    ``system`` is "6-3" or "5-4": years of primary and junior secondary.
    """

    __scope_kind__ = "place"
    __table_args__ = (
        unique("code"),
        CheckConstraint("system IN ('6-3', '5-4')", name="system"),
    )

    code: Mapped[str]
    name: Mapped[str]
    short_name: Mapped[str]
    stages: Mapped[list[str]]
    system: Mapped[str] = mapped_column(default="6-3")
    parent_school_id: Mapped[UUID | None] = ref("school", index=False)
    parent: Mapped[School | None] = link("parent_school_id")
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    phone: Mapped[str | None]
    address: Mapped[str | None]
    closed_on: Mapped[date | None]


class Term(CenterReadable, Base):
    """A school term; ``school_year`` is the year it begins in (2026 for 2026-2027学年)."""

    __table_args__ = (unique("school_year", "number"),)

    school_year: Mapped[int]
    number: Mapped[int] = mapped_column(SmallInteger)
    starts_on: Mapped[date]
    ends_on: Mapped[date]

    @property
    def code(self) -> str:
        """Return the term as commands write it: 2026-2027-1."""
        return f"{self.school_year}-{self.school_year + 1}-{self.number}"


class CalendarDay(CenterReadable, Base):
    """A day that differs from the ordinary week: a holiday or a working Saturday (调休).

    A day marked by mistake is "ordinary" again.
    """

    __table_args__ = (unique("day"),)

    day: Mapped[date]
    kind: Mapped[str]
    title: Mapped[str | None]


class Setting(CenterReadable, Base):
    """A value a centre wants its own way: wording, styles, numbers."""

    __table_args__ = (unique("key"),)

    key: Mapped[str]
    value: Mapped[dict[str, Any]]


class Declared(CenterScoped, Base):
    """What the centre's folder said when it was last applied, so that later changes show.

    ``key`` names an object such as ``school/JN01``, ``value`` holds its fields.
    """

    __table_args__ = (unique("key"),)

    key: Mapped[str]
    value: Mapped[dict[str, Any]]


class Homeroom(FamilyReadable, Base):
    """A class (班): its grade is derived from ``intake_year`` by date, never stored.

    ``also_intake_years`` makes a multi-grade class (复式班); ``title`` overrides the shown name.
    """

    __table_args__ = (unique("school_id", "stage", "intake_year", "number"),)

    school: Mapped[School] = link("school_id")
    stage: Mapped[str]
    intake_year: Mapped[int]
    number: Mapped[int] = mapped_column(SmallInteger)
    also_intake_years: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger), default=list)
    title: Mapped[str | None]
    closed_on: Mapped[date | None]
