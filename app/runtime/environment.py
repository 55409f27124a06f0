"""The environment variables that tell our programs where the servers are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.kernel.errors import Refused
from app.kernel.text import T
from app.runtime.account import service_user
from app.runtime.credentials import Credentials, stored_credentials
from app.runtime.places import data_directory
from app.runtime.process import Program

_OWNER = "DATABASE_OWNER_URL"


@dataclass(frozen=True)
class Environment:
    """The variables of our programs; the database owner's address goes to few of them."""

    variables: Mapping[str, str]

    def of(self, program: Program) -> dict[str, str]:
        """Return the variables for ``program``."""
        return {k: v for k, v in self.variables.items() if program.owner or k != _OWNER}


def brings_database(environ: Mapping[str, str]) -> bool:
    """Say whether a database of somebody else is named; refuse half of the two addresses."""
    named = [name for name in ("DATABASE_URL", _OWNER) if environ.get(name)]
    if len(named) == 1:
        raise Refused(
            T(
                "Only {given} is set. Set both DATABASE_URL (role qinchao_app) and"
                " DATABASE_OWNER_URL (role qinchao_owner), or neither.",
                given=named[0],
            )
        )
    return bool(named)


def brings_redis(environ: Mapping[str, str]) -> bool:
    """Say whether a Redis or Valkey of somebody else is named."""
    return bool(environ.get("REDIS_URL"))


def with_servers(
    environ: Mapping[str, str], data: Path, credentials: Credentials
) -> dict[str, str]:
    """Return ``environ`` completed by the local servers' addresses; what is set stays."""
    ours = {
        "DATABASE_URL": credentials.database_url("qinchao_app"),
        _OWNER: credentials.database_url("qinchao_owner"),
        "REDIS_URL": credentials.redis_url,
        "SECRET_KEY": credentials.secret_key,
        "QINCHAO_KEYS": credentials.data_keys,
        "QINCHAO_DATA": str(data),
        "PYTHONUNBUFFERED": "1",
    }
    return {**ours, **{name: value for name, value in environ.items() if value}}


def local_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return ``environ`` with the addresses of this clone's local servers, if it has any.

    For commands in another terminal while ``qinchao up`` runs; they need no setting then.
    """
    data = data_directory(environ, service_user())
    known = stored_credentials(data)
    return dict(environ) if known is None else with_servers(environ, data, known)
