"""The world of the testing kit, under the name that the tests know them by."""

from app.sdk.testing.world import *  # noqa: F403
