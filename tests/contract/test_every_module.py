"""Every module installed keeps the contract."""

from app.sdk.testing.contract import *  # noqa: F403
