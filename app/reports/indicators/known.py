"""Which indicators somebody may see here: the core's, then those of the modules that are on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from app.host.context import Ctx
from app.host.enablement import active_modules
from app.host.hooks import IndicatorRows
from app.host.manifest import Indicator
from app.host.registry import Registry
from app.reports.indicators import core


@dataclass(frozen=True)
class Known:
    """An indicator with its rows; ``schools`` are those where its module is on (None: all)."""

    indicator: Indicator
    rows: IndicatorRows
    module: str | None = None
    schools: frozenset[UUID] | None = None

    def at(self, school_id: UUID | None) -> bool:
        """Tell whether it is asked of a school."""
        return self.schools is None or school_id in self.schools


def known(ctx: Ctx) -> dict[str, Known]:
    """Return by key what the actor may see in the scope, the core's first; no query of its own."""
    found = [Known(i, core.rows_of(i)) for i in core.INDICATORS]
    active = active_modules(ctx)
    for module, rows in _given(ctx.registry):
        schools = frozenset(school for school, on in active.items() if module in on)
        if schools:
            declared = ctx.registry.plugins[module].module.indicators
            found += [Known(i, rows[i.key], module, schools) for i in declared]
    return {one.indicator.key: one for one in found if ctx.actor.holds(one.indicator.permission)}


def _given(registry: Registry) -> Iterator[tuple[str, Mapping[str, IndicatorRows]]]:
    """Yield the rows that modules give, in the order of their names."""
    implementations = registry.manager.hook.indicator_rows.get_hookimpls()
    for implementation in sorted(implementations, key=lambda i: str(i.plugin_name)):
        yield str(implementation.plugin_name), implementation.function()  # type: ignore[misc]
