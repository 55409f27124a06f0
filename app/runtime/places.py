"""Where a local installation keeps its data."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from app.kernel.errors import Refused
from app.kernel.text import T
from app.runtime.account import ServiceUser

PROJECT = Path(__file__).resolve().parents[2]
SYSTEM = Path("/var/lib/qinchao")


def data_directory(environ: Mapping[str, str], user: ServiceUser | None) -> Path:
    """Return the data folder: QINCHAO_DATA, else ``var`` beside the code, else under /var/lib.

    The last is for root with a clone that the servers' account cannot enter; the folder's name
    is derived from the clone's path, so that two clones never share data.
    """
    given = environ.get("QINCHAO_DATA")
    if given:
        return Path(given).resolve()
    if user is None or user.reaches(PROJECT):
        return PROJECT / "var"
    return SYSTEM / hashlib.sha256(str(PROJECT).encode()).hexdigest()[:12]


def prepare_data(data: Path, user: ServiceUser | None) -> None:
    """Create the data folder; refuse one that the servers' account cannot enter."""
    data.mkdir(parents=True, exist_ok=True, mode=0o755)
    (data / "run").mkdir(exist_ok=True)
    (data / "logs").mkdir(exist_ok=True)
    if user is not None and not user.reaches(data / "run"):
        raise Refused(
            T(
                "The data folder {data} cannot be entered by the account {name} that runs the"
                " servers. Name another folder in QINCHAO_DATA.",
                data=data,
                name=user.name,
            )
        )
