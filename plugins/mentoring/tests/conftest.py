"""What the tests of the module ask for."""

from __future__ import annotations

import pytest

from plugins.mentoring.tests.school import School, a_school
from tests.support.world import World


@pytest.fixture
def school(world: World) -> School:
    """A school with two mentors and three girls."""
    return a_school(world)
