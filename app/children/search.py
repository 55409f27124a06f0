"""Finding children: what is typed into the search box and chosen in the filters.

Row-level security evaluates only leakproof conditions with an index: so prefixes are ranges, not
LIKE, and numbers are blind indexes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, any_, func, literal, not_, or_, select

from app.children.attention import ATTENTION, no_phone
from app.children.classification import classified
from app.children.models import (
    Child,
    GuardianPhone,
    Guardianship,
    IdentityDocument,
    Placement,
)
from app.children.numbers import (
    identity_index,
    identity_tail_index,
    phone_index,
    phone_tail_index,
    pupil_number_index,
)
from app.children.permits import reached, visible
from app.children.standing import present
from app.db.conditions import refers
from app.host.context import Ctx
from app.kernel import names
from app.kernel.grades import intake_of
from app.tenancy.models import Homeroom, School

_LETTERS = re.compile(r"[a-z][a-z0-9 ']*")
_GRADE = re.compile(r"[1-9]")
_TAIL = re.compile(r"\d{3}[\dx]")
_IDENTITY = re.compile(r"\d{17}[\dx]")
_PUPIL_NUMBER = re.compile(r"[gjl]\d{17}[\dx]")
_PHONE = re.compile(r"1\d{10}|0\d{2,3}-?\d{7,8}")
_LAST = "\uffff"
_IDENTITIES, _PHONES = "children.identity", "children.contact"


@dataclass(frozen=True)
class Wanted:
    """What a list shows; an empty text leaves a filter out.

    ``homeroom`` is an id or "none", ``grade`` like "primary-3", ``education`` both, one, none,
    unknown or left_behind (both and one), ``civil`` yes, no or unknown, ``attention`` a name of
    :data:`app.children.attention.ATTENTION`.
    """

    q: str = ""
    school: str = ""
    homeroom: str = ""
    grade: str = ""
    sex: str = ""
    boarding: str = ""
    education: str = ""
    civil: str = ""
    attention: str = ""

    @property
    def by_category(self) -> bool:
        """Tell whether the classification decides who is shown."""
        return bool(self.education or self.civil or self._judged)

    @property
    def without_category(self) -> Wanted:
        """Return the same without what the classification decides."""
        kept = "" if self._judged else self.attention
        return replace(self, education="", civil="", attention=kept)

    @property
    def _judged(self) -> bool:
        return self.attention in ATTENTION and bool(ATTENTION[self.attention].said)


def children_query(ctx: Ctx, wanted: Wanted, permission: str = "children.view") -> Select[Any]:
    """Return the present pupils that ``permission`` reaches and ``wanted`` describes.

    The columns are Child, School, the open Placement and its Homeroom (or None), and whether
    somebody of the family can be called.
    """
    statement = (
        select(Child, School, Placement, Homeroom, not_(no_phone(ctx)).label("phone"))
        .join(School, refers(Child.school_id, School))
        .outerjoin(
            Placement,
            and_(
                refers(Placement.child_id, Child),
                Placement.ends_on.is_(None),
            ),
        )
        .outerjoin(Homeroom, refers(Placement.homeroom_id, Homeroom))
        .where(present())
    )
    seen = visible(ctx, permission, cast("Select[Any]", statement))
    return _by_category(ctx, seen.where(*_conditions(ctx, wanted)), wanted)


def _conditions(ctx: Ctx, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.q.strip():
        found.append(matches(ctx, wanted.q))
    if wanted.school:
        found.append(School.code == wanted.school)
    if wanted.homeroom:
        found.append(_in_homeroom(wanted.homeroom))
    if wanted.grade:
        found.append(_in_grade(ctx, wanted.grade))
    if wanted.sex:
        found.append(Child.sex == wanted.sex)
    if wanted.boarding:
        found.append(Child.boarding == wanted.boarding)
    special = ATTENTION.get(wanted.attention)
    if special is not None and special.condition is not None:
        found.append(special.condition(ctx))
    return found


def _by_category(ctx: Ctx, statement: Select[Any], wanted: Wanted) -> Select[Any]:
    if not wanted.by_category:
        return statement
    table = classified(ctx.today())
    joined = and_(table.c.center_id == Child.center_id, table.c.child_id == Child.id)
    statement = statement.join(table, joined)
    special = ATTENTION.get(wanted.attention)
    if special is not None and special.said:
        statement = statement.where(special.judged(table))
    if wanted.education:
        values = ("both", "one") if wanted.education == "left_behind" else (wanted.education,)
        statement = statement.where(table.c.education.in_(values))
    if wanted.civil:
        statement = statement.where(table.c.civil == wanted.civil)
    return statement


def _in_homeroom(text: str) -> ColumnElement[bool]:
    if text == "none":
        return Placement.id.is_(None)
    try:
        return Placement.homeroom_id == UUID(text)
    except ValueError:
        return Placement.id.is_(None) & Placement.id.is_not(None)


def _in_grade(ctx: Ctx, text: str) -> ColumnElement[bool]:
    stage, _, grade = text.partition("-")
    year = intake_of(int(grade), ctx.today()) if _GRADE.fullmatch(grade) else 0
    return and_(
        Homeroom.stage == stage,
        or_(Homeroom.intake_year == year, literal(year) == any_(Homeroom.also_intake_years)),
    )


def matches(ctx: Ctx, typed: str) -> ColumnElement[bool]:
    """Return the condition that a child is meant by ``typed``: a name, pinyin or a number."""
    text = names.normalise(typed).lower()
    plain = text.replace(" ", "")
    number = _by_number(ctx, plain)
    if number is not None:
        return number
    if _LETTERS.fullmatch(text):
        letters = re.sub(r"[^a-z0-9]", "", text)
        return or_(_begins(Child.name_pinyin, letters), _begins(Child.name_initials, letters))
    return or_(func.strpos(Child.name, text) > 0, Child.former_name == text)


def _begins(column: Any, text: str) -> ColumnElement[bool]:
    return and_(column >= text, column < text + _LAST)


def _by_number(ctx: Ctx, text: str) -> ColumnElement[bool] | None:
    if _PUPIL_NUMBER.fullmatch(text):
        return Child.pupil_number_index == pupil_number_index(text)
    if _TAIL.fullmatch(text):
        return _by_tail(ctx, text)
    if _IDENTITY.fullmatch(text) and ctx.actor.holds(_IDENTITIES):
        return _with_identity(ctx, IdentityDocument.number_index == identity_index(text))
    if _PHONE.fullmatch(text) and ctx.actor.holds(_PHONES):
        return _with_phone(ctx, GuardianPhone.number_index == phone_index(text))
    return None


def _by_tail(ctx: Ctx, text: str) -> ColumnElement[bool] | None:
    """Four last characters may be those of an identity number or of a guardian's telephone."""
    found: list[ColumnElement[bool]] = []
    if ctx.actor.holds(_IDENTITIES):
        found.append(_with_identity(ctx, IdentityDocument.tail_index == identity_tail_index(text)))
    if text.isdigit() and ctx.actor.holds(_PHONES):
        found.append(_with_phone(ctx, GuardianPhone.tail_index == phone_tail_index(text)))
    return or_(*found) if found else None


def _with_identity(ctx: Ctx, matches: ColumnElement[bool]) -> ColumnElement[bool]:
    documents = select(IdentityDocument.child_id).where(
        matches, IdentityDocument.voided_at.is_(None)
    )
    return _among(ctx, _IDENTITIES, documents)


def _with_phone(ctx: Ctx, matches: ColumnElement[bool]) -> ColumnElement[bool]:
    phones = select(GuardianPhone.guardian_id).where(matches, GuardianPhone.voided_at.is_(None))
    people = ctx.session.scalars(phones).all()
    of_them = select(Guardianship.child_id).where(Guardianship.guardian_id.in_(people))
    return _among(ctx, _PHONES, of_them)


def _among(ctx: Ctx, permission: str, found: Select[Any]) -> ColumnElement[bool]:
    """Whom a number finds: only children whose number ``permission`` lets one see.

    The few ids are read first, step by step along indexes: in one query with the list, a planner
    that counts on a centre of usual size reads whole tables again and again in a small one.
    """
    return Child.id.in_(reached(ctx, permission, ctx.session.scalars(found).all()))
