"""Proposing a mentor for each child that has none, by the school's rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

KNOWN = ("male", "female")


@dataclass(frozen=True)
class Rules:
    """How many children one mentor may have, and whether both must be of the same sex."""

    per_mentor: int
    same_sex: bool = True


@dataclass(frozen=True)
class Free:
    """Somebody who may take children on: with how many already."""

    grant_id: UUID
    sex: str
    load: int


def propose(
    children: Iterable[tuple[UUID, str]], mentors: Iterable[Free], rules: Rules
) -> Mapping[UUID, UUID]:
    """Return a mentor for each child (id, sex), as far as there is room, in the children's order.

    Who has fewest gets the next; of equals, the first in the mentors' order. Where the sexes must
    agree, somebody whose sex is not known is never proposed, nor anybody for such a child.
    """
    offered = list(mentors)
    loads = {mentor.grant_id: mentor.load for mentor in offered}
    found: dict[UUID, UUID] = {}
    for child, sex in children:
        fitting = [
            mentor.grant_id
            for mentor in offered
            if loads[mentor.grant_id] < rules.per_mentor
            and (not rules.same_sex or (sex in KNOWN and mentor.sex == sex))
        ]
        if fitting:
            chosen = min(fitting, key=lambda grant: loads[grant])
            loads[chosen] += 1
            found[child] = chosen
    return found
