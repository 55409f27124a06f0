"""The module's own catalogue."""

from __future__ import annotations

from app.sdk import text_domain

T = text_domain("guardian_training")
