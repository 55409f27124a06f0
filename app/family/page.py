"""The parts of the family page: what the core tells, then the cards of the modules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.edge.parts import ask_each
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
    active = active_modules(ctx)
    askings = [
        (
            active.get(own.child.school_id, frozenset()),
            {"child_id": own.child.id, "kinds": kinds[own.child.id]},
        )
        for own in children
    ]
    answers = ask_each(ctx, "family_card", askings)
    return [_part(ctx, own, found) for own, found in zip(children, answers, strict=True)]


def _part(ctx: Ctx, own: OwnChild, answers: Sequence[Answer]) -> ChildPart:
    cards = sorted((a for a in answers if not a.failed), key=lambda a: a.value.position)
    telling = {card.module for card in cards}
    told = frozenset(k for k, module in ctx.registry.kind_module.items() if module in telling)
    return ChildPart(own, cards, len(answers) - len(cards), told)


def own_answer(ctx: Ctx, item: Item) -> str | None:
    """Return what this guardian has said about an entry: yes, contest or nothing yet."""
    own = [a.answer for a in item.answers if a.guardian_id == ctx.actor.guardian_id]
    return own[-1] if own else None
