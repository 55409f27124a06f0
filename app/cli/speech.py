"""Chinese for what commands say outside the application."""

from __future__ import annotations

import gettext
from typing import Any

from app.kernel.text import install_translator
from app.runtime.places import PROJECT

LOCALE = "zh_Hans"


def speak_chinese() -> None:
    """Let texts be Chinese from now on; English when the catalogue is not compiled."""
    catalogue = gettext.translation("messages", PROJECT / "translations", [LOCALE], fallback=True)

    def translate(_domain: str, msgid: str, values: dict[str, Any]) -> str:
        text = catalogue.gettext(msgid)
        return text.format(**values) if values else text

    install_translator(translate)
