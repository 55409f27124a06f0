"""What the plugin declares."""

from app.sdk import EntryKind, Module, NavItem, Permission, PersonalTable, text_domain

T = text_domain("library_loans")

MODULE = Module(
    name="library_loans",
    title=T("Books at home"),
    summary=T("Which book a pupil has at home."),
    version="1.0.0",
    core=">=0.1,<1",
    permissions=(
        Permission("library_loans.view", T("See loans"), ("school_admin", "homeroom_teacher")),
    ),
    entry_kinds=(
        EntryKind("library_loans.loan", T("Loan"), "guardian", "book", asks_family=True),
        EntryKind("library_loans.worry", T("Worry"), "library_loans.view"),
    ),
    navigation=(
        NavItem(T("Books at home"), "library_loans_school.page", "library_loans.view", icon="book"),
    ),
    stores=(T("Titles of books"),),
    personal=(PersonalTable("library_loans_loan", T("Books at home"), {"book": T("Book")}),),
)
