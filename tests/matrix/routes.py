"""The routes of the testing kit, under the name that the tests know them by."""

from app.sdk.testing.routes import *  # noqa: F403
