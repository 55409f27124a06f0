"""Very much history at once: past acts as if each had been written down in its time.

For demonstrations and measurements. The rules are those of :mod:`app.ledger.services`; the rows
go through COPY, and one line of the log tells of all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.audit.services import record as audit
from app.children.roster.staging import Staging, as_copied
from app.db.base import Base
from app.host.context import Ctx
from app.kernel.clock import CHINA
from app.kernel.ids import uuid7
from app.kernel.text import Text
from app.ledger.models import Act, Confirmation, Entry
from app.ledger.services import EntryFor, answerable, demand_active, demand_past, entry_columns


class Past:
    """Collects acts, answers of families and a module's rows; :meth:`write` writes them."""

    def __init__(self, ctx: Ctx) -> None:
        """Collect for the schools in the scope of ``ctx``."""
        self._ctx = ctx
        self._tables: dict[type[Base], list[dict[str, Any]]] = {}
        self._entries: dict[UUID, dict[str, Any]] = {}
        self._checked: set[tuple[str, UUID]] = set()
        for model in (Act, Entry, Confirmation):
            self._tables[model] = []

    def act(
        self,
        kind: str,
        happened_on: date,
        title: str | Text,
        whom: Sequence[EntryFor],
        *,
        by: UUID | None,
        at: datetime,
        place: str | None = None,
    ) -> list[UUID]:
        """Take in an act that ``by`` (staff) wrote down at a moment; return its entries' ids.

        Raises :class:`Refused` as ``record`` does, ``ValueError`` for a moment before the day.
        """
        demand_past(self._ctx, happened_on)
        if not happened_on <= at.astimezone(CHINA).date() or at > self._ctx.now():
            raise ValueError(at)
        act_id = self.add(
            Act, kind=kind, happened_on=happened_on, place=place or None, recorded_by_id=by
        )
        audience = self._ctx.registry.entry_kinds[kind].audience
        written = {"first_recorded_at": at, "recorded_at": at, "recorded_by_id": by}
        found = []
        for one in whom:
            self._demand_active(kind, one.school)
            columns = entry_columns(kind, happened_on, one, audience, str(title))
            found.append(self.add(Entry, **columns, **written, act_id=act_id))
            self._entries[found[-1]] = columns
        return found

    def answer(
        self, entry_id: UUID, guardian_id: UUID, answer: str, *, at: datetime, note: str = ""
    ) -> None:
        """Take in what a guardian says of a child's entry that waits here.

        Raises ``ValueError`` where families are not asked.
        """
        entry = self._entries[entry_id]
        asked = entry["outcome"] == "done" and entry["child_id"]
        if not asked or not answerable(self._ctx, entry["kind"], answer) or at > self._ctx.now():
            raise ValueError(answer)
        self.add(
            Confirmation,
            school_id=entry["school_id"],
            child_id=entry["child_id"],
            entry_id=entry_id,
            guardian_id=guardian_id,
            answer=answer,
            note=note or None,
            at=at,
        )

    def add(self, model: type[Base], **values: Any) -> UUID:
        """Take in a row of any tenant table; return its id.

        Every row of a table brings the same columns; what is left out in all is empty.
        """
        row = {"center_id": self._ctx.scope.center_id, "id": values.pop("id", None) or uuid7()}
        rows = self._tables.setdefault(model, [])
        row |= values
        if rows and rows[0].keys() != row.keys():
            raise ValueError(sorted(rows[0].keys() ^ row.keys()))
        rows.append(row)
        found: UUID = row["id"]
        return found

    def write(self) -> int:
        """Write what has been taken in and forget it; return the number of acts."""
        staging = Staging()
        for model, rows in self._tables.items():
            if rows:
                staging.announce(model, *rows[0]).extend(as_copied(model, rows))
        acts = len(self._tables[Act])
        staging.write(self._ctx.session, {})
        if acts:
            audit(self._ctx, "ledger.record", object_type="act", count=acts)
        self._ctx.session.flush()
        for rows in self._tables.values():
            rows.clear()
        self._entries.clear()
        return acts

    def _demand_active(self, kind: str, school_id: UUID) -> None:
        if (kind, school_id) not in self._checked:
            demand_active(self._ctx, kind, school_id)
            self._checked.add((kind, school_id))
