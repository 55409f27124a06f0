"""Plain facts about a child: name, birth, numbers, address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.audit.services import record as audit
from app.children.models import Child
from app.children.numbers import pupil_number_index
from app.children.services.versions import lock, touch
from app.host.context import Ctx
from app.kernel import names, xueji
from app.kernel.errors import Refused
from app.kernel.text import T

FIELDS = (
    "name", "former_name", "sex", "birth_date", "ethnic_group", "pupil_number", "boarding",
    "health", "address", "registered_residence", "note",
)  # fmt: skip
_OLDEST = 25


def change_facts(ctx: Ctx, child: Child, *, version: int, values: Mapping[str, Any]) -> None:
    """Write the given fields of a child, of :data:`FIELDS`.

    Raises :class:`Refused` for a value that cannot be, and
    :class:`~app.children.services.versions.Changed` when ``version`` is not the stored one.
    """
    clean = cleaned(values, ctx.today())
    lock(ctx, child, version, clean)
    changed = [name for name, value in clean.items() if getattr(child, name) != value]
    for name in changed:
        setattr(child, name, clean[name])
    if "name" in changed:
        child.name_pinyin, child.name_initials = names.pinyin(child.name)
    if "pupil_number" in changed:
        child.pupil_number_index = pupil_number_index(child.pupil_number)
    if changed:
        touch(ctx, child)
        audit(ctx, "child.change", child_id=child.id, school_id=child.school_id, fields=changed)
    ctx.session.flush()


def cleaned(values: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Return the values as they are stored; raises :class:`Refused` naming the field."""
    found: dict[str, Any] = {n: value or None for n, value in values.items() if n in FIELDS}
    if "name" in found:
        found["name"] = names.normalise(found["name"] or "")
        if not found["name"]:
            raise Refused(T("Fill in the name."), "name")
    if "sex" in found:
        found["sex"] = found["sex"] or "unknown"
    _check_birth(found.get("birth_date"), today)
    if found.get("pupil_number"):
        number = xueji.parse(found["pupil_number"])
        if not number.valid:
            raise Refused(
                T("A pupil number is G, J or L and eighteen more characters."), "pupil_number"
            )
        found["pupil_number"] = number.number
    return found


def _check_birth(birth: date | None, today: date) -> None:
    if birth is None:
        return
    if birth > today:
        raise Refused(T("The date of birth is in the future."), "birth_date")
    if today.year - birth.year > _OLDEST:
        raise Refused(T("The date of birth is too long ago for a pupil."), "birth_date")
