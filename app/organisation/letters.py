"""Letters of responsibility (责任书): which are due, which are signed, marking them signed.

What is due follows from who holds what today, so a new school year or a new holder makes letters
due by itself. Only a signed letter is a row, with the words that were signed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select, text

from app.accounts.models import Staff
from app.children.listing import homerooms_query, in_school
from app.children.staff_of import class_teachers
from app.documents.pledges import Pledge
from app.documents.words import day_text
from app.host.checks import refuse_future
from app.host.context import Ctx
from app.kernel.errors import NotVisible, Refused
from app.kernel.grades import school_year
from app.kernel.text import T
from app.ledger.attachments import LIMIT_MB, Upload, media_type_of
from app.organisation.models import OrgPost, SignedLetter
from app.organisation.queries import (
    PostLine,
    at_place,
    bodies_at,
    post_title,
    posts_at,
    sector_word,
)
from app.organisation.services import audit
from app.organisation.wording import KINDS, fill, letter_text
from app.tenancy.models import Center, Homeroom, School
from app.tenancy.naming import class_title

MOST_AT_ONCE = 500
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('letters ' || :place, 0))")


@dataclass(frozen=True)
class DueLetter:
    """A letter that somebody has to sign in this school year; ``signed`` is the row once it is.

    ``place`` is the body or class, ``what`` the post in words.
    """

    kind: str
    staff: Staff
    place: str
    what: str
    duties: str = ""
    post: OrgPost | None = None
    homeroom: Homeroom | None = None
    signed: SignedLetter | None = None

    @property
    def about(self) -> tuple[UUID | None, UUID]:
        """Return the post or else the class, and the person."""
        place = self.post or self.homeroom
        return place.id if place else None, self.staff.id

    @property
    def key(self) -> str:
        """Return what names the letter in a form."""
        return ".".join(map(str, self.about))


def due_letters(ctx: Ctx, school_id: UUID | None) -> list[DueLetter]:
    """Return every letter of a place for the present school year: at most eight queries."""
    signed = {
        (row.post_id or row.homeroom_id, row.staff_id): row
        for row in signed_letters(ctx, school_id, school_year(ctx.today()))
    }
    rooms = _rooms(ctx, school_id)
    found = _of_posts(ctx, school_id, rooms) + _of_classes(ctx, rooms)
    found.sort(key=lambda letter: KINDS.index(letter.kind))
    return [replace(letter, signed=signed.get(letter.about)) for letter in found]


def signed_letters(ctx: Ctx, school_id: UUID | None, year: int) -> Sequence[SignedLetter]:
    """Return the signed letters of a place for a school year (2026 for 2026-2027)."""
    return ctx.session.scalars(
        select(SignedLetter)
        .where(
            at_place(SignedLetter, school_id),
            SignedLetter.school_year == year,
            SignedLetter.voided_at.is_(None),
        )
        .order_by(SignedLetter.recorded_at, SignedLetter.id)
    ).all()


def years_signed(ctx: Ctx, school_id: UUID | None) -> list[int]:
    """Return the school years that have signed letters, the latest first."""
    return list(
        ctx.session.scalars(
            select(SignedLetter.school_year)
            .where(at_place(SignedLetter, school_id), SignedLetter.voided_at.is_(None))
            .distinct()
            .order_by(SignedLetter.school_year.desc())
        )
    )


def letter_here(ctx: Ctx, letter_id: UUID, school_id: UUID | None) -> SignedLetter:
    """Return a signed letter of the place; raises :class:`NotVisible`."""
    row = ctx.session.scalar(
        select(SignedLetter).where(
            SignedLetter.id == letter_id,
            at_place(SignedLetter, school_id),
            SignedLetter.voided_at.is_(None),
        )
    )
    if row is None:
        raise NotVisible
    return row


def to_print(ctx: Ctx, school_id: UUID | None, chosen: Collection[DueLetter]) -> list[Pledge]:
    """Return letters ready to print; raises :class:`Refused` for none and for too many."""
    if not chosen:
        raise Refused(T("There is nothing to print."))
    if len(chosen) > MOST_AT_ONCE:
        raise Refused(T("At most {n} letters at once.", n=MOST_AT_ONCE))
    unit = unit_name(ctx, school_id)
    return [_worded(ctx, unit, due) for due in chosen]


def sign(
    ctx: Ctx, school_id: UUID | None, chosen: Collection[DueLetter], *, signed_on: date
) -> int:
    """Mark letters as signed on a day; return how many. Raises :class:`Refused`."""
    # Sent twice at once: the second waits, and finds them signed.
    ctx.session.execute(_LOCK, {"place": str(school_id or ctx.scope.center_id)})
    year = school_year(ctx.today())
    known = {(x.post_id or x.homeroom_id, x.staff_id) for x in signed_letters(ctx, school_id, year)}
    chosen = [due for due in chosen if due.about not in known]
    if not chosen:
        raise Refused(T("Tick at least one letter that is not signed yet."), "letters")
    refuse_future(ctx, signed_on, "signed_on")
    unit = unit_name(ctx, school_id)
    for due in chosen:
        letter = _worded(ctx, unit, due)
        ctx.session.add(
            SignedLetter(
                school_id=school_id,
                school_year=year,
                post_id=due.post.id if due.post else None,
                homeroom_id=due.homeroom.id if due.homeroom else None,
                staff_id=due.staff.id,
                what=letter.what,
                title=letter.title,
                text=letter.text,
                signed_on=signed_on,
                recorded_at=ctx.now(),
                recorded_by_id=ctx.actor.staff_id,
            )
        )
    audit(ctx, "letter.sign", school_id, letters=len(chosen))
    return len(chosen)


def unsign(ctx: Ctx, row: SignedLetter) -> None:
    """Take back that a letter was signed; it is due again."""
    row.voided_at = ctx.now()
    audit(ctx, "letter.void", row.school_id, letter=str(row.id))


def keep_scan(ctx: Ctx, row: SignedLetter, upload: Upload) -> None:
    """Keep the signed paper as a photo or PDF of at most 10 MB; raises :class:`Refused`."""
    if len(upload.body) > LIMIT_MB * 1024 * 1024:
        raise Refused(T("The file is bigger than {limit} MB.", limit=LIMIT_MB), "scan")
    kind = media_type_of(upload.body)
    if kind is None:
        raise Refused(T("Only photos (JPEG, PNG, WebP) and PDF files are accepted."), "scan")
    row.scan_key = ctx.files.put(ctx.scope.center_id, "letters", upload.body)
    row.scan_name, row.scan_type = upload.name[-120:], kind
    audit(ctx, "letter.scan", row.school_id, letter=str(row.id))


def unit_name(ctx: Ctx, school_id: UUID | None) -> str:
    """Return the name of the school or, without one, of the centre."""
    if school_id is None:
        return ctx.session.scalars(
            select(Center.name).where(Center.id == ctx.scope.center_id)
        ).one()
    return ctx.session.scalars(select(School.name).where(School.id == school_id)).one()


def _worded(ctx: Ctx, unit: str, due: DueLetter) -> Pledge:
    year = school_year(ctx.today())
    wording = letter_text(ctx, due.kind)
    values = {
        "姓名": due.staff.name,
        "岗位": due.what,
        "单位": unit,
        "班级": due.place if due.homeroom else "",
        "学年": f"{year}-{year + 1}",
        "职责": due.duties,
        "日期": day_text(ctx.today()),
    }
    what = f"{due.place} {due.what}".strip()
    return Pledge(
        fill(wording.title, values), fill(wording.text, values), unit, due.staff.name, what
    )


def _rooms(ctx: Ctx, school_id: UUID | None) -> dict[UUID, tuple[Homeroom, str]]:
    if school_id is None:
        return {}
    rows = ctx.session.execute(homerooms_query().where(Homeroom.school_id == school_id))
    return {
        room.id: (room, class_title(ctx, room, school.system))
        for room, school in rows
        if in_school(room, school, ctx.today())
    }


def _of_posts(
    ctx: Ctx, school_id: UUID | None, rooms: dict[UUID, tuple[Homeroom, str]]
) -> list[DueLetter]:
    """Return the letters of posts, by body and class; those of classes gone are left out."""
    bodies = {body.id: body.title for body in bodies_at(ctx, school_id)}
    order = {key: number for number, key in enumerate([*bodies, *rooms])}
    found: list[tuple[int, DueLetter]] = []
    for line in posts_at(ctx, school_id):
        post = line.post
        place = post.body_id or post.homeroom_id
        room, title = rooms.get(place, (None, bodies.get(place))) if place else (None, None)
        if place is None:
            title = sector_word(post.kind)
        if title is not None:
            rank = order[place] if place else len(order)
            found += [(rank, x) for x in _of_post(ctx, line, title, room)]
    return [letter for _rank, letter in sorted(found, key=lambda pair: pair[0])]


def _of_post(ctx: Ctx, line: PostLine, place: str, room: Homeroom | None) -> list[DueLetter]:
    post, title = line.post, post_title(line.post)
    kind = "post" if post.kind == "body" else post.kind
    return [
        DueLetter(
            "head" if post.leads and not held.row.deputy else kind, held.staff, place,
            str(T("{post} (deputy)", post=title)) if held.row.deputy else title,
            post.duties or "", post, room,
        )
        for held in line.held
        if held.working and held.row.starts_on <= ctx.today()
    ]  # fmt: skip


def _of_classes(ctx: Ctx, rooms: dict[UUID, tuple[Homeroom, str]]) -> list[DueLetter]:
    teachers = class_teachers(ctx, rooms) if rooms else {}
    return [
        DueLetter("class_teacher", teachers[key], title, str(T("Class teacher")), homeroom=room)
        for key, (room, title) in rooms.items()
        if key in teachers
    ]
