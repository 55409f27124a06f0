"""The application of the testing kit, under the name that the tests know them by."""

from app.sdk.testing.application import *  # noqa: F403
