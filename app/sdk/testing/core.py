"""What tests look at in the core although modules do not use it."""

from __future__ import annotations

from app.duties.policy_file import parse_policy

__all__ = ["parse_policy"]
