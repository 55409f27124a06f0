"""Tables of accounts: Account, Staff, Membership, Grant, Activation."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, SmallInteger, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, link, ref, unique
from app.db.mixins import (
    AccountScoped,
    CenterReadable,
    CenterScoped,
    SchoolOrCenter,
    SchoolScoped,
)
from app.db.sealed import Sealed
from app.kernel.ids import uuid7


class Account(Base):
    """A way to sign in. Who the person is says Staff or Guardian, per centre.

    A password set anew raises ``session_epoch``, which ends every session; ``ended_sessions`` are
    the stamps of those that were signed out.
    """

    __scope_kind__ = "global"
    __security__ = {
        "grants": (("SELECT, UPDATE", "qinchao_app"),),
        "reason": "read before a scope exists; one person may work in two centres",
    }

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    kind: Mapped[str]
    secret_hash: Mapped[str]
    secret_set_at: Mapped[datetime] = mapped_column(server_default=func.now())
    must_change: Mapped[bool] = mapped_column(default=False)
    session_epoch: Mapped[int] = mapped_column(default=0)
    ended_sessions: Mapped[list[str]] = mapped_column(
        ARRAY(Text), default=list, server_default="{}"
    )
    failed_count: Mapped[int] = mapped_column(SmallInteger, default=0)
    locked_until: Mapped[datetime | None]
    last_sign_in_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    locale: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AccountLogin(Base):
    """What an account signs in with: the blind index of a staff number or a phone.

    Neither is unique: a staff number repeats across centres, a phone within a family.
    """

    __scope_kind__ = "global"
    __security__ = {
        "grants": (("SELECT", "qinchao_app"),),
        "reason": "looked up at sign-in, before a scope exists",
    }
    __table_args__ = (Index(None, "login_index"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    login_index: Mapped[bytes] = mapped_column(primary_key=True)


class SignInEvent(Base):
    """A try to sign in: the append-only record that throttling counts."""

    __scope_kind__ = "global"
    __security__ = {
        "grants": (("SELECT, INSERT", "qinchao_app"),),
        "reason": "a failed sign-in belongs to no centre",
        "append_only": True,
    }
    __table_args__ = (Index(None, "login_index", "at"), Index(None, "address", "at"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    at: Mapped[datetime]
    login_index: Mapped[bytes]
    account_id: Mapped[UUID | None]
    outcome: Mapped[str]
    address: Mapped[str]


class Staff(CenterScoped, Base):
    """A person who works for or with the schools of a centre; an account is optional.

    ``kind``: teacher, retired, volunteer, partner. Families read the name alone.
    """

    __scope_kind__ = "staff"
    __security__ = {"family_reads": ("center_id", "id", "name")}
    __table_args__ = (unique("number"),)

    number: Mapped[str | None]
    name: Mapped[str]
    name_pinyin: Mapped[str]
    name_initials: Mapped[str]
    sex: Mapped[str] = mapped_column(default="unknown")
    kind: Mapped[str] = mapped_column(default="teacher")
    phone: Mapped[str | None] = mapped_column(Sealed("phone"))
    phone_index: Mapped[bytes | None]
    email: Mapped[str | None]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    left_on: Mapped[date | None]


class Membership(SchoolOrCenter, Base):
    """A person works at a school (or, without a school, at the centre) for a time.

    ``post`` is what the person is there, in the school's own words (校长, 语文教师).
    """

    staff_id: Mapped[UUID] = ref("staff")
    staff: Mapped[Staff] = link("staff_id")
    post: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class Grant(SchoolOrCenter, Base):
    """A role with a reach: center, school, homerooms, children or family.

    The permissions of one grant never combine with the reach of another. ``family`` is the reach
    of a mentor from outside who signs in (decision 0014): the paired children, until a day.
    """

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint(
            "reach IN ('center', 'school', 'homerooms', 'children', 'family')", name="reach"
        ),
        CheckConstraint("reach <> 'family' OR ends_on IS NOT NULL", name="family_ends"),
        CheckConstraint("(reach = 'center') = (school_id IS NULL)", name="reach_school"),
    )

    membership_id: Mapped[UUID] = ref("membership")
    membership: Mapped[Membership] = link("membership_id")
    role: Mapped[str]
    reach: Mapped[str]
    purpose: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class GrantHomeroom(SchoolScoped, Base):
    """A class that a grant reaches; for the class teacher this is the charge of the class."""

    grant_id: Mapped[UUID] = ref("role_grant")
    grant: Mapped[Grant] = link("grant_id")
    homeroom_id: Mapped[UUID] = ref("homeroom")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class GrantChild(SchoolScoped, Base):
    """A child that a grant reaches, such as a mentor's."""

    grant_id: Mapped[UUID] = ref("role_grant")
    grant: Mapped[Grant] = link("grant_id")
    child_id: Mapped[UUID] = ref("child")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class RolePermission(CenterReadable, Base):
    """A centre's own answer to what a role may do, over the default."""

    __table_args__ = (unique("role", "permission"),)

    role: Mapped[str]
    permission: Mapped[str]
    allowed: Mapped[bool]


class Activation(SchoolScoped, Base):
    """A single-use code by which a school vouches for a guardian; the code itself is not stored.

    It opens the pages of the guardian's children at that school. ``renews`` says what it may set
    a new PIN for: center (any account of the guardian), school (one that opens children of this
    school alone) or nothing; where it may not, the PIN of the account is asked for.
    ``disputed_at`` is when somebody of the family said that it was not opened by the guardian.
    """

    __table_args__ = (Index(None, "code_index"),)

    guardian_id: Mapped[UUID] = ref("guardian")
    code_index: Mapped[bytes]
    child_id: Mapped[UUID] = ref("child")
    made_by_id: Mapped[UUID | None] = ref("staff", index=False)
    made_at: Mapped[datetime]
    renews: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    disputed_at: Mapped[datetime | None]
    failed_count: Mapped[int] = mapped_column(SmallInteger, default=0)


class Draft(AccountScoped, Base):
    """What somebody has typed into a form and not sent yet."""

    __security__ = {"deletable": True}
    __table_args__ = (unique("account_id", "key"),)

    key: Mapped[str]
    body: Mapped[str] = mapped_column(Sealed("draft"))
    saved_at: Mapped[datetime]
