"""Writing loans."""

from app.sdk import Child, Ctx, EntryFor, record
from library_loans.models import Loan


def lend(ctx: Ctx, child: Child, book: str) -> Loan:
    """Write down that ``child`` took ``book`` home today."""
    act = record(
        ctx,
        kind="library_loans.loan",
        happened_on=ctx.today(),
        title="Took a book home",
        entries=[EntryFor(child, text=book)],
    )
    entry = act.entries[0]
    row = Loan(id=entry.id, school_id=entry.school_id, child_id=child.id, book=book)
    ctx.session.add(row)
    ctx.session.flush()
    return row
