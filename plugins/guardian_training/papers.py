"""The papers of a session: invitations, the sheet to sign, the log form, certificates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from app.sdk import (
    Certificate,
    Invitation,
    RecordForm,
    Register,
    RegisterColumn,
    certificates,
    invitations,
    qr_svg,
    record_forms,
    register,
)
from plugins.guardian_training.kinds import AUDIENCES, MEETING, MODES, PRESENT
from plugins.guardian_training.models import TrainingSession
from plugins.guardian_training.people import Person
from plugins.guardian_training.queries import Seat
from plugins.guardian_training.words import T

_SCREEN_MM = 120.0
_BLANK_LINES = 6
_NAMED = 60


def qr_of(address: str) -> str:
    """Return an address as a code to be scanned from a screen: SVG."""
    return qr_svg(address, printed_mm=_SCREEN_MM)


def audience_words(session: TrainingSession) -> str:
    """Return for whom a session is."""
    named = [str(AUDIENCES[one]) for one in session.course.audience]
    return "、".join(named) or str(T("All guardians"))


def when_words(session: TrainingSession) -> str:
    """Return day and hour of a session."""
    day = session.day
    text = str(T("{year}-{month}-{day}", year=day.year, month=day.month, day=day.day))
    return f"{text} {session.starts_at or ''}".strip()


def invitation_papers(
    session: TrainingSession, people: Sequence[Person], *, title: str, school: str, url: str,
    on: date,
) -> bytes:  # fmt: skip
    """Return an invitation for each of ``people`` as PDF, two to a page."""
    facts = [
        (str(T("When")), when_words(session)),
        (str(T("Where")), session.place or str(MODES[session.mode])),
        (str(T("Topic")), session.course.title),
    ]
    if session.course.lecturer:
        facts.append((str(T("Who speaks")), session.course.lecturer))
    text = str(T("If you cannot come, please tell the class teacher why: we repeat it, or come "
                 "to you."))  # fmt: skip
    papers = [
        Invitation(
            str(T("Invitation: {title}", title=title)),
            str(T("Dear {name}:", name=_called(one))),
            facts, text, school, url,
        )
        for one in people
    ]  # fmt: skip
    return invitations(papers, on=on)


def _called(person: Person) -> str:
    children = "、".join(bond.child.name for bond in person.bonds)
    if person.bonds:
        return f"{person.guardian.name or ''}（{children} {person.bonds[0].relation}）"
    return person.name


def sheet_to_sign(
    session: TrainingSession, seats: Sequence[Seat], rooms: Mapping[UUID, str], *, title: str,
    school: str,
) -> bytes:  # fmt: skip
    """Return the sign-in sheet as PDF: the names printed, room to sign, some empty lines."""
    rows = [
        [
            str(number), seat.person.guardian.name or "",
            "、".join(dict.fromkeys(bond.relation for bond in seat.person.bonds)),
            "、".join(_child(bond.child.name, rooms.get(bond.homeroom_id) if bond.homeroom_id
                            else None) for bond in seat.person.bonds),
            "", "",
        ]
        for number, seat in enumerate(seats, start=1)
    ]  # fmt: skip
    rows += [[str(len(rows) + more), "", "", "", "", ""] for more in range(1, _BLANK_LINES + 1)]
    return register(
        Register(
            title=str(T("Sign-in sheet: {title}", title=title)),
            unit=school,
            day=session.day,
            columns=[
                RegisterColumn(str(T("No.")), 2.4, "center"),
                RegisterColumn(str(T("Name")), 5),
                RegisterColumn(str(T("Relation")), 5),
                RegisterColumn(str(T("Child (class)")), 12),
                RegisterColumn(str(T("Signature")), 8),
                RegisterColumn(str(T("Remark")), 5),
            ],
            rows=rows,
            signatures=(T("Session leader"), T("Counted by"), T("Number present")),
            landscape=False,
            roomy=True,
        )
    )


def _child(name: str, room: str | None) -> str:
    return f"{name}（{room}）" if room else name


def log_form(
    session: TrainingSession,
    present: Sequence[Person],
    *,
    title: str,
    school: str,
    counts: tuple[int, int, int],
    missed: str,
    answers: str,
    on: date,
) -> bytes:
    """Return the log form of a session (隔代家长培训记录表) as PDF.

    ``counts`` are expected, present, absent; ``missed`` says why people did not come, ``answers``
    what those who came answered.
    """
    expected, came, absent = counts
    named = "、".join(one.name for one in present[:_NAMED])
    more = str(T("and others, {n} in all", n=len(present))) if len(present) > _NAMED else ""
    is_meeting = session.course.kind == MEETING
    kind = T("Parents' meeting log") if is_meeting else T("Log of {title}", title=title)
    form = RecordForm(
        title=str(kind),
        unit=school,
        facts=[
            (T("Topic"), session.course.title),
            (T("When"), when_words(session)),
            (T("Where"), session.place or str(MODES[session.mode])),
            (T("Lecturer"), session.course.lecturer or ""),
            (T("Meant for"), audience_words(session)),
            (T("Manner"), str(MODES[session.mode])),
            (T("Expected"), str(expected)),
            (T("Present / absent"), f"{came} / {absent}"),
        ],
        texts=[
            (T("Plan"), session.course.plan or ""),
            (T("Materials"), session.course.materials or ""),
            (T("How the session went"), session.summary or ""),
            (T("Who came"), f"{named}{more}"),
            (T("Why others did not"), missed),
            (T("What they said"), answers),
        ],
        signatures=(T("Session leader"), T("Written by"), T("Head of the school")),
    )
    return record_forms([form], on=on)


def certificate_papers(
    session: TrainingSession, people: Sequence[Person], *, title: str, school: str, on: date
) -> bytes:
    """Return a certificate for each who came, as PDF."""
    papers = [
        Certificate(
            title=str(T("Certificate of training")),
            name=one.name,
            text=str(
                T("You have taken part in “{course}” ({title}) on {day}. We certify it with our "
                  "thanks for the care you give.",
                  course=session.course.title, title=title, day=when_words(session))
            ),
            unit=school,
            number=f"{session.day:%Y%m%d}-{session.id.hex[-4:].upper()}-{number:03}",
        )
        for number, one in enumerate(people, start=1)
    ]  # fmt: skip
    return certificates(papers, on=on)


def staff_certificates(
    session: TrainingSession, names: Sequence[tuple[str, str]], *, school: str, on: date
) -> bytes:
    """Return a certificate for each teacher, given as name and credits, as PDF."""
    papers = [
        Certificate(
            title=str(T("Certificate of continuing education")),
            name=name,
            text=str(
                T("You have taken part in the training “{course}” on {day} and earned {credits} "
                  "credits of continuing education.",
                  course=session.course.title, day=when_words(session), credits=earned)
            ),
            unit=school,
            number=f"{session.day:%Y%m%d}-{session.id.hex[-4:].upper()}-{number:03}",
        )
        for number, (name, earned) in enumerate(names, start=1)
    ]  # fmt: skip
    return certificates(papers, on=on)


def present_people(seats: Sequence[Seat]) -> list[Person]:
    """Return who came."""
    return [seat.person for seat in seats if seat.state == PRESENT]
