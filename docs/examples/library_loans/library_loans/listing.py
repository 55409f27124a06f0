"""The list of loans."""

from app.sdk import (
    NEWEST_FIRST,
    ChildSearch,
    Days,
    Entry,
    ListColumn,
    RecordLine,
    RecordList,
    by_column,
    class_column,
    day_column,
    name_column,
    of_class,
    record_lines,
    record_rows,
)
from library_loans.manifest import T
from library_loans.models import Loan

VIEW = "library_loans.view"

LOANS: RecordList[RecordLine[Loan]] = RecordList(
    name="library_loans.loans",
    title=T("Books at home"),
    rows=record_rows(Loan, VIEW),
    lines=record_lines,
    columns=(
        name_column(),
        class_column(),
        day_column(),
        ListColumn("book", T("Book"), lambda line: line.record.book, sort=Loan.book, width=24),
        by_column(),
    ),
    filters=(ChildSearch(), of_class(VIEW, Loan.child_id), Days(Entry.happened_on)),
    order=NEWEST_FIRST,
)
