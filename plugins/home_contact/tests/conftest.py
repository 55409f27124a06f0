"""What the tests of the module ask for."""

from __future__ import annotations

import pytest

from app.sdk.testing.world import World
from plugins.home_contact.tests.school import School, a_school


@pytest.fixture
def school(world: World) -> School:
    """A school with a class of two children."""
    return a_school(world)
