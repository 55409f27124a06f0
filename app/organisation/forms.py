"""Forms about the organisation."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.edge.forms import NEEDED, PAPERS, choices
from app.organisation.services import LONGEST_TEXT, LONGEST_TITLE


class BodyForm(FlaskForm):  # type: ignore[misc]
    """A body."""

    title = StringField(_("What it is called"), [NEEDED, Length(max=LONGEST_TITLE)])


class SectorForm(FlaskForm):  # type: ignore[misc]
    """A new village or group sector."""

    kind = RadioField(
        _("Kind"),
        choices=choices([("village", _("Village sector")), ("group", _("Group sector"))]),
        default="village",
    )
    title = StringField(_("Name of the village or group"), [NEEDED, Length(max=LONGEST_TITLE)])
    duties = TextAreaField(
        _("Duties of the post"), [Length(max=LONGEST_TEXT)], description=_("One duty a line.")
    )


class PostForm(FlaskForm):  # type: ignore[misc]
    """What a post is called and has to do."""

    title = StringField(_("Post"), [NEEDED, Length(max=LONGEST_TITLE)])
    duties = TextAreaField(
        _("Duties of the post"),
        [Length(max=LONGEST_TEXT)],
        description=_("One duty a line."),
        render_kw={"rows": 5},
    )
    leads = BooleanField(_("The first person responsible"))


class AppointForm(FlaskForm):  # type: ignore[misc]
    """Give the post to somebody."""

    staff = SelectField(_("Who"), [InputRequired(_("Choose one."))])
    replaces = SelectField(_("In the place of"), [Optional()])
    deputy = BooleanField(_("As deputy (steps in when the person responsible is away)"))
    starts_on = DateField(_("Starting on"), [InputRequired(_("Give a day."))])


class ScanForm(FlaskForm):  # type: ignore[misc]
    """The signed paper."""

    scan = FileField(
        _("Photo or PDF of the signed paper"),
        [FileRequired(_("Choose a file."))],
        render_kw={"accept": PAPERS},
    )


class WordingForm(FlaskForm):  # type: ignore[misc]
    """The centre's own words for a kind of letter."""

    title = StringField(_("Title"), [Length(max=LONGEST_TITLE)])
    text = TextAreaField(_("Text"), [Length(max=LONGEST_TEXT)], render_kw={"rows": 14})
