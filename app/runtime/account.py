"""The system account that servers run under: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from app.kernel.errors import Refused
from app.kernel.text import T


@dataclass(frozen=True)
class ServiceUser:
    """An unprivileged account of this machine."""

    name: str
    uid: int
    gid: int

    def reaches(self, path: Path) -> bool:
        """Say whether this account may enter every folder on the way to ``path`` and read it."""
        status = path.stat()
        readable = status.st_uid == self.uid or bool(status.st_mode & stat.S_IROTH)
        return readable and all(self._enters(parent) for parent in path.parents)

    def own(self, path: Path) -> None:
        """Make ``path`` a private folder of this account; create it when it is missing."""
        path.mkdir(parents=True, exist_ok=True)
        os.chown(path, self.uid, self.gid)
        path.chmod(0o700)

    def _enters(self, folder: Path) -> bool:
        status = folder.stat()
        return status.st_uid == self.uid or bool(status.st_mode & stat.S_IXOTH)


def service_user() -> ServiceUser | None:
    """Return the account to drop to, or None when we are not root and run servers as ourselves.

    The account must exist on the machine (initdb looks it up), hence no invented number.
    """
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServiceUser(name, entry.pw_uid, entry.pw_gid)
    raise Refused(
        T("PostgreSQL cannot run as root, and there is no account 'postgres' or 'nobody' here.")
    )
