"""A guardian opens the account with a slip: each step commits, so that no failure is forgotten."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import partial
from typing import Any
from uuid import UUID

from app.accounts.sign_in import note_try, slow_down
from app.children.activation.codes import code_index
from app.children.activation.use import (
    accounts_to_join,
    claim,
    complete,
    count_failure,
    find_code,
)
from app.db.scope import Scope
from app.db.session import db, scoped
from app.host.context import Ctx
from app.host.work import at_work
from app.kernel.access import Actor
from app.kernel.clock import Clock
from app.kernel.errors import Refused
from app.kernel.text import T

Work = Callable[[], AbstractContextManager[Ctx]]
_DOES_NOT_FIT = T(
    "Code and digits do not fit together, or the code is used up or too old. Check both; if it "
    "goes on, ask the class teacher for a new slip."
)


def open_account(
    services: Mapping[str, Any], *, code: str, digits: str, pin: str, address: str
) -> UUID:
    """Return the account that a code of a slip opens; ``services`` are the application's.

    Every failure is counted before it is told; raises :class:`Refused`. No scope must be open.
    """
    index, now = code_index(code), Clock().now()
    with scoped(None):
        slow_down(db.session(), index, address, now)
        found = find_code(db.session(), index)
    account: UUID | None = None
    refusal = Refused(_DOES_NOT_FIT)
    if found is not None:
        try:
            actor = Actor("guardian", address=address)
            work = partial(at_work, services, Scope.center(found[0]), actor)
            account = _use(work, found[1], digits, pin)
        except Refused as refused:
            refusal = refused
    with scoped(None):
        note_try(db.session(), index, address, now, "ok" if account else "wrong", account)
        db.session.commit()
    if account is None:
        raise refusal
    return account


def _use(work: Work, activation_id: UUID, digits: str, pin: str) -> UUID | None:
    with work() as own:
        found = claim(own, activation_id, digits=digits)
    if found is None:
        return None
    try:
        with scoped(None):
            join = accounts_to_join(db.session(), found, pin=pin)
    except Refused:
        with work() as own:
            count_failure(own, activation_id)
        raise
    with work() as own:
        return complete(own, activation_id, found, pin=pin, join=join)
