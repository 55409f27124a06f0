"""What can go wrong with the programs of a local installation."""

from __future__ import annotations

from pathlib import Path

from app.kernel.errors import Refused
from app.kernel.text import T


class AlreadyRunning(Refused):
    """Another ``qinchao up`` uses the same data folder."""

    def __init__(self, data: Path) -> None:
        super().__init__(
            T(
                "Qinchao is already running with the data folder {data}. Stop it with Ctrl-C"
                " first, or name another folder in QINCHAO_DATA.",
                data=data,
            )
        )


class ServerFailed(Refused):
    """A server ended or did not answer; the last lines of its log are part of the message."""

    def __init__(self, name: str, log: Path) -> None:
        lines = log.read_text(errors="replace").splitlines()[-12:] if log.exists() else []
        super().__init__(
            T(
                "{name} did not start. The end of {log}:\n{tail}",
                name=name,
                log=log,
                tail="\n".join(lines),
            )
        )


class ProgramEnded(Refused):
    """A server or program that everything depends on has ended by itself."""

    def __init__(self, name: str, code: int | None) -> None:
        super().__init__(
            T("{name} has ended (code {code}), so the rest was stopped.", name=name, code=code)
            if code is not None
            else T("{name} has ended, so the rest was stopped. Its log is in logs/.", name=name)
        )
