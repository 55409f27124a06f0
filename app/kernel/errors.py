"""What goes wrong in a way a person can mend."""

from __future__ import annotations

from app.kernel.text import Text


class QinchaoError(Exception):
    """The root of our own errors."""


class Refused(QinchaoError):
    """Input or a step that is not accepted; nothing was written.

    ``field`` names the form field, column or argument concerned, if it is one.
    """

    def __init__(self, message: Text, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class NotVisible(QinchaoError):
    """The object does not exist for this reader (another centre's, another school's): a 404."""


class Forbidden(QinchaoError):
    """The reader may see that it exists but not do this: a 403."""

    def __init__(self, permission: str) -> None:
        super().__init__(permission)
        self.permission = permission
