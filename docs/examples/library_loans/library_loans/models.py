"""The plugin's table."""

from sqlalchemy.orm import Mapped

from app.sdk import Base, RecordScoped


class Loan(RecordScoped, Base):
    """A book that a pupil took home."""

    __tablename__ = "library_loans_loan"

    book: Mapped[str]
