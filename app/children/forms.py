"""Forms about children."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from app.children.words import AWAY, BOARDING, CAN_CARE, CONDITIONS, REASONS_OUT, RELATIONS, SEXES
from app.edge.forms import NEEDED, choices

_CHOOSE = ("", _("Please choose"))
_NONE = ("", _("Not known"))
# Words of the civil-affairs and disabled persons' registers; they are stored as they are.
HARDSHIP = ("低保", "低保边缘", "特困", "脱贫户", "突发困难", "其他")
DISABILITY = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重")


class FactsForm(FlaskForm):  # type: ignore[misc]
    """Plain facts about a child."""

    version = IntegerField(widget=HiddenInput())
    name = StringField(_("Name"), [NEEDED, Length(max=60)], render_kw={"autocomplete": "off"})
    former_name = StringField(_("Former name"), [Length(max=60)])
    sex = RadioField(_("Sex"), choices=choices(SEXES.items()), default="unknown")
    birth_date = DateField(_("Date of birth"), [Optional()])
    ethnic_group = StringField(_("Ethnic group"), [Length(max=30)])
    boarding = SelectField(_("Boards"), choices=choices([_NONE, *BOARDING.items()]))
    pupil_number = StringField(
        _("Pupil number"), [Length(max=30)], description=_("G, J or L and eighteen characters.")
    )
    address = StringField(_("Address now"), [Length(max=200)])
    registered_residence = StringField(_("Registered residence"), [Length(max=200)])
    health = StringField(_("Health"), [Length(max=200)])
    note = TextAreaField(_("Remarks"), [Length(max=1000)], render_kw={"rows": 3})


class NewChildForm(FlaskForm):  # type: ignore[misc]
    """A new pupil."""

    name = StringField(_("Name"), [NEEDED, Length(max=60)], render_kw={"autocomplete": "off"})
    number = StringField(
        _("Identity number"),
        [Length(max=30)],
        description=_("May stay empty: a child without a number is entered too."),
        render_kw={"autocomplete": "off"},
    )
    unverified = BooleanField(_("Keep the number as it is, to be verified"))
    sex = RadioField(_("Sex"), choices=choices(SEXES.items()), default="unknown")
    birth_date = DateField(_("Date of birth"), [Optional()])
    homeroom = SelectField(_("Class"), [NEEDED])
    starts_on = DateField(_("At school since"), [NEEDED])
    boarding = SelectField(_("Boards"), choices=choices([_NONE, *BOARDING.items()]))
    pupil_number = StringField(_("Pupil number"), [Length(max=30)])
    address = StringField(_("Address now"), [Length(max=200)])
    another = BooleanField(_("It is another child of the same name"))


class IdentityForm(FlaskForm):  # type: ignore[misc]
    """An identity number."""

    number = StringField(
        _("Identity number"),
        [NEEDED, Length(max=30)],
        description=_("As it stands on the household register or the card."),
        render_kw={"autocomplete": "off", "inputmode": "text"},
    )
    unverified = BooleanField(
        _("Keep the number as it is, to be verified"),
        description=_("Only when the document really says so."),
    )


class _BondFields:
    relation = SelectField(_("Relation"), [NEEDED], choices=choices([_CHOOSE, *RELATIONS.items()]))
    relation_note = StringField(
        _("Relation, more exactly"), [Length(max=30)], description=_("For example: aunt.")
    )
    cares_daily = BooleanField(_("Looks after the child day by day"))
    entrusted = BooleanField(_("The parents have entrusted the child to this person"))
    legal = BooleanField(_("Legal guardian"))
    barred = BooleanField(_("Must be kept away from the child"))
    barred_reason = StringField(_("Why kept away"), [Length(max=200)])


class NewGuardianForm(FlaskForm, _BondFields):  # type: ignore[misc]
    """An adult of a child, new or known from a brother or sister."""

    name = StringField(
        _("Name"), [Length(max=60)], description=_("May stay empty when it is not known.")
    )
    number = StringField(
        _("Telephone"), [Length(max=30)], render_kw={"inputmode": "tel", "type": "tel"}
    )
    same = RadioField(_("Is it one of these?"), validate_choice=False)


class GuardianForm(FlaskForm, _BondFields):  # type: ignore[misc]
    """An adult and what they are to the child."""

    version = IntegerField(widget=HiddenInput())
    name = StringField(_("Name"), [Length(max=60)])
    died_on = DateField(_("Died on"), [Optional()])
    ends_on = DateField(
        _("Last day"),
        [Optional()],
        description=_("Only when this person no longer has to do with the child."),
    )


class PhoneForm(FlaskForm):  # type: ignore[misc]
    """A new telephone number."""

    number = StringField(
        _("Telephone"), [NEEDED, Length(max=30)], render_kw={"inputmode": "tel", "type": "tel"}
    )


class ChangePhoneForm(FlaskForm):  # type: ignore[misc]
    """What became of a telephone number."""

    reached_on = DateField(_("Last reached"), [Optional()])
    dead = BooleanField(_("The number is dead"))
    number = StringField(
        _("New number"),
        [Length(max=30)],
        description=_("Only when the number has changed; the old one stays on record."),
        render_kw={"inputmode": "tel", "type": "tel"},
    )


class StatusForm(FlaskForm):  # type: ignore[misc]
    """Where a parent is now."""

    away = RadioField(_("Where now"), [NEEDED], choices=choices(AWAY.items()))
    away_since = DateField(
        _("Away since"),
        [Optional()],
        description=_("About is enough: three months decide whether a child counts."),
    )
    place = StringField(_("Place of work"), [Length(max=100)], description=_("To city level."))
    work = StringField(_("Work"), [Length(max=100)])
    can_care = RadioField(
        _("Can this parent care for the child, when at home?"),
        choices=choices(CAN_CARE.items()),
        default="unknown",
    )
    condition = SelectField(
        _("Special condition"),
        choices=choices([("", _("None")), *CONDITIONS.items()]),
        description=_("Only what an official paper says."),
    )


class DeclareForm(FlaskForm):  # type: ignore[misc]
    """What a form or register says of a child."""

    as_of = DateField(_("Day of the form"), [NEEDED])
    source = StringField(_("Which form"), [Length(max=100)])
    left_behind = SelectField(
        _("Left behind"),
        choices=choices(
            [
                ("", _("Not stated")),
                ("both", _("Both parents away")),
                ("one", _("One parent away")),
                ("none", _("Not left behind")),
            ]
        ),
    )
    orphan = SelectField(
        _("Orphan"), choices=choices([("", _("Not stated")), ("no", _("No")), ("yes", _("Yes"))])
    )
    hardship = SelectField(
        _("Family in hardship"),
        choices=choices(
            [("", _("Not stated")), ("none", _("None")), *((word, word) for word in HARDSHIP)]
        ),
    )
    disability = SelectField(
        _("Disability"),
        choices=choices(
            [("", _("Not stated")), ("none", _("None")), *((word, word) for word in DISABILITY)]
        ),
    )


class PlaceForm(FlaskForm):  # type: ignore[misc]
    """A class and from when."""

    homeroom = SelectField(_("Class"), [NEEDED])
    starts_on = DateField(_("From which day"), [NEEDED])


class MentorForm(FlaskForm):  # type: ignore[misc]
    """Who mentors a child."""

    mentor = SelectField(_("Mentor"))


class LeaveForm(FlaskForm):  # type: ignore[misc]
    """The end of a child's time at school."""

    last_day = DateField(_("Last day at school"), [NEEDED])
    reason = SelectField(
        _("Reason"),
        [NEEDED],
        choices=choices(
            [_CHOOSE, *((k, v) for k, v in REASONS_OUT.items() if k not in ("transfer", "double"))]
        ),
    )


class MergeForm(FlaskForm):  # type: ignore[misc]
    """Which record stands for a child that was entered twice."""

    into = RadioField(_("Which record stands?"), [InputRequired(_("Choose one."))])


class TransferForm(FlaskForm):  # type: ignore[misc]
    """Asking another school to take a child."""

    school = SelectField(_("To which school"), [NEEDED])
    effective_on = DateField(_("From which day"), [NEEDED])
    reason = TextAreaField(
        _("Reason"),
        [Length(max=300)],
        description=_("The other school reads this."),
        render_kw={"rows": 2},
    )


class DeclineForm(FlaskForm):  # type: ignore[misc]
    """Why a child is not taken."""

    answer = StringField(_("Why not"), [NEEDED, Length(max=300)])


class HomeroomForm(FlaskForm):  # type: ignore[misc]
    """A new class."""

    grade = SelectField(_("Grade"), [NEEDED])
    number = IntegerField(_("Number of the class"), [NEEDED])
    title = StringField(
        _("Own name"),
        [Length(max=30)],
        description=_("Only when the class is not called by grade and number."),
    )
