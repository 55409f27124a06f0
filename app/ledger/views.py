"""Pages of a child's ledger."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.drafts import finish as finish_draft
from app.audit.services import record as audit
from app.children.current import child
from app.edge.areas import AreaBlueprint
from app.edge.current import ctx, show
from app.edge.downloads import download
from app.edge.forms import put_error
from app.edge.marks import permission
from app.kernel.errors import Forbidden, Refused
from app.ledger import services
from app.ledger.child_links import child_links_here
from app.ledger.forms import CorrectForm, NewNoteForm, ReasonForm
from app.ledger.models import Entry
from app.ledger.page import child_parts_here, files_of, may_take_back
from app.ledger.queries import attachment_of, entry_of, timeline

bp = AreaBlueprint("ledger", __name__, "child")
bp.add_app_template_global(child_parts_here, "child_parts")
bp.add_app_template_global(child_links_here, "child_links")
bp.add_app_template_global(files_of, "attachment_files")


def _page() -> str:
    return url_for("children.page", child_id=child().id)


def _trail(title: str) -> list[tuple[object, str]]:
    return [(child().name, _page()), (title, "")]


@bp.app_template_global("may_take_back")
def _may_take_back(entry: Entry) -> bool:
    return may_take_back(ctx(), child(), entry)


def _own_entry(entry_id: UUID) -> Entry:
    entry = entry_of(ctx(), child(), entry_id)
    if not may_take_back(ctx(), child(), entry):
        raise Forbidden("ledger.record")
    return entry


@bp.get("/parts")
@permission("ledger.view")
def parts() -> Any:
    """Show another part of the child's page; without scripts it is the page with that part."""
    if request.headers.get("HX-Request"):
        return render_template("ledger/_parts.html")
    return redirect(url_for("children.page", child_id=child().id, tab=request.args.get("tab")))


@bp.get("/timeline")
@permission("ledger.view")
def more() -> Any:
    """Show a further page of the timeline."""
    number = request.args.get("page", 1, type=int)
    found = timeline(ctx(), child(), page=number)
    return show("ledger/more.html", found=found, child_id=child().id, trail=_trail(_("Record")))


@bp.route("/notes/new", methods=["GET", "POST"])
@permission("ledger.record")
def add_note() -> Any:
    """Write a note about the child."""
    form = NewNoteForm()
    if request.method == "GET":
        form.happened_on.data = ctx().today()
    if form.validate_on_submit():
        try:
            _add_note(form)
        except Refused as refused:
            put_error(form, refused)
        else:
            finish_draft(ctx(), _note_draft())
            flash(_("The note is saved."), "success")
            return redirect(_page())
    page = show("ledger/note.html", form=form, draft=_note_draft(), trail=_trail(_("Write a note")))
    return page, 422 if form.errors else 200


def _note_draft() -> str:
    return f"note-{child().id}"


def _add_note(form: NewNoteForm) -> None:
    act = services.record(
        ctx(),
        kind="note",
        happened_on=form.happened_on.data or ctx().today(),
        title=(form.title.data or "").strip(),
        entries=[services.EntryFor(child(), text=form.text.data)],
    )
    sent = request.files.get("photo")
    if sent is not None and sent.filename:
        services.attach(ctx(), act, services.Upload(sent.filename, sent.read()))


@bp.route("/entries/<uuid:entry_id>/correct", methods=["GET", "POST"])
@permission("ledger.record")
def correct(entry_id: UUID) -> Any:
    """Correct a note; the former one is kept, voided."""
    entry = _own_entry(entry_id)
    if entry.kind != "note":
        raise Forbidden("ledger.record")
    form = CorrectForm(obj=entry)
    if form.validate_on_submit():
        try:
            services.correct(
                ctx(),
                entry,
                reason=form.reason.data or "",
                happened_on=form.happened_on.data or ctx().today(),
                title=(form.title.data or "").strip(),
                text=form.text.data,
            )
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("The correction is saved."), "success")
            return redirect(_page())
    return show("ledger/correct.html", form=form, trail=_trail(_("Correct"))), (
        422 if form.errors else 200
    )


@bp.route("/entries/<uuid:entry_id>/void", methods=["GET", "POST"])
@permission("ledger.record")
def void(entry_id: UUID) -> Any:
    """Take an entry back, with a reason."""
    entry = _own_entry(entry_id)
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            services.void(ctx(), entry, reason=form.reason.data or "")
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("The entry is taken back."), "success")
            return redirect(_page())
    return show("ledger/void.html", form=form, entry=entry, trail=_trail(_("Take back"))), (
        422 if form.errors else 200
    )


@bp.get("/attachments/<uuid:attachment_id>")
@permission("ledger.view")
def attachment(attachment_id: UUID) -> Response:
    """Send a photo or paper to who may read its entry."""
    found = attachment_of(ctx(), child(), attachment_id)
    audit(ctx(), "attachment.read", object_id=found.id, child_id=child().id)
    return download(
        ctx().files.get(found.storage_key),
        found.name,
        found.media_type,
        inline=found.media_type.startswith("image/"),
    )
