"""The parts of the family page: what the core tells, then the cards of the modules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.children.models import Child
from app.edge.parts import ask_modules
from app.family.queries import OwnChild, own_children
from app.host.context import Ctx
from app.host.enablement import active_modules
from app.host.facade import Answer
from app.ledger.queries import Item, kinds_of_each


@dataclass(frozen=True)
class ChildPart:
    """A child with the modules' cards; ``missing`` counts the cards that could not be shown.

    ``told`` are the kinds of entries that a card tells in plain words already.
    """

    own: OwnChild
    cards: list[Answer]
    missing: int
    told: frozenset[str]


def family_page(ctx: Ctx) -> list[ChildPart]:
    """Return what the family page shows, child by child."""
    children = own_children(ctx)
    kinds = kinds_of_each(ctx, [own.child for own in children])
    return [_part(ctx, own, kinds[own.child.id]) for own in children]


def _part(ctx: Ctx, own: OwnChild, kinds: Sequence[str]) -> ChildPart:
    answers = _ask(ctx, own.child, kinds)
    cards = sorted((a for a in answers if not a.failed), key=lambda a: a.value.position)
    telling = {card.module for card in cards}
    told = frozenset(k for k, module in ctx.registry.kind_module.items() if module in telling)
    return ChildPart(own, cards, len(answers) - len(cards), told)


def _ask(ctx: Ctx, child: Child, kinds: Sequence[str]) -> list[Answer]:
    modules = active_modules(ctx).get(child.school_id, frozenset())
    return ask_modules(ctx, "family_card", modules, child_id=child.id, kinds=kinds)


def own_answer(ctx: Ctx, item: Item) -> str | None:
    """Return what this guardian has said about an entry: yes, contest or nothing yet."""
    own = [a.answer for a in item.answers if a.guardian_id == ctx.actor.guardian_id]
    return own[-1] if own else None
