"""What the tests of the module ask for."""

from __future__ import annotations

import pytest

from app.sdk.testing.world import World
from plugins.guardian_training.tests.school import School, a_school


@pytest.fixture
def school(world: World) -> School:
    """Two schools."""
    return a_school(world)
