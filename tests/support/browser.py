"""The browser of the testing kit, under the name that the tests know them by."""

from app.sdk.testing.browser import *  # noqa: F403
