"""Tables of the module."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Numeric, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.sdk import Base, RecordScoped, SchoolScoped, ref
from plugins.health_checks.measures import NAMES, Value, bmi


class Round(SchoolScoped, Base):
    """A day (or days) on which a school has its pupils examined; ``provider`` is who examines."""

    __tablename__ = "health_checks_round"

    title: Mapped[str]
    held_on: Mapped[date]
    provider: Mapped[str | None]


class CheckUp(RecordScoped, Base):
    """What was measured of one child; eyesight is in the five-mark scale (5.0 is normal)."""

    __tablename__ = "health_checks_check_up"

    round_id: Mapped[UUID] = ref("health_checks_round")
    height_cm: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    weight_kg: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    vision_left: Mapped[Decimal | None] = mapped_column(Numeric(2, 1))
    vision_right: Mapped[Decimal | None] = mapped_column(Numeric(2, 1))
    vital_capacity_ml: Mapped[int | None] = mapped_column(SmallInteger)
    systolic: Mapped[int | None] = mapped_column(SmallInteger)
    diastolic: Mapped[int | None] = mapped_column(SmallInteger)
    chest_cm: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    hearing: Mapped[str | None]
    teeth: Mapped[str | None]
    note: Mapped[str | None]

    @property
    def bmi(self) -> Decimal | None:
        """Return the body mass index in kg/m²."""
        return bmi(self.height_cm, self.weight_kg)

    def values(self) -> dict[str, Value]:
        """Return the measures by name, numbers as decimals."""
        found: dict[str, Value] = {}
        for name in NAMES:
            value = getattr(self, name)
            found[name] = Decimal(value) if isinstance(value, int) else value
        return found
