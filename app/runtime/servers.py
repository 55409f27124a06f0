"""PostgreSQL and Valkey of a local installation, under our own account and passwords."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from app.runtime import databases
from app.runtime.access import Access
from app.runtime.account import service_user
from app.runtime.binaries import find_postgres, find_valkey
from app.runtime.credentials import DATABASE, settle_credentials
from app.runtime.lock import DataLock
from app.runtime.places import prepare_data
from app.runtime.postgres import (
    STOP_WITH,
    PostgresPlan,
    await_postgres,
    launch_postgres,
)
from app.runtime.process import end
from app.runtime.remains import end_remains, forget, remember
from app.runtime.valkey import ValkeyPlan, await_valkey, launch_valkey

_LONGEST_WAIT = 30.0
_LIVED_WELL = 60.0


@dataclass(frozen=True)
class Wanted:
    """Which servers to run; ``durable=False`` gives up safety for speed, for tests."""

    postgres: bool = True
    valkey: bool = True
    durable: bool = True


class Servers(Access):
    """Running servers of one data folder. Start them from the main thread; stop them yourself.

    They end by themselves when the process that started them dies.
    """

    def __init__(self, data: Path, wanted: Wanted) -> None:
        """Take the data folder and end what an earlier run left in it; start nothing yet."""
        self.data = data
        self._user = service_user()
        prepare_data(data, self._user)
        self._lock = DataLock(data)
        self.ended_remains = end_remains(data / "run")
        super().__init__(settle_credentials(data))
        self._postgres: subprocess.Popen[bytes] | None = None
        self._valkey: subprocess.Popen[bytes] | None = None
        self._wanted = wanted
        self._valkey_started = 0.0
        self._valkey_wait = 1.0
        self._valkey_due: float | None = None

    @classmethod
    def start(
        cls, data: Path, *, postgres: bool = True, valkey: bool = True, durable: bool = True
    ) -> Self:
        """Start the servers of folder ``data`` and wait until both answer.

        Raises AlreadyRunning when another process uses the folder, ServerFailed with the end of
        the log when a server does not come up, Refused when no programs are found.
        """
        servers = cls(data, Wanted(postgres, valkey, durable))
        try:
            servers._start()
        except BaseException:
            servers.stop()
            raise
        return servers

    def dead(self) -> str | None:
        """Return the name of a server that has ended and is not started again; else None."""
        ended = self._postgres is not None and self._postgres.poll() is not None
        return "PostgreSQL" if ended else None

    def revive(self) -> int | None:
        """Start Valkey again when it has ended: same address, same data. Call it often.

        Returns its code once when it is found ended. It comes back after a wait that doubles
        while it keeps dying; nothing waits for it, as pages do without it meanwhile.
        """
        if self._valkey is None or self._valkey.poll() is None:
            return None
        now = time.monotonic()
        if self._valkey_due is None:
            if now - self._valkey_started > _LIVED_WELL:
                self._valkey_wait = 1.0
            self._valkey_due = now + self._valkey_wait
            self._valkey_wait = min(self._valkey_wait * 2, _LONGEST_WAIT)
            return self._valkey.returncode
        if now >= self._valkey_due:
            self._launch_valkey(self._valkey_plan())
        return None

    def stop(self) -> None:
        """Stop Valkey, then PostgreSQL, in good order, and free the data folder."""
        if self._valkey is not None:
            end(self._valkey)
            forget(self.data / "run", "valkey")
        if self._postgres is not None:
            end(self._postgres, STOP_WITH, patience=60)
            forget(self.data / "run", "postgres")
        self._valkey = self._postgres = None
        self._lock.release()

    def _start(self) -> None:
        """Launch both before waiting for either: they come up at the same time."""
        run = self.data / "run"
        postgres = self._postgres_plan() if self._wanted.postgres else None
        valkey = self._valkey_plan() if self._wanted.valkey else None
        if postgres is not None:
            self._postgres = launch_postgres(postgres)
            remember(run, "postgres", self._postgres.pid, STOP_WITH)
        if valkey is not None:
            self._launch_valkey(valkey)
        if postgres is not None and self._postgres is not None:
            await_postgres(postgres, self._postgres)
            self._prepare_database()
        if valkey is not None and self._valkey is not None:
            await_valkey(valkey, self._valkey)

    def _launch_valkey(self, plan: ValkeyPlan) -> None:
        self._valkey = launch_valkey(plan)
        self._valkey_started, self._valkey_due = time.monotonic(), None
        remember(self.data / "run", "valkey", self._valkey.pid, signal.SIGTERM)

    def _prepare_database(self) -> None:
        if not databases.database_exists(self.superuser_url, DATABASE):
            databases.make_database(self.superuser_url, DATABASE)
        # Every time: a newer version may bring a role or an extension.
        databases.apply_roles(self.url_for("postgres"))
        known = self.credentials
        passwords = {"qinchao_owner": known.owner_password, "qinchao_app": known.app_password}
        databases.set_passwords(self.superuser_url, passwords)

    def _postgres_plan(self) -> PostgresPlan:
        return PostgresPlan(
            programs=find_postgres(os.environ, self._user),
            data=self.data / "postgres",
            log=self.data / "logs" / "postgres.log",
            credentials=self.credentials,
            user=self._user,
            durable=self._wanted.durable,
        )

    def _valkey_plan(self) -> ValkeyPlan:
        return ValkeyPlan(
            program=find_valkey(self._user),
            data=self.data / "valkey",
            log=self.data / "logs" / "valkey.log",
            credentials=self.credentials,
            user=self._user,
            durable=self._wanted.durable,
        )
