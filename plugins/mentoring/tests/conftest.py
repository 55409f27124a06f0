"""What the tests of the module ask for."""

from __future__ import annotations

import pytest

from app.sdk.testing.world import World
from plugins.mentoring.tests.school import School, a_school


@pytest.fixture
def school(world: World) -> School:
    """A school with two mentors and three girls."""
    return a_school(world)
