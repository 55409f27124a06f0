"""What concerns there are, how soon each calls for a visit, and by what it is closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.duties.models import StoredRule
from app.duties.states import rules_in_force
from app.duties.words import CONCERNS, FAMILY
from app.host.context import Ctx
from app.host.enablement import active_modules
from app.kernel.text import Text
from app.tenancy.settings import setting

CONCERN_DAYS, DEFAULT_CONCERN_DAYS = "duties_concern_days", 3
"""Within how many days a concern calls for a visit where no rule says so."""
CLIMB_DAYS, DEFAULT_CLIMB_DAYS = "duties_climb_days", 3
"""How many days late a concern climbs from the school to the centre."""
_MEMO = "duties_concern_rules"


@dataclass(frozen=True)
class ConcernRule:
    """What the rules in force at a school say of a concern; ``kinds`` empty: any entry closes."""

    days: int
    kinds: tuple[str, ...]
    performers: frozenset[str]


def concern_titles(ctx: Ctx) -> Mapping[str, Text]:
    """Return every concern by its word: the five occasions of 五必访 and the modules' own."""
    own = {
        kind.name: kind.title
        for plugin in ctx.registry.plugins.values()
        for kind in plugin.module.concern_kinds
    }
    return {**CONCERNS, **own}


def concerns_at(ctx: Ctx, school_id: UUID) -> Mapping[str, Text]:
    """Return the concerns that can be raised at a school: a module's only where it is active."""
    titles = concern_titles(ctx)
    active = active_modules(ctx).get(school_id, frozenset())
    return {
        name: title
        for name, title in titles.items()
        if name in CONCERNS or name.partition(".")[0] in active
    }


def concern_rule(ctx: Ctx, kind: str, school_id: UUID) -> ConcernRule:
    """Return what is in force for a concern at a school; without a rule the centre's setting."""
    rules = _rules(ctx).get(kind, ())
    rules = [rule for rule in rules if rule.school_id in (None, school_id)]
    if not rules:
        days = setting(ctx, CONCERN_DAYS, DEFAULT_CONCERN_DAYS)
        return ConcernRule(max(days, 0), (), frozenset())
    return ConcernRule(
        min(rule.grace_days for rule in rules),
        tuple(dict.fromkeys(kind for rule in rules for kind in rule.entry)),
        frozenset(rule.performer for rule in rules if rule.performer not in FAMILY),
    )


def climb_days(ctx: Ctx) -> int:
    """Return how many days late a concern comes before the centre."""
    return max(setting(ctx, CLIMB_DAYS, DEFAULT_CLIMB_DAYS), 0)


def _rules(ctx: Ctx) -> Mapping[str, Sequence[StoredRule]]:
    if _MEMO not in ctx.memo:
        found: dict[str, list[StoredRule]] = {}
        for kept in rules_in_force(ctx, ctx.today()):
            cadence, _, kind = kept.rule.every.partition(":")
            if cadence == "concern":
                found.setdefault(kind, []).append(kept.rule)
        ctx.memo[_MEMO] = found
    rules: Mapping[str, Sequence[StoredRule]] = ctx.memo[_MEMO]
    return rules
