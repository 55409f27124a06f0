"""What the testing kit reads back of papers, under the name that the tests know it by."""

from app.sdk.testing.papers import *  # noqa: F403
