"""The scene and the walk that tests of pages begin with."""

from __future__ import annotations

import pytest

from app.sdk.testing.world import World
from plugins.subsidies.tests.scene import Scene, make_scene
from plugins.subsidies.tests.walking import Walk, scene_of_today


@pytest.fixture
def walk(world: World) -> Walk:
    return Walk(scene_of_today(world))


@pytest.fixture
def scene(world: World) -> Scene:
    """A centre with people for every step."""
    return make_scene(world)
