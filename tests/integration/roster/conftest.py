"""A school to import into."""

from __future__ import annotations

import pytest

from tests.integration.roster.importing import Place
from tests.support.world import World


@pytest.fixture
def place(world: World) -> Place:
    center = world.center("north", "south")
    return center, center.school_scope("north")
