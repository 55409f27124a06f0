"""One thing that was looked at, and what is looked at."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from app.config import Config
from app.files.store import FileStore
from app.host.registry import Registry
from app.kernel.text import T, Text

GOOD, DOUBTFUL, BAD = "good", "doubtful", "bad"


@dataclass(frozen=True)
class Patient:
    """The installation: its settings, its plugins, the application's connections, the owner's."""

    config: Config
    registry: Registry
    engine: Engine
    owner: Engine | None
    files: FileStore


@dataclass(frozen=True)
class Finding:
    """What was found. ``state``: good, doubtful (look at it), bad (mend it: exit status 1).

    ``todo`` says what to do about it.
    """

    state: str
    told: Text | str = ""
    todo: Text | None = None


NOT_ASKED = Finding(DOUBTFUL, T("Not looked at"), T("Set DATABASE_OWNER_URL for this command."))
"""Only the owner could see it, and the owner's address is not set."""
