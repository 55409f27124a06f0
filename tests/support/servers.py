"""The servers of the testing kit, under the name that the tests know them by."""

from app.sdk.testing.servers import *  # noqa: F403
