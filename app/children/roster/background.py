"""Writing while the next rows are being prepared: the database works in its own processes."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from types import TracebackType
from typing import Any, Self

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.children.roster.staging import Part, Stages
from app.children.roster.writer import Updates
from app.host.context import Ctx


class Background:
    """Writes one parcel at a time in a second thread, all in the session's one transaction.

    Meanwhile nobody else may use the session. An error is raised by the next ``send`` or at the
    end of the block.
    """

    def __init__(self, ctx: Ctx, constants: dict[str, Any]) -> None:
        self._ctx, self._stages = ctx, Stages(ctx.session, constants)
        self._pool = ThreadPoolExecutor(1, "roster")
        self._last: Future[None] | None = None

    def __enter__(self) -> Self:
        """Begin; nothing is written yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Wait until everything is written."""
        self._pool.shutdown(wait=True)
        if kind is None and self._last is not None:
            self._last.result()
            self._stages.close()

    def send(self, updates: Updates, parts: list[Part], *, gather: bool = False) -> None:
        """Hand over a parcel once the one before is written.

        ``gather`` counts the tables after it: while they were empty, the planner guessed how to
        look up what the next parcels refer to, and may look through a whole school each time.
        """
        if self._last is not None:
            self._last.result()
        # The thread works in the same scope.
        self._last = self._pool.submit(copy_context().run, self._write, updates, parts, gather)

    def _write(self, updates: Updates, parts: list[Part], gather: bool) -> None:
        session = self._ctx.session
        for model, rows in updates.items():
            _change(session, model, [self._whole(row) for row in rows])
        self._stages.write(parts)
        if gather:
            session.execute(select(func.gather_statistics()))

    def _whole(self, row: dict[str, Any]) -> dict[str, Any]:
        return {"center_id": self._ctx.scope.center_id, **row}


def _change(session: Session, model: type[Any], rows: list[dict[str, Any]]) -> None:
    """Change rows by their keys, those with the same columns together."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(tuple(row), []).append(row)
    for alike in groups.values():
        session.execute(update(model), alike)
