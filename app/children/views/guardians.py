"""The adults of a child: adding, changing, their telephone numbers and whereabouts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from app.children.current import child
from app.children.family import Adult, families
from app.children.forms import (
    ChangePhoneForm,
    GuardianForm,
    NewGuardianForm,
    PhoneForm,
    StatusForm,
)
from app.children.models import Guardian
from app.children.page import history_of
from app.children.services import guardians as services
from app.children.views.bp import bp
from app.children.views.page import back, child_trail
from app.children.views.saving import save
from app.children.words import AWAY, CONDITIONS
from app.edge.areas import CHILD
from app.edge.current import ctx
from app.edge.forms import choices
from app.edge.marks import permission
from app.kernel.errors import NotVisible, Refused
from app.kernel.text import T

_NEW = "new"
_BOND = (
    "relation", "relation_note", "cares_daily", "entrusted", "legal", "barred", "barred_reason",
)  # fmt: skip


def _adults() -> list[Adult]:
    return families(ctx(), [child().id]).get(child().id, [])


def _adult(bond_id: UUID) -> Adult:
    found = next((adult for adult in _adults() if adult.bond.id == bond_id), None)
    if found is None:
        raise NotVisible
    return found


def _ask_same(form: NewGuardianForm) -> Sequence[Guardian]:
    """Ask whether it is somebody known, when name and number are; else drop the question."""
    found: Sequence[Guardian] = []
    if form.is_submitted():
        found = services.same_people(
            ctx(), name=form.name.data or "", number=form.number.data or ""
        )
    if not found:
        del form.same
        return []
    pairs = [(str(person.id), _("Yes: %(name)s", name=person.name)) for person in found]
    form.same.choices = choices([*pairs, (_NEW, _("No, another person"))])
    return found


@bp.route(f"{CHILD}/guardians/new", methods=["GET", "POST"])
@permission("children.edit")
def add_guardian() -> Any:
    """Add a parent or another adult; somebody known by name and number is proposed."""
    form = NewGuardianForm()
    known = _ask_same(form)

    def act() -> None:
        chosen = form.same.data if known else _NEW
        if not chosen:
            raise Refused(
                T("Somebody of this name and number is known. Say whether it is the same person."),
                "same",
            )
        person = next((person for person in known if str(person.id) == chosen), None)
        services.add_guardian(
            ctx(),
            child(),
            adults=_adults(),
            person=person,
            name=form.name.data or "",
            number=form.number.data or "",
            values={name: form[name].data for name in _BOND},
        )

    return save(
        form,
        act,
        title=_("Add a parent or guardian"),
        done=_("The person is added."),
        after=back(),
        trail=child_trail(),
        draft=f"guardian-{child().id}",
        order=("name", "number", "same", *_BOND),
    )


@bp.route(f"{CHILD}/guardians/<uuid:bond_id>/edit", methods=["GET", "POST"])
@permission("children.edit")
def edit_guardian(bond_id: UUID) -> Any:
    """Change an adult and what they are to the child."""
    adult = _adult(bond_id)
    values = {name: getattr(adult.bond, name) for name in (*_BOND, "ends_on")}
    form = GuardianForm(obj=adult.guardian, data=values)
    return save(
        form,
        lambda: services.change_guardian(
            ctx(),
            child(),
            adult,
            adults=_adults(),
            version=form.version.data or 0,
            values={name: form[name].data for name in ("name", "died_on", "ends_on", *_BOND)},
        ),
        title=adult.guardian.name or adult.relation,
        done=_("The changes are saved."),
        after=back(),
        trail=child_trail(),
        order=("version", "name", *_BOND, "died_on", "ends_on"),
        notices=[_("Name and day of death hold for brothers and sisters too.")],
    )


@bp.route(f"{CHILD}/guardians/<uuid:bond_id>/phones/new", methods=["GET", "POST"])
@permission("children.edit")
def add_phone(bond_id: UUID) -> Any:
    """Add a telephone number."""
    adult = _adult(bond_id)
    form = PhoneForm()
    return save(
        form,
        lambda: services.add_phone(
            ctx(), child(), adult.guardian, number=form.number.data or "", known=adult.phones
        ),
        title=_("Telephone of %(name)s", name=adult.guardian.name or adult.relation),
        done=_("The number is saved."),
        after=back(),
        trail=child_trail(),
    )


@bp.route(f"{CHILD}/phones/<uuid:phone_id>/edit", methods=["GET", "POST"])
@permission("children.edit")
def edit_phone(phone_id: UUID) -> Any:
    """Say when a number was answered, that it is dead, or what the new one is."""
    found = [(a, p) for a in _adults() for p in a.phones if p.id == phone_id]
    if not found:
        raise NotVisible
    adult, phone = found[0]
    form = ChangePhoneForm(
        data={"reached_on": phone.last_reached_on, "dead": phone.dead_on is not None}
    )
    return save(
        form,
        lambda: services.change_phone(
            ctx(),
            child(),
            adult,
            phone,
            number=form.number.data or "",
            dead=form.dead.data,
            reached_on=form.reached_on.data,
        ),
        title=_("Telephone of %(name)s", name=adult.guardian.name or adult.relation),
        done=_("The number is saved."),
        after=back(),
        trail=child_trail(),
    )


@bp.route(f"{CHILD}/guardians/<uuid:bond_id>/status", methods=["GET", "POST"])
@permission("children.edit")
def status(bond_id: UUID) -> Any:
    """Confirm where a parent is today."""
    adult = _adult(bond_id)
    now = adult.status
    form = StatusForm(obj=now) if now else StatusForm()
    names = ("away", "away_since", "place", "work", "can_care", "condition")
    return save(
        form,
        lambda: services.confirm_status(
            ctx(), child(), adult.guardian, values={name: form[name].data for name in names}
        ),
        title=_("Where is %(name)s now?", name=adult.guardian.name or adult.relation),
        done=_("Confirmed today. The classification follows at once."),
        after=back(),
        trail=child_trail(),
        template="children/status.html",
        history=history_of(ctx(), adult.guardian.id),
        away=AWAY,
        conditions=CONDITIONS,
        save_label=_("I confirm this today"),
    )
