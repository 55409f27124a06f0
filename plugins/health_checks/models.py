"""Tables of the module."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Numeric, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.sdk import Base, ChildScoped, FollowUp, FollowUpStep, RecordScoped, SchoolScoped, ref
from plugins.health_checks.items import KEPT, Value, value_of


class Round(SchoolScoped, Base):
    """A campaign: a school has its pupils examined from a day on by ``provider``.

    ``items`` are the names of what is examined, ``own_items`` the titles of the school's own ones.
    ``school_year`` is the year in which it began.
    """

    __tablename__ = "health_checks_round"

    title: Mapped[str]
    school_year: Mapped[int] = mapped_column(SmallInteger)
    held_on: Mapped[date]
    provider: Mapped[str | None]
    items: Mapped[list[str]]
    own_items: Mapped[list[str]] = mapped_column(default=list)


class CheckUp(RecordScoped, Base):
    """What was measured of one child, and how it was screened on that day.

    Eyesight is in the five-mark scale (5.0 is normal). ``more`` has the items without a column.
    From ``age_band`` on it is computed by the tables named ``standards`` and changes only with the
    measures: another edition screens later check-ups, never this one.
    """

    __tablename__ = "health_checks_check_up"
    __table_args__ = (Index(None, "center_id", "school_id", "round_id"),)

    round_id: Mapped[UUID] = ref("health_checks_round")
    height_cm: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    weight_kg: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    vision_left: Mapped[Decimal | None] = mapped_column(Numeric(2, 1))
    vision_right: Mapped[Decimal | None] = mapped_column(Numeric(2, 1))
    vital_capacity_ml: Mapped[int | None] = mapped_column(SmallInteger)
    systolic: Mapped[int | None] = mapped_column(SmallInteger)
    diastolic: Mapped[int | None] = mapped_column(SmallInteger)
    chest_cm: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    teeth_milk: Mapped[int | None] = mapped_column(SmallInteger)
    teeth_permanent: Mapped[int | None] = mapped_column(SmallInteger)
    more: Mapped[dict[str, Any]] = mapped_column(default=dict)
    age_band: Mapped[Decimal | None] = mapped_column(Numeric(3, 1))
    bmi: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    weight: Mapped[str | None]
    stunting: Mapped[str | None]
    vision: Mapped[str | None]
    vital_capacity_score: Mapped[int | None] = mapped_column(SmallInteger)
    caries: Mapped[str | None]
    blood_pressure: Mapped[str | None]
    spine: Mapped[str | None]
    grade: Mapped[int | None] = mapped_column(SmallInteger)
    standards: Mapped[str]

    def value(self, name: str) -> Value:
        """Return an item, numbers as decimals; None when it was not examined."""
        if name in KEPT:
            found = getattr(self, name)
            return Decimal(found) if isinstance(found, int) else found
        return value_of(name, self.more.get(name))

    def values(self, names: Iterable[str]) -> dict[str, Value]:
        """Return items by name."""
        return {name: self.value(name) for name in names}


class Referral(FollowUp, ChildScoped, Base):
    """What a check-up found abnormal, open until somebody has answered it.

    ``findings`` are words of the standards; ``severe`` ones call for a visit.
    """

    __tablename__ = "health_checks_referral"
    __table_args__ = (Index(None, "center_id", "school_id", "closed_on"),)

    round_id: Mapped[UUID] = ref("health_checks_round")
    findings: Mapped[list[str]]
    severe: Mapped[bool]


class ReferralStep(FollowUpStep, RecordScoped, Base):
    """Something done about a referral: told the family, examined again, seen by a doctor."""

    __tablename__ = "health_checks_referral_step"
    __follows__ = "health_checks_referral"
