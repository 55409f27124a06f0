"""A session's pages: who is invited, who came, signing in by phone, its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from app.sdk import (
    NotVisible,
    Refused,
    Upload,
    can,
    class_names,
    class_options,
    colleagues,
    ctx,
    download,
    met_by,
    module_settings,
    permission,
    school_id,
    sentence_of,
    show,
)
from plugins.guardian_training import attendance as register
from plugins.guardian_training.attendance import Mark
from plugins.guardian_training.credits import mark_staff
from plugins.guardian_training.door import close_door, code_of, is_open, open_door, token_of
from plugins.guardian_training.forms import CloseForm
from plugins.guardian_training.kinds import (
    ABSENT,
    AUDIENCES,
    COURSE_KINDS,
    INVITATIONS,
    INVITED,
    MODES,
    PRESENT,
    REASONS,
    STAFF,
    WAYS,
)
from plugins.guardian_training.manifest import DOOR_HOURS, MANAGE, NAME, RECORD, VIEW
from plugins.guardian_training.models import TrainingSession
from plugins.guardian_training.papers import audience_words, qr_of
from plugins.guardian_training.queries import (
    Seat,
    answers_of,
    credits_of,
    expected,
    files_of,
    present_of,
    seats,
    session_of,
)
from plugins.guardian_training.sessions import act_of, add_photo
from plugins.guardian_training.views import bp, demand_plan, id_of, may_hold, may_plan, trail

_MOST_SHOWN = 100
_HAND_WAYS = ("list", "sheet", "video")


def session_trail(session: TrainingSession, *more: tuple[object, str]) -> Any:
    """Return the way to a page of a session."""
    url = url_for("guardian_training_school.session", session_id=session.id)
    return trail((session.course.title, url), *more)


def room_names() -> Mapping[UUID, str]:
    """Return the names of the classes that the reader reaches."""
    return {option.id: option.name for option in class_options(ctx(), VIEW)}


def _back(session: TrainingSession) -> Any:
    return redirect(url_for("guardian_training_school.session", session_id=session.id))


@bp.get("/sessions/<uuid:session_id>")
@permission(VIEW)
def session(session_id: UUID) -> Any:
    """Show a session: what it is, who is invited, who came, what is left to do."""
    return _session_page(session_of(ctx(), session_id), CloseForm()), 200


def _session_page(found: TrainingSession, form: CloseForm) -> str:
    if request.method == "GET":
        form.summary.data = found.summary
    staff = found.course.kind == STAFF
    here = [] if staff else seats(ctx(), found, VIEW)
    states = Counter(seat.state for seat in here)
    answered = answers_of(ctx(), found) if found.course.question else {}
    return show(
        "guardian_training/session.html",
        it=found,
        form=form,
        seats=here,
        states=states,
        waiting=[seat for seat in here if seat.signed_in],
        moved=0 if staff else _moved(found, states[PRESENT]),
        credits=credits_of(ctx(), found) if staff else [],
        answered=answered,
        for_whom=audience_words(found),
        room=_room(found, here),
        files=_files(found),
        door_open=is_open(ctx(), found),
        today=ctx().today(),
        may_hold=may_hold(found),
        may_plan=may_plan(found),
        may_manage=can(ctx(), MANAGE),
        title=COURSE_KINDS[found.course.kind],
        kinds=COURSE_KINDS,
        modes=MODES,
        audiences=AUDIENCES,
        reasons=REASONS,
        ways=WAYS,
        invitations=INVITATIONS,
        trail=trail((found.course.title, "")),
    )


def _room(found: TrainingSession, here: Sequence[Seat]) -> str:
    """Return the name of the class of a session, by one of its pupils."""
    bonds = (bond for seat in here for bond in seat.person.bonds)
    pupil = next((b.child.id for b in bonds if b.homeroom_id == found.homeroom_id), None)
    if found.homeroom_id is None or pupil is None:
        return ""
    return class_names(ctx(), [pupil]).get(pupil, "")


def _files(found: TrainingSession) -> list[dict[str, Any]]:
    """Return photos and papers as pages list them."""
    shown = []
    for one in files_of(ctx(), found):
        url = url_for(".file", session_id=found.id, file_id=one.id)
        picture = url if one.media_type.startswith("image/") else None
        shown.append({"name": one.name, "size": one.size, "url": url, "thumbnail_url": picture})
    return shown


@bp.get("/sessions/<uuid:session_id>/files/<uuid:file_id>")
@permission(VIEW)
def file(session_id: UUID, file_id: UUID) -> Any:
    """Send a photo or paper of a session."""
    found = session_of(ctx(), session_id)
    one = next((row for row in files_of(ctx(), found) if row.id == file_id), None)
    if one is None:
        raise NotVisible
    picture = one.media_type.startswith("image/")
    body = ctx().files.get(one.storage_key)
    return download(body, one.name, one.media_type, inline=picture)


def _moved(found: TrainingSession, seen: int) -> int:
    """Return how many came whose children have gone to another school since; heads only."""
    whole = any(grant.reach in ("center", "school") for grant in ctx().actor.grants)
    return max(0, present_of(ctx(), found) - seen) if whole else 0


@bp.route("/sessions/<uuid:session_id>/attendance", methods=["GET", "POST"])
@permission(RECORD)
def attendance(session_id: UUID) -> Any:
    """Tick who came, and say why others did not."""
    found = session_of(ctx(), session_id)
    if found.course.kind == STAFF:
        return redirect(url_for(".staff", session_id=found.id))
    room = id_of(request.args.get("homeroom", ""))
    every = seats(ctx(), found, RECORD)
    if request.method == "POST":
        answer = _marked(found, every)
        if answer is not None:
            return answer
    shown = [one for one in every if room is None or room in _rooms_of(one)]
    names = room_names()
    page = show(
        "guardian_training/attendance.html",
        it=found,
        seats=shown if room or len(shown) <= _MOST_SHOWN else [],
        too_many=not room and len(shown) > _MOST_SHOWN,
        by_room=_by_room(every, names),
        room=room,
        rooms=names,
        reasons=REASONS,
        audiences=AUDIENCES,
        ways={key: WAYS[key] for key in _HAND_WAYS},
        trail=session_trail(found, (_("Who came"), "")),
    )
    return page, 422 if request.method == "POST" else 200


def _rooms_of(seat: Seat) -> set[UUID | None]:
    return {bond.homeroom_id for bond in seat.person.bonds}


def _by_room(every: Sequence[Seat], names: Mapping[UUID, str]) -> list[tuple[UUID, str, int, int]]:
    """Return the classes with how many are expected and how many came."""
    found = []
    for number, name in names.items():
        there = [seat for seat in every if number in _rooms_of(seat)]
        if there:
            came = sum(seat.state == PRESENT for seat in there)
            found.append((number, name, len(there), came))
    return found


def _marked(found: TrainingSession, every: Sequence[Seat]) -> Any:
    """Write the shown rows down; None, with a word on the page, when that is refused."""
    shown = set(request.form.getlist("shown"))
    present = set(request.form.getlist("present"))
    way = request.form.get("way", "list")
    marks = {
        seat.person.id: _mark(seat, str(seat.person.id) in present, way)
        for seat in every
        if str(seat.person.id) in shown
    }
    try:
        came = register.mark(ctx(), found, marks)
    except Refused as refused:
        ctx().session.rollback()
        flash(str(refused), "danger")
        return None
    flash(_("Saved. %(count)s more have come.", count=came), "success")
    _say_met(found)
    return redirect(url_for(".session", session_id=found.id))


def _mark(seat: Seat, came: bool, way: str) -> Mark:
    if came:
        return Mark(PRESENT, way=seat.signed_in.way if seat.signed_in else way)
    reason = request.form.get(f"reason-{seat.person.id}", "")
    note = request.form.get(f"note-{seat.person.id}", "")
    absent = reason or note or seat.state in (ABSENT, PRESENT)
    return Mark(ABSENT if absent else INVITED, reason=reason, note=note)


def _say_met(found: TrainingSession) -> None:
    """Say which duties the session has met."""
    if found.act_id is not None:
        met = sentence_of(met_by(ctx(), act_of(ctx(), found)))
        if met:
            flash(met, "success")


@bp.post("/sessions/<uuid:session_id>/signed-in")
@permission(RECORD)
def take_signed_in(session_id: UUID) -> Any:
    """Take everybody into the list who has signed in by phone."""
    found = session_of(ctx(), session_id)
    reached = {seat.person.id for seat in seats(ctx(), found, RECORD)}
    count = register.take_waiting(ctx(), found, reached)
    flash(_("%(count)s guardians are written down as present.", count=count), "success")
    _say_met(found)
    return _back(found)


@bp.post("/sessions/<uuid:session_id>/invite")
@permission(RECORD)
def invite(session_id: UUID) -> Any:
    """Write down that everybody was invited."""
    found = session_of(ctx(), session_id)
    way = request.form.get("way", "")
    count = register.invite(ctx(), found, expected(ctx(), found, RECORD), way=way)
    flash(_("Written down: %(count)s guardians more are invited.", count=count), "success")
    return _back(found)


@bp.route("/sessions/<uuid:session_id>/door", methods=["GET", "POST"])
@permission(RECORD)
def door(session_id: UUID) -> Any:
    """Open the door, and show the code on a screen or hold it up."""
    found = session_of(ctx(), session_id)
    demand_plan(found)
    if request.method == "POST":
        if request.form.get("shut"):
            close_door(ctx(), found)
            flash(_("Nobody can sign in by phone any more."), "success")
            return _back(found)
        hours = int(module_settings(ctx(), school_id(), NAME)[DOOR_HOURS])
        open_door(ctx(), found, hours=hours)
        return redirect(url_for(".door", session_id=found.id))
    if not is_open(ctx(), found):
        return _back(found)
    address = url_for("guardian_training_open.page", session_id=found.id, _external=True)
    return show(
        "guardian_training/door.html",
        it=found,
        qr=qr_of(f"{address}?k={token_of(found)}"),
        code=code_of(found),
        address=address.split("://", 1)[1],
        signed_in=sum(1 for seat in seats(ctx(), found, VIEW) if seat.signed_in),
        trail=session_trail(found, (_("Signing in by phone"), "")),
    )


@bp.post("/sessions/<uuid:session_id>/close")
@permission(RECORD)
def close(session_id: UUID) -> Any:
    """End a session: whoever is not there is absent."""
    found = session_of(ctx(), session_id)
    demand_plan(found)
    form = CloseForm()
    sent = request.files.get("photo")
    try:
        if sent is not None and sent.filename:
            add_photo(ctx(), found, Upload(sent.filename, sent.read()))
        reached = RECORD if found.homeroom_id else MANAGE
        people = expected(ctx(), found, reached)
        came = register.close(ctx(), found, people, summary=form.summary.data or "")
    except Refused as refused:
        ctx().session.rollback()
        flash(str(refused), "danger")
        return _session_page(session_of(ctx(), session_id), form), 422
    flash(_("The session is closed: %(count)s came.", count=came), "success")
    return _back(found)


@bp.route("/sessions/<uuid:session_id>/staff", methods=["GET", "POST"])
@permission(MANAGE)
def staff(session_id: UUID) -> Any:
    """Tick who of the staff took part in a training of teachers."""
    found = session_of(ctx(), session_id)
    if request.method == "POST":
        ids = {number for number in map(id_of, request.form.getlist("staff")) if number}
        count = mark_staff(ctx(), found, ids)
        flash(_("%(count)s teachers have the credits.", count=count), "success")
        return _back(found)
    there = {row.staff_id for row in credits_of(ctx(), found)}
    return show(
        "guardian_training/staff.html",
        it=found,
        people=colleagues(ctx(), school_id()),
        there=there,
        trail=session_trail(found, (_("People taking part"), "")),
    )
