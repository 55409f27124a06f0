"""Ports, passwords and keys of a local installation, made once and kept in the data folder."""

from __future__ import annotations

import base64
import json
import os
import secrets
import socket
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

DATABASE = "qinchao"
Role = Literal["postgres", "qinchao_owner", "qinchao_app"]

_NAME = "servers.json"


@dataclass(frozen=True)
class Credentials:
    """What must be known to reach the local servers."""

    postgres_port: int
    valkey_port: int
    superuser_password: str
    owner_password: str
    app_password: str
    valkey_password: str
    secret_key: str
    data_keys: str

    def database_url(self, role: Role, database: str = DATABASE) -> str:
        """Return the address of ``database`` for ``role``."""
        passwords: dict[Role, str] = {
            "postgres": self.superuser_password,
            "qinchao_owner": self.owner_password,
            "qinchao_app": self.app_password,
        }
        return f"postgresql://{role}:{passwords[role]}@127.0.0.1:{self.postgres_port}/{database}"

    @property
    def redis_url(self) -> str:
        """Return the address of the queue store."""
        return f"redis://:{self.valkey_password}@127.0.0.1:{self.valkey_port}/0"

    def save(self, data: Path) -> None:
        """Write the file readable by nobody else; replace it in one step."""
        aside = data / f".{_NAME}"
        aside.unlink(missing_ok=True)
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            json.dump(asdict(self), out, indent=1)
        aside.rename(data / _NAME)


def stored_credentials(data: Path) -> Credentials | None:
    """Return what an earlier start kept in ``data``; None before the first start."""
    path = data / _NAME
    return Credentials(**json.loads(path.read_text())) if path.exists() else None


def settle_credentials(data: Path) -> Credentials:
    """Return the kept credentials, or new ones; a port that is taken meanwhile is replaced."""
    known = stored_credentials(data)
    if known is None:
        known = Credentials(
            *_free_ports(),
            superuser_password=secrets.token_urlsafe(24),
            owner_password=secrets.token_urlsafe(24),
            app_password=secrets.token_urlsafe(24),
            valkey_password=secrets.token_urlsafe(24),
            secret_key=secrets.token_urlsafe(48),
            data_keys=_data_keys(),
        )
    elif not (_is_free(known.postgres_port) and _is_free(known.valkey_port)):
        postgres_port, valkey_port = _free_ports()
        known = replace(known, postgres_port=postgres_port, valkey_port=valkey_port)
    known.save(data)
    return known


def _data_keys() -> str:
    """Return a new ring of keys for encrypted fields: one that writes, one of blind indexes."""
    first, index = (base64.b64encode(secrets.token_bytes(32)).decode() for _ in range(2))
    return f"1:{first},index:{index}"


def _free_ports() -> tuple[int, int]:
    """Ask the system for two ports, held together so that they differ."""
    with (
        socket.create_server(("127.0.0.1", 0)) as first,
        socket.create_server(("127.0.0.1", 0)) as second,
    ):
        return first.getsockname()[1], second.getsockname()[1]


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True
