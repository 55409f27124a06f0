"""The centre's own words for letters of responsibility."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.children.views.saving import save
from app.db.scope import Reach
from app.edge.areas import CENTER
from app.edge.current import ctx, show
from app.edge.marks import permission
from app.kernel.errors import NotVisible
from app.kernel.text import T
from app.organisation.forms import WordingForm
from app.organisation.services import demand_place
from app.organisation.views.bp import bp, here, trail
from app.organisation.wording import BLANKS, KINDS, letter_text, set_letter_text

KIND_TITLES = {
    "head": T("First person responsible"),
    "post": T("Holder of a post"),
    "class_teacher": T("Class teacher"),
    "subject": T("Subject teacher"),
    "village": T("Village sector"),
    "group": T("Group sector"),
}


def _trail() -> list[tuple[str, str]]:
    return trail((_("Letters of responsibility"), here("letters")))


@bp.get(f"{CENTER}/organisation/wording")
@permission("organisation.manage")
def wording() -> Any:
    """List the kinds of letters."""
    demand_place(ctx(), None)
    return show(
        "organisation/wording.html",
        trail=[*_trail(), (_("Wording of the letters"), "")],
        kinds=[(kind, KIND_TITLES[kind], letter_text(ctx(), kind).title) for kind in KINDS],
    )


@bp.route(f"{CENTER}/organisation/wording/<kind>", methods=["GET", "POST"])
@permission("organisation.manage")
def wording_edit(kind: str) -> Any:
    """Change the words of one kind."""
    if kind not in KINDS or ctx().scope.reach is not Reach.CENTER:
        raise NotVisible
    form = WordingForm(obj=letter_text(ctx(), kind))
    blanks = "".join(f"【{blank}】" for blank in BLANKS)
    return save(
        form,
        lambda: set_letter_text(
            ctx(), kind, title=form.title.data or "", text=form.text.data or ""
        ),
        title=str(KIND_TITLES[kind]),
        done=_("Saved. It counts for every letter printed from now on."),
        after=url_for("organisation.wording"),
        trail=[*_trail(), (_("Wording of the letters"), url_for("organisation.wording"))],
        notices=[
            _("These are filled in for each person: %(blanks)s", blanks=blanks),
            _("【职责】 stands on a line of its own. An emptied box brings the usual words back."),
        ],
    )
