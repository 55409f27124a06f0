"""What the tests of the module ask for."""

from __future__ import annotations

import pytest

from plugins.home_contact.tests.school import School, a_school
from tests.support.world import World


@pytest.fixture
def school(world: World) -> School:
    """A school with a class of two children."""
    return a_school(world)
