"""How the module takes part."""

from __future__ import annotations

from collections.abc import Mapping

from app.sdk import Ctx, Event, IndicatorRows, hookimpl
from plugins.subsidies import pay_models  # noqa: F401  (its tables)
from plugins.subsidies.indicators import ROWS
from plugins.subsidies.services import on_moved
from plugins.subsidies.words import T

_GONE = {"child.left": T("Left the school"), "child.transferred": T("Moved to another school")}


@hookimpl
def indicator_rows() -> Mapping[str, IndicatorRows]:
    """Give the rows behind the module's numbers."""
    return ROWS


@hookimpl
def on_event(ctx: Ctx, event: Event) -> None:
    """Close what waits for a child that leaves the school."""
    if event.name in _GONE:
        on_moved(ctx, event.child_id, str(_GONE[event.name]))
