"""The school's first pages: rounds and how far they are; who is eligible, and proposing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import ImmutableMultiDict

from app.sdk import Page, Refused, can, class_options, ctx, permission, school_id, show
from plugins.subsidies import gaps as finding
from plugins.subsidies import queries
from plugins.subsidies.eligible import UNKNOWN, YES, Pupil, pupils, reason_words
from plugins.subsidies.kinds import BATCH_STATES, BOARDING, LIST_STATES, STAGES, STATES, WAYS
from plugins.subsidies.manifest import APPLY, MONEY, PUBLISH, REVIEW, VIEW
from plugins.subsidies.masking import mask_account, mask_name
from plugins.subsidies.models import Application, SubsidyRound
from plugins.subsidies.money import yuan
from plugins.subsidies.reconcile import by, total
from plugins.subsidies.services import propose
from plugins.subsidies.words import T

bp = Blueprint("subsidies", __name__, template_folder="templates")
_SIZE = 50
HELP: dict[str, Any] = {
    "yuan": yuan, "mask_name": mask_name, "mask_account": mask_account,
    "reason_words": reason_words, "states": STATES, "list_states": LIST_STATES,
    "batch_states": BATCH_STATES, "stage_words": STAGES, "boarding_words": BOARDING, "ways": WAYS,
}  # fmt: skip
_SHOWS = {"eligible": T("Eligible by the facts"), "new": T("Not proposed yet"),
          "open": T("In the round"), "closed": T("Not passed or withdrawn"),
          "unknown": T("Not known whether eligible")}  # fmt: skip


def page(template: str, **values: Any) -> str:
    """Render a page of the module with its words and ways to write money."""
    return show(f"subsidies/{template}.html", **HELP, today=ctx().today(), **values)


def trail(*more: tuple[object, str]) -> list[tuple[object, str]]:
    """Return the way to a page of the school."""
    return [(_("Subsidies"), url_for("subsidies_school.home")), *more]


def of_round(round_: SubsidyRound, *more: tuple[object, str]) -> list[tuple[object, str]]:
    """Return the way to a page of a round at the school."""
    return trail((round_.title, url_for("subsidies_school.round_page", round_id=round_.id)), *more)


def ids(form: ImmutableMultiDict[str, str], name: str) -> list[UUID]:
    """Return the ids that were ticked; what is none is left out."""
    found = []
    for value in form.getlist(name):
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found


@bp.get("")
@permission(VIEW)
def home() -> Any:
    """Show the rounds, how far the school is with each, and what waits for it."""
    every = queries.rounds(ctx(), closed=request.args.get("closed") == "1")
    counted = queries.counts(ctx(), VIEW)
    groups = queries.money(ctx(), [r.id for r in every]) if can(ctx(), MONEY) else []
    return page(
        "home",
        rounds=every,
        counts=counted,
        sums=by(groups, lambda group: group.round_id),
        whole=total(groups),
        lists=queries.lists(ctx(), states=("published", "submitted", "returned")),
        batches=queries.batches(ctx(), open_only=True) if can(ctx(), MONEY) else [],
        all_rounds=request.args.get("closed") == "1",
        trail=trail(),
    )


@dataclass(frozen=True)
class Line:
    """A pupil in the list of a round, with the application if there is one."""

    pupil: Pupil
    room: str
    row: Application | None


def _lines(round_: SubsidyRound, shows: str, room: str, rooms: Mapping[UUID, str]) -> list[Line]:
    verdicts = (UNKNOWN,) if shows == "unknown" else (YES,)
    found = queries.cases(ctx(), VIEW, round_.id, closed=True)
    rows = _newest(found)
    if shows in ("open", "closed"):
        closed = shows == "closed"
        listed = [
            Line(Pupil(c.child, c.row.homeroom_id, c.row.stage, YES, c.row.reasons),
                 rooms.get(c.row.homeroom_id, "") if c.row.homeroom_id else "", c.row)
            for c in found
            if (c.row.closed_at is not None) == closed
        ]  # fmt: skip
    else:
        listed = [
            Line(p, rooms.get(p.homeroom_id, "") if p.homeroom_id else "", rows.get(p.child.id))
            for p in pupils(ctx(), VIEW, round_.scheme, verdicts=verdicts)
        ]
        if shows == "new":
            listed = [line for line in listed if line.row is None]
    return [line for line in listed if not room or str(line.pupil.homeroom_id) == room]


def _newest(found: Sequence[queries.Case]) -> Mapping[UUID, Application]:
    rows: dict[UUID, Application] = {}
    for case in sorted(found, key=lambda c: c.row.proposed_at):
        rows[case.child.id] = case.row
    return rows


@bp.get("/rounds/<uuid:round_id>")
@permission(VIEW)
def round_page(round_id: UUID) -> Any:
    """Show who is eligible for a round, by which facts, and how far each is."""
    return _round(queries.round_of(ctx(), round_id))


def _round(round_: SubsidyRound) -> str:
    shows, room = request.args.get("shows", "eligible"), request.args.get("homeroom", "")
    shows = shows if shows in _SHOWS else "eligible"
    rooms = {option.id: option.name for option in class_options(ctx(), VIEW)}
    listed = _lines(round_, shows, room, rooms)
    number = max(request.args.get("page", 1, type=int), 1)
    pages = max(1, -(-len(listed) // _SIZE))
    number = min(number, pages)
    kept: dict[str, Any] = {
        name: value for name, value in (("shows", shows), ("homeroom", room)) if value
    }
    counted = queries.counts(ctx(), VIEW).get(round_.id, {})
    return page(
        "round",
        round=round_,
        found=Page(listed[(number - 1) * _SIZE : number * _SIZE], number, _SIZE, len(listed)),
        counts=counted,
        lists=queries.lists(ctx(), round_.id),
        shows=shows,
        show_choices=[(key, str(title)) for key, title in _SHOWS.items()],
        homeroom=room,
        rooms=[(str(key), name) for key, name in rooms.items()],
        may_apply=can(ctx(), APPLY) and round_.closed_at is None,
        may_review=can(ctx(), REVIEW),
        may_publish=can(ctx(), PUBLISH),
        may_money=can(ctx(), MONEY),
        page_url=lambda n: url_for(".round_page", round_id=round_.id, page=n, **kept),
        trail=of_round(round_),
    )


@bp.post("/rounds/<uuid:round_id>/propose")
@permission(APPLY)
def propose_pupils(round_id: UUID) -> Any:
    """Propose the ticked pupils, or all who are eligible."""
    round_ = queries.round_of(ctx(), round_id)
    wanted = None if request.form.get("everybody") else ids(request.form, "child")
    found = pupils(ctx(), APPLY, round_.scheme, children=wanted)
    try:
        rows = propose(ctx(), round_, found)
    except Refused as refused:
        flash(str(refused), "danger")
        return _round(round_), 422
    if rows:
        flash(_("%(count)s children are proposed.", count=len(rows)), "success")
    else:
        flash(_("Nobody was proposed: tick children who are not in the round yet."), "info")
    return redirect(url_for(".round_page", round_id=round_.id))


@bp.get("/rounds/<uuid:round_id>/gaps")
@permission(VIEW)
def gaps(round_id: UUID) -> Any:
    """Show who is eligible without help, helped twice, helped though the facts say no."""
    round_ = queries.round_of(ctx(), round_id)
    return page(
        "gaps",
        round=round_,
        found=finding.gaps(ctx(), VIEW, round_),
        most=finding.MOST,
        several=False,
        trail=of_round(round_, (_("What does not fit"), "")),
    )


def plain(given: Mapping[str, str]) -> dict[str, Any]:
    """Return what an address asks for, to be asked for at another address."""
    return {name: value for name, value in given.items() if value and name != "page"}


def day_or_today(day: date | None) -> date:
    """Return the day of a form, today when there is none."""
    return day or ctx().today()


def here() -> UUID:
    """Return the school of the page."""
    return school_id()
