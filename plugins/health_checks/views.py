"""The school's pages of the module."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app.sdk import (
    PDF,
    XLSX,
    Grid,
    NotVisible,
    Refused,
    Saved,
    audit,
    can,
    class_options,
    ctx,
    download,
    finish_draft,
    letters,
    permission,
    pupils_of,
    put_error,
    school_id,
    show,
)
from plugins.health_checks import queries, referral_views, sheet, sheet_views, summary_views
from plugins.health_checks.forms import RoundForm
from plugins.health_checks.grid import Pupils, apart, grid_of, items, rows_of
from plugins.health_checks.letter import letters_of
from plugins.health_checks.manifest import RECORD, VIEW
from plugins.health_checks.models import Round
from plugins.health_checks.services import open_round, save
from plugins.health_checks.telling import abnormal

bp = Blueprint("health_checks", __name__, template_folder="templates")
referral_views.add_to(bp)
sheet_views.add_to(bp)
summary_views.add_to(bp)


def _trail(*more: tuple[object, str]) -> list[tuple[object, str]]:
    return [(_("Health checks"), url_for(".rounds")), *more]


def _pupils(permission_name: str, homeroom_id: UUID | None = None) -> Pupils:
    """Return the pupils in order of their classes, each with the name of the class."""
    options = class_options(ctx(), permission_name)
    place = {option.id: at for at, option in enumerate(options)}
    found = pupils_of(ctx(), permission_name, homeroom_id=homeroom_id)
    ordered = sorted(found, key=lambda pair: place[pair[1]])
    return [(child, options[place[room]].name) for child, room in ordered]


@bp.get("")
@permission(VIEW)
def rounds() -> Any:
    """List the rounds."""
    found = queries.rounds(ctx())
    return show("health_checks/rounds.html", rounds=found, trail=_trail())


@bp.route("/rounds/new", methods=["GET", "POST"])
@permission(RECORD)
def new_round() -> Any:
    """Open a round."""
    form = RoundForm()
    if request.method == "GET":
        form.held_on.data = ctx().today()
    if form.validate_on_submit():
        try:
            row = open_round(
                ctx(),
                school_id=school_id(),
                title=(form.title.data or "").strip(),
                held_on=form.held_on.data or ctx().today(),
                provider=form.provider.data,
                items=form.chosen(),
                own_items=form.own(),
            )
        except Refused as refused:
            put_error(form, refused)
        else:
            return redirect(url_for(".round_page", round_id=row.id))
    trail = _trail((_("New round"), ""))
    return show("health_checks/new_round.html", form=form, trail=trail), 422 if form.errors else 200


@bp.get("/rounds/<uuid:round_id>")
@permission(VIEW)
def round_page(round_id: UUID) -> Any:
    """Show how far each class is, and who is still missing."""
    row = queries.round_of(ctx(), round_id)
    return show(
        "health_checks/round.html",
        round=row,
        items=items(row),
        classes=queries.progress(ctx(), row.id),
        may_record=can(ctx(), RECORD),
        trail=_trail((row.title, "")),
    )


@bp.route("/rounds/<uuid:round_id>/classes/<uuid:homeroom_id>", methods=["GET", "POST"])
@permission(RECORD)
def class_table(round_id: UUID, homeroom_id: UUID) -> Any:
    """Fill in the table of a class."""
    pupils = _pupils(RECORD, homeroom_id)
    return _table(round_id, pupils, pupils[0][1] if pupils else "")


@bp.route("/rounds/<uuid:round_id>/children/<uuid:of_child>", methods=["GET", "POST"])
@permission(RECORD)
def child_form(round_id: UUID, of_child: UUID) -> Any:
    """Fill in what was measured of one child, who came later, with the day."""
    pupils = [(child, room) for child, room in _pupils(RECORD) if child.id == of_child]
    return _table(round_id, pupils, pupils[0][0].name if pupils else "", own_day=True)


def _table(round_id: UUID, pupils: Pupils, title: str, *, own_day: bool = False) -> Any:
    row = queries.round_of(ctx(), round_id)
    if not pupils:
        raise NotVisible
    grid = grid_of(row, rows_of(ctx(), row, pupils), own_day=own_day)
    draft = grid.draft_key
    if request.method == "POST":
        saved = _saved(row, grid)
        if saved is not None:
            finish_draft(ctx(), draft)
            return _done(row, saved)
    page = _table_page(row, grid, title, draft=draft, own_day=own_day)
    return page, 422 if request.method == "POST" else 200


def _saved(row: Round, grid: Grid) -> Saved | None:
    """Save what was sent; None when something is wrong, then told in the grid."""
    grid.take(request.form)
    filled = grid.filled()
    if filled is None:
        return None
    saved = save(ctx(), row, *apart(filled))
    return saved if grid.accept(saved) else None


def _done(row: Round, saved: Saved) -> Any:
    flash(
        _(
            "Saved: %(new)s new, %(changed)s corrected.",
            new=saved.recorded,
            changed=saved.corrected,
        ),
        "success",
    )
    return redirect(url_for(".round_page", round_id=row.id))


def _table_page(row: Round, grid: Grid, title: str, **more: Any) -> str:
    return show(
        "health_checks/table.html",
        round=row,
        grid=grid,
        title=title,
        trail=_trail((row.title, url_for(".round_page", round_id=row.id)), (title, "")),
        **more,
    )


@bp.get("/rounds/<uuid:round_id>/list")
@permission(VIEW)
def round_list(round_id: UUID) -> Any:
    """List everybody's measures, narrowed to a class or a name."""
    row = queries.round_of(ctx(), round_id)
    room, wanted = request.args.get("class", ""), request.args.get("q", "").strip()
    everybody, shown = _pupils(VIEW), request.args.get("show", "")
    pupils = [
        (child, name)
        for child, name in everybody
        if (not room or name == room) and wanted.lower() in (child.name + child.name_initials)
    ]
    done = queries.in_round(ctx(), row.id, [child.id for child, _name in pupils])
    found = {child_id: abnormal(check_up) for child_id, (check_up, _entry) in done.items()}
    if shown:
        pupils = [p for p in pupils if _is_shown(shown, found.get(p[0].id))]
    return show(
        "health_checks/list.html",
        round=row,
        pupils=pupils,
        done=done,
        numbers=[item for item in items(row) if item.is_number],
        classes=[("", _("All classes")), *dict.fromkeys((n, n) for _child, n in everybody)],
        found=found,
        may_record=can(ctx(), RECORD),
        shown=shown,
        room=room,
        wanted=wanted,
        trail=_trail((row.title, url_for(".round_page", round_id=row.id)), (_("List"), "")),
    )


def _is_shown(shown: str, found: list[str] | None) -> bool:
    """Tell whether a pupil is listed: None for who was not examined."""
    return found is None if shown == "missing" else bool(found)


@bp.get("/rounds/<uuid:round_id>/check-ups.xlsx")
@permission(VIEW)
def export(round_id: UUID) -> Any:
    """Send everybody's measures and verdicts as a workbook, as health centres ask for it."""
    row = queries.round_of(ctx(), round_id)
    pupils = _pupils(VIEW)
    done = queries.in_round(ctx(), row.id, [child.id for child, _room in pupils])
    audit(ctx(), "health_checks.export", object_id=row.id, school_id=school_id(), count=len(pupils))
    body = sheet.write(row, queries.school_name(ctx(), row.school_id), pupils, done)
    return download(body, f"{row.title}.xlsx", XLSX)


@bp.get("/rounds/<uuid:round_id>/letters.pdf")
@permission(VIEW)
def round_letters(round_id: UUID) -> Any:
    """Send the letters to families: of a class, and if wished only where something was found."""
    row = queries.round_of(ctx(), round_id)
    pupils = _pupils(VIEW, request.args.get("class", type=UUID))
    done = queries.in_round(ctx(), row.id, [child.id for child, _room in pupils])
    only = request.args.get("found") == "1"
    rows = [
        (child, room, done[child.id])
        for child, room in pupils
        if child.id in done and (not only or abnormal(done[child.id][0]))
    ]
    audit(ctx(), "health_checks.print", object_id=row.id, school_id=school_id(), count=len(rows))
    try:
        body = letters(letters_of(ctx(), row, rows), on=ctx().today())
    except Refused as refused:
        flash(str(refused), "warning")
        return redirect(url_for(".round_page", round_id=row.id))
    return download(body, f"{row.title}.pdf", PDF, inline=True)
