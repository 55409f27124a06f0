"""A catalogue per plugin that falls back to the core's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from babel.support import NullTranslations, Translations
from flask import has_app_context
from flask_babel import Domain, get_babel, get_domain, get_locale

from app.host.registry import Registry


class PluginDomain(Domain):  # type: ignore[misc]
    """The catalogue of one plugin; what it lacks is asked of the core."""

    def __init__(self, folder: str, name: str) -> None:
        super().__init__(translation_directories=[folder], domain=name)
        self._folder, self._name = folder, name
        self._loaded: dict[str, NullTranslations] = {}

    def get_translations(self) -> NullTranslations:
        """Return the translations of the reader's language."""
        locale = get_locale()
        if locale is None:
            return NullTranslations()
        key = str(locale)
        if key not in self._loaded:
            found = Translations.load(self._folder, [locale], self._name)
            found.add_fallback(get_babel().instance.domain_instance.get_translations())
            self._loaded[key] = found
        return self._loaded[key]


class Catalogues:
    """All domains by name; ``messages`` is the core's."""

    def __init__(self, registry: Registry) -> None:
        self._domains: dict[str, PluginDomain] = {
            name: PluginDomain(str(plugin.folder / "translations"), name)
            for name, plugin in registry.plugins.items()
        }

    def domain(self, name: str) -> Domain:
        """Return the domain of a plugin, or the core's."""
        found: Domain | None = self._domains.get(name)
        return found if found is not None else get_babel().instance.domain_instance

    def translate(self, domain: str, msgid: str, values: dict[str, Any]) -> str:
        """Translate a :class:`app.kernel.text.Text`; English outside the application."""
        text = msgid
        if has_app_context():
            text = self.domain(domain).get_translations().ugettext(msgid)
        return text.format(**values) if values else text


@contextmanager
def speaking(catalogues: Catalogues, name: str) -> Iterator[None]:
    """Let templates rendered inside use a plugin's catalogue."""
    before = get_domain()
    catalogues.domain(name).as_default()
    try:
        yield
    finally:
        before.as_default()
