"""The packs of policies that come with the house: ``tenants/_policies``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from app.duties.policy import Policy
from app.duties.policy_file import read_packs

FOLDER = Path(__file__).parents[2] / "tenants" / "_policies"


@cache
def packs() -> dict[str, Policy]:
    """Return the packs by the name of their file."""
    return read_packs(FOLDER)
