"""Text that is translated when it is shown, not when it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Translate = Callable[[str, str, dict[str, Any]], str]


def _english(domain: str, msgid: str, values: dict[str, Any]) -> str:
    return msgid.format(**values) if values else msgid


_translate: Translate = _english


def install_translator(translate: Translate) -> None:
    """Let ``translate(domain, msgid, values)`` decide what every :class:`Text` reads like."""
    global _translate
    _translate = translate


@dataclass(frozen=True)
class Text:
    """An English message with its values; ``str()`` gives it in the reader's language."""

    msgid: str
    domain: str = "messages"
    values: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        return _translate(self.domain, self.msgid, dict(self.values))

    def __html__(self) -> str:
        return str(self).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def text_domain(domain: str) -> Callable[..., Text]:
    """Return the ``T`` of a catalogue: ``T("Row {row}", row=3)`` with ``str.format`` fields."""

    def make(msgid: str, /, **values: Any) -> Text:
        return Text(msgid, domain, tuple(sorted(values.items())))

    return make


T = text_domain("messages")
