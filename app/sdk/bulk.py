"""Very many new records at once: acts and entries of now, with a module's own rows, through COPY.

What ``record`` does for one class, this does for a whole centre: the same rules, one line in the
log, and the database's own pace. Rows of a module's tables are tuples in the order of the columns
that were announced, ``id`` first::

    bulk = Bulk(ctx, KIND, title=..., place=...)
    mine = bulk.table(CheckUp, "school_id", "child_id", "height_cm")
    entry_id = bulk.entry(pupil.id, pupil.school_id, day)
    mine(entry_id, pupil.school_id, pupil.id, height)
    bulk.write()
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from json import JSONEncoder
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlalchemy.dialects.postgresql import JSONB

from app.audit.services import record as audit
from app.children.roster.staging import Staging
from app.db.base import Base
from app.host.context import Ctx
from app.kernel.ids import uuid7
from app.kernel.text import Text
from app.ledger.audience import columns_for
from app.ledger.models import Act, Entry
from app.ledger.services import demand_active, demand_past

_JSON = JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_ENTRY = ("school_id", "origin_school_id", "act_id", "child_id", "happened_on", "root_id")


class Bulk:
    """Collects entries of one kind and rows of other tables; :meth:`write` writes them."""

    def __init__(self, ctx: Ctx, kind: str, *, title: Text | str, place: str | None = None) -> None:
        """Begin; every entry has the kind's audience and is written down now, by the actor."""
        self._ctx, self._kind, self._title, self._place = ctx, kind, str(title), place
        self._staging = Staging()
        self._acts = self._staging.announce(Act, "id", "happened_on")
        self._entries = self._staging.announce(Entry, "id", *_ENTRY)
        self._act_of: dict[tuple[UUID, date], UUID] = {}
        self.count = 0

    def entry(self, child_id: UUID, school_id: UUID, day: date) -> UUID:
        """Take in that it happened to a child; one act for each school and day.

        Raises :class:`Refused` for a day in the future and where the module is off.
        """
        act = self._act_of.get((school_id, day))
        if act is None:
            demand_past(self._ctx, day)
            demand_active(self._ctx, self._kind, school_id)
            act = self._act_of[school_id, day] = uuid7()
            self._acts.append((act, day))
        entry = uuid7()
        self._entries.append((entry, school_id, school_id, act, child_id, day, entry))
        self.count += 1
        return entry

    def table(self, model: type[Base], *columns: str) -> Callable[..., None]:
        """Return what takes in a row of a table: its id, then the values of ``columns``."""
        rows = self._staging.announce(model, "id", *columns)
        kinds = model.metadata.tables[model.__tablename__].c
        mappings = [at for at, name in enumerate(columns) if isinstance(kinds[name].type, JSONB)]

        def take(row_id: UUID, *values: Any) -> None:
            if mappings:
                values = tuple(_as_json(values, mappings))
            rows.append((row_id, *values))

        return take

    @property
    def acts(self) -> dict[UUID, list[UUID]]:
        """Return the acts by school."""
        found: dict[UUID, list[UUID]] = {}
        for (school, _day), act in self._act_of.items():
            found.setdefault(school, []).append(act)
        return found

    def write(self) -> None:
        """Write everything in the order in which tables were announced."""
        ctx, now = self._ctx, self._ctx.now()
        constants = {
            "center_id": ctx.scope.center_id,
            "kind": self._kind,
            "title": self._title,
            "place": self._place,
            "outcome": "done",
            "first_recorded_at": now,
            "recorded_at": now,
            "recorded_by_id": ctx.actor.staff_id,
            **columns_for(ctx.registry.entry_kinds[self._kind].audience),
        }
        self._staging.write(ctx.session, constants)
        if self.count:
            audit(ctx, "ledger.record", object_type="act", kind=self._kind, count=self.count)
        ctx.session.flush()


def _as_json(values: Sequence[Any], mappings: Sequence[int]) -> Sequence[Any]:
    found = list(values)
    for at in mappings:
        found[at] = Jsonb(found[at], _JSON.encode)
    return found
