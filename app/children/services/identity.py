"""Identity numbers: added, corrected, taken back; a doubtful one is kept as to be verified."""

from __future__ import annotations

from app.audit.services import record as audit
from app.children.duplicates import refuse_known_number
from app.children.models import Child, IdentityDocument
from app.children.numbers import identity_index, identity_tail_index
from app.children.services.versions import touch
from app.host.context import Ctx
from app.kernel import national_id
from app.kernel.errors import Refused
from app.kernel.national_id import IdState, NationalId
from app.kernel.text import T, Text

_WRONG: dict[IdState, Text] = {
    IdState.BAD_CHECK_DIGIT: T("The last character does not fit the other seventeen."),
    IdState.BAD_LENGTH: T("An identity number has eighteen characters."),
    IdState.BAD_DATE: T("The digits of the birthday are no day of the calendar."),
    IdState.FUTURE_BIRTH: T("The birthday in the number is in the future."),
    IdState.DAMAGED: T("A spreadsheet has damaged this number: type it anew."),
}


def add_identity(
    ctx: Ctx, child: Child, *, number: str, unverified: bool = False
) -> IdentityDocument:
    """Add an identity number.

    ``unverified`` keeps a number that cannot be right, as to be verified (待核实). Raises
    :class:`Refused` otherwise, and when another child has the number.
    """
    state, reason = check_number(ctx, child, number, unverified=unverified)
    refuse_known_number(ctx, number, but=child)
    return store_number(ctx, child, national_id.normalise(number), state, reason)


def check_number(
    ctx: Ctx, child: Child, number: str, *, unverified: bool
) -> tuple[str, str | None]:
    """Return the state a number is stored with, and why; raises :class:`Refused`."""
    parsed = national_id.parse(number, today=ctx.today())
    wrong = _wrong(child, parsed)
    if wrong is None:
        return "verified", None
    if not unverified or parsed.state is IdState.DAMAGED or not parsed.number:
        raise Refused(wrong, "number")
    return "to_verify", parsed.state.value


def _wrong(child: Child, parsed: NationalId) -> Text | None:
    if parsed.state is not IdState.OK:
        return _WRONG[parsed.state]
    if child.birth_date and parsed.birth and parsed.birth != child.birth_date:
        return T("The birthday in the number is {day}, not the child's.", day=parsed.birth)
    if child.sex != "unknown" and parsed.sex and parsed.sex != child.sex:
        return T("The number belongs to the other sex.")
    return None


def store_number(
    ctx: Ctx, child: Child, number: str, state: str, reason: str | None
) -> IdentityDocument:
    """Write a checked number."""
    row = IdentityDocument(
        school_id=child.school_id,
        child_id=child.id,
        number=number,
        number_index=identity_index(number),
        tail_index=identity_tail_index(number),
        state=state,
        reason=reason,
    )
    ctx.session.add(row)
    touch(ctx, child)
    _audit(ctx, "identity.add", child, row)
    ctx.session.flush()
    return row


def correct_identity(
    ctx: Ctx, child: Child, document: IdentityDocument, *, number: str, unverified: bool = False
) -> IdentityDocument:
    """Take back a wrong number and write the right one; both stay on record."""
    if national_id.normalise(number) == document.number:
        document.state, document.reason = check_number(ctx, child, number, unverified=unverified)
        _audit(ctx, "identity.verify", child, document)
        ctx.session.flush()
        return document
    document.voided_at = ctx.now()
    return add_identity(ctx, child, number=number, unverified=unverified)


def void_identity(ctx: Ctx, child: Child, document: IdentityDocument) -> None:
    """Take back a number that is not the child's."""
    document.voided_at = ctx.now()
    touch(ctx, child)
    _audit(ctx, "identity.void", child, document)
    ctx.session.flush()


def _audit(ctx: Ctx, action: str, child: Child, row: IdentityDocument) -> None:
    ctx.session.flush()
    audit(
        ctx, action, object_type="identity_document", object_id=row.id, child_id=child.id,
        school_id=child.school_id,
    )  # fmt: skip
