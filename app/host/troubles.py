"""The last failure of each module's part of a page: not only the log hears of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from app.kernel.clock import Clock

_KEY = "qinchao:module_troubles"
_REMEMBERED = timedelta(days=7)


@dataclass(frozen=True)
class Trouble:
    """A module's hook failed: which, when, and the kind of error; never what it was about."""

    module: str
    hook: str
    at: datetime
    error: str


class Troubles:
    """Kept in Redis for a week after the last one; without Redis nothing is known."""

    def __init__(self, redis_url: str) -> None:
        """Reach Redis only when asked to, and give up within a second."""
        self._redis = Redis.from_url(
            redis_url,
            retry=Retry(NoBackoff(), 0),
            socket_connect_timeout=1,
            socket_timeout=1,
            decode_responses=True,
        )

    def note(self, module: str, hook: str, error: BaseException) -> None:
        """Remember that a hook of a module failed now."""
        told = {"hook": hook, "at": Clock().now().isoformat(), "error": type(error).__name__}
        with suppress(RedisError):
            self._redis.hset(_KEY, module, json.dumps(told))
            self._redis.expire(_KEY, _REMEMBERED)

    def last(self) -> Mapping[str, Trouble]:
        """Return the last failure of each module of the last week."""
        found: dict[str, Trouble] = {}
        with suppress(RedisError):
            for module, told in self._redis.hgetall(_KEY).items():
                known = json.loads(told)
                at = datetime.fromisoformat(known["at"])
                if Clock().now() - at < _REMEMBERED:
                    found[str(module)] = Trouble(str(module), known["hook"], at, known["error"])
        return found
