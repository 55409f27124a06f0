"""Reading once: what a page has read, it need not read again until something is written.

The parts of a page are made by features and modules that know nothing of each other, and several
of them want a child's adults, or who wrote an entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from sqlalchemy import TextualSelect, event
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

Key = TypeVar("Key")
Found = TypeVar("Found")

_READ = "read_once"


def read_once(
    session: Session,
    what: str,
    keys: Iterable[Key],
    read: Callable[[list[Key]], Mapping[Key, Found]],
) -> dict[Key, Found]:
    """Return what ``read`` finds for each of ``keys``; it is asked only for those not yet known.

    ``what`` names the kind of thing. A key that ``read`` does not find is left out. Writing
    through the session, or rolling back, forgets everything.
    """
    if session.autoflush and (session.new or session.dirty or session.deleted):
        session.flush()
    known: dict[Key, list[Found]] = session.info.setdefault(_READ, {}).setdefault(what, {})
    wanted = list(dict.fromkeys(keys))
    missing = [key for key in wanted if key not in known]
    if missing:
        found = read(missing)
        known |= {key: [found[key]] if key in found else [] for key in missing}
    return {key: value for key in wanted for value in known[key]}


def _forget(session: Session) -> None:
    session.info.pop(_READ, None)


@event.listens_for(Session, "after_flush")
def _forget_flushed(session: Session, _context: UOWTransaction) -> None:
    _forget(session)


@event.listens_for(Session, "after_soft_rollback")
def _forget_rolled_back(session: Session, _transaction: Any) -> None:
    _forget(session)


@event.listens_for(Session, "after_commit")
def _forget_committed(session: Session) -> None:
    _forget(session)


@event.listens_for(Session, "do_orm_execute")
def _forget_written(state: ORMExecuteState) -> None:
    # A text that gives rows may call a function that writes.
    if not state.is_select or isinstance(state.statement, TextualSelect):
        _forget(state.session)
