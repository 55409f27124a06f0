"""The settings of an installation, read from the environment once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.kernel.errors import Refused
from app.kernel.text import T

_NEEDED = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "QINCHAO_KEYS", "QINCHAO_DATA")


@dataclass(frozen=True)
class Config:
    """Where the servers are, the secrets, and where files lie.

    ``files_url`` is an fsspec address of the file store. ``secure_cookies`` is for HTTPS.
    ``extra_plugins`` names packages whose subpackages are plugins too. ``proxies`` is how many
    servers of ours stand in front and say who the caller is; with none, such words are ignored.
    ``smtp_url``, ``mail_from`` and ``address`` are for mail: the server, who sends, and where this
    service is reached from outside.
    """

    database_url: str
    redis_url: str
    secret_key: str
    keys: str
    data: Path
    owner_url: str | None = None
    files_url: str | None = None
    secure_cookies: bool = False
    extra_plugins: tuple[str, ...] = ()
    proxies: int = 0
    smtp_url: str | None = None
    mail_from: str | None = None
    address: str | None = None

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Config:
        """Read the settings; raises :class:`Refused` naming what is missing."""
        missing = [name for name in _NEEDED if not environ.get(name)]
        if missing:
            raise Refused(T("Set these variables first: {names}", names=", ".join(missing)))
        return cls(
            database_url=environ["DATABASE_URL"],
            redis_url=environ["REDIS_URL"],
            secret_key=environ["SECRET_KEY"],
            keys=environ["QINCHAO_KEYS"],
            data=Path(environ["QINCHAO_DATA"]),
            owner_url=environ.get("DATABASE_OWNER_URL"),
            files_url=environ.get("QINCHAO_FILES"),
            secure_cookies=environ.get("QINCHAO_HTTPS") == "1",
            extra_plugins=tuple(environ.get("QINCHAO_PLUGINS", "").split()),
            proxies=int(environ.get("QINCHAO_PROXIES", "0")),
            smtp_url=environ.get("QINCHAO_SMTP"),
            mail_from=environ.get("QINCHAO_MAIL_FROM"),
            address=environ.get("QINCHAO_ADDRESS"),
        )
