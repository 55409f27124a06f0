"""Drawing contacts by lot, for whoever checks on the spot whether they took place (抽查)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from plugins.mentoring.assess import Told

USUAL, MOST = 10, 50


def drawn(contacts: Iterable[Told], draw: str, size: int) -> Sequence[Told]:
    """Return ``size`` contacts by lot, latest first: the same ones whenever ``draw`` is the same.

    Nobody chooses them: whoever has the words of the draw can draw it again and compare.
    """

    def lot(told: Told) -> str:
        return sha256(f"{draw}/{told.id}".encode()).hexdigest()

    found = sorted((told for told in contacts if told.outcome == "done"), key=lot)[:size]
    return sorted(found, key=lambda told: (told.happened_on, told.id), reverse=True)
