"""Writing pairings and pupils who help; the grants of mentors are the one record of who mentors."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from app.sdk import (
    Child,
    Ctx,
    EntryFor,
    Refused,
    Staff,
    Text,
    add_staff,
    audit,
    make_mentor,
    mentors_of_school,
    module_settings,
    pair,
    pairings_by_id,
    record,
)
from plugins.mentoring.manifest import HELPERS, LAYERED, NAME, PAIRING
from plugins.mentoring.models import Helper, PairingChange
from plugins.mentoring.words import T

OUTSIDERS = ("retired", "volunteer", "partner")
HELPER_KINDS = {
    "little_teacher": T("Little teacher"),
    "hand_in_hand": T("Hand in hand"),
    "study_helper": T("Study helper"),
}


def assign(
    ctx: Ctx,
    wanted: Sequence[tuple[Child, UUID | None]],
    *,
    reason: str = "",
    leaving: UUID | None = None,
) -> int:
    """Give each child the mentor of a grant, or none, from today; return how many changed.

    Only the pairing with the grant ``leaving`` ends; without one, those of the same layer. Raises
    :class:`Refused` for a grant of no mentor here, and without a reason where a pairing ends.
    """
    changed = 0
    kindred = _layers(ctx, {child.school_id for child, _grant in wanted})
    for child, grant_id in wanted:
        ends = [leaving] if leaving else kindred.get(grant_id)
        done = pair(ctx, child, grant_id=grant_id, reason=reason, instead_of=ends)
        if done.ended and not reason.strip():
            raise Refused(T("Give a reason: a pairing ends by it."), "reason")
        changed += bool(done.ended or done.begun)
    return changed


def _layers(ctx: Ctx, schools: Iterable[UUID]) -> Mapping[UUID | None, Collection[UUID]]:
    """Return, by grant, the grants of its layer, for schools where people from outside come second.

    A grant that is not named replaces whoever mentors.
    """
    found: dict[UUID | None, Collection[UUID]] = {}
    for school_id in schools:
        if module_settings(ctx, school_id, NAME)[LAYERED]:
            mentors = mentors_of_school(ctx, school_id)
            for outside in (False, True):
                layer = [m.grant_id for m in mentors if from_outside(m.staff) == outside]
                found |= dict.fromkeys(layer, layer)
    return found


def from_outside(staff: Staff) -> bool:
    """Tell whether a mentor is no employee."""
    return staff.kind in OUTSIDERS


def write_pairings(ctx: Ctx, child: Child, detail: Mapping[str, str]) -> None:
    """Write into the child's ledger which pairings ended and which began, whoever changed them.

    ``detail`` is that of the event ``child.paired``.
    """
    ended = [UUID(number) for number in detail["ended"].split(",") if number]
    begun = UUID(detail["begun"]) if detail["begun"] else None
    found = pairings_by_id(ctx, [*ended, begun] if begun else ended)
    for number in ended:
        title = T("Pairing with {name} ended", name=found[number].staff.name)
        _write(ctx, child, number, title, detail["reason"], ended=True)
    if begun is not None:
        title = T("Paired with {name}", name=found[begun].staff.name)
        _write(ctx, child, begun, title, detail["reason"], ended=False)


def _write(
    ctx: Ctx, child: Child, pairing_id: UUID, title: Text, text: str, *, ended: bool
) -> None:
    act = record(
        ctx,
        kind=PAIRING,
        happened_on=ctx.today(),
        title=title,
        entries=[EntryFor(child, text=text.strip())],
    )
    entry = act.entries[0]
    ctx.session.add(
        PairingChange(
            id=entry.id,
            school_id=entry.school_id,
            child_id=child.id,
            pairing_id=pairing_id,
            ended=ended,
        )
    )
    ctx.session.flush()


def take_on_outsider(
    ctx: Ctx,
    *,
    school_id: UUID,
    name: str,
    kind: str,
    organisation: str,
    sex: str = "unknown",
    phone: str = "",
    until: date | None = None,
) -> Staff:
    """Add somebody from outside (关工委, 退休教师, 志愿者, 邻居) as a mentor without sign-in.

    Colleagues write down the contacts for them. Raises :class:`Refused` naming the field.
    """
    if kind not in OUTSIDERS:
        raise Refused(T("Choose one of the answers."), "kind")
    if not organisation.strip():
        raise Refused(T("Say from where the person comes."), "organisation")
    staff = add_staff(
        ctx, name=name, school_id=school_id, sex=sex, kind=kind, phone=phone.strip() or None
    )
    grant = make_mentor(ctx, staff, school_id=school_id, until=until)
    grant.membership.post = organisation.strip()
    ctx.session.flush()
    return staff


def add_helper(ctx: Ctx, child: Child, helper: Child, *, kind: str) -> Helper:
    """Let a pupil help another from today.

    Raises :class:`Refused` for the child itself, a child of another school, an unknown kind, and
    where the school does not want it.
    """
    if not module_settings(ctx, child.school_id, NAME)[HELPERS]:
        raise Refused(T("This school has switched off that pupils help pupils."), "helper")
    if helper.id == child.id or helper.school_id != child.school_id:
        raise Refused(T("Choose another pupil of this school."), "helper")
    if kind not in HELPER_KINDS:
        raise Refused(T("Choose one of the answers."), "kind")
    row = Helper(
        school_id=child.school_id,
        child_id=child.id,
        helper_id=helper.id,
        kind=kind,
        starts_on=ctx.today(),
    )
    ctx.session.add(row)
    ctx.session.flush()
    audit(
        ctx, "mentoring.helper.add", object_type="mentoring_helper", object_id=row.id,
        child_id=child.id, school_id=child.school_id,
    )  # fmt: skip
    return row


def end_helper(ctx: Ctx, row: Helper, *, reason: str) -> None:
    """End the help of a pupil; it counts for the last time yesterday."""
    if row.ends_on is None:
        row.ends_on = ctx.today() - timedelta(days=1)
        row.end_reason = reason.strip() or None
        ctx.session.flush()
        audit(
            ctx, "mentoring.helper.end", object_type="mentoring_helper", object_id=row.id,
            child_id=row.child_id, school_id=row.school_id,
        )  # fmt: skip
