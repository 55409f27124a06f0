"""Chinese for what commands say outside the application."""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.kernel.text import install_translator
from app.runtime.places import PROJECT

LOCALE = "zh_Hans"


def speak_chinese(modules: Mapping[str, Path] | None = None) -> None:
    """Let texts be Chinese from now on; English when the catalogue is not compiled.

    ``modules`` are the folders of modules' own translations by name; the core's is asked besides.
    """
    core = gettext.translation("messages", PROJECT / "translations", [LOCALE], fallback=True)
    catalogues = {}
    for name, folder in (modules or {}).items():
        catalogues[name] = gettext.translation(name, folder, [LOCALE], fallback=True)
        catalogues[name].add_fallback(core)

    def translate(domain: str, msgid: str, values: dict[str, Any]) -> str:
        text = catalogues.get(domain, core).gettext(msgid)
        return text.format(**values) if values else text

    install_translator(translate)
