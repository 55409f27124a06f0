"""Signing in by phone: an account and the code on the wall, or that code and four digits.

The code belongs to one session and one opening of its door; nobody can tell it from what the
database shows, it ends with the door, and it dies after thirty wrong tries. What a phone says is
the family's word; a teacher who sees the room takes it into the list.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import func, select

from app.sdk import CHINA, Child, Ctx, Guardianship, Refused, audit, blind, open_on, relation_words
from plugins.guardian_training.kinds import HERE
from plugins.guardian_training.models import TrainingSession, Word
from plugins.guardian_training.people import adults, numbers_of
from plugins.guardian_training.sessions import demand_on
from plugins.guardian_training.words import T

DIES_AFTER = 30
_OWN_TRIES = 5
_WRONG = "wrong"
_DIGITS = 4


@dataclass(frozen=True)
class Tried:
    """What became of a try: ok, wrong, closed, or which (whose of ``relations``?)."""

    result: str
    name: str = ""
    relations: tuple[str, ...] = ()


def open_door(ctx: Ctx, session: TrainingSession, *, hours: int) -> None:
    """Let people sign in from now on, for some hours at most until midnight, with a new code.

    Raises :class:`Refused` on another day than the session's.
    """
    demand_on(session)
    if session.day != ctx.today():
        raise Refused(T("Signing in by phone is for the day of the session."))
    midnight = datetime.combine(session.day + timedelta(days=1), time(), CHINA)
    session.door_opened_at, session.door_failures = ctx.now(), 0
    session.door_until = min(ctx.now() + timedelta(hours=hours), midnight)
    ctx.session.flush()
    _audit(ctx, "guardian_training.door.begin", session)


def close_door(ctx: Ctx, session: TrainingSession) -> None:
    """Let nobody sign in any more."""
    session.door_until = None
    ctx.session.flush()
    _audit(ctx, "guardian_training.door.close", session)


def is_open(ctx: Ctx, session: TrainingSession) -> bool:
    """Tell whether one can sign in by phone now."""
    return (
        session.cancelled_at is None
        and session.door_until is not None
        and session.door_until > ctx.now()
        and session.door_failures < DIES_AFTER
    )


def token_of(session: TrainingSession) -> str:
    """Return the code in the QR code of an open door."""
    return _secret(session).hex()[:24]


def code_of(session: TrainingSession) -> str:
    """Return the six digits that stand beside the QR code."""
    return f"{int.from_bytes(_secret(session)[-8:], 'big') % 1_000_000:06}"


def _secret(session: TrainingSession) -> bytes:
    opened = session.door_opened_at
    text = f"{session.id}:{int(opened.timestamp() * 1_000_000) if opened else 0}"
    found = blind(text, "guardian_training.door")
    assert found is not None  # noqa: S101 (a non-empty text always has one)
    return found


def _fits(session: TrainingSession, typed: str) -> bool:
    plain = "".join(typed.split()).lower().encode()
    right = (token_of(session), code_of(session))
    return any(hmac.compare_digest(plain, one.encode()) for one in right)


def sign_in_own(ctx: Ctx, session: TrainingSession, typed: str) -> Tried:
    """Let a guardian who is signed in say that they are there."""
    guardian_id, child = ctx.actor.guardian_id, own_child(ctx, session)
    if guardian_id is None or child is None or not is_open(ctx, session):
        return Tried("closed")
    if _wrong_tries(ctx, session, guardian_id) >= _OWN_TRIES:
        return Tried("closed")
    right = _fits(session, typed)
    say(ctx, session, guardian_id, child, HERE if right else _WRONG, way="qr")
    return Tried("ok", ctx.actor.name) if right else Tried("wrong")


def _wrong_tries(ctx: Ctx, session: TrainingSession, guardian_id: UUID) -> int:
    """Count wrong tries since the door was opened."""
    counted = select(func.count()).select_from(Word).where(
        Word.session_id == session.id,
        Word.guardian_id == guardian_id,
        Word.what == _WRONG,
        Word.at >= session.door_opened_at,
    )  # fmt: skip
    return ctx.session.execute(counted).scalar_one()


def sign_in_by_digits(
    ctx: Ctx, session_id: UUID, *, typed: str, digits: str, relation: str = ""
) -> Tried:
    """Let somebody without an account sign in with the code and the last digits of the phone.

    ``ctx`` works at the school for nobody. A wrong code and unknown digits look the same and count
    the same. Of several with the same digits, grandmother and grandfather with one telephone,
    ``relation`` says which.
    """
    session = ctx.session.scalar(
        select(TrainingSession).where(TrainingSession.id == session_id).with_for_update()
    )
    if session is None or not is_open(ctx, session):
        return Tried("closed")
    found = _by_digits(ctx, session, digits) if _fits(session, typed) else []
    if not found:
        session.door_failures += 1
        ctx.session.flush()
        return Tried("wrong")
    relations = tuple(dict.fromkeys(one.relation for one in found))
    chosen = [one for one in found if one.relation == relation] if relation else found
    if len({one.guardian_id for one in chosen}) != 1:
        return Tried("which" if not relation and len(relations) > 1 else "several", "", relations)
    one = chosen[0]
    say(ctx, session, one.guardian_id, one.child_id, HERE, way="code")
    return Tried("ok", masked(one.name))


@dataclass(frozen=True)
class _Found:
    guardian_id: UUID
    child_id: UUID
    name: str
    relation: str


def _by_digits(ctx: Ctx, session: TrainingSession, digits: str) -> list[_Found]:
    """Return whose number ends so, of the class or school of a session."""
    if len(digits) != _DIGITS or not digits.isdecimal():
        return []
    who = adults(ctx, None, homeroom_id=session.homeroom_id)
    here = {
        row.guardian_id: row
        for row in ctx.session.execute(select(who).where(who.c.school_id == session.school_id))
    }
    numbers = numbers_of(ctx, here)
    ids = [g for g, known in numbers.items() if any(n[-_DIGITS:] == digits for n in known)]
    bonds = ctx.session.execute(
        select(Guardianship.guardian_id, Guardianship.relation, Guardianship.relation_note)
        .where(Guardianship.guardian_id.in_(ids), open_on(Guardianship, ctx.today()))
        .order_by(Guardianship.position, Guardianship.id)
    )
    relations = {g: relation_words(relation, note) for g, relation, note in bonds}
    return [
        _Found(g, here[g].child_id, here[g].name or "", relations[g]) for g in ids
        if g in relations
    ]  # fmt: skip


def masked(name: str) -> str:
    """Return a name that tells only its bearer: the surname."""
    return name[:1] + "*" * (len(name) - 1)


def own_child(ctx: Ctx, session: TrainingSession) -> UUID | None:
    """Return the eldest of the family's children at the school of a session."""
    return ctx.session.scalar(
        select(Child.id)
        .where(Child.school_id == session.school_id)
        .order_by(Child.birth_date, Child.id)
        .limit(1)
    )


def say(
    ctx: Ctx,
    session: TrainingSession,
    guardian_id: UUID,
    child_id: UUID,
    what: str,
    *,
    way: str,
    value: int | None = None,
) -> None:
    """Keep what a guardian says of a session."""
    ctx.session.add(
        Word(
            school_id=session.school_id, child_id=child_id, session_id=session.id,
            guardian_id=guardian_id, what=what, value=value, way=way, at=ctx.now(),
        )
    )  # fmt: skip
    ctx.session.flush()


def _audit(ctx: Ctx, action: str, session: TrainingSession) -> None:
    audit(
        ctx, action, object_type="guardian_training_session", object_id=session.id,
        school_id=session.school_id,
    )  # fmt: skip
