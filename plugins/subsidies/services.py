"""A child in a round: proposed, checked, reviewed by the class, or closed with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.sdk import Act, Child, Ctx, EntryFor, Refused, Text, Upload, attach, record
from plugins.subsidies.eligible import Pupil
from plugins.subsidies.guards import (
    demand_other,
    demand_state,
    demand_text,
    note,
    staff_ids,
)
from plugins.subsidies.kinds import CHECKS, EACH
from plugins.subsidies.manifest import APPLIED, CHECKED, REVIEWED
from plugins.subsidies.models import Application, SubsidyRound
from plugins.subsidies.words import T

PROPOSED, CHECKED_, REVIEWED_, LISTED, APPROVED = (
    "proposed", "checked", "reviewed", "listed", "approved",
)  # fmt: skip
DECLINED, WITHDRAWN, REVERSED = "declined", "withdrawn", "reversed"
OPEN = (PROPOSED, CHECKED_, REVIEWED_, LISTED, APPROVED)
BY_FACTS, BY_FAMILY = "facts", "application"
_BEFORE_LIST = (PROPOSED, CHECKED_, REVIEWED_)


def propose(ctx: Ctx, round_: SubsidyRound, pupils: Sequence[Pupil]) -> list[Application]:
    """Propose pupils whom the facts make eligible; who is in the round already is left out.

    Where everybody may have it, the school's roll is the check and the class has nothing to say.
    Raises :class:`Refused` for a closed round or somebody whom the facts do not make eligible.
    """
    _demand_open(round_)
    if any(pupil.verdict != "yes" for pupil in pupils):
        raise Refused(T("Propose children whom the facts make eligible; for others take in an"
                        " application of the family."))  # fmt: skip
    taken = _taken(ctx, round_, [pupil.child.id for pupil in pupils])
    rows = [_new(ctx, round_, pupil, BY_FACTS) for pupil in pupils if pupil.child.id not in taken]
    if not round_.scheme.needs and round_.scheme.amount_by != EACH:
        for row in rows:
            row.state, row.check_kind = REVIEWED_, "known"
    ctx.session.add_all(rows)
    ctx.session.flush()
    if rows:
        note(ctx, "propose", round_, count=len(rows))
    return rows


def apply(
    ctx: Ctx,
    round_: SubsidyRound,
    pupil: Pupil,
    *,
    text: str,
    amount: int | None = None,
    goods: str = "",
    files: Sequence[Upload] = (),
) -> Application:
    """Take in the application of a family, also of one for which the facts do not speak.

    ``text`` is what the family says, ``files`` are photos or papers. Raises :class:`Refused`.
    """
    _demand_open(round_)
    demand_text(text, "text")
    if _taken(ctx, round_, [pupil.child.id]):
        raise Refused(T("The child is in this round already."))
    row = _new(ctx, round_, pupil, BY_FAMILY)
    row.amount_fen, row.goods = _amount(round_, amount), goods.strip() or None
    ctx.session.add(row)
    ctx.session.flush()
    act = _tell(ctx, APPLIED, round_, [(pupil.child, text.strip(), "done")], ctx.today())
    _hang(ctx, act, files)
    row.applied_act_id = act.id
    ctx.session.flush()
    note(ctx, "add", row)
    return row


def set_amount(
    ctx: Ctx, row: Application, round_: SubsidyRound, *, amount: int, goods: str = ""
) -> None:
    """Set what one child is to get, in fen, where that is decided for each."""
    demand_state(row.state, *_BEFORE_LIST)
    row.amount_fen, row.goods = _amount(round_, amount), goods.strip() or None
    ctx.session.flush()
    note(ctx, "change", row, amount_fen=amount)


def check(
    ctx: Ctx,
    round_: SubsidyRound,
    rows: Sequence[tuple[Application, Child]],
    *,
    kind: str,
    on: date,
    text: str = "",
    files: Sequence[Upload] = (),
) -> None:
    """Write down how some proposals were checked: by a form, a home visit, papers, a list.

    ``files`` are photos or papers of what was seen, for all of them.

    Raises :class:`Refused` for a kind that there is not, a visit without a word on it, or a
    proposal that has moved on.
    """
    if kind not in CHECKS:
        raise Refused(T("Choose how it was checked."), "kind")
    if kind == "visit" and not text.strip():
        raise Refused(T("Write a line on what was seen at home."), "text")
    if not rows:
        raise Refused(T("Choose at least one child."), "children")
    for row, _child in rows:
        demand_state(row.state, PROPOSED, CHECKED_)
    said = "；".join(filter(None, (str(CHECKS[kind]), text.strip())))
    act = _tell(ctx, CHECKED, round_, [(child, said, "done") for _row, child in rows], on)
    _hang(ctx, act, files)
    for row, _child in rows:
        row.check_act_id = act.id
        row.state, row.check_kind, row.check_note = CHECKED_, kind, text.strip() or None
        row.checked_on, row.checked_by_id = on, ctx.actor.staff_id
    ctx.session.flush()


@dataclass(frozen=True)
class Opinion:
    """What a class review says of one child; a no has a reason."""

    row: Application
    child: Child
    passes: bool
    reason: str = ""


def review(
    ctx: Ctx, round_: SubsidyRound, opinions: Sequence[Opinion], *, on: date, members: str
) -> None:
    """Write down a class review; ``members`` says who sat in it.

    Raises :class:`Refused` for a no without a reason, for a proposal nobody has checked, and for
    who proposed one of the children.
    """
    demand_text(members, "members")
    if not opinions:
        raise Refused(T("Choose at least one child."), "children")
    demand_other(ctx, *staff_ids([opinion.row for opinion in opinions], "proposed_by_id"))
    lines = []
    for opinion in opinions:
        demand_state(opinion.row.state, CHECKED_)
        if not opinion.passes and not opinion.reason.strip():
            raise Refused(T("{name}: say why the class says no.", name=opinion.child.name))
        said = "；".join(filter(None, (members.strip(), opinion.reason.strip())))
        lines.append((opinion.child, said, "done" if opinion.passes else "declined"))
    _tell(ctx, REVIEWED, round_, lines, on)
    for opinion in opinions:
        opinion.row.reviewed_on, opinion.row.reviewed_by_id = on, ctx.actor.staff_id
        if opinion.passes:
            opinion.row.state = REVIEWED_
        else:
            _close(ctx, opinion.row, DECLINED, opinion.reason.strip())
    ctx.session.flush()


def decline(ctx: Ctx, row: Application, *, reason: str, upheld: bool = False) -> None:
    """Close a proposal without help, with a reason; ``upheld``: after an objection to a list."""
    demand_state(row.state, *(_BEFORE_LIST if not upheld else OPEN[:-1]))
    _close(ctx, row, DECLINED, demand_text(reason, "reason"))
    ctx.session.flush()
    note(ctx, "decline", row)


def withdraw(ctx: Ctx, row: Application, *, reason: str) -> None:
    """Take a proposal back that was a mistake or that the family no longer wants."""
    demand_state(row.state, *OPEN[:-1])
    _close(ctx, row, WITHDRAWN, demand_text(reason, "reason"))
    ctx.session.flush()
    note(ctx, "void", row)


def on_moved(ctx: Ctx, child_id: UUID, reason: str) -> None:
    """Close what waits for a child that left or moved: the new school proposes it anew.

    What the centre has approved stays: the money is with the former school.
    """
    rows = ctx.session.scalars(
        select(Application).where(
            Application.child_id == child_id,
            Application.closed_at.is_(None),
            Application.state != APPROVED,
        )
    )
    for row in rows:
        withdraw(ctx, row, reason=reason)


def end_approved(ctx: Ctx, row: Application, state: str, reason: str) -> None:
    """Close an approved application when its award ends; for the services of money."""
    demand_state(row.state, APPROVED)
    _close(ctx, row, state, reason)


def _close(ctx: Ctx, row: Application, state: str, reason: str) -> None:
    row.state, row.close_reason = state, reason
    row.closed_at, row.closed_by_id = ctx.now(), ctx.actor.staff_id


def _demand_open(round_: SubsidyRound) -> None:
    if round_.closed_at is not None:
        raise Refused(T("This round is closed."))


def _taken(ctx: Ctx, round_: SubsidyRound, children: Iterable[UUID]) -> set[UUID]:
    return set(
        ctx.session.scalars(
            select(Application.child_id).where(
                Application.round_id == round_.id,
                Application.child_id.in_(list(children)),
                Application.closed_at.is_(None),
            )
        )
    )


def _amount(round_: SubsidyRound, amount: int | None) -> int | None:
    if round_.scheme.amount_by != EACH:
        return None
    if amount is not None and amount <= 0:
        raise Refused(T("Write how much it is."), "amount")
    return amount


def _new(ctx: Ctx, round_: SubsidyRound, pupil: Pupil, source: str) -> Application:
    return Application(
        round_id=round_.id,
        school_id=pupil.child.school_id,
        child_id=pupil.child.id,
        at_school_id=pupil.child.school_id,
        source=source,
        reasons=list(pupil.reasons),
        stage=pupil.stage,
        boarding=pupil.boarding,
        homeroom_id=pupil.homeroom_id,
        state=PROPOSED,
        proposed_at=ctx.now(),
        proposed_by_id=ctx.actor.staff_id,
    )


def _tell(
    ctx: Ctx, kind: str, round_: SubsidyRound, lines: Sequence[tuple[Child, str, str]], on: date
) -> Act:
    """Write one act with an entry for each child."""
    title: Text = T("{what}: {round}", what=_WHAT[kind], round=round_.title)
    return record(
        ctx,
        kind=kind,
        happened_on=on,
        title=title,
        entries=[EntryFor(child, text=text, outcome=outcome) for child, text, outcome in lines],
    )


def _hang(ctx: Ctx, act: Act, files: Sequence[Upload]) -> None:
    for one in files:
        attach(ctx, act, one, field="file")


_WHAT: dict[str, Text] = {
    APPLIED: T("Application"),
    CHECKED: T("Looked into"),
    REVIEWED: T("Class review"),
}
